"""A form as DOCX: drawn from the form model for Word, WPS and LibreOffice, without a file.

Word lays the pages out itself, with fonts that this program cannot know. So nothing here has a fixed height: rows
are *at least* so high, and what fills a page leaves some of it unused.
"""

from itertools import pairwise
from xml.etree.ElementTree import Element

from app.exporters import docx_xml
from app.exporters.docx_page import MM, SEAL, Page
from app.exporters.docx_table import least_heights, table
from app.exporters.docx_xml import el, paragraph, spacing, tab, text_run, text_runs, twips
from app.exporters.forms import Block, Form, Grid, LineBlock, StampBlock, TextBlock, plain
from app.exporters.line_count import em_width, line_count

SMALLEST = 10.5
"""The smallest size in pt that a form's text is stepped down to (五号)."""

_GAP = 8.0
"""White in pt over and under the title of a form with a table."""


def render(form: Form, text_size: float) -> bytes:
    """Return a form as DOCX; `text_size` is the size in pt of its text, stepped down where the form is full.

    Where Word may need more room than that, the size is a little smaller still. The same form gives the same bytes.
    """
    grids = [block for block in form.blocks if isinstance(block, Grid)]
    flows = any(grid.flows for grid in grids)
    page = Page(form, text_size)
    while not flows and _spare(form, page) < 0 and page.size > SMALLEST:
        page = Page(form, max(SMALLEST, page.size - 0.5))
    spare = _spare(form, page)
    places = 2 + sum(isinstance(block, StampBlock) for block in form.blocks)
    # A letter has a line of white over and under its title and over the seal, as far as its page has it.
    white = _GAP if grids else max(0.0, min(page.pitch, spare * MM / places))

    body = el("body")
    if form.attachment:
        body.append(paragraph("Attachment", [text_run(form.attachment)]))
    body.append(paragraph("FormTitle", [text_run(form.title)], spacing(docx_xml.TITLE_PITCH, white, white)))
    for block, following in pairwise([*form.blocks, None]):
        body.extend(_block(block, page, white, spare))
        if isinstance(block, Grid) and (following is None or isinstance(following, Grid)):
            body.append(_nothing())
    body.append(_section(form, page, numbered=flows))
    return docx_xml.document(body, form.title, page.size, page.pitch, page.table_pitch, numbered=flows)


def _spare(form: Form, page: Page) -> float:
    """Return how much of one page a form leaves in mm, as far as that can be told; less than 0 if it is too long."""
    title = line_count(form.title, page.width * MM / docx_xml.TITLE_SIZE)
    head = title * docx_xml.TITLE_PITCH + docx_xml.ATTACHMENT_PITCH * bool(form.attachment)
    return page.height - (head + sum(_height(block, page) for block in form.blocks)) / MM


def _height(block: Block, page: Page) -> float:
    """Return the estimated height of a block in pt."""
    match block:
        case TextBlock(runs):
            return page.lines(runs, indent=2) * page.pitch
        case StampBlock(runs):
            return page.lines(runs) * page.pitch + _under_label(page)
        case LineBlock(runs, right, stamp):
            lines = page.lines(runs) + (page.lines(right) if right and not _one_line(block, page) else 0)
            return lines * page.pitch + (2 * _band(page) if stamp else 0)
        case Grid():
            return sum(least_heights(block, page)) * MM + 2 * _GAP


def _block(block: Block | None, page: Page, white: float, spare: float) -> list[Element]:
    match block:
        case TextBlock(runs):
            return [paragraph("FormText", text_runs(runs, underline_filled=True))]
        case StampBlock(runs):
            return [paragraph("", text_runs(runs), spacing(page.pitch, white, _under_label(page)), keep_next=True)]
        case LineBlock():
            return _line(block, page)
        case Grid():
            return [table(block, page, spare)]
        case None:
            return []


def _under_label(page: Page) -> float:
    """Return the white in pt under a seal's label, which leaves its square beside it and under it."""
    return max(SEAL * MM - page.pitch, 0)


def _band(page: Page) -> float:
    """Return the white in pt over and under a line that is to be stamped, the seal's square with the line itself."""
    return max(SEAL * MM - page.pitch, 0) / 2


def _one_line(block: LineBlock, page: Page) -> bool:
    ems = em_width(plain(block.runs)) + em_width(plain(block.right)) + 2
    return ems * page.size <= page.width * MM


def _line(block: LineBlock, page: Page) -> list[Element]:
    """Return a line with its right part at a tab stop, or the two under each other where they are too long."""
    band = _band(page) if block.stamp else 0.0
    if not block.right:
        return [paragraph("", text_runs(block.runs), spacing(page.pitch, band, band), align="left")]
    if _one_line(block, page):
        runs = [*text_runs(block.runs), tab(), *text_runs(block.right)]
        stop = el("tabs", el("tab", val="right", pos=twips(page.width)))
        return [paragraph("", runs, spacing(page.pitch, band, band), tabs=stop, align="left")]
    left = paragraph("", text_runs(block.runs), spacing(page.pitch, before=band), align="left", keep_next=True)
    return [left, paragraph("", text_runs(block.right), spacing(page.pitch, after=band), align="right")]


def _nothing() -> Element:
    """Return the paragraph that Word wants after a table, too low to open a new page."""
    return el("p", el("pPr", spacing(1), el("rPr", el("sz", val=2), el("szCs", val=2))))


def _section(form: Form, page: Page, numbered: bool) -> Element:
    width, height = page.paper
    top, right, bottom, left = (twips(margin) for margin in form.margins)
    size = el("pgSz", w=twips(width), h=twips(height), orient="landscape" if form.landscape else "portrait")
    edges = el("pgMar", top=top, right=right, bottom=bottom, left=left, header=twips(10), footer=twips(9), gutter=0)
    return el("sectPr", docx_xml.footer_reference() if numbered else None, size, edges)
