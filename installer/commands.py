"""What the set-up script can do: run, test, check, bench, fonts."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from app.errors import AppError
from installer import environment, fonts, system

ROOT = environment.ROOT
DEMO = ROOT / "build" / "demo"

USAGE = """用法：python3 installer/bootstrap.py 命令 [参数…]

  run    准备环境并启动程序（没有图形界面时改为运行演示）；参数原样交给程序
  test   准备环境并运行全部测试；参数原样交给 pytest
  check  准备环境并做静态检查（ruff、mypy、import-linter）
  bench  准备环境并运行性能对比
  fonts  只准备表格所用的字体"""


def main(arguments: list[str]) -> int:
    """Carry out one command and return the exit status; 2 for wrong usage or what the user must do first."""
    for stream in (sys.stdout, sys.stderr):
        # A console or pipe that cannot show Chinese must not stop the set-up.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    commands = {"run": run, "test": test, "check": check, "bench": bench, "fonts": only_fonts}
    if not arguments or arguments[0] not in commands:
        asked = bool(arguments) and arguments[0] in ("-h", "--help")
        print(USAGE, file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2
    try:
        return commands[arguments[0]](arguments[1:])
    except AppError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"不能读写文件：{error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def run(arguments: list[str]) -> int:
    """Start the application; without a screen and without arguments, the demonstration."""
    demo = not arguments and not has_screen(os.environ, sys.platform)
    # Neither the command line nor the demonstration needs the window's libraries.
    needed, optional = system.WINDOW, system.OPTIONAL
    if demo or arguments:
        needed, optional = [], system.WINDOW + system.OPTIONAL
    system.ensure(environment.venv_package() + needed, optional)
    environment.ensure("run")
    try:
        fonts.ensure()
    except AppError as error:
        print(f"{error}\n表格先用本机已有的字体。", file=sys.stderr, flush=True)
    if demo:
        print(f"没有图形界面（DISPLAY、WAYLAND_DISPLAY 都未设置），改为运行演示，结果放在：{DEMO}", flush=True)
        arguments = ["demo", "--out", str(DEMO)]
    # Safe path (-P) and the source tree first: it works from any folder, and relative paths stay the user's.
    return start(["-P", "-m", "app", *arguments], folder=Path.cwd(), path=str(ROOT))


def test(arguments: list[str]) -> int:
    """Run the tests, with everything that they need."""
    system.ensure([*environment.venv_package(), *system.WINDOW, *system.OPTIONAL, *system.TESTS])
    environment.ensure("test")
    fonts.ensure()
    return start(["-m", "pytest", *arguments])


def bench(arguments: list[str]) -> int:
    """Run the benchmarks, with everything that they compare with."""
    system.ensure([*environment.venv_package(), *system.WINDOW, *system.TESTS, *system.BENCHMARKS])
    environment.ensure("test")
    fonts.ensure()
    return start(["-m", "tests.benchmarks", *arguments])


def check(arguments: list[str]) -> int:
    """Run every static check, the later ones too when an earlier one fails; 1 when any did."""
    if arguments:
        raise AppError("check 不带参数。")
    system.ensure(environment.venv_package())
    environment.ensure("test")
    programs = environment.scripts(environment.VENV, sys.platform)
    checks = [["ruff", "check"], ["ruff", "format", "--check"], ["mypy"], ["lint-imports"]]
    failed = []
    for name, *rest in checks:
        print(f"== {' '.join([name, *rest])}", flush=True)
        program = shutil.which(name, path=str(programs)) or str(programs / name)
        if subprocess.run([program, *rest], check=False, cwd=ROOT).returncode != 0:
            failed.append(" ".join([name, *rest]))
    if failed:
        print("没有通过：" + "、".join(failed), file=sys.stderr)
    return 1 if failed else 0


def only_fonts(arguments: list[str]) -> int:
    """Fetch the fonts and nothing else."""
    if arguments:
        raise AppError("fonts 不带参数。")
    fonts.ensure()
    return 0


def has_screen(variables: Mapping[str, str], platform: str) -> bool:
    """Say whether a window can open; Windows and macOS always have a screen, and who names a Qt platform knows."""
    if not platform.startswith("linux"):
        return True
    return any(variables.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def start(arguments: list[str], folder: Path = ROOT, path: str | None = None) -> int:
    """Run the environment's Python in `folder`, with `path` as PYTHONPATH, and return its exit status."""
    variables = dict(os.environ)
    variables.pop("PYTHONPATH", None)
    if path is not None:
        variables["PYTHONPATH"] = path
    return subprocess.run([str(environment.python()), *arguments], check=False, cwd=folder, env=variables).returncode
