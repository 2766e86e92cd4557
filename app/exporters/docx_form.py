"""A form as DOCX: drawn from the form model for Word, WPS and LibreOffice, without a file.

Word lays the pages out itself, with fonts that this program cannot know. So nothing here has a fixed height: rows
are *at least* so high, and what fills a page leaves some of it unused.
"""

from xml.etree.ElementTree import Element

from app.exporters import docx_xml
from app.exporters.docx_xml import el, points, text_run, twips
from app.exporters.forms import Block, Cell, Form, Grid, LineBlock, StampBlock, Text, TextBlock, plain
from app.exporters.line_count import em_width, line_count

A4 = (210.0, 297.0)
SEAL = 45.0
"""Side in mm of the square that a seal of 42 mm needs."""

_MM = 72 / 25.4
_PAD_X, _PAD_Y = 1.6, 0.8
_ATTACHMENT, _TITLE = 28.0, 36.0
_GRID_GAP = 8.0
_SLACK = 8.0
"""mm of a page left unused, for what Word, WPS and LibreOffice lay out differently."""


class _Page:
    """What the blocks of one form share: sizes and pitches in pt, room in mm."""

    def __init__(self, form: Form, text_size: float) -> None:
        top, right, bottom, left = form.margins
        width, height = reversed(A4) if form.landscape else A4
        self.size = text_size
        self.pitch = 28.0 * text_size / 16
        self.table_pitch = 1.4 * text_size
        self.width = width - left - right
        self.height = height - top - bottom

    def lines(self, text: str, width: float, indent: float = 0) -> int:
        """Return how many lines a text takes in a width in mm, its first line indented by that many ems."""
        return line_count("　" * round(indent) + text, width * _MM / self.size)


def render(form: Form, text_size: float) -> bytes:
    """Return a form as DOCX; `text_size` is the size in pt of its text, stepped down where the form is full.

    The same form gives the same bytes.
    """
    page = _Page(form, text_size)
    heading = _heading_gap(form, page)
    body = el("body")
    if form.attachment:
        body.append(_paragraph("Attachment", [text_run(form.attachment)]))
    title = el("spacing", before=points(heading), after=points(heading), line=points(_TITLE), lineRule="exact")
    body.append(_paragraph("FormTitle", [text_run(form.title)], title))
    for block in form.blocks:
        body.extend(_block(block, form, page))
    if isinstance(form.blocks[-1], Grid):
        # Word wants a paragraph after a table; at its usual height it would open a new page.
        tiny = el("spacing", before=0, after=0, line=points(1), lineRule="exact")
        body.append(el("p", el("pPr", tiny, el("rPr", el("sz", val=2), el("szCs", val=2)))))
    numbered = any(isinstance(block, Grid) and block.flows for block in form.blocks)
    body.append(_section(form, numbered))
    return docx_xml.document(body, form.title, page.size, page.pitch, page.table_pitch, numbered)


def _section(form: Form, numbered: bool) -> Element:
    width, height = (A4[1], A4[0]) if form.landscape else A4
    top, right, bottom, left = (twips(margin) for margin in form.margins)
    size = el("pgSz", w=twips(width), h=twips(height))
    if form.landscape:
        size.set(f"{{{docx_xml.W}}}orient", "landscape")
    footer = el("footerReference", type="default")
    footer.set(f"{{{docx_xml.R}}}id", "rId3")
    edges = el("pgMar", top=top, right=right, bottom=bottom, left=left, header=twips(10), footer=twips(9), gutter=0)
    return el("sectPr", footer if numbered else None, size, edges)


def _heading_gap(form: Form, page: _Page) -> float:
    """Return the white in pt over and under the title: a line each on a letter, as far as its page has it."""
    if any(isinstance(block, Grid) for block in form.blocks):
        return _GRID_GAP
    used = _ATTACHMENT + _TITLE + sum(_height(block, page) for block in form.blocks)
    spare = (page.height - _SLACK) * _MM - used
    return max(0.0, min(page.pitch, spare / 2))


