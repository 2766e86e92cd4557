"""What a person dropped, and where each thing belongs: films, scans, packages, drafts, a summary list.

Told from names alone; only folders are looked into, and of a ZIP the list of what is in it. Whatever belongs nowhere
is said with the reason.
"""

import os
import stat
import zipfile
from collections.abc import Callable, Collection, Iterable
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from app.bag import ALGORITHMS
from app.discover import FILM_EXTENSIONS, Skipped, is_junk, natural_key
from app.errors import Cancelled, os_reason
from app.exporters import scans
from app.exporters.bag_store import BAGIT, open_zip
from app.exporters.journal import NAME as JOURNAL
from app.long_paths import openable
from app.storage import SUFFIX


class Kind(StrEnum):
    """What something dropped is taken for."""

    FILM = "视频"
    SCAN = "扫描件"
    PACKAGE = "报送包"
    DRAFT = "草稿"
    LIST = "汇总表"


_LISTS = frozenset({".xlsx", ".xls", ".et", ".ods", ".csv"})
_SIGNS = frozenset({BAGIT, JOURNAL, *(f"manifest-{name}.txt" for name in ALGORITHMS)})
_KINDS = {
    **dict.fromkeys(FILM_EXTENSIONS, Kind.FILM),
    **dict.fromkeys(scans.EXTENSIONS, Kind.SCAN),
    **dict.fromkeys(_LISTS, Kind.LIST),
    ".zip": Kind.PACKAGE,
    SUFFIX: Kind.DRAFT,
}
_ARCHIVES = frozenset({".zip", ".rar", ".7z", ".tar", ".gz"})
_REASONS = {
    **dict.fromkeys((".doc", ".docx", ".wps", ".odt"), "文字文档不能当作视频或扫描件；盖章的表格请扫描成 PDF 或图片。"),
    **dict.fromkeys(_ARCHIVES, "请先解压，再把里面的文件拖进来。"),
}
_UNKNOWN = "不认识的文件类型；如果是视频，请用“添加文件…”添加。"


class Dropped(NamedTuple):
    """What was dropped, by where it belongs, each in the order a person counts; and what belongs nowhere, and why."""

    films: tuple[Path, ...] = ()
    scans: tuple[Path, ...] = ()
    packages: tuple[Path, ...] = ()
    drafts: tuple[Path, ...] = ()
    lists: tuple[Path, ...] = ()
    left_out: tuple[Skipped, ...] = ()


def sort_dropped(paths: Iterable[Path], cancelled: Callable[[], bool] = lambda: False) -> Dropped:
    """Return where each of the files and folders belongs.

    At most one list is kept, and drafts only if nothing but drafts and packages was dropped. Raises Cancelled soon
    after `cancelled()` is true.
    """
    sorting = _Sorting(cancelled)
    for path in paths:
        sorting.walk(path)
    kept = sorting.kept
    if len(kept[Kind.LIST]) > 1:
        sorting.leave_out(Kind.LIST, "一次只能导入一份汇总表，请一份一份地拖。")
    if kept[Kind.FILM] or kept[Kind.SCAN] or kept[Kind.LIST]:
        sorting.leave_out(Kind.DRAFT, "草稿请单独拖进来，就会打开它。")
    films, scanned, packages, drafts, lists = (tuple(kept[kind]) for kind in Kind)
    return Dropped(films, scanned, packages, drafts, lists, tuple(sorting.left_out))


def packages_in(paths: Iterable[Path], cancelled: Callable[[], bool] = lambda: False) -> list[Path]:
    """Return what is to be verified: files and packages themselves, of other folders the packages and archives in them.

    A folder without any stays: verifying it says that there is none. Raises Cancelled as `sort_dropped` does.
    """
    found: list[Path] = []
    for path in paths:
        inside: list[Path] = []
        if openable(path).is_dir():
            dropped = sort_dropped([path], cancelled)
            archives = (skipped.path for skipped in dropped.left_out if skipped.path.suffix.lower() in _ARCHIVES)
            inside = [*dropped.packages, *archives]
        found += inside or [path]
    return list(dict.fromkeys(found))


