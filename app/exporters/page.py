"""What a laid-out page consists of. Lengths are pt (1/72 inch), from the page's top left corner, downwards."""

from typing import NamedTuple

from app.exporters.fonts import Fonts, Role
from app.exporters.forms import Form, Grid, Run, Text, plain
from app.exporters.ooxml import clean
from app.exporters.typeset import Line, break_lines, stretchable

MM = 72 / 25.4
SEAL = 45 * MM
"""Side of the square that stays free where a seal of 42 mm goes."""
A4 = (210 * MM, 297 * MM)
INDENT = 2
"""How far a paragraph's first line is set in, in em."""
TOLERANCE = 0.01
"""How far sums of lengths may be out before something no longer fits."""
# Where a Chinese glyph's square begins, over the baseline, in em.
_ASCENT = 0.88
# An underline's place under the baseline, in em, and how thick it and the borders are.
_UNDERLINE = 0.17
HAIRLINE = 0.5
# In em: from a tenth on, viewers take a gap for a space, and a word can no longer be found.
_WIDEST_STRETCH = 0.09


class Placed(NamedTuple):
    """A piece of text on one line: `y` is its baseline; `stretch` is added in each gap that may be stretched."""

    x: float
    y: float
    width: float
    size: float
    role: Role
    text: str
    stretch: float = 0


class Box(NamedTuple):
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float


class Rule(NamedTuple):
    """A horizontal line."""

    x: float
    y: float
    width: float


class Corner(NamedTuple):
    """A page's mark: the black of its code, and small grey words beside it."""

    squares: tuple[Box, ...]
    texts: tuple[Placed, ...]


class Page(NamedTuple):
    """One page; `boxes` are the cells' borders, `rules` underlines, and nothing is printed in `seals`.

    The `mark` stands in the bottom margin.
    """

    width: float
    height: float
    texts: list[Placed]
    boxes: list[Box]
    rules: list[Rule]
    seals: list[Box]
    mark: Corner | None = None

    @property
    def all_texts(self) -> list[Placed]:
        """Return everything that is to be read on the page, the mark's words too."""
        return [*self.texts, *(self.mark.texts if self.mark else ())]


class Flow:
    """The pages of one form while they fill: what is put at `y` on the last one, between the margins."""

    def __init__(self, form: Form, fonts: Fonts, size: float) -> None:
        top, right, bottom, left = (margin * MM for margin in form.margins)
        self.page_size = (A4[1], A4[0]) if form.landscape else A4
        self.fonts = fonts
        self.size = size
        self.pitch = 28 * size / 16
        self.left, self.top = left, top
        self.width = self.page_size[0] - left - right
        self.bottom = self.page_size[1] - bottom
        self.has_grid = any(isinstance(block, Grid) for block in form.blocks)
        # On a letter, what is to be signed begins where its paragraphs do.
        self.indent = 0.0 if self.has_grid else INDENT * size
        self.pages: list[Page] = []
        self.new_page()

    @property
    def page(self) -> Page:
        """Return the page that is being filled."""
        return self.pages[-1]

    @property
    def room(self) -> float:
        """Return what height is left on the page."""
        return self.bottom - self.y

    @property
    def height(self) -> float:
        """Return the height of an empty page."""
        return self.bottom - self.top

    def new_page(self) -> None:
        """Begin a page."""
        self.pages.append(Page(*self.page_size, [], [], [], []))
        self.y = self.top

    def text_width(self, text: str, role: Role = "body", size: float = 0) -> float:
        """Return how wide a text is on one line, in the form's size unless another is given."""
        return sum(map(self.fonts.advances(role), text)) * (size or self.size)

    def break_text(
        self, text: Text, width: float, *, role: Role = "body", size: float = 0, indent: float = 0
    ) -> list[Line]:
        """Return a paragraph as lines of at most `width`."""
        size = size or self.size
        text = tuple(Run(clean(run.text), run.filled) for run in text)
        lines = break_lines(text, width / size, self.fonts.advances(role), indent / size)
        return [line._replace(width=line.width * size) for line in lines]

    def put(
        self,
        line: Line,
        x: float,
        top: float,
        pitch: float,
        *,
        role: Role = "body",
        size: float = 0,
        justify: float = 0,
        underline: bool = False,
    ) -> None:
        """Put a line into a strip `pitch` high that begins at `top`, its left end at `x`.

        With `justify` it is stretched to that width, unless it ends its paragraph; with `underline`, what was filled
        in is underlined.
        """
        size = size or self.size
        text = line.text
        if not text:
            return
        y = top + (pitch - size) / 2 + _ASCENT * size
        stretch = _stretch(line, justify, size)
        gaps = [*(stretch if ok else 0 for ok in stretchable(text)), 0.0]
        at, end = 0, x
        for run in line.runs:
            begin = end
            end += self.text_width(run.text, role, size) + sum(gaps[at : at + len(run.text)])
            at += len(run.text)
            if underline and run.filled:
                self.page.rules.append(Rule(begin, y + _UNDERLINE * size, end - begin))
        self.page.texts.append(Placed(x, y, end - x, size, role, text, stretch))

    def put_string(
        self, text: str, x: float, top: float, pitch: float, *, role: Role = "body", size: float = 0
    ) -> None:
        """Put a text on one line, as it is."""
        self.put(Line((Run(clean(text)),), 0, True), x, top, pitch, role=role, size=size)

    def put_centred(self, text: Text, centre: float, top: float, pitch: float) -> None:
        """Put a text on one line around a centre."""
        words = plain(text)
        self.put_string(words, centre - self.text_width(words) / 2, top, pitch)


def _stretch(line: Line, width: float, size: float) -> float:
    """Return what to add in each gap that a line reaches `width`; nothing where the gaps would get too wide."""
    if not width or line.last:
        return 0
    gaps = sum(stretchable(line.text))
    extra = (width - line.width) / gaps if gaps else 0
    return extra if 0 < extra <= _WIDEST_STRETCH * size else 0
