"""添加视频: adding, checking, ordering, removing, undoing; films that are the same, that go and that come back."""

import os
import shutil
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QMimeData, QModelIndex, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWizard

from app.draft import Work
from app.ui.badges import State
from app.ui.inputs import ChoiceInput
from app.ui.pages.videos import VideosPage
from app.ui.wizard import PAGES, Wizard
from app.ui.works_model import THUMBNAIL, Column
from tests.films import film
from tests.ui.hands import click, drop


@pytest.fixture
def page(wizard: Wizard) -> VideosPage:
    wizard.go_to(PAGES.index(VideosPage))
    return wizard.page_named(VideosPage)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with three films in it, of 60, 400 and 30 seconds."""
    made = tmp_path / "视频"
    made.mkdir()
    for name, seconds in {"第1集.mp4": 60, "第2集.mp4": 400, "第10集.mp4": 30}.items():
        shutil.copy(film(seconds=seconds), made / name)
    return made


def add(qtbot, page: VideosPage, *paths: Path) -> None:
    before = len(page.session.draft.works)
    drop(page.wizard(), *paths)
    qtbot.waitUntil(lambda: len(page.session.draft.works) > before and not page.session.films.busy(), timeout=20_000)


def names(page: VideosPage) -> list[str]:
    return [Path(w.video.path).name for w in page.session.draft.works]


def urls(path: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    return mime


def states(page: VideosPage) -> list[State]:
    return [page.model.state(w) for w in page.session.draft.works]


def test_a_dropped_folder_is_searched_and_what_is_no_film_is_listed_with_the_reason(
    qtbot, page: VideosPage, folder: Path
) -> None:
    (folder / "说明.docx").write_text("不是视频", encoding="utf-8")
    (folder / "Thumbs.db").write_bytes(b"x")
    add(qtbot, page, folder)
    assert names(page) == ["第1集.mp4", "第2集.mp4", "第10集.mp4"]
    listed = [page.skipped.list.item(i).text() for i in range(page.skipped.list.count())]
    assert listed == ["说明.docx——文字文档不能当作视频或扫描件；盖章的表格请扫描成 PDF 或图片。"]
    assert [page.model.index(r, 1).data() for r in range(3)] == ["微视频", "微电影", "微视频"]
    assert page.model.index(1, 2).data() == "06 分 40 秒"


def test_a_film_that_is_there_already_is_not_added_twice(qtbot, page: VideosPage, folder: Path) -> None:
    add(qtbot, page, folder)
    drop(page.wizard(), folder / "第1集.mp4")
    qtbot.waitUntil(page.skipped.isVisible)
    assert len(names(page)) == 3
    assert page.skipped.list.item(0).text() == "第1集.mp4——已经在列表里。"


def test_a_drop_on_any_page_leads_to_the_films(qtbot, wizard: Wizard, folder: Path) -> None:
    assert not isinstance(wizard.current(), VideosPage)
    add(qtbot, wizard.page_named(VideosPage), folder / "第1集.mp4")
    assert isinstance(wizard.current(), VideosPage)


def test_files_can_be_pasted_and_a_paste_without_files_says_what_to_do(qtbot, page: VideosPage, folder: Path) -> None:
    QApplication.clipboard().setMimeData(urls(folder / "第2集.mp4"))
    page.add_files.setFocus()
    QTest.keyClick(page.add_files, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: names(page) == ["第2集.mp4"], timeout=10_000)
    QApplication.clipboard().setText("没有文件")
    QTest.keyClick(page.add_files, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert "Ctrl+C" in page.banner.text()
    QApplication.clipboard().setMimeData(urls(folder / "第1集.mp4"))
    QTest.keyClick(page.add_files, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(names(page)) == 2, timeout=10_000)
    assert not page.banner.text()


def test_a_name_has_room_and_bringing_in_a_list_has_its_word_where_the_window_opens(
    qtbot, page: VideosPage, folder: Path
) -> None:
    page.wizard().resize(1180, 720)
    add(qtbot, page, folder)
    needed = page.table.fontMetrics().horizontalAdvance("第10集.mp4") + THUMBNAIL[0] + 24
    assert page.table.columnWidth(Column.TITLE) >= needed
    assert "导入汇总表" in page.import_list.text()


def test_a_work_that_waits_for_its_film_is_called_by_its_title(page: VideosPage) -> None:
    draft = page.session.draft
    page.session.edit(msgspec.structs.replace(draft, works=(Work(id="w", title="《灯下》"),)), "导入汇总表")
    assert page.model.index(0, Column.TITLE).data() == "《灯下》还没有视频"


def test_removed_films_come_back_with_undo_without_being_read_again(qtbot, page: VideosPage, folder: Path) -> None:
    add(qtbot, page, folder)
    page.table.selectAll()
    QTest.keyClick(page.table, Qt.Key.Key_Delete)
    assert names(page) == []
    click(page.wizard().button(QWizard.WizardButton.CustomButton1))
    assert names(page) == ["第1集.mp4", "第2集.mp4", "第10集.mp4"]
    assert State.READING not in states(page)


def test_films_are_ordered_by_buttons_and_by_dragging(qtbot, page: VideosPage, folder: Path) -> None:
    add(qtbot, page, folder)
    page.table.selectRow(2)
    click(page.up)
    assert names(page) == ["第1集.mp4", "第10集.mp4", "第2集.mp4"]
    assert [Path(page.session.work(i).video.path).name for i in page.selected()] == ["第10集.mp4"]
    dragged = page.model.mimeData([page.model.index(2, 0)])
    page.model.dropMimeData(dragged, Qt.DropAction.MoveAction, 0, 0, QModelIndex())
    assert names(page) == ["第2集.mp4", "第1集.mp4", "第10集.mp4"]


def test_the_same_content_under_two_names_is_noticed(qtbot, page: VideosPage, folder: Path) -> None:
    shutil.copy(folder / "第1集.mp4", folder / "另一个名字.mp4")
    add(qtbot, page, folder)
    qtbot.waitUntil(lambda: states(page).count(State.FAIL) == 2, timeout=10_000)
    twin = next(w for w in page.session.draft.works if w.video.path.endswith("另一个名字.mp4"))
    page.show_field(twin.id, "video")
    assert any("第1集.mp4" in f.message for f in page.rules.findings())


def test_a_film_that_goes_and_comes_back_is_noticed(qtbot, page: VideosPage, folder: Path) -> None:
    add(qtbot, page, folder)
    away = folder.parent / "第1集.mp4"
    (folder / "第1集.mp4").rename(away)
    page.session.recheck_films()
    qtbot.waitUntil(lambda: states(page)[0] is State.UNREADABLE, timeout=10_000)
    away.rename(folder / "第1集.mp4")
    page.session.recheck_films()
    qtbot.waitUntil(lambda: states(page)[0] is State.PASS, timeout=10_000)


def test_a_film_that_was_changed_is_read_again(qtbot, page: VideosPage, folder: Path) -> None:
    add(qtbot, page, folder / "第1集.mp4")
    shutil.copy(film(seconds=30, width=640, height=360), folder / "第1集.mp4")
    os.utime(folder / "第1集.mp4", (1, 1))
    page.session.recheck_films()
    qtbot.waitUntil(lambda: states(page) == [State.FAIL], timeout=10_000)


def test_each_row_has_a_picture_from_the_film(qtbot, page: VideosPage, folder: Path) -> None:
    add(qtbot, page, folder / "第1集.mp4")
    before = page.model.index(0, 0).data(Qt.ItemDataRole.DecorationRole).toImage()
    qtbot.waitUntil(
        lambda: page.model.index(0, 0).data(Qt.ItemDataRole.DecorationRole).toImage() != before, timeout=10_000
    )


def test_reading_can_be_stopped_and_taken_up_again(qtbot, page: VideosPage, folder: Path) -> None:
    drop(page.wizard(), folder)
    qtbot.waitUntil(lambda: bool(page.session.draft.works), timeout=10_000)
    page.session.films.cancel()
    assert not page.session.films.busy()
    click(page.again)
    qtbot.waitUntil(lambda: states(page) == [State.PASS] * 3, timeout=20_000)


def test_the_type_can_be_changed_in_its_row(qtbot, page: VideosPage, folder: Path) -> None:
    add(qtbot, page, folder / "第2集.mp4")
    short = page.session.campaign.types[-1].name
    page.table.edit(page.model.index(0, 1))
    editor = page.table.findChild(ChoiceInput)
    editor.fill(short)
    editor.edited.emit(short)
    assert page.session.draft.works[0].type == short
    assert states(page) == [State.FAIL]
