"""The parts of a DOCX: WordprocessingML elements, the styles and settings of an official document, the package.

Written out in full rather than edited into a library's template: there are no theme fonts, no compatibility mode
and no leftovers to undo, and the order of the elements is the schema's (ECMA-376-1, 17 and annex A).
"""

import functools
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from app.exporters import ooxml
from app.exporters.forms import Text

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BODY_FONT = "仿宋_GB2312"
TITLE_FONT = "方正小标宋简体"
HEADING_FONT = "黑体"
LATIN_FONT = "Times New Roman"
ATTACHMENT_SIZE, ATTACHMENT_PITCH = 16, 28
TITLE_SIZE, TITLE_PITCH = 22, 36
FOOTER_SIZE = 14

_FOOTER_ID = "rId3"
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
ElementTree.register_namespace("w", W)
ElementTree.register_namespace("r", R)


def el(tag: str, *children: Element | None, **attributes: str | int) -> Element:
    """Return an element of WordprocessingML with attributes of the same namespace; a child None is left out."""
    element = Element(f"{{{W}}}{tag}", {f"{{{W}}}{name}": str(value) for name, value in attributes.items()})
    element.extend(child for child in children if child is not None)
    return element


def text_run(text: str, underline: bool = False) -> Element:
    """Return a run of text; what Word cannot tell apart by script (“ ” … —) takes the Chinese font."""
    body = el("t")
    body.text = ooxml.clean(text)
    body.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    properties = el("rPr", el("rFonts", hint="eastAsia"), el("u", val="single") if underline else None)
    return el("r", properties, body)


def text_runs(text: Text, underline_filled: bool = False) -> list[Element]:
    """Return the runs of a text, those filled in underlined if asked."""
    return [text_run(run.text, underline=underline_filled and run.filled) for run in text]


def tab() -> Element:
    """Return a run that goes to the next tab stop."""
    return el("r", el("tab"))


def footer_reference() -> Element:
    """Return a section's reference to the footer with the page numbers; see `document`."""
    element = el("footerReference", type="default")
    element.set(f"{{{R}}}id", _FOOTER_ID)
    return element


def twips(mm: float) -> int:
    """Return a length in mm in twentieths of a point."""
    return round(mm / 25.4 * 1440)


def points(value: float) -> int:
    """Return a length in points in twentieths of a point."""
    return round(value * 20)


def _fonts(east_asian: str) -> Element:
    return el("rFonts", ascii=LATIN_FONT, hAnsi=LATIN_FONT, eastAsia=east_asian, cs=LATIN_FONT)


def _sizes(size: float) -> tuple[Element, Element]:
    return el("sz", val=round(size * 2)), el("szCs", val=round(size * 2))


def _style(identity: str, name: str, paragraph: Element, run: Element | None = None, based: str = "Normal") -> Element:
    return el(
        "style",
        el("name", val=name),
        el("basedOn", val=based),
        el("qFormat"),
        paragraph,
        run,
        type="paragraph",
        styleId=identity,
        customStyle=1,
    )


def spacing(pitch: float, before: float = 0, after: float = 0) -> Element:
    """Return the spacing of a paragraph with lines `pitch` pt apart and white in pt before and after it."""
    return el("spacing", before=points(before), after=points(after), line=points(pitch), lineRule="exact")


def paragraph(
    style: str,
    runs: list[Element],
    spaced: Element | None = None,
    *,
    indent: Element | None = None,
    tabs: Element | None = None,
    align: str = "",
    keep_next: bool = False,
) -> Element:
    """Return a paragraph; the order of its properties is CT_PPr's (ECMA-376-1, 17.3.1.26)."""
    properties = el(
        "pPr",
        el("pStyle", val=style) if style else None,
        el("keepNext") if keep_next else None,
        tabs,
        spaced,
        indent,
        el("jc", val=align) if align else None,
    )
    return el("p", properties, *runs)


