"""Looks whether files can be written before any is, and says all that stands in the way, each with what to do."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from app.errors import AppError
from app.files import cannot_write
from app.long_paths import openable

# A form with its fonts is about 60 KB as PDF; a page of a few hundred works more.
_BYTES_A_FILE = 300_000
# What Explorer, Word and WPS open on Windows (MAX_PATH, less the closing zero).
_LONGEST_WINDOWS_PATH = 259


def obstacles(out: Path, names: Iterable[str], windows: bool = os.name == "nt") -> list[AppError]:
    """Return what would keep the files of these names (relative, with `/`) from being written below `out`."""
    paths = [out / name for name in names]
    found = []
    there = next((p for p in (out, *out.parents) if p.exists()), None)
    if there is None:
        return [AppError(f"找不到“{out}”所在的磁盘。", "请确认 U 盘或网络盘已连接，或换一个位置。")]
    if not there.is_dir():
        return [AppError(f"“{there}”是一个文件，不是文件夹。", "请换一个位置。")]
    if not os.access(there, os.W_OK):
        found.append(AppError(f"没有写入“{there}”的权限。", "请换一个位置（如桌面）。"))
    free, needed = shutil.disk_usage(there).free, len(paths) * _BYTES_A_FILE
    if free < needed:
        found.append(
            AppError(
                f"磁盘空间不足：需要约 {needed // 1_000_000 + 1} MB，只剩 {free // 1_000_000} MB。",
                "请清理磁盘或换一个位置。",
            )
        )
    longest = max(paths, key=lambda p: len(str(p)), default=out)
    if windows and len(str(longest)) > _LONGEST_WINDOWS_PATH:
        message = f"路径太长（{len(str(longest))} 字）：“{longest.name}”。"
        found.append(AppError(message, "请换一个层级少、名字短的文件夹。"))
    return found + [error for path in paths if (error := _locked(path))]


def _locked(path: Path) -> AppError | None:
    """Return why a file that is there cannot be replaced (it may be open in Word or WPS), or None."""
    # LibreOffice and WPS on Linux lock nothing, but leave a note beside the file.
    notes = (f".~lock.{path.name}#", f"~${path.name[2:]}", f"~${path.name}")
    try:
        if not openable(path).exists():
            return None
        if any(path.with_name(note).exists() for note in notes):
            return AppError(f"“{path.name}”正被其他程序（如 Word 或 WPS）打开。", "请先关闭它，再导出。")
        with openable(path).open("r+b"):
            return None
    except OSError as error:
        return cannot_write(path, error)
