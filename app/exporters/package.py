"""The package: films, forms and scans of a draft as a BagIt 1.0 bag (RFC 8493), in a folder or a ZIP.

It grows in a folder of its own beside where it will be (`….正在打包`) and is moved into place when it is whole, with
`bagit.txt` written last. Every byte is read once, and what was written is read back from the disk and compared. What
stopped half-way goes on where it stopped.
"""

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from io import BytesIO, FileIO
from pathlib import Path
from typing import Literal, NamedTuple

from app.bag import BAGIT_TXT, MANIFEST, TAG_MANIFEST, write_manifest
from app.campaign import Campaign
from app.draft import Draft
from app.errors import AppError
from app.exporters import journal as journals
from app.exporters.copying import Source
from app.exporters.export import export_all
from app.exporters.journal import Done, Head, Journal
from app.exporters.meter import Meter, Step
from app.exporters.naming import safe_name
from app.exporters.package_notes import DRAFT, NOTES, bag_info, notes_text, packed_draft
from app.exporters.package_plan import Item, Plan, Stamp, make_plan, preflight
from app.exporters.package_target import FolderTarget, Target, ZipTarget, sync_folder
from app.exporters.scans import Scan
from app.files import cannot_write
from app.long_paths import openable
from app.media import MediaFacts
from app.validators import Films, Finding

GROWING = ".正在打包"
UNFINISHED = "【未完成】"
_CONTENT = "未完成"
# Of the package's name, what the call and the unit may take: paths inside must stay short enough for Windows.
_BASE_LENGTH = 48


class Order(NamedTuple):
    """What is to be packed, as it was checked: `checked` are the films' stamps from before `films` were read."""

    draft: Draft
    draft_path: Path
    campaign: Campaign
    films: Films
    findings: Sequence[Finding]
    checked: Mapping[str, Stamp]
    scans: Sequence[Scan] = ()

    @property
    def facts(self) -> dict[str, MediaFacts]:
        """The films that could be read, by work id."""
        return {identity: film for identity, film in self.films.items() if isinstance(film, MediaFacts)}


class Packed(NamedTuple):
    """What was made: where, what it lacks, its payload in files and bytes, and the digest of its manifest.

    `resumed` is how many bytes were already there from an attempt before.
    """

    path: Path
    missing: tuple[str, ...]
    unstamped: tuple[str, ...]
    files: int
    size: int
    manifest_sha256: str
    resumed: int = 0


def package(
    order: Order,
    out: Path,
    today: date,
    *,
    as_zip: bool = False,
    progress: Callable[[Step], None] = lambda step: None,
    cancelled: Callable[[], bool] = lambda: False,
    fonts: Literal["system", "open"] = "system",
) -> Packed:
    """Make the package of a draft below `out`, an incomplete one under a name that says so; nothing is overwritten.

    Raises AppError where it cannot be made (no room, a film that changed, a drive that is gone …) and Cancelled soon
    after `cancelled()` is true; what was finished by then is used by the next call with the same draft and `out`.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(out, error) from error
    with tempfile.TemporaryDirectory(prefix="weiying-") as forms:
        plan = _plan(order, Path(forms), progress, cancelled, fonts)
        base = _base_name(order)
        growing = out / f"{base}{GROWING}"
        try:
            growing.mkdir(exist_ok=True)
            with Journal(growing / journals.NAME) as journal:
                name = _name(base, plan, today, journal.head if as_zip else None)
                packed = _Packing(order, plan, growing, journal, as_zip, progress, cancelled).run(name, today)
                final = _move(growing, out, packed)
            shutil.rmtree(openable(growing))
            sync_folder(out)
        except OSError as error:
            raise _stopped(out, error) from error
    return packed._replace(path=final)


def _plan(
    order: Order,
    forms: Path,
    progress: Callable[[Step], None],
    cancelled: Callable[[], bool],
    fonts: Literal["system", "open"],
) -> Plan:

    def exported(done: int, total: int, name: str) -> None:
        progress(Step("forms", name, done, total))

    files = export_all(order.draft, order.campaign, order.facts, forms, exported, cancelled, fonts).files
    named = {path.relative_to(forms).as_posix(): path for path in files}
    return make_plan(
        order.draft, order.draft_path, order.campaign, order.facts, order.findings, order.scans, named, order.checked
    )


def _base_name(order: Order) -> str:
    call = order.campaign.short_title or order.campaign.title
    return safe_name(safe_name(f"{call}_{order.draft.unit.name or '未填单位'}").replace("%", "％")[:_BASE_LENGTH])


def _name(base: str, plan: Plan, today: date, before: Head | None) -> str:
    """Return the package's name; a ZIP that is taken up again keeps its day, since the name stands in it."""
    name = f"{UNFINISHED if plan.missing else ''}{base}_{today.isoformat()}"
    day = len(today.isoformat())
    return before.name if before and before.zip and before.name[:-day] == name[:-day] else name


