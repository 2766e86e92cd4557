"""Find the films in what a person dropped: files as they are, folders with everything in them."""

import os
import re
import stat
from collections.abc import Callable, Iterable, Set
from pathlib import Path

import msgspec

from app.errors import Cancelled, os_reason
from app.long_paths import openable

# fmt: off
FILM_EXTENSIONS = frozenset({
    ".3g2", ".3gp", ".asf", ".avi", ".divx", ".dv", ".f4v", ".flv", ".m1v", ".m2p", ".m2ts", ".m2v",
    ".m4v", ".mkv", ".mov", ".mp4", ".mpe", ".mpeg", ".mpg", ".mts", ".mxf", ".ogm", ".ogv", ".qt",
    ".rm", ".rmvb", ".tod", ".ts", ".vob", ".webm", ".wmv",
})
# fmt: on
# What systems and programs leave behind; nobody means to submit these, so they are not even mentioned.
_JUNK_NAMES = frozenset(
    {"thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "$recycle.bin", "system volume information"}
)
_JUNK_STARTS = (".", "~$")


class Skipped(msgspec.Struct, frozen=True):
    """A path that is not looked into, and why, in the user's words."""

    path: Path
    reason: str


class Discovery(msgspec.Struct, frozen=True):
    """The files to look into, in order, and what was left out."""

    files: tuple[Path, ...] = ()
    skipped: tuple[Skipped, ...] = ()


def _never() -> bool:
    return False


def discover(
    paths: Iterable[Path],
    cancelled: Callable[[], bool] = _never,
    extensions: Set[str] = FILM_EXTENSIONS,
    otherwise: str = "不是视频文件。",
) -> Discovery:
    """Return the films among `paths`, or other files with certain `extensions`; `otherwise` is said of the rest.

    A path that is not a folder is kept whatever it is, even when nothing is there: looking into it says what is
    wrong. Folders are walked in the order a person counts (第2集 before 第10集), keeping what is named as a film. A
    file met twice, also through a link, is kept once. Raises Cancelled soon after `cancelled()` is true.
    """
    search = _Search(cancelled, extensions, otherwise)
    for path in paths:
        search.walk(path)
    return Discovery(tuple(search.files), tuple(search.skipped))


def natural_key(name: str) -> tuple[tuple[tuple[int, int | str], ...], str]:
    """Return the key that sorts names as a person does: numbers by value, letters without regard to case."""
    parts = re.split(r"(\d+)", name.casefold())
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in parts if part), name


class _Search:
    def __init__(self, cancelled: Callable[[], bool], extensions: Set[str], otherwise: str) -> None:
        self.files: list[Path] = []
        self.skipped: list[Skipped] = []
        self._cancelled = cancelled
        self._extensions, self._otherwise = extensions, otherwise
        self._kept: dict[object, Path] = {}
        self._walked: set[object] = set()

    def walk(self, top: Path) -> None:
        """Keep a file, or the films in a folder and in the folders in it (no recursion: they may be nested deeply)."""
        waiting = [top]
        while waiting:
            if self._cancelled():
                raise Cancelled
            path = waiting.pop()
            status = _status(path)
            identity = _identity(path, status)
            if status is None or not stat.S_ISDIR(status.st_mode):
                self._consider(path, identity, asked_for=path is top)
            elif identity not in self._walked:  # else a link back to where we were
                self._walked.add(identity)
                waiting.extend(reversed(self._entries(path)))

    def _consider(self, path: Path, identity: object, asked_for: bool) -> None:
        if not asked_for and path.suffix.lower() not in self._extensions:
            self.skipped.append(Skipped(path, self._otherwise))
        elif identity in self._kept:
            first = self._kept[identity]
            self.skipped.append(Skipped(path, f"与“{first.name}”是同一个文件，只检查一次。"))
        else:
            self._kept[identity] = path
            self.files.append(path)

    def _entries(self, folder: Path) -> list[Path]:
        try:
            names = [entry.name for entry in openable(folder).iterdir()]
        except PermissionError:
            self.skipped.append(Skipped(folder, "没有权限打开这个文件夹。"))
        except OSError as error:
            self.skipped.append(Skipped(folder, f"这个文件夹打不开（{os_reason(error)}）。"))
        else:
            return [folder / name for name in sorted(names, key=natural_key) if not is_junk(name)]
        return []


def is_junk(name: str) -> bool:
    """Say whether a file or folder of that name is something a system or a program left behind."""
    return name.startswith(_JUNK_STARTS) or name.lower() in _JUNK_NAMES


def _status(path: Path) -> os.stat_result | None:
    try:
        return openable(path).stat()
    except (OSError, ValueError):
        return None


def _identity(path: Path, status: os.stat_result | None) -> object:
    """Return what is equal for two names of the same file: its device and number, where the system has them."""
    if status is None or not status.st_ino:
        return str(path.absolute())
    return (status.st_dev, status.st_ino)
