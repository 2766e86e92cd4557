"""Writing a file so that it is whole or not there, and saying in the user's words why it could not be."""

import contextlib
import errno
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from app.errors import AppError, os_reason


def write_whole(path: Path, data: bytes | Iterable[bytes], *, private: bool = False) -> None:
    """Write a file atomically: to a temporary name beside it, synced, then renamed over it.

    Data in parts are written as they come, and what their source raises is passed on. Folders on the way are made.
    `private` makes the file readable by its owner only (where the system knows owners). Raises AppError naming the
    file if it cannot be written; what was there before then stays.
    """
    temporary = path.with_name(f".{os.urandom(6).hex()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if private else 0o777)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        descriptor = os.open(temporary, flags, 0o600 if private else 0o666)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.writelines([data] if isinstance(data, bytes) else data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        _sync_folder(path.parent)
    except OSError as error:
        raise cannot_write(path, error) from error


def move_aside(path: Path, why: str) -> Path:
    """Move a file that cannot be used to a name of its own beside where it was, and return that; `why` is a word.

    Raises AppError if it cannot be moved.
    """
    now = datetime.now().astimezone()
    aside = path.with_name(f"{path.name}.{why}-{now:%Y%m%d-%H%M%S}-{os.urandom(2).hex()}")
    try:
        path.replace(aside)
    except OSError as error:
        raise cannot_write(path, error) from error
    return aside


def cannot_write(path: Path, error: OSError) -> AppError:
    """Return why a file cannot be written, with what to do about it."""
    name = path.name
    # Windows says sharing violation (32) or access denied (5) of a file that Word or WPS holds open.
    if getattr(error, "winerror", None) in {5, 32, 33} and path.exists():
        return AppError(f"“{name}”正被其他程序（如 Word 或 WPS）打开，写不进去。", "请先关闭它，再重试。")
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return AppError(f"磁盘空间不足，“{name}”没有写成。", "请清理磁盘或换一个位置，再重试。")
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return AppError(f"没有写入“{path.parent}”的权限，“{name}”没有写成。", "请换一个位置（如桌面），再重试。")
    if error.errno == errno.ENAMETOOLONG:
        return AppError(f"路径太长，“{name}”没有写成。", "请换一个层级少、名字短的文件夹，再重试。")
    if error.errno in {errno.ENOTDIR, errno.EEXIST, errno.EISDIR}:
        return AppError(f"“{path}”的位置上已有同名的文件或文件夹，没有写成。", "请换一个位置，再重试。")
    return AppError(f"“{name}”没有写成：{os_reason(error)}。", "请检查磁盘，或换一个位置，再重试。")


def _sync_folder(folder: Path) -> None:
    """Make the new name itself last through a power cut; Windows has no such call."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
