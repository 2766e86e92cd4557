"""A form as DOCX: drawn from the form model for Word, WPS and LibreOffice, without a file.

Word lays the pages out itself, with fonts that this program cannot know. So nothing here has a fixed height: rows
are *at least* so high, and what fills a page leaves some of it unused.
"""

from itertools import pairwise

from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.section import Section
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from app.exporters import docx_template as template
from app.exporters import docx_xml
from app.exporters.docx_mark import add_mark, add_page_number, mark_place
from app.exporters.docx_page import ATTACHMENT_PITCH, MM, SEAL, TITLE_PITCH, TITLE_SIZE, Page
from app.exporters.docx_table import add_runs, add_table, least_heights
from app.exporters.forms import Block, Form, Grid, LineBlock, Run, StampBlock, TextBlock, plain
from app.exporters.line_count import em_width, line_count

SMALLEST = 10.5
"""The smallest size in pt that a form's text is stepped down to (五号)."""

_GAP = 8.0
"""White in pt over and under the title of a form with a table."""
_UNDER_TABLE = 6.0
"""White in pt between a table and the line that closes the form."""


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

    document = template.new_document(page)
    _set_section(document.sections[0], form, page, numbered=flows, one_page=spare >= 0)
    if form.attachment:
        add_runs(document.add_paragraph(style=template.ATTACHMENT), (Run(form.attachment),))
    title = document.add_paragraph(style=template.TITLE)
    add_runs(title, (Run(form.title),))
    _space(title, white, white)
    for before, block, after in _neighbours(form):
        match block:
            case TextBlock(runs):
                add_runs(document.add_paragraph(style=template.TEXT), runs, underline_filled=True)
            case StampBlock():
                _add_stamp(document, block, page, white)
            case LineBlock():
                _add_line(document, block, page, _lead(before))
            case Grid():
                add_table(document, block, page, spare)
                if after is None or isinstance(after, Grid):
                    document.add_paragraph(style=template.AFTER_TABLE)
    return template.packed(document, form.title)


def _neighbours(form: Form) -> list[tuple[Block | None, Block, Block | None]]:
    """Return each block of a form with the one before it and the one after it."""
    blocks = list(pairwise([None, *form.blocks, None]))
    return [(before, block, after) for (before, block), (_, after) in pairwise(blocks) if block is not None]


def _spare(form: Form, page: Page) -> float:
    """Return how much of one page a form leaves in mm, as far as that can be told; less than 0 if it is too long."""
    title = line_count(form.title, page.width * MM / TITLE_SIZE)
    head = title * TITLE_PITCH + ATTACHMENT_PITCH * bool(form.attachment)
    body = sum(_height(block, page, before) for before, block, _ in _neighbours(form))
    return page.height - (head + body) / MM


def _height(block: Block, page: Page, before: Block | None) -> float:
    """Return the estimated height of a block in pt, with the white that what is before it asks for."""
    match block:
        case TextBlock(runs):
            return page.lines(runs, indent=2) * page.pitch
        case StampBlock(runs):
            return page.lines(runs, page.width - page.indent) * page.pitch + _under_label(page)
        case LineBlock(runs, right, stamp):
            lines = page.lines(runs, page.width - page.indent)
            lines += page.lines(right) if right and not _one_line(block, page) else 0
            return lines * page.pitch + (2 * _band(page) if stamp else 0) + _lead(before)
        case Grid():
            return sum(least_heights(block, page)) * MM + 2 * _GAP


def _lead(before: Block | None) -> float:
    """Return the white in pt over a line, by what is before it."""
    return _UNDER_TABLE if isinstance(before, Grid) else 0.0


def _under_label(page: Page) -> float:
    """Return the white in pt under a seal's label, which leaves its square beside it and under it."""
    return max(SEAL * MM - page.pitch, 0)


def _band(page: Page) -> float:
    """Return the white in pt over and under a line that is to be stamped, the seal's square with the line itself."""
    return max(SEAL * MM - page.pitch, 0) / 2


def _one_line(block: LineBlock, page: Page) -> bool:
    ems = em_width(plain(block.runs)) + em_width(plain(block.right)) + 2
    return ems * page.size <= (page.width - page.indent) * MM


def _add_stamp(document: Document, block: StampBlock, page: Page, white: float) -> None:
    """Add a seal's label with the white around it."""
    label = document.add_paragraph()
    add_runs(label, block.runs)
    _space(label, white, _under_label(page))
    label.paragraph_format.left_indent = Mm(page.indent)
    label.paragraph_format.keep_with_next = True


def _add_line(document: Document, block: LineBlock, page: Page, lead: float) -> None:
    """Add a line with its right part at a tab stop, or the two under each other where they are too long."""
    band = _band(page) if block.stamp else 0.0
    left = document.add_paragraph()
    add_runs(left, block.runs)
    left.alignment = WD_ALIGN_PARAGRAPH.LEFT
    left.paragraph_format.left_indent = Mm(page.indent)
    if not block.right or _one_line(block, page):
        _space(left, band + lead, band)
        if block.right:
            left.paragraph_format.tab_stops.add_tab_stop(Mm(page.width), WD_TAB_ALIGNMENT.RIGHT)
            docx_xml.prefer_chinese(left.add_run("\t"))
            add_runs(left, block.right)
        return
    _space(left, before=band + lead)
    left.paragraph_format.keep_with_next = True
    right = document.add_paragraph()
    add_runs(right, block.right)
    right.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _space(right, after=band)


def _space(paragraph: Paragraph, before: float = 0, after: float = 0) -> None:
    """Set the white in pt over and under a paragraph."""
    paragraph.paragraph_format.space_before = Pt(before)
    paragraph.paragraph_format.space_after = Pt(after)


def _set_section(section: Section, form: Form, page: Page, *, numbered: bool, one_page: bool) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE if form.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(length) for length in page.paper)
    margins = (Mm(margin) for margin in form.margins)
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = margins
    section.header_distance, section.footer_distance, section.gutter = Mm(10), Mm(9), Mm(0)
    place = mark_place(form)
    if place is not None or numbered:
        section.footer.is_linked_to_previous = False
    if place is not None:
        section.footer_distance = Pt(place.under - template.LOW)
        add_mark(section.footer, form, page, place, one_page=one_page, numbered=numbered)
    elif numbered:
        add_page_number(section.footer.paragraphs[0])
