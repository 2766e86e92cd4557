"""Many small films for the benchmarks: real ones, no two alike, made in a moment."""

import struct
from pathlib import Path

from tests.films import film

# Seconds since 1904 (ISO/IEC 14496-12, 8.2.2): 2024-01-01.
_MADE = 3_786_912_000


def make_films(folder: Path, count: int) -> list[Path]:
    """Write `count` films into a folder: a few kinds of them, each made at a minute of its own."""
    kinds = [
        film(seconds=30),
        film(seconds=20, sound=True),
        film(seconds=45, width=1920, height=1080, index_first=True),
        film("film.mov", seconds=20, container="mov", sound=True),
        film(seconds=25, width=720, height=1280),
    ]
    sources = [(kind.suffix, kind.read_bytes()) for kind in kinds]
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for number in range(count):
        suffix, data = sources[number % len(sources)]
        # A movie header begins: type, version and flags, creation time.
        at = data.index(b"mvhd") + 8
        path = folder / f"{number:04d}{suffix}"
        path.write_bytes(data[:at] + struct.pack(">L", _MADE + 60 * number) + data[at + 4 :])
        made.append(path)
    return made
