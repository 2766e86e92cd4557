"""The words of the forms, decided once: draft × campaign → Form; the renderers only draw what is here.

A form is a sequence of blocks. Texts are runs, so that a renderer can underline what was filled in; a cell's place
in its grid is already worked out.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from app.campaign import Campaign
from app.draft import Draft, Work
from app.exporters.form_values import unit_values, work_values
from app.exporters.marks import Mark, make_mark
from app.form_spec import (
    PLACEHOLDER,
    CellSpec,
    FormSpec,
    GridSpec,
    Line,
    ListSpec,
    Paragraph,
    StampLine,
)
from app.media import MediaFacts

ALL_FORMS = "全部表格.pdf"
"""What all forms in one file, for one print job, are called."""


class Run(NamedTuple):
    """A stretch of text; `filled` where it came from the draft and not from the call."""

    text: str
    filled: bool = False


Text = tuple[Run, ...]


class TextBlock(NamedTuple):
    """A paragraph: first line indented two characters, filled runs underlined."""

    runs: Text


class StampBlock(NamedTuple):
    """A label with 45 × 45 mm beside and below it left free for a signature or a seal."""

    runs: Text


class LineBlock(NamedTuple):
    """A text at the left and one that ends at the right margin; with `stamp`, 45 mm of height free for a seal."""

    runs: Text
    right: Text = ()
    stamp: bool = False


class Cell(NamedTuple):
    """One cell of a grid, placed: `row` and `column` count from 0.

    `paragraphs` are its lines; `stamp` and `date` are drawn at its lower right, under 45 × 45 mm that stay free.
    """

    row: int
    column: int
    rowspan: int
    colspan: int
    paragraphs: tuple[Text, ...]
    label: bool = False
    align: Literal["left", "center"] = "center"
    stamp: Text = ()
    date: Text = ()
    number: bool = False


class Row(NamedTuple):
    """How high a row is: `min_height` in mm; `grow` takes what is left of the page; `header` repeats on each page."""

    min_height: float = 0
    grow: bool = False
    header: bool = False


class Grid(NamedTuple):
    """A table: `columns` are widths in mm; `cells` are in reading order and cover it exactly.

    `flows` says that its rows are a list, which simply goes on on the next page; otherwise the grid is one form
    that should stay on one page.
    """

    columns: tuple[float, ...]
    rows: tuple[Row, ...]
    cells: tuple[Cell, ...]
    flows: bool = False


Block = TextBlock | StampBlock | LineBlock | Grid


class Form(NamedTuple):
    """One form, ready to draw. `folder` and `name` say where its files go (no extension); lengths in mm and pt.

    `mark` is what its printed pages are marked with in their bottom margin, outside of its words.
    """

    id: str
    folder: str
    name: str
    attachment: str
    title: str
    blocks: tuple[Block, ...]
    landscape: bool
    margins: tuple[float, float, float, float]
    text_size: float
    formats: tuple[str, ...]
    sheet: str
    work: str
    mark: Mark | None = None


Facts = Mapping[str, MediaFacts]
"""Facts of the works' films by work id; a work without them has its length left blank."""


def build_forms(draft: Draft, campaign: Campaign, facts: Facts) -> list[Form]:
    """Return every form of a draft in the order in which they are printed and stamped.

    The submission's forms come after those of the works. Nothing is refused: what is not known leaves the form's
    own blank.
    """
    numbers = {work.id: number for number, work in enumerate(draft.works, 1)}
    per_work = [
        _form(spec, draft, campaign, facts, work, numbers)
        for work in draft.works
        for spec in campaign.forms
        if spec.scope == "work"
    ]
    whole = [
        _form(spec, draft, campaign, facts, None, numbers) for spec in campaign.forms if spec.scope == "submission"
    ]
    return per_work + whole


def plain(text: Text) -> str:
    """Return the words of a text."""
    return "".join(run.text for run in text)


def words(form: Form) -> Iterator[str]:
    """Yield every piece of text of a form, as it will be drawn."""
    yield form.attachment
    yield form.title
    for block in form.blocks:
        if isinstance(block, Grid):
            for cell in block.cells:
                yield from (plain(text) for text in (*cell.paragraphs, cell.stamp, cell.date))
        else:
            yield plain(block.runs)
            if isinstance(block, LineBlock):
                yield plain(block.right)


def mark_of(form: Form) -> Mark:
    """Return what tells a form and its content apart, also where its pages are printed without marks."""
    return form.mark or make_mark("", form.work, form.id, "", words(form))


def fill(template: str, values: Mapping[str, str]) -> Text:
    """Return a template's text with its placeholders filled; a name without a value leaves the template's blank."""
    runs: list[Run] = []
    end = 0
    for found in PLACEHOLDER.finditer(template):
        if found.start() > end:
            runs.append(Run(template[end : found.start()]))
        value = _UNPRINTABLE.sub("", values.get(found[1], ""))
        if value.strip():
            runs.append(Run(value, filled=True))
        elif found[2]:
            runs.append(Run(found[2]))
        end = found.end()
    if end < len(template):
        runs.append(Run(template[end:]))
    return tuple(runs)


