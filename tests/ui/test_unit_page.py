"""报送单位: filled once, remembered, several units possible."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWizard

from app import storage
from app.draft import Contact, Unit
from app.ui.divisions import cities, counties, provinces
from app.ui.pages.unit import UnitPage
from app.ui.wizard import Wizard
from tests.ui.hands import click, go_on, write


@pytest.fixture
def page(wizard: Wizard) -> UnitPage:
    return wizard.page_named(UnitPage)


def test_nothing_is_scolded_before_it_was_touched(page: UnitPage) -> None:
    assert [b.problem() for b in page.boxes.values() if b.problem()] == []


def test_going_on_once_names_all_that_is_missing_and_twice_goes_on(wizard: Wizard, page: UnitPage) -> None:
    go_on(wizard)
    assert wizard.current() is page
    labels = [b.field.label for b in page.boxes.values() if b.field.required]
    assert all(label in page.banner.text() for label in labels)
    assert page.boxes["unit.name"].editor.hasFocus()
    go_on(wizard)
    assert wizard.current() is not page


@pytest.mark.parametrize(
    ("identity", "number", "is_good"),
    [
        ("unit.contact.mobile", "13800138000", True),
        ("unit.contact.mobile", "+86 138-0013-8000", True),
        ("unit.contact.mobile", "1380013800", False),
        ("unit.contact.mobile", "028-86600000", False),
        ("unit.preparer.phone", "028-86600000", True),
        ("unit.preparer.phone", "86600000-801", True),
        ("unit.preparer.phone", "12345", False),
    ],
)
def test_numbers_are_held_to_how_they_are_written_here(
    page: UnitPage, identity: str, number: str, is_good: bool
) -> None:
    write(page.boxes[identity].editor, number)
    assert (page.boxes[identity].problem() == "") is is_good


def test_the_next_draft_begins_with_the_unit_of_the_last(qtbot, open_wizard: Callable[..., Wizard]) -> None:
    first = open_wizard()
    page = first.page_named(UnitPage)
    write(page.boxes["unit.name"].editor, "某某学院")
    write(page.boxes["unit.contact.mobile"].editor, "13800138000")
    first.close()
    again = open_wizard(storage.new_draft_path().with_name("missing.weiying"))
    assert again.session.draft.unit.name == "某某学院"
    assert again.session.draft.unit.contact.mobile == "13800138000"


def test_several_units_are_remembered_and_can_be_exchanged(wizard: Wizard, page: UnitPage) -> None:
    storage.save_profile(Unit(name="甲单位"))
    storage.save_profile(Unit(name="乙单位", contact=Contact(name="王五")))
    page.other_unit.menu().aboutToShow.emit()
    names = [a.text() for a in page.other_unit.menu().actions()]
    assert names[:2] == ["乙单位", "甲单位"]
    page.other_unit.menu().actions()[0].trigger()
    assert page.boxes["unit.contact.name"].editor.value() == "王五"
    click(wizard.button(QWizard.WizardButton.CustomButton1))
    assert page.boxes["unit.contact.name"].editor.value() == ""


def test_a_unit_can_be_forgotten(page: UnitPage) -> None:
    storage.save_profile(Unit(name="甲单位"))
    storage.save_profile(Unit(name="乙单位"))
    storage.forget_profile("甲单位")
    assert [u.name for u in storage.load_profiles()] == ["乙单位"]


def test_each_part_of_the_address_offers_what_belongs_to_the_one_before(page: UnitPage) -> None:
    province = provinces()[2]
    write(page.address["province"].lineEdit(), province)
    city = cities(province)[0]
    assert page.address["city"].itemText(0) == city
    write(page.address["city"].lineEdit(), city)
    assert page.address["district"].itemText(0) == counties(province, city)[0]
    write(page.address["district"].lineEdit(), "新设的区")
    assert page.session.draft.unit.address.district == "新设的区"


def test_a_click_into_an_empty_choice_opens_its_list(qtbot, wizard: Wizard, page: UnitPage) -> None:
    province = page.address["province"]
    click(province.lineEdit())
    qtbot.waitUntil(province.view().isVisible)
    province.hidePopup()
    province.setEditText("某")
    click(province.lineEdit())
    assert not province.view().isVisible()


def test_return_takes_the_completion_chosen(qtbot, wizard: Wizard, page: UnitPage) -> None:
    province = page.address["province"]
    chosen = provinces()[2]
    line = province.lineEdit()
    line.setFocus()
    for letter in chosen[:2]:
        QApplication.sendEvent(line, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter))
    popup = province.completer().popup()
    qtbot.waitUntil(popup.isVisible)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(popup, key)
    qtbot.waitUntil(lambda: not popup.isVisible())
    assert page.session.draft.unit.address.province == chosen
    assert page.address["city"].itemText(0) == cities(chosen)[0]
