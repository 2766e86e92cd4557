"""The whole wizard by keyboard alone, and what a screen reader is told."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from app import storage
from app.draft import Creator, Draft, Video, Work
from app.pack import find_campaign
from app.ui.desk import Desk
from app.ui.pages.export import ExportPage
from app.ui.pages.overview import OverviewPage
from app.ui.pages.review import ReviewPage
from app.ui.pages.unit import UnitPage
from app.ui.pages.videos import VideosPage
from app.ui.pages.works import WorksPage
from app.ui.wizard import PAGES, Wizard
from tests.films import film
from tests.ui.hands import write

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def focus() -> QWidget:
    return QApplication.focusWidget()


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(focus(), key, modifier)


def tab_to(wanted: Callable[[QWidget], bool]) -> QWidget:
    """Press Tab until the focus is where it is wanted; fail after a round."""
    for _ in range(120):
        if wanted(focus()):
            return focus()
        press(Qt.Key.Key_Tab)
    raise AssertionError("Tab does not lead there")


def turn(qtbot, window: Wizard) -> None:
    """Go on with the button's letter: it is heard by the active window, and the button goes down for a moment."""
    number = window.currentId()
    qtbot.waitUntil(window.isActiveWindow)
    press(Qt.Key.Key_N, ALT)
    qtbot.waitUntil(lambda: window.currentId() != number or bool(window.current().banner.text()))


def named(name: str) -> Callable[[QWidget], bool]:
    return lambda widget: widget.accessibleName() == name


def fill(name: str, text: str) -> None:
    field = tab_to(named(name))
    line = field.lineEdit() if hasattr(field, "lineEdit") and callable(field.lineEdit) and field.lineEdit() else field
    if text.isascii():
        QTest.keyClicks(line, text)
    else:
        write(line, text)


def test_from_films_to_forms_without_a_mouse(qtbot, desk: Desk, tmp_path: Path) -> None:
    desk.open()
    window = desk.window
    window.activateWindow()
    qtbot.waitUntil(lambda: focus() is not None and "下一步" in getattr(focus(), "text", str)())
    press(Qt.Key.Key_Space)

    assert isinstance(window.current(), UnitPage)
    labels = {f.id: f.label for f in window.session.campaign.fields}
    fill(labels["unit.name"], "某某学院")
    for part, text in (("省（自治区）", "某省"), ("市（州）", "某市"), ("区（县）", "某区"), ("街道门牌", "某路 1 号")):
        fill(part, text)
    fill(labels["unit.contact.name"], "张三")
    fill(labels["unit.contact.mobile"], "13800138000")
    tab_to(lambda w: isinstance(w, QAbstractButton) and "与联系人相同" in w.text())
    press(Qt.Key.Key_Space)
    turn(qtbot, window)

    assert isinstance(window.current(), VideosPage)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(film("片子.mp4", seconds=70)))])
    QApplication.clipboard().setMimeData(mime)
    tab_to(named("添加文件"))
    press(Qt.Key.Key_V, CONTROL)
    qtbot.waitUntil(lambda: len(window.session.draft.works) == 1 and not window.session.films.busy(), timeout=10_000)
    turn(qtbot, window)

    assert isinstance(window.current(), WorksPage)
    fill(labels["theme"], "主题")
    fill(labels["created"], "2031-05")
    tab_to(lambda w: isinstance(w, QAbstractButton) and "同报送单位" in w.text())
    press(Qt.Key.Key_Space)
    fill("姓名", "李四")
    fill(labels["synopsis"], "字" * 200)
    fill(labels["recommendation"], "同意推选。")
    turn(qtbot, window)

    assert isinstance(window.current(), ReviewPage)
    tab_to(lambda w: isinstance(w, QAbstractButton) and "全部符合" in w.text())
    press(Qt.Key.Key_Space)
    turn(qtbot, window)

    assert isinstance(window.current(), OverviewPage)
    assert "必须改正" not in window.current().summary.text()
    turn(qtbot, window)

    export = window.current()
    assert isinstance(export, ExportPage)
    qtbot.waitUntil(export.start.isEnabled, timeout=10_000)
    tab_to(lambda w: w is export.folder)
    press(Qt.Key.Key_A, CONTROL)
    write(export.folder, str(tmp_path / "out"))
    tab_to(lambda w: isinstance(w, QAbstractButton) and "导出表格" in w.text())
    press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bool(export.files), timeout=60_000)


@pytest.fixture
def full(qtbot, open_wizard: Callable[[Path], Wizard], tmp_path: Path) -> Wizard:
    people = (Creator("导演", "甲"), Creator("编剧", "乙"), Creator("摄影", "丙"))
    works = tuple(Work(id=f"w{n}", video=Video(str(film(seconds=60 + n))), creators=people) for n in range(2))
    path = tmp_path / "满.weiying"
    storage.save_draft(Draft(campaign=find_campaign("").id, works=works), path)
    window = open_wizard(path)
    window.activateWindow()
    qtbot.waitUntil(lambda: not window.session.films.busy(), timeout=10_000)
    return window


@pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.__name__)
def test_tab_goes_through_a_page_from_top_to_bottom_and_out_again(qtbot, full: Wizard, kind: type) -> None:
    full.go_to(PAGES.index(kind))
    page = full.current()
    inside: list[QWidget] = []
    first = next(w for w in page.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible())
    first.setFocus()
    for _ in range(80):
        if not page.isAncestorOf(focus()):
            break
        inside.append(focus())
        press(Qt.Key.Key_Tab)
    assert not page.isAncestorOf(focus()), "Tab never leaves the page"
    assert len(inside) == len(set(inside))
    buttons = [w for w in inside if isinstance(w, QAbstractButton) and w.property("role") == "link"]
    # The small buttons beside a label come after its field.
    places = [w.mapTo(page, QPoint(0, 0)) for w in inside if w not in buttons]
    if kind is UnitPage:
        assert [p.y() // 40 for p in places] == sorted(p.y() // 40 for p in places)


@pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.__name__)
def test_whatever_takes_the_focus_has_a_name(full: Wizard, kind: type) -> None:
    full.go_to(PAGES.index(kind))
    nameless = [
        w
        for w in full.findChildren(QWidget)
        if w.isVisible() and w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.focusProxy() is None
        and not (w.accessibleName() or getattr(w, "text", str)())
    ]  # fmt: skip
    assert [type(w).__name__ for w in nameless] == []


@pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.__name__)
def test_no_letter_stands_for_two_things_on_a_page(full: Wizard, kind: type) -> None:
    full.go_to(PAGES.index(kind))
    letters = [
        b.text()[b.text().index("&") + 1].upper()
        for b in full.findChildren(QAbstractButton)
        if b.isVisible() and "&" in b.text()
    ]
    assert sorted(letters) == sorted(set(letters))


def test_return_goes_on_to_the_next_field_and_escape_closes_nothing(full: Wizard) -> None:
    full.go_to(PAGES.index(UnitPage))
    page = full.current()
    page.boxes["unit.contact.name"].editor.setFocus()
    press(Qt.Key.Key_Return)
    assert focus() is page.boxes["unit.contact.mobile"].editor
    press(Qt.Key.Key_Escape)
    assert full.isVisible()
    assert full.current() is page
