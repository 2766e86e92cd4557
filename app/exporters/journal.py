"""What of a package is done, on disk beside it, so that packing goes on after a cancel, a crash or a pulled stick.

One JSON value a line. The first says what is being packed; each of the others is a file that was written, reached
the disk and was read back. A line that was cut by a crash does not count.
"""

import errno
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from app.errors import AppError
from app.files import cannot_write

NAME = "打包进度.jsonl"


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is being packed: the package's name when finished, and whether as a ZIP."""

    name: str
    zip: bool


class Done(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A finished file: its path in the bag, what it was copied from (path, bytes, ns), its digest.

    `offset` and `crc32` are its place in a ZIP.
    """

    path: str
    source: str
    size: int
    mtime_ns: int
    sha256: str
    offset: int = 0
    crc32: int = 0


def look_into(path: Path) -> tuple[Head | None, list[Done]]:
    """Return what a journal says, without holding it; nothing where it is not there or cannot be read."""
    try:
        head, done, _ = _parse(path.read_bytes())
    except OSError:
        return None, []
    return head, done


class Journal:
    """A journal held open, and locked against a second packing into the same place."""

    def __init__(self, path: Path) -> None:
        """Open or make the journal. Raises AppError if that cannot be, or another packing holds it."""
        self.path = path
        try:
            self._file = path.open("a+b")
        except OSError as error:
            raise cannot_write(path, error) from error
        try:
            _lock(self._file.fileno())
        except OSError as error:
            # Some network drives know no locks; packing there is no worse for it.
            if error.errno in {errno.EACCES, errno.EAGAIN, errno.EDEADLK}:
                self._file.close()
                raise AppError("同一个报送包正在另一个窗口里打包。", "请等它完成，或先在那边取消。") from error
        self.head, self.done = self._read()

    def start(self, head: Head, done: Iterable[Done] = ()) -> None:
        """Begin anew: only these files are done."""
        self._file.truncate(0)
        self.head, self.done = head, list(done)
        self._append(head, *self.done)

    def add(self, done: Done) -> None:
        """Remember a finished file for good."""
        self.done.append(done)
        self._append(done)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def _append(self, *values: Head | Done) -> None:
        try:
            self._file.write(b"".join(msgspec.json.encode(value) + b"\n" for value in values))
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def _read(self) -> tuple[Head | None, list[Done]]:
        try:
            self._file.seek(0)
            head, done, whole = _parse(self._file.read())
        except OSError as error:
            raise cannot_write(self.path, error) from error
        # What is added next must not continue a line that was cut.
        self._file.truncate(whole)
        return head, done


def _parse(data: bytes) -> tuple[Head | None, list[Done], int]:
    """Return what is whole in a journal, and how many bytes that is."""
    whole, head, done = 0, None, []
    for line in data.split(b"\n")[:-1]:
        try:
            if head is None:
                head = msgspec.json.decode(line, type=Head)
            else:
                done.append(msgspec.json.decode(line, type=Done))
        except (msgspec.MsgspecError, UnicodeDecodeError):
            break
        whole += len(line) + 1
    return head, done, whole


def _lock(descriptor: int) -> None:
    """Lock a file until it is closed, also by a crash. Raises OSError if another process holds it."""
    if sys.platform == "win32":
        import msvcrt

        # A byte that no journal reaches: on Windows a locked stretch cannot be read.
        os.lseek(descriptor, 1 << 40, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
