import io

import pytest
from fontTools.cffLib import CFFFontSet
from fontTools.pens.basePen import NullPen
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont

from app.exporters.font_cff import CidKeyed, cff
from app.exporters.font_face import Face
from app.paths import open_fonts
from tests.exporters.font_making import make_font

CHARS = "书一，é（"


def opened(data: bytes) -> object:
    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(data), None)
    return fonts.topDictIndex[0]


def cff_widths(data: bytes) -> list[int]:
    """Return the advances of all glyphs of a CFF font, in font units."""
    charstrings = opened(data).CharStrings
    widths = []
    for name in charstrings.keys():  # noqa: SIM118  (its own kind of mapping)
        charstrings[name].draw(NullPen())
        widths.append(charstrings[name].width)
    return widths


def face_of(name: str, number: int) -> Face:
    return next(Face(path, number) for folder in open_fonts() if (path := folder / name).exists())


# The first has no subroutines; the others have thousands, and a Private DICT for each script.
@pytest.mark.parametrize(
    ("name", "number"), [("FandolFang-Regular.otf", 0), ("NotoSerifCJK-Regular.ttc", 2), ("NotoSansCJK-Regular.ttc", 2)]
)
def test_a_copied_glyph_draws_hints_and_moves_as_in_its_font(name: str, number: int) -> None:
    face = face_of(name, number)
    assert face.cff
    chars = [char for char in CHARS if face.maps(char)]
    glyphs = [face.charstring(char) for char in chars]
    made = opened(cff(face.cff, [*glyphs, face.cff.blank(333)], "AAAAAA+Font"))
    assert (made.ROS, made.CIDCount, made.charset[1:3]) == (
        ("Adobe", "Identity", 0),
        len(chars) + 2,
        ["cid00001", "cid00002"],
    )
    assert made.FDArray[0].FontName == "AAAAAA+Font"
    with TTFont(face.path, fontNumber=number) as source:
        drawn, cmap = source.getGlyphSet(), source.getBestCmap()
        original = source["CFF "].cff.topDictIndex[0]
        for place, char in enumerate(chars, 1):
            expected, actual = RecordingPen(), RecordingPen()
            drawn[cmap[ord(char)]].draw(expected)
            copy, _ = made.CharStrings.getItemAndSelector(f"cid{place:05d}")
            copy.draw(actual)
            assert actual.value == expected.value
            assert copy.width == source["hmtx"][cmap[ord(char)]][0]
            _, dictionary = original.CharStrings.getItemAndSelector(cmap[ord(char)])
            theirs = dict(original.FDArray[dictionary or 0].Private.rawDict)
            theirs.pop("Subrs", None)
            assert dict(copy.private.rawDict) == theirs
    blank, _ = made.CharStrings.getItemAndSelector(f"cid{len(chars) + 1:05d}")
    pen = RecordingPen()
    blank.draw(pen)
    assert (pen.value, blank.width) == ([], 333)


@pytest.mark.parametrize("kind", ["glyf", "cff", "cff2"])
def test_only_cid_keyed_fonts_are_copied_from(tmp_path, kind: str) -> None:
    face = Face(make_font(tmp_path / "f.otf", "F", "甲", kind=kind))
    assert face.cff is None
    assert face.charstring("甲") is None
    assert face.outline("甲").data


def test_a_font_with_other_units_is_drawn_anew() -> None:
    path = face_of("FandolFang-Regular.otf", 0).path
    with TTFont(path, lazy=True) as font:
        assert CidKeyed.of(font)
        font["head"].unitsPerEm = 2048
        assert CidKeyed.of(font) is None


def test_what_is_drawn_and_what_is_blank_is_told_apart() -> None:
    face = face_of("FandolFang-Regular.otf", 0)
    assert face.draws("书")
    assert face.draws("，")
    assert face.maps(" ")
    assert not face.draws(" ")
    assert not face.draws("😀")