def _form(
    spec: FormSpec, draft: Draft, campaign: Campaign, facts: Facts, work: Work | None, numbers: Mapping[str, int]
) -> Form:
    total = len(draft.works)
    values = unit_values(draft)
    folder = ""
    if work is not None:
        values |= work_values(work, numbers[work.id], total, campaign, facts.get(work.id))
        folder = plain(fill(campaign.naming.folder, values))
    blocks = tuple(_block(block, draft, campaign, facts, values) for block in spec.blocks)
    form = Form(
        id=spec.id,
        folder=folder,
        name=spec.name,
        attachment=spec.attachment,
        title=spec.title,
        blocks=blocks,
        landscape=spec.orientation == "landscape",
        margins=spec.margins,
        text_size=spec.text_size,
        formats=spec.formats,
        sheet=spec.sheet,
        work=work.id if work else "",
    )
    if not campaign.marks:
        return form
    label = f"作品 {values['work.number']}" if work else ""
    return form._replace(mark=make_mark(campaign.id, form.work, form.id, label, words(form)))


def _block(
    spec: Paragraph | StampLine | Line | GridSpec | ListSpec,
    draft: Draft,
    campaign: Campaign,
    facts: Facts,
    values: Mapping[str, str],
) -> Block:
    match spec:
        case Paragraph():
            return TextBlock(_one_line(fill(spec.text, values)))
        case StampLine():
            return StampBlock(_one_line(fill(spec.text, values)))
        case Line():
            return LineBlock(_one_line(fill(spec.text, values)), _one_line(fill(spec.right, values)), spec.stamp)
        case GridSpec():
            return _grid(spec, values)
        case ListSpec():
            return _list(spec, draft, campaign, facts, values)


def _grid(spec: GridSpec, values: Mapping[str, str]) -> Grid:
    width = len(spec.columns)
    reach = [0] * width
    cells: list[Cell] = []
    for row, row_spec in enumerate(spec.rows):
        column = 0
        for cell in row_spec.cells:
            while reach[column] > row:
                column += 1
            for taken in range(column, column + cell.colspan):
                reach[taken] = row + cell.rowspan
            cells.append(_cell(cell, row, column, values))
            column += cell.colspan
    rows = tuple(Row(r.min_height, r.grow) for r in spec.rows)
    return Grid(spec.columns, rows, tuple(cells))


def _cell(spec: CellSpec, row: int, column: int, values: Mapping[str, str]) -> Cell:
    return Cell(
        row=row,
        column=column,
        rowspan=spec.rowspan,
        colspan=spec.colspan,
        paragraphs=_paragraphs(fill(spec.text, values)),
        label=spec.role == "label",
        align=spec.align,
        stamp=fill(spec.stamp, values),
        date=fill(spec.date, values),
    )


def _list(spec: ListSpec, draft: Draft, campaign: Campaign, facts: Facts, values: Mapping[str, str]) -> Grid:
    total = len(draft.works)
    rows = [Row(header=True)]
    cells = [Cell(0, column, 1, 1, _paragraphs((Run(c.label),)), label=True) for column, c in enumerate(spec.columns)]
    for number, work in enumerate(draft.works, 1):
        of_work = {**values, **work_values(work, number, total, campaign, facts.get(work.id))}
        rows.append(Row())
        for column, c in enumerate(spec.columns):
            text = (Run(str(number), filled=True),) if c.number else fill(c.text, of_work)
            cells.append(Cell(number, column, 1, 1, _paragraphs(text), align=c.align, number=c.number))
    for row in range(len(rows), 1 + (0 if draft.works else spec.spare_rows)):
        rows.append(Row(min_height=10))
        for column, c in enumerate(spec.columns):
            text = (Run(str(row)),) if c.number else ()
            cells.append(Cell(row, column, 1, 1, _paragraphs(text), align=c.align, number=c.number))
    return Grid(tuple(c.width for c in spec.columns), tuple(rows), tuple(cells), flows=True)


# What neither XML 1.0 (2.2, Char) nor a PDF's text can hold; the field it was typed in has said so.
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff\ufffe\uffff]")
_BREAK = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")


def _one_line(text: Text) -> Text:
    """Return a text on one line: a line break typed into a single-line field becomes a space."""
    return tuple(Run(_BREAK.sub(" ", run.text), run.filled) for run in text)


def _paragraphs(text: Text) -> tuple[Text, ...]:
    """Return a text cut at its line breaks; empty lines at the end, and blank lines between, are dropped."""
    lines: list[list[Run]] = [[]]
    for run in text:
        first, *rest = _BREAK.split(run.text)
        lines[-1].append(Run(first, run.filled))
        lines += [[Run(part, run.filled)] for part in rest]
    kept = [tuple(run for run in line if run.text) for line in lines]
    return tuple(line for line in kept if plain(line).strip()) or ((),)
