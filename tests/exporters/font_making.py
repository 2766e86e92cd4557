"""Small font files with what a test needs of them, made by fontTools."""

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.basePen import BasePen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen


def _square(pen: BasePen, size: int) -> None:
    pen.moveTo((100, 0))
    pen.lineTo((100, size))
    pen.curveTo((100, size), (100 + size, size), (100 + size, size))
    pen.lineTo((100 + size, 0))
    pen.closePath()


def make_font(
    path: Path,
    name: str,
    chars: str,
    *,
    kind: str = "glyf",
    fs_type: int = 0,
    blank: str = "",
    em: int = 1000,
    style: str = "Regular",
) -> Path:
    """Write a font whose characters are squares of 700/1000 em (none for `blank`), one em wide; return its path.

    `kind` is `glyf`, `composite` (glyphs made of a component), `cff` or `cff2`.
    """
    size = 700 * em // 1000
    glyphs = {".notdef": "", "part": "x", **{f"c{ord(char):X}": char for char in chars}}
    builder = FontBuilder(em, isTTF=kind in ("glyf", "composite"))
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap({ord(char): glyph for glyph, char in glyphs.items() if char and glyph != "part"})
    if kind in ("glyf", "composite"):
        drawn = {}
        for glyph, char in glyphs.items():
            pen = TTGlyphPen({"part": None})
            if kind == "composite" and char and glyph != "part":
                pen.addComponent("part", (1, 0, 0, 1, 0, 0))
            elif char and char not in blank:
                pen.moveTo((100, 0))
                for corner in ((100, size), (100 + size, size), (100 + size, 0)):
                    pen.lineTo(corner)
                pen.closePath()
            drawn[glyph] = pen.glyph()
        builder.setupGlyf(drawn)
    else:
        strings = {}
        for glyph, char in glyphs.items():
            pen = T2CharStringPen(em if kind == "cff" else None, None, CFF2=kind == "cff2")
            if char and char not in blank:
                _square(pen, size)
            strings[glyph] = pen.getCharString()
        if kind == "cff":
            builder.setupCFF(name.encode("ascii", "ignore").decode() or "Font", {}, strings, {})
        else:
            builder.setupCFF2(strings)
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (em, 100)))
    builder.setupHorizontalHeader(ascent=880 * em // 1000, descent=-120 * em // 1000)
    builder.setupNameTable({"familyName": {"en": name, "zh": name}, "styleName": style, "psName": "Made-Regular"})
    builder.setupOS2(fsType=fs_type, fsSelection=0x20 if style == "Bold" else 0x40)
    builder.setupPost()
    path.parent.mkdir(parents=True, exist_ok=True)
    builder.save(path)
    return path
