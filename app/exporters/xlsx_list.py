"""A list form as XLSX: one sheet that prints as the form does, made from the form model, without a file.

Typed text stays text, whatever it begins with. Row heights are written, since LibreOffice does not work them out
for merged cells and WPS not on opening; a row higher than a sheet's row may be is made of several.
"""

import io
import math
import re
from xml.etree import ElementTree

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from app.errors import AppError
from app.exporters import ooxml
from app.exporters.forms import Cell, Form, Grid, LineBlock, Text, plain
from app.exporters.line_count import em_width, line_count

HIGHEST_ROW = 409.0
"""The highest row that Excel has, in pt (“Excel specifications and limits”)."""
PIECE = 136.0
"""The highest sheet row in pt of those that together make a higher one: low ones leave less of a page empty."""
LONGEST_TEXT = 32_767
"""The most UTF-16 units that a cell holds (the same page)."""

_BODY, _HEAD, _TITLE = "仿宋_GB2312", "黑体", "方正小标宋简体"
_MM = 72 / 25.4
_SEAL = 45.0
_LINE = 1.45
"""Height of a line in sizes of its font: what fonts such as Noto CJK, the tallest usual stand-in, ask for."""
_PADDING = 8.0
_SAFETY = 0.96
_EDGE = Side(style="thin", color="FF000000")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_STYLES = "xl/styles.xml"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_FONT_ORDER = ("b", "i", "sz", "color", "name", "family", "charset", "scheme")


def render(form: Form) -> bytes:
    """Return a form as XLSX; the same form gives the same bytes.

    Raises AppError where a text is longer than a cell can hold.
    """
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # a new workbook has one sheet, of cells
    sheet.title = re.sub(r"[\[\]:*?/\\']", "_", ooxml.clean(form.sheet or form.name))[:31]
    _set_page(sheet, form)
    columns = next((block.columns for block in form.blocks if isinstance(block, Grid)), (200.0,))
    for number, width in enumerate(columns, 1):
        # In the file a width counts digits of the workbook's own font, 8 pixels each (ECMA-376-1, 18.3.1.13).
        sheet.column_dimensions[get_column_letter(number)].width = width / 25.4 * 96 / 8
    row = 1
    if form.attachment:
        row = _wide_row(
            sheet, row, columns, (0, len(columns)), ooxml.clean(form.attachment), Font(name=_HEAD, size=16), "left"
        )
    row = _wide_row(
        sheet, row, columns, (0, len(columns)), ooxml.clean(form.title), Font(name=_TITLE, size=22), "center"
    )
    for block in form.blocks:
        if isinstance(block, Grid):
            row = _grid(sheet, row, block, form.text_size)
        elif isinstance(block, LineBlock):
            row = _line(sheet, row, columns, block, form.text_size)
        else:
            font = Font(name=_BODY, size=form.text_size)
            row = _wide_row(sheet, row, columns, (0, len(columns)), _words(block.runs), font, "left")
    sheet.print_area = f"A1:{get_column_letter(len(columns))}{row - 1}"
    out = io.BytesIO()
    book.save(out)
    parts = ooxml.parts_of(out.getvalue())
    parts[ooxml.CORE_PROPERTIES] = ooxml.core_properties(form.title)
    parts[_STYLES] = _own_styles(parts[_STYLES])
    return ooxml.package(parts)


def _set_page(sheet: Worksheet, form: Form) -> None:
    top, right, bottom, left = (margin / 25.4 for margin in form.margins)
    sheet.page_margins = PageMargins(left=left, right=right, top=top, bottom=bottom, header=0.3, footer=0.35)
    sheet.page_setup.orientation = "landscape" if form.landscape else "portrait"
    sheet.page_setup.paperSize = 9  # A4 (ECMA-376-1, 18.3.1.63)
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    footer = sheet.oddFooter
    assert footer is not None  # openpyxl makes an empty one
    assert footer.center is not None
    footer.center.text = "第 &P 页　共 &N 页"


def _put(cell: SheetCell | MergedCell, text: str, label: str) -> None:
    """Write a text as a text: never a formula, an error or a number; `label` names it in the user's words."""
    if len(text.encode("utf-16-le")) // 2 > LONGEST_TEXT:
        raise AppError(f"“{label}”的文字超过了电子表格一格能放的 {LONGEST_TEXT} 个字符。", "请缩短后再导出。")
    # ST_Xstring (ECMA-376-1, 22.9.2.19): Excel would read a typed _x0041_ as an A.
    cell.value = _ESCAPE.sub("_x005F_", text)
    cell.data_type = "s"
    cell.number_format = "@"


def _height(text: str, width: float, size: float) -> float:
    """Return the height in pt that a text needs in a width in mm."""
    ems = (width * _MM - _PADDING) * _SAFETY / size
    return sum(line_count(line, ems) for line in text.split("\n")) * size * _LINE + _PADDING / 2


