"""The boxes an MP4 or QuickTime file is made of (ISO/IEC 14496-12, 4.2), as far as telling that one is cut short."""

import os
from collections.abc import Iterator
from typing import IO

# A film has a handful of top-level boxes; a fragmented one has two for each fragment.
_MOST_BOXES = 100_000
_KINDS = frozenset(
    b"ftyp moov mdat moof free skip wide uuid meta mfra sidx ssix styp pnot udta prft emsg pdin PICT".split()
)
# A copy that was interrupted may have its full size already, with zeros where nothing has arrived.
_BLANK = 1 << 20


def top_level(film: IO[bytes], size: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield (type, offset, length) of each top-level box of a file of `size` bytes.

    The length is the one the box states: that of the last box of a file cut short reaches beyond its end. Ends at
    what is not a box.
    """
    offset = 0
    for _ in range(_MOST_BOXES):
        film.seek(offset, os.SEEK_SET)
        header = film.read(16)
        if len(header) < 8:
            return
        length, kind = int.from_bytes(header[:4], "big"), header[4:8]
        least = 8
        if length == 1:
            length, least = int.from_bytes(header[8:16], "big"), 16
        elif length == 0:
            length = size - offset
        if length < least:
            return
        yield kind, offset, length
        offset += length


def is_cut_short(film: IO[bytes], size: int) -> bool | None:
    """Say whether an MP4 or QuickTime file of `size` bytes lacks a part; None when it is no such file.

    It does when a box reaches beyond the end, when the index (`moov`) or what it is of (`mdat`, `moof`) is not there,
    or when a megabyte of it at the end is blank. Rubbish behind a complete film does no harm: players ignore it.
    """
    boxes = list(top_level(film, size))
    if not boxes or boxes[0][0] not in _KINDS:
        return None
    kinds = {kind for kind, _, _ in boxes}
    if not kinds & {b"moov", b"meta"} or not kinds & {b"mdat", b"moof"}:
        return True
    if any(offset + length > size for kind, offset, length in boxes if kind in _KINDS):
        return True
    return boxes[-1][0] == b"mdat" and size > _BLANK and _is_blank(film, size - _BLANK)


def _is_blank(film: IO[bytes], offset: int) -> bool:
    film.seek(offset, os.SEEK_SET)
    while part := film.read(1 << 16):
        if part.strip(b"\0"):
            return False
    return True
