"""The mark in each printed page's bottom margin: a small QR code, and the same in words.

It tells which form of which work a page is, and which content it had when it was printed, so that a scan of it
finds its way back and an earlier content is recognised. The code holds `WY1:` tag `:` content `:` page `/` pages: 29
characters of QR's alphanumeric set (ISO/IEC 18004, 7.3.4) at most, which fit 25 × 25 modules at level Q.
"""

import hashlib
import re
import struct
import zlib
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

# Without I, L, O and U, which people take for other characters (Crockford's base 32).
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MODULE_PIXELS = 16
_PAYLOAD = re.compile(rf"WY1:([{_DIGITS}]{{8}}):([{_DIGITS}]{{8}}):([0-9]{{1,5}})/([0-9]{{1,5}})")


class Mark(NamedTuple):
    """What the pages of a form are marked with: `tag` says which form of which work, `content` the hash of its words.

    `label` names the work for people, and is empty for a form of the whole submission.
    """

    tag: str
    content: str
    label: str


class PageMark(NamedTuple):
    """What one page's code says; `page` counts from 1, and is 0 where whoever drew the page could not know it."""

    tag: str
    content: str
    page: int
    pages: int


def make_mark(campaign: str, work: str, form: str, label: str, words: Iterable[str]) -> Mark:
    """Return the mark of a form: of a call, a work (ids; no work is empty) and the form's words in their order.

    How the words are laid out does not count, nor does the work's number, which changes when works are moved.
    """
    return Mark(_hash((campaign, work, form)), _hash(words), label)


def payload(mark: Mark, page: int, pages: int) -> str:
    """Return what the code of a page holds."""
    return f"WY1:{mark.tag}:{mark.content}:{page}/{pages}"


def parse(text: str) -> PageMark | None:
    """Return what a code says, or None if it is not one of ours."""
    found = _PAYLOAD.fullmatch(text)
    return PageMark(found[1], found[2], int(found[3]), int(found[4])) if found else None


def lines(mark: Mark, name: str, page: int, pages: int) -> tuple[str, ...]:
    """Return the words beside the code of a page of the form called `name`; page 0 is not named."""
    where = f"　第 {page} 页，共 {pages} 页" if page else ""
    return tuple(line for line in (mark.label, name + where, f"版本 {mark.content}") if line)


@cache
def modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """Return the rows of the QR code for a text, true where it is black, without the quiet zone around it."""
    # Not needed to check films, and 15 ms to import.
    import zxingcpp

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    # An image is a buffer, which types cannot say before Python 3.12.
    image: Any = code.to_image(scale=1, add_quiet_zones=False)
    rows: Any = memoryview(image).tolist()
    return tuple(tuple(value == 0 for value in row) for row in rows)


def picture(text: str) -> bytes:
    """Return the QR code for a text as a PNG of black and white (ISO/IEC 15948), without the quiet zone around it.

    Each module is so many pixels wide that a program which smooths what it enlarges has nothing to smooth.
    """
    rows = modules(text)
    side = len(rows) * _MODULE_PIXELS
    # A bit a pixel, black is 0; each line of pixels begins with its filter, none.
    lines = ["".join(("0" if black else "1") * _MODULE_PIXELS for black in row) for row in rows]
    length = (side + 7) // 8
    packed = [b"\0" + int(line.ljust(8 * length, "0"), 2).to_bytes(length, "big") for line in lines]
    data = zlib.compress(b"".join(line * _MODULE_PIXELS for line in packed), 9)
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _hash(parts: Iterable[str]) -> str:
    """Return 40 bits of the SHA-256 of some texts as 8 characters."""
    digest = hashlib.sha256()
    for part in parts:
        # The length in front keeps texts apart, whatever is in them.
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    number = int.from_bytes(digest.digest()[:5], "big")
    return "".join(_DIGITS[number >> shift & 31] for shift in range(35, -1, -5))
