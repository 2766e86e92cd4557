"""Breaking Chinese text into lines, with the rules of 禁则 (what may neither begin nor end a line)."""

import functools
import itertools
import operator
import unicodedata
from collections.abc import Callable, Sequence
from typing import NamedTuple

from app.exporters.forms import Run, Text

NOT_AT_START = frozenset(
    "，。、；：？！》〉」』】〕〗〙〛”’）］｝…—⸺─～·•‥〞〟゛゜ヽヾ々ー％‰℃°′″￠,.;:?!)]}%>»›–‐・｡｣､･，．"
)
NOT_AT_END = frozenset("《〈「『【〔〖〘〚“‘（［｛〝$([{<«‹￡￥＄£¥｢")
# What stands doubled without a gap: dash and ellipsis.
_DOUBLED = frozenset("—…⸺─")
_NO_BREAK = frozenset("\u00a0\u202f\u2060\ufeff\u2011")
_EPSILON = 1e-6


class Line(NamedTuple):
    """One line: its runs without the blanks at its end, its width in the unit asked for; `last` of its paragraph."""

    runs: Text
    width: float
    last: bool

    @property
    def text(self) -> str:
        """Return the words of the line."""
        return "".join(run.text for run in self.runs)


def break_lines(text: Text, width: float, measure: Callable[[str], float], indent: float = 0) -> list[Line]:
    """Return a paragraph as lines no wider than `width`, the first one by `indent` narrower; at least one line.

    `measure` says how wide a character is, in the unit of `width`. Blanks where a line is broken are dropped; those at
    the paragraph's end, a place to write, stay if they fit. Words and
    numbers are cut only where one is wider than a line, and the rules of 禁则 are broken only where a line would
    consist of nothing but characters that may not be parted.
    """
    chars = [(char, run.filled) for run in text for char in run.text]
    letters = "".join(char for char, _ in chars)
    lines: list[Line] = []
    start = 0
    while start < len(chars) or not lines:
        room = width - (indent if not lines else 0)
        end = _line_end(letters, start, room, measure)
        last = end >= len(chars)
        shown = letters[start:end]
        if not last or sum(map(measure, shown)) > room + _EPSILON:
            shown = shown.rstrip()
        lines.append(Line(_runs(chars[start : start + len(shown)]), sum(map(measure, shown)), last))
        start = max(end, start + 1)
    return lines


def stretchable(text: str) -> list[bool]:
    """Say for each gap between two characters (one fewer than characters) whether justifying may widen it.

    Gaps inside Western words and inside —— and …… keep their width, and so do those before combining marks.
    """
    return [
        (_wide(a) or _wide(b) or a == " ") and not _joined(b) and not (a == b and a in _DOUBLED)
        for a, b in itertools.pairwise(text)
    ]


def _line_end(text: str, start: int, room: float, measure: Callable[[str], float]) -> int:
    """Return where the line that begins at `start` ends: the index after its last character and its blanks."""
    used = 0.0
    fits = start
    while fits < len(text):
        char = text[fits]
        used += measure(char)
        if used > room + _EPSILON and not char.isspace():
            break
        fits += 1
    if fits >= len(text):
        return fits
    for end in range(fits, start, -1):
        if may_break(text, end):
            return end
    # Nothing here may be parted; then at least marks stay on their letters.
    for end in range(fits, start, -1):
        if not _joined(text[end]):
            return end
    return max(fits, start + 1)


def may_break(text: str, at: int) -> bool:
    """Say whether a line may end before the character at `at`."""
    before, after = text[at - 1], text[at]
    if after.isspace() or before in _NO_BREAK or after in _NO_BREAK or _joined(after):
        return False
    if after in NOT_AT_START:
        return False
    last = _last_visible(text, at)
    if last in NOT_AT_END:
        return False
    if before.isspace() or before == "\u200b":
        return True
    return _wide(last) or _wide(after)


def _last_visible(text: str, at: int) -> str:
    """Return the character that the one before `at` belongs to: marks and invisible characters are passed over."""
    while at > 1 and (_joined(text[at - 1]) or text[at - 1].isspace()):
        at -= 1
    return text[at - 1]


@functools.cache
def _joined(char: str) -> bool:
    """Say whether a character is drawn on, or belongs to, the one before it."""
    return unicodedata.category(char) in ("Mn", "Me", "Mc", "Cf") or 0x1F3FB <= ord(char) <= 0x1F3FF


@functools.cache
def _wide(char: str) -> bool:
    """Say whether a character stands for itself, as Chinese ones and their punctuation do, and is no part of a word."""
    return unicodedata.east_asian_width(char) in "WF" or char in "“”‘’—…·⸺" or ord(char) >= 0x1F000


def _runs(chars: Sequence[tuple[str, bool]]) -> Text:
    groups = itertools.groupby(chars, key=operator.itemgetter(1))
    return tuple(Run("".join(char for char, _ in group), filled) for filled, group in groups)