def guess(paths: Iterable[Path]) -> set[Kind | None]:
    """Return what these will be taken for as far as their names tell; None stands for what has to be looked into."""
    return {_KINDS.get(path.suffix.lower()) for path in paths}


class _Sorting:
    def __init__(self, cancelled: Callable[[], bool]) -> None:
        self.kept: dict[Kind, list[Path]] = {kind: [] for kind in Kind}
        self.left_out: list[Skipped] = []
        self._cancelled = cancelled
        self._walked: set[object] = set()

    def leave_out(self, kind: Kind, reason: str) -> None:
        """Give up what was kept of a kind."""
        self.left_out += [Skipped(path, reason) for path in self.kept[kind]]
        self.kept[kind] = []

    def walk(self, top: Path) -> None:
        """Sort a file, or what is in a folder and in the folders in it (no recursion: they may be nested deeply)."""
        waiting = [top]
        while waiting:
            if self._cancelled():
                raise Cancelled
            path = waiting.pop()
            try:
                status = openable(path).stat()
            except (OSError, ValueError):
                self._consider(path, direct=path is top)
                continue
            if not stat.S_ISDIR(status.st_mode):
                self._consider(path, direct=path is top)
            elif (identity := (status.st_dev, status.st_ino) if status.st_ino else str(path)) not in self._walked:
                self._walked.add(identity)  # a link may lead back to where we were
                waiting.extend(reversed(self._open(path)))

    def _open(self, folder: Path) -> list[Path]:
        """Keep a folder if it is a package; else return what is in it, but the pictures that lie beside films."""
        try:
            with os.scandir(openable(folder)) as entries:
                folders = {entry.name: entry.is_dir() for entry in entries}
        except OSError as error:
            self.left_out.append(Skipped(folder, f"这个文件夹打不开（{os_reason(error)}）。"))
            return []
        if not _SIGNS.isdisjoint(folders):
            self.kept[Kind.PACKAGE].append(folder)
            return []
        paths = [folder / name for name in sorted(folders, key=natural_key) if not is_junk(name)]
        kinds = {path: None if folders[path.name] else _KINDS.get(path.suffix.lower()) for path in paths}
        if Kind.FILM not in kinds.values():
            return paths
        reason = "与视频放在一起，没有当作扫描件；如果是盖章扫描件，请单独拖进来。"
        self.left_out += [Skipped(path, reason) for path in paths if kinds[path] is Kind.SCAN]
        return [path for path in paths if kinds[path] is not Kind.SCAN]

    def _consider(self, path: Path, *, direct: bool) -> None:
        """Keep a file, or leave it out; `direct`: it was dropped itself, not a folder that holds it."""
        suffix = path.suffix.lower()
        kind = _KINDS.get(suffix)
        if kind is Kind.PACKAGE and (reason := _why_no_package(path)):
            self.left_out.append(Skipped(path, reason))
        elif kind is Kind.LIST and not direct:
            self.left_out.append(Skipped(path, "表格没有导入；如果是填好的汇总表，请单独拖进来。"))
        elif kind is not None:
            self.kept[kind].append(path)
        elif not direct:
            self.left_out.append(Skipped(path, _REASONS.get(suffix, "不是视频或扫描件。")))
        elif os.path.lexists(openable(path)):
            self.left_out.append(Skipped(path, _REASONS.get(suffix, _UNKNOWN)))
        else:
            self.left_out.append(Skipped(path, "找不到它，可能已被移走，或 U 盘已拔出。"))


def _why_no_package(path: Path) -> str:
    """Return why a ZIP is no package, nothing if it is one; of one that cannot be opened verifying says more."""
    try:
        with open_zip(openable(path)) as archive:
            names = archive.namelist()
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError):
        return ""
    return "" if _holds_bag(names) else "压缩包里没有报送包；里面是视频或扫描件的话，请先解压，再拖进来。"


def _holds_bag(names: Collection[str]) -> bool:
    return any(p.name in _SIGNS and len(p.parts) <= 2 for p in map(PurePosixPath, names))
