"""导出与打印: what is previewed, written and printed; what stands in the way is said before anything is written."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter

from app import storage
from app.draft import Draft, Unit, Video, Work
from app.exporters.preflight import obstacles
from app.pack import find_campaign
from app.settings import load_settings
from app.ui.pages.export import ExportPage
from app.ui.pdf_pages import PdfPages
from app.ui.wizard import PAGES, Wizard
from tests.films import film
from tests.ui.hands import click, write


@pytest.fixture
def page(qtbot, open_wizard: Callable[[Path], Wizard], tmp_path: Path) -> ExportPage:
    works = (
        Work(id="w1", title="甲", video=Video(str(film(seconds=70)))),
        Work(id="w2", title="乙", video=Video(str(film(seconds=80)))),
    )
    path = tmp_path / "两部.weiying"
    storage.save_draft(Draft(campaign=find_campaign("").id, unit=Unit(name="某某学院"), works=works), path)
    window = open_wizard(path)
    qtbot.waitUntil(lambda: not window.session.films.busy(), timeout=10_000)
    window.go_to(PAGES.index(ExportPage))
    made = window.page_named(ExportPage)
    qtbot.waitUntil(made.start.isEnabled, timeout=10_000)
    write(made.folder, str(tmp_path / "out"))
    return made


def export(qtbot, page: ExportPage) -> set[str]:
    qtbot.waitUntil(page.start.isEnabled, timeout=10_000)
    click(page.start)
    qtbot.waitUntil(lambda: bool(page.banner.text()), timeout=60_000)
    out = Path(page.folder.value())
    return {str(p.relative_to(out)) for p in out.rglob("*") if p.is_file()}


def tick(page: ExportPage, *rows: int) -> None:
    for row in range(page.list.count()):
        page.list.item(row).setCheckState(Qt.CheckState.Checked if row in rows else Qt.CheckState.Unchecked)


def test_only_the_ticked_forms_are_written_in_the_ticked_formats(qtbot, page: ExportPage) -> None:
    tick(page, 0, 4)
    page.kinds["docx"].setChecked(False)
    assert export(qtbot, page) == {"01_甲/承诺书.pdf", "汇总表.pdf", "汇总表.xlsx"}


def test_each_form_is_shown_as_pages(qtbot, page: ExportPage) -> None:
    qtbot.waitUntil(lambda: page.preview.sheet.pixmap().width() > 100, timeout=30_000)
    first = page.preview.sheet.pixmap().toImage()
    page.list.setCurrentRow(1)
    qtbot.waitUntil(lambda: page.preview.sheet.pixmap().toImage() not in (first, None), timeout=30_000)
    qtbot.waitUntil(lambda: page.preview.sheet.pixmap().width() > 100, timeout=30_000)
    width = page.preview.sheet.pixmap().width()
    click(page.preview.larger)
    qtbot.waitUntil(lambda: page.preview.sheet.pixmap().width() > width, timeout=30_000)


def test_all_forms_are_printed_in_one_job_on_a4_without_scaling(qtbot, page: ExportPage, tmp_path: Path) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "打印.pdf"))
    page.print_on(printer)
    qtbot.waitUntil(lambda: "打印" in page.banner.text(), timeout=60_000)
    sizes = [
        tuple(round(float(side) / 72 * 25.4) for side in p.mediabox[2:]) for p in PdfReader(tmp_path / "打印.pdf").pages
    ]
    assert sizes == [(210, 297)] * 4 + [(297, 210)]
    export(qtbot, page)
    printed = PdfPages((tmp_path / "打印.pdf").read_bytes())
    written = PdfPages((Path(page.folder.value()) / "全部表格.pdf").read_bytes())
    assert ink(printed, 1) == pytest.approx(ink(written, 1), abs=2)


def ink(pages: PdfPages, number: int) -> tuple[int, int, int, int]:
    """Return the box of what is dark on a page, in pixels of 72 dots an inch."""
    image = pages.image(number, 72)
    dark = [
        (x, y) for y in range(image.height()) for x in range(image.width()) if image.pixelColor(x, y).lightness() < 140
    ]
    xs, ys = [x for x, _ in dark], [y for _, y in dark]
    return min(xs), min(ys), max(xs), max(ys)


def test_a_film_that_has_gone_is_told_before_anything_is_written(qtbot, page: ExportPage, tmp_path: Path) -> None:
    lost = tmp_path / "丢失.mp4"
    work = page.session.draft.works[0]
    page.session.edit_work(storage.msgspec.structs.replace(work, video=Video(str(lost))))
    assert export(qtbot, page) == set()
    assert "丢失.mp4" in page.banner.text()


def test_nothing_ticked_is_said_and_nothing_is_written(qtbot, page: ExportPage) -> None:
    tick(page)
    assert export(qtbot, page) == set()
    assert "还没有选择要导出的表格" in page.banner.text()


def test_a_file_open_in_another_program_is_named(tmp_path: Path) -> None:
    (tmp_path / "汇总表.xlsx").write_bytes(b"x")
    (tmp_path / ".~lock.汇总表.xlsx#").write_text("", encoding="utf-8")
    assert ["汇总表.xlsx" in e.message and "关闭" in e.hint for e in obstacles(tmp_path, ["汇总表.xlsx"])] == [True]


def test_a_folder_that_is_a_file_and_a_path_too_long_for_windows_are_told(tmp_path: Path) -> None:
    (tmp_path / "文件").write_bytes(b"x")
    assert "不是文件夹" in obstacles(tmp_path / "文件", ["a.pdf"])[0].message
    assert "路径太长" in obstacles(tmp_path, ["长" * 250 + ".pdf"], windows=True)[0].message
    assert obstacles(tmp_path / "新" / "夹", ["a.pdf"]) == []


def test_the_choice_of_the_same_fonts_everywhere_is_kept(qtbot, wizard) -> None:
    page = wizard.page_named(ExportPage)
    wizard.go_to(PAGES.index(ExportPage))
    assert not page.same_fonts.isChecked()
    page.same_fonts.click()
    assert load_settings().fonts == "open"
    page.same_fonts.click()
    assert load_settings().fonts == "system"
