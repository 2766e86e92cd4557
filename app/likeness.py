"""Whether two films show the same, however they were encoded: by tiny grey pictures of three stretches of each.

A picture becomes 64 bits, each saying whether a place is brighter than the one to its right (“dHash”, Neal Krawetz,
“Kind of Like That”, 2013): size, bit rate and codec change few of them. The stretches are long enough to be slid along
each other, so that a few seconds cut off at an end do not matter. Flat pictures (black, one colour) say nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import combinations
from pathlib import Path
from statistics import pvariance
from typing import NamedTuple

from app.errors import AppError, Cancelled
from app.frames import FrameReader

# Where the stretches lie: not where films of one maker begin and end alike.
_CENTRES = (0.2, 0.5, 0.8)
_LENGTH_MS, _STEP_MS = 8_000, 500
# Films whose lengths differ by more are not the same one with its ends trimmed.
_MOST_TRIMMED_MS = 15_000
# Grey values (0–255) that vary less than this are noise on one colour.
_LEAST_VARIANCE = 36.0
# Of 64 bits: measured on real films, a picture of the same moment encoded again differs in 8 at most (346 pairs), one
# of another film in 14 at least (1887 pairs).
_MOST_BITS = 10
# How many pictures two stretches must share at least, and how many of those must be alike.
_LEAST_SHARED, _LEAST_ALIKE = 6, 0.7
# In how many of the three stretches.
_LEAST_STRIPS = 2

Progress = Callable[[int, int, str], None]
"""Called with how many films of how many were looked at, and the name of the next one."""


class Print(NamedTuple):
    """What a film looks like: its length in ms, and of each stretch the pictures' 64 bits by moment (in steps)."""

    duration_ms: int
    strips: tuple[dict[int, int], ...]


def likenesses(
    films: Mapping[str, Path],
    known: dict[Path, Print | None],
    progress: Progress = lambda done, total, name: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[tuple[str, ...]]:
    """Return the groups of films, by their keys, that show the same; a film that cannot be decoded is in none.

    `known` are prints that need not be made again; new ones are added to it. Raises Cancelled soon after `cancelled()`
    is true.
    """
    reader = FrameReader()
    try:
        lengths = {key: _length(path, reader, known, cancelled) for key, path in films.items()}
        near = {key for pair in combinations(films, 2) if _near(lengths[pair[0]], lengths[pair[1]]) for key in pair}
        wanted = [key for key in films if key in near]
        prints: dict[str, Print] = {}
        for number, key in enumerate(wanted):
            path = films[key]
            progress(number, len(wanted), path.name)
            if path not in known:
                known[path] = read_print(path, reader, cancelled)
            if found := known[path]:
                prints[key] = found
        progress(len(wanted), len(wanted), "")
    finally:
        reader.close()
    same = []
    for one, other in combinations(prints, 2):
        if cancelled():
            raise Cancelled
        if alike(prints[one], prints[other]):
            same.append((one, other))
    return _groups(same)


def read_print(path: Path, reader: FrameReader, cancelled: Callable[[], bool] = lambda: False) -> Print | None:
    """Return what a film looks like, or None if it cannot be decoded. Raises Cancelled."""
    strips = []
    duration_ms = 0
    for centre in _CENTRES:
        if cancelled():
            raise Cancelled
        try:
            duration_ms, pictures = reader.strip(path, centre, _LENGTH_MS, _STEP_MS)
        except AppError:
            return None
        bits = ((at // _STEP_MS, picture_bits(grey)) for at, grey in pictures)
        strips.append({step: value for step, value in bits if value is not None})
    return Print(duration_ms, tuple(strips))


def picture_bits(grey: bytes) -> int | None:
    """Return the 64 bits of a picture of 9 × 8 grey bytes, or None for a flat one."""
    if pvariance(grey) < _LEAST_VARIANCE:
        return None
    bits = 0
    for y in range(8):
        for x in range(8):
            bits = bits << 1 | (grey[y * 9 + x] > grey[y * 9 + x + 1])
    return bits


def alike(one: Print, other: Print) -> bool:
    """Say whether two films show the same in most of their stretches."""
    if not _near(one.duration_ms, other.duration_ms):
        return False
    same = 0
    for left, (a, b) in zip((2, 1, 0), zip(one.strips, other.strips, strict=True), strict=True):
        same += share(a, b) >= _LEAST_ALIKE
        if same == _LEAST_STRIPS or same + left < _LEAST_STRIPS:
            break
    return same >= _LEAST_STRIPS


def share(one: Mapping[int, int], other: Mapping[int, int]) -> float:
    """Return how many of the pictures that two stretches share are alike, where they fit best; 0 if they share few."""
    shifts = Counter(
        there - here
        for here, bits in one.items()
        for there, others in other.items()
        if (bits ^ others).bit_count() <= _MOST_BITS
    )
    best = 0.0
    for shift, same in shifts.items():
        shared = sum(step + shift in other for step in one)
        if shared >= _LEAST_SHARED:
            best = max(best, same / shared)
    return best


def _near(one_ms: int, other_ms: int) -> bool:
    """Say whether two films have lengths that one film may have; an unknown length (0) is none."""
    return one_ms > 0 and other_ms > 0 and abs(one_ms - other_ms) <= _MOST_TRIMMED_MS


def _length(path: Path, reader: FrameReader, known: Mapping[Path, Print | None], cancelled: Callable[[], bool]) -> int:
    if cancelled():
        raise Cancelled
    if path in known:
        found = known[path]
        return found.duration_ms if found else 0
    try:
        return reader.strip(path, 0.0, 0, _STEP_MS).duration_ms
    except AppError:
        return 0


def _groups(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, ...]]:
    """Join pairs that share a film."""
    groups: list[list[str]] = []
    for pair in pairs:
        touched = [group for group in groups if set(group) & set(pair)]
        joined = list(dict.fromkeys([key for group in touched for key in group] + list(pair)))
        groups = [group for group in groups if group not in touched] + [joined]
    return [tuple(group) for group in groups]
