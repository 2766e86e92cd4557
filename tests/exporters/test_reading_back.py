"""What is read back while the copy goes on comes from the disk: on a real drive that is damaged underneath."""

import mmap
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from app.errors import Cancelled
from app.exporters import copying
from app.exporters.copying import ReadBack, pump
from app.exporters.journal import Done
from app.exporters.package_target import FolderTarget
from tests.submissions import big_file

_STRETCH = 8 * 1024**2
_SIZE = 2 * _STRETCH + 1_000_001
_MARK = b"-- these bytes will be damaged on the drive --"


@pytest.fixture
def after_sync(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Return what makes the stretches short, and lets something happen when the first has reached the disk."""
    monkeypatch.setattr(copying, "_SYNC_EVERY", _STRETCH)

    def once(act: Callable[[], object]) -> None:
        left, real = [act], os.fdatasync

        def fdatasync(descriptor: int) -> None:
            real(descriptor)
            if left:
                left.pop()()

        monkeypatch.setattr(os, "fdatasync", fdatasync)

    return once


def copied_and_read(drive: Path, data: bytes, moved: Callable[[int], None] = lambda length: None) -> tuple[str, str]:
    """Copy onto a drive and read it back; return both digests."""
    (drive.parent / "source").write_bytes(data)
    target = FolderTarget(drive / "bag")
    with (drive.parent / "source").open("rb", buffering=0) as source:
        digest, _, back = target.copy("data/film.mp4", source, len(data), moved)
    done = Done("data/film.mp4", "", digest.size, 0, digest.sha256)
    return digest.sha256, target.reread(done, moved, back).sha256


def damage(image: Path) -> None:
    with image.open("r+b") as file, mmap.mmap(file.fileno(), 0) as drive:
        place = drive.find(_MARK)
        assert place >= 0, "not on the drive yet"
        drive[place : place + len(_MARK)] = bytes(len(_MARK))


@pytest.mark.parametrize("place", [0, 3_000_000, _STRETCH - len(_MARK)])
def test_what_the_drive_has_lost_since_it_was_synced_is_noticed(
    image: Path, after_sync: Callable[[Callable[[], object]], None], place: int
) -> None:
    data = bytearray(big_file(_SIZE))
    data[place : place + len(_MARK)] = _MARK
    after_sync(lambda: damage(image))
    written, read = copied_and_read(image.parent / "drive", bytes(data))
    assert written != read


def test_what_the_drive_has_kept_is_read_once_and_counted_once(
    image: Path, after_sync: Callable[[Callable[[], object]], None]
) -> None:
    moved: list[int] = []
    after_sync(lambda: None)
    written, read = copied_and_read(image.parent / "drive", big_file(_SIZE), moved.append)
    assert written == read
    assert sum(moved) == 2 * _SIZE
    assert min(moved) >= 0


def test_a_drive_that_fails_while_it_is_read_back_ends_the_copy(
    image: Path, after_sync: Callable[[Callable[[], object]], None]
) -> None:
    after_sync(lambda: os.truncate(image, 1024**2))
    with pytest.raises(OSError, match="Input/output error"):
        copied_and_read(image.parent / "drive", big_file(_SIZE))


def test_a_cancel_comes_through_while_the_drive_takes_its_time(
    tmp_path: Path, after_sync: Callable[[Callable[[], object]], None]
) -> None:
    cancelled = threading.Event()
    after_sync(cancelled.wait)

    def moved(length: int) -> None:
        # The second stretch is written by then, and cannot be sent before the first.
        if not length and (tmp_path / "copy").stat().st_size >= 2 * _STRETCH:
            cancelled.set()
            raise Cancelled

    (tmp_path / "source").write_bytes(big_file(_SIZE))
    with (
        (tmp_path / "source").open("rb", buffering=0) as source,
        (tmp_path / "copy").open("w+b", buffering=0) as target,
        pytest.raises(Cancelled),
    ):
        pump(source, target, moved, size=_SIZE, back=ReadBack())
