"""Glyphs of CID-keyed CFF fonts, copied as their maker drew them into a small font of the same format.

What is in a CFF font: Adobe Technical Notes 5176 (the format) and 5177 (Type 2 charstrings).
"""

import struct
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from fontTools.cffLib.transforms import desubroutinizeCharString
from fontTools.misc.psCharStrings import encodeIntT2
from fontTools.pens.basePen import AbstractPen
from fontTools.ttLib import TTFont

_END = b"\x0e"
_SUBRS = 19
_FIRST_OWN_STRING = 391
_CHARSET, _CHARSTRINGS, _FDARRAY, _FDSELECT = b"\x0f", b"\x11", b"\x0c\x24", b"\x0c\x25"


class Charstring(NamedTuple):
    """A glyph as CFF stores it, without subroutines; `dictionary` is the Private DICT that it goes with."""

    data: bytes
    dictionary: int


class CidKeyed:
    """A CID-keyed CFF font with 1,000 units in an em; not safe to use from several threads at once."""

    def __init__(self, top: Any) -> None:
        self._top = top
        self._charstrings = top.CharStrings
        self.bounds: tuple[int, int, int, int] = tuple(top.FontBBox)

    @classmethod
    def of(cls, font: TTFont) -> "CidKeyed | None":
        """Return the CFF font in an OpenType font, or None where it has another format."""
        if "CFF " not in font or font["head"].unitsPerEm != 1000:
            return None
        top = font["CFF "].cff.topDictIndex[0]
        return cls(top) if hasattr(top, "ROS") else None

    def draw(self, glyph: str, pen: AbstractPen) -> None:
        """Draw a glyph, by its name, with a pen of fontTools."""
        self._charstrings[glyph].draw(pen)

    def charstring(self, glyph: str) -> Charstring:
        """Return a glyph by its name."""
        found, dictionary = self._charstrings.getItemAndSelector(glyph)
        if self._has_subroutines(dictionary):
            desubroutinizeCharString(found)
            found.compile()
        return Charstring(found.bytecode, dictionary or 0)

    def blank(self, advance: int) -> Charstring:
        """Return a glyph that draws nothing and moves the pen by `advance` units."""
        private = self._top.FDArray[0].Private
        return Charstring(encodeIntT2(advance - getattr(private, "nominalWidthX", 0)) + _END, 0)

    def private(self, dictionary: int) -> bytes:
        """Return a Private DICT, without its subroutines."""
        size, offset = self._top.FDArray[dictionary].rawDict["Private"]
        self._top.file.seek(offset)
        data: bytes = self._top.file.read(size)
        return b"".join(entry for operator, entry in _entries(data) if operator != _SUBRS)

    def _has_subroutines(self, dictionary: int | None) -> bool:
        private = self._top.FDArray[dictionary or 0].Private
        return bool(len(self._top.GlobalSubrs) or getattr(private, "Subrs", None))


def cff(font: CidKeyed, glyphs: Sequence[Charstring], name: str) -> bytes:
    """Return a CID-keyed CFF font whose glyph 0 is empty and whose CID n is the nth of `glyphs`."""
    used = sorted({glyph.dictionary for glyph in glyphs} | {0})
    every = [Charstring(_END, 0), *glyphs]
    strings = [b"Adobe", b"Identity", name.encode("ascii")]
    registry, ordering, font_name = (_FIRST_OWN_STRING + number for number in range(3))
    head = b"\x01\x00\x04\x04" + _index([name.encode("ascii")])
    fixed = [
        (_number(registry) + _number(ordering) + _number(0), b"\x0c\x1e"),
        (b"".join(map(_number, font.bounds)), b"\x05"),
        (_number(len(every)), b"\x0c\x22"),
    ]
    # Numbers take five bytes whatever they are, so that offsets can be counted before they are known.
    charset = struct.pack(">BHH", 2, 1, len(every) - 2)
    select = bytes([0, *(used.index(glyph.dictionary) for glyph in every)])
    charstrings = _index([glyph.data for glyph in every])
    privates = [font.private(dictionary) for dictionary in used]

    def top(offsets: Sequence[int]) -> bytes:
        operators = (_CHARSET, _FDSELECT, _CHARSTRINGS, _FDARRAY)
        entries = [*fixed, *((_number(at), operator) for at, operator in zip(offsets, operators, strict=True))]
        return _index([b"".join(operands + operator for operands, operator in entries)]) + _index(strings) + _index([])

    def font_dictionaries(at: int) -> bytes:
        entries = []
        for private in privates:
            entries.append(_number(font_name) + b"\x0c\x26" + _number(len(private)) + _number(at) + b"\x12")
            at += len(private)
        return _index(entries)

    at = len(head) + len(top([0] * 4))
    offsets = []
    for part in (charset, select, charstrings):
        offsets.append(at)
        at += len(part)
    offsets.append(at)
    array = font_dictionaries(at + len(font_dictionaries(0)))
    return b"".join([head, top(offsets), charset, select, charstrings, array, *privates])


def _number(value: int) -> bytes:
    return struct.pack(">Bl", 29, value)


def _index(items: Sequence[bytes]) -> bytes:
    """Return an INDEX, its offsets four bytes each."""
    if not items:
        return bytes(2)
    offsets = [1]
    for item in items:
        offsets.append(offsets[-1] + len(item))
    return struct.pack(f">HB{len(offsets)}L", len(items), 4, *offsets) + b"".join(items)


def _entries(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each entry of a DICT, its operands with their operator, and the operator (5176, 4)."""
    begin = at = 0
    while at < len(data):
        first = data[at]
        if first <= 21:
            operator = first if first != 12 else 0x0C00 | data[at + 1]
            at += 2 if first == 12 else 1
            yield operator, data[begin:at]
            begin = at
        elif first == 30:
            at += 1
            while data[at] & 0x0F != 0x0F and data[at] >> 4 != 0x0F:
                at += 1
            at += 1
        else:
            at += {28: 3, 29: 5}.get(first, 1 if first <= 246 else 2)
