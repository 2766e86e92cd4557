import io
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.worksheet.worksheet import Worksheet

from app.errors import AppError
from app.exporters import xlsx_list
from app.exporters.forms import Cell, Form, Grid, Row, Run
from tests.exporters import samples
from tests.exporters.conftest import page_count, pdf_words, words_at

ALL = list(samples.drafts())
FORMULAS = [
    "=1+1",
    "+86 13800138000",
    "-5",
    "@SUM(A1)",
    '=HYPERLINK("http://x","y")',
    "'=1",
    "0012",
    "2024/1/2",
    "#N/A",
]


def form_of(sample: str) -> Form:
    return samples.forms_of(samples.drafts()[sample])["summary"]


def sheet_of(data: bytes) -> Worksheet:
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert isinstance(sheet, Worksheet)
    return sheet


def cells_of(sheet: Worksheet) -> list[SheetCell]:
    return [cell for row in sheet.iter_rows() for cell in row if isinstance(cell, SheetCell) and cell.value is not None]


def with_text(text: str) -> Form:
    """Return a list form with one row whose one cell holds a text."""
    cells = (
        Cell(0, 0, 1, 1, ((Run("片名"),),), label=True),
        Cell(1, 0, 1, 1, ((Run(text, filled=True),),), align="left"),
    )
    grid = Grid((100.0,), (Row(header=True), Row()), cells, flows=True)
    return form_of("ordinary")._replace(blocks=(grid,))


def values_of(sheet: Worksheet) -> list[str]:
    """Return what a spreadsheet program shows, line by line: ST_Xstring's escape undone."""
    return [line for c in cells_of(sheet) for line in str(c.value).replace("_x005F_", "_").split("\n")]


@pytest.mark.parametrize("sample", ALL)
def test_the_sheet_says_what_the_form_says(sample: str) -> None:
    form = form_of(sample)
    assert values_of(sheet_of(xlsx_list.render(form))) == samples.lines_of(form)


