"""The wheel: built from the source tree, installed into an environment of its own, and started there."""

import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from installer import environment

ROOT = Path(__file__).resolve().parent.parent


def run(command: list[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command], check=False, capture_output=True, encoding="utf-8", cwd=folder
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    done = run([*pip, "--wheel-dir", folder, ROOT], folder)
    assert done.returncode == 0, done.stderr
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an environment that holds the wheel, and sees our dependencies but not the source tree."""
    target = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(target, symlinks=sys.platform != "win32")
    python = environment.python(target)
    done = run(
        [sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", "--no-index", wheel],
        target,
    )
    assert done.returncode == 0, done.stderr
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(run([python, "-c", ask], target).stdout.strip())
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return target


def test_the_wheel_carries_every_call_and_no_fetched_font(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    packs = {f"app/resources/campaigns/{path.name}" for path in ROOT.glob("resources/campaigns/*.toml")}
    assert packs
    assert packs <= names
    assert not [name for name in names if name.startswith("app/resources/fonts/")]
    assert {name.split("/")[0] for name in names} == {"app", "weiying-0.1.0.dist-info"}
    assert "weiying-0.1.0.dist-info/licenses/LICENSE" in names


def test_an_installed_copy_finds_its_own_calls(installed: Path, tmp_path: Path) -> None:
    ask = "import app, app.paths; print(app.__file__); print(*sorted(app.paths.campaigns().glob('*.toml')), sep='\\n')"
    done = run([environment.python(installed), "-P", "-c", ask], tmp_path)
    assert done.returncode == 0, done.stderr
    program, *packs = map(Path, done.stdout.splitlines())
    assert program.is_relative_to(installed)
    assert [pack.name for pack in packs] == sorted(path.name for path in ROOT.glob("resources/campaigns/*.toml"))
    assert all(pack.is_relative_to(program.parent / "resources") for pack in packs)


def test_the_installed_command_checks_a_file(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "不是视频.mp4").write_text("just text", encoding="utf-8")
    command = shutil.which("weiying", path=str(environment.scripts(installed, sys.platform)))
    assert command is not None
    by_name = run([command, "check", "--json", "不是视频.mp4"], tmp_path)
    by_module = run([environment.python(installed), "-P", "-m", "app", "check", "--json", "."], tmp_path)
    for done in (by_name, by_module):
        assert done.returncode == 1, done.stderr
        assert '"verdict": "unreadable"' in done.stdout
