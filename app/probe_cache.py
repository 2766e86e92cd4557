"""What is known of films from before, so that an unchanged one is not read again."""

import contextlib
import json
import threading
from pathlib import Path

import msgspec

from app.errors import AppError
from app.files import write_whole
from app.media import FACTS_VERSION, MediaFacts

_MOST_FILMS = 5000


class Stamp(msgspec.Struct, frozen=True):
    """What tells that a file has changed: its size in bytes and its modification time in nanoseconds."""

    size_bytes: int
    mtime_ns: int


class _Content(msgspec.Struct):
    """The file: of each film its path, size, time and facts, the least recently used first."""

    version: int
    films: list[tuple[str, int, int, MediaFacts]]


class ProbeCache:
    """Facts by absolute path, kept in one JSON file; the least recently used go first.

    Only facts are kept, never findings: those are made anew from the facts and the call, so a changed call is
    heeded at once. May be used from several threads. A file that is damaged or of another version counts as empty.
    """

    def __init__(self, path: Path, most: int = _MOST_FILMS) -> None:
        self._path = path
        self._most = most
        self._lock = threading.Lock()
        self._changed = False
        self._films = _read(path)

    def get(self, path: str) -> tuple[Stamp, MediaFacts] | None:
        """Return what was known of the file at an absolute path, and of which state of it."""
        with self._lock:
            known = self._films.pop(path, None)
            if known is not None:
                self._films[path] = known
            return known

    def put(self, path: str, stamp: Stamp, facts: MediaFacts) -> None:
        """Remember the facts of one state of a file."""
        with self._lock:
            self._films.pop(path, None)
            self._films[path] = (stamp, facts)
            self._changed = True
            while len(self._films) > self._most:
                del self._films[next(iter(self._films))]

    def save(self) -> None:
        """Write the cache, whole or not at all. That it cannot be written costs time, so it is not an error."""
        with self._lock:
            if not self._changed:
                return
            films = [
                [path, stamp.size_bytes, stamp.mtime_ns, msgspec.to_builtins(facts)]
                for path, (stamp, facts) in self._films.items()
            ]
            self._changed = False
        # The standard library's JSON, since a path may hold lone surrogates.
        text = json.dumps({"version": FACTS_VERSION, "films": films})
        with contextlib.suppress(AppError):
            write_whole(self._path, text.encode("ascii"), private=True)


def _read(path: Path) -> dict[str, tuple[Stamp, MediaFacts]]:
    try:
        content = msgspec.convert(json.loads(path.read_bytes()), _Content)
    except (OSError, ValueError, RecursionError):
        # Missing, damaged or foreign: the films are simply read again.
        return {}
    if content.version != FACTS_VERSION:
        return {}
    return {name: (Stamp(size, mtime), facts) for name, size, mtime, facts in content.films}
