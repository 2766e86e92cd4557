"""Building the small TrueType font that a document carries: the glyphs it uses, in the order it numbers them."""

import struct
from collections.abc import Sequence

from app.exporters.font_face import Outline

_TABLE_RECORD = struct.Struct(">4sLLL")


def truetype(glyphs: Sequence[tuple[Outline, int]], em: int, ascent: int, descent: int) -> bytes:
    """Return a TrueType font whose glyph 0 is empty and whose glyph n is the nth of `glyphs`, outline and advance.

    All lengths are font units. It has the tables that ISO 32000-1, 9.9 asks of a font whose glyphs are chosen by
    their numbers, so neither names nor a `cmap`.
    """
    from_zero = [(Outline(b"", (0, 0, 0, 0), 0, 0), em), *glyphs]
    outlines = [outline for outline, _ in from_zero]
    glyf = bytearray()
    loca = [0]
    for outline in outlines:
        glyf += outline.data + bytes(-len(outline.data) % 4)
        loca.append(len(glyf))
    drawn = [outline for outline in outlines if outline.data] or outlines[:1]
    box = [
        min(outline.bounds[0] for outline in drawn),
        min(outline.bounds[1] for outline in drawn),
        max(outline.bounds[2] for outline in drawn),
        max(outline.bounds[3] for outline in drawn),
    ]
    advances = [advance for _, advance in from_zero]
    right = min(advance - outline.bounds[2] for outline, advance in from_zero)
    metrics = b"".join(struct.pack(">Hh", advance, outline.bounds[0]) for outline, advance in from_zero)
    points = max(outline.points for outline in outlines)
    contours = max(outline.contours for outline in outlines)
    count = len(outlines)
    # OpenType 1.9: head 1.0, hhea 1.0, maxp 1.0; long offsets in loca, no instructions, no composite glyphs.
    tables = {
        b"glyf": bytes(glyf) or bytes(4),
        b"head": struct.pack(
            ">LLLLHHqq4hHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 0b1011, em, 0, 0, *box, 0, 8, 2, 1, 0
        ),
        b"hhea": struct.pack(
            ">LhhhHhhh8hH",
            0x10000, ascent, descent, 0, max(advances), box[0], right, box[2], 1, *[0] * 7, count,
        ),
        b"hmtx": metrics,
        b"loca": struct.pack(f">{count + 1}L", *loca),
        b"maxp": struct.pack(">L14H", 0x10000, count, points, contours, 0, 0, 1, *[0] * 8),
    }  # fmt: skip
    return _assemble(tables)


def _assemble(tables: dict[bytes, bytes]) -> bytes:
    """Return a font file of these tables (OpenType 1.9, Organization of an OpenType Font)."""
    count = len(tables)
    power = count.bit_length() - 1
    out = bytearray(struct.pack(">LHHHH", 0x10000, count, 16 << power, power, 16 * count - (16 << power)))
    offset = len(out) + 16 * count
    body = bytearray()
    for tag, data in sorted(tables.items()):
        out += _TABLE_RECORD.pack(tag, _checksum(data), offset + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    whole = out + body
    adjustment = (0xB1B0AFBA - _checksum(bytes(whole))) & 0xFFFFFFFF
    head = next(n for n, tag in enumerate(sorted(tables)) if tag == b"head")
    at = _TABLE_RECORD.unpack_from(whole, 12 + 16 * head)[2] + 8
    struct.pack_into(">L", whole, at, adjustment)
    return bytes(whole)


def _checksum(data: bytes) -> int:
    padded = data + bytes(-len(data) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}L", padded)
    return sum(words) & 0xFFFFFFFF
