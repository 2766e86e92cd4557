"""盖章回收: from the printed forms to a complete board, and everything that may come between."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtPrintSupport import QPrinter

from app import stamping, storage
from app.draft import Draft, Unit, Video, Work
from app.exporters.fonts import Fonts
from app.exporters.forms import Form, build_forms
from app.pack import find_campaign
from app.ui.desk import Desk
from app.ui.pages.export import ExportPage
from app.ui.pages.stamps import StampsPage
from app.ui.rail import Mark
from app.ui.scan_view import AssignDialog, ConfirmDialog
from app.ui.wizard import PAGES, Wizard
from tests import scanned
from tests.films import film
from tests.ui.hands import click, drop, write

DPI = 150
NUMBER = PAGES.index(StampsPage)


class Loop:
    """A window on a draft of one film, on the page, with its printed pages: 承诺书, 报名表, 汇总表."""

    def __init__(self, qtbot, window: Wizard, folder: Path) -> None:
        self.qtbot, self.window, self.folder = qtbot, window, folder
        self.session, self.board = window.session, window.session.stamps
        qtbot.waitUntil(lambda: not self.session.films.busy(), timeout=20_000)
        window.go_to(NUMBER)
        self.page: StampsPage = window.page_named(StampsPage)
        self.settle()

    def settle(self) -> None:
        """Wait until the board is that of the present draft and nothing runs."""
        self.qtbot.waitUntil(
            lambda: not self.session.films.busy() and self.board.known() and not self.session.jobs.busy()
            and self.session._counting is None and not self.session._timer.isActive(),
            timeout=60_000,
        )  # fmt: skip
        self.qtbot.wait(20)
        self.qtbot.waitUntil(lambda: not self.session.jobs.busy(), timeout=60_000)

    def words(self) -> list[str]:
        return [row.word for row in self.board.rows]

    def forms(self) -> list[Form]:
        return build_forms(self.session.draft, self.session.campaign, self.session.facts())

    def pages(self, seals: bool = True) -> list[Image.Image]:
        """Return the printed pages, sealed, as a scanner sees them."""
        fonts, forms = Fonts.load("open"), self.forms()
        pages = scanned.rendered(forms, fonts, self.folder / "printed", DPI)
        return scanned.sealed(pages, forms, fonts) if seals else pages

    def save(self, image: Image.Image, name: str) -> Path:
        path = self.folder / "scans" / name
        path.parent.mkdir(exist_ok=True)
        image.convert("RGB").save(path, **({"quality": 85} if path.suffix == ".jpg" else {}))
        return path

    def drop(self, *paths: Path) -> None:
        drop(self.window, *paths)
        with self.qtbot.waitSignal(self.board.ended, timeout=60_000):
            pass
        self.settle()

    def notes(self) -> list[str]:
        return [self.page.waiting.list.item(n).text() for n in range(self.page.waiting.list.count())]


@pytest.fixture
def draft_path(tmp_path: Path) -> Path:
    work = Work(id="w1", title="山路", video=Video(str(film(seconds=70))), synopsis="一个人的山路。")
    path = tmp_path / "草稿.weiying"
    storage.save_draft(Draft(campaign=find_campaign("").id, unit=Unit(name="示范学院"), works=(work,)), path)
    return path


@pytest.fixture
def loop(qtbot, open_wizard: Callable[[Path], Wizard], draft_path: Path, tmp_path: Path) -> Loop:
    return Loop(qtbot, open_wizard(draft_path), tmp_path)


def test_from_export_and_print_to_a_complete_board(qtbot, loop: Loop, tmp_path: Path) -> None:
    assert loop.words() == ["未导出"] * 3
    assert loop.page.state.text() == "3 张表：3 张未导出。"
    assert loop.window.rail.words(NUMBER) == ""

    loop.window.go_to(PAGES.index(ExportPage))
    export: ExportPage = loop.window.page_named(ExportPage)
    qtbot.waitUntil(export.start.isEnabled, timeout=10_000)
    write(export.folder, str(tmp_path / "out"))
    click(export.start)
    qtbot.waitUntil(lambda: bool(export.files), timeout=60_000)
    loop.settle()
    assert loop.words() == ["已导出"] * 3
    assert loop.window.rail.words(NUMBER) == "3 张待回收"

    export.list.item(2).setCheckState(Qt.CheckState.Unchecked)
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "打印.pdf"))
    export.print_on(printer)
    qtbot.waitUntil(lambda: "送去打印" in export.banner.text(), timeout=60_000)
    loop.settle()
    assert loop.words() == ["已打印", "已打印", "已导出"]

    loop.window.go_to(NUMBER)
    printed = tmp_path / "paper"
    subprocess.run(["pdftoppm", "-r", str(DPI), str(tmp_path / "打印.pdf"), str(printed)], check=True)
    paper = [Image.open(path).convert("RGB") for path in sorted(tmp_path.glob("paper*.ppm"))]
    paper.append(loop.pages(seals=False)[2])
    letter, entry, summary = scanned.sealed(paper, loop.forms(), Fonts.load("open"))
    pdf = tmp_path / "扫描.pdf"
    scanned.on_paper(entry.rotate(180)).save(
        pdf, "PDF", resolution=DPI, save_all=True, append_images=[scanned.skewed(letter, 4)]
    )
    photo = loop.save(scanned.photographed(summary, 3, 0.1, (2250, 3000)), "照片.jpg")
    before = pdf.read_bytes(), photo.read_bytes()
    loop.drop(pdf, photo)
    assert loop.words() == ["已盖章回收"] * 3
    assert loop.page.state.text() == "3 张表都已盖章回收，可以打包报送了。"
    assert loop.page.banner.text().startswith("读了 3 页：3 页已收下。")
    assert not loop.page.waiting.isVisible()
    assert loop.window.rail.words(NUMBER) == "已齐全"
    assert loop.window.rail.buttons[NUMBER].mark is Mark.DONE
    assert (pdf.read_bytes(), photo.read_bytes()) == before
    assert len(stamping.load_record(loop.session.path).forms) == 3


def test_an_edit_makes_it_out_of_date_and_undo_brings_it_back(loop: Loop) -> None:
    loop.board.mark_printed(loop.forms())
    paths = [loop.save(page, f"{n}.jpg") for n, page in enumerate(loop.pages())]
    loop.drop(*paths)
    assert loop.words() == ["已盖章回收"] * 3
    work = loop.session.draft.works[0]
    loop.session.edit_work(msgspec.structs.replace(work, synopsis="改了。"))
    loop.settle()
    assert loop.words() == ["已盖章回收", "已过期", "已过期"]
    assert loop.window.rail.words(NUMBER) == "2 张已过期"
    assert "重新导出、打印、盖章" in loop.page.about.text()
    loop.drop(paths[1])
    assert [note.partition("：")[2] for note in loop.notes()] == [
        "打印之后表格内容有改动，这一页已过期，请重新打印盖章。"
    ]
    assert not loop.page.waiting.assign.isEnabled()
    loop.session.undo()
    loop.settle()
    assert loop.words() == ["已盖章回收"] * 3
    assert loop.notes() == []
    loop.session.redo()
    loop.settle()
    assert loop.words() == ["已盖章回收", "已过期", "已过期"]


def test_a_page_without_its_code_is_assigned_by_hand(qtbot, loop: Loop) -> None:
    page = loop.pages()[1]
    torn = loop.save(page.crop((0, 0, page.width, page.height * 9 // 10)).convert("L"), "撕.png")
    loop.drop(torn)
    assert loop.words() == ["未导出"] * 3
    assert "没有认出页脚的二维码" in loop.notes()[0]
    assert "1 页要您看一下" in loop.page.banner.text()
    click(loop.page.waiting.assign)
    [dialog] = loop.page.findChildren(AssignDialog)
    qtbot.waitUntil(dialog.view.shows, timeout=20_000)
    assert not dialog.give.isEnabled()
    assert not dialog.sealed.isChecked()
    write(dialog.search, "报名")
    assert dialog.list.currentItem().text().endswith("报名表")
    click(dialog.view.larger)
    assert dialog.view.sheet.pixmap().width() > dialog.view.area.viewport().width()
    dialog.sealed.setChecked(True)
    click(dialog.give)
    loop.settle()
    assert loop.words() == ["未导出", "已盖章回收", "未导出"]
    assert loop.notes() == []
    assert torn.is_file()


def test_a_page_without_a_seal_is_looked_at_and_confirmed_or_taken_out(qtbot, loop: Loop) -> None:
    loop.board.mark_printed(loop.forms())
    letter, entry, _ = loop.pages(seals=False)
    loop.drop(loop.save(letter.convert("L"), "a.png"), loop.save(scanned.on_paper(entry), "b.jpg"))
    assert loop.words() == ["待确认", "待确认", "已打印"]
    assert "有 2 张表未见红章" in loop.page.banner.text()
    click(loop.page.confirm)
    for answer in ("yes", "no"):
        # The second one opens by itself.
        dialog = loop.page.findChildren(ConfirmDialog)[-1]
        qtbot.waitUntil(dialog.view.shows, timeout=20_000)
        # The seal stands at the foot of the page.
        assert dialog.view.sheet.pixmap().height() <= dialog.view.area.viewport().height()
        click(getattr(dialog, answer))
        loop.settle()
    assert loop.words() == ["已盖章回收", "已打印", "已打印"]


def test_an_unsealed_copy_never_replaces_a_sealed_page(loop: Loop) -> None:
    sealed, bare = loop.pages()[1], loop.pages(seals=False)[1]
    loop.drop(loop.save(scanned.on_paper(sealed), "a.jpg"))
    loop.drop(loop.save(scanned.on_paper(bare), "b.jpg"))
    assert loop.words() == ["未导出", "已盖章回收", "未导出"]
    assert "没有用它替换" in loop.notes()[0]
    click(loop.page.waiting.dismiss)
    loop.settle()
    assert loop.notes() == []


def test_a_scan_is_opened_and_thrown_away(loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    loop.board.mark_printed(loop.forms())
    scan = loop.save(loop.pages()[1], "a.jpg")
    loop.drop(scan)
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(Path(url.toLocalFile())))
    loop.page.table.selectRow(1)
    loop.page.table.setFocus()
    loop.qtbot.keyClick(loop.page.table, Qt.Key.Key_Return)
    [kept] = opened
    assert kept.read_bytes().startswith(b"%PDF")
    click(loop.page.take_out)
    loop.settle()
    assert loop.words() == ["已打印"] * 3
    assert not kept.exists()
    loop.drop(scan)
    assert loop.words() == ["已打印", "已盖章回收", "已打印"]


def test_a_folder_is_searched_and_what_cannot_be_read_is_said(loop: Loop) -> None:
    folder = loop.folder / "scans"
    (folder / "深").mkdir(parents=True)
    pages = loop.pages()
    for number, page in enumerate(pages):
        loop.save(page, f"深/{number}.jpg")
    (folder / "坏.pdf").write_bytes(b"%PDF-1.7\nnonsense")
    (folder / "说明.docx").write_bytes(b"x")
    (folder / ".DS_Store").write_bytes(b"x")
    loop.save(Image.new("RGB", pages[0].size, "white"), "白.png")
    loop.drop(folder)
    assert loop.words() == ["已盖章回收"] * 3
    assert loop.notes() == ["“坏.pdf”读不了：PDF 已损坏，打不开。"]
    assert loop.page.banner.text() == (
        "读了 5 页：3 页已收下，1 页要您看一下，1 页是空白。没有收下的列在下面，逐页说明了原因。"
        "另有 1 个文件不是扫描件，没有读。"
    )


def test_nothing_to_read_is_said(loop: Loop) -> None:
    (loop.folder / "空").mkdir()
    loop.drop(loop.folder / "空")
    assert loop.page.banner.text().startswith("没有找到扫描件。")


def test_reading_is_shown_and_cancelled(qtbot, loop: Loop) -> None:
    pages = loop.pages() * 14
    pdf = loop.folder / "很多.pdf"
    pages[0].save(pdf, "PDF", resolution=DPI, save_all=True, append_images=[page.copy() for page in pages[1:]])
    drop(loop.window, pdf)
    qtbot.waitUntil(lambda: "很多.pdf" in loop.page.progress.text.text(), timeout=30_000)
    assert loop.page.progress.isVisible()
    click(loop.page.progress.cancel)
    qtbot.waitUntil(lambda: not loop.board.reading(), timeout=10_000)
    loop.settle()
    assert not loop.page.progress.isVisible()
    assert "已停止读取" in loop.page.banner.text()
    assert loop.words() == ["未导出"] * 3


def scan_children() -> list[str]:
    """Return the command lines of our reading children that are still there."""
    ours = Path("/proc/self/task").glob("*/children")
    pids = [pid for file in ours for pid in file.read_text(encoding="ascii").split()]
    lines = [Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8") for pid in pids]
    return [line for line in lines if "--scan-child" in line]


def test_closing_the_window_ends_the_reading_and_keeps_the_marks(qtbot, loop: Loop) -> None:
    pages = loop.pages() * 14
    pdf = loop.folder / "很多.pdf"
    pages[0].save(pdf, "PDF", resolution=DPI, save_all=True, append_images=[page.copy() for page in pages[1:]])
    drop(loop.window, pdf)
    qtbot.waitUntil(lambda: "很多.pdf" in loop.page.progress.text.text(), timeout=30_000)
    # Waits until the scans are read, which they never are.
    loop.board.mark_exported(loop.forms())
    loop.window.close()
    if sys.platform == "linux":
        assert scan_children() == []
    record = stamping.load_record(loop.session.path)
    assert [bool(kept.exported) for kept in record.forms.values()] == [True] * 3


def test_forms_printed_by_another_program_are_marked_by_hand(loop: Loop) -> None:
    loop.page.table.selectAll()
    click(loop.page.printed)
    loop.settle()
    assert loop.words() == ["已打印"] * 3
    assert not loop.page.printed.isEnabled()


def test_a_damaged_record_is_said_and_the_kept_scans_find_their_way_back(loop: Loop) -> None:
    loop.drop(loop.save(loop.pages()[1], "a.jpg"))
    folder = stamping.folder_of(loop.session.path)
    (folder / "记录.json").write_bytes(b"{")
    loop.page.table.selectAll()
    click(loop.page.printed)
    loop.settle()
    assert "记录已损坏" in loop.page.banner.text()
    assert loop.words() == ["已打印", "未导出", "已打印"]
    loop.drop(folder)
    assert loop.words() == ["已打印", "已盖章回收", "已打印"]


def test_a_record_that_cannot_be_read_is_said_and_stays(loop: Loop) -> None:
    folder = stamping.folder_of(loop.session.path)
    (folder / "记录.json").mkdir(parents=True)
    loop.page.table.selectAll()
    click(loop.page.printed)
    loop.settle()
    assert "读不了" in loop.page.banner.text()
    assert (folder / "记录.json").is_dir()


def test_what_came_back_is_there_when_the_draft_is_opened_again(
    qtbot, desk: Desk, draft_path: Path, tmp_path: Path
) -> None:
    desk.open(draft_path, page=1)
    loop = Loop(qtbot, desk.window, tmp_path)
    loop.drop(*[loop.save(page, f"{n}.jpg") for n, page in enumerate(loop.pages())])
    desk.window.close()
    desk.close()
    again = Desk()
    again.open(draft_path, page=1)
    # The rail says so before the page is looked at.
    qtbot.waitUntil(lambda: again.window.rail.words(NUMBER) == "已齐全", timeout=30_000)
    again.window.close()
    again.close()


def test_a_draft_never_exported_leaves_nothing_beside_it(loop: Loop) -> None:
    assert not stamping.folder_of(loop.session.path).exists()


def test_nothing_is_laid_out_before_anything_was_exported_or_looked_at(
    qtbot, open_wizard: Callable[[Path], Wizard], draft_path: Path
) -> None:
    window = open_wizard(draft_path)
    for number in range(NUMBER):
        window.go_to(number)
        qtbot.waitUntil(lambda: not window.session.jobs.busy(), timeout=20_000)
    assert not window.session.stamps.known()


def test_forty_works_do_not_hold_the_window(qapp, qtbot, open_wizard: Callable[[Path], Wizard], tmp_path: Path) -> None:
    works = tuple(Work(id=f"w{n}", title=f"第 {n} 部", synopsis="一个人的山路。" * 20) for n in range(40))
    path = tmp_path / "四十部.weiying"
    storage.save_draft(Draft(campaign=find_campaign("").id, works=works), path)
    window = open_wizard(path)
    board = window.session.stamps
    window.go_to(NUMBER)
    page: StampsPage = window.page_named(StampsPage)
    forms = build_forms(window.session.draft, window.session.campaign, {})
    # The processor's time, so that it does not depend on what else the machine does.
    held = []

    def run(until: Callable[[], bool]) -> None:
        while not until():
            begin = time.thread_time()
            qapp.processEvents()
            held.append(time.thread_time() - begin)

    run(board.known)
    board.mark_exported(forms)
    run(lambda: len(board.rows) == 81 and all(row.word == "已导出" for row in board.rows))
    page.table.selectAll()
    click(page.printed)
    run(lambda: all(row.word == "已打印" for row in board.rows))
    assert max(held) < 0.05
    assert page.state.text() == "81 张表：81 张已打印。"
