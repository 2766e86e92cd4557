"""One font face, opened when it is first needed: which characters it has, how wide they are, how they are drawn."""

import functools
import struct
import threading
from pathlib import Path
from typing import Any, NamedTuple

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from app.exporters.font_cff import Charstring, CidKeyed
from app.exporters.font_files import DAMAGED

# How far, in thousandths of an em, a quadratic curve may be from the cubic one it stands for.
_CURVE_ERROR = 1.0
# A charstring of so many bytes draws something; a shorter one is looked into.
_SURELY_DRAWN = 40


class Outline(NamedTuple):
    """A glyph as TrueType's `glyf` table stores it, in font units; `data` is empty where nothing is drawn."""

    data: bytes
    bounds: tuple[int, int, int, int]
    points: int
    contours: int


NOTHING = Outline(b"", (0, 0, 0, 0), 0, 0)


class _Tables(NamedTuple):
    cmap: dict[int, str]
    glyphs: Any
    advances: "_Advances"
    em: int
    ascent: int
    descent: int
    name: str
    cubic: bool
    cff: CidKeyed | None


class Face:
    """A face of any outline format: TrueType, CFF or CFF2, a variable font at its default.

    Safe to use from several threads. A file that turns out to be damaged, or to hold pictures instead of outlines,
    has no characters.
    """

    def __init__(self, path: Path, number: int = 0) -> None:
        self.path = path
        self.number = number
        self._lock = threading.RLock()
        self._outlines: dict[str, Outline] = {}
        self._charstrings: dict[str, Charstring | None] = {}

    def __repr__(self) -> str:
        return f"Face({self.path.name!r}, {self.number})"

    @functools.cached_property
    def _tables(self) -> _Tables | None:
        with self._lock:
            try:
                return _read(self.path, self.number)
            except DAMAGED:
                return None

    @property
    def em(self) -> int:
        """Return the font units in one em."""
        return self._tables.em if self._tables else 1000

    @property
    def ascent(self) -> int:
        """Return the ascent in font units."""
        return self._tables.ascent if self._tables else 880

    @property
    def descent(self) -> int:
        """Return the descent in font units: negative below the baseline."""
        return self._tables.descent if self._tables else -120

    @property
    def name(self) -> str:
        """Return the PostScript name: printable ASCII without spaces."""
        return self._tables.name if self._tables else self.path.stem

    def maps(self, char: str) -> bool:
        """Say whether the face has a glyph for a character, be it blank."""
        return self._tables is not None and ord(char) in self._tables.cmap

    def draws(self, char: str) -> bool:
        """Say whether the face has a glyph for a character, and something is drawn there."""
        copied = self.charstring(char)
        if copied is not None and len(copied.data) >= _SURELY_DRAWN:
            return True
        return self.maps(char) and bool(self.outline(char).data)

    def advance(self, char: str) -> float:
        """Return how far a character moves the pen, in em; 0 for a character that the face has not."""
        tables = self._tables
        glyph = tables.cmap.get(ord(char)) if tables else None
        return tables.advances.of(glyph) / tables.em if tables and glyph else 0

    def outline(self, char: str) -> Outline:
        """Return how a character is drawn, as TrueType with components resolved and no instructions."""
        found = self._outlines.get(char)
        if found is None:
            with self._lock:
                found = self._outlines[char] = self._draw(char)
        return found

    @property
    def cff(self) -> CidKeyed | None:
        """Return the font that `charstring` copies glyphs from; None where they have to be drawn (`outline`)."""
        return self._tables.cff if self._tables else None

    def charstring(self, char: str) -> Charstring | None:
        """Return how a character is drawn, as its maker wrote it; None where that cannot be copied or is damaged."""
        if char not in self._charstrings:
            with self._lock:
                self._charstrings[char] = self._copy(char)
        return self._charstrings[char]

    def _copy(self, char: str) -> Charstring | None:
        tables = self._tables
        glyph = tables.cmap.get(ord(char)) if tables else None
        if tables is None or tables.cff is None or glyph is None:
            return None
        try:
            return tables.cff.charstring(glyph)
        except DAMAGED:
            return None

    def _draw(self, char: str) -> Outline:
        tables = self._tables
        glyph = tables.cmap.get(ord(char)) if tables else None
        if tables is None or glyph is None:
            return NOTHING
        try:
            recording = DecomposingRecordingPen(tables.glyphs)
            if tables.cff:
                tables.cff.draw(glyph, recording)
            else:
                tables.glyphs[glyph].draw(recording)
        except DAMAGED:
            return NOTHING
        pen = TTGlyphPen(None)
        # TrueType's contours run the other way round than PostScript's.
        error = _CURVE_ERROR * tables.em / 1000
        recording.replay(Cu2QuPen(pen, error, reverse_direction=True) if tables.cubic else pen)
        drawn = pen.glyph(dropImpliedOnCurves=False)
        if not drawn.numberOfContours:
            return NOTHING
        drawn.recalcBounds(None)
        return Outline(
            data=drawn.compile(None, recalcBBoxes=False),
            bounds=(drawn.xMin, drawn.yMin, drawn.xMax, drawn.yMax),
            points=len(drawn.coordinates),
            contours=drawn.numberOfContours,
        )


class _Advances:
    """The advances of a font, read where they are needed: a large one has 65,535 (OpenType 1.9, hmtx)."""

    def __init__(self, font: TTFont) -> None:
        self._numbers = font.getReverseGlyphMap()
        self._table: bytes = font.reader["hmtx"]
        self._last = font["hhea"].numberOfHMetrics - 1

    def of(self, glyph: str) -> int:
        """Return the advance of a glyph in font units."""
        advance: int = struct.unpack_from(">H", self._table, 4 * min(self._numbers[glyph], self._last))[0]
        return advance


def _read(path: Path, number: int) -> _Tables:
    with path.open("rb") as file:
        font = TTFont(file, lazy=True, fontNumber=number)
        # Glyph 0 stands for what a font has not; some fonts map characters to it.
        nothing = font.getGlyphName(0)
        cmap = {code: glyph for code, glyph in font.getBestCmap().items() if glyph != nothing}
        cff = CidKeyed.of(font)
        post_script = font["name"].getDebugName(6) or path.stem
        return _Tables(
            cmap=cmap,
            # It would read every advance, which glyphs from CFF do not need.
            glyphs={} if cff else font.getGlyphSet(),
            advances=_Advances(font),
            em=font["head"].unitsPerEm,
            ascent=font["hhea"].ascent,
            descent=font["hhea"].descent,
            name="".join(c for c in post_script if c.isascii() and (c.isalnum() or c in "-_")) or "Font",
            cubic="glyf" not in font,
            cff=cff,
        )


@functools.cache
def face_at(path: Path, number: int) -> Face:
    """Return the face of a file; the same one each time, so that its glyphs are drawn once a process."""
    return Face(path, number)
