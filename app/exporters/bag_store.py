"""Opens a package to be read, a folder or a ZIP, and nothing outside it: links are not followed, paths not resolved."""

import contextlib
import os
import stat
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol, cast

from app.bag import is_unsafe
from app.errors import AppError, os_reason
from app.long_paths import openable

BAGIT = "bagit.txt"
# Our own ZIPs are not compressed at all; of documents, deflate makes a tenth at best, of a bomb a thousandth.
_MOST_RATIO = 200
_FREE_OF_RATIO = 64 * 1024 * 1024
_MOST_MEMBERS = 100_000
_REPARSE_POINT = 0x400


class Unreadable(Exception):  # noqa: N818  (turned into a finding by whoever reads)
    """A file in a package cannot be read to its end; the text says why."""


class NoPackage(AppError):  # noqa: N818  (an answer, not a fault)
    """What was to be opened can be read, but is no package."""


class Unsafe(NamedTuple):
    """Something in a package that is not opened, and why."""

    name: str
    reason: str


class Readable(Protocol):
    """An open file of a package."""

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, none at the end."""

    def readinto(self, buffer: bytearray, /) -> int | None:
        """Read the next bytes into the buffer and return how many."""


class Store(Protocol):
    """An open package; `unsafe` is what in it is not to be trusted, and is not among its files."""

    unsafe: list[Unsafe]
    has_payload: bool

    @property
    def sizes(self) -> Mapping[str, int]:
        """The files' sizes in bytes by POSIX path below the package."""

    def place(self, name: str) -> Path | None:
        """Return where a file lies on the disk, or None if it is inside a ZIP."""

    def open(self, name: str) -> contextlib.AbstractContextManager[Readable]:
        """Open one of the files for reading; what goes wrong while it is read raises Unreadable."""


class _FolderStore:
    def __init__(self, root: Path) -> None:
        self._root = root
        self.sizes: dict[str, int] = {}
        self.unsafe: list[Unsafe] = []
        self.has_payload = _is_folder(root / "data")
        for folder, folders, names in os.walk(openable(root)):
            for name in sorted(folders + names):
                self._add(Path(folder) / name)

    def _add(self, path: Path) -> None:
        name = path.relative_to(openable(self._root)).as_posix()
        status = path.lstat()
        # On Windows a junction is no symbolic link, but a reparse point as well.
        if stat.S_ISLNK(status.st_mode) or getattr(status, "st_file_attributes", 0) & _REPARSE_POINT:
            self.unsafe.append(Unsafe(name, "是一个链接，指向别处，不予读取"))
        elif stat.S_ISREG(status.st_mode):
            self.sizes[name] = status.st_size
        elif not stat.S_ISDIR(status.st_mode):
            self.unsafe.append(Unsafe(name, "不是普通文件，不予读取"))

    def place(self, name: str) -> Path | None:
        return (self._root / name).absolute()

    @contextlib.contextmanager
    def open(self, name: str) -> Iterator[Readable]:
        try:
            with openable(self._root / name).open("rb") as file:
                yield file
        except OSError as error:
            raise Unreadable(os_reason(error)) from error


class _ZipStore:
    def __init__(self, archive: zipfile.ZipFile, size: int) -> None:
        self._archive = archive
        infos = archive.infolist()
        _refuse_bomb(archive.filename or "", infos, size)
        top = _top(infos)
        self._infos: dict[str, zipfile.ZipInfo] = {}
        self.unsafe: list[Unsafe] = []
        counts = Counter(info.filename for info in infos)
        for info in infos:
            name = info.filename
            mode = info.external_attr >> 16
            if is_unsafe(name) or "\x00" in info.orig_filename:
                self.unsafe.append(Unsafe(name.encode("unicode_escape").decode(), "指向包外的位置，不予读取"))
            elif stat.S_ISLNK(mode) or (stat.S_IFMT(mode) and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))):
                self.unsafe.append(Unsafe(name, "是一个链接或特殊文件，不予读取"))
            elif info.flag_bits & 1:
                self.unsafe.append(Unsafe(name, "加了密码，读不出来"))
            elif counts[name] > 1:
                self.unsafe.append(Unsafe(name, "在压缩包里有不止一份"))
            elif not info.is_dir():
                if name.startswith(top):
                    self._infos[name.removeprefix(top)] = info
                else:
                    self.unsafe.append(Unsafe(name, f"不在报送包的文件夹“{top.rstrip('/')}”里"))
        self.sizes = {name: info.file_size for name, info in self._infos.items()}
        self.has_payload = any(info.filename.startswith(f"{top}data/") for info in infos)

    def place(self, name: str) -> Path | None:
        return None

    @contextlib.contextmanager
    def open(self, name: str) -> Iterator[Readable]:
        try:
            with cast(zipfile.ZipExtFile, self._archive.open(self._infos[name])) as file:
                yield file
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise Unreadable("压缩包里的内容已损坏") from error
        except (NotImplementedError, RuntimeError) as error:
            raise Unreadable("压缩方式不支持") from error
        except OSError as error:
            raise Unreadable(os_reason(error)) from error


