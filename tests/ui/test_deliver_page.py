"""打包报送: what is missing, where to, how far, what was made; stopped, gone on with, made again. All of it real."""

import hashlib
import os
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import bagit
import msgspec
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from app import storage
from app.draft import Contact, Preparer, Video
from app.errors import Cancelled
from app.exporters.package import GROWING
from app.exporters.package_plan import Lack
from app.history import history
from app.settings import Settings, load_settings, save_settings
from app.storage import load_draft
from app.ui.deliveries import Delivered
from app.ui.package_readiness import Readiness
from app.ui.pages.deliver import DeliverPage
from app.ui.pages.overview import OverviewPage
from app.ui.pages.stamps import StampsPage
from app.ui.session import Session
from app.ui.wizard import PAGES, Wizard
from tests.submissions import complete_draft, packed, submission, with_film
from tests.ui.hands import click

HERE = PAGES.index(DeliverPage)


@pytest.fixture
def open_page(qtbot, open_wizard: Callable[[Path], Wizard]) -> Iterator[Callable[[Path, Path], DeliverPage]]:
    """Return a function that opens a draft on the page, with a place to pack to."""
    pages: list[DeliverPage] = []

    def make(draft_path: Path, out: Path) -> DeliverPage:
        window = open_wizard(draft_path)
        qtbot.waitUntil(lambda: not window.session.films.busy(), timeout=20_000)
        window.go_to(HERE)
        page = window.current()
        pages.append(page)
        page.place.use(out)
        settled(qtbot, page)
        return page

    yield make
    # Closing would ask, and nobody would answer.
    for page in pages:
        page.run.cancel()


def settled(qtbot, page: DeliverPage) -> None:
    """Wait until the page has looked at how things stand."""
    qtbot.waitUntil(lambda: not page.is_looking(), timeout=20_000)


def ended(qtbot, page: DeliverPage) -> None:
    qtbot.waitUntil(lambda: page.start.isVisible(), timeout=60_000)


def pack(qtbot, page: DeliverPage) -> Path:
    """Pack and return the package."""
    made: list[object] = []
    failed: list[object] = []
    page.run.made.connect(made.append)
    page.run.failed.connect(failed.append)
    click(page.start)
    qtbot.waitUntil(lambda: bool(made or failed), timeout=60_000)
    assert not failed, str(failed[0])
    return made[0].packed.path


def answer(words: str, told: list[str]) -> None:
    """Press the button of that text in the next question, and keep what was asked."""

    def reply() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(20, reply)
            return
        told.append(box.text() + box.informativeText())
        next(b for b in box.buttons() if words in b.text()).click()

    QTimer.singleShot(0, reply)


def enlarge(film: Path, size: int) -> None:
    """Make a film larger by a free space box of zeros (ISO/IEC 14496-12, 8.1.2) that takes no room on the disk."""
    with film.open("r+b") as file:
        end = file.seek(0, os.SEEK_END)
        file.write(size.to_bytes(4, "big") + b"free")
        file.truncate(end + size)


def large(folder: Path) -> Path:
    """Return a submission that takes a while to be copied."""
    draft_path = submission(folder, works=2)
    for number in (1, 2):
        enlarge(folder / f"影片{number}.mp4", 150_000_000 + number)
    return draft_path


def when_copying(page: DeliverPage, act: Callable[[], object]) -> None:
    """Act once, when the first film is being copied."""
    left = [act]
    page.run.progressed.connect(lambda step: left.pop()() if left and step.phase == "copy" else None)


def test_a_complete_draft_becomes_a_package_that_other_programs_verify(qtbot, open_page, tmp_path: Path) -> None:
    page = open_page(submission(tmp_path / "稿"), tmp_path / "出")
    assert "内容齐全，可以打包" in page.readiness.text()
    assert "盖章扫描件" in page.readiness.text()
    assert "约需" in page.place.outlook.text()
    assert "空着" in page.place.outlook.text()
    path = pack(qtbot, page)
    bagit.Bag(str(path)).validate()
    result = page.result
    assert result.isVisible()
    assert result.path_line.text() == str(path)
    manifest = hashlib.sha256((path / "manifest-sha256.txt").read_bytes()).hexdigest()
    assert result.digest_line.text() == manifest
    assert "内容齐全" in result.badge.text()
    assert page.wizard().rail.words(HERE) == "已打包"
    assert [(e.package, e.manifest_sha256, e.complete) for e in history()] == [(str(path), manifest, True)]
    click(result.again)
    qtbot.waitUntil(lambda: "核对无误" in result.verdict.text(), timeout=20_000)
    film = next(path.rglob("*.mp4"))
    with film.open("r+b") as file:
        file.seek(1000)
        file.write(b"damage")
    click(result.again)
    qtbot.waitUntil(lambda: f"内容有改动：data/{film.parent.name}/{film.name}" in result.verdict.text(), timeout=20_000)


