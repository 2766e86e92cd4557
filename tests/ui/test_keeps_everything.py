"""Nothing typed is lost: saved within a second, after a kill, after a bug; undo over the whole draft."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialogButtonBox

from app import storage
from app.draft import Draft, Unit, Work
from app.errors import AppError
from app.pack import find_campaign
from app.ui import crash
from app.ui.history import History
from app.ui.pages.unit import UnitPage
from app.ui.wizard import Wizard
from tests.ui.hands import write


def test_a_change_is_on_the_disk_within_a_second(qtbot, wizard: Wizard) -> None:
    write(wizard.page_named(UnitPage).boxes["unit.name"].editor, "某某学院")
    began = time.monotonic()
    qtbot.waitUntil(wizard.session.autosave.is_saved, timeout=5_000)
    assert time.monotonic() - began < 1.0
    assert storage.load_draft(wizard.session.path).draft.unit.name == "某某学院"


def test_steady_typing_is_saved_while_it_goes_on(qtbot, wizard: Wizard) -> None:
    session = wizard.session
    saves: list[str] = []
    session.autosave.saved.connect(lambda: saves.append(session.draft.unit.name))
    typing = QTimer(interval=50)
    typing.timeout.connect(lambda: session.edit_unit(Unit(name=session.draft.unit.name + "字"), "name"))
    typing.start()
    qtbot.waitUntil(session.path.exists, timeout=5_000)
    typing.stop()
    assert session.draft.unit.name


def test_a_killed_program_loses_at_most_the_last_second(data_dir: Path, tmp_path: Path) -> None:
    path = tmp_path / "断电.weiying"
    storage.save_draft(Draft(campaign=find_campaign("").id), path)
    script = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from PySide6.QtCore import QTimer\n"
        "from app.draft import Unit\n"
        "from app.ui.desk import Desk\n"
        "from app.ui.main import application\n"
        "app = application(); desk = Desk(); desk.open(Path(sys.argv[1]))\n"
        "began = time.monotonic()\n"
        "def edit():\n"
        "    now = f'{time.monotonic() - began:.3f}'\n"
        "    desk.window.session.edit_unit(Unit(name=now))\n"
        "    print(now, flush=True)\n"
        "timer = QTimer(interval=20); timer.timeout.connect(edit); timer.start()\n"
        "app.exec()\n"
    )
    child = subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True)
    last = 0.0
    while last < 2.0:
        last = float(child.stdout.readline())
    os.kill(child.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    child.wait()
    child.stdout.close()
    assert last - float(storage.load_draft(path).draft.unit.name) < 1.0


def test_a_save_that_fails_is_told_and_tried_again(qtbot, wizard: Wizard, tmp_path: Path) -> None:
    session = wizard.session
    good = session.autosave.path
    blocker = tmp_path / "文件"
    blocker.write_bytes(b"")
    session.autosave.path = blocker / "草稿.weiying"
    session.edit_unit(Unit(name="甲"))
    qtbot.waitUntil(lambda: "没有写成" in wizard.current().banner.text(), timeout=5_000)
    assert "没有保存" in wizard.rail.saved.text()
    session.autosave.path = good
    session.edit_unit(Unit(name="乙"))
    qtbot.waitUntil(session.autosave.is_saved, timeout=5_000)
    assert "已自动保存" in wizard.rail.saved.text()


def test_undo_and_redo_walk_through_all_drafts() -> None:
    drafts = [Draft(campaign=str(n)) for n in range(4)]
    history = History(drafts[0])
    for draft in drafts[1:]:
        history.edit(draft, f"到 {draft.campaign}")
    for expected in reversed(drafts[:-1]):
        history.undo()
        assert history.present is expected
    assert history.undo_label() == ""
    history.redo()
    history.edit(Draft(campaign="9"), "另一路")
    assert history.redo_label() == ""
    assert history.undo_label() == "另一路"


def test_a_bug_saves_the_draft_first_and_its_report_has_no_phone_number(
    qtbot, open_wizard: Callable[..., Wizard], monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_wizard()
    session = window.session
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
    crash.install(session.autosave.flush)
    session.edit_unit(Unit(name="某某学院"))
    seen: list[str] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, crash.CrashDialog):
            QTimer.singleShot(20, look)
            return
        assert storage.load_draft(session.path).draft.unit.name == "某某学院"
        for button in dialog.findChild(QDialogButtonBox).buttons():
            button.click()
        seen.append(QApplication.clipboard().text())

    QTimer.singleShot(0, look)
    number, landline = "13800138000", "028-86600000"
    session.jobs.run(lambda _: int(f"电话 {number}，{landline}"))
    qtbot.waitUntil(lambda: bool(seen), timeout=10_000)
    assert "ValueError" in seen[0]
    assert number not in seen[0]
    assert landline not in seen[0]


def test_an_expected_failure_without_a_place_of_its_own_is_never_lost(
    qtbot, wizard: Wizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    caught: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: caught.append(error))

    def fail(_: object) -> None:
        raise AppError("出了点事。")

    wizard.session.jobs.run(fail)
    qtbot.waitUntil(lambda: bool(caught))
    assert str(caught[0]) == "出了点事。"


def test_closing_saves_what_was_typed_last(open_wizard: Callable[..., Wizard]) -> None:
    window = open_wizard()
    window.session.edit(storage.msgspec.structs.replace(window.session.draft, works=(Work(id="w", title="末"),)), "改")
    window.close()
    assert storage.load_draft(window.session.path).draft.works[0].title == "末"
