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

from tests.exporters.test_verify import small_bag
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
        ["Xvfb", "-noreset", "-displayfd", str(writing), "-screen", "0", "1600x900x24", "-nolisten", "tcp"],
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


def files_to_drag(environment: dict[str, str], at: tuple[int, int], *paths: Path) -> subprocess.Popen[str]:
    """Return a window of another program, at a place on the screen, from which files can be dragged."""
    source = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "ui" / "drag_source.py"), *map(str, at), *map(str, paths)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert source.stdout.readline().strip() == "ready"
    return source


def drag(hands: Hands, source: subprocess.Popen[str], at: tuple[int, int]) -> None:
    """Drag the files with the mouse into the middle of our window, and let go once it takes them."""
    x, y = at[0] + 80, at[1] + 60
    heard: list[str] = []
    hands.do("mousemove", str(x), str(y), "mousedown", "1")
    for target in ((x - 10, y + 5), (x - 60, y + 40), (900, 400)):
        hands.do("mousemove", "--sync", str(target[0]), str(target[1]))
    steps = iter(range(10_000))
    threading.Thread(target=lambda: heard.append(source.stdout.readline().strip()), daemon=True).start()
    wait(lambda: hands.do("mousemove", str(700 + next(steps) % 9), "420") or heard, "the window takes the drag")
    hands.do("mouseup", "1")


def test_a_film_dragged_with_the_mouse_becomes_forms(screen: dict[str, str], tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "Desktop").mkdir(parents=True)
    data = tmp_path / "data"
    environment = {**screen, "HOME": str(home), "WEIYING_DATA_DIR": str(data), "XDG_CONFIG_HOME": str(home / ".config")}
    folder = tmp_path / "视频"
    folder.mkdir()
    shutil.copy(film(seconds=70), folder / "01_山里的课堂_终版.mp4")
    hands = Hands(environment)

    def draft() -> dict:
        found = sorted((data / "drafts").glob("*.weiying"))
        return json.loads(found[0].read_text(encoding="utf-8")) if found else {}

    def shows(page: str) -> bool:
        return hands.do("getwindowname", window).startswith(page)

    def turn(page: str) -> None:
        hands.press("alt+n")
        wait(lambda: shows(page), lambda: f"{page}: {draft()}")

    program = subprocess.Popen([sys.executable, "-m", "app"], env=environment, cwd=ROOT)
    source = files_to_drag(environment, SOURCE_AT, folder)
    try:
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

        drag(hands, source, SOURCE_AT)
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


def test_a_package_and_a_scan_dragged_with_the_mouse_find_their_places(screen: dict[str, str], tmp_path: Path) -> None:
    environment = {**screen, "HOME": str(tmp_path), "WEIYING_DATA_DIR": str(tmp_path / "data")}
    hands = Hands(environment)
    package, scan = small_bag(tmp_path / "某单位", {"a.txt": b"1"}, ["sha256"]), tmp_path / "盖章.pdf"
    scan.write_bytes(b"%PDF-1.4")
    program = subprocess.Popen([sys.executable, "-m", "app"], env=environment, cwd=ROOT)
    below = (SOURCE_AT[0], SOURCE_AT[1] + 200)
    sources = [files_to_drag(environment, SOURCE_AT, scan), files_to_drag(environment, below, package)]

    def titled(title: str) -> str:
        return hands.do("search", "--onlyvisible", "--name", title)

    try:
        window = str(wait(lambda: titled("^开始"), "a window"))
        hands.do("windowmove", "--sync", window, "0", "0")
        # No window manager here: the page is turned by the letters of the buttons.
        hands.do("windowfocus", "--sync", window)
        hands.press("alt+n")
        wait(lambda: titled("^报送单位"), "a page full of fields")
        drag(hands, sources[0], SOURCE_AT)
        wait(lambda: titled("^盖章回收"), "the page of the scans")
        drag(hands, sources[1], below)
        wait(lambda: titled("^核对报送包"), "the window that verifies")
        assert titled("^盖章回收"), "the page stays"
    finally:
        for process in (program, *sources):
            process.terminate()
            process.wait()
        for source in sources:
            source.stdout.close()
