"""The forms of a call as data: how a pack says what stands where.

Every text is a template: `{work.title}` is replaced by the draft's value, `{work.title|XXXX}` leaves `XXXX`, the
form's own blank, while there is none. The names are those of `PLACEHOLDERS`; a backslash is not special.
Lengths are millimetres.
"""

import re
from typing import Literal

import msgspec

WORK_PLACEHOLDERS = (
    "work.title",
    "work.theme",
    "work.type",
    "work.genre",
    "work.minutes",
    "work.seconds",
    "work.producer",
    "work.creators",
    "work.first_creator",
    "work.synopsis",
    "work.recommendation",
    "work.created",
    "work.number",
)
UNIT_PLACEHOLDERS = (
    "unit.name",
    "unit.kind",
    "unit.address",
    "unit.province",
    "unit.city",
    "unit.district",
    "contact.name",
    "contact.mobile",
    "preparer.name",
    "preparer.phone",
    "date.full",
    "date.year",
    "date.month",
    "date.day",
)
PLACEHOLDERS = WORK_PLACEHOLDERS + UNIT_PLACEHOLDERS
PLACEHOLDER = re.compile(r"\{([a-z_.]+)(?:\|([^{}]*))?\}")


class _Spec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a pack."""


class CellSpec(_Spec, frozen=True, kw_only=True):
    """One cell; cells flow left to right into what earlier rows' `rowspan` left free, as in HTML.

    `stamp` is the label of a place for a seal at the cell's lower right (45 × 45 mm stay free), `date` the line
    under it.
    """

    text: str = ""
    role: Literal["label", "value"] = "value"
    align: Literal["left", "center"] = "center"
    colspan: int = 1
    rowspan: int = 1
    stamp: str = ""
    date: str = ""


class RowSpec(_Spec, frozen=True, kw_only=True):
    """One row of a grid; a growing row takes what height is left on the page, `min_height` mm at least."""

    cells: tuple[CellSpec, ...]
    min_height: float = 0
    grow: bool = False


class ColumnSpec(_Spec, frozen=True, kw_only=True):
    """One column of a list of works; a `number` column holds a number in a spreadsheet, all else is text."""

    label: str
    text: str
    width: float
    align: Literal["left", "center"] = "center"
    number: bool = False


class Paragraph(_Spec, frozen=True, kw_only=True, tag="paragraph", tag_field="kind"):
    """Running text: first line indented two characters, filled values underlined."""

    text: str


class StampLine(_Spec, frozen=True, kw_only=True, tag="stamp", tag_field="kind"):
    """A label with room for a signature or a seal (45 × 45 mm) beside it."""

    text: str


class Line(_Spec, frozen=True, kw_only=True, tag="line", tag_field="kind"):
    """One line of text, left, and another that ends at the right margin; with `stamp`, room for a seal over it."""

    text: str
    right: str = ""
    stamp: bool = False


class GridSpec(_Spec, frozen=True, kw_only=True, tag="grid", tag_field="kind"):
    """A table whose cells are placed by hand; `columns` are the widths in mm."""

    columns: tuple[float, ...]
    rows: tuple[RowSpec, ...]


class ListSpec(_Spec, frozen=True, kw_only=True, tag="list", tag_field="kind"):
    """A table with one row a work, its header repeated on each page; `spare_rows` empty ones if there is none."""

    columns: tuple[ColumnSpec, ...]
    spare_rows: int = 2


Block = Paragraph | StampLine | Line | GridSpec | ListSpec


class FormSpec(_Spec, frozen=True, kw_only=True):
    """One form: once for each work, or once for the submission; `name` is the name of its files.

    `sheet` names the spreadsheet's one sheet where `formats` has xlsx. `margins` are top, right, bottom, left.
    """

    id: str
    name: str
    scope: Literal["work", "submission"]
    formats: tuple[Literal["docx", "pdf", "xlsx"], ...] = ("docx", "pdf")
    attachment: str = ""
    title: str
    orientation: Literal["portrait", "landscape"] = "portrait"
    margins: tuple[float, float, float, float] = (37, 26, 35, 28)
    text_size: float = 16
    sheet: str = ""
    blocks: tuple[Block, ...]


def unknown_placeholders(text: str, allowed: tuple[str, ...] = PLACEHOLDERS) -> list[str]:
    """Return the names in a template that are not among `allowed`, in the order they stand."""
    return [m[1] for m in PLACEHOLDER.finditer(text) if m[1] not in allowed]
