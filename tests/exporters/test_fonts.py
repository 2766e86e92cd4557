import io
import struct
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from app.errors import AppError
from app.exporters import font_files
from app.exporters.font_build import truetype
from app.exporters.font_face import Face
from app.exporters.fonts import Fonts
from app.settings import FontSetting
from tests.exporters.font_making import make_font
from tests.exporters.samples import RARE

OPEN = Path(__file__).parents[2] / "resources" / "fonts"
# An Anatolian hieroglyph, and a private character.
ODD = "\U00014400"
PRIVATE = "\ue123"
KINDS = ["glyf", "composite", "cff", "cff2"]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that is searched for this user's fonts, with the setting that uses them."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setenv("WEIYING_FONTS", "system")
    font_files.fonts_in.cache_clear()
    folder = font_files.system_folders()[-1]
    assert tmp_path in folder.parents
    return folder


@pytest.fixture(scope="module")
def open_fonts() -> Fonts:
    return Fonts.load("open")


def drawn_by(fonts: Fonts, char: str, role: str = "body") -> str:
    glyph = fonts.glyph(role, char)
    assert glyph is not None
    return glyph.face.path.name


def test_each_role_has_its_open_font(open_fonts: Fonts) -> None:
    assert [drawn_by(open_fonts, "书", role) for role in ("title", "body", "hei", "kai", "song")] == [
        "NotoSerifCJK-Bold.ttc",
        "FandolFang-Regular.otf",
        "NotoSansCJK-Regular.ttc",
        "FandolKai-Regular.otf",
        "NotoSerifCJK-Regular.ttc",
    ]


@pytest.mark.parametrize("role", ["title", "body", "hei", "kai", "song"])
def test_rare_characters_are_drawn_in_every_role(open_fonts: Fonts, role: str) -> None:
    assert open_fonts.missing(RARE + "喆堃昇玥𠅤㼆㙍䲜", role) == []
    for char in RARE:
        glyph = open_fonts.glyph(role, char)
        assert glyph is not None
        assert glyph.face.draws(char)


def test_letters_and_digits_of_the_body_are_serif_and_its_punctuation_is_full_width(open_fonts: Fonts) -> None:
    assert {drawn_by(open_fonts, char) for char in "Az09é"} == {"NotoSerifCJK-Regular.ttc"}
    assert {open_fonts.advances("body")(char) for char in "，。“”‘’—…·、《》（）"} == {1}
    assert drawn_by(open_fonts, "1", "hei") == "NotoSansCJK-Regular.ttc"


def test_simplified_shapes_are_taken_from_the_collections() -> None:
    fonts = Fonts.load("open")
    for role in ("title", "hei", "song"):
        glyph = fonts.glyph(role, "直")
        assert glyph is not None
        with TTFont(glyph.face.path, lazy=True, fontNumber=glyph.face.number) as font:
            assert " SC" in font["name"].getDebugName(4)


@pytest.mark.parametrize("char", "\u200b\u200d\u200e\u202e\u2066\ufe0f\ufe00\U000e0100\ufeff\u00ad\x00\x0b")
def test_invisible_characters_are_never_missing_and_take_no_room(open_fonts: Fonts, char: str) -> None:
    glyph = open_fonts.glyph("body", char)
    assert glyph is not None
    assert glyph.blank
    assert glyph.advance == 0


@pytest.mark.parametrize("char", " \u00a0\u2003\u2009\u3000")
def test_spaces_are_blank_and_take_room(open_fonts: Fonts, char: str) -> None:
    glyph = open_fonts.glyph("body", char)
    assert glyph is not None
    assert glyph.blank
    assert 0 < glyph.advance <= 1


def test_characters_without_a_font_are_named_with_their_code(open_fonts: Fonts) -> None:
    assert open_fonts.missing(["甲" + PRIVATE, "😀乙😀"]) == [PRIVATE, "😀"]
    with pytest.raises(AppError, match=r"没有这些字符：U\+E123、“😀”（U\+1F600），无法") as caught:
        open_fonts.require(["甲" + PRIVATE, "😀乙😀"])
    assert caught.value.hint
    open_fonts.require(["甲乙丙"])


