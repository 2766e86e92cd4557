"""Which font files a computer has: their names, and whether their makers let them be embedded in a document."""

import bisect
import functools
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from fontTools.ttLib import TTCollection, TTFont, TTLibError

SUFFIXES = (".ttf", ".ttc", ".otf", ".otc")
# OpenType OS/2 fsType: restricted licence, no subsetting, bitmaps only. What is embedded here is always a subset.
_NOT_EMBEDDABLE = 0x0002 | 0x0100 | 0x0200
_BOLD_OR_ITALIC = 0x0001 | 0x0020
_FAMILY_FULL_POSTSCRIPT = (1, 4, 6, 16)
# What fontTools raises for a file that is no sound font.
DAMAGED = (TTLibError, OSError, struct.error, ValueError, LookupError, AssertionError, AttributeError, TypeError)


class FontFile(NamedTuple):
    """One face of a font file; `number` is its place in a collection; `names` are all it is called, in lower case."""

    path: Path
    number: int
    names: frozenset[str]
    embeddable: bool
    regular: bool


def system_folders() -> tuple[Path, ...]:
    """Return the folders where this system keeps its fonts and the user's; some may not exist."""
    if os.name == "nt":
        windows = Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"
        local = os.environ.get("LOCALAPPDATA")
        return (windows, Path(local) / "Microsoft" / "Windows" / "Fonts") if local else (windows,)
    home = Path.home()
    shared = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
    return (*shared, home / ".local" / "share" / "fonts", home / ".fonts")


@functools.cache
def fonts_in(folders: tuple[Path, ...]) -> tuple[FontFile, ...]:
    """Return every face in these folders and those below, in the order of their paths.

    A file that is no sound font is left out: the folders are the system's, and others' mistakes lie there too.
    """
    found: list[FontFile] = []
    for folder in folders:
        paths = [Path(top) / name for top, _, names in os.walk(folder) for name in names]
        for path in sorted(paths):
            if path.suffix.lower() in SUFFIXES:
                found += faces_of(path)
    return tuple(found)


def faces_of(path: Path) -> list[FontFile]:
    """Return the faces of one file; none where it is damaged or is no font."""
    try:
        return list(_read(path))
    except DAMAGED:
        return []


def _read(path: Path) -> Iterator[FontFile]:
    # Opened here: fontTools leaves a damaged file open.
    with path.open("rb") as file:
        if path.suffix.lower() in (".ttc", ".otc"):
            for number, face in enumerate(TTCollection(file, lazy=True).fonts):
                yield _describe(path, number, face)
        else:
            yield _describe(path, 0, TTFont(file, lazy=True))


def _describe(path: Path, number: int, face: TTFont) -> FontFile:
    records = [record for record in face["name"].names if record.nameID in _FAMILY_FULL_POSTSCRIPT]
    names = {record.toUnicode(errors="replace").strip().lower() for record in records}
    os2 = face.get("OS/2")
    return FontFile(
        path=path,
        number=number,
        names=frozenset(names),
        embeddable=os2 is None or not os2.fsType & _NOT_EMBEDDABLE,
        regular=os2 is None or not os2.fsSelection & _BOLD_OR_ITALIC,
    )


def may_have(file: FontFile, char: str) -> bool:
    """Say whether a face maps a character to a glyph, without opening all of it; True may still be a blank glyph."""
    spans = _spans(file)
    place = bisect.bisect_right(spans, (ord(char), 0x110000)) - 1
    return place >= 0 and spans[place][0] <= ord(char) <= spans[place][1]


@functools.cache
def _spans(file: FontFile) -> list[tuple[int, int]]:
    """Return the ranges of code points, in order, that a face's best Unicode `cmap` subtable (12, then 4) maps."""
    try:
        with file.path.open("rb") as opened:
            table: bytes = TTFont(opened, lazy=True, fontNumber=file.number).reader["cmap"]
        count = struct.unpack_from(">H", table, 2)[0]
        offsets = [struct.unpack_from(">HHL", table, 4 + 8 * n) for n in range(count)]
        subtables = {struct.unpack_from(">H", table, at)[0]: at for platform, _, at in offsets if platform in (0, 3)}
        if 12 in subtables:
            at = subtables[12]
            groups = struct.unpack_from(">L", table, at + 12)[0]
            numbers = struct.unpack_from(f">{3 * groups}L", table, at + 16)
            return sorted(zip(numbers[0::3], numbers[1::3], strict=True))
        at = subtables[4]
        segments = struct.unpack_from(">H", table, at + 6)[0] // 2
        ends = struct.unpack_from(f">{segments}H", table, at + 14)
        starts = struct.unpack_from(f">{segments}H", table, at + 16 + 2 * segments)
        return sorted(zip(starts, ends, strict=True))
    except DAMAGED:
        return []