def _height(block: Block, page: _Page) -> float:
    """Return the estimated height of a block other than a grid in pt."""
    match block:
        case TextBlock(runs):
            return page.lines(plain(runs), page.width, indent=2) * page.pitch
        case StampBlock(runs):
            return max(page.lines(plain(runs), page.width) * page.pitch + _below_label(page), SEAL * _MM)
        case LineBlock(runs, right, stamp):
            lines = page.lines(plain(runs), page.width)
            if right and not _side_by_side(runs, right, page):
                lines += page.lines(plain(right), page.width)
            return lines * page.pitch + (2 * _band(page) if stamp else 0)
        case Grid():
            return 0.0


def _below_label(page: _Page) -> float:
    return max(SEAL * _MM - page.pitch, 0)


def _band(page: _Page) -> float:
    """Return the white in pt over and under a line that is to be stamped, 45 mm with the line itself."""
    return max(SEAL * _MM - page.pitch, 0) / 2


def _block(block: Block, form: Form, page: _Page) -> list[Element]:
    match block:
        case TextBlock(runs):
            return [_paragraph("FormText", [text_run(r.text, underline=r.filled) for r in runs])]
        case StampBlock(runs):
            return [_paragraph("", _runs(runs), _spacing(page.pitch, after=_below_label(page)), keep=True)]
        case LineBlock():
            return _line(block, page)
        case Grid():
            return [_table(block, form, page)]


def _side_by_side(left: Text, right: Text, page: _Page) -> bool:
    return (em_width(plain(left)) + em_width(plain(right)) + 2) * page.size <= page.width * _MM


def _line(block: LineBlock, page: _Page) -> list[Element]:
    band = _band(page) if block.stamp else 0.0
    if not block.right or _side_by_side(block.runs, block.right, page):
        stops = el("tabs", el("tab", val="right", pos=twips(page.width))) if block.right else None
        runs = _runs(block.runs)
        if block.right:
            runs += [el("r", el("tab")), *_runs(block.right)]
        return [_paragraph("", runs, _spacing(page.pitch, band, band), tabs=stops, align="left")]
    left = _paragraph("", _runs(block.runs), _spacing(page.pitch, before=band), align="left")
    return [left, _paragraph("", _runs(block.right), _spacing(page.pitch, after=band), align="right")]


def _spacing(pitch: float, before: float = 0, after: float = 0) -> Element:
    return el("spacing", before=points(before), after=points(after), line=points(pitch), lineRule="exact")


def _runs(text: Text) -> list[Element]:
    return [text_run(run.text) for run in text]


def _paragraph(
    style: str,
    runs: list[Element],
    spacing: Element | None = None,
    *,
    tabs: Element | None = None,
    align: str = "",
    keep: bool = False,
) -> Element:
    """Return a paragraph; the order of its properties is CT_PPr's (ECMA-376-1, 17.3.1.26)."""
    properties = el(
        "pPr",
        el("pStyle", val=style) if style else None,
        el("keepNext") if keep else None,
        tabs,
        spacing,
        el("jc", val=align) if align else None,
    )
    return el("p", properties, *runs)


def _table(grid: Grid, form: Form, page: _Page) -> Element:
    heights = _row_heights(grid, form, page)
    borders = el(
        "tblBorders",
        *(
            el(side, val="single", sz=4, space=0, color="000000")
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        ),
    )
    margins = el(
        "tblCellMar",
        *(
            el(side, w=twips(pad), type="dxa")
            for side, pad in (("top", _PAD_Y), ("left", _PAD_X), ("bottom", _PAD_Y), ("right", _PAD_X))
        ),
    )
    properties = el(
        "tblPr",
        el("tblW", w=twips(sum(grid.columns)), type="dxa"),
        el("jc", val="center"),
        borders,
        el("tblLayout", type="fixed"),
        margins,
    )
    columns = el("tblGrid", *(el("gridCol", w=twips(width)) for width in grid.columns))
    at = {(cell.row, cell.column): cell for cell in grid.cells}
    whole = page.height - (heights[0] if grid.rows[0].header else 0) - _SLACK
    rows = []
    for number, row in enumerate(grid.rows):
        row_properties = el(
            "trPr",
            el("cantSplit") if heights[number] <= whole else None,
            el("trHeight", val=twips(heights[number]), hRule="atLeast") if row.grow or row.min_height else None,
            el("tblHeader") if row.header else None,
        )
        rows.append(el("tr", row_properties, *_cells(grid, number, at, heights[number], page)))
    return el("tbl", properties, columns, *rows)


