"""The mark in a DOCX form's footer: the code as a picture, and the same in words beside it.

A footer is one for all pages, so the code says its page only where the form has but one; the words count by fields.
"""

import io

from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE
from docx.section import _Footer
from docx.shared import Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from app.exporters import docx_template as template
from app.exporters import docx_xml
from app.exporters.docx_page import Page
from app.exporters.docx_table import add_runs
from app.exporters.forms import Form, Run
from app.exporters.line_count import em_width
from app.exporters.mark_layout import MIDDLE, QUIET, TEXT_SIZE, Place, code_place
from app.exporters.marks import Mark, lines, payload, picture
from app.exporters.ooxml import clean
from app.exporters.page import MM

# Half the width in pt kept free in the middle for a page's number, which is larger than in a PDF.
_NUMBER = 30 * MM
# A page's number takes as much beside the form's name.
_WIDEST_NUMBER = "　第 00 页，共 00 页"


def mark_place(form: Form) -> Place | None:
    """Return where the code of a form goes; None if the form has no mark, or no room for one."""
    return code_place(form.margins[2] * MM) if form.mark else None


def add_mark(footer: _Footer, form: Form, page: Page, place: Place, *, one_page: bool, numbered: bool) -> None:
    """Fill an empty footer with a form's mark, and if `numbered` with the page's number in the middle.

    The table's one row has the height of the code: whatever the fonts, the footer does not reach the form.
    """
    assert form.mark is not None
    left = form.margins[3] * MM
    middle = page.paper[0] * MM / 2
    words_left = left + place.side + QUIET
    half = _NUMBER if numbered else MIDDLE
    widths = [words_left - left, middle - half - words_left, 2 * half]
    table = footer.add_table(1, len(widths), Pt(sum(widths)))
    # Word wants a paragraph after a table; the one that is there already comes first.
    last = footer.paragraphs[0]
    last.style = template.AFTER_TABLE
    table._tbl.addnext(last._p)
    table.autofit = False
    docx_xml.set_table_width(table, Pt(sum(widths)))
    docx_xml.clear_table_margins(table)
    row = table.rows[0]
    row.height, row.height_rule = Pt(place.side + 2 * template.LOW), WD_ROW_HEIGHT_RULE.EXACTLY
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Pt(width)
    code, words, number = row.cells
    for cell, width in zip(row.cells, widths, strict=True):
        cell.width = Pt(width)
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    _add_code(code.paragraphs[0], form.mark, place.side, one_page=one_page)
    _add_words(words, form.mark, form.name, widths[1])
    number.paragraphs[0].style = template.PAGE_NUMBER
    if numbered:
        add_page_number(number.paragraphs[0])


def add_page_number(line: Paragraph) -> None:
    """Add 第 N 页　共 M 页 to a paragraph."""
    line.style = template.PAGE_NUMBER
    add_runs(line, (Run("第 "),))
    docx_xml.add_field(line, "PAGE")
    add_runs(line, (Run(" 页　共 "),))
    docx_xml.add_field(line, "NUMPAGES")
    add_runs(line, (Run(" 页"),))


def _add_code(paragraph: Paragraph, mark: Mark, side: float, *, one_page: bool) -> None:
    paragraph.style = template.MARK_CODE
    place = (1, 1) if one_page else (0, 0)
    run = paragraph.add_run()
    shape = run.add_picture(io.BytesIO(picture(payload(mark, *place))), Pt(side), Pt(side))
    docx_xml.set_up_picture(shape, "页脚二维码，扫描件凭它自动归位")


def _add_words(cell: _Cell, mark: Mark, name: str, width: float) -> None:
    """Add the lines beside a code; too long a name is cut with …, so that each stays one line."""
    room = width / TEXT_SIZE - 1
    name, full = clean(name), clean(name)
    while name and em_width(name + _WIDEST_NUMBER) > room:
        name = name.removesuffix("…")[:-1] + "…" if name != "…" else ""
    for number, text in enumerate(lines(mark, name, 0, 0)):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.style = template.MARK_WORDS
        add_runs(paragraph, (Run(text),))
        if text == name and full:
            add_runs(paragraph, (Run("　第 "),))
            docx_xml.add_field(paragraph, "PAGE")
            add_runs(paragraph, (Run(" 页，共 "),))
            docx_xml.add_field(paragraph, "NUMPAGES")
            add_runs(paragraph, (Run(" 页"),))
