"""One attempt at a package, in the folder it grows in: copy, read back, remember, tag files last."""

import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from io import BytesIO, FileIO
from pathlib import Path
from typing import NamedTuple

from app.bag import BAGIT_TXT, MANIFEST, TAG_MANIFEST, write_manifest
from app.errors import AppError, os_reason
from app.exporters.copying import ReadBack, Source
from app.exporters.journal import Done, Head, Journal
from app.exporters.meter import Meter, Step
from app.exporters.package_notes import DRAFT, NOTES, bag_info, notes_text, packed_draft
from app.exporters.package_plan import Item, Order, Plan, Stamp, preflight
from app.exporters.package_target import FolderTarget, Target, ZipTarget
from app.long_paths import openable

FOLDER_CONTENT = "未完成"
# Not called .zip: half a ZIP can end with a document, which is a ZIP too and would open.
ZIP_CONTENT = "未完成.part"


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


class Packing:
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
        folder, zipped = self._growing / FOLDER_CONTENT, self._growing / ZIP_CONTENT
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
            return target.reread(done, self._meter.moved, ReadBack()).sha256 == done.sha256
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
        digest, offset, back = target.copy(path, source, size, moved)
        done = Done(path, "", digest.size, 0, digest.sha256, offset, digest.crc32)
        if name:
            self._meter.begin("verify", name)
        if target.reread(done, moved, back).sha256 != digest.sha256:
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


def _unreadable(path: Path, error: OSError) -> AppError:
    return AppError(f"读不了“{path.name}”：{os_reason(error)}。", "请检查它所在的盘，再接着打包。")
