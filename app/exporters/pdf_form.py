"""Forms as PDF: the laid-out pages drawn, with the fonts they use inside. No file is written."""

import functools
from collections.abc import Sequence

from reportlab.pdfbase import pdfdoc

from app.exporters.font_face import Face
from app.exporters.fonts import Fonts, Role
from app.exporters.forms import Form
from app.exporters.layout import lay_out
from app.exporters.page import HAIRLINE, Page, Placed
from app.exporters.pdf_font import PdfFont
from app.exporters.typeset import stretchable

_PRODUCER = "weiying"
_GREY = 0.4


def render(forms: Sequence[Form], fonts: Fonts, *, title: str = "", subject: str = "") -> bytes:
    """Return forms as one PDF, each begun on a new page; `title` is the document's, by default the first form's.

    The same forms and fonts give the same bytes. Raise AppError, which names them, where no font at hand has some
    of the characters.
    """
    return draw([page for form in forms for page in lay_out(form, fonts)], fonts, title or forms[0].title, subject)


def draw(pages: Sequence[Page], fonts: Fonts, title: str, subject: str = "") -> bytes:
    """Return laid-out pages as a PDF; raise AppError as `render` does."""
    fonts.require(text.text for page in pages for text in page.all_texts)
    # A PDFDocument below reportlab's Canvas, which would put an unembedded Helvetica into every file.
    document = pdfdoc.PDFDocument(lang="zh-CN", invariant=1, compression=1)
    document.setTitle(title)
    document.setSubject(subject)
    document.setAuthor("")
    document.setCreator(_PRODUCER)
    embedded: dict[Face, PdfFont] = {}
    resources = pdfdoc.PDFDictionary({})
    reference = document.Reference(resources)
    for page in pages:
        sheet = pdfdoc.PDFPage()
        sheet.MediaBox = pdfdoc.PDFArray([0, 0, round(page.width, 2), round(page.height, 2)])
        sheet.Resources = reference
        sheet.Contents = pdfdoc.PDFStream(content=_content(page, fonts, embedded), filters=[pdfdoc.PDFZCompress])
        document.addPage(sheet)
    resources["Font"] = pdfdoc.PDFDictionary({font.name: font.add_to(document) for font in embedded.values()})
    data: bytes = document.GetPDFData(None)
    return data


def _content(page: Page, fonts: Fonts, embedded: dict[Face, PdfFont]) -> bytes:
    """Return a page's content stream (ISO 32000-1, 8.5 and 9.4); its y axis points up."""
    out = [f"{HAIRLINE} w"]
    for box in page.boxes:
        out.append(f"{_n(box.x)} {_n(page.height - box.y - box.height)} {_n(box.width)} {_n(box.height)} re S")
    for rule in page.rules:
        y = _n(page.height - rule.y)
        out.append(f"{_n(rule.x)} {y} m {_n(rule.x + rule.width)} {y} l S")
    for text in page.texts:
        out += _text(text, page.height, fonts, embedded)
    if page.mark:
        # One path, so that no viewer leaves a hairline of white between two squares.
        for box in page.mark.squares:
            out.append(f"{_n(box.x)} {_n(page.height - box.y - box.height)} {_n(box.width)} {_n(box.height)} re")
        out.append(f"f {_GREY} g")
        for text in page.mark.texts:
            out += _text(text, page.height, fonts, embedded)
    return "\n".join(out).encode("ascii")


def _text(placed: Placed, height: float, fonts: Fonts, embedded: dict[Face, PdfFont]) -> list[str]:
    """Return the operators that show a text: a font and its codes for each stretch of characters of one face."""
    out = [f"BT 1 0 0 1 {_n(placed.x)} {_n(height - placed.y)} Tm"]
    gaps = [*stretchable(placed.text), False] if placed.stretch else [False] * len(placed.text)
    # What is between two codes is subtracted from the pen's way, in thousandths of an em.
    wider = f"> {_n(-1000 * placed.stretch / placed.size)} <"
    current: PdfFont | None = None
    for char, gap in zip(placed.text, gaps, strict=True):
        font, code = _code(placed.role, char, fonts, embedded)
        if font is not current:
            out.append(f"{'>] TJ ' if current else ''}/{font.name} {_n(placed.size)} Tf [<")
            current = font
        out.append(code + wider if gap else code)
    return ["".join(out) + ">] TJ ET"]


def _code(role: Role, char: str, fonts: Fonts, embedded: dict[Face, PdfFont]) -> tuple[PdfFont, str]:
    glyph = fonts.glyph(role, char)
    if glyph is None:
        raise LookupError(f"no font for U+{ord(char):04X}")
    font = embedded.get(glyph.face)
    if font is None:
        font = embedded[glyph.face] = PdfFont(glyph.face, len(embedded))
    return font, font.code(char, glyph)


@functools.lru_cache(1 << 12)
def _n(number: float) -> str:
    """Return a number as PDF writes it: to a hundredth of a point, far below what a printer can show."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
