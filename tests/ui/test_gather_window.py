"""汇总下级作品: real packages and films, gathered in a real window."""

import json
import shutil
import time
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import bagit
import msgspec
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMessageBox, QWidget

from app import storage
from app.draft import Draft, Unit, Video, Work
from app.origins import load_origins
from app.pack import find_campaign
from app.ui.desk import Desk
from app.ui.gather_list import State
from app.ui.gather_window import GatherWindow
from app.ui.help import Help
from app.ui.pages.works import WorksPage
from app.ui.wizard import PAGES
from app.ui.works_model import Column
from tests.scenes import scenes
from tests.submissions import big_file, complete_draft, packed, submission, with_film
from tests.ui.hands import click

ALT, PLAIN = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.NoModifier


def sent(folder: Path, unit: str, films: dict[str, Path | None]) -> Path:
    """Write a unit's draft, its works by title with their films."""
    works = tuple(
        msgspec.structs.replace(w, title=title, video=Video(str(film or "")), producer="")
        for w, (title, film) in zip(complete_draft(len(films)).works, films.items(), strict=True)
    )
    draft = complete_draft(1)
    draft = msgspec.structs.replace(draft, works=works, unit=msgspec.structs.replace(draft.unit, name=unit))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{unit}.weiying"
    storage.save_draft(draft, path)
    return path


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("片")
    return {
        "蜀道": scenes(folder / "蜀道.mp4", 1),
        "蜀道小": scenes(folder / "蜀道小.mkv", 1, size=(240, 136), quality=34, cut_start=2),
        "河": scenes(folder / "河.mp4", 2),
    }


