"""Chinese typing on Linux: the decision, and real pinyin through fcitx5 into the real window."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.ui import input_method

ROOT = Path(__file__).resolve().parent.parent.parent
WHEEL = {"compose", "ibus"}


@pytest.mark.parametrize(
    "environment",
    [
        {"QT_IM_MODULE": "fcitx"},
        {"QT_IM_MODULE": "fcitx5"},
        {"QT_IM_MODULE": "Fcitx"},
        {"QT_IM_MODULES": "wayland;fcitx"},
        {"XMODIFIERS": "@im=fcitx"},
    ],
)
def test_fcitx_without_its_plug_in_becomes_ibus(environment: dict[str, str]) -> None:
    changed = environment | input_method.change(environment, WHEEL)
    assert changed["QT_IM_MODULE"] == "ibus"
    assert changed["IBUS_USE_PORTAL"] == "1"
    assert changed.get("QT_IM_MODULES", "ibus") == "ibus"


@pytest.mark.parametrize(
    ("environment", "plugins"),
    [
        ({"QT_IM_MODULE": "fcitx"}, {"compose", "ibus", "fcitx"}),
        ({"QT_IM_MODULE": "fcitx"}, {"compose"}),
        ({"QT_IM_MODULES": "fcitx;ibus"}, WHEEL),
        ({"QT_IM_MODULE": "ibus"}, WHEEL),
        ({"QT_IM_MODULE": "compose", "XMODIFIERS": "@im=fcitx"}, WHEEL),
        ({}, WHEEL),
    ],
)
def test_what_works_or_cannot_be_helped_stays(environment: dict[str, str], plugins: set[str]) -> None:
    assert input_method.change(environment, plugins) == {}


def test_the_wheel_on_linux_has_ibus_and_no_fcitx() -> None:
    """If this fails, Qt has got its own plug-in and the fallback may go."""
    found = input_method.plugins()
    assert "ibus" in found
    assert not found & {"fcitx", "fcitx5"}


PROFILE = """[Groups/0]
Name=默认
Default Layout=us
DefaultIM=pinyin

[Groups/0/Items/0]
Name=pinyin

[GroupOrder]
0=默认
"""


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Return a function that starts a program, which is ended with the test; its output is shown if it fails."""
    with contextlib.ExitStack() as ending:

        def start(command: list[str], **options: object) -> subprocess.Popen[str]:
            log = ending.enter_context((tmp_path / f"{Path(command[0]).name}.log").open("w+", encoding="utf-8"))
            process = subprocess.Popen(command, stderr=log, encoding="utf-8", **options)  # type: ignore[call-overload]

            def end() -> None:
                process.terminate()
                process.wait(20)
                if process.stdout:
                    process.stdout.close()
                log.seek(0)
                print(command[0], log.read())

            ending.callback(end)
            return process

        yield start


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def until(holds: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_pinyin_typed_through_fcitx5_arrives_in_the_unit_name(
    tmp_path: Path, running: Callable[..., subprocess.Popen[str]]
) -> None:
    home = tmp_path / "家"
    config = home / ".config"
    (config / "fcitx5").mkdir(parents=True)
    (config / "fcitx5" / "profile").write_text(PROFILE, encoding="utf-8")
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    xvfb = ["Xvfb", "-noreset", "-screen", "0", "1366x768x24", "-nolisten", "tcp", "-displayfd", "1"]
    screen = first_line(running(xvfb, stdout=subprocess.PIPE))
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(runtime),
        "LC_ALL": "C.UTF-8",
        "DISPLAY": f":{screen}",
        "XMODIFIERS": "@im=fcitx",
        "QT_IM_MODULE": "fcitx",
    }
    bus = ["dbus-daemon", "--session", "--nofork", "--print-address"]
    environment["DBUS_SESSION_BUS_ADDRESS"] = first_line(running(bus, stdout=subprocess.PIPE, env=environment))
    running(["fcitx5", "--disable", "wayland"], stdout=subprocess.DEVNULL, env=environment)
    draft = tmp_path / "草稿.weiying"
    draft.write_text('{"format": "weiying-draft", "version": 1, "campaign": "sichuan-2024"}', encoding="utf-8")
    program = [sys.executable, "-P", "-m", "app", "--data-dir", str(tmp_path / "data"), str(draft)]
    running(program, env=environment | {"PYTHONPATH": str(ROOT)}, cwd=tmp_path)

    def xdotool(*arguments: str) -> subprocess.CompletedProcess[str]:
        # A window that goes while xdotool looks at it (a tooltip, say) makes it fail; whoever calls asks again.
        return subprocess.run(["xdotool", *arguments], check=False, env=environment, capture_output=True, text=True)

    def focused() -> bool:
        windows = xdotool("search", "--onlyvisible", "--name", "微影报送助手").stdout.split()
        return bool(windows) and xdotool("windowfocus", "--sync", windows[0]).returncode == 0

    assert until(focused, 60), "no window"

    def typed() -> str:
        return json.loads(draft.read_text(encoding="utf-8")).get("unit", {}).get("name", "")

    # The first keys may come before the window and fcitx5 know of each other, so they are typed again.
    for _ in range(5):
        xdotool("key", "ctrl+a", "BackSpace")
        xdotool("type", "--delay", "60", "nihao ")
        if until(lambda: typed() == "你好", 4):
            break
    assert typed() == "你好"