def test_of_very_many_missing_characters_twenty_are_named(open_fonts: Fonts) -> None:
    with pytest.raises(AppError, match="等 30 个字符") as caught:
        open_fonts.require([chr(ord(ODD) + n) for n in range(30)])
    assert caught.value.message.count("U+") == 20


@pytest.mark.parametrize("kind", KINDS)
def test_an_installed_official_font_goes_first_in_any_outline_format(installed: Path, kind: str) -> None:
    make_font(installed / "deep" / "FS.ttf", "仿宋_GB2312", "甲乙", kind=kind)
    fonts = Fonts.load("open")
    assert drawn_by(fonts, "甲") == "FS.ttf"
    assert drawn_by(fonts, "甲", "title") == "NotoSerifCJK-Bold.ttc"
    assert drawn_by(fonts, "丙") == "FandolFang-Regular.otf"


def test_the_better_official_font_wins_whatever_the_files_are_called(installed: Path) -> None:
    make_font(installed / "a.ttf", "华文中宋", "甲乙")
    make_font(installed / "z.ttf", "方正小标宋简体", "甲")
    fonts = Fonts.load()
    assert drawn_by(fonts, "甲", "title") == "z.ttf"
    assert drawn_by(fonts, "乙", "title") == "a.ttf"


def test_a_bold_cut_is_not_taken_for_the_font_itself(installed: Path) -> None:
    make_font(installed / "bold.ttf", "黑体", "甲", style="Bold")
    assert drawn_by(Fonts.load(), "甲", "hei") == "NotoSansCJK-Regular.ttc"


@pytest.mark.parametrize("fs_type", [0x0002, 0x0100, 0x0200])
def test_a_font_that_may_not_be_embedded_is_passed_over(installed: Path, fs_type: int) -> None:
    make_font(installed / "FS.ttf", "仿宋", "甲" + ODD, fs_type=fs_type)
    fonts = Fonts.load()
    assert drawn_by(fonts, "甲") == "FandolFang-Regular.otf"
    assert fonts.missing(ODD) == [ODD]


@pytest.mark.parametrize("kind", KINDS)
def test_any_installed_font_serves_for_a_character_that_no_other_has(installed: Path, kind: str) -> None:
    make_font(installed / "odd.otf", "Some Symbols", ODD + PRIVATE, kind=kind)
    fonts = Fonts.load()
    assert drawn_by(fonts, ODD) == "odd.otf"
    assert drawn_by(fonts, ODD, "title") == "odd.otf"
    assert fonts.missing(PRIVATE) == [PRIVATE]


def test_a_glyph_without_ink_does_not_count_as_having_the_character(installed: Path) -> None:
    make_font(installed / "blank.ttf", "仿宋", "甲" + ODD, blank="甲" + ODD)
    fonts = Fonts.load()
    assert drawn_by(fonts, "甲") == "FandolFang-Regular.otf"
    assert fonts.missing(ODD) == [ODD]


def test_damaged_font_files_are_passed_over(installed: Path) -> None:
    whole = make_font(installed / "whole.ttf", "仿宋", "甲" + ODD).read_bytes()
    for length in range(0, len(whole), 97):
        (installed / f"cut{length}.ttf").write_bytes(whole[:length])
    (installed / "text.ttc").write_text("这不是字体", encoding="utf-8")
    (installed / "whole.ttf").rename(installed / "zzz.ttf")
    fonts = Fonts.load()
    assert drawn_by(fonts, "甲") == "zzz.ttf"
    assert drawn_by(fonts, ODD) == "zzz.ttf"
    assert drawn_by(fonts, "乙") == "FandolFang-Regular.otf"


