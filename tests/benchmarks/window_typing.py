"""Typing into a large draft in the real window: `python -m tests.benchmarks.window_typing DRAFT KEYS` prints JSON.

`opened_s` is the processor time of the whole process, interpreter and all, until the draft is on the screen and every
work of it is checked. `keys_ms` is the processor time of the window's thread for each key, from its press until it is
painted: the new draft, the field's findings, the lists. `whole_ms` is that of all threads for a key, on average, with
what follows it: what is left to do in all works is counted, the draft is saved. `busy_ms` is the most that the window's
thread works in one go meanwhile.
"""

import json
import sys
import time
from pathlib import Path

from PySide6.QtTest import QTest

from app.ui.desk import Desk
from app.ui.main import application
from app.ui.pages.works import WorksPage
from app.ui.wizard import PAGES
from tests.benchmarks.measure import peak_mb
from tests.benchmarks.window_heart import Heart, Rest, turn

# About as fast as people type.
_PAUSE_S = 0.12


def main(draft: Path, presses: int) -> None:
    app = application()
    desk = Desk()
    desk.open(draft, page=PAGES.index(WorksPage))
    window = desk.window
    assert window is not None
    session = window.session
    rest, checked = Rest(session), []
    session.findings_changed.connect(lambda: checked.append(time.process_time()))
    while not checked:
        turn()
    rest.wait()
    works = window.page_named(WorksPage)
    works.list.choose(session.draft.works[len(session.draft.works) // 2].id)
    editor = works.boxes["title"].editor
    editor.setFocus()
    _pause(_PAUSE_S)
    heart, keys = Heart(), []
    heart.start()
    idle = time.process_time()
    _pause(presses * _PAUSE_S)
    begin = time.process_time()
    idle = begin - idle
    for _ in range(presses):
        pressed = time.thread_time()
        QTest.keyClick(editor, "a")
        app.processEvents()
        keys.append((time.thread_time() - pressed) * 1000)
        _pause(_PAUSE_S)
    whole = time.process_time() - begin - idle
    heart.stop()
    assert "a" * presses in session.draft.works[len(session.draft.works) // 2].title
    answer = {
        "opened_s": checked[0],
        "keys_ms": keys,
        "whole_ms": whole * 1000 / presses,
        "busy_ms": max(heart.busy_ms),
        "peak_mb": peak_mb(),
    }
    print(json.dumps(answer))
    window.close()
    desk.close()


def _pause(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        turn()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
