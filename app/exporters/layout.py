"""From a form to pages: the size of its text, what stands where, where a page ends. Nothing is ever cut off."""

from collections.abc import Sequence

from app.exporters.fonts import Fonts
from app.exporters.forms import Block, Form, Grid, LineBlock, Run, StampBlock, TextBlock, plain
from app.exporters.grid_layout import grid_height, put_grid
from app.exporters.mark_layout import put_marks
from app.exporters.page import INDENT, MM, SEAL, TOLERANCE, Box, Flow, Page, Placed
from app.exporters.typeset import Line

SMALLEST = 10.5
_STEP = 0.5
_ATTACHMENT_SIZE, _ATTACHMENT_PITCH = 16, 28
_TITLE_SIZE, _TITLE_PITCH = 22, 36
_GRID_GAP = 8
# White between a table and the line that closes the form.
_UNDER_GRID = 6
# What one page leaves unused before the text is made smaller: Word lays the same form out a little looser.
_SLACK = 8 * MM
_FOOTER_SIZE = 10.5


def text_size(form: Form, fonts: Fonts) -> float:
    """Return the size in pt of a form's text: its own, or so much smaller (to 10.5 at the least) that it fits a page.

    A list, which goes on from page to page, keeps its own.
    """
    size = form.text_size
    if not any(isinstance(block, Grid) and block.flows for block in form.blocks):
        while size > SMALLEST and not _fits(form, Flow(form, fonts, size)):
            size = max(SMALLEST, size - _STEP)
    return size


def lay_out(form: Form, fonts: Fonts, size: float = 0) -> list[Page]:
    """Return the pages of a form, at least one; `size` is its `text_size` where that is known already.

    A character that no font has takes one em.
    """
    flow = Flow(form, fonts, size or text_size(form, fonts))
    gap = _GRID_GAP if flow.has_grid else _letter_gap(form, flow)
    _put_head(form, gap, flow)
    for number, block in enumerate(form.blocks):
        _put_block(block, form.blocks[number + 1 :], gap, flow)
    if len(flow.pages) > 1:
        _put_page_numbers(flow)
    return put_marks(form, flow)


def _fits(form: Form, flow: Flow) -> bool:
    gaps = 2 * _GRID_GAP if flow.has_grid else flow.pitch
    return _least_height(form, flow) + gaps + _SLACK <= flow.height


def _least_height(form: Form, flow: Flow) -> float:
    leads = sum(_lead(block, form.blocks[number + 1 :]) for number, block in enumerate(form.blocks))
    return _head_height(form, flow) + sum(_height(block, flow) for block in form.blocks) + leads


def _lead(block: Block, following: Sequence[Block]) -> float:
    """Return the white between a block and what follows it."""
    return _UNDER_GRID if isinstance(block, Grid) and following and isinstance(following[0], LineBlock) else 0


def _letter_gap(form: Form, flow: Flow) -> float:
    """Return the white around a letter's title and over each place to sign: a line, as far as the page has it."""
    gaps = 2 + sum(isinstance(block, StampBlock) for block in form.blocks)
    return max(0, min(flow.pitch, (flow.height - _least_height(form, flow)) / gaps))


def _title_lines(form: Form, flow: Flow) -> list[Line]:
    return flow.break_text((Run(form.title),), flow.width, role="title", size=_TITLE_SIZE) if form.title else []


def _head_height(form: Form, flow: Flow) -> float:
    return _ATTACHMENT_PITCH * bool(form.attachment) + _TITLE_PITCH * len(_title_lines(form, flow))


def _put_head(form: Form, gap: float, flow: Flow) -> None:
    """Put 附件 and the title."""
    if form.attachment:
        flow.put_string(form.attachment, flow.left, flow.y, _ATTACHMENT_PITCH, role="hei", size=_ATTACHMENT_SIZE)
        flow.y += _ATTACHMENT_PITCH
    flow.y += gap
    for line in _title_lines(form, flow):
        x = flow.left + (flow.width - line.width) / 2
        flow.put(line, x, flow.y, _TITLE_PITCH, role="title", size=_TITLE_SIZE)
        flow.y += _TITLE_PITCH
    flow.y += gap


def _height(block: Block, flow: Flow) -> float:
    """Return the least height of a block."""
    match block:
        case TextBlock(runs):
            return len(flow.break_text(runs, flow.width, indent=INDENT * flow.size)) * flow.pitch
        case StampBlock(runs):
            return max(SEAL, len(_label_lines(block, flow)) * flow.pitch)
        case LineBlock(stamp=stamp):
            under = [] if _side_by_side(block, flow) else _right_lines(block, flow)
            return max(len(_left_lines(block, flow)) * flow.pitch, SEAL if stamp else 0) + len(under) * flow.pitch
        case Grid():
            return grid_height(block, flow)


