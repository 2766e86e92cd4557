"""作品信息: typing each fact once, for one work or for all."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWizard

from app import storage
from app.draft import Creator, Draft, Unit, Work
from app.pack import find_campaign
from app.ui.badges import State, film_state
from app.ui.pages.works import WorksPage
from app.ui.wizard import PAGES, Wizard
from app.validators import Finding, Level
from tests.ui.hands import click, go_on, write


@pytest.fixture
def page(open_wizard: Callable[[Path], Wizard], tmp_path: Path) -> WorksPage:
    works = tuple(Work(id=f"w{n}", title=f"作品{n}") for n in range(1, 4))
    path = tmp_path / "三部.weiying"
    storage.save_draft(Draft(campaign=find_campaign("").id, unit=Unit(name="某某学院"), works=works), path)
    window = open_wizard(path)
    window.go_to(PAGES.index(WorksPage))
    return window.page_named(WorksPage)


def column(page: WorksPage, name: str) -> list[str]:
    return [getattr(w, name) for w in page.session.draft.works]


def test_typing_one_word_is_one_step_to_undo(page: WorksPage) -> None:
    write(page.boxes["created"].editor, "2031-05")
    assert column(page, "created")[0] == "2031-05"
    click(page.wizard().button(QWizard.WizardButton.CustomButton1))
    assert column(page, "created")[0] == ""
    assert page.boxes["created"].editor.value() == ""
    click(page.wizard().button(QWizard.WizardButton.CustomButton2))
    assert page.boxes["created"].editor.value() == "2031-05"


def test_the_producer_can_be_the_unit(page: WorksPage) -> None:
    click(page.same_unit)
    assert column(page, "producer") == ["某某学院", "", ""]


def test_a_fact_is_used_for_all_works_in_one_step(page: WorksPage) -> None:
    write(page.boxes["producer"].editor, "影视公司")
    page.apply_to_all("producer")
    assert column(page, "producer") == ["影视公司"] * 3
    page.session.undo()
    assert column(page, "producer") == ["影视公司", "", ""]


def test_a_column_from_a_spreadsheet_fills_the_works_from_the_chosen_one_on(page: WorksPage) -> None:
    page.list.choose("w2")
    QApplication.clipboard().setText("甲\r\n乙\r\n丙\r\n")
    page.paste_column("producer")
    assert column(page, "producer") == ["", "甲", "乙"]
    assert "多出的 1 行" in page.banner.text()


def test_a_column_can_be_copied_to_a_spreadsheet(page: WorksPage) -> None:
    page.copy_column("title")
    assert QApplication.clipboard().text() == "作品1\n作品2\n作品3\n"


def test_creators_are_added_and_removed_row_by_row(page: WorksPage) -> None:
    editor = page.boxes["creators"].editor
    write(editor.rows[0].name, "张三")
    click(editor.add)
    write(editor.rows[1].name, "李四")
    works = page.session.draft.works
    assert [c.name for c in works[0].creators] == ["张三", "李四"]
    assert works[0].creators[0].role != works[0].creators[1].role
    click(editor.rows[0].remove)
    assert [c.name for c in page.session.draft.works[0].creators] == ["李四"]


def test_the_form_shows_the_chosen_work_and_keeps_the_others(page: WorksPage) -> None:
    write(page.boxes["synopsis"].editor, "第一部的简介")
    page.list.choose("w3")
    assert page.boxes["synopsis"].editor.value() == ""
    write(page.boxes["synopsis"].editor, "第三部的简介")
    page.list.choose("w1")
    assert page.boxes["synopsis"].editor.value() == "第一部的简介"


def test_a_text_of_about_200_characters_is_counted_without_its_blanks(page: WorksPage) -> None:
    write(page.boxes["synopsis"].editor, "字 " * 60)
    assert "60 字" in page.boxes["synopsis"]._counter.text()
    assert "偏少" in page.boxes["synopsis"].problem()


def test_going_on_leads_to_the_first_field_that_is_wrong_in_any_work(page: WorksPage) -> None:
    whole = {
        "theme": "主题", "created": "2031", "producer": "某某学院", "creators": (Creator("导演", "张三"),),
        "synopsis": "字" * 200, "recommendation": "同意。", "type": "",
    }  # fmt: skip
    for name, value in whole.items():
        page._edit(name, value)
        page.apply_to_all(name) if name != "type" else None
    page.list.choose("w2")
    page.boxes["theme"].editor.lineEdit().selectAll()
    QTest.keyClick(page.boxes["theme"].editor.lineEdit(), Qt.Key.Key_Delete)
    page.list.choose("w1")
    go_on(page.wizard())
    assert page.list.current() == "w2"
    assert "还没有填写" in page.boxes["theme"].problem()
    assert page.boxes["theme"].editor.hasFocus()


def test_what_is_only_not_filled_in_yet_is_not_shown_as_a_fault() -> None:
    missing = Finding(rule="required", level=Level.FAIL)
    assert film_state([missing]) is State.TODO
    assert film_state([missing, Finding(rule="duration", level=Level.FAIL)]) is State.FAIL
    assert film_state([Finding(rule="created", level=Level.WARN)]) is State.WARN
