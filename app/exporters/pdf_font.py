"""A face inside a PDF: a font of the characters used, which can be copied and searched as they were typed.

This is a CID font of our own on top of reportlab's PDF objects (ISO 32000-1, 9.7 and 9.10.3). reportlab's TTFont
would refuse CFF outlines, leave out what a font has not without a word, and map characters beyond U+FFFF wrongly.
"""

import itertools
import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reportlab.pdfbase import pdfdoc

from app.exporters.font_build import truetype
from app.exporters.font_cff import cff
from app.exporters.font_face import NOTHING, Face
from app.exporters.fonts import Glyph

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MOST_PER_BLOCK = 100


class _Program(NamedTuple):
    """A font program; `kind` is that of the CID font with it: 0 CFF, 2 TrueType (ISO 32000-1, 9.7.4)."""

    kind: int
    stream: pdfdoc.PDFStream
    bounds: tuple[int, int, int, int]


class _Lightly:
    """The filter of glyphs from CFF: they hardly get smaller, and to try harder would take most of an export."""

    pdfname = "FlateDecode"

    def encode(self, text: bytes) -> bytes:
        return zlib.compress(text, 1)


class PdfFont:
    """The characters of one face that a document uses; each is a glyph of its own, numbered from 1."""

    def __init__(self, face: Face, number: int) -> None:
        self.face = face
        self.name = f"F{number}"
        # A subset's name begins with six letters of its own (ISO 32000-1, 9.6.4).
        tag = "".join(_LETTERS[number // 26**place % 26] for place in reversed(range(6)))
        self._base = f"{tag}+{face.name}"
        self._glyphs: dict[str, tuple[int, Glyph]] = {}

    def code(self, char: str, glyph: Glyph) -> str:
        """Return the two-byte code of a character, in hexadecimal, which from now on is part of the font."""
        if char not in self._glyphs:
            self._glyphs[char] = (len(self._glyphs) + 1, glyph)
        return f"{self._glyphs[char][0]:04X}"

    def add_to(self, document: pdfdoc.PDFDocument) -> pdfdoc.PDFObjectReference:
        """Write the font into a document; return the reference to it."""
        scale = 1000 / self.face.em
        advances = [round(glyph.advance * self.face.em) for _, glyph in self._glyphs.values()]
        kind, program, box = self._copied(advances) or self._drawn(advances)
        descriptor = pdfdoc.PDFDictionary(
            {
                "Type": "/FontDescriptor",
                "FontName": pdfdoc.PDFName(self._base),
                "Flags": 4,
                "FontBBox": pdfdoc.PDFArray([round(corner * scale) for corner in box]),
                "ItalicAngle": 0,
                "Ascent": round(self.face.ascent * scale),
                "Descent": round(self.face.descent * scale),
                "CapHeight": round(self.face.ascent * scale),
                "StemV": 80,
                "FontFile2" if kind == 2 else "FontFile3": document.Reference(program),
            }
        )
        descendant = {
            "Type": "/Font",
            "Subtype": f"/CIDFontType{kind}",
            "BaseFont": pdfdoc.PDFName(self._base),
            "CIDSystemInfo": pdfdoc.PDFDictionary(
                {"Registry": pdfdoc.PDFString("Adobe"), "Ordering": pdfdoc.PDFString("Identity"), "Supplement": 0}
            ),
            "FontDescriptor": document.Reference(descriptor),
            "DW": 1000,
            # Written out here: reportlab takes as long for these numbers as for a page.
            "W": f"[1 [{' '.join(str(round(advance * scale)) for advance in advances)}]]",
        }
        if kind == 2:
            descendant["CIDToGIDMap"] = "/Identity"
        font = pdfdoc.PDFDictionary(
            {
                "Type": "/Font",
                "Subtype": "/Type0",
                "BaseFont": pdfdoc.PDFName(self._base),
                "Encoding": "/Identity-H",
                "DescendantFonts": pdfdoc.PDFArray([document.Reference(pdfdoc.PDFDictionary(descendant))]),
                "ToUnicode": document.Reference(_stream(self._to_unicode().encode("ascii"))),
            }
        )
        return document.Reference(font)

    def _copied(self, advances: Sequence[int]) -> _Program | None:
        """Return the font program with the glyphs as they are in the face; None where they cannot be copied."""
        font = self.face.cff
        if font is None:
            return None
        glyphs = []
        for (char, (_, glyph)), advance in zip(self._glyphs.items(), advances, strict=True):
            copied = font.blank(advance) if glyph.blank else self.face.charstring(char)
            if copied is None:
                return None
            glyphs.append(copied)
        program = pdfdoc.PDFStream(content=cff(font, glyphs, self._base), filters=[_Lightly()])
        program.dictionary["Subtype"] = "/CIDFontType0C"
        return _Program(0, program, font.bounds)

    def _drawn(self, advances: Sequence[int]) -> _Program:
        """Return the font program with the glyphs drawn anew as TrueType."""
        face = self.face
        outlines = [NOTHING if g.blank else face.outline(char) for char, (_, g) in self._glyphs.items()]
        program = _stream(truetype(list(zip(outlines, advances, strict=True)), face.em, face.ascent, face.descent))
        program.dictionary["Length1"] = len(program.content)
        drawn = [outline.bounds for outline in outlines if outline.data] or [NOTHING.bounds]
        left, bottom, right, top = zip(*drawn, strict=True)
        return _Program(2, program, (min(left), min(bottom), max(right), max(top)))

    def _to_unicode(self) -> str:
        """Return the CMap from codes to UTF-16, in which a character beyond U+FFFF is a pair (ISO 32000-1, 9.10.3)."""
        entries = [
            f"<{code:04X}> <{char.encode('utf-16-be', 'replace').hex().upper()}>"
            for char, (code, _) in self._glyphs.items()
        ]
        blocks = [
            "\n".join([f"{len(block)} beginbfchar", *block, "endbfchar"])
            for block in _batched(entries, _MOST_PER_BLOCK)
        ]
        return "\n".join(
            [
                "/CIDInit /ProcSet findresource begin",
                "12 dict begin",
                "begincmap",
                "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
                "/CMapName /Adobe-Identity-UCS def",
                "/CMapType 2 def",
                "1 begincodespacerange",
                "<0000> <FFFF>",
                "endcodespacerange",
                *blocks,
                "endcmap",
                "CMapName currentdict /CMap defineresource pop",
                "end",
                "end",
            ]
        )


def _stream(content: bytes) -> pdfdoc.PDFStream:
    stream = pdfdoc.PDFStream(content=content)
    stream.filters = [pdfdoc.PDFZCompress]
    return stream


def _batched(items: list[str], size: int) -> Iterator[list[str]]:
    """Yield the items in lists of at most `size`."""
    rest = iter(items)
    while batch := list(itertools.islice(rest, size)):
        yield batch
