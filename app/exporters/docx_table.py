"""A grid of the form model as a table of a document, with true merged cells."""

from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from app.exporters import docx_xml, ooxml
from app.exporters.docx_page import MM, PAD_X, PAD_Y, SEAL, Page
from app.exporters.docx_template import CELL, CELL_HEAD, CELL_LEFT, TABLE
from app.exporters.forms import Cell, Grid, Text, plain
from app.exporters.line_count import em_width


def add_runs(paragraph: Paragraph, text: Text, underline_filled: bool = False) -> None:
    """Add the runs of a text to a paragraph, those filled in underlined if asked."""
    for piece in text:
        run = paragraph.add_run(ooxml.clean(piece.text))
        docx_xml.prefer_chinese(run)
        if underline_filled and piece.filled:
            run.underline = True


def add_table(document: Document, grid: Grid, page: Page, spare: float) -> None:
    """Add a grid to a document; its growing rows share `spare` mm, what is left of the page.

    Rows are never cut by a page's end, unless they are higher than a page.
    """
    heights = least_heights(grid, page)
    growing = sum(row.grow for row in grid.rows)
    heights = [
        height + max(spare, 0) / growing if row.grow else height for row, height in zip(grid.rows, heights, strict=True)
    ]
    table = document.add_table(len(grid.rows), len(grid.columns), TABLE)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    docx_xml.set_table_width(table, Mm(sum(grid.columns)))
    for column, width in zip(table.columns, grid.columns, strict=True):
        column.width = Mm(width)
    # Taken once, before any are merged: looking one cell up costs as much as the whole table.
    places = [row.cells for row in table.rows]
    for cell in grid.cells:
        merged = [row[cell.column] for row in places[cell.row : cell.row + cell.rowspan]]
        docx_xml.merge(merged, cell.colspan)
        for place in merged:
            place.width = Mm(_width(cell, grid))
            docx_xml.set_style(place.paragraphs[0], CELL)
        _fill(merged[0], cell, grid, heights[cell.row], page)
    _set_rows(table, grid, heights, page)


def least_heights(grid: Grid, page: Page) -> list[float]:
    """Return the rows' heights in mm as their text and seals need, at least as asked."""
    heights = [row.min_height for row in grid.rows]
    for cell in sorted(grid.cells, key=lambda c: c.rowspan):
        need = (_text_height(cell, grid, page) + _end_height(cell, page)) / MM + 2 * PAD_Y
        rows = range(cell.row, cell.row + cell.rowspan)
        heights[rows[-1]] += max(0.0, need - sum(heights[row] for row in rows))
    return heights


def _set_rows(table: Table, grid: Grid, heights: list[float], page: Page) -> None:
    """Set how high the rows are at least, which of them stay whole, and which are repeated on each page."""
    repeated = sum(height for row, height in zip(grid.rows, heights, strict=True) if row.header)
    for row, model, height in zip(table.rows, grid.rows, heights, strict=True):
        whole = height + (0 if model.header else repeated) <= page.height
        if whole:
            docx_xml.keep_whole(row)
        if whole and (model.grow or model.min_height):
            row.height, row.height_rule = Mm(height), WD_ROW_HEIGHT_RULE.AT_LEAST
        if model.header:
            docx_xml.repeat_on_each_page(row)


def _fill(place: _Cell, cell: Cell, grid: Grid, height: float, page: Page) -> None:
    """Put the texts of a cell, whose first row is `height` mm high, into its place, which has one empty paragraph."""
    alignment = WD_CELL_VERTICAL_ALIGNMENT
    place.vertical_alignment = alignment.TOP if _ends(cell) else alignment.CENTER
    style = CELL_HEAD if grid.rows[cell.row].header else CELL_LEFT if cell.align == "left" else CELL
    narrowed = _narrowed(cell, grid, page)
    for number, text in enumerate(cell.paragraphs):
        paragraph = place.add_paragraph() if number else place.paragraphs[0]
        docx_xml.set_style(paragraph, style)
        if narrowed:
            paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(narrowed)
        add_runs(paragraph, text)
    _add_seal(place, cell, grid, height, page)


def _narrowed(cell: Cell, grid: Grid, page: Page) -> float:
    """Return the white in pt beside a label that takes several lines: an even number of characters on each.

    Most words of Chinese have two, so that 单位推选意见 is not broken after 意.
    """
    inner = (_width(cell, grid) - 2 * PAD_X) * MM
    widest = max(em_width(plain(text)) for text in cell.paragraphs) * page.size
    even = (inner // (2 * page.size) * 2 + 0.2) * page.size
    if not cell.label or widest <= inner or even < page.size or even > inner:
        return 0.0
    return (inner - even) / 2


def _add_seal(place: _Cell, cell: Cell, grid: Grid, height: float, page: Page) -> None:
    """Add the seal's label and the date, at the lower right of a cell that is `height` mm high.

    A cell of Word's has one vertical alignment, so what is under the text is white before the label.
    """
    ends = _ends(cell)
    inner = _width(cell, grid) - 2 * PAD_X
    widest = max([SEAL, *(em_width(plain(text)) * page.size / MM for text in ends)])
    needed = _end_height(cell, page)
    white = max(needed, (height - 2 * PAD_Y) * MM - _text_height(cell, grid, page)) - len(ends) * page.table_pitch
    for text in ends:
        paragraph = place.add_paragraph()
        docx_xml.set_style(paragraph, CELL)
        paragraph.paragraph_format.space_before = Pt(white)
        paragraph.paragraph_format.left_indent = Mm(max(0, inner - widest))
        add_runs(paragraph, text)
        white = 0.0


def _ends(cell: Cell) -> list[Text]:
    return [text for text in (cell.stamp, cell.date) if text]


def _end_height(cell: Cell, page: Page) -> float:
    """Return the height in pt of a seal's place: its square with its own label, which it may cover, and the date."""
    if not _ends(cell):
        return 0.0
    return SEAL * MM + (page.table_pitch if cell.date else 0)


def _width(cell: Cell, grid: Grid) -> float:
    return sum(grid.columns[cell.column : cell.column + cell.colspan])


def _text_height(cell: Cell, grid: Grid, page: Page) -> float:
    """Return the estimated height in pt of a cell's text without its seal and date."""
    inner = _width(cell, grid) - 2 * PAD_X
    return sum(page.lines(text, inner) for text in cell.paragraphs) * page.table_pitch
