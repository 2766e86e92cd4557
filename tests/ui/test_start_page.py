"""开始: which call, which draft; drafts that are damaged, interrupted or open elsewhere."""

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from app import storage
from app.draft import Draft, Unit, Work
from app.pack import find_campaign, shipped_campaigns
from app.ui.call_text import days_text, requirements_html
from app.ui.desk import Desk
from app.ui.pages.start import StartPage
from app.ui.recents import lock_of, recents
from app.ui.wizard import Wizard


def saved(name: str, unit: str, works: int = 2) -> Path:
    path = storage.drafts_dir() / f"{name}.weiying"
    draft = Draft(
        campaign=find_campaign("").id, unit=Unit(name=unit), works=tuple(Work(id=f"w{n}") for n in range(works))
    )
    storage.save_draft(draft, path)
    return path


def start_page(window: Wizard) -> StartPage:
    return window.page_named(StartPage)


def test_the_first_start_shows_the_call_and_writes_nothing(qtbot, desk: Desk) -> None:
    desk.open()
    page = start_page(desk.window)
    assert desk.window.current() is page
    assert page.none.isVisible()
    desk.window.close()
    assert storage.recent_drafts() == []


@pytest.mark.parametrize(
    ("today", "words"), [("before", "天后开始"), ("opens", "还剩"), ("closes", "今天截止"), ("after", "已经截止")]
)
def test_the_days_that_are_left_are_said(today: str, words: str) -> None:
    campaign = shipped_campaigns()[0]
    window = campaign.window
    days = {
        "before": date.fromordinal(window.opens.toordinal() - 3),
        "opens": window.opens,
        "closes": window.closes,
        "after": date.fromordinal(window.closes.toordinal() + 1),
    }
    assert words in days_text(campaign, days[today])


def test_the_requirements_hold_the_rules_and_the_whole_notice() -> None:
    campaign = shipped_campaigns()[0]
    page = requirements_html(campaign)
    assert campaign.video.container.clause in page
    assert campaign.confirmations[-1].clause in page
    assert "通知全文" in page


def test_a_recent_draft_is_gone_on_with(qtbot, desk: Desk) -> None:
    path = saved("旧稿", "某某学院", 3)
    desk.open()
    page = start_page(desk.window)
    qtbot.waitUntil(lambda: page.drafts.count() == 1)
    assert "某某学院" in page.drafts.item(0).text()
    assert "3 部作品" in page.drafts.item(0).text()
    page.drafts.setCurrentRow(0)
    page.resume.click()
    assert desk.window.session.path == path
    assert desk.window.session.draft.unit.name == "某某学院"


def test_a_damaged_draft_is_offered_and_opens_as_last_saved(qtbot, desk: Desk) -> None:
    path = saved("坏稿", "第一次")
    storage.save_draft(Draft(campaign=find_campaign("").id, unit=Unit(name="第二次")), path)
    path.write_bytes(path.read_bytes()[:40])
    assert "恢复" in recents()[0].text(recents()[0].saved)
    desk.open(path, page=1)
    assert desk.window.session.draft.unit.name == "第一次"
    assert "已损坏" in desk.window.current().banner.text()


def test_a_draft_left_by_a_killed_program_says_so(data_dir: Path) -> None:
    path = saved("断稿", "某某学院")
    script = (
        "import sys, time; from pathlib import Path; from app.ui.recents import lock_of\n"
        "lock = lock_of(Path(sys.argv[1])); print(lock.tryLock(0), flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline().strip() == "True"
    assert not recents()[0].interrupted
    os.kill(holder.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    holder.wait()
    holder.stdout.close()
    assert recents()[0].interrupted


@pytest.mark.parametrize("answer", [0, 1])
def test_a_draft_open_elsewhere_is_opened_as_a_copy_or_not_at_all(qtbot, desk: Desk, answer: int) -> None:
    path = saved("共用", "某某学院")
    elsewhere = lock_of(path)
    assert elsewhere.tryLock(0)
    desk.open()
    first = desk.window
    said: list[str] = []

    def reply() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(20, reply)
            return
        said.append(box.text() + box.informativeText())
        box.buttons()[answer].click()

    QTimer.singleShot(0, reply)
    desk.open(path, page=1)
    assert "另一个窗口" in said[0]
    if desk.window is first:
        assert desk.window.session.path != path
    else:
        assert desk.window.session.draft.unit.name == "某某学院"
        assert desk.window.session.path != path
    elsewhere.unlock()


def test_a_missing_draft_is_said_in_the_window_of_a_new_one(qtbot, desk: Desk, tmp_path: Path) -> None:
    desk.open(tmp_path / "没有.weiying", page=1)
    assert "找不到草稿" in desk.window.current().banner.text()


def test_a_newer_draft_is_refused_and_the_window_stays_usable(qtbot, desk: Desk, tmp_path: Path) -> None:
    path = storage.drafts_dir() / "新稿.weiying"
    path.parent.mkdir(parents=True)
    newer = b'{"format": "weiying-draft", "version": 2, "unit": {"name": []}}'
    path.write_bytes(newer)
    assert "升级本程序" in recents()[0].text(recents()[0].saved)
    desk.open(path, page=1)
    assert "更新的版本" in desk.window.current().banner.text()
    assert desk.window.session.path != path
    # Asked for again from the window that is there, it is refused there too; nobody holds it.
    lock = lock_of(path)
    assert lock.tryLock(0)
    lock.unlock()
    first = desk.window
    desk.window.open_wanted.emit(path, "")
    assert desk.window is first
    assert "更新的版本" in desk.window.current().banner.text()
    desk.window.session.edit_unit(Unit(name="某某学院"))
    desk.save()
    assert storage.load_draft(desk.window.session.path).draft.unit.name == "某某学院"
    assert path.read_bytes() == newer
    assert [p.name for p in path.parent.iterdir() if "新稿" in p.name] == ["新稿.weiying"]


def test_a_broken_call_leaves_what_is_open(qtbot, desk: Desk, tmp_path: Path) -> None:
    desk.open()
    pack = tmp_path / "坏.toml"
    pack.write_text("format = 1\n", encoding="utf-8")
    window = desk.window
    window.open_wanted.emit(None, str(pack))
    assert desk.window is window
    assert "处错误" in window.current().banner.text()


def test_another_call_begins_a_new_draft(qtbot, desk: Desk) -> None:
    pack = Path(__file__).parents[1] / "campaigns" / "coast-2031.toml"
    desk.open()
    desk.window.open_wanted.emit(None, str(pack))
    assert desk.window.session.campaign.id == find_campaign(str(pack)).id
    assert desk.window.session.draft.works == ()


def test_a_new_window_stands_on_the_screen_with_its_frame(desk: Desk) -> None:
    desk.open(page=0)
    room = desk.window.screen().availableGeometry()
    assert room.contains(desk.window.frameGeometry())
