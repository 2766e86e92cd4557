"""What is to be seen on the picture of a scanned page: our marks, a red seal, or nothing at all."""

import itertools
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import zxingcpp
from PIL import Image, ImageChops, ImageFilter, ImageOps

# Side of a mark's code in mm, as printed: 12 to 12.5.
_CODE_MM = 12.3
_PAPER_LONG_MM = 297.0
_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
_THUMBNAIL = 600
_FINE = 3000
# A page with less print than this part of it is an empty back side; the smallest mark alone has ten times as much.
_BLANK = 0.0002
# What is darker than this part of the paper is print, however faint, and does not shine through from behind.
_PRINT = 0.8
# The black of a faint scan is between these; a picture with a darker one is not faint.
_FAINT_BLACK = (100, 190)
# A seal of 42 mm has some 250 mm² of ink, a weak or half one a third of that.
_LEAST_RED_MM2 = 45.0
_LEAST_RED_MM = 15.0
_CELL_MM = 5.0
_SEAL_MM = 45.0
_SOLID = 215


class Found(NamedTuple):
    """A code: what it says, by how many degrees the page is to be turned clockwise, and its side in pixels."""

    text: str
    turn: int
    side: float


def codes(picture: Image.Image) -> list[Found]:
    """Return the QR codes of a picture as it is: every text once."""
    return _read(picture.getchannel("R") if picture.mode == "RGB" else picture)


def hidden_codes(picture: Image.Image) -> list[Found]:
    """Return the QR codes of a picture that is blurred, noisy, dark or torn, at the cost of a second or so."""
    for attempt, scale in _attempts(picture):
        found = _read(attempt)
        if found:
            return [code._replace(side=code.side / scale) for code in found]
    return []


def is_blank(picture: Image.Image) -> bool:
    """Say whether a page is an empty back side; print that shines through does not count."""
    small = _thumbnail(picture).convert("L")
    histogram = small.histogram()
    dark = _percentile(histogram, 0.8) * _PRINT
    return sum(histogram[: int(dark)]) < _BLANK * sum(histogram)


def red_seal(picture: Image.Image, code_side: float) -> bool | None:
    """Say whether there is the red ink of a seal; None where the picture has no colours at all.

    `code_side` is the side of the page's code in pixels, by which lengths are known; 0 if there is none.
    """
    small = _thumbnail(picture)
    if _colourless(small):
        return None
    mm = code_side / _CODE_MM if code_side else max(picture.size) / _PAPER_LONG_MM
    mm *= max(small.size) / max(picture.size)
    cell = max(1, round(_CELL_MM * mm))
    red = _red(small)
    cells = red.reduce(cell)
    area = [[value / 255 * (cell / mm) ** 2 for value in row] for row in _without_cloth(_rows(cells))]
    return _has_patch(area, max(1, round(_SEAL_MM / _CELL_MM)))


def _read(picture: Image.Image) -> list[Found]:
    found = {}
    for code in zxingcpp.read_barcodes(picture, formats=_QR, try_invert=False):
        place = code.position
        corners = [(p.x, p.y) for p in (place.top_left, place.top_right, place.bottom_right, place.bottom_left)]
        if _shines_through(code.text, corners, picture):
            continue
        side = sum(math.dist(corners[i - 1], corners[i]) for i in range(4)) / 4
        found[code.text] = Found(code.text, -round(code.orientation / 90) * 90 % 360, side)
    return list(found.values())


def _shines_through(text: str, corners: list[tuple[int, int]], picture: Image.Image) -> bool:
    """Say whether a code of ours is the mirror image of itself: print on the other side of thin paper.

    The reader takes both alike. Where the code and its mirror image differ, light and dark are compared with it.
    """
    if not text.startswith("WY1:"):
        return False
    # An image is a buffer, which types cannot say before Python 3.12.
    drawn: Any = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="Q").to_image(
        scale=1, add_quiet_zones=False
    )
    rows: Any = memoryview(drawn).tolist()
    size = len(rows)
    seen = []
    for row, column in itertools.product(range(size), repeat=2):
        if rows[row][column] != rows[column][row]:
            place = _between(corners, (column + 0.5) / size, (row + 0.5) / size)
            inside = (min(max(place[0], 0), picture.width - 1), min(max(place[1], 0), picture.height - 1))
            light: Any = picture.getpixel(inside)
            seen.append((light, 1 if rows[row][column] else -1))
    middle = sum(light for light, _ in seen) / len(seen)
    alike = sum((light - middle) * sign for light, sign in seen)
    return bool(alike < -0.5 * sum(abs(light - middle) for light, _ in seen))


