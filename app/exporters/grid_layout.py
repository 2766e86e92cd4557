"""Grids on pages: how high each row is, which rows go on which page, and how one too tall for a page is parted."""

from collections.abc import Sequence
from typing import NamedTuple

from app.exporters.fonts import Role
from app.exporters.forms import Cell, Grid
from app.exporters.page import MM, SEAL, TOLERANCE, Box, Flow
from app.exporters.typeset import Line

_PAD_X, _PAD_Y = 1.6 * MM, 0.8 * MM
_PITCH = 1.4
# A row that is parted leaves at least so many lines on a page.
_FEWEST_LINES = 3


class _Measured(NamedTuple):
    """A grid with its text broken: `edges` are the columns' left edges and the last one's right edge.

    `lines` are each cell's, and `shares` says which of them stand beside each of the rows that it spans.
    """

    grid: Grid
    edges: list[float]
    lines: list[list[Line]]
    shares: list[list[tuple[int, int]]]
    heights: list[float]
    pitch: float


class _Piece(NamedTuple):
    """A row or, where it is taller than a page, a part of one: `parts` are the lines of each cell that it shows."""

    row: int
    height: float
    parts: dict[int, tuple[int, int]]
    last: bool = True


def grid_height(grid: Grid, flow: Flow) -> float:
    """Return the height of a grid on one page, its growing rows at their least."""
    return sum(_measure(grid, flow).heights)


def put_grid(grid: Grid, after: float, flow: Flow) -> None:
    """Put a grid, on as many pages as it needs, and leave `after` under it for what follows on its last page."""
    _Table(_measure(grid, flow), flow).put(after)


