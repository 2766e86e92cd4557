"""How many lines a text takes, told from character widths alone: DOCX and XLSX name fonts and do not carry them.

The estimate is on the generous side, since it decides heights: a line too many is a little white, one too few is
text that nobody sees.
"""

import functools
import math
import re
import unicodedata

_CLOSERS = "，。、；：？！）》〉」』】〕”’…—·％%,.;:?!)]}~～"
_OPENERS = "（《〈「『【〔“‘([{"
_WORD = r"[^\s\u1100-\uffef\U00010000-\U0010ffff]+"
_TOKEN = re.compile(
    f"[{re.escape(_OPENERS)}]*(?:{_WORD}|\\S)[{re.escape(_CLOSERS)}]*|\\s",
    re.DOTALL,
)
_WIDE_LATIN = frozenset("ABCDEFGHJKLMNOPQRSTUVWXYZmw@%&+=<>~#")


# Mostly asked for single characters and pairs, and for the same ones at each size that is tried.
@functools.lru_cache(1 << 14)
def em_width(text: str) -> float:
    """Return how wide a text is in ems of its size: Han, kana and their punctuation 1, Latin about a half.

    Between Han and Latin stands the quarter em that word processors add there.
    """
    width = 0.0
    before: bool | None = None
    for character in text:
        if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Mn", "Me"}:
            continue
        wide = unicodedata.east_asian_width(character) in "WFA"
        if wide:
            width += 1.0
        else:
            width += 0.8 if character in _WIDE_LATIN else 0.55
        if before is not None and before != wide:
            width += 0.25
        before = wide
    return width


# A renderer asks for the same cell's text when it measures, fits and draws.
@functools.lru_cache(1 << 10)
def line_count(text: str, width: float) -> int:
    """Return how many lines a text takes in a column `width` ems wide, at least one.

    Words stay whole unless they are wider than the column; closing punctuation stays with what is before it and
    opening punctuation with what follows.
    """
    width = max(width, 1.0)
    lines, filled, before = 1, 0.0, ""
    for token in _TOKEN.findall(text):
        size = em_width(token)
        joined = em_width(before + token[0]) - em_width(before) - em_width(token[0]) + size
        before = token[-1]
        if filled + joined <= width:
            filled += joined
        elif token.isspace():
            filled = width
        elif size <= width:
            lines, filled = lines + 1, size
        else:
            whole = math.ceil(size / (width - 0.5)) if width > 1 else len(token)
            lines, filled = lines + (whole if filled else whole - 1), width
    return lines