@contextlib.contextmanager
def open_store(path: Path) -> Iterator[Store]:
    """Open a package. Raises AppError if there is none, or it is a bomb."""
    if _is_folder(path):
        yield _FolderStore(_bag_folder(path))
        return
    try:
        size = openable(path).stat().st_size
        with openable(path).open("rb") as file:
            start = file.read(4)
    except FileNotFoundError as error:
        raise AppError(f"找不到“{path}”。", "请检查路径，或确认 U 盘已插好。") from error
    except OSError as error:
        raise AppError(f"读不了“{path}”：{os_reason(error)}。", "请检查路径，或确认 U 盘已插好。") from error
    if not start.startswith(b"PK"):
        raise NoPackage(f"“{path.name}”不是报送包。", "请选择报送包的文件夹，或 ZIP 文件。")
    try:
        archive = open_zip(openable(path))
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        raise AppError(f"压缩包“{path.name}”不完整或已损坏，打不开。", "请重新拷贝，或向报送单位再要一份。") from error
    with archive:
        store = _ZipStore(archive, size)
        if not store.has_payload and not any(map(_is_sign, store.sizes)):
            raise NoPackage(
                f"压缩包“{path.name}”里没有报送包。", "请向报送单位核实；里面是别的文件的话，请解压后查看。"
            )
        yield store


def open_zip(path: Path) -> zipfile.ZipFile:
    """Open a ZIP; names that are not marked as UTF-8 are tried as GBK, which old Chinese programs write.

    Raises OSError, BadZipFile, NotImplementedError or ValueError where it is damaged or none.
    """
    try:
        archive = zipfile.ZipFile(path, metadata_encoding="gbk")
    except UnicodeDecodeError:
        archive = zipfile.ZipFile(path)
    # A package that was cut short may end in a document that is a ZIP itself, and has that one's list.
    if min((info.header_offset for info in archive.infolist()), default=0):
        archive.close()
        raise zipfile.BadZipFile("the list of contents is that of a file inside")
    return archive


def _is_folder(path: Path) -> bool:
    return openable(path).is_dir()


def _bag_folder(path: Path) -> Path:
    """Return the folder of the bag: the given one, or the only one in it (a ZIP was unpacked into a folder)."""
    try:
        names = os.listdir(openable(path))  # noqa: PTH208  (the names, not paths)
    except OSError as error:
        raise AppError(f"打不开文件夹“{path}”：{os_reason(error)}。", "请检查文件夹的权限。") from error
    if "data" in names or any(map(_is_sign, names)):
        return path
    inside = [path / n for n in names if (openable(path) / n / BAGIT).is_file()]
    if len(inside) == 1:
        return inside[0]
    raise NoPackage(f"“{path}”里没有报送包，或者包还没有打完。", "请选择里面有“bagit.txt”的文件夹，或 ZIP 文件。")


def _is_sign(name: str) -> bool:
    return name == BAGIT or name.startswith("manifest-")


def _top(infos: list[zipfile.ZipInfo]) -> str:
    """Return the folder in a ZIP that the bag lies in, ending in `/`, or empty (RFC 8493, 4)."""
    names = {unicodedata.normalize("NFC", info.filename) for info in infos}
    if BAGIT in names:
        return ""
    tops = {info.filename.partition("/")[0] + "/" for info in infos if info.filename.count("/") == 1}
    with_bag = sorted(t for t in tops if t + BAGIT in names) or sorted(
        {info.filename.partition("/")[0] + "/" for info in infos if "/" in info.filename and info.filename[0] != "/"}
    )
    return with_bag[0] if with_bag else ""


def _refuse_bomb(name: str, infos: list[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if len(infos) > _MOST_MEMBERS or packed > size or unpacked > size * _MOST_RATIO + _FREE_OF_RATIO:
        raise AppError(
            f"压缩包“{Path(name).name}”的大小不正常（可能是“压缩炸弹”），已拒绝打开。", "请向报送单位核实它的来源。"
        )