@pytest.fixture(scope="module")
def parcels(films: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return what three units send: a folder, a ZIP and a draft; 甲's film is 丙's, encoded again."""
    folder = tmp_path_factory.mktemp("下级")
    first = sent(folder / "稿", "甲县", {"蜀道": films["蜀道"], "夜": None})
    second = sent(folder / "稿", "乙县", {"夜": films["河"]})
    return {
        "甲": packed(first, folder / "甲出").path,
        "乙": packed(second, folder / "乙出", as_zip=True).path,
        "丙": sent(folder / "稿", "丙校", {"山路": films["蜀道小"]}),
    }


@pytest.fixture
def gather(qtbot, desk: Desk, tmp_path: Path) -> GatherWindow:
    desk.open()
    desk.window.show_gather()
    (window,) = desk.window.findChildren(GatherWindow)
    window.parts.place.fill(str(tmp_path / "收到"))
    qtbot.waitExposed(window)
    return window


def listed(qtbot, window: GatherWindow, *paths: Path) -> None:
    window.add_paths(list(paths))
    qtbot.waitUntil(lambda: not window.gathering.looking, timeout=10_000)


def done(qtbot, window: GatherWindow) -> None:
    click(window.parts.start)
    qtbot.waitUntil(lambda: not window.gathering.busy, timeout=60_000)


def states(window: GatherWindow) -> list[State]:
    return [entry.state for entry in window.gathering.entries]


def said(window: GatherWindow, row: int) -> str:
    return window.parts.table.item(row, 3).text()


def test_what_is_dropped_is_verified_merged_and_opened_with_where_each_work_came_from(
    qtbot, desk: Desk, gather: GatherWindow, parcels: dict[str, Path], tmp_path: Path
) -> None:
    old = desk.window
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(p)) for p in parcels.values()])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    QApplication.sendEvent(gather, QDragEnterEvent(QPoint(20, 20), copy, mime, left, PLAIN))
    QApplication.sendEvent(gather, QDropEvent(QPoint(20, 20), copy, mime, left, PLAIN))
    qtbot.waitUntil(lambda: len(gather.gathering.entries) == 3 and not gather.gathering.looking, timeout=10_000)
    assert states(gather) == [State.WAITING] * 3
    qtbot.waitUntil(lambda: "可用" in gather.parts.room.text())
    assert not (tmp_path / "收到").exists()
    done(qtbot, gather)
    assert [said(gather, row) for row in range(3)] == ["已收 2 部，其中 1 部没有视频", "已收 1 部", "已收 1 部"]
    assert "3 个单位的 4 部作品" in gather.parts.result.title.text()
    table = gather.parts.result.table
    assert [table.item(row, 0).text() for row in range(4)] == ["1", "2", "3", "4"]
    assert [table.item(row, 2).text() for row in range(4)] == ["甲县", "甲县", "乙县", "丙校"]
    click(gather.parts.merge)
    qtbot.waitUntil(lambda: desk.window is not old, timeout=10_000)
    session = desk.window.session
    assert [w.title for w in session.draft.works] == ["蜀道", "夜", "夜", "山路"]
    assert [w.producer for w in session.draft.works] == ["甲县", "甲县", "乙县", "丙校"]
    assert Path(session.draft.works[2].video.path).is_relative_to(tmp_path / "收到")

    works = desk.window.page_named(WorksPage)
    desk.window.go_to(PAGES.index(WorksPage))
    assert works.facts.text().startswith("来自 甲县（第 1 部）")
    # Whatever the order, and through undo.
    session.order_works([w.id for w in reversed(session.draft.works)])
    session.remove_works({session.draft.works[0].id})
    session.undo()
    model = works.list.model_of_works
    hints = [model.data(model.index(row, Column.TITLE), Qt.ItemDataRole.ToolTipRole) for row in range(4)]
    assert [h.splitlines()[-1] for h in hints] == [
        "来自 丙校（第 1 部）", "来自 乙县（第 1 部）", "来自 甲县（第 2 部）", "来自 甲县（第 1 部）",
    ]  # fmt: skip
    assert load_origins(session.path) == session.origins


def test_works_can_be_added_to_the_draft_that_is_open_and_taken_back(
    qtbot, desk: Desk, parcels: dict[str, Path], films: dict[str, Path], tmp_path: Path
) -> None:
    path = tmp_path / "自己的.weiying"
    own = Work(id="own", title="自己的", video=Video(str(films["河"])))
    storage.save_draft(Draft(campaign=find_campaign("").id, unit=Unit(name="示范市"), works=(own,)), path)
    desk.open(path)
    desk.window.show_gather()
    (window,) = desk.window.findChildren(GatherWindow)
    listed(qtbot, window, parcels["丙"], path)
    assert "现在打开的草稿" in window.banner.text()
    done(qtbot, window)
    assert window.parts.result.new.isChecked()
    window.parts.result.add.click()
    assert window.parts.result.table.item(0, 0).text() == "2"
    click(window.parts.merge)
    session = desk.window.session
    assert session.path == path
    assert [w.title for w in session.draft.works] == ["自己的", "山路"]
    assert session.draft.unit.name == "示范市"
    qtbot.waitUntil(lambda: set(load_origins(path)) == {session.draft.works[1].id})
    session.undo()
    assert [w.title for w in session.draft.works] == ["自己的"]
    session.redo()
    assert session.origins[session.draft.works[1].id].unit == "丙校"
    assert not window.isVisible()


def test_refused_ones_say_why_and_what_is_there_twice_is_told(
    qtbot, gather: GatherWindow, parcels: dict[str, Path], tmp_path: Path
) -> None:
    changed = shutil.copytree(parcels["甲"], tmp_path / "改过")
    next(changed.rglob("承诺书.docx")).write_bytes(b"x")
    again = shutil.copytree(parcels["甲"], tmp_path / "又一份")
    cut = tmp_path / "断.zip"
    cut.write_bytes(parcels["乙"].read_bytes()[:-100])
    content = json.loads(parcels["丙"].read_text(encoding="utf-8"))
    content["works"][0]["video"]["path"] = r"\\server\share\x.mp4"
    remote = tmp_path / "远.weiying"
    remote.write_text(json.dumps(content), encoding="utf-8")
    gone = shutil.copytree(parcels["甲"], tmp_path / "拔下的")
    video = shutil.copyfile(parcels["乙"], tmp_path / "片.mp4")
    video.write_bytes(b"\0\0\0\x20ftypisom")
    listed(qtbot, gather, parcels["甲"], changed, again, cut, remote, gone, video)
    listed(qtbot, gather, parcels["甲"])
    assert "已经在列表里" in gather.banner.text()
    shutil.rmtree(gone)
    done(qtbot, gather)
    assert states(gather) == [State.TAKEN, *[State.REFUSED] * 6]
    for row, words in enumerate(("已收", "承诺书.docx", "是同一份", "再要一份", "指向别处", "U 盘", "也不是草稿")):
        assert words in said(gather, row)
    assert "6 个被拒绝" in gather.parts.summary.text()
    gather.parts.table.selectRow(1)
    click(gather.parts.remove)
    assert len(gather.gathering.entries) == gather.parts.table.rowCount() == 6
    assert changed.exists()
    # A refused one that is put right takes its own place anew.
    shutil.copyfile(parcels["丙"], remote)
    listed(qtbot, gather, remote)
    assert states(gather)[-1] is State.WAITING
    assert len(gather.gathering.entries) == gather.parts.table.rowCount() == 6


def test_duplicates_are_shown_side_by_side_and_only_what_the_user_says_is_left_out(
    qtbot, gather: GatherWindow, parcels: dict[str, Path]
) -> None:
    listed(qtbot, gather, *parcels.values())
    done(qtbot, gather)
    view = gather.parts.pairs
    assert view.list.count() == 2
    assert view.undecided() == 2
    assert len(gather.chosen_works()) == 4
    assert "作品名称相同" in view.why.text()
    assert view.right.title.text() == "《夜》"
    assert view.left.about.text().splitlines() == ["来自 甲县（第 2 部）", "没有视频"]
    view.list.setCurrentRow(1)
    assert "画面相似" in view.why.text()
    assert (view.left.title.text(), view.right.title.text()) == ("《蜀道》", "《山路》")
    qtbot.waitUntil(lambda: any(p.isVisible() and p.pixmap() for p in view.left.board.pictures), timeout=20_000)
    qtbot.waitUntil(lambda: "00 分 28 秒　240 × 136" in view.right.about.text(), timeout=10_000)
    view.radios["left"].click()
    assert [w.title for w in gather.chosen_works()] == ["蜀道", "夜", "夜"]
    assert gather.parts.result.table.rowCount() == 3
    view.radios["right"].click()
    assert [w.title for w in gather.chosen_works()] == ["夜", "夜", "山路"]
    view.radios["both"].click()
    assert len(gather.chosen_works()) == 4
    assert view.undecided() == 1
    # What is taken out of the list is no longer compared with.
    gather.parts.table.selectRow(2)
    click(gather.parts.remove)
    assert view.list.count() == 1


def test_of_three_that_are_the_same_one_always_stays(
    qtbot, gather: GatherWindow, films: dict[str, Path], tmp_path: Path
) -> None:
    drafts = [sent(tmp_path / "稿", unit, {f"片{unit}": films["河"]}) for unit in ("一", "二", "三")]
    listed(qtbot, gather, *drafts)
    done(qtbot, gather)
    view = gather.parts.pairs
    assert view.list.count() == 3
    assert "视频完全相同" in view.why.text()
    assert "画面相似" not in view.why.text()
    view.radios["right"].click()
    view.list.setCurrentRow(1)
    assert not view.radios["left"].isEnabled()
    assert "另一对" in view.why.text()
    view.list.setCurrentRow(2)
    view.radios["left"].click()
    assert [w.title for w in gather.chosen_works()] == ["片二"]
    assert view.undecided() == 0
    # Said the other way round: the third went for the second, which goes for the first, and is asked about again.
    view.list.setCurrentRow(0)
    view.radios["left"].click()
    assert [w.title for w in gather.chosen_works()] == ["片一", "片三"]
    assert view.undecided() == 1
    view.list.setCurrentRow(1)
    view.radios["left"].click()
    assert [w.title for w in gather.chosen_works()] == ["片一"]


def test_reading_can_be_cancelled_and_done_again(qtbot, gather: GatherWindow, tmp_path: Path) -> None:
    path = submission(tmp_path / "稿")
    with_film(path, 1, big_file(150_000_000))
    big = packed(path, tmp_path / "出", as_zip=True).path
    small = submission(tmp_path / "稿二")
    listed(qtbot, gather, big, small)
    click(gather.parts.start)
    qtbot.waitUntil(lambda: gather.parts.bar.value() > 0, timeout=10_000)
    assert "正在核对第 1/2 个" in gather.parts.progress_text.text()
    click(gather.parts.cancel)
    qtbot.waitUntil(lambda: not gather.gathering.busy, timeout=10_000)
    assert states(gather) == [State.CANCELLED, State.WAITING]
    assert not [p for p in (tmp_path / "收到").rglob("*") if p.is_file()]
    click(gather.parts.start)
    # While it unpacks: what is taken out of the list leaves nothing behind, and the next one's turn comes.
    qtbot.waitUntil(lambda: "正在解压" in gather.parts.progress_text.text(), timeout=30_000)
    gather.parts.table.selectRow(0)
    click(gather.parts.remove)
    qtbot.waitUntil(lambda: states(gather) == [State.TAKEN], timeout=10_000)
    qtbot.waitUntil(lambda: not list((tmp_path / "收到").glob("*")), timeout=10_000)


def test_too_little_room_is_said_before_anything_is_unpacked(
    qtbot, gather: GatherWindow, parcels: dict[str, Path], tmp_path: Path
) -> None:
    listed(qtbot, gather, parcels["乙"])
    qtbot.waitUntil(lambda: "可用" in gather.parts.room.text())
    with zipfile.ZipFile(parcels["乙"]) as archive:
        need = sum(i.file_size for i in archive.infolist() if i.filename.endswith(".mp4"))
    assert f"{-(-need // 1024)} KB" in gather.parts.room.text()
    gather.parts.show_room(need, need)
    assert "空间不够" in gather.parts.room.text()
    click(gather.parts.start)
    assert "空间不足" in gather.banner.text()
    assert states(gather) == [State.WAITING]
    gather.parts.place.fill("")
    gather.parts.short_of_room = False
    click(gather.parts.start)
    assert "还没有选择" in gather.banner.text()
    assert not (tmp_path / "收到").exists()


def test_closing_asks_first_and_leaves_nothing_unpacked(
    qtbot, gather: GatherWindow, parcels: dict[str, Path], tmp_path: Path
) -> None:
    listed(qtbot, gather, parcels["乙"])
    done(qtbot, gather)
    unpacked = [p for p in (tmp_path / "收到").rglob("*") if p.is_file()]
    assert len(unpacked) == 1

    def answer(word: str) -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        next(b for b in box.buttons() if word in b.text()).click()

    QTimer.singleShot(0, lambda: answer("继续"))
    gather.close()
    assert gather.isVisible()
    assert unpacked[0].exists()
    QTimer.singleShot(0, lambda: answer("关闭"))
    QTest.keyClick(gather, Qt.Key.Key_Escape)
    assert not gather.isVisible()
    qtbot.waitUntil(lambda: not list((tmp_path / "收到").glob("*")), timeout=10_000)


def test_what_was_unpacked_goes_with_the_wizard(
    qtbot, desk: Desk, gather: GatherWindow, parcels: dict[str, Path], tmp_path: Path
) -> None:
    listed(qtbot, gather, parcels["乙"])
    done(qtbot, gather)
    assert list((tmp_path / "收到").glob("*"))
    desk.window.close()
    assert not gather.isVisible()
    assert not list((tmp_path / "收到").glob("*"))


def many(folder: Path, bag: Path, count: int) -> list[Path]:
    """Return packages of as many units, each a valid copy of one."""
    made = []
    for number in range(count):
        copy = Path(shutil.copytree(bag, folder / f"第{number + 1}县"))
        path = copy / "报送内容.weiying"
        content = json.loads(path.read_text(encoding="utf-8"))
        content["unit"]["name"] = f"第{number + 1}县"
        content["works"][0]["title"] = f"作品{number + 1}"
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        bagit.Bag(str(copy)).save()
        made.append(copy)
    return made


def test_thirty_packages_at_once_do_not_hold_the_window(
    qtbot, gather: GatherWindow, parcels: dict[str, Path], tmp_path: Path
) -> None:
    bags = many(tmp_path / "各县", parcels["甲"], 30)
    beats: list[float] = []
    heart = QTimer(interval=0)
    heart.timeout.connect(lambda: beats.append(time.thread_time()))
    heart.start()
    listed(qtbot, gather, *bags)
    done(qtbot, gather)
    heart.stop()
    assert states(gather) == [State.TAKEN] * 30
    assert len(gather.chosen_works()) == 60
    # In the thread's own time: what else runs on the machine does not count.
    longest = max(b - a for a, b in pairwise(beats))
    assert longest < 0.05
    # Each with the first: by its film, and by the title of the other work.
    assert gather.parts.pairs.list.count() == 2 * 29


def focus() -> QWidget:
    return QApplication.focusWidget()


def tab_to(wanted: Callable[[QWidget], bool]) -> None:
    for _ in range(60):
        if wanted(focus()):
            return
        QTest.keyClick(focus(), Qt.Key.Key_Tab)
    raise AssertionError("Tab does not lead there")


def test_all_of_it_goes_without_a_mouse(qtbot, desk: Desk, gather: GatherWindow, parcels: dict[str, Path]) -> None:
    old = desk.window
    gather.activateWindow()
    qtbot.waitUntil(gather.isActiveWindow)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(parcels[name])) for name in ("甲", "丙")])
    QApplication.clipboard().setMimeData(mime)
    tab_to(lambda w: isinstance(w, QAbstractButton) and "添加文件" in w.text())
    QTest.keyClick(focus(), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(gather.gathering.entries) == 2 and not gather.gathering.looking, timeout=10_000)
    QTest.keyClick(focus(), Qt.Key.Key_S, ALT)
    qtbot.waitUntil(lambda: gather.gathering.busy)
    qtbot.waitUntil(lambda: not gather.gathering.busy, timeout=60_000)
    tab_to(lambda w: w is gather.parts.pairs.list)
    tab_to(lambda w: w is gather.parts.pairs.radios["both"])
    QTest.keyClick(focus(), Qt.Key.Key_1, ALT)
    qtbot.waitUntil(lambda: len(gather.chosen_works()) == 2)
    tab_to(lambda w: w is gather.parts.merge)
    QTest.keyClick(focus(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: desk.window is not old, timeout=10_000)
    assert [w.title for w in desk.window.session.draft.works] == ["蜀道", "夜"]


def test_every_widget_has_a_name_and_no_letter_is_given_twice(gather: GatherWindow) -> None:
    letters: list[str] = []
    for widget in gather.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.inherits("QScrollBar"):
            text = widget.text() if isinstance(widget, QAbstractButton) else ""
            assert widget.accessibleName() or text, widget
            letters += [part[0] for part in text.split("&")[1:]]
    assert len(letters) == len(set(letters)), letters


def test_f1_opens_the_help_about_it(qtbot, desk: Desk, gather: GatherWindow) -> None:
    gather.activateWindow()
    qtbot.waitUntil(gather.isActiveWindow)
    qtbot.keyClick(gather, Qt.Key.Key_F1)
    (help_window,) = desk.window.findChildren(Help)
    assert help_window.list.currentItem().text() == "汇总下级作品"