@given(st.text(st.characters(exclude_categories=()), max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_text_stays_the_text_that_it_is(text: str) -> None:
    form = with_text(text)
    data = xlsx_list.render(form)
    assert "".join(values_of(sheet_of(data))) == "".join(samples.lines_of(form))
    assert b"<f>" not in sheet_xml(data)


def sheet_xml(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("typed", FORMULAS)
def test_what_looks_like_a_formula_a_number_or_an_error_stays_text(typed: str) -> None:
    cell = next(cell for cell in cells_of(sheet_of(xlsx_list.render(with_text(typed)))) if cell.value == typed)
    assert (cell.data_type, cell.number_format) == ("s", "@")


def test_only_the_running_number_is_a_number() -> None:
    cells = cells_of(sheet_of(xlsx_list.render(form_of("many"))))
    numbers = [cell.value for cell in cells if cell.data_type == "n"]
    assert numbers == list(range(1, 301))
    assert {cell.data_type for cell in cells} == {"s", "n"}


def test_a_text_that_looks_like_an_escape_is_escaped() -> None:
    assert b">_x005F_x0041_ and _x0041 and x0041_<" in sheet_xml(
        xlsx_list.render(with_text("_x0041_ and _x0041 and x0041_"))
    )


def test_a_text_longer_than_a_cell_holds_is_refused_by_its_name() -> None:
    assert xlsx_list.render(with_text("长" * xlsx_list.LONGEST_TEXT))
    with pytest.raises(AppError, match="“片名”的文字超过了"):
        xlsx_list.render(with_text("长" * (xlsx_list.LONGEST_TEXT + 1)))
    with pytest.raises(AppError, match="“片名”的文字超过了"):
        xlsx_list.render(with_text("𬭛" * (xlsx_list.LONGEST_TEXT // 2 + 1)))


def test_the_one_sheet_prints_as_the_form_does() -> None:
    form = form_of("ordinary")
    book = openpyxl.load_workbook(io.BytesIO(xlsx_list.render(form)))
    assert book.sheetnames == ["汇总表"]
    sheet = sheet_of(xlsx_list.render(form))
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_options.horizontalCentered
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.print_area == "'汇总表'!$A$1:$G$6"
    assert sheet.freeze_panes == "A5"
    assert sheet.oddFooter is not None
    assert sheet.oddFooter.center is not None
    assert sheet.oddFooter.center.text == "第 &P 页　共 &N 页"
    assert sheet.page_margins.left * 25.4 == pytest.approx(form.margins[3])


def test_a_sheets_name_has_no_character_that_excel_forbids() -> None:
    form = form_of("ordinary")._replace(sheet="汇总[1]:*?/\\'" + "表" * 40)
    assert openpyxl.load_workbook(io.BytesIO(xlsx_list.render(form))).sheetnames == [
        "汇总_1_______" + "表" * (31 - len("汇总_1_______"))
    ]


def test_columns_are_as_wide_as_the_forms() -> None:
    form = form_of("ordinary")
    sheet = sheet_of(xlsx_list.render(form))
    grid = next(block for block in form.blocks if isinstance(block, Grid))
    widths = [sheet.column_dimensions[letter].width * 8 / 96 * 25.4 for letter in "ABCDEFG"]
    assert widths == pytest.approx(list(grid.columns), abs=0.1)


def test_every_cell_of_the_table_has_all_its_borders() -> None:
    for row in sheet_of(xlsx_list.render(form_of("ordinary"))).iter_rows(min_row=4, max_row=5):
        for cell in row:
            sides = (cell.border.left, cell.border.right, cell.border.top, cell.border.bottom)
            assert [side.style for side in sides if side] == ["thin"] * 4


def test_the_line_to_be_stamped_is_as_high_as_a_seal() -> None:
    sheet = sheet_of(xlsx_list.render(form_of("ordinary")))
    assert str(sheet["A3"].value).startswith("报送单位")
    assert (sheet.row_dimensions[3].height or 0) / 72 * 25.4 >= 45


def test_no_row_is_higher_than_excel_allows_and_a_higher_one_is_merged_column_by_column() -> None:
    sheet = sheet_of(xlsx_list.render(form_of("long")))
    heights = [dimension.height or 0 for dimension in sheet.row_dimensions.values()]
    assert max(heights) <= 409
    tall = [str(r) for r in sheet.merged_cells.ranges if r.min_col == r.max_col]
    last = sheet.max_row - 1
    assert sorted(tall) == [f"{letter}5:{letter}{last}" for letter in "ABCDEFG"]
    assert sum(heights[4:last]) > 409


def test_the_same_form_gives_the_same_bytes() -> None:
    assert xlsx_list.render(form_of("ordinary")) == xlsx_list.render(form_of("ordinary"))
    assert xlsx_list.render(form_of("ordinary")) != xlsx_list.render(form_of("titles"))


@pytest.mark.parametrize("sample", ALL)
def test_every_character_is_on_the_printed_pages(sample: str, printed: dict[str, Path]) -> None:
    wanted = Counter("".join("".join(samples.lines_of(form_of(sample))).split()))
    assert wanted - Counter(pdf_words(printed[f"{sample}-summary.xlsx"])) == Counter()


@pytest.mark.parametrize("sample", ["ordinary", "titles", "rare", "hostile"])
def test_no_text_runs_out_of_its_row(sample: str, printed: dict[str, Path]) -> None:
    pdf = printed[f"{sample}-summary.xlsx"]
    assert page_count(pdf) == 1
    words = words_at(pdf)
    header = next(word for word in words if word.text == "片名")
    closing = next(word for word in words if word.text.startswith("报送人"))
    rows = [word for word in words if word.top > header.bottom and word.bottom < closing.top]
    inside = Counter("".join(word.text for word in rows))
    grid = next(block for block in form_of(sample).blocks if isinstance(block, Grid))
    lines = [run.text for cell in grid.cells if cell.row == 1 for text in cell.paragraphs for run in text]
    assert Counter("".join(samples.clean("".join(lines)).split())) - inside == Counter()


def test_the_header_and_the_page_number_are_on_each_page(printed: dict[str, Path]) -> None:
    pdf = printed["many-summary.xlsx"]
    pages = page_count(pdf)
    words = pdf_words(pdf)
    assert words.count("内容简介（200字左右）") == pages
    assert f"第{pages}页共{pages}页" in words