def _wide_row(
    sheet: Worksheet,
    row: int,
    columns: tuple[float, ...],
    span: tuple[int, int],
    text: str,
    font: Font,
    align: str,
    least: float = 0,
) -> int:
    """Write a text into merged columns (first, end) of a row without a border; return the next row's number."""
    first, end = span
    cell = sheet.cell(row, first + 1)
    _put(cell, text, text[:10])
    cell.font = font
    cell.alignment = Alignment(horizontal=align, vertical="center", wrap_text=True)
    need = _height(text, sum(columns[first:end]), float(font.size or 0))
    dimension = sheet.row_dimensions[row]
    dimension.height = min(HIGHEST_ROW, max(dimension.height or 0, need, least))
    if end - first > 1:
        sheet.merge_cells(start_row=row, end_row=row, start_column=first + 1, end_column=end)
    return row + 1


def _line(sheet: Worksheet, row: int, columns: tuple[float, ...], block: LineBlock, size: float) -> int:
    """Write a line's left and right text into one row; a seal's is 45 mm high. Return the next row's number."""
    font = Font(name=_BODY, size=size)
    least = _SEAL * _MM if block.stamp else size * 2
    end = len(columns)
    if block.right:
        right = _words(block.right)
        need = (em_width(right) * size + _PADDING) / _MM / _SAFETY
        while end > 1 and sum(columns[end:]) < need:
            end -= 1
        _wide_row(sheet, row, columns, (end, len(columns)), right, font, "right", least)
    return _wide_row(sheet, row, columns, (0, end), _words(block.runs), font, "left", least)


def _grid(sheet: Worksheet, first: int, grid: Grid, size: float) -> int:
    """Write a table, its header repeated on each printed page; return the number of the row under it."""
    heights = _row_heights(grid, size)
    starts = [first]
    for height in heights:
        pieces = 1 if height <= HIGHEST_ROW else math.ceil(height / PIECE)
        for row in range(starts[-1], starts[-1] + pieces):
            sheet.row_dimensions[row].height = height / pieces
        starts.append(starts[-1] + pieces)
    headers = [number for number, row in enumerate(grid.rows) if row.header]
    if headers:
        sheet.print_title_rows = f"{starts[headers[0]]}:{starts[headers[-1] + 1] - 1}"
        sheet.freeze_panes = f"A{starts[headers[-1] + 1]}"
    labels = {cell.column: _text(cell) for cell in grid.cells if cell.label}
    for cell in grid.cells:
        _cell(sheet, cell, starts, grid.rows[cell.row].header, size, labels.get(cell.column, ""))
    return starts[-1]


def _cell(sheet: Worksheet, cell: Cell, starts: list[int], head: bool, size: float, label: str) -> None:
    top, bottom = starts[cell.row], starts[cell.row + cell.rowspan] - 1
    placed = sheet.cell(top, cell.column + 1)
    text = _text(cell)
    if cell.number and text.isdecimal() and text.isascii():
        placed.value = int(text)
    else:
        _put(placed, text, label)
    placed.font = Font(name=_HEAD if head else _BODY, size=size)
    tall = bottom - top >= cell.rowspan and cell.align == "left"
    placed.alignment = Alignment(horizontal=cell.align, vertical="top" if tall else "center", wrap_text=True)
    placed.border = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
    if bottom > top or cell.colspan > 1:
        sheet.merge_cells(
            start_row=top, end_row=bottom, start_column=cell.column + 1, end_column=cell.column + cell.colspan
        )


def _words(text: Text) -> str:
    return ooxml.clean(plain(text))


def _text(cell: Cell) -> str:
    """Return the lines of a cell as a sheet's cell holds them."""
    return "\n".join(_words(text) for text in (*cell.paragraphs, cell.stamp, cell.date) if text)


def _row_heights(grid: Grid, size: float) -> list[float]:
    """Return the rows' heights in pt, as the longest of their texts needs."""
    heights = [max(row.min_height * _MM, size * 2) for row in grid.rows]
    for cell in sorted(grid.cells, key=lambda c: c.rowspan):
        need = _height(_text(cell), sum(grid.columns[cell.column : cell.column + cell.colspan]), size)
        rows = range(cell.row, cell.row + cell.rowspan)
        heights[rows[-1]] += max(0.0, need - sum(heights[row] for row in rows))
    return heights


def _own_styles(styles: bytes) -> bytes:
    """Return the styles with the workbook's own font set and each font's properties in the order Office wants.

    Column widths are counted in that font's digits: Times New Roman has a stand-in of the same widths everywhere,
    which openpyxl's Calibri has not.
    """
    ElementTree.register_namespace("", _MAIN[1:-1])
    root = ElementTree.fromstring(styles)
    fonts = list(root.iter(f"{_MAIN}font"))
    fonts[0][:] = [
        ElementTree.Element(f"{_MAIN}sz", val="12"),
        ElementTree.Element(f"{_MAIN}name", val="Times New Roman"),
        ElementTree.Element(f"{_MAIN}family", val="1"),
    ]
    for font in fonts:
        font[:] = sorted(font, key=lambda child: _FONT_ORDER.index(child.tag.removeprefix(_MAIN)))
    return ooxml.xml(root)