def test_the_open_set_alone_does_not_look_at_this_computer(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_font(installed / "FS.ttf", "仿宋", "甲" + ODD)
    monkeypatch.setenv("WEIYING_FONTS", "open")
    fonts = Fonts.load("system")
    assert drawn_by(fonts, "甲") == "FandolFang-Regular.otf"
    assert fonts.missing(ODD) == [ODD]


def test_an_unknown_setting_in_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEIYING_FONTS", "all")
    with pytest.raises(AppError, match=r"WEIYING_FONTS 的值“all”无效.*system 或 open"):
        Fonts.load()


def test_without_the_open_set_it_is_said_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.exporters.fonts.open_fonts", lambda: [tmp_path])
    make_font(tmp_path / "below" / "FandolFang-Regular.otf", "FandolFang", "甲")
    with pytest.raises(AppError, match=r"缺少开源字体：.*LXGWWenKai-Regular\.ttf.*bootstrap\.py fonts") as caught:
        Fonts.load("open")
    assert "FandolFang" not in caught.value.message


def test_without_any_font_at_all_it_is_said_how_to_get_one(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.exporters.fonts.open_fonts", lambda: [tmp_path / "none"])
    monkeypatch.setattr("app.exporters.fonts.system_folders", lambda: (installed,))
    setting: FontSetting = "system"
    with pytest.raises(AppError, match="没有可用的字体"):
        Fonts.load(setting)
    make_font(installed / "only.ttf", "Only", "甲")
    font_files.fonts_in.cache_clear()
    fonts = Fonts.load(setting)
    assert drawn_by(fonts, "甲", "title") == "only.ttf"
    assert fonts.missing("甲乙") == ["乙"]


@pytest.mark.parametrize("em", [1000, 2048])
@pytest.mark.parametrize("kind", KINDS)
def test_every_outline_format_becomes_the_same_square(tmp_path: Path, kind: str, em: int) -> None:
    face = Face(make_font(tmp_path / "f.ttf", "F", "甲", kind=kind, em=em))
    outline = face.outline("甲")
    assert outline.bounds == (100, 0, 100 + 700 * em // 1000, 700 * em // 1000)
    assert outline.contours == 1
    assert face.advance("甲") == 1


def test_the_built_font_is_whole_and_draws_what_the_source_draws() -> None:
    source = OPEN / "LXGWWenKai-Regular.ttf"
    face = Face(source)
    chars = "书é𬎆"
    glyphs = [(face.outline(char), round(face.advance(char) * face.em)) for char in chars]
    data = truetype(glyphs, face.em, face.ascent, face.descent)
    assert sum(struct.unpack(f">{len(data) // 4}L", data)) & 0xFFFFFFFF == 0xB1B0AFBA
    built = TTFont(io.BytesIO(data), checkChecksums=2)
    assert built["maxp"].numGlyphs == 4
    assert (built["hhea"].ascent, built["hhea"].descent) == (face.ascent, face.descent)
    assert built["maxp"].maxPoints == max(outline.points for outline, _ in glyphs)
    with TTFont(source) as original:
        cmap = original.getBestCmap()
        for number, char in enumerate(chars, 1):
            name = built.getGlyphName(number)
            points, ends, _ = built["glyf"][name].getCoordinates(built["glyf"])
            expected, expected_ends, _ = original["glyf"][cmap[ord(char)]].getCoordinates(original["glyf"])
            assert list(points) == list(expected)
            assert list(ends) == list(expected_ends)
            assert built["hmtx"][name] == original["hmtx"][cmap[ord(char)]]


def test_a_built_font_of_blank_glyphs_is_whole(open_fonts: Fonts) -> None:
    glyph = open_fonts.glyph("body", " ")
    assert glyph is not None
    built = TTFont(io.BytesIO(truetype([(glyph.face.outline(" "), 250)], 1000, 880, -120)), checkChecksums=2)
    assert built["glyf"][built.getGlyphName(1)].numberOfContours == 0
    assert built["hmtx"][built.getGlyphName(1)] == (250, 0)
