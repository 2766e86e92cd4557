"""The empty document that every DOCX form begins as: python-docx's own template, cleaned, with the official styles.

It is made once per process; a form then costs one reading of it.
"""

import io
from functools import cache

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.rel import Relationships
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import BaseStyle, ParagraphStyle

from app.exporters import docx_xml, ooxml
from app.exporters.docx_page import ATTACHMENT_PITCH, ATTACHMENT_SIZE, PAD_X, PAD_Y, TITLE_PITCH, TITLE_SIZE, Page
from app.exporters.mark_layout import TEXT_PITCH, TEXT_SIZE

NORMAL = "Normal"
ATTACHMENT, TITLE, TEXT = "附件号", "表题", "正文缩进两字"
CELL, CELL_LEFT, CELL_HEAD = "表格文字", "表格文字居左", "表头"
PAGE_NUMBER, AFTER_TABLE = "页码", "表后空行"
MARK_CODE, MARK_WORDS = "页脚二维码", "页脚标记"
TABLE = "Table Grid"

_BODY_FONT = "仿宋_GB2312"
_TITLE_FONT = "方正小标宋简体"
_HEADING_FONT = "黑体"
_MARK_FONT = "宋体"
_FOOTER_SIZE = 14
LOW = 1
"""Height in pt of the paragraph that Word wants after a table."""
_GREY = RGBColor(0x66, 0x66, 0x66)
_KEPT_PARTS = {
    RELATIONSHIP_TYPE.OFFICE_DOCUMENT,
    RELATIONSHIP_TYPE.CORE_PROPERTIES,
    RELATIONSHIP_TYPE.STYLES,
    RELATIONSHIP_TYPE.SETTINGS,
}


def new_document(page: Page) -> Document:
    """Return an empty document whose styles have the sizes and line pitches of a page."""
    document = docx.Document(io.BytesIO(_template()))
    styles = {style.name: style for style in document.styles if isinstance(style, ParagraphStyle)}
    docx_xml.set_script_size(styles[NORMAL], page.size)
    styles[NORMAL].paragraph_format.line_spacing = Pt(page.pitch)
    docx_xml.indent_two_characters(styles[TEXT], page.size)
    styles[CELL].paragraph_format.line_spacing = Pt(page.table_pitch)
    return document


def packed(document: Document, title: str) -> bytes:
    """Return a document's file, which depends on what it says and on its title alone."""
    out = io.BytesIO()
    document.save(out)
    parts = ooxml.parts_of(out.getvalue())
    parts[ooxml.CORE_PROPERTIES] = ooxml.core_properties(title)
    return ooxml.package(parts)


@cache
def _template() -> bytes:
    document = docx.Document()
    package = document.part.package
    assert package is not None
    _drop_parts(package.rels)
    _drop_parts(document.part.rels)
    docx_xml.clean_section(document.element)
    docx_xml.clean_settings(document.settings)
    for style in document.styles:
        if style.element.get(qn("w:default")) is None and style.name != TABLE:
            style.delete()
    docx_xml.clean_styles(document.styles, _BODY_FONT)
    _add_styles(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _drop_parts(relations: Relationships) -> None:
    """Leave out the thumbnail, the theme, the lists, and whatever else no form uses."""
    for identity, relation in list(relations.items()):
        if relation.reltype not in _KEPT_PARTS:
            del relations[identity]


def _add_styles(document: Document) -> None:
    docx_xml.set_cell_margins(document.styles[TABLE], beside=Mm(PAD_X), over=Mm(PAD_Y))

    normal = document.styles[NORMAL]
    assert isinstance(normal, ParagraphStyle)
    normal.paragraph_format.widow_control = False
    normal.paragraph_format.space_before = Pt(0)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY

    attachment = _add_style(document, ATTACHMENT, normal, WD_ALIGN_PARAGRAPH.LEFT, ATTACHMENT_PITCH, ATTACHMENT_SIZE)
    docx_xml.set_east_asian_font(attachment, _HEADING_FONT)
    title = _add_style(document, TITLE, normal, WD_ALIGN_PARAGRAPH.CENTER, TITLE_PITCH, TITLE_SIZE)
    docx_xml.set_east_asian_font(title, _TITLE_FONT)
    _add_style(document, TEXT, normal)
    cell = _add_style(document, CELL, normal, WD_ALIGN_PARAGRAPH.CENTER)
    docx_xml.keep_punctuation_inside(cell)
    _add_style(document, CELL_LEFT, cell, WD_ALIGN_PARAGRAPH.JUSTIFY)
    docx_xml.set_east_asian_font(_add_style(document, CELL_HEAD, cell), _HEADING_FONT)
    _add_style(document, PAGE_NUMBER, normal, WD_ALIGN_PARAGRAPH.CENTER, _FOOTER_SIZE + 4, _FOOTER_SIZE)
    # Word wants a paragraph after a table; this one is too low to open a new page.
    _add_style(document, AFTER_TABLE, normal, pitch=LOW, size=LOW)
    # The line of a picture is as high as that: no pitch of its own.
    code = _add_style(document, MARK_CODE, normal, WD_ALIGN_PARAGRAPH.LEFT, size=LOW)
    code.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    words = _add_style(document, MARK_WORDS, normal, WD_ALIGN_PARAGRAPH.LEFT, TEXT_PITCH, TEXT_SIZE)
    docx_xml.set_east_asian_font(words, _MARK_FONT)
    words.font.color.rgb = _GREY


def _add_style(
    document: Document,
    name: str,
    base: BaseStyle,
    alignment: WD_ALIGN_PARAGRAPH | None = None,
    pitch: float = 0,
    size: float = 0,
) -> ParagraphStyle:
    """Return a new style for paragraphs, which takes from its base what is not given; lengths in pt."""
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)
    style.base_style = base
    style.quick_style = True
    if alignment is not None:
        style.paragraph_format.alignment = alignment
    if pitch:
        style.paragraph_format.line_spacing = Pt(pitch)
    if size:
        docx_xml.set_script_size(style, size)
    return style
