"""What python-docx's interface lacks: the elements of WordprocessingML (ECMA-376-1, 17) that its objects cannot set.

All of it is here, so that the other modules draw with the library's objects alone.
"""

from collections.abc import Sequence

from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.oxml.simpletypes import ST_Merge
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.settings import Settings
from docx.shape import InlineShape
from docx.shared import Length, Pt
from docx.styles.style import BaseStyle, ParagraphStyle
from docx.styles.styles import Styles
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from lxml import etree

LATIN_FONT = "Times New Roman"

_MARKUP_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_WORD_2013 = "15"
_KEPT_SETTINGS = ("defaultTabStop", "characterSpacingControl", "compat", "themeFontLang")


def set_style(paragraph: Paragraph, name: str) -> None:
    """Give a paragraph one of the template's own styles, whose ids are their names.

    The library can do this too, but reads all styles through at every paragraph, half the cost of a table.
    """
    paragraph._p.style = name


def set_script_size(style: ParagraphStyle, size: float) -> None:
    """Set a style's size in pt for all scripts; the library's `font.size` leaves out the complex ones."""
    style.font.size = Pt(size)
    (sz,) = style.element.xpath("w:rPr/w:sz")
    complex_size = _child(sz.getparent(), "szCs")
    complex_size.set(qn("w:val"), sz.get(qn("w:val")))
    sz.addnext(complex_size)


def set_east_asian_font(style: ParagraphStyle, name: str) -> None:
    """Set a style's font for Chinese, and `LATIN_FONT` for the rest; the library knows the latter's only."""
    style.font.name = LATIN_FONT
    (fonts,) = style.element.xpath("w:rPr/w:rFonts")
    _set(fonts, eastAsia=name, cs=LATIN_FONT)


def prefer_chinese(run: Run) -> None:
    """Give what Word cannot tell apart by script (“ ” … —) the Chinese font of its run."""
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")


def indent_two_characters(style: ParagraphStyle, size: float) -> None:
    """Indent the first line by two characters; readers that do not count characters take `size`, in pt."""
    style.paragraph_format.first_line_indent = Pt(2 * size)
    style.element.xpath("w:pPr/w:ind")[0].set(qn("w:firstLineChars"), "200")


def keep_punctuation_inside(style: ParagraphStyle) -> None:
    """Let no mark hang over the edge, as Word has it do: in a cell it would stand on the border."""
    (properties,) = style.element.xpath("w:pPr")
    mark = OxmlElement("w:overflowPunct", {qn("w:val"): "0"})
    properties.insert_element_before(mark, "w:spacing", "w:ind", "w:jc")


def set_cell_margins(style: BaseStyle, beside: Length, over: Length) -> None:
    """Set the white in the cells of a table style that has margins, and take away what it says of paragraphs."""
    for side in style.element.xpath("w:tblPr/w:tblCellMar/*"):
        width = beside if side.tag in {qn("w:left"), qn("w:right")} else over
        _set(side, w=width.twips, type="dxa")
    for properties in style.element.xpath("w:pPr"):
        style.element.remove(properties)


def set_table_width(table: Table, width: Length) -> None:
    """Set a table's own width, which the library leaves to its columns."""
    for element in table._tbl.tblPr.xpath("w:tblW"):
        _set(element, w=width.twips, type="dxa")