class _Packing:
    """One attempt at a package, in the folder it grows in."""

    def __init__(
        self,
        order: Order,
        plan: Plan,
        growing: Path,
        journal: Journal,
        as_zip: bool,
        progress: Callable[[Step], None],
        cancelled: Callable[[], bool],
    ) -> None:
        self._order, self._plan, self._growing, self._journal, self._zip = order, plan, growing, journal, as_zip
        self._identity = _identity(growing)
        self._meter = Meter(2 * sum(item.stamp.size for item in plan.items), progress, cancelled)

    def run(self, name: str, today: date) -> Packed:
        """Write the package into the folder it grows in, whole; return what it is."""
        head = Head(name, self._zip)
        before = self._journal.head
        usable = self._journal.done if before and before.zip == self._zip and (before == head or not self._zip) else []
        folder, zipped = self._growing / _CONTENT, self._growing / f"{_CONTENT}.zip"
        content = zipped if self._zip else folder
        if before and before.zip != self._zip:
            shutil.rmtree(openable(folder), ignore_errors=True)
            openable(zipped).unlink(missing_ok=True)
        day = date.fromisoformat(name[-10:])
        target: Target = ZipTarget(content, name, day) if self._zip else FolderTarget(content)
        try:
            kept = self._kept(target, usable)
            target.keep(list(kept.values()))
            self._journal.start(head, kept.values())
            resumed = sum(done.size for done in kept.values())
            sizes = {item.path: item.stamp.size for item in self._plan.items}
            preflight(sizes, self._growing.parent, name, as_zip=self._zip, there=resumed)
            digests = {path: done.sha256 for path, done in kept.items()}
            for item in self._plan.items:
                if item.path not in kept:
                    digests[item.path] = self._add_item(target, item)
            manifest = self._add_tags(target, digests, day if self._zip else today)
            self._still_there()
            target.finish()
        finally:
            target.close()
        size = sum(item.stamp.size for item in self._plan.items)
        manifest_sha256 = hashlib.sha256(manifest).hexdigest()
        plan = self._plan
        return Packed(
            content.with_name(name), plan.missing, plan.unstamped, len(plan.items), size, manifest_sha256, resumed
        )

    def _kept(self, target: Target, usable: Sequence[Done]) -> dict[str, Done]:
        """Return what an attempt before has finished and is still so on the disk, by path."""
        items = {item.path: item for item in self._plan.items}
        kept: dict[str, Done] = {}
        for done in usable:
            item = items.get(done.path)
            wanted = item and Done(item.path, str(item.source), *item.stamp, done.sha256, done.offset, done.crc32)
            if done == wanted and self._is_on_disk(target, done):
                self._meter.skip(done.size)
                kept[done.path] = done
            elif target.in_order:
                break
        return kept

    def _is_on_disk(self, target: Target, done: Done) -> bool:
        self._meter.begin("verify", Path(done.path).name)
        try:
            return target.reread(done, self._meter.moved).sha256 == done.sha256
        except OSError:
            # Whatever keeps it from being read, it is copied again.
            return False

    def _add_item(self, target: Target, item: Item) -> str:
        """Copy a file, read it back, remember it; return its digest."""
        name = Path(item.path).name
        try:
            source = FileIO(openable(item.source), "r")
        except OSError as error:
            raise _unreadable(item.source, error) from error
        with source:
            reader = _Reading(source, item)
            done = self._add(target, item.path, reader, item.stamp.size, name)
            reader.require_unchanged(done.size)
        done = Done(done.path, str(item.source), *item.stamp, done.sha256, done.offset, done.crc32)
        self._journal.add(done)
        return done.sha256

    def _add_tags(self, target: Target, payload: Mapping[str, str], today: date) -> bytes:
        """Write the tag files, `bagit.txt` last of all; return the manifest."""
        order = self._order
        manifest = write_manifest(payload)
        tags = {
            NOTES: notes_text(order.draft, order.campaign, order.facts, self._plan, today),
            DRAFT: packed_draft(order.draft, self._plan),
            "bag-info.txt": bag_info(order.draft, order.campaign, self._plan, today),
            MANIFEST: manifest,
            "bagit.txt": BAGIT_TXT,
        }
        tag_manifest = write_manifest({path: hashlib.sha256(data).hexdigest() for path, data in tags.items()})
        last = tags.pop("bagit.txt")
        for path, data in [*tags.items(), (TAG_MANIFEST, tag_manifest), ("bagit.txt", last)]:
            self._add(target, path, BytesIO(data), len(data), "")
        return manifest

    def _add(self, target: Target, path: str, source: Source, size: int, name: str) -> Done:
        """Copy one file and read it back. Raises AppError if the disk gives back something else."""
        self._still_there()
        moved = self._meter.moved if name else _unmeasured
        if name:
            self._meter.begin("copy", name)
        digest, offset = target.copy(path, source, size, moved)
        done = Done(path, "", digest.size, 0, digest.sha256, offset, digest.crc32)
        if name:
            self._meter.begin("verify", name)
        if target.reread(done, moved).sha256 != digest.sha256:
            raise AppError(
                f"“{Path(path).name}”写好后读回来不一致，目标盘可能有故障。", "请换一个 U 盘或硬盘，重新打包。"
            )
        return done

    def _still_there(self) -> None:
        """Raise OSError if the drive was taken away: what is now in its place must not be written to."""
        if _identity(self._growing) != self._identity:
            raise OSError(errno.ENODEV, "No such device")


