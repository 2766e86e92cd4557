"""Adding a folder of real films to the real window: `python -m tests.benchmarks.window_adding ours|bare FOLDER`.

Prints JSON: `held_ms` is the longest time the event loop was held, `keys_ms` what presses of the arrow key in the list
took meanwhile, ten a second, each until the list was drawn. `bare` is an empty QWizard that does nothing while another
process reads the same films: what the machine itself takes from a window.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWizard

from app.ui.desk import Desk
from app.ui.main import application
from app.ui.pages.videos import VideosPage
from app.ui.wizard import PAGES
from tests.benchmarks.measure import peak_mb
from tests.benchmarks.window_heart import Heart, Rest, turn

_KEY_EVERY_MS = 100


def ours(folder: Path) -> None:
    application()
    desk = Desk()
    desk.open(page=PAGES.index(VideosPage))
    window = desk.window
    assert window is not None
    rest = Rest(window.session)
    rest.wait()
    videos = window.page_named(VideosPage)
    keys: list[float] = []

    def press() -> None:
        if window.session.draft.works:
            begin = time.thread_time()
            QTest.keyClick(videos.table, Qt.Key.Key_Down)
            videos.table.viewport().repaint()
            keys.append((time.thread_time() - begin) * 1000)

    hand = QTimer(interval=_KEY_EVERY_MS)
    hand.timeout.connect(press)
    heart = Heart()
    wall, cpu = time.perf_counter(), time.process_time()
    heart.start()
    hand.start()
    count = len(list(folder.iterdir()))
    videos.add_paths([folder])
    while len(window.session.draft.works) < count or not rest.reached():
        turn()
    heart.stop()
    hand.stop()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps(_held(heart) | {"keys_ms": keys, "wall": wall, "cpu": cpu, "peak_mb": peak_mb()}))
    window.close()
    desk.close()


def bare(folder: Path) -> None:
    QApplication([])
    wizard = QWizard()
    wizard.show()
    heart = Heart()
    heart.start()
    other = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.memory", str(folder)], stdout=subprocess.DEVNULL)
    while other.poll() is None:
        turn()
    heart.stop()
    print(json.dumps(_held(heart)))


def _held(heart: Heart) -> dict[str, object]:
    return {
        "held_ms": max(heart.gaps_ms),
        "busy_ms": max(heart.busy_ms),
    }


if __name__ == "__main__":
    {"ours": ours, "bare": bare}[sys.argv[1]](Path(sys.argv[2]))
