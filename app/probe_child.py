"""The child that looks into films. It runs MediaInfo, which may crash or hang on a damaged file, away from us.

Protocol: one JSON object a line, in ASCII (a name that is not text in the file system's encoding keeps its lone
surrogates), each request answered by one line before the next is read:

    {"path": absolute path, "known": [size, mtime] or null}
    {"facts": MediaFacts, "stamp": [size, mtime]}            what the film is
    {"same": true, "stamp": [size, mtime]}                   the file still has the known size and time
    {"problem": Problem, "detail": str, "stamp": … or null}  why it could not be read

Sizes are bytes, times nanoseconds. The child ends when its input ends, so it never outlives its parent.
"""

import errno
import json
import os
import signal
import stat
from pathlib import Path
from typing import IO, Any

import msgspec

from app.boxes import is_cut_short
from app.errors import os_reason
from app.long_paths import openable
from app.media import Problem, Track, facts_from_tracks

Answer = dict[str, Any]


class _Refused(Exception):  # noqa: N818  (a known answer, not a fault)
    """The file cannot be read, for a reason we can name."""

    def __init__(self, problem: Problem, detail: str = "") -> None:
        super().__init__(detail)
        self.problem = problem
        self.detail = detail


def main() -> int:
    """Answer requests from standard input until it ends; return the exit status."""
    # Ctrl+C reaches the whole terminal; our parent decides what becomes of us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not land between two answers.
    os.dup2(2, 1)
    for line in requests:
        request = json.loads(line)
        try:
            answer = look_into(request["path"], request.get("known"))
        except Exception as error:  # the last one who can say what it was
            answer = {"problem": Problem.CRASHED, "detail": repr(error), "stamp": None}
        answers.write(json.dumps(answer).encode("ascii") + b"\n")
        answers.flush()
    return 0


def look_into(path: str, known: list[int] | None = None) -> Answer:
    """Return the answer of the protocol for one absolute path; never raises for what a file can be."""
    stamp: list[int] | None = None
    place = openable(Path(path))
    try:
        with _opened(place) as film:
            before = os.fstat(film.fileno())
            stamp = _stamp(before)
            if stamp == known:
                return {"same": True, "stamp": stamp}
            if before.st_size == 0:
                raise _Refused(Problem.EMPTY)
            tracks = _tracks(film)
            cut_short = is_cut_short(film, before.st_size)
            if _stamp(os.fstat(film.fileno())) != stamp or not place.exists():
                raise _Refused(Problem.CHANGED)
    except _Refused as refused:
        return {"problem": refused.problem, "detail": refused.detail, "stamp": stamp}
    except (OSError, ValueError) as error:
        # ValueError: a name with a NUL in it.
        return {"problem": _problem(error), "detail": _detail(error), "stamp": stamp}
    facts = facts_from_tracks(tracks, before.st_size)
    if cut_short is not None:
        # MediaInfo also calls a film cut short that has rubbish behind it, and not one that ends just before its index.
        facts = msgspec.structs.replace(facts, truncated=cut_short)
    elif not facts.truncated and not {t.get("@type") for t in tracks} & {"Video", "Audio", "Image"}:
        return {"problem": Problem.NOT_MEDIA, "detail": "", "stamp": stamp}
    return {"facts": msgspec.to_builtins(facts), "stamp": stamp}


def _opened(path: Path) -> IO[bytes]:
    """Open a regular file for reading; anything else is refused without being opened or waited for."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise _Refused(Problem.NOT_A_FILE)
    # Not blocking: what was a file a moment ago may be a pipe now.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    film = os.fdopen(os.open(path, flags), "rb", buffering=0)
    if not stat.S_ISREG(os.fstat(film.fileno()).st_mode):
        film.close()
        raise _Refused(Problem.NOT_A_FILE)
    return film


def _tracks(film: IO[bytes]) -> list[Track]:
    """Return MediaInfo's tracks of an open file.

    MediaInfo is given the file and not its name: it cannot open every name itself.
    """
    from pymediainfo import MediaInfo

    try:
        text = MediaInfo.parse(film, output="JSON", full=False)
        media = json.loads(text, strict=False)["media"]
        return [track for track in media["track"] if isinstance(track, dict)] if media else []
    except (RuntimeError, ValueError, KeyError, TypeError) as error:
        raise _Refused(Problem.UNREADABLE, f"MediaInfo：{error}") from error


def _stamp(status: os.stat_result) -> list[int]:
    return [status.st_size, status.st_mtime_ns]


def _problem(error: OSError | ValueError) -> Problem:
    if isinstance(error, PermissionError):
        return Problem.DENIED
    if isinstance(error, ValueError) or error.errno in {
        errno.ENOENT,
        errno.ENOTDIR,
        errno.ELOOP,
        errno.ENAMETOOLONG,
    }:
        return Problem.MISSING
    return Problem.UNREADABLE


def _detail(error: OSError | ValueError) -> str:
    return os_reason(error) if isinstance(error, OSError) else str(error)
