"""Where a package is written: a folder, or one ZIP. Both take files one by one and can be read back."""

import os
import zipfile
from datetime import date
from io import FileIO
from pathlib import Path, PurePosixPath
from typing import NamedTuple, Protocol

from app.errors import AppError
from app.exporters.copying import Digest, Moved, ReadBack, Source, forget, pump
from app.exporters.journal import Done
from app.exporters.zip_writer import Member, ZipWriter, data_offset
from app.long_paths import openable


class Copied(NamedTuple):
    """A file that was written: its digest, where it stands (0 in a folder), and what of it was read back already."""

    digest: Digest
    offset: int
    back: ReadBack


class Target(Protocol):
    """What a package is written into; `path` is a file's POSIX path in the bag. Every method may raise OSError.

    `in_order` says that files can only be kept together with all that were written before them.
    """

    in_order: bool

    def copy(self, path: str, source: Source, size: int, moved: Moved) -> Copied:
        """Write a file of that many bytes; `moved` counts what is read back meanwhile, too."""

    def reread(self, done: Done, moved: Moved, back: ReadBack) -> Digest:
        """Return the digest of a file as it is on the disk now, reading it from where `back` ends.

        Raises FileNotFoundError if it is not there.
        """

    def keep(self, done: list[Done]) -> None:
        """Drop everything but these files."""

    def finish(self) -> None:
        """Make it whole: nothing is written afterwards."""

    def close(self) -> None:
        """Let go of it, whole or not."""


class FolderTarget:
    """A bag as a folder."""

    # A file that is missing or wrong does not make those after it useless.
    in_order = False

    def __init__(self, root: Path) -> None:
        self._root = root
        openable(root).mkdir(exist_ok=True)

    def copy(self, path: str, source: Source, size: int, moved: Moved) -> Copied:
        """See Target."""
        place = openable(self._root)
        # One by one: the root itself is not made again where its drive has been taken away.
        for folder in PurePosixPath(path).parts[:-1]:
            place /= folder
            place.mkdir(exist_ok=True)
        place /= PurePosixPath(path).name
        back = ReadBack()
        with FileIO(place, "w+") as file:
            digest = pump(source, file, moved, size=size, back=back)
            forget(file)
        return Copied(digest, 0, back)

    def reread(self, done: Done, moved: Moved, back: ReadBack) -> Digest:
        """See Target."""
        with FileIO(openable(self._root / done.path), "r") as file:
            forget(file)
            file.seek(back.size)
            return pump(file, None, moved, size=done.size - back.size, back=back)

    def keep(self, done: list[Done]) -> None:
        """See Target."""
        kept = {entry.path for entry in done}
        for folder, folders, names in os.walk(openable(self._root), topdown=False):
            place = Path(folder)
            for name in names:
                if (place / name).relative_to(openable(self._root)).as_posix() not in kept:
                    (place / name).unlink()
            for name in folders:
                if not any((place / name).iterdir()):
                    (place / name).rmdir()

    def finish(self) -> None:
        """See Target."""
        for folder, _, _ in os.walk(openable(self._root)):
            sync_folder(Path(folder))

    def close(self) -> None:
        """See Target."""


class ZipTarget:
    """A bag as a ZIP: `top` is the folder that everything in it lies below."""

    in_order = True

    def __init__(self, path: Path, top: str, day: date) -> None:
        self._path, self._top = path, top
        self._file = FileIO(openable(path), "r+" if path.exists() else "w+")
        self._zip = ZipWriter(self._file, day)

    def copy(self, path: str, source: Source, size: int, moved: Moved) -> Copied:
        """See Target."""
        name = f"{self._top}/{path}"
        offset = self._zip.begin(name, size)
        digest = pump(source, self._file, moved, size=size, crc=True)
        self._zip.end(Member(name, digest.size, digest.crc32, offset))
        os.fsync(self._file.fileno())
        # Nothing was read back before its header was complete: writing that writes the first of its bytes once more.
        return Copied(digest, offset, ReadBack())

    def reread(self, done: Done, moved: Moved, back: ReadBack) -> Digest:
        """See Target."""
        member = self._member(done)
        forget(self._file)
        self._file.seek(data_offset(member))
        return pump(_Stretch(self._file, member.size), None, moved, size=done.size, back=back)

    def keep(self, done: list[Done]) -> None:
        """See Target."""
        self._zip.keep([self._member(entry) for entry in done])

    def finish(self) -> None:
        """See Target; what was written must also open as any program would open it."""
        self._zip.finish()
        with zipfile.ZipFile(openable(self._path)) as whole:
            infos = whole.infolist()
            for info in infos:
                whole.open(info).close()
        if [(i.filename, i.file_size) for i in infos] != [(m.name, m.size) for m in self._zip.members]:
            raise AppError("写好的压缩包读回来不一致。", "请换一个位置（如另一个 U 盘），重新打包。")

    def close(self) -> None:
        """See Target."""
        self._file.close()

    def _member(self, done: Done) -> Member:
        return Member(f"{self._top}/{done.path}", done.size, done.crc32, done.offset)


class _Stretch:
    """The next `length` bytes of a file, as a source."""

    def __init__(self, file: FileIO, length: int) -> None:
        self._file, self._left = file, length

    def readinto(self, buffer: bytearray, /) -> int:
        wanted = min(len(buffer), self._left)
        if not wanted:
            return 0
        with memoryview(buffer)[:wanted] as part:
            read = self._file.readinto(part) or 0
        self._left -= read
        return read


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last through a power cut; Windows has no such call."""
    if os.name != "nt":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
