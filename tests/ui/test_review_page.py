"""审片确认: questions that only a person can answer, beside pictures from the film."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app import storage
from app.draft import Draft, Video, Work
from app.media import clock_text
from app.pack import find_campaign
from app.ui.badges import State
from app.ui.frame_view import FrameView
from app.ui.pages.review import ReviewPage
from app.ui.storyboard import COUNT
from app.ui.wizard import PAGES, Wizard
from tests.films import film
from tests.ui.hands import click


@pytest.fixture
def page(qtbot, open_wizard: Callable[[Path], Wizard], tmp_path: Path) -> ReviewPage:
    works = (
        Work(id="w1", title="甲", video=Video(str(film(seconds=70)))),
        Work(id="w2", title="乙", video=Video(str(tmp_path / "没有.mp4"))),
    )
    path = tmp_path / "两部.weiying"
    storage.save_draft(Draft(campaign=find_campaign("").id, works=works), path)
    window = open_wizard(path)
    window.go_to(PAGES.index(ReviewPage))
    qtbot.waitUntil(lambda: not window.session.films.busy(), timeout=10_000)
    return window.page_named(ReviewPage)


def answers(page: ReviewPage, row: int = 0) -> dict[str, bool | None]:
    return page.session.draft.works[row].declarations


def test_each_confirmation_of_the_call_is_a_question(page: ReviewPage) -> None:
    for confirmation in page.session.campaign.confirmations:
        question = page.questions[confirmation.id]
        assert question.not_applicable.isVisibleTo(question) == confirmation.may_not_apply
        assert question.badge.state() is State.MANUAL


def test_answers_are_kept_by_work_and_can_be_undone(page: ReviewPage) -> None:
    first, *_, last = page.session.campaign.confirmations
    click(page.questions[first.id].yes)
    click(page.questions[last.id].not_applicable)
    assert answers(page) == {first.id: True, last.id: None}
    assert answers(page, 1) == {}
    page.list.choose("w2")
    assert not page.questions[first.id].yes.isChecked()
    page.session.undo()
    assert answers(page) == {first.id: True}


def test_a_no_says_what_to_do(page: ReviewPage) -> None:
    confirmation = page.session.campaign.confirmations[0]
    click(page.questions[confirmation.id].no)
    assert page.questions[confirmation.id].badge.state() is State.FAIL
    assert page.questions[confirmation.id].badge.text() == confirmation.fix


def test_all_that_is_open_can_be_confirmed_at_once_without_changing_an_answer(page: ReviewPage) -> None:
    confirmation = page.session.campaign.confirmations[0]
    click(page.questions[confirmation.id].no)
    click(page.all_yes)
    assert answers(page)[confirmation.id] is False
    assert len(answers(page)) == len(page.session.campaign.confirmations)


def test_the_film_is_shown_from_its_first_picture_to_its_last(qtbot, page: ReviewPage) -> None:
    board = page.storyboard
    qtbot.waitUntil(lambda: all(p.pixmap().width() > 100 for p in board.pictures), timeout=20_000)
    assert len(board.pictures) == COUNT
    assert clock_text(0) in board.pictures[0].accessibleName()
    assert clock_text(69_800) in board.pictures[-1].accessibleName()


def test_a_film_without_pictures_says_so(qtbot, page: ReviewPage) -> None:
    page.list.choose("w2")
    assert "没有画面" in page.storyboard.said.text()
    assert not page.storyboard.play.isEnabled()


def test_a_click_shows_a_picture_large_and_the_arrows_turn_to_the_others(qtbot, page: ReviewPage) -> None:
    board = page.storyboard
    qtbot.waitUntil(lambda: board.large.isEnabled(), timeout=20_000)
    qtbot.mouseClick(board.pictures[4], Qt.MouseButton.LeftButton)
    view = page.window().findChild(FrameView)
    qtbot.waitUntil(lambda: view.picture.pixmap().width() > 500, timeout=20_000)
    assert view.place.text().endswith("第 5 / 6 幅")
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.place.text() == f"{clock_text(69_800)}　第 6 / 6 幅"
    assert not view.on.isEnabled()
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not view.isVisible()


def test_the_next_work_with_an_open_question_is_one_key_away(page: ReviewPage) -> None:
    page.list.choose("w2")
    assert page.further.text().startswith("下一部（还有 1 部待确认）")
    click(page.further)
    assert page.list.current() == "w1"
    click(page.all_yes)
    click(page.further)
    assert page.list.current() == "w2"
    assert not page.further.isVisibleTo(page)


def test_a_narrow_page_shows_the_first_and_the_last_picture(qtbot, page: ReviewPage) -> None:
    board = page.storyboard
    qtbot.waitUntil(lambda: board.large.isEnabled(), timeout=20_000)
    page.window().resize(860, 640)
    shown = [number for number, picture in enumerate(board.pictures) if picture.isVisibleTo(board)]
    assert len(shown) == 3
    assert (shown[0], shown[-1]) == (0, COUNT - 1)
