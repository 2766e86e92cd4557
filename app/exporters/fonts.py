"""Which font draws each character: for every role a ladder of faces, climbed character by character.

Roles are those of an official document: `title` 小标宋, `body` 仿宋, `hei` 黑体, `kai` 楷体, `song` 宋体.
"""

import itertools
import os
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal, NamedTuple, cast, get_args

from app.errors import AppError
from app.exporters.font_face import Face, face_at
from app.exporters.font_files import FontFile, faces_of, fonts_in, may_have, system_folders
from app.paths import open_fonts
from app.settings import FontSetting, load_settings

Role = Literal["title", "body", "hei", "kai", "song"]

SETTING_VARIABLE = "WEIYING_FONTS"

# What the official fonts are called, best first: by Founder and by Microsoft, on Windows, UOS and Kylin, in WPS.
_OFFICIAL: dict[str, tuple[str, ...]] = {
    "title": (
        "方正小标宋简体", "FZXiaoBiaoSong-B05S", "方正小标宋_GBK", "FZXiaoBiaoSong-B05", "方正小标宋简", "小标宋",
        "华文中宋", "STZhongsong",
    ),
    "body": (
        "仿宋_GB2312", "FangSong_GB2312", "仿宋", "FangSong", "方正仿宋_GB2312", "方正仿宋_GBK", "FZFangSong-Z02",
        "方正仿宋简体", "FZFangSong-Z02S", "CESI仿宋-GB2312", "CESI_FS_GB2312", "华文仿宋", "STFangsong",
    ),
    "hei": (
        "黑体", "SimHei", "方正黑体_GBK", "FZHei-B01", "方正黑体简体", "FZHei-B01S", "CESI黑体-GB2312",
        "CESI_HT_GB2312", "华文黑体", "STHeiti",
    ),
    "kai": (
        "楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi", "方正楷体_GBK", "FZKai-Z03", "方正楷体简体", "FZKai-Z03S",
        "CESI楷体-GB2312", "CESI_KT_GB2312", "华文楷体", "STKaiti",
    ),
    "song": (
        "宋体", "SimSun", "方正书宋_GBK", "FZShuSong-Z01", "方正书宋简体", "FZShuSong-Z01S", "CESI宋体-GB2312",
        "CESI_SS_GB2312", "华文宋体", "STSong",
    ),
    "latin": ("Times New Roman", "Liberation Serif"),
}  # fmt: skip

# The open set that the set-up fetches: file, and the face in it.
_OPEN: dict[str, tuple[tuple[str, str], ...]] = {
    "title": (("NotoSerifCJK-Bold.ttc", "Noto Serif CJK SC"),),
    "body": (("FandolFang-Regular.otf", "FandolFang"),),
    "hei": (("NotoSansCJK-Regular.ttc", "Noto Sans CJK SC"),),
    "kai": (("FandolKai-Regular.otf", "FandolKai"), ("LXGWWenKai-Regular.ttf", "LXGW WenKai")),
    "song": (("NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC"),),
    "latin": (("NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC"),),
}
_AFTER = ("song", "kai", "hei")
# The roles whose letters and digits come from a serif face of their weight; the others have fitting ones themselves.
_SERIF_LATIN = ("body", "kai", "song")
_NO_FONTS_HINT = "请运行 python installer/bootstrap.py fonts 获取开源字体，或把字体设置改为使用本机字体。"
# Blank by nature, though they are letters or symbols to Unicode: Hangul fillers and the empty Braille pattern.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")


class Glyph(NamedTuple):
    """What is drawn for a character: nothing if `blank`; `advance` is in em."""

    face: Face
    advance: float
    blank: bool