# Most documents of an export are of a few sizes.
@functools.lru_cache(32)
def _styles(size: float, pitch: float, table_pitch: float) -> bytes:
    language = el("lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA")
    normal = el(
        "style",
        el("name", val="Normal"),
        el("qFormat"),
        el("pPr", el("widowControl", val=0), spacing(pitch), el("jc", val="both")),
        type="paragraph",
        default=1,
        styleId="Normal",
    )
    styles = el(
        "styles",
        el("docDefaults", el("rPrDefault", el("rPr", _fonts(BODY_FONT), *_sizes(size), language)), el("pPrDefault")),
        normal,
        _style(
            "Attachment",
            "附件号",
            el("pPr", spacing(ATTACHMENT_PITCH), el("jc", val="left")),
            el("rPr", _fonts(HEADING_FONT), *_sizes(ATTACHMENT_SIZE)),
        ),
        _style(
            "FormTitle",
            "表题",
            el("pPr", spacing(TITLE_PITCH), el("jc", val="center")),
            el("rPr", _fonts(TITLE_FONT), *_sizes(TITLE_SIZE)),
        ),
        _style("FormText", "正文缩进两字", el("pPr", el("ind", firstLineChars=200, firstLine=points(2 * size)))),
        # A mark that hangs over the edge (Word's default) would stand on a cell's border.
        _style(
            "Cell",
            "表格文字",
            el("pPr", el("overflowPunct", val=0), spacing(table_pitch), el("jc", val="center")),
        ),
        _style("CellLeft", "表格文字居左", el("pPr", el("jc", val="both")), based="Cell"),
        _style("CellHead", "表头", el("pPr"), el("rPr", _fonts(HEADING_FONT)), based="Cell"),
        _style(
            "PageNumber",
            "页码",
            el("pPr", spacing(FOOTER_SIZE + 4), el("jc", val="center")),
            el("rPr", *_sizes(FOOTER_SIZE)),
        ),
    )
    return ooxml.xml(styles)


@functools.cache
def _settings() -> bytes:
    mode = el(
        "compatSetting", name="compatibilityMode", uri="http://schemas.microsoft.com/office/word", val=15
    )  # Word 2013 and later: no “compatibility mode” in the title bar
    settings = el(
        "settings",
        el("defaultTabStop", val=420),
        el("characterSpacingControl", val="compressPunctuation"),
        el("compat", mode),
        el("themeFontLang", val="en-US", eastAsia="zh-CN"),
    )
    return ooxml.xml(settings)


@functools.cache
def _footer() -> bytes:
    def field(instruction: str) -> Element:
        return el("fldSimple", text_run("1"), instr=instruction)

    paragraph = el(
        "p",
        el("pPr", el("pStyle", val="PageNumber")),
        text_run("第 "),
        field("PAGE"),
        text_run(" 页　共 "),
        field("NUMPAGES"),
        text_run(" 页"),
    )
    return ooxml.xml(el("ftr", paragraph))


def document(body: Element, title: str, size: float, pitch: float, table_pitch: float, numbered: bool) -> bytes:
    """Return a DOCX with that body; sizes and line pitches in pt; `numbered` says whether pages are."""
    # The footer is the third: its relationship is _FOOTER_ID.
    main = {"styles": _styles(size, pitch, table_pitch), "settings": _settings()}
    if numbered:
        main["footer"] = _footer()
    parts = {f"word/{name}.xml": data for name, data in main.items()}
    parts["word/document.xml"] = ooxml.xml(el("document", body))
    parts["word/_rels/document.xml.rels"] = _relations([(_RELATION + name, f"{name}.xml") for name in main])
    parts["_rels/.rels"] = _relations(
        [
            (_RELATION + "officeDocument", "word/document.xml"),
            (
                "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
                ooxml.CORE_PROPERTIES,
            ),
        ]
    )
    parts[ooxml.CORE_PROPERTIES] = ooxml.core_properties(title)
    types = [("/word/document.xml", _TYPES + "document.main+xml")]
    types += [(f"/word/{name}.xml", f"{_TYPES}{name}+xml") for name in main]
    types.append((f"/{ooxml.CORE_PROPERTIES}", "application/vnd.openxmlformats-package.core-properties+xml"))
    parts[ooxml.CONTENT_TYPES] = _content_types(types)
    return ooxml.package(parts)


def _relations(targets: list[tuple[str, str]]) -> bytes:
    namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
    items = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Relationships xmlns="{namespace}">{items}</Relationships>'.encode()
    )


def _content_types(overrides: list[tuple[str, str]]) -> bytes:
    namespace = "http://schemas.openxmlformats.org/package/2006/content-types"
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    items = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Types xmlns="{namespace}">'
        f'<Default Extension="rels" ContentType="{relations}"/><Default Extension="xml" ContentType="application/xml"/>'
        f"{items}</Types>"
    ).encode()
