"""What a drive can hold: how much room it has, and how large one file may be."""

import os
import re
import shutil
import sys
from pathlib import Path

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
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        place = Path(re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), fields[1]))
        if folder.is_relative_to(place) and len(place.parts) >= best:
            best, kind = len(place.parts), fields[2]
    return kind


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
