"""Where a page's mark stands: at the left of the bottom margin, away from the form, its seals and the page's edge."""

from itertools import groupby
from typing import NamedTuple

from app.exporters.forms import Form
from app.exporters.marks import lines, modules, payload
from app.exporters.page import MM, Box, Corner, Flow, Page, Placed

_LARGEST, _SMALLEST = 12.5 * MM, 10 * MM
# QR wants four modules of white around it (ISO/IEC 18004, 5.3.8), half a millimetre each; printers leave out the edge.
QUIET = 2 * MM
"""White around a code, in pt."""
_EDGE = 4 * MM
TEXT_SIZE, TEXT_PITCH = 7.5, 10.5
MIDDLE = 18 * MM
"""Kept free on both sides of the page's middle, where its number is, in pt."""


class Place(NamedTuple):
    """Where a code stands in a bottom margin: its side, and the white under the form and over the page's edge."""

    side: float
    over: float
    under: float


def code_place(margin: float) -> Place | None:
    """Return where a code goes in a bottom margin; None where it is under 16 mm: it would be too small to be read."""
    side = min(_LARGEST, margin - QUIET - _EDGE)
    if side < _SMALLEST:
        return None
    over = min((margin - side) / 2, margin - side - _EDGE)
    return Place(side, over, margin - side - over)


def put_marks(form: Form, flow: Flow) -> list[Page]:
    """Return the pages of a form with their marks.

    A form without a mark, and one without room for a code, keeps its pages as they are.
    """
    place = code_place(flow.page_size[1] - flow.bottom)
    if form.mark is None or place is None:
        return flow.pages
    side, top = place.side, flow.bottom + place.over
    total = len(flow.pages)
    return [
        page._replace(
            mark=Corner(
                _squares(payload(form.mark, number, total), flow.left, top, side),
                _words(lines(form.mark, form.name, number, total), top + side / 2, side, flow),
            )
        )
        for number, page in enumerate(flow.pages, 1)
    ]


def _squares(text: str, left: float, top: float, side: float) -> tuple[Box, ...]:
    """Return the black of a code, each row's neighbours in one."""
    rows = modules(text)
    one = side / len(rows)
    found = []
    for number, row in enumerate(rows):
        column = 0
        for black, run in groupby(row):
            length = len(list(run))
            if black:
                found.append(Box(left + column * one, top + number * one, length * one, one))
            column += length
    return tuple(found)


def _words(texts: tuple[str, ...], middle: float, side: float, flow: Flow) -> tuple[Placed, ...]:
    """Return the lines beside a code, together as high above as below its middle; too long a line is cut with …."""
    left = flow.left + side + QUIET
    room = flow.page_size[0] / 2 - MIDDLE - left
    # The baseline of the first line: a Chinese character's middle is 0.38 em above it.
    y = middle - TEXT_PITCH * (len(texts) - 1) / 2 + 0.38 * TEXT_SIZE
    placed = []
    for number, text in enumerate(texts):
        while flow.text_width(text, "song", TEXT_SIZE) > room:
            text = text.removesuffix("…")[:-1] + "…"
        width = flow.text_width(text, "song", TEXT_SIZE)
        placed.append(Placed(left, y + number * TEXT_PITCH, width, TEXT_SIZE, "song", text))
    return tuple(placed)
