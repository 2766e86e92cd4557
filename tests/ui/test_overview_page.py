"""核对: everything that is not right, each a way to its field."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTreeWidgetItem, QTreeWidgetItemIterator

from app import storage
from app.draft import Contact, Draft, Unit, Video, Work
from app.pack import find_campaign
from app.ui.pages.overview import OverviewPage
from app.ui.pages.review import ReviewPage
from app.ui.pages.unit import UnitPage
from app.ui.pages.works import WorksPage
from app.ui.wizard import PAGES, Wizard
from tests.films import film


@pytest.fixture
def page(qtbot, open_wizard: Callable[[Path], Wizard], tmp_path: Path) -> OverviewPage:
    campaign = find_campaign("")
    answers = {campaign.confirmations[0].id: False}
    works = (
        Work(id="w1", title="甲", video=Video(str(film(seconds=70))), declarations=answers),
        Work(id="w2", title="乙", video=Video(str(film(seconds=80)))),
    )
    path = tmp_path / "两部.weiying"
    unit = Unit(contact=Contact(mobile="12345"))
    storage.save_draft(Draft(campaign=campaign.id, unit=unit, works=works), path)
    window = open_wizard(path)
    qtbot.waitUntil(lambda: not window.session.films.busy(), timeout=10_000)
    window.go_to(PAGES.index(OverviewPage))
    return window.page_named(OverviewPage)


def items(page: OverviewPage) -> list[QTreeWidgetItem]:
    found, walk = [], QTreeWidgetItemIterator(page.tree)
    while walk.value():
        found.append(walk.value())
        walk += 1
    return found


def follow(page: OverviewPage, words: str) -> None:
    item = next(i for i in items(page) if words in i.text(0))
    page.tree.setCurrentItem(item)
    page.tree.setFocus()
    QTest.keyClick(page.tree, Qt.Key.Key_Return)


def test_what_blocks_stands_apart_from_what_a_person_must_judge(page: OverviewPage) -> None:
    groups = [page.tree.topLevelItem(i).text(0) for i in range(page.tree.topLevelItemCount())]
    assert groups[0].startswith("必须改正")
    assert groups[1].startswith("需要人确认")
    assert "必须改正" in page.summary.text()


def test_the_same_thing_to_do_in_several_works_is_said_once(page: OverviewPage) -> None:
    theme = page.session.campaign.field("theme").label
    alike = [i for i in items(page) if f"还没有填写“{theme}”" in i.text(0)]
    assert len(alike) == 1
    assert "2 部作品" in alike[0].text(0)
    assert [alike[0].child(i).text(0) for i in range(2)] == ["1 《甲》", "2 《乙》"]


def test_a_wrong_number_leads_to_its_field(page: OverviewPage) -> None:
    follow(page, "12345")
    unit = page.wizard().page_named(UnitPage)
    assert page.wizard().current() is unit
    assert unit.boxes["unit.contact.mobile"].editor.hasFocus()


def test_a_missing_text_leads_to_its_work_and_field(page: OverviewPage) -> None:
    follow(page, "2 《乙》")
    works = page.wizard().page_named(WorksPage)
    assert page.wizard().current() is works
    assert works.list.current() == "w2"


def test_an_answer_of_no_leads_to_its_question(page: OverviewPage) -> None:
    follow(page, "回答了“否”")
    review = page.wizard().page_named(ReviewPage)
    assert page.wizard().current() is review
    assert review.list.current() == "w1"
    assert review.questions[page.session.campaign.confirmations[0].id].yes.hasFocus()


def test_a_thing_put_right_goes_from_the_list_at_once(qtbot, page: OverviewPage) -> None:
    page.session.edit_unit(Unit(contact=Contact(mobile="13800138000")))
    qtbot.waitUntil(lambda: not any("12345" in i.text(0) for i in items(page)))
