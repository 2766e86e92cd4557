"""The one-folder program, built here by the recipe that ships, and tried as its users would."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from installer import bundle, fonts, smoke_test
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
    command = ["Xvfb", "-screen", "0", "1366x768x24", "-nolisten", "tcp", "-displayfd", "1"]
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


def test_it_runs_from_a_read_only_folder_and_without_a_locale(program: Path, tmp_path: Path) -> None:
    film = tmp_path / "不是视频.mp4"
    film.write_text("text", encoding="utf-8")
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": "/nowhere"}
    folders = [Path(folder) for folder, _, _ in os.walk(program)]
    for folder in folders:
        folder.chmod(0o555)
    try:
        tried = subprocess.run([*WITHOUT_ROOT_S_RIGHTS, "/usr/bin/touch", str(program / "new")], check=False)
        command = [program / "weiying", "--data-dir", tmp_path / "数据", "check", "--json", film]
        done = subprocess.run(
            [*WITHOUT_ROOT_S_RIGHTS, *map(str, command)],
            check=False,
            capture_output=True,
            encoding="utf-8",
            env=environment,
        )
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert tried.returncode != 0, "the folder was not read-only"
    assert (done.returncode, done.stderr) == (1, "")
    assert '"verdict": "unreadable"' in done.stdout


def test_it_carries_what_it_needs_and_nothing_of_the_desktops(program: Path) -> None:
    inside = program / "_internal"
    files = [path.relative_to(inside) for path in inside.rglob("*") if path.is_file()]
    names = {path.name for path in files}
    assert {"libmediainfo.so.0", "libxcb-cursor.so.0", "libqxcb.so", "qtbase_zh_CN.qm", "sichuan-2024.toml"} <= names
    assert (inside / "resources" / "licences" / "index.json").is_file()
    assert not [name for name in names if bundle.SYSTEM_LIBRARIES.fullmatch(name)]
    foreign = (
        "libgtk",
        "libgdk",
        "libQt6Quick",
        "libQt6Qml",
        "libQt6VirtualKeyboard",
        "libcrypto",
        "libssl",
        "lupdate",
    )
    assert not [name for name in names if name.startswith(foreign)]
    plugins = {bundle.plugin_name(path.name) for path in files if "plugins" in path.parts}
    assert plugins <= bundle.QT_PLUGINS


def test_a_program_that_fails_is_found_out(tmp_path: Path) -> None:
    liar = tmp_path / "weiying"
    liar.write_text('#!/bin/sh\necho "微影报送助手 0.1.0"\n', encoding="utf-8")
    liar.chmod(0o755)
    with pytest.raises((smoke_test.Failed, OSError)):
        smoke_test.run_all(str(liar), str(liar), tmp_path, None)
