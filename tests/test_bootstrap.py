"""The set-up script: what it decides on each system, and that the locks, the README and CI say the same."""

import ast
import io
import re
import subprocess
import sys
import tarfile
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from app.errors import AppError
from installer import commands, environment, fonts, system

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "installer" / "bootstrap.py"
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)(?: ; (.*?))? \\$", re.MULTILINE)


def lock(name: str) -> str:
    return (ROOT / "installer" / "locked" / f"{name}.txt").read_text(encoding="utf-8")


def script(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(SCRIPT), *arguments], check=False, capture_output=True, encoding="utf-8")


# --- the script itself


def test_an_old_python_is_told_in_chinese_what_is_needed() -> None:
    pretend = (
        "import runpy, sys; sys.version_info = (3, 9, 2, 'final', 0); "
        f"runpy.run_path({str(SCRIPT)!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", pretend], check=False, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 1
    assert done.stderr.startswith("需要 Python 3.11 或更高版本，当前是 Python 3.9。")


def test_an_old_python_can_read_the_script() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 4))
    newer = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Match)
    assert not [node for node in ast.walk(tree) if isinstance(node, newer)]


@pytest.mark.parametrize("arguments", [[], ["start"], ["--nonsense"]])
def test_a_wrong_command_shows_the_usage_and_exits_with_2(arguments: list[str]) -> None:
    done = script(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("用法：python3 installer/bootstrap.py 命令")


def test_asking_for_help_is_not_an_error() -> None:
    done = script("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert all(f"\n  {command} " in done.stdout for command in ("run", "test", "check", "bench", "fonts"))


def test_an_expected_failure_is_one_message_without_a_traceback() -> None:
    done = script("fonts", "surplus")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "fonts 不带参数。\n")


# --- what it decides


@pytest.mark.parametrize(
    ("variables", "platform", "screen"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", True),
        ({}, "win32", True),
        ({}, "darwin", True),
    ],
)
def test_only_a_linux_without_any_display_has_no_screen(variables: dict[str, str], platform: str, screen: bool) -> None:
    assert commands.has_screen(variables, platform) is screen


def test_the_interpreter_lies_where_each_system_puts_it() -> None:
    venv = Path("somewhere")
    assert environment.python(venv, "linux") == venv / "bin" / "python"
    assert environment.python(venv, "win32") == venv / "Scripts" / "python.exe"


def test_an_interpreter_that_is_gone_or_is_no_program_does_not_run(tmp_path: Path) -> None:
    broken = tmp_path / "python"
    assert not environment.runs(broken)
    broken.write_bytes(b"not a program")
    broken.chmod(0o755)
    assert not environment.runs(broken)
    assert environment.runs(Path(sys.executable))


def test_the_test_environment_serves_to_run_but_not_the_other_way_round(tmp_path: Path) -> None:
    (tmp_path / "run.txt").write_text("a", encoding="ascii")
    (tmp_path / "test.txt").write_text("a b", encoding="ascii")
    run, test = (sha256(text).hexdigest() for text in (b"a", b"a b"))
    assert environment.is_current(run, "run", tmp_path)
    assert environment.is_current(test, "run", tmp_path)
    assert environment.is_current(test, "test", tmp_path)
    assert not environment.is_current(run, "test", tmp_path)
    (tmp_path / "run.txt").write_text("a2", encoding="ascii")
    assert not environment.is_current(run, "run", tmp_path)


def test_packages_count_as_there_when_installed_or_provided_under_their_old_name() -> None:
    listed = (
        "libgl1\tii \t\n"
        "libglib2.0-0t64\tii \tlibglib2.0-0 (= 2.84.4-3), another\n"
        "xvfb\trc \t\n"  # removed, its configuration left behind
    )
    wanted = ["libgl1", "libglib2.0-0", "xvfb", "xdotool"]
    assert system.missing_packages(wanted, listed) == ["xvfb", "xdotool"]


def test_who_is_not_root_is_given_one_line_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "is_root", lambda: False)
    with pytest.raises(AppError) as failure:
        system.install(["libgl1", "xvfb"])
    assert failure.value.hint.splitlines()[1:] == [
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends libgl1 xvfb"
    ]


# --- fonts


def package(files: dict[str, list[str]], needed: bool = True) -> fonts.Package:
    return fonts.Package("open-fonts", needed, {"1:2.0+repack1": 5}, files, {"doc/copyright": "licence.txt"})


def archive(members: dict[str, bytes]) -> io.BytesIO:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for name, content in members.items():
            entry = tarfile.TarInfo(f"./{name}")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    stream.seek(0)
    return stream


def test_only_the_named_files_leave_a_package(tmp_path: Path) -> None:
    wanted = package({"fonts/Fang.otf": [sha256(b"outlines").hexdigest()]})
    tar = archive({"fonts/Fang.otf": b"outlines", "doc/copyright": b"free", "fonts/Other.otf": b"other"})
    sums = fonts.extract(wanted, tar, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "Fang.otf": b"outlines",
        "licence.txt": b"free",
    }
    assert sums == {"Fang.otf": sha256(b"outlines").hexdigest(), "licence.txt": sha256(b"free").hexdigest()}


