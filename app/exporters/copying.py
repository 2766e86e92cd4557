"""Copying and hashing in one pass while what is on the disk already is read back; memory stays flat."""

import contextlib
import hashlib
import os
import queue
import threading
import zlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from io import FileIO
from typing import NamedTuple, Protocol

# Measured with 2 GB: 4 MiB cost twice the processor time (they fall out of its cache), 256 KiB twice the switching.
_BUFFER = 1024 * 1024
_BUFFERS = 4
# How much may be written before the disk must have it: so progress is true, and cancelling takes a moment.
_SYNC_EVERY = 64 * 1024 * 1024
# How long nothing may be told while the disk is waited for, in seconds.
_PATIENCE = 0.1

Moved = Callable[[int], None]
"""Called with the number of bytes since the last call; it may raise, for instance Cancelled, to stop."""


class Source(Protocol):
    """What can be read into a buffer; fewer bytes than it holds may come, none at the end."""

    def readinto(self, buffer: bytearray, /) -> int | None:
        """Read some bytes into the buffer and return how many."""


class Digest(NamedTuple):
    """What went through: SHA-256 in hexadecimal, the number of bytes, and CRC-32 (0 unless it was asked for)."""

    sha256: str
    size: int
    crc32: int = 0


class ReadBack:
    """The beginning of a file as the disk has given it back: how many bytes, and their SHA-256 so far."""

    def __init__(self) -> None:
        self.size = 0
        self.sha256 = hashlib.sha256()


def pump(
    source: Source,
    target: FileIO | None,
    moved: Moved,
    *,
    size: int,
    crc: bool = False,
    back: ReadBack | None = None,
) -> Digest:
    """Read a source to its end and return its digest; what is read is written to `target` where there is one.

    `size` is how many bytes are expected: small files do with small buffers. With `back`, a target that is written
    from its beginning is read back meanwhile, as far as it has reached the disk; `moved` counts those bytes, too.
    Without a target, `back` is what was read of the source before, and the digest is that of both.

    On return the disk has what was written, as far as the system can tell. Raises OSError of either side, and
    whatever `moved` raises; it is called often, also with 0 while the disk is waited for, in the calling thread.
    """
    free: queue.SimpleQueue[bytearray] = queue.SimpleQueue()
    full: queue.SimpleQueue[tuple[bytearray, int] | None] = queue.SimpleQueue()
    for _ in range(_BUFFERS):
        free.put(bytearray(min(_BUFFER, size + 1)))
    sha256 = back.sha256.copy() if back and not target else hashlib.sha256()
    checksum = 0

    def hashing() -> None:
        nonlocal checksum
        while (item := full.get()) is not None:
            buffer, length = item
            part = memoryview(buffer)[:length]
            sha256.update(part)
            if crc:
                checksum = zlib.crc32(part, checksum)
            part.release()
            free.put(buffer)

    hasher = threading.Thread(target=hashing, name="hash")
    hasher.start()
    total = back.size if back and not target else 0
    try:
        with _Following(target, moved, back) as following:
            while True:
                buffer = free.get()
                length = source.readinto(buffer) or 0
                if not length:
                    break
                full.put((buffer, length))
                if target is not None:
                    _write(target, memoryview(buffer)[:length])
                    following.written(length)
                total += length
                moved(length)
    finally:
        full.put(None)
        hasher.join()
    return Digest(sha256.hexdigest(), total, checksum)


def forget(file: FileIO, length: int = 0) -> None:
    """Drop what the system keeps of a file in memory, so that the next read comes from the disk itself.

    `length` is how much of it from its beginning, 0 for all; the rest is not even sent to the disk.

    Where the system has no such call (Windows, macOS) reading may be answered from memory.
    """
    if hasattr(os, "posix_fadvise"):
        # Not every file system takes the advice, and nothing depends on it.
        with contextlib.suppress(OSError):
            os.posix_fadvise(file.fileno(), 0, length, os.POSIX_FADV_DONTNEED)


def _write(target: FileIO, part: memoryview) -> None:
    while part:
        part = part[target.write(part) :]


class _Following:
    """Sends what was written to the disk meanwhile, a stretch at a time, never more than one stretch behind.

    With `back`, a stretch that has reached the disk is read back before the next is sent there: sticks and hard disks
    are slow when they have to do both at once.
    """

    def __init__(self, target: FileIO | None, moved: Moved, back: ReadBack | None) -> None:
        self._target, self._moved, self._back = target, moved, back
        self._written = self._sent = self._told = 0
        self._under_way: Future[None] | None = None
        self._stopped = False
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="follow")

    def __enter__(self) -> "_Following":
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        try:
            if kind is None and self._target is not None:
                self._wait()
                os.fsync(self._target.fileno())
        finally:
            self._stopped = True
            self._pool.shutdown(wait=True)

    def written(self, length: int) -> None:
        self._written += length
        if self._written - self._sent >= _SYNC_EVERY and self._target is not None:
            self._wait()
            self._sent = self._written
            # Linux drops memory by folios, none larger than one write and each aligned to its size: no folio below
            # this place is written to again.
            end = self._written // _BUFFER * _BUFFER
            self._under_way = self._pool.submit(self._follow, self._target, end)
        if self._back is not None and self._back.size > self._told:
            self._tell()

    def _wait(self) -> None:
        while self._under_way is not None:
            done, _ = wait([self._under_way], _PATIENCE)
            self._tell()
            if done:
                self._under_way.result()
                self._under_way = None

    def _tell(self) -> None:
        told, self._told = self._told, self._back.size if self._back is not None else 0
        self._moved(self._told - told)

    def _follow(self, target: FileIO, end: int) -> None:
        getattr(os, "fdatasync", os.fsync)(target.fileno())
        if self._back is not None:
            forget(target, end)
            with FileIO(target.name, "r") as file:
                _read_back(file, self._back, end, lambda: self._stopped)


def _read_back(file: FileIO, back: ReadBack, end: int, stopped: Callable[[], bool]) -> None:
    """Go on reading a file back, up to `end` or until `stopped()`; stop short if it has become shorter."""
    file.seek(back.size)
    buffer = memoryview(bytearray(_BUFFER))
    while back.size < end and not stopped():
        read = file.readinto(buffer[: end - back.size])
        if not read:
            return
        back.sha256.update(buffer[:read])
        back.size += read
