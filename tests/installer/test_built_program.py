"""The one-folder program, built here by the recipe that ships, and tried as its users would."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import licences
from app.paths import PORTABLE_DIR
from app.ui.main import give_back
from installer import bundle, collect_licences, fonts, smoke_test
from tests.rights import WITHOUT_ROOT_S_RIGHTS

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def program() -> Path:
    """Return the folder of the built program; PyInstaller's cache below `build` makes the next time faster."""
    command = [sys.executable, "-m", "installer.build_program", "--fonts", str(fonts.FONTS)]
    out = ROOT / "build" / "tried"
    done = subprocess.run(
        [*command, "--out", str(out)], check=False, capture_output=True, encoding="utf-8", cwd=ROOT, errors="replace"
    )
    assert done.returncode == 0, done.stderr
    return out / "weiying"


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give the window a screen of its own."""
    command = ["Xvfb", "-noreset", "-screen", "0", "1366x768x24", "-nolisten", "tcp", "-displayfd", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="ascii") as xvfb:
        assert xvfb.stdout is not None
        monkeypatch.setenv("DISPLAY", f":{xvfb.stdout.readline().strip()}")
        monkeypatch.delenv("QT_QPA_PLATFORM")
        yield
        xvfb.terminate()


@pytest.mark.usefixtures("screen")
def test_the_built_program_does_all_of_it(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Neither this Python nor its packages may help.
    monkeypatch.delenv("PYTHONPATH", raising=False)
    smoke_test.run_all(str(program / "weiying"), str(program / "weiying"), tmp_path, None)
    assert "window shown after" in capsys.readouterr().out


@pytest.fixture
def read_only(program: Path) -> Iterator[Path]:
    """Return the program where nobody may write into its folder."""
    folders = [Path(folder) for folder, _, _ in os.walk(program)]
    for folder in folders:
        folder.chmod(0o555)
    tried = subprocess.run([*WITHOUT_ROOT_S_RIGHTS, "/usr/bin/touch", str(program / "new")], check=False)
    yield program / "weiying"
    for folder in folders:
        folder.chmod(0o755)
    assert tried.returncode != 0, "the folder was not read-only"


def test_it_runs_from_a_read_only_folder_and_without_a_locale(read_only: Path, tmp_path: Path) -> None:
    film = tmp_path / "不是视频.mp4"
    film.write_text("text", encoding="utf-8")
    command = [read_only, "--data-dir", tmp_path / "数据", "check", "--json", film]
    done = subprocess.run(
        [*WITHOUT_ROOT_S_RIGHTS, *map(str, command)],
        check=False,
        capture_output=True,
        encoding="utf-8",
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": "/nowhere"},
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert '"verdict": "unreadable"' in done.stdout


@pytest.mark.usefixtures("screen")
@pytest.mark.parametrize("beside", [True, False])
def test_its_window_keeps_everything_in_the_folder_beside_it(read_only: Path, tmp_path: Path, beside: bool) -> None:
    # A stick that holds the program and, beside it, the folder for what is the user's; or one that is named.
    data = read_only.parent.parent / PORTABLE_DIR if beside else tmp_path / "数据"
    home = tmp_path / "home"
    home.mkdir()
    data.mkdir()
    command = [*WITHOUT_ROOT_S_RIGHTS, str(read_only), *([] if beside else ["--data-dir", str(data)])]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(home), "DISPLAY": os.environ["DISPLAY"], "LC_ALL": "C"}
    try:
        with subprocess.Popen(command, env=environment) as process:
            smoke_test.wait_for(process, smoke_test.x11_window)
            process.terminate()
        assert (data / "drafts").is_dir()
    finally:
        shutil.rmtree(data)
    assert not list(home.rglob("*weiying*"))


def test_its_about_box_has_every_part_that_is_locked_and_every_text(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(licences, "folder", lambda: program / "_internal" / "resources" / "licences")
    parts = licences.bundled_parts()
    names = {part.name.lower().replace("_", "-") for part in parts}
    locked = {name.lower().replace("_", "-") for name in collect_licences.locked_names()} - {"pyside6-essentials"}
    assert locked | {"qt", "python", "ffmpeg", "lucide 图标"} <= names
    assert any("OFL" in part.licence for part in parts)
    assert all(part.source and licences.text_of(part) for part in parts)


def test_it_carries_what_it_needs_and_nothing_of_the_desktops(program: Path) -> None:
    inside = program / "_internal"
    files = [path.relative_to(inside) for path in inside.rglob("*") if path.is_file()]
    names = {path.name for path in files}
    assert not [path for path in inside.rglob("*") if path.is_symlink() and not path.exists()]
    assert {
        "libmediainfo.so.0", "libxcb-cursor.so.0", "libqxcb.so", "libcupsprintersupport.so", "qtbase_zh_CN.qm",
        "sichuan-2024.toml",
    } <= names  # fmt: skip
    assert (inside / "resources" / "licences" / "index.json").is_file()
    assert not [name for name in names if bundle.SYSTEM_LIBRARIES.fullmatch(name)]
    foreign = (
        "libgtk",
        "libgdk",
        "libQt6Quick",
        "libQt6Qml",
        "libQt6VirtualKeyboard",
        "libQt6Network",
        "libavahi",
        "libcrypto",
        "libssl",
        "lupdate",
    )
    assert not [name for name in names if name.startswith(foreign)]
    plugins = {bundle.plugin_name(path.name) for path in files if "plugins" in path.parts}
    assert plugins <= bundle.QT_PLUGINS


def test_neither_the_command_line_nor_a_worker_loads_qt(program: Path) -> None:
    for argument in ("--version", "--probe-child"):
        done = subprocess.run(
            [str(program / "weiying"), argument],
            check=True,
            capture_output=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            env={"PATH": "/usr/bin:/bin", "HOME": "/nowhere", "LC_ALL": "C.UTF-8", "LD_DEBUG": "files"},
        )
        assert "libpython3." in done.stderr
        assert "libQt6" not in done.stderr


def test_what_is_opened_from_the_window_has_the_library_path_of_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    given, nothing = (
        {"LD_LIBRARY_PATH": "/ours:/theirs", "LD_LIBRARY_PATH_ORIG": "/theirs"},
        {"LD_LIBRARY_PATH": "/ours"},
    )
    give_back(given)
    give_back(nothing)
    assert (given, nothing) == ({"LD_LIBRARY_PATH": "/theirs"}, {})


def test_a_program_that_fails_is_found_out(tmp_path: Path) -> None:
    liar = tmp_path / "weiying"
    liar.write_text('#!/bin/sh\necho "微影报送助手 0.1.0"\n', encoding="utf-8")
    liar.chmod(0o755)
    with pytest.raises((smoke_test.Failed, OSError)):
        smoke_test.run_all(str(liar), str(liar), tmp_path, None)