class Fonts:
    """The faces at hand, by role; `anything` are the installed ones that are tried last."""

    def __init__(self, ladders: dict[Role, tuple[Face, ...]], latin: tuple[Face, ...], anything: tuple[FontFile, ...]):
        self._ladders = ladders
        self._latin = latin
        self._anything = anything
        self._glyphs: dict[tuple[Role, str], Glyph | None] = {}
        self._advances: dict[Role, _Advances] = {}

    @classmethod
    def load(cls, setting: FontSetting | None = None) -> "Fonts":
        """Return the fonts to use: as `setting` says, else as the user has set it.

        The environment variable `WEIYING_FONTS` overrides both.

        `open` is the open set alone, so that two computers make the same pages; `system` puts this computer's
        official fonts before it. Raise AppError if the open set is asked for and not there, or if there is no font.
        """
        chosen = os.environ.get(SETTING_VARIABLE) or setting or load_settings().fonts
        if chosen not in get_args(FontSetting):
            raise AppError(f"环境变量 {SETTING_VARIABLE} 的值“{chosen}”无效。", "请设为 system 或 open。")
        found = _open_set(open_fonts())
        if chosen == "open":
            absent = sorted({file for key, files in _OPEN.items() for file, _ in files if (key, file) not in found})
            if absent:
                raise AppError(f"缺少开源字体：{'、'.join(absent)}。", _NO_FONTS_HINT)
            installed: tuple[FontFile, ...] = ()
        else:
            installed = tuple(f for f in fonts_in(system_folders()) if f.embeddable)
        faces = {
            key: (*_official(names, installed), *(found[key, file] for file, _ in _OPEN[key] if (key, file) in found))
            for key, names in _OFFICIAL.items()
        }
        anything = tuple(sorted(installed, key=lambda file: not file.regular))
        if not anything and not any(faces.values()):
            raise AppError("这台电脑上没有可用的字体。", _NO_FONTS_HINT)
        ladders = {
            role: tuple(dict.fromkeys(face for key in (role, *_AFTER) for face in faces[key]))
            for role in cast(tuple[Role, ...], get_args(Role))
        }
        return cls(ladders, faces["latin"], anything)

    def glyph(self, role: Role, char: str) -> Glyph | None:
        """Return what draws a character in a role, or None if no font has it.

        What is invisible by nature (spaces, direction marks, variation selectors) is blank in any font.
        """
        try:
            return self._glyphs[role, char]
        except KeyError:
            found = self._glyphs[role, char] = self._find(role, char)
            return found

    def advances(self, role: Role) -> Callable[[str], float]:
        """Return a function that says how wide a character is in a role, in em: one em if no font has it."""
        return self._advances.setdefault(role, _Advances(self, role)).__getitem__

    def missing(self, texts: Iterable[str], role: Role = "body") -> list[str]:
        """Return the characters of these texts that no font at hand can draw, each once, in their order."""
        chars = dict.fromkeys(char for text in texts for char in text)
        return [char for char in chars if self.glyph(role, char) is None]

    def require(self, texts: Iterable[str]) -> None:
        """Raise AppError that names every character of these texts which no font at hand can draw."""
        absent = self.missing(texts)
        if absent:
            shown = "、".join(_named(char) for char in absent[:20])
            rest = f"等 {len(absent)} 个字符" if len(absent) > 20 else ""
            raise AppError(
                f"现有的字体里没有这些字符：{shown}{rest}，无法写进表格。",
                "请换用其他写法，或安装含有这些字符的字体后重试。",
            )

    def _find(self, role: Role, char: str) -> Glyph | None:
        ladder = self._ladders[role] or (face_at(self._anything[0].path, self._anything[0].number),)
        if _invisible(char):
            return Glyph(ladder[0], 0, True)
        if char in _BLANK or unicodedata.category(char) == "Zs":
            return Glyph(ladder[0], self._space(ladder, role, char), True)
        first = self._latin if role in _SERIF_LATIN and _western(char) else ()
        # What a private character means is the font's own affair: a stranger's would draw something else.
        anything = () if unicodedata.category(char) == "Co" else self._anything
        others = (face_at(file.path, file.number) for file in anything if may_have(file, char))
        for face in itertools.chain(first, ladder, others):
            if face.draws(char):
                return Glyph(face, face.advance(char), False)
        return None

    def _space(self, ladder: tuple[Face, ...], role: Role, char: str) -> float:
        if char == "\u3000" or char in _BLANK:
            return 1
        faces = (*self._latin, *ladder) if role in _SERIF_LATIN else ladder
        widths = (face.advance(char) or face.advance(" ") for face in faces if face.maps(char) or face.maps(" "))
        return next(widths, 0.25)


class _Advances(dict[str, float]):
    """The widths of the characters of a role, each looked up once: text is measured character by character."""

    def __init__(self, fonts: Fonts, role: Role) -> None:
        super().__init__()
        self._fonts, self._role = fonts, role

    def __missing__(self, char: str) -> float:
        glyph = self._fonts.glyph(self._role, char)
        self[char] = glyph.advance if glyph else 1
        return self[char]


def _open_set(folders: list[Path]) -> dict[tuple[str, str], Face]:
    """Return the faces of the open set that lie in these folders or below, by role and file name."""
    lying: dict[str, Path] = {}
    for folder in reversed(folders):
        lying |= {path.name: path for path in sorted(folder.rglob("*")) if path.suffix in (".ttf", ".ttc", ".otf")}
    found: dict[tuple[str, str], Face] = {}
    for key, files in _OPEN.items():
        for file, name in files:
            for face in faces_of(lying[file]) if file in lying else ():
                if name.lower() in face.names:
                    found[key, file] = face_at(face.path, face.number)
    return found


def _official(names: tuple[str, ...], installed: tuple[FontFile, ...]) -> list[Face]:
    """Return the installed faces with these names, in the names' order."""
    return [face_at(f.path, f.number) for name in names for f in installed if f.regular and name.lower() in f.names]


def _western(char: str) -> bool:
    """Say whether a character is set in the serif face: letters, digits and signs of Western writing."""
    return "!" <= char <= "~" or ("\u00c0" <= char <= "\u024f" and char not in "×÷")


def _invisible(char: str) -> bool:
    """Say whether a character is only a mark for computers: control and format characters, variation selectors.

    So are lone surrogates and U+FFFE and U+FFFF, which no form can hold: whoever draws a text leaves them out.
    """
    code = ord(char)
    return (
        unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        or 0xFE00 <= code <= 0xFE0F
        or 0xE0100 <= code <= 0xE01EF
        or code in (0x034F, 0xFFFE, 0xFFFF)
    )


def _named(char: str) -> str:
    code = f"U+{ord(char):04X}"
    return f"“{char}”（{code}）" if char.isprintable() else code