def _between(corners: list[tuple[int, int]], across: float, down: float) -> tuple[int, int]:
    """Return a point of a square that is seen askew, from its top left corner across and down (0 to 1)."""
    weights = ((1 - across) * (1 - down), across * (1 - down), across * down, (1 - across) * down)
    x, y = (sum(w * corner[axis] for w, corner in zip(weights, corners, strict=True)) for axis in (0, 1))
    return round(x), round(y)


def _attempts(picture: Image.Image) -> Iterator[tuple[Image.Image, float]]:
    """Yield a picture made easier to read in several ways, the likeliest first, each with how much larger it is."""
    red = picture.getchannel("R")
    yield red, 1
    yield picture.convert("L"), 1
    # A fine picture needs no enlarging, and would be slow.
    scale = 2 if max(picture.size) < _FINE else 1
    for band in _bands(red):
        clear = ImageOps.autocontrast(band, cutoff=1)
        larger = clear.resize((band.width * scale, band.height * scale), Image.Resampling.BICUBIC)
        yield larger, scale
        yield larger.filter(ImageFilter.GaussianBlur(scale)), scale


def _bands(picture: Image.Image) -> list[Image.Image]:
    """Return a picture's four edges, a quarter of it deep: the mark is at one of them, whichever way up."""
    width, height = picture.size
    deep, broad = height // 4, width // 4
    boxes = [(0, height - deep, width, height), (0, 0, width, deep),
             (0, 0, broad, height), (width - broad, 0, width, height)]  # fmt: skip
    return [picture.crop(box) for box in boxes]


def _thumbnail(picture: Image.Image) -> Image.Image:
    return picture.reduce(max(1, round(max(picture.size) / _THUMBNAIL)))


def _colourless(small: Image.Image) -> bool:
    """Say whether a picture is grey, and its seals would be too: no pixel's channels differ by more than rounding."""
    red, green, blue = small.split()
    most = ImageChops.lighter(ImageChops.difference(red, green), ImageChops.difference(green, blue))
    return int(most.getextrema()[1]) <= 3  # type: ignore[arg-type]


def _red(small: Image.Image) -> Image.Image:
    """Return 255 where a picture is the red of seal ink, paper taken for white; wood and skin are more orange."""
    darkest = _percentile(small.convert("L").histogram(), 0.002)
    black = min(darkest, _FAINT_BLACK[1]) if darkest >= _FAINT_BLACK[0] else 0
    balanced = Image.merge("RGB", [_stretched(channel, black) for channel in small.split()])
    hue, saturation, value = balanced.convert("HSV").split()
    reddish = hue.point([255 if h <= 11 or h >= 232 else 0 for h in range(256)])
    strong = saturation.point([255 if s >= 55 else 0 for s in range(256)])
    bright = value.point([255 if v >= 90 else 0 for v in range(256)])
    return ImageChops.darker(ImageChops.darker(reddish, strong), bright)


def _stretched(channel: Image.Image, black: int) -> Image.Image:
    """Return a channel from black to the white of the paper, so that faint and tinted ink have their colour back."""
    white = max(black + 1, _percentile(channel.histogram(), 0.8))
    return channel.point([min(255, max(0, v - black) * 255 // (white - black)) for v in range(256)])


def _percentile(histogram: list[int], part: float) -> int:
    wanted = sum(histogram) * part
    seen = 0
    for value, count in enumerate(histogram):
        seen += count
        if seen >= wanted:
            return value
    return 255


def _rows(picture: Image.Image) -> list[list[int]]:
    data = picture.tobytes()
    return [list(data[start : start + picture.width]) for start in range(0, len(data), picture.width)]


def _without_cloth(cells: list[list[int]]) -> list[list[int]]:
    """Return how red each cell is (0 to 255), without those that are red all over and those beside them.

    A seal is made of lines; what is red all over is the table under the page.
    """
    solid = {(y, x) for y, row in enumerate(cells) for x, red in enumerate(row) if red >= _SOLID}
    beside = {(y + dy, x + dx) for y, x in solid for dy in (-1, 0, 1) for dx in (-1, 0, 1)}
    return [[0 if (y, x) in beside else red for x, red in enumerate(row)] for y, row in enumerate(cells)]


def _has_patch(area: list[list[float]], window: int) -> bool:
    """Say whether some square of `window` cells holds red enough (mm² a cell) that reaches far both ways."""
    least = math.ceil(_LEAST_RED_MM / _CELL_MM)
    for top in range(max(1, len(area) - window + 1)):
        for left in range(max(1, len(area[0]) - window + 1)):
            rows = [row[left : left + window] for row in area[top : top + window]]
            if sum(map(sum, rows)) < _LEAST_RED_MM2:
                continue
            inked = [(y, x) for y, row in enumerate(rows) for x, red in enumerate(row) if red >= 1]
            if all(len({place[axis] for place in inked}) >= least for axis in (0, 1)):
                return True
    return False
