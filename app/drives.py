"""What a drive can hold: how much room it has, and how large one file may be; and which drives can be carried away."""

import contextlib
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

# FAT keeps a file's size in 32 bits (Microsoft, "FAT32 File System Specification", 6.1).
FAT_LIMIT = 2**32 - 1
_FAT = frozenset({"vfat", "msdos", "fat", "fat12", "fat16", "fat32", "msdosfs"})


def free_bytes(folder: Path) -> int:
    """Return how many bytes may still be written below a folder that is there. Raises OSError."""
    return shutil.disk_usage(folder).free


def largest_file(folder: Path) -> int | None:
    """Return how many bytes one file may have on the drive of a folder, or None where there is no such limit."""
    return FAT_LIMIT if file_system(folder).casefold() in _FAT else None


def file_system(folder: Path) -> str:
    """Return the name of the file system that a folder lies on (`vfat`, `FAT32`, `ntfs3` …), empty if unknown."""
    if sys.platform == "win32":
        return _windows_file_system(folder)
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""
    return file_system_in(mounts, folder.resolve())


def file_system_in(mounts: str, folder: Path) -> str:
    """Return the file system of an absolute path by a table of mounts as in proc(5): of the innermost, the last."""
    best, kind = -1, ""
    for mount in _mounts_in(mounts):
        if folder.is_relative_to(mount.place) and len(mount.place.parts) >= best:
            best, kind = len(mount.place.parts), mount.kind
    return kind


def removable_drives() -> list[Path]:
    """Return where the USB sticks, USB disks and memory cards that can be written to are found, as the system says."""
    if sys.platform == "win32":
        return _windows_removable()
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return []
    return [place for place in removable_in(mounts, Path("/sys/class/block")) if os.access(place, os.W_OK)]


def removable_in(mounts: str, blocks: Path) -> list[Path]:
    """Return which mounts of a table as in proc(5) are of removable drives; `blocks` is sysfs's folder of devices.

    A USB disk is none to its own word (`removable` is 0), but hangs on a USB bus. A disc can only be read.
    """
    found = []
    for mount in _mounts_in(mounts):
        block = (blocks / Path(mount.device).name).resolve()
        if not mount.device.startswith("/dev/") or "rw" not in mount.options or not block.exists():
            continue
        flags = [folder / "removable" for folder in (block, block.parent)]
        by_word = any(flag.is_file() and flag.read_text(encoding="ascii").strip() == "1" for flag in flags)
        if by_word or any(re.fullmatch(r"usb\d+", part) for part in block.parts):
            found.append(mount.place)
    return list(dict.fromkeys(found))


def is_removable(folder: Path) -> bool:
    """Say whether a folder lies on a removable drive."""
    return any(folder.absolute().is_relative_to(drive) for drive in removable_drives())


class _Mount(NamedTuple):
    device: str
    place: Path
    kind: str
    options: tuple[str, ...]


def _mounts_in(table: str) -> Iterator[_Mount]:
    for line in table.splitlines():
        fields = line.split(" ")
        if len(fields) >= 4:
            place = re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), fields[1])
            yield _Mount(fields[0], Path(place), fields[2], tuple(fields[3].split(",")))


def _windows_file_system(folder: Path) -> str:
    """Ask Windows (GetVolumePathNameW, GetVolumeInformationW)."""
    if sys.platform != "win32":
        return ""
    import ctypes

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    volume, name = ctypes.create_unicode_buffer(1024), ctypes.create_unicode_buffer(64)
    if not kernel.GetVolumePathNameW(os.fspath(folder.absolute()), volume, len(volume)):
        return ""
    if not kernel.GetVolumeInformationW(volume, None, 0, None, None, None, name, len(name)):
        return ""
    return name.value


def _windows_removable() -> list[Path]:
    """Ask Windows (GetLogicalDrives, GetDriveTypeW); a card reader without a card has no room to tell of."""
    if sys.platform != "win32":
        return []
    import ctypes

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    letters = kernel.GetLogicalDrives()
    roots = [f"{chr(ord('A') + number)}:\\" for number in range(26) if letters >> number & 1]
    removable = 2  # DRIVE_REMOVABLE
    found = []
    for root in roots:
        if kernel.GetDriveTypeW(root) == removable:
            with contextlib.suppress(OSError):
                free_bytes(Path(root))
                found.append(Path(root))
    return found