def _cells(grid: Grid, row: int, at: dict[tuple[int, int], Cell], height: float, page: _Page) -> list[Element]:
    """Return the cells of one row, with an empty one wherever a cell of a row above reaches into it."""
    out = []
    column = 0
    while column < len(grid.columns):
        cell = at.get((row, column))
        if cell is None:
            cell = next(c for c in grid.cells if c.column == column and c.row < row < c.row + c.rowspan)
        begins = cell.row == row
        merge = None
        if cell.rowspan > 1:
            merge = el("vMerge", val="restart" if begins else "continue")
        properties = el(
            "tcPr",
            el("tcW", w=twips(_width(cell, grid)), type="dxa"),
            el("gridSpan", val=cell.colspan) if cell.colspan > 1 else None,
            merge,
            el("vAlign", val="top" if cell.stamp or cell.date else "center"),
        )
        head = grid.rows[row].header
        paragraphs = _cell_paragraphs(cell, grid, height, head, page) if begins else [_paragraph("Cell", [])]
        out.append(el("tc", properties, *paragraphs))
        column += cell.colspan
    return out


def _cell_paragraphs(cell: Cell, grid: Grid, height: float, head: bool, page: _Page) -> list[Element]:
    style = "CellHead" if head else "Cell" if cell.align == "center" or cell.label else "CellLeft"
    out = [_paragraph(style, _runs(text)) for text in cell.paragraphs]
    ends = [text for text in (cell.stamp, cell.date) if text]
    gap = max(SEAL * _MM, (height - 2 * _PAD_Y) * _MM - _text_height(cell, grid, page) - len(ends) * page.table_pitch)
    for text in ends:
        out.append(_paragraph("Cell", _runs(text), _spacing(page.table_pitch, before=gap), align="right"))
        gap = 0.0
    return out


def _width(cell: Cell, grid: Grid) -> float:
    return sum(grid.columns[cell.column : cell.column + cell.colspan])


def _text_height(cell: Cell, grid: Grid, page: _Page) -> float:
    """Return the estimated height in pt of a cell's text without its seal and date."""
    inner = _width(cell, grid) - 2 * _PAD_X
    return sum(page.lines(plain(text), inner) for text in cell.paragraphs) * page.table_pitch


def _row_heights(grid: Grid, form: Form, page: _Page) -> list[float]:
    """Return the rows' heights in mm: as their text needs, at least as asked; growing ones take the rest."""
    heights = [row.min_height for row in grid.rows]
    for cell in sorted(grid.cells, key=lambda c: c.rowspan):
        ends = [text for text in (cell.stamp, cell.date) if text]
        need = _text_height(cell, grid, page) / _MM + 2 * _PAD_Y
        if ends:
            need += SEAL + len(ends) * page.table_pitch / _MM
        rows = range(cell.row, cell.row + cell.rowspan)
        heights[rows[-1]] += max(0.0, need - sum(heights[row] for row in rows))
    growing = [number for number, row in enumerate(grid.rows) if row.grow]
    outside = _ATTACHMENT * bool(form.attachment) + _TITLE + 2 * _GRID_GAP
    outside += sum(_height(block, page) for block in form.blocks)
    spare = page.height - _SLACK - outside / _MM - sum(heights)
    for number in growing:
        heights[number] += max(0.0, spare) / len(growing)
    return heights
