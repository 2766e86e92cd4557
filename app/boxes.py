"""The boxes an MP4 or QuickTime file is made of (ISO/IEC 14496-12, 4.2), as far as telling that one is cut short."""

import os
from collections.abc import Iterator
from typing import IO

# A file of ours has a handful of top-level boxes; a fragmented one has two a fragment.
_MOST_BOXES = 100_000
_FIRST_BOXES = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp"}


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
            if header:
                yield header[4:8], offset, 8
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
        if offset >= size:
            return


def is_cut_short(film: IO[bytes], size: int) -> bool:
    """Say whether an MP4 or QuickTime file of `size` bytes ends in the middle of a box, or has no index.

    Anything that is not such a file is not cut short as far as this can tell.
    """
    kinds: list[bytes] = []
    end = 0
    for kind, offset, length in top_level(film, size):
        if not kinds and kind not in _FIRST_BOXES:
            return False
        kinds.append(kind)
        end = offset + length
    return bool(kinds) and (end > size or (b"mdat" in kinds and b"moov" not in kinds))