def _put_block(block: Block, following: Sequence[Block], gap: float, flow: Flow) -> None:
    match block:
        case TextBlock():
            _put_text(block, flow)
        case StampBlock():
            closing = _height(following[0], flow) if following and isinstance(following[0], LineBlock) else 0
            _make_room(gap + _height(block, flow) + closing, flow)
            flow.y += gap
            _put_stamp(block, flow)
        case LineBlock():
            _put_line(block, flow)
        case Grid():
            lead = _lead(block, following)
            put_grid(block, lead + sum(_height(later, flow) for later in following), flow)
            flow.y += lead


def _make_room(height: float, flow: Flow) -> None:
    if height > flow.room + TOLERANCE and flow.y > flow.top:
        flow.new_page()


def _put_text(block: TextBlock, flow: Flow) -> None:
    """Put a paragraph, its lines over as many pages as they need; its first line never stands alone."""
    indent = INDENT * flow.size
    lines = flow.break_text(block.runs, flow.width, indent=indent)
    _make_room(min(2, len(lines)) * flow.pitch, flow)
    for line in lines:
        _make_room(flow.pitch, flow)
        x, width = flow.left + indent, flow.width - indent
        flow.put(line, x, flow.y, flow.pitch, justify=width, underline=True)
        flow.y += flow.pitch
        indent = 0


def _label_lines(block: StampBlock, flow: Flow) -> list[Line]:
    """Return a label's lines, broken so that the seal has its room at their right."""
    return flow.break_text(block.runs, flow.width - flow.indent - SEAL - flow.size)


def _put_stamp(block: StampBlock, flow: Flow) -> None:
    """Put a label and, at its right, leave the square for a signature or a seal."""
    lines = _label_lines(block, flow)
    for number, line in enumerate(lines):
        flow.put(line, flow.left + flow.indent, flow.y + number * flow.pitch, flow.pitch)
    right = flow.left + flow.indent + max(line.width for line in lines) + flow.size / 2
    flow.page.seals.append(Box(right, flow.y, SEAL, SEAL))
    flow.y += max(SEAL, len(lines) * flow.pitch)


def _side_by_side(block: LineBlock, flow: Flow) -> bool:
    left, right = flow.text_width(plain(block.runs)), flow.text_width(plain(block.right))
    return (max(left, SEAL) if block.stamp else left) + right + 2 * flow.size <= flow.width - flow.indent


def _left_lines(block: LineBlock, flow: Flow) -> list[Line]:
    return flow.break_text(block.runs, flow.width - flow.indent)


def _right_lines(block: LineBlock, flow: Flow) -> list[Line]:
    return flow.break_text(block.right, flow.width) if block.right else []


def _put_line(block: LineBlock, flow: Flow) -> None:
    """Put a text at the left and one at the right, under it where both are too long for one line."""
    left, right = _left_lines(block, flow), _right_lines(block, flow)
    _make_room(_height(block, flow), flow)
    height = len(left) * flow.pitch
    top = _put_seal(left[0].width, height, flow) if block.stamp else flow.y
    flow.y = max(top + height, flow.page.seals[-1].y + SEAL) if block.stamp else top + height
    for number, line in enumerate(left):
        flow.put(line, flow.left + flow.indent, top + number * flow.pitch, flow.pitch)
    if not _side_by_side(block, flow):
        top = flow.y
        flow.y += len(right) * flow.pitch
    for number, line in enumerate(right):
        flow.put(line, flow.left + flow.width - line.width, top + number * flow.pitch, flow.pitch)


def _put_seal(width: float, height: float, flow: Flow) -> float:
    """Leave the square for a seal around the middle of lines `width` wide; return where these lines begin.

    The square may reach up into white that is there already, beside a title, but not into other print.
    """
    x = flow.left + flow.indent + max(0.0, min(width, flow.width) - SEAL)
    above = [text for text in flow.page.texts if text.x < x + SEAL and x < text.x + text.width]
    free = max([flow.top, *(text.y + text.size / 4 for text in above)])
    square = max(free, flow.y + height / 2 - SEAL / 2)
    flow.page.seals.append(Box(x, square, SEAL, SEAL))
    return max(flow.y, square + (SEAL - height) / 2)


def _put_page_numbers(flow: Flow) -> None:
    """Put 第 N 页 共 M 页 into the middle of each page's lower margin."""
    width, height = flow.page_size
    total = len(flow.pages)
    for number, page in enumerate(flow.pages, 1):
        text = f"第 {number} 页 共 {total} 页"
        long = flow.text_width(text, "song", _FOOTER_SIZE)
        y = (flow.bottom + height) / 2
        page.texts.append(Placed((width - long) / 2, y, long, _FOOTER_SIZE, "song", text))