def test_an_incomplete_package_is_made_only_knowingly_and_says_so(qtbot, open_page, tmp_path: Path) -> None:
    draft = complete_draft(1)
    works = (msgspec.structs.replace(draft.works[0], theme="", synopsis=""),)
    draft_path = submission(tmp_path / "稿", draft=msgspec.structs.replace(draft, works=works))
    page = open_page(draft_path, tmp_path / "出")
    assert "还有 2 处没有填好" in page.readiness.text()
    assert "第 1 部《光影里的蜀道1》" in page.readiness.text()
    told: list[str] = []
    answer("先不打包", told)
    click(page.start)
    ended(qtbot, page)
    assert "【未完成】" in told[0]
    assert "报送说明.txt" in told[0]
    assert not (tmp_path / "出").exists()
    assert page.wizard().rail.words(HERE) == ""
    answer("仍要打包", told)
    path = pack(qtbot, page)
    assert path.name.startswith("【未完成】")
    assert "还没有填写" in (path / "报送说明.txt").read_text(encoding="utf-8-sig")
    bagit.Bag(str(path)).validate()
    assert page.wizard().rail.words(HERE) == "未完成"
    assert "还不完整" in page.result.badge.text()


def test_one_zip_opens_elsewhere_and_its_bag_is_whole(qtbot, open_page, tmp_path: Path) -> None:
    page = open_page(submission(tmp_path / "稿"), tmp_path / "出")
    page.place.as_zip.click()
    path = pack(qtbot, page)
    assert path.suffix == ".zip"
    with zipfile.ZipFile(path) as whole:
        assert whole.testzip() is None
        whole.extractall(tmp_path / "解开")
    bagit.Bag(str(next((tmp_path / "解开").iterdir()))).validate()
    click(page.result.again)
    qtbot.waitUntil(lambda: "核对无误" in page.result.verdict.text(), timeout=20_000)


def test_what_was_cancelled_goes_on_where_it_stopped(qtbot, open_page, tmp_path: Path) -> None:
    page = open_page(large(tmp_path / "稿"), tmp_path / "出")
    left = [lambda: click(page.progress.cancel)]
    page.run.progressed.connect(
        lambda step: left.pop()() if left and step.phase == "copy" and step.name.startswith("02") else None
    )
    click(page.start)
    assert not page.place.choose.isEnabled()
    qtbot.waitUntil(lambda: "已停下" in page.banner.text(), timeout=60_000)
    assert page.wizard().rail.words(HERE) == "打包未完成"
    assert [p.name.endswith(GROWING) for p in (tmp_path / "出").iterdir()] == [True]
    assert history() == []
    assert load_settings().package_folder == str(tmp_path / "出")
    settled(qtbot, page)
    assert "接着打包" in page.start.text()
    assert "上次打到一半" in page.place.outlook.text()
    path = pack(qtbot, page)
    assert "上次写好的" in page.banner.text()
    bagit.Bag(str(path)).validate()
    assert list((tmp_path / "出").iterdir()) == [path]


def test_an_attempt_of_another_day_is_gone_on_with(qtbot, open_page, tmp_path: Path) -> None:
    draft_path = submission(tmp_path / "稿", works=2)
    out = tmp_path / "出"
    with pytest.raises(Cancelled):
        packed(draft_path, out, cancelled=lambda: any(out.rglob("02_*.mp4")))
    page = open_page(draft_path, out)
    assert "接着打包" in page.start.text()
    page.place.as_zip.click()
    settled(qtbot, page)
    assert "接着" not in page.start.text()
    page.place.as_folder.click()
    settled(qtbot, page)
    bagit.Bag(str(pack(qtbot, page))).validate()
    assert "上次写好的" in page.banner.text()


def test_an_attempt_is_found_again_where_and_as_what_it_was_begun(
    qtbot, open_wizard: Callable[[Path], Wizard], tmp_path: Path
) -> None:
    draft_path = submission(tmp_path / "稿")
    out = tmp_path / "出"
    with pytest.raises(Cancelled):
        packed(draft_path, out, as_zip=True, cancelled=lambda: any(out.rglob("*.part")))
    save_settings(Settings(package_folder=str(out)))
    window = open_wizard(draft_path)
    window.go_to(HERE)
    page = window.current()
    qtbot.waitUntil(lambda: "接着打包" in page.start.text(), timeout=20_000)
    assert page.place.folder() == out
    assert page.place.as_zip.isChecked()