class _Reading:
    """A source file that must be, from the first byte to the last, what was planned."""

    def __init__(self, file: FileIO, item: Item) -> None:
        self._file, self._item = file, item
        self._read = 0
        self.require_unchanged(item.stamp.size)

    def readinto(self, buffer: bytearray, /) -> int:
        try:
            read = self._file.readinto(buffer) or 0
        except OSError as error:
            raise _unreadable(self._item.source, error) from error
        self._read += read
        # A file that is still being written could otherwise grow as fast as it is read.
        if self._read > self._item.stamp.size:
            self.require_unchanged(self._read)
        return read

    def require_unchanged(self, read: int) -> None:
        """Raise AppError if the file is no longer what was planned, or another number of bytes came from it."""
        status = os.fstat(self._file.fileno())
        if Stamp(status.st_size, status.st_mtime_ns) != self._item.stamp or read != self._item.stamp.size:
            raise AppError(f"“{self._item.source.name}”在打包时有改动。", "请等它保存完，重新检查后再打包。")


def _unmeasured(length: int) -> None:
    """Count nothing: tag files are small, and once they are begun nothing should stop them."""


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        status = openable(folder).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _move(growing: Path, out: Path, packed: Packed) -> Path:
    """Move a whole package to its place, under a name that is not taken; return where it is."""
    content = next(p for p in (growing / _CONTENT, growing / f"{_CONTENT}.zip") if openable(p).exists())
    suffix = ".zip" if content.suffix == ".zip" else ""
    name, number = packed.path.name, 2
    final = out / f"{name}{suffix}"
    while openable(final).exists():
        final = out / f"{name} ({number}){suffix}"
        number += 1
    openable(content).rename(openable(final))
    sync_folder(out)
    return final


def _unreadable(path: Path, error: OSError) -> AppError:
    return AppError(f"读不了“{path.name}”：{error.strerror or error}。", "请检查它所在的盘，再接着打包。")


def _stopped(out: Path, error: OSError) -> AppError:
    """Return why packing stopped at the place it is written to."""
    if error.errno in {errno.EIO, errno.ENODEV, errno.ENXIO, errno.ENOENT, errno.ESTALE, errno.EHOSTDOWN}:
        return AppError(f"“{out}”不见了或读写出错，可能是 U 盘被拔出。", "请插好后再打包一次，会接着上次的进度。")
    if error.errno == errno.EFBIG:
        return AppError(f"“{out}”放不下这么大的单个文件。", "请换一个 exFAT 或 NTFS 格式的 U 盘。")
    return cannot_write(Path(error.filename or out), error)