def clear_table_margins(table: Table) -> None:
    """Let the cells of a table without a style have no white but what is in them."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("top", "left", "bottom", "right"):
        _set(_child(margins, side), w=0, type="dxa")
    (look,) = table._tbl.tblPr.xpath("w:tblLook")
    look.addprevious(margins)


def set_up_picture(shape: InlineShape, text: str) -> None:
    """Say of a picture what is on it, and have no white around it, which LibreOffice adds where nothing is said."""
    shape._inline.docPr.set("descr", text)
    for side in ("distT", "distB", "distL", "distR"):
        shape._inline.set(side, "0")


def merge(cells: Sequence[_Cell], columns: int) -> None:
    """Merge empty cells that stand under each other, and those at their right over so many columns, into one.

    The library's `merge` does the same, but measures the whole table for it several times: 1 ms for each merged cell.
    """
    for number, cell in enumerate(cells):
        tc = cell._tc
        for swallowed in list(tc.itersiblings())[: columns - 1]:
            tc._tr.remove(swallowed)
        if columns > 1:
            tc.grid_span = columns
        if len(cells) > 1:
            tc.vMerge = ST_Merge.CONTINUE if number else ST_Merge.RESTART


def keep_whole(row: _Row) -> None:
    """Let no page's end cut a row."""
    _child(row._tr.get_or_add_trPr(), "cantSplit")


def repeat_on_each_page(row: _Row) -> None:
    """Make a row a header of its table."""
    _child(row._tr.get_or_add_trPr(), "tblHeader")


def add_field(paragraph: Paragraph, instruction: str) -> None:
    """Add a field, `PAGE` for one, to a paragraph; it shows 1 until a reader works it out."""
    run = paragraph.add_run("1")
    prefer_chinese(run)
    field = OxmlElement("w:fldSimple", {qn("w:instr"): instruction})
    paragraph._p.append(field)
    field.append(run._r)


def clean_styles(styles: Styles, east_asian: str) -> None:
    """Give the document's defaults fonts by name instead of a theme's, Chinese as language and no white.

    What Word would show of styles that are not in the document goes too.
    """
    root = styles.element
    for latent in root.xpath("w:latentStyles | w:style/w:rsid | w:docDefaults/w:pPrDefault/w:pPr"):
        latent.getparent().remove(latent)
    (properties,) = root.xpath("w:docDefaults/w:rPrDefault/w:rPr")
    (fonts,) = properties.xpath("w:rFonts")
    fonts.attrib.clear()
    _set(fonts, ascii=LATIN_FONT, hAnsi=LATIN_FONT, eastAsia=east_asian, cs=LATIN_FONT)
    _set(properties.xpath("w:lang")[0], val="en-US", eastAsia="zh-CN", bidi="ar-SA")
    _clean_root(root)


def clean_settings(settings: Settings) -> None:
    """Keep what shapes the pages, as for Word 2013 and later: no “compatibility mode” in its title bar."""
    root = settings.element
    for element in list(root):
        if element.tag not in {qn(f"w:{name}") for name in _KEPT_SETTINGS}:
            root.remove(element)
    _set(_child(root, "defaultTabStop"), val=420)
    _set(_child(root, "characterSpacingControl"), val="compressPunctuation")
    _set(_child(root, "themeFontLang"), val="en-US", eastAsia="zh-CN")
    for element in root.xpath("w:compat/*"):
        if element.get(qn("w:name")) == "compatibilityMode":
            _set(element, val=_WORD_2013)
        elif element.tag != qn("w:compatSetting"):
            element.getparent().remove(element)
    _clean_root(root)


def clean_section(root: BaseOxmlElement) -> None:
    """Take from a document's one section the grid of lines and the marks of how it was edited."""
    (section,) = root.xpath("w:body/w:sectPr")
    section.attrib.clear()
    for grid in section.xpath("w:docGrid"):
        section.remove(grid)
    _clean_root(root)


def _clean_root(root: BaseOxmlElement) -> None:
    """Drop the names of extensions that a part does not use."""
    root.attrib.pop(f"{_MARKUP_COMPATIBILITY}Ignorable", "")
    etree.cleanup_namespaces(root, keep_ns_prefixes=["w", "r"])


def _child(parent: etree._Element, name: str) -> etree._Element:
    """Return an element's child of that name, added at its end if it is not there."""
    found = parent.find(qn(f"w:{name}"))
    if found is None:
        found = OxmlElement(f"w:{name}")
        parent.append(found)
    return found


def _set(element: etree._Element, **attributes: str | int) -> None:
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