def test_a_font_that_the_lock_does_not_know_is_refused_and_not_kept(tmp_path: Path) -> None:
    wanted = package({"fonts/Fang.otf": [sha256(b"outlines").hexdigest()]})
    with pytest.raises(AppError, match=r"字体文件 Fang\.otf 的校验值不在清单里"):
        fonts.extract(wanted, archive({"fonts/Fang.otf": b"tampered", "doc/copyright": b"free"}), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_package_that_lacks_a_file_is_refused(tmp_path: Path) -> None:
    wanted = package({"fonts/Fang.otf": [sha256(b"outlines").hexdigest()]})
    with pytest.raises(AppError, match=r"没有：licence\.txt"):
        fonts.extract(wanted, archive({"fonts/Fang.otf": b"outlines"}), tmp_path)


def test_fetched_fonts_are_whole_until_one_changes_or_the_lock_does(tmp_path: Path) -> None:
    assert not fonts.is_whole(tmp_path, "lock")
    (tmp_path / "Fang.otf").write_bytes(b"outlines")
    fonts.write_record(tmp_path, "lock", {"Fang.otf": sha256(b"outlines").hexdigest()})
    assert fonts.is_whole(tmp_path, "lock")
    assert not fonts.is_whole(tmp_path, "another lock")
    (tmp_path / "Fang.otf").write_bytes(b"damaged!")
    assert not fonts.is_whole(tmp_path, "lock")
    (tmp_path / "Fang.otf").unlink()
    assert not fonts.is_whole(tmp_path, "lock")


def test_the_version_is_the_first_that_apt_offers_and_the_lock_knows() -> None:
    wanted = package({})
    offers = (
        "open-fonts | 1:3.0+repack1-1 | http://example.org/debian sid/main amd64 Packages\n"
        "open-fonts | 1:2.0+repack1-1+deb12u1 | http://example.org/debian stable/main amd64 Packages\n"
        "open-fonts | 1:2.0+repack1-1 | http://example.org/debian stable/main amd64 Packages\n"
    )
    assert fonts.known_version(wanted, offers) == "1:2.0+repack1-1+deb12u1"
    assert fonts.known_version(wanted, offers.splitlines()[0]) is None
    assert fonts.known_version(wanted, "") is None


@pytest.mark.parametrize(
    "versions",
    [
        pytest.param(("1:20220127+repack1", "2022.20230122", "1.250+repack"), id="Debian 12"),
        pytest.param(("1:20240730+repack1", "2024.20250309"), id="Debian 13"),
        pytest.param(("1:20220127+repack1", "2021.20220204"), id="Ubuntu 22.04"),
        pytest.param(("1:20230817+repack1", "2023.20240207"), id="Ubuntu 24.04"),
    ],
)
def test_the_font_set_stays_below_160_mb_to_download(versions: tuple[str, ...]) -> None:
    packages = fonts.read_lock()
    needed = [one.name for one in packages if one.needed]
    assert needed == [one.name for one in packages[: len(needed)]]
    assert len(versions) >= len(needed)
    sizes = [one.versions[version] for one, version in zip(packages, versions, strict=False)]
    assert 100e6 < sum(sizes) < 160e6


def test_windows_in_chinese_needs_no_fonts_and_another_is_told_what_to_add(tmp_path: Path) -> None:
    folder = tmp_path / "Fonts"
    folder.mkdir()
    for name in ("simsun.ttc", "simhei.ttf"):
        (folder / name).touch()
    variables = {"WINDIR": str(tmp_path), "LOCALAPPDATA": str(tmp_path / "local")}
    advice = fonts.advice_without_apt("win32", variables)
    assert advice.startswith("本机缺少字体：仿宋、楷体。请在“设置—应用—可选功能”中添加")
    for name in ("simfang.ttf", "simkai.ttf"):
        (folder / name).touch()
    assert fonts.advice_without_apt("win32", variables) == "使用 Windows 自带的中文字体。"


# --- what must agree


def test_the_readme_and_ci_run_the_same_test_line() -> None:
    line = "python3 installer/bootstrap.py test"
    readme = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert line in readme
    assert "python3 installer/bootstrap.py run" in readme
    assert ci[-1] == line


@pytest.mark.parametrize("name", ["run", "test"])
def test_every_locked_package_has_a_hash_and_no_index_is_named(name: str) -> None:
    text = lock(name)
    blocks = re.split(r"\n(?=\S)", text)
    assert len(blocks) == len(PIN.findall(text))
    assert all("--hash=sha256:" in block for block in blocks)
    assert not re.search(r"https?:|file:|--(extra-)?index|--find-links", text)


def test_the_test_lock_holds_everything_of_the_run_lock() -> None:
    assert set(PIN.findall(lock("run"))) <= set(PIN.findall(lock("test")))


@pytest.mark.parametrize(("name", "extras"), [("run", []), ("test", ["test"])])
def test_the_lock_fits_what_the_project_asks_for(name: str, extras: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *(one for e in extras for one in project["optional-dependencies"][e])]
    pins = [(pinned, Version(version)) for pinned, version, _marker in PIN.findall(lock(name))]
    for requirement in map(Requirement, asked):
        versions = [version for pinned, version in pins if pinned == requirement.name.lower()]
        assert any(version in requirement.specifier for version in versions), requirement
