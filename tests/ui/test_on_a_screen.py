"""The main path on a real screen (Xvfb): a real drag with the mouse, real typing, the program as it is started."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.films import film

ROOT = Path(__file__).parents[2]
SOURCE_AT = (1400, 60)
SECONDS = 60


@pytest.fixture
def screen() -> Iterator[dict[str, str]]:
    """Return the environment of a screen of its own."""
    assert shutil.which("Xvfb"), "Xvfb and xdotool are needed: the set-up for tests installs them"
    assert shutil.which("xdotool"), "Xvfb and xdotool are needed: the set-up for tests installs them"
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x900x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as told:
        display = f":{told.readline().strip()}"
    yield {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    server.terminate()
    server.wait()


class Hands:
    """A mouse and a keyboard."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment

    def do(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words], env=self._environment, capture_output=True, text=True, check=False, timeout=30
        )
        return done.stdout.strip()

    def type(self, text: str) -> None:
        self.do("type", "--delay", "15", text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.do("key", "--delay", "30", key)


def wait(ready: Callable[[], object], what: str | Callable[[], str]) -> object:
    """Return what `ready` returns as soon as that is something."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if found := ready():
            return found
        time.sleep(0.05)
    raise AssertionError(f"not in {SECONDS} s: {what() if callable(what) else what}")


def test_a_film_dragged_with_the_mouse_becomes_forms(screen: dict[str, str], tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "Desktop").mkdir(parents=True)
    data = tmp_path / "data"
    environment = {**screen, "HOME": str(home), "WEIYING_DATA_DIR": str(data), "XDG_CONFIG_HOME": str(home / ".config")}
    folder = tmp_path / "视频"
    folder.mkdir()
    shutil.copy(film(seconds=70), folder / "01_山里的课堂_终版.mp4")
    hands = Hands(environment)
    heard: list[str] = []

    def draft() -> dict:
        found = sorted((data / "drafts").glob("*.weiying"))
        return json.loads(found[0].read_text(encoding="utf-8")) if found else {}

    def shows(page: str) -> bool:
        return hands.do("getwindowname", window).startswith(page)

    def turn(page: str) -> None:
        hands.press("alt+n")
        wait(lambda: shows(page), lambda: f"{page}: {draft()}")

    program = subprocess.Popen([sys.executable, "-m", "app"], env=environment, cwd=ROOT)
    source = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "ui" / "drag_source.py"), *map(str, SOURCE_AT), str(folder)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert source.stdout.readline().strip() == "ready"
        window = str(wait(lambda: hands.do("search", "--onlyvisible", "--pid", str(program.pid)), "a window"))
        window = window.split()[-1]
        hands.do("windowmove", "--sync", window, "0", "0")
        hands.do("windowfocus", "--sync", window)
        wait(lambda: hands.do("getwindowfocus") == window, "the focus")
        wait(lambda: shows("开始"), "the first page")
        turn("报送单位")

        # Each Tab that is not followed by words passes a small button or a field that may stay empty.
        def fill(*words: str) -> None:
            for word in words:
                if word:
                    hands.type(word)
                hands.press("Tab")

        fill("DemoUniversity", "", "", "P", "C", "D", "Road 1", "Zhang San", "13800138000", "Li Si", "", "13900139000")
        saved = "13900139000"
        wait(
            lambda: draft().get("unit", {}).get("preparer", {}).get("phone") == saved,
            lambda: f"the unit is saved: {draft()}",
        )
        turn("添加视频")

        x, y = SOURCE_AT[0] + 80, SOURCE_AT[1] + 60
        hands.do("mousemove", str(x), str(y), "mousedown", "1")
        for target in ((x - 10, y + 5), (x - 60, y + 40), (900, 400)):
            hands.do("mousemove", "--sync", str(target[0]), str(target[1]))
        steps = iter(range(10_000))
        taken = threading.Thread(target=lambda: heard.append(source.stdout.readline().strip()), daemon=True)
        taken.start()
        wait(lambda: hands.do("mousemove", str(700 + next(steps) % 9), "420") or heard, "the window takes the drag")
        hands.do("mouseup", "1")
        wait(lambda: [w["title"] for w in draft().get("works", [])] == ["山里的课堂"], "the film is in the draft")
        hands.do("windowfocus", "--sync", window)
        turn("作品信息")

        fill("", "", "", "", "Theme", "2031-05", "Studio", "", "", "", "Wang Wu", "", "s" * 200, "Recommended.")
        wait(lambda: draft()["works"][0].get("recommendation") == "Recommended.", "the work is saved")
        turn("审片确认")
        hands.press("alt+a")
        wait(lambda: draft()["works"][0].get("declarations"), "the questions are answered")
        turn("核对")
        turn("导出与打印")
        wait(lambda: hands.press("alt+e") or list((home / "Desktop").rglob("全部表格.pdf")), "the forms")
    finally:
        for process in (program, source):
            process.terminate()
            process.wait()
        source.stdout.close()
    written = draft()
    assert written["unit"]["name"] == "DemoUniversity"
    assert written["works"][0]["theme"] == "Theme"
    assert written["works"][0]["creators"] == [{"role": "导演", "name": "Wang Wu"}]
