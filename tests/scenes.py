"""Real films that show something: shots of moving light and dark, another series of shots for every seed."""

import random
from fractions import Fraction
from pathlib import Path

import av

RATE = 8
_SHOT_S = 3


def scenes(
    path: Path,
    seed: int,
    *,
    seconds: int = 30,
    cut_start: int = 0,
    cut_end: int = 0,
    size: tuple[int, int] = (320, 180),
    codec: str = "libx264",
    quality: int = 23,
    card: int = 0,
    dark: bool = False,
    rotation: int = 0,
) -> Path:
    """Write a film of `seconds` without what is cut off its ends; its first `card` seconds are the same for all seeds.

    `dark` films show nothing at all. `rotation` is what a phone means by it: the picture is stored turned, and shown
    upright. Return the path, whose suffix decides the container.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    stored = size[::-1] if rotation else size
    with av.open(str(path), "w") as output:
        stream = output.add_stream(codec, rate=RATE)
        stream.width, stream.height, stream.pix_fmt = *stored, "yuv420p"
        quiet = {"x265-params": "log-level=none"} if codec == "libx265" else {}
        stream.options = {"preset": "ultrafast", "crf": str(quality), **quiet}
        if rotation:
            stream.set_display_rotation(-rotation)
        for number in range(cut_start * RATE, (seconds - cut_end) * RATE):
            at = number / RATE
            picture = bytes(16 * 9 * 3) if dark else _picture(-1 if at < card else seed, at)
            if rotation:
                picture = _turned_left(picture)
            columns, rows = (9, 16) if rotation else (16, 9)
            frame = av.VideoFrame(columns, rows, "rgb24")
            stride = frame.planes[0].line_size
            width = columns * 3
            lines = (picture[y * width : (y + 1) * width].ljust(stride, b"\0") for y in range(rows))
            frame.planes[0].update(b"".join(lines))
            large = frame.reformat(*stored, "yuv420p")
            large.pts, large.time_base = number - cut_start * RATE, Fraction(1, RATE)
            output.mux(stream.encode(large))
        output.mux(stream.encode(None))
    return path


def _picture(seed: int, at: float) -> bytes:
    """Return 16 × 9 pixels: the shot of that moment, panning to the left."""
    shot = random.Random(f"{seed} {int(at // _SHOT_S)}")
    grid = [[shot.choice((30, 90, 150, 220)) for _ in range(40)] for _ in range(9)]
    pan = at % _SHOT_S
    left, part = int(pan), pan % 1
    rows = ([round(row[left + x] * (1 - part) + row[left + x + 1] * part) for x in range(16)] for row in grid)
    return bytes(value for row in rows for grey in row for value in (grey, grey, grey))


def _turned_left(picture: bytes) -> bytes:
    pixels = [picture[n : n + 3] for n in range(0, len(picture), 3)]
    return b"".join(pixels[y * 16 + x] for x in reversed(range(16)) for y in range(9))
