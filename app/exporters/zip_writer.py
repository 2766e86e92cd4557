"""A ZIP of stored files, written front to back and taken up again where it stopped.

The format is PKWARE's APPNOTE 6.3: names are UTF-8 (bit 11), sizes and offsets from 4 GiB on are ZIP64. Until
`finish` has written the directory at its end, no program takes the file for a ZIP.
"""

import os
import struct
from datetime import date
from io import FileIO
from typing import NamedTuple

_LIMIT_32 = 0xFFFFFFFF
_LIMIT_16 = 0xFFFF
_UTF8 = 0x800
_STORED = 0
# Versions needed to extract: 2.0, and 4.5 for ZIP64.
_PLAIN, _ZIP64 = 20, 45
# Made by: Unix, whose attributes say “a file, rw-r--r--”; by DOS, unzip would take the names for its code page.
_UNIX = 3 << 8
_ATTRIBUTES = 0o100644 << 16


class Member(NamedTuple):
    """One file of a ZIP: its name, its size in bytes, its CRC-32, and where its header stands."""

    name: str
    size: int
    crc32: int
    offset: int


class ZipWriter:
    """Writes into an open file; `day` is what its members are dated."""

    def __init__(self, file: FileIO, day: date) -> None:
        self._file = file
        self._date = (max(day.year, 1980) - 1980) << 9 | day.month << 5 | day.day
        self.members: list[Member] = []

    def keep(self, members: list[Member]) -> None:
        """Go on after these members, which the file begins with; what comes after them is dropped."""
        self.members = list(members)
        self._file.truncate(data_offset(members[-1]) + members[-1].size if members else 0)

    def begin(self, name: str, size: int) -> int:
        """Write the header of a member of known size, after which its bytes follow; return where it stands."""
        offset = self._file.seek(0, os.SEEK_END)
        _write(self._file, self._header(Member(name, size, 0, offset)))
        return offset

    def end(self, member: Member) -> None:
        """Complete the header of the member that was written, whose CRC is now known."""
        self._file.seek(member.offset)
        _write(self._file, self._header(member))
        self._file.seek(0, os.SEEK_END)
        self.members.append(member)

    def finish(self) -> None:
        """Write the directory; from now on it is a ZIP."""
        start = self._file.seek(0, os.SEEK_END)
        directory = b"".join(self._directory_entry(member) for member in self.members)
        count, size = len(self.members), len(directory)
        tail = b""
        if count >= _LIMIT_16 or size >= _LIMIT_32 or start >= _LIMIT_32:
            tail += struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, _ZIP64, _ZIP64, 0, 0, count, count, size, start)
            tail += struct.pack("<4sLQL", b"PK\x06\x07", 0, start + size, 1)
        counted = min(count, _LIMIT_16)
        ends = min(size, _LIMIT_32), min(start, _LIMIT_32)
        tail += struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, counted, counted, *ends, 0)
        _write(self._file, directory + tail)
        os.fsync(self._file.fileno())

    def _header(self, member: Member) -> bytes:
        name = member.name.encode("utf-8")
        large = member.size >= _LIMIT_32
        extra = struct.pack("<2H2Q", 1, 16, member.size, member.size) if large else b""
        size = _LIMIT_32 if large else member.size
        version = _ZIP64 if large else _PLAIN
        fields = version, _UTF8, _STORED, 0, self._date, member.crc32, size, size, len(name), len(extra)
        return struct.pack("<4s5H3L2H", b"PK\x03\x04", *fields) + name + extra

    def _directory_entry(self, member: Member) -> bytes:
        name = member.name.encode("utf-8")
        large, far = member.size >= _LIMIT_32, member.offset >= _LIMIT_32
        wide = [member.size, member.size] * large + [member.offset] * far
        extra = struct.pack(f"<2H{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
        size = _LIMIT_32 if large else member.size
        version = _ZIP64 if wide else _PLAIN
        fields = (
            _UNIX | version,
            version,
            _UTF8,
            _STORED,
            0,
            self._date,
            member.crc32,
            size,
            size,
            len(name),
            len(extra),
        )
        ends = 0, 0, 0, _ATTRIBUTES, _LIMIT_32 if far else member.offset
        return struct.pack("<4s6H3L2H3H2L", b"PK\x01\x02", *fields, *ends) + name + extra


def data_offset(member: Member) -> int:
    """Return where the bytes of a member begin."""
    return member.offset + 30 + len(member.name.encode("utf-8")) + (20 if member.size >= _LIMIT_32 else 0)


def _write(file: FileIO, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]
