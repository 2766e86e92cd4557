"""Folders of the user's as the system shows them, and new ones beside a package."""

import shutil
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from app.errors import AppError
from app.long_paths import openable


def open_folder(path: Path) -> None:
    """Show a folder, or the one that a file lies in, in the system's file manager. Raises AppError if it is gone."""
    folder = path if openable(path).is_dir() else path.parent
    if not openable(folder).is_dir():
        raise AppError(f"找不到“{folder}”。", "可能已移走、改名，或 U 盘没有插好。")
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
        raise AppError("系统没有打开文件夹。", f"请自己打开：{folder}")


def new_folder_beside(package: Path, what: str) -> Path:
    """Return a folder beside a package, named after it and `what` it is for, that is not there yet; it is not made."""
    stem = package.stem if package.suffix.lower() == ".zip" else package.name
    folder, number = package.with_name(f"{stem}_{what}"), 2
    while openable(folder).exists():
        folder = package.with_name(f"{stem}_{what} ({number})")
        number += 1
    return folder


def filled(folder: Path, fill: Callable[[Path], list[Path]]) -> list[Path]:
    """Return the paths that `fill` makes in a new folder; if that fails or is cancelled, nothing half-done stays."""
    try:
        return fill(folder)
    except BaseException:
        shutil.rmtree(openable(folder), ignore_errors=True)
        raise