def test_a_film_changed_since_it_was_checked_is_checked_again_and_told(qtbot, open_page, tmp_path: Path) -> None:
    page = open_page(submission(tmp_path / "稿"), tmp_path / "出")
    with_film(tmp_path / "稿" / "报送.weiying", 1, b"later")
    path = pack(qtbot, page)
    assert "影片1.mp4" in page.banner.text()
    assert "已经重新检查" in page.banner.text()
    assert next(path.rglob("*.mp4")).read_bytes().endswith(b"later")
    bagit.Bag(str(path)).validate()


def test_a_film_that_went_bad_since_it_was_checked_makes_the_window_ask(qtbot, open_page, tmp_path: Path) -> None:
    page = open_page(submission(tmp_path / "稿"), tmp_path / "出")
    film = tmp_path / "稿" / "影片1.mp4"
    film.write_bytes(film.read_bytes()[:5000])
    told: list[str] = []
    answer("先不打包", told)
    click(page.start)
    ended(qtbot, page)
    assert "还有 1 处" in told[0]
    assert "已经重新检查" in page.banner.text()
    qtbot.waitUntil(lambda: "还有 1 处没有填好" in page.readiness.text(), timeout=20_000)


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[Path]:
    """Return the place of a small drive of its own, 8 MiB."""
    place = tmp_path / "U 盘"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)], check=True)
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_drive_that_is_too_small_is_told_before_and_when_it_is_tried(
    qtbot, open_page, tmp_path: Path, stick: Path
) -> None:
    page = open_page(submission(tmp_path / "稿"), stick)
    assert "空间不足" in page.place.outlook.text()
    click(page.start)
    qtbot.waitUntil(lambda: page.banner.property("role") == "banner", timeout=60_000)
    assert "空间不足" in page.banner.text()
    assert not list(stick.rglob("*.mp4"))
    page.place.use(tmp_path / "出")
    settled(qtbot, page)
    assert "空着" in page.place.outlook.text()
    bagit.Bag(str(pack(qtbot, page))).validate()


def test_closing_while_packing_asks_and_the_window_goes_at_once(qtbot, open_page, tmp_path: Path) -> None:
    page = open_page(large(tmp_path / "稿"), tmp_path / "出")
    window, told, took = page.wizard(), [], []

    def close() -> None:
        answer("停下", told)
        window.close()
        # The question itself waits for the next turn of its own loop.
        took.append(time.monotonic())

    when_copying(page, lambda: QTimer.singleShot(0, close))
    click(page.start)
    qtbot.waitUntil(lambda: bool(took), timeout=60_000)
    assert not window.isVisible()
    assert "写好的部分会留着" in told[0]
    (growing,) = (tmp_path / "出").iterdir()
    assert growing.name.endswith(GROWING)
    assert not list(growing.rglob("bagit.txt"))


def test_closing_while_packing_can_be_thought_better_of(qtbot, open_page, tmp_path: Path) -> None:
    page = open_page(large(tmp_path / "稿"), tmp_path / "出")
    window, told, closed = page.wizard(), [], []

    def close() -> None:
        answer("继续打包", told)
        closed.append(window.close())

    when_copying(page, lambda: QTimer.singleShot(0, close))
    bagit.Bag(str(pack(qtbot, page))).validate()
    assert len(told) == 1
    assert window.isVisible()
    assert closed == [False]


def test_the_rail_tells_when_what_was_packed_has_changed_and_when_it_is_the_same_again(
    qtbot, open_page, tmp_path: Path
) -> None:
    draft_path = submission(tmp_path / "稿")
    page = open_page(draft_path, tmp_path / "出")
    window, session = page.wizard(), page.session
    pack(qtbot, page)
    session.edit_unit(msgspec.structs.replace(session.draft.unit, name="另一单位"))
    qtbot.waitUntil(lambda: window.rail.words(HERE) == "内容有改动，需重新打包", timeout=10_000)
    assert "请重新打包" in page.result.badge.text()
    session.undo()
    qtbot.waitUntil(lambda: window.rail.words(HERE) == "已打包", timeout=10_000)
    window.close()
    with_film(draft_path, 1, b"later")
    again = Session(load_draft(draft_path).draft, draft_path, session.campaign, session.today)
    qtbot.waitUntil(lambda: again.deliveries.standing is Delivered.CHANGED, timeout=10_000)
    again.close()