class _Table:
    """A grid while it is put: `pieces` are those of the page that is being filled."""

    def __init__(self, measured: _Measured, flow: Flow) -> None:
        self.measured = measured
        self.flow = flow
        self.header = [n for n, row in enumerate(measured.grid.rows) if row.header]
        if sum(measured.heights[row] for row in self.header) > flow.height / 2:
            self.header = []
        self.pieces: list[_Piece] = []

    def put(self, after: float) -> None:
        groups = _groups(self.measured.grid)
        for number, rows in enumerate(groups):
            self._put_rows(rows, after if number == len(groups) - 1 else 0)
        self._grow(after)
        self._draw()

    @property
    def room(self) -> float:
        """Return what height is left on the page, a little more than there is, so that what just fits does fit."""
        return self.flow.room - sum(piece.height for piece in self.pieces) + TOLERANCE

    @property
    def page_height(self) -> float:
        return self.flow.height - sum(self.measured.heights[row] for row in self.header)

    def _put_rows(self, rows: range, after: float) -> None:
        """Put rows that hang together: whole on this page or the next, or parted where no page has room for them."""
        need = sum(self.measured.heights[row] for row in rows)
        if need + after > self.page_height:
            after = 0
        if need + after > self.room and need + after <= self.page_height:
            self._end_page()
        whole = need <= self.room
        for row in rows:
            height = self.measured.heights[row] if whole else self._alone(row)
            if self.room < height <= self.page_height:
                self._end_page()
            if height <= self.room:
                self.pieces.append(self._piece(row, height))
            else:
                self._part(row)

    def _alone(self, row: int) -> float:
        """Return the height of a row that must show its share of every cell, whatever the rows around it do."""
        cells = self.measured.grid.cells
        parts = self._piece(row, 0).parts.items()
        shown = [_cell_height(last - first, cells[n], self.measured.pitch) for n, (first, last) in parts]
        return max([self.measured.heights[row], *shown])

    def _part(self, row: int) -> None:
        """Put a row over several pages, line by line; what is under a cell's text stays with its last lines."""
        measured = self.measured
        rest = dict(self._piece(row, 0).parts)
        while True:
            need = max(
                _cell_height(last - first, measured.grid.cells[n], measured.pitch) for n, (first, last) in rest.items()
            )
            if need <= self.room or (self._fresh and not self._fitting(rest)):
                self.pieces.append(_Piece(row, need, rest))
                return
            shown = self._fitting(rest)
            longest = max(last - first for first, last in rest.values())
            if shown and (self._fresh or max(b - a for a, b in shown.values()) >= min(_FEWEST_LINES, longest)):
                self.pieces.append(_Piece(row, self.room - TOLERANCE, shown, last=False))
                rest = {n: (shown[n][1], last) for n, (_, last) in rest.items()}
            self._end_page()

    @property
    def _fresh(self) -> bool:
        """Say whether nothing but repeated header rows stands on the page."""
        return self.flow.y <= self.flow.top and len(self.pieces) <= len(self.header)

    def _fitting(self, rest: dict[int, tuple[int, int]]) -> dict[int, tuple[int, int]]:
        """Return the lines of each cell that still go on the page; nothing if none do."""
        most = int((self.room - 2 * _PAD_Y) // self.measured.pitch)
        shown = {}
        for n, (first, last) in rest.items():
            count = min(most, last - first)
            if count == last - first and _tail(self.measured.grid.cells[n], self.measured.pitch):
                count = max(0, count - 2)
            shown[n] = (first, first + count)
        return shown if most > 0 and any(last > first for first, last in shown.values()) else {}

    def _piece(self, row: int, height: float) -> _Piece:
        measured = self.measured
        parts = {
            n: measured.shares[n][row - cell.row]
            for n, cell in enumerate(measured.grid.cells)
            if cell.row <= row < cell.row + cell.rowspan
        }
        return _Piece(row, height, parts)

    def _grow(self, after: float) -> None:
        """Give the growing rows that end on this page what it has left."""
        growing = [n for n, p in enumerate(self.pieces) if self.measured.grid.rows[p.row].grow and p.last]
        extra = max(0.0, self.room - TOLERANCE - after) / max(1, len(growing))
        for n in growing:
            self.pieces[n] = self.pieces[n]._replace(height=self.pieces[n].height + extra)

    def _end_page(self) -> None:
        if self.flow.y > self.flow.top or self.pieces:
            if any(piece.row not in self.header for piece in self.pieces):
                self._draw()
            self.flow.new_page()
            self.pieces = [self._piece(row, self.measured.heights[row]) for row in self.header]

    def _draw(self) -> None:
        """Draw the pieces of this page, each cell once over all the rows of it that stand here."""
        tops = [self.flow.y]
        for piece in self.pieces:
            tops.append(tops[-1] + piece.height)
        for number, cell in enumerate(self.measured.grid.cells):
            here = [n for n, piece in enumerate(self.pieces) if number in piece.parts]
            if here:
                x, right = self.measured.edges[cell.column], self.measured.edges[cell.column + cell.colspan]
                box = Box(x, tops[here[0]], right - x, tops[here[-1] + 1] - tops[here[0]])
                parts = [self.pieces[n].parts[number] for n in here]
                lines = [line for first, last in parts for line in self.measured.lines[number][first:last]]
                last = self.pieces[here[-1]]
                ends = last.last and last.row == cell.row + cell.rowspan - 1
                self._draw_cell(cell, lines, box, ends)
        self.flow.y = tops[-1]

    def _draw_cell(self, cell: Cell, lines: Sequence[Line], box: Box, ends: bool) -> None:
        flow, pitch = self.flow, self.measured.pitch
        flow.page.boxes.append(box)
        tail = _tail(cell, pitch)
        inner = box.width - 2 * _PAD_X
        y = box.y + (_PAD_Y if tail else (box.height - len(lines) * pitch) / 2)
        role = _role(cell, self.measured.grid)
        for line in lines:
            x = box.x + _PAD_X
            if cell.align == "left" and not cell.label:
                flow.put(line, x, y, pitch, role=role, justify=inner)
            else:
                flow.put(line, x + (inner - line.width) / 2, y, pitch, role=role)
            y += pitch
        if tail and ends:
            self._draw_tail(cell, box)

    def _draw_tail(self, cell: Cell, box: Box) -> None:
        """Draw the seal's label and the date at a cell's lower right, under the square that stays free."""
        flow, pitch = self.flow, self.measured.pitch
        texts = [text for text in (cell.stamp, cell.date) if text]
        widest = max([SEAL, *(flow.text_width("".join(run.text for run in text)) for text in texts)])
        centre = box.x + box.width - _PAD_X - widest / 2
        y = box.y + box.height - _PAD_Y - len(texts) * pitch
        flow.page.seals.append(Box(centre - SEAL / 2, y - SEAL, SEAL, SEAL))
        for text in texts:
            flow.put_centred(text, centre, y, pitch)
            y += pitch


def _measure(grid: Grid, flow: Flow) -> _Measured:
    """Break a grid's text and work out its rows' heights, growing ones at their least."""
    shrink = min(1.0, flow.width / (sum(grid.columns) * MM))
    widths = [column * MM * shrink for column in grid.columns]
    edges = [flow.left + (flow.width - sum(widths)) / 2]
    for width in widths:
        edges.append(edges[-1] + width)
    pitch = _PITCH * flow.size
    lines = []
    for cell in grid.cells:
        inner = edges[cell.column + cell.colspan] - edges[cell.column] - 2 * _PAD_X
        role = _role(cell, grid)
        broken = _break_cell(cell, inner, role, flow)
        if cell.label and len(broken) > 1:
            # Most Chinese words have two characters: a label broken after an even number of them reads better.
            even = _break_cell(cell, inner // (2 * flow.size) * 2 * flow.size, role, flow)
            broken = even if len(even) == len(broken) else broken
        lines.append(broken)
    heights = [row.min_height * MM for row in grid.rows]
    for number in sorted(range(len(grid.cells)), key=lambda n: grid.cells[n].rowspan):
        cell = grid.cells[number]
        need = _cell_height(len(lines[number]), cell, pitch)
        heights[cell.row + cell.rowspan - 1] += max(0.0, need - sum(heights[cell.row : cell.row + cell.rowspan]))
    shares = [_share(cell, len(lines[n]), heights, pitch) for n, cell in enumerate(grid.cells)]
    return _Measured(grid, edges, lines, shares, heights, pitch)


def _break_cell(cell: Cell, width: float, role: Role, flow: Flow) -> list[Line]:
    return [line for text in cell.paragraphs if text for line in flow.break_text(text, width, role=role)]


def _role(cell: Cell, grid: Grid) -> Role:
    return "hei" if grid.rows[cell.row].header else "body"


def _cell_height(lines: int, cell: Cell, pitch: float) -> float:
    return lines * pitch + 2 * _PAD_Y + _tail(cell, pitch)


def _tail(cell: Cell, pitch: float) -> float:
    """Return the height of what stands under a cell's text: the free square, its label, the date."""
    texts = bool(cell.stamp) + bool(cell.date)
    return SEAL + texts * pitch if texts else 0


def _share(cell: Cell, lines: int, heights: Sequence[float], pitch: float) -> list[tuple[int, int]]:
    """Share a cell's lines among the rows that it spans, as each has room; the last one takes the rest."""
    shares = []
    taken = 0
    for row in range(cell.row, cell.row + cell.rowspan):
        count = min(lines - taken, max(0, int((heights[row] - 2 * _PAD_Y) // pitch)))
        if row == cell.row + cell.rowspan - 1:
            count = lines - taken
        shares.append((taken, taken + count))
        taken += count
    return shares


def _groups(grid: Grid) -> list[range]:
    """Return the rows in groups that cells spanning several of them hold together."""
    groups: list[range] = []
    start = end = 0
    for row in range(len(grid.rows)):
        end = max([end, *(cell.row + cell.rowspan for cell in grid.cells if cell.row == row)])
        if row + 1 >= end:
            groups.append(range(start, row + 1))
            start = row + 1
    return groups
