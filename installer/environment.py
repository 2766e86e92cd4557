"""The virtual environment `.venv` with exactly the locked packages."""

import hashlib
import importlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from app.errors import AppError

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCKED = ROOT / "installer" / "locked"


def scripts(venv: Path, platform: str) -> Path:
    """Return the folder of a virtual environment's programs; `platform` is `sys.platform`."""
    return venv / ("Scripts" if platform == "win32" else "bin")


def python(venv: Path = VENV, platform: str = sys.platform) -> Path:
    """Return the interpreter of a virtual environment."""
    return scripts(venv, platform) / ("python.exe" if platform == "win32" else "python")


def is_current(stamp: str, name: str, locked: Path = LOCKED) -> bool:
    """Say whether the lock that `stamp` records (its SHA-256) serves for the lock `name`, `run` or `test`.

    The test lock holds everything of the run lock, so whoever ran the tests need not install anything to run.
    """
    serving = {"run": ["run", "test"], "test": ["test"]}[name]
    return stamp in [sha256(locked / f"{one}.txt") for one in serving]


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def ensure(name: str) -> None:
    """Make `.venv` hold the packages of the lock `name`; nothing is done when it already does.

    Raises AppError when this Python cannot make one, or when pip fails.
    """
    stamp = VENV / "installed-lock.sha256"
    if stamp.is_file() and is_current(stamp.read_text(encoding="ascii"), name) and runs(python()):
        return
    print(f"正在准备 Python 运行环境（第一次约需下载 160 MB）：{VENV}", flush=True)
    if not runs(python(), "-m", "pip", "--version"):
        importlib.invalidate_caches()
        if importlib.util.find_spec("ensurepip") is None:
            raise AppError("这个 Python 不带 venv 和 ensurepip。", "请安装完整的 Python 3.11 或更高版本。")
        call([sys.executable, "-m", "venv", "--clear", str(VENV)], "不能建立 Python 运行环境。")
    stamp.unlink(missing_ok=True)
    lock = LOCKED / f"{name}.txt"
    pip = [str(python()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    call([*pip, "--require-hashes", "-r", str(lock)], "不能安装所需的 Python 软件包。")
    stamp.write_text(sha256(lock), encoding="ascii")


def venv_package() -> list[str]:
    """Return Debian's separate package for venv where it is needed and missing, else nothing."""
    if importlib.util.find_spec("ensurepip") is not None or runs(python(), "-m", "pip", "--version"):
        return []
    return [f"python{sys.version_info.major}.{sys.version_info.minor}-venv"]


def runs(interpreter: Path, *arguments: str) -> bool:
    """Say whether `interpreter` exists and succeeds (an environment outlives the Python that made it)."""
    if not interpreter.is_file():
        return False
    command = [str(interpreter), "-I", *(arguments or ("-c", ""))]
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def call(command: list[str], failure: str) -> None:
    """Run `command` with its output shown; AppError with `failure` when it does not succeed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if subprocess.run(command, check=False, stdin=subprocess.DEVNULL, env=environment).returncode != 0:
        raise AppError(failure, "原因见上面的英文信息；多半是网络不通或磁盘已满，处理后重新运行本命令即可。")