def test_the_history_lists_what_was_packed_the_last_first(qtbot, open_page, tmp_path: Path) -> None:
    page = open_page(submission(tmp_path / "稿"), tmp_path / "出")
    first = pack(qtbot, page)
    settled(qtbot, page)
    second = pack(qtbot, page)
    first.rename(tmp_path / "移走")
    dialog = page.show_history()
    qtbot.waitUntil(lambda: dialog.list.topLevelItemCount() == 2, timeout=10_000)
    rows = [[dialog.list.topLevelItem(row).text(column) for column in range(7)] for row in range(2)]
    assert [row[2] for row in rows] == [second.name, first.name]
    assert [row[3] for row in rows] == ["完整，与上次内容相同", "完整"]
    assert [row[6] for row in rows] == ["还在", "不在原处"]
    click(dialog.copy)
    assert QApplication.clipboard().text() == history()[0].manifest_sha256
    assert rows[0][5] == history()[0].manifest_sha256[:8]
    dialog.close()


def test_a_history_that_cannot_be_written_is_a_note_and_the_package_is_there(
    qtbot, open_page, tmp_path: Path, data_dir: Path
) -> None:
    page = open_page(submission(tmp_path / "稿"), tmp_path / "出")
    (data_dir / "history.jsonl").mkdir(parents=True)
    bagit.Bag(str(pack(qtbot, page))).validate()
    assert "没有记进打包记录" in page.banner.text()
    assert page.banner.property("role") == "note"


def test_a_copy_to_share_has_no_telephone_and_no_folder_and_it_is_said_what_was_removed(
    qtbot, open_page, tmp_path: Path
) -> None:
    draft = complete_draft(1)
    unit = msgspec.structs.replace(draft.unit, contact=Contact("张三", "13800138000"), preparer=Preparer("李四", ""))
    film = tmp_path / "稿" / "影片1.mp4"
    work = msgspec.structs.replace(draft.works[0], video=Video(str(film)), recommendation="同意，电话 028-86600000。")
    page = open_page(
        submission(tmp_path / "稿", draft=msgspec.structs.replace(draft, unit=unit, works=(work,))), tmp_path / "出"
    )
    page.share_to(tmp_path / "给别人看")
    qtbot.waitUntil(lambda: "已另存为" in page.banner.text(), timeout=10_000)
    said = page.banner.text()
    assert "联系人的手机、文字里的 1 处电话、1 个视频所在的文件夹" in said
    text = (tmp_path / "给别人看.weiying").read_text(encoding="utf-8")
    assert not [hidden for hidden in ("13800138000", "86600000", str(tmp_path)) if hidden in text]
    assert load_draft(tmp_path / "给别人看.weiying").draft.unit.contact.name == "张三"
    assert page.session.draft.unit.contact.mobile == "13800138000"
    page.share_to(tmp_path / "稿" / "报送.weiying" / "不成")
    qtbot.waitUntil(lambda: page.banner.property("role") == "banner", timeout=10_000)


def test_what_is_missing_leads_to_where_it_can_be_mended(qtbot, open_page, tmp_path: Path) -> None:
    draft = complete_draft(1)
    works = (msgspec.structs.replace(draft.works[0], theme=""),)
    page = open_page(submission(tmp_path / "稿", draft=msgspec.structs.replace(draft, works=works)), tmp_path / "出")
    window = page.wizard()
    for row, kind in ((page.readiness.failing, OverviewPage), (page.readiness.scans, StampsPage)):
        window.go_to(HERE)
        click(row.link)
        assert isinstance(window.current(), kind)


def test_scans_that_the_call_asks_for_are_missing_and_others_only_noted(qtbot) -> None:
    widget = Readiness()
    qtbot.addWidget(widget)
    widget.show()
    scans = ("没有汇总表的盖章扫描件。",)
    widget.show_lack(Lack(scans, scans), 0, scans_asked=True)
    assert widget.text() == "还缺 1 张表的盖章扫描件：· 没有汇总表的盖章扫描件。"
    widget.show_lack(Lack((), scans), 2, scans_asked=False)
    assert widget.text().splitlines() == [
        "内容齐全，可以打包。",
        "1 张表还没有放入盖章扫描件。以纸质件报送的，不必理会。",
        "还有 2 处需要人确认。",
    ]


def test_no_place_is_said_and_the_draft_stays_as_it_is(qtbot, open_page, tmp_path: Path) -> None:
    page = open_page(submission(tmp_path / "稿"), tmp_path / "出")
    before = storage.encode_draft(page.session.draft)
    page.place.folder_line.clear()
    click(page.start)
    assert "还没有选择报送包放在哪里" in page.banner.text()
    assert storage.encode_draft(page.session.draft) == before
