"""A grid of the form model as a table of WordprocessingML, with true merged cells."""

from xml.etree.ElementTree import Element

from app.exporters.docx_page import MM, SEAL, Page
from app.exporters.docx_xml import el, paragraph, points, spacing, text_runs, twips
from app.exporters.forms import Cell, Grid, Text, plain
from app.exporters.line_count import em_width

_PAD_X, _PAD_Y = 1.6, 0.8
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


def table(grid: Grid, page: Page, spare: float) -> Element:
    """Return a grid as `w:tbl`; its growing rows share `spare` mm, what is left of the page.

    Rows are never cut by a page's end, unless they are higher than a page.
    """
    heights = least_heights(grid, page)
    growing = sum(row.grow for row in grid.rows)
    heights = [
        height + max(spare, 0) / growing if row.grow else height for row, height in zip(grid.rows, heights, strict=True)
    ]
    pads = (("top", _PAD_Y), ("left", _PAD_X), ("bottom", _PAD_Y), ("right", _PAD_X))
    properties = el(
        "tblPr",
        el("tblW", w=twips(sum(grid.columns)), type="dxa"),
        el("jc", val="center"),
        el("tblBorders", *(el(side, val="single", sz=4, space=0, color="000000") for side in _SIDES)),
        el("tblLayout", type="fixed"),
        el("tblCellMar", *(el(side, w=twips(pad), type="dxa") for side, pad in pads)),
    )
    columns = el("tblGrid", *(el("gridCol", w=twips(width)) for width in grid.columns))
    places = {(row, cell.column): cell for cell in grid.cells for row in range(cell.row, cell.row + cell.rowspan)}
    repeated = sum(height for row, height in zip(grid.rows, heights, strict=True) if row.header)
    rows = []
    for number, row in enumerate(grid.rows):
        whole = heights[number] + (0 if row.header else repeated) <= page.height
        asked = row.grow or row.min_height
        row_properties = el(
            "trPr",
            el("cantSplit") if whole else None,
            el("trHeight", val=twips(heights[number]), hRule="atLeast") if whole and asked else None,
            el("tblHeader") if row.header else None,
        )
        cells = [places[number, column] for column in range(len(grid.columns)) if (number, column) in places]
        rows.append(el("tr", row_properties, *(_cell(cell, grid, number, heights[number], page) for cell in cells)))
    return el("tbl", properties, columns, *rows)


def least_heights(grid: Grid, page: Page) -> list[float]:
    """Return the rows' heights in mm as their text and seals need, at least as asked."""
    heights = [row.min_height for row in grid.rows]
    for cell in sorted(grid.cells, key=lambda c: c.rowspan):
        need = (_text_height(cell, grid, page) + _end_height(cell, page)) / MM + 2 * _PAD_Y
        rows = range(cell.row, cell.row + cell.rowspan)
        heights[rows[-1]] += max(0.0, need - sum(heights[row] for row in rows))
    return heights


def _cell(cell: Cell, grid: Grid, row: int, height: float, page: Page) -> Element:
    """Return a cell as it stands in one of its rows: its text in the first, nothing in those merged with it."""
    begins = row == cell.row
    properties = el(
        "tcPr",
        el("tcW", w=twips(_width(cell, grid)), type="dxa"),
        el("gridSpan", val=cell.colspan) if cell.colspan > 1 else None,
        el("vMerge", val="restart" if begins else "continue") if cell.rowspan > 1 else None,
        el("vAlign", val="top" if _ends(cell) else "center"),
    )
    if not begins:
        return el("tc", properties, paragraph("Cell", []))
    style = "CellHead" if grid.rows[row].header else "CellLeft" if cell.align == "left" else "Cell"
    narrowed = _narrowed(cell, grid, page)
    texts = [paragraph(style, text_runs(text), indent=narrowed) for text in cell.paragraphs]
    return el("tc", properties, *texts, *_seal(cell, grid, height, page))


def _narrowed(cell: Cell, grid: Grid, page: Page) -> Element | None:
    """Return the indents of a label that takes several lines: an even number of characters on each.

    Most words of Chinese have two, so that 单位推选意见 is not broken after 意.
    """
    inner = (_width(cell, grid) - 2 * _PAD_X) * MM
    widest = max(em_width(plain(text)) for text in cell.paragraphs) * page.size
    even = (inner // (2 * page.size) * 2 + 0.2) * page.size
    if not cell.label or widest <= inner or even < page.size or even > inner:
        return None
    side = points((inner - even) / 2)
    return el("ind", left=side, right=side)


def _seal(cell: Cell, grid: Grid, height: float, page: Page) -> list[Element]:
    """Return the seal's label and the date, at the lower right of a cell that is `height` mm high.

    A cell of Word's has one vertical alignment, so what is under the text is white before the label.
    """
    ends = _ends(cell)
    inner = _width(cell, grid) - 2 * _PAD_X
    widest = max([SEAL, *(em_width(plain(text)) * page.size / MM for text in ends)])
    left = el("ind", left=twips(max(0, inner - widest)))
    needed = _end_height(cell, page)
    white = max(needed, (height - 2 * _PAD_Y) * MM - _text_height(cell, grid, page)) - len(ends) * page.table_pitch
    out = []
    for text in ends:
        out.append(paragraph("Cell", text_runs(text), spacing(page.table_pitch, before=white), indent=left))
        white = 0.0
    return out


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
    inner = _width(cell, grid) - 2 * _PAD_X
    return sum(page.lines(text, inner) for text in cell.paragraphs) * page.table_pitch
