"""What of a package goes by mail, under which names; read again part by part, and laid out for web mail."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from app.bag import MANIFEST, PAYLOAD, read_manifest, read_tags
from app.discover import FILM_EXTENSIONS, is_junk, natural_key
from app.draft import Draft
from app.drives import free_bytes
from app.errors import AppError, os_reason
from app.exporters.bag_store import Store, Unreadable, open_store
from app.exporters.forms import ALL_FORMS
from app.exporters.meter import Meter, Step
from app.exporters.package_notes import DRAFT, INCOMPLETE, STATUS
from app.files import cannot_write, write_whole
from app.long_paths import openable
from app.storage import foreign_draft

# A multiple of the 57 bytes that make one line of base64 (RFC 2045, 6.8), so that parts join to whole lines.
PART_BYTES = 57 * 16_384
# Of 255 bytes that a name may have on Linux, room is left for a number.
_MOST_BYTES = 200


class MailFile(NamedTuple):
    """A file to be sent: the name it is sent under, where it lies, its size in bytes.

    With `member` it is that member of the package at `path`, a ZIP. `sha256` is what the package's manifest says of
    it (empty: nothing).
    """

    name: str
    path: Path
    size: int
    member: str = ""
    sha256: str = ""

    @property
    def is_film(self) -> bool:
        """Say whether it is a film, not a document."""
        return PurePosixPath(self.name).suffix.lower() in FILM_EXTENSIONS


class MailPackage(NamedTuple):
    """A package as it is mailed: what is sent, the draft it was made from (None: it holds none), if it is complete."""

    files: tuple[MailFile, ...]
    draft: Draft | None
    complete: bool


def read_package(package: Path) -> MailPackage:
    """Return what of a package, a folder or a ZIP, is sent: films, forms and scans, under names that stand alone.

    The forms in one file for printing stay out. Raises AppError if there is no package, or it cannot be read.
    """
    with open_store(package) as store:
        sent = [
            path
            for path in store.sizes
            if path.startswith(PAYLOAD) and path != PAYLOAD + ALL_FORMS and not is_junk(PurePosixPath(path).name)
        ]
        digests = {entry.path: entry.digest for entry in read_manifest(_text(store, MANIFEST)).entries}
        files = []
        for path, name in zip(sent, _names([path.removeprefix(PAYLOAD) for path in sent]), strict=True):
            place = store.place(path)
            member = "" if place else path
            files.append(MailFile(name, place or package, store.sizes[path], member, digests.get(path, "")))
        draft = foreign_draft(_read(store, DRAFT), DRAFT) if DRAFT in store.sizes else None
        try:
            status = read_tags(_text(store, "bag-info.txt")).get(STATUS)
        except ValueError:
            status = None
    ordered = sorted(files, key=lambda file: natural_key(file.name))
    return MailPackage(tuple(ordered), draft, status != INCOMPLETE)


def _read(store: Store, name: str) -> bytes:
    """Return one of the package's own files, nothing if it is not there."""
    if name not in store.sizes:
        return b""
    try:
        with store.open(name) as file:
            return file.read()
    except Unreadable as error:
        raise _unreadable(name, str(error)) from error


def _text(store: Store, name: str) -> str:
    return _read(store, name).decode("utf-8", "replace")


def parts(file: MailFile) -> Iterator[bytes]:
    """Yield a file's bytes, PART_BYTES at a time; raise AppError if it cannot be read or is not what was packed."""
    done, digest = 0, hashlib.sha256()
    try:
        if file.member:
            with open_store(file.path) as store, store.open(file.member) as source:
                while part := source.read(PART_BYTES):
                    done += len(part)
                    digest.update(part)
                    yield part
        else:
            with openable(file.path).open("rb") as plain:
                while part := plain.read(PART_BYTES):
                    done += len(part)
                    digest.update(part)
                    yield part
    except Unreadable as error:
        raise _unreadable(file.name, str(error)) from error
    except OSError as error:
        raise _unreadable(file.name, os_reason(error)) from error
    if done != file.size or file.sha256 not in {"", digest.hexdigest()}:
        raise AppError(f"“{file.name}”在打包之后有改动。", "请重新打包，再准备邮件。")


def lay_out(
    loads: dict[str, tuple[MailFile, ...]],
    out: Path,
    progress: Callable[[Step], None] = lambda step: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[Path]:
    """Copy files into a folder below `out` for each load, by its name, to be chosen all at once in web mail.

    Returns the folders. Raises AppError if one cannot be read or written, and Cancelled soon after `cancelled()`.
    """
    total = sum(file.size for files in loads.values() for file in files)
    try:
        out.mkdir(parents=True, exist_ok=True)
        room = free_bytes(out)
    except OSError as error:
        raise cannot_write(out, error) from error
    if total > room:
        raise AppError("磁盘空间不足，附件放不下。", "请清理磁盘，或把报送包拷到空间大的磁盘再试。")
    meter = Meter(total, progress, cancelled)
    for name, files in loads.items():
        for file in files:
            write_whole(openable(out / name / file.name), metered(file, meter))
    return [out / name for name in loads]


def metered(file: MailFile, meter: Meter) -> Iterator[bytes]:
    """Yield a file's bytes as `parts` does, each told to the meter."""
    meter.begin("copy", file.name)
    for part in parts(file):
        yield part
        meter.moved(len(part))


def _unreadable(name: str, why: str) -> AppError:
    return AppError(f"读不了“{name}”：{why}。", "请检查报送包是否还在、是否完整，再重试。")


def _names(paths: list[str]) -> list[str]:
    """Return a name for each path, none twice, also where capitals do not count."""
    taken: set[str] = set()
    names = []
    for path in paths:
        name, number = _flat(path), 2
        stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix
        while name.casefold() in taken:
            name = f"{stem} ({number}){suffix}"
            number += 1
        taken.add(name.casefold())
        names.append(name)
    return names


def _flat(path: str) -> str:
    """Return a path as one name: its folders, but those that its own name begins with, and its own name."""
    *folders, own = PurePosixPath(path).parts
    head = "_".join(folder for folder in folders if not own.startswith(folder))
    while head and len(f"{head}_{own}".encode("utf-8", "replace")) > _MOST_BYTES:
        head = head[:-1]
    return f"{head}_{own}" if head else own
