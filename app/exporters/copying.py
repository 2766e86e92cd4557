"""Copying and hashing in one pass: one thread reads and writes while another hashes; memory stays flat."""

import contextlib
import hashlib
import os
import queue
import threading
import zlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from io import FileIO
from typing import NamedTuple, Protocol

# Measured with 2 GB: 4 MiB cost twice the processor time (they fall out of its cache), 256 KiB twice the switching.
_BUFFER = 1024 * 1024
_BUFFERS = 4
# How much may be written before the disk must have it: so progress is true, and cancelling takes a moment.
_SYNC_EVERY = 64 * 1024 * 1024

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


def pump(source: Source, target: FileIO | None, moved: Moved, *, size: int, crc: bool = False) -> Digest:
    """Read a source to its end and return its digest; what is read is written to `target` where there is one.

    `size` is how many bytes are expected: small files do with small buffers.

    On return the disk has what was written, as far as the system can tell. Raises OSError of either side, and
    whatever `moved` raises.
    """
    free: queue.SimpleQueue[bytearray] = queue.SimpleQueue()
    full: queue.SimpleQueue[tuple[bytearray, int] | None] = queue.SimpleQueue()
    for _ in range(_BUFFERS):
        free.put(bytearray(min(_BUFFER, size + 1)))
    sha256 = hashlib.sha256()
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
    total = 0
    try:
        with _Syncing(target) as syncing:
            while True:
                buffer = free.get()
                length = source.readinto(buffer) or 0
                if not length:
                    break
                full.put((buffer, length))
                if target is not None:
                    _write(target, memoryview(buffer)[:length])
                    syncing.written(length)
                total += length
                moved(length)
    finally:
        full.put(None)
        hasher.join()
    return Digest(sha256.hexdigest(), total, checksum)


def forget(file: FileIO) -> None:
    """Drop what the system keeps of a file in memory, so that the next read comes from the disk itself.

    Where the system has no such call (Windows, macOS) reading may be answered from memory.
    """
    if hasattr(os, "posix_fadvise"):
        # Not every file system takes the advice, and nothing depends on it.
        with contextlib.suppress(OSError):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _write(target: FileIO, part: memoryview) -> None:
    while part:
        part = part[target.write(part) :]


class _Syncing:
    """Sends what was written to the disk meanwhile, a stretch at a time, never more than one stretch behind."""

    def __init__(self, target: FileIO | None) -> None:
        self._target = target
        self._since = 0
        self._under_way: Future[None] | None = None
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="sync")

    def __enter__(self) -> "_Syncing":
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self._pool.shutdown(wait=True)
        if kind is None and self._target is not None:
            self._wait()
            os.fsync(self._target.fileno())

    def written(self, length: int) -> None:
        self._since += length
        if self._since >= _SYNC_EVERY and self._target is not None:
            self._since = 0
            self._wait()
            self._under_way = self._pool.submit(getattr(os, "fdatasync", os.fsync), self._target.fileno())

    def _wait(self) -> None:
        if self._under_way is not None:
            self._under_way.result()
            self._under_way = None
