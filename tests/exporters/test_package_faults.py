"""Packing while the world ends: killed, the disk full, taken away, read-only, its files too large. All of it real."""

import os
import pickle
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app import drives
from app.errors import AppError, Cancelled
from app.exporters.meter import Step
from app.exporters.package import GROWING, package
from app.exporters.package_plan import preflight
from app.exporters.verify import verify
from tests.faults.pack_kills import ROOT, kill_at, packer, prepare
from tests.submissions import TODAY, big_file, order, packed, submission, with_film

KILLS = 10


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_killed_at_any_moment_nothing_is_lost_and_nothing_half_looks_whole(tmp_path: Path, kind: str) -> None:
    order_file, whole, steps = prepare(tmp_path)
    dice = random.Random(7)
    # One in each stretch of the way, so that every phase is met.
    moments = [dice.randrange(steps * n // KILLS, steps * (n + 1) // KILLS) for n in range(KILLS)][::2]
    outcomes = [kill_at(order_file, whole, tmp_path / f"出{at}", kind, at) for at in moments]
    assert [outcome.wrong for outcome in outcomes] == [()] * len(moments)
    assert {outcome.phase for outcome in outcomes} >= {"copy", "verify"}
    assert any(outcome.resumed for outcome in outcomes)


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[Path]:
    """Return the place of a small drive of its own, 48 MiB."""
    place = tmp_path / "U 盘"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(place)], check=True)
    yield place
    while place.is_mount():
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def draft_path(tmp_path: Path) -> Path:
    """Return a submission of two films of some 12 MB."""
    path = submission(tmp_path / "稿", works=2)
    for number in (1, 2):
        with_film(path, number, big_file(12_000_000 + number))
    return path


def once_at(name: str, act: Callable[[], object]) -> Callable[[Step], None]:
    """Return a progress that acts once, when that film is being copied."""
    left = [act]

    def progress(step: Step) -> None:
        if left and step.phase == "copy" and step.name.startswith(name):
            left.pop()()

    return progress


def test_a_drive_that_is_too_small_is_told_before_anything_is_copied(draft_path: Path, stick: Path) -> None:
    (stick / "别的.bin").write_bytes(bytes(30_000_000))
    with pytest.raises(AppError, match=r"空间不足：打包还要 .* MB，只剩 .* MB"):
        packed(draft_path, stick / "出")
    assert not [p for p in stick.rglob("*") if p.suffix == ".mp4"]


def test_a_drive_that_fills_up_is_told_and_packing_goes_on_when_there_is_room(draft_path: Path, stick: Path) -> None:
    filler = stick / "别的.bin"

    def fill() -> None:
        with filler.open("wb", buffering=0) as file:
            left = drives.free_bytes(stick) - 1_000_000
            file.write(bytes(left))

    with pytest.raises(AppError, match="磁盘空间不足"):
        packed(draft_path, stick / "出", progress=once_at("02_", fill))
    (growing,) = (stick / "出").iterdir()
    assert growing.name.endswith(GROWING)
    with pytest.raises(AppError):
        verify(growing)
    filler.unlink()
    result = packed(draft_path, stick / "出")
    assert result.resumed == (draft_path.parent / "影片1.mp4").stat().st_size
    assert not verify(result.path).problems
    assert list((stick / "出").iterdir()) == [result.path]


def test_a_drive_that_is_taken_away_is_told_and_nothing_is_written_to_where_it_was(
    draft_path: Path, stick: Path
) -> None:
    def pull() -> None:
        subprocess.run(["umount", "-l", str(stick)], check=True)

    with pytest.raises(AppError, match=r"不见了.*接着上次的进度"):
        packed(draft_path, stick / "出", progress=once_at("02_", pull))
    assert list(stick.iterdir()) == []


def test_a_drive_that_is_taken_away_off_an_attempt_before_does_not_make_that_one_look_whole(
    draft_path: Path, tmp_path: Path
) -> None:
    place = tmp_path / "盘位"
    place.mkdir()
    with pytest.raises(Cancelled):
        packed(draft_path, place / "出", cancelled=once_true_at_copy(place))
    before = list(place.rglob("*"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(place)], check=True)

    def pull() -> None:
        subprocess.run(["umount", "-l", str(place)], check=True)

    with pytest.raises(AppError, match="不见了"):
        packed(draft_path, place / "出", progress=once_at("02_", pull))
    # A file that was just begun may land there, the rest must not: it would be a package without its first film.
    assert {p for p in before if p.exists()} == set(before)
    assert [p.name.endswith(GROWING) for p in (place / "出").iterdir()] == [True]
    assert not list(place.rglob("bagit.txt"))
    assert not verify(packed(draft_path, place / "出").path).problems


def once_true_at_copy(place: Path) -> Callable[[], bool]:
    """Return a cancel that comes when the first film has begun to grow below a place."""
    return lambda: any(place.rglob("*.mp4"))


def test_a_drive_taken_away_and_put_back_goes_on(draft_path: Path, stick: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "另一处"
    elsewhere.mkdir()
    subprocess.run(["mount", "--bind", str(stick), str(elsewhere)], check=True)
    try:
        with pytest.raises(AppError, match="不见了"):
            packed(
                draft_path,
                stick / "出",
                progress=once_at("02_", lambda: subprocess.run(["umount", "-l", str(stick)], check=True)),
            )
        subprocess.run(["mount", "--bind", str(elsewhere), str(stick)], check=True)
        result = packed(draft_path, stick / "出")
    finally:
        subprocess.run(["umount", "-l", str(elsewhere)], check=True)
    assert result.resumed >= (draft_path.parent / "影片1.mp4").stat().st_size
    assert not verify(result.path).problems


def test_a_film_on_a_drive_that_fails_is_told_and_packing_goes_on_when_it_can_be_read(
    image: Path, tmp_path: Path
) -> None:
    draft_path = submission(image.parent / "drive" / "稿")
    with_film(draft_path, 1, big_file(20_000_000))
    wanted, whole = order(draft_path), tmp_path / "whole"
    subprocess.run(["mount", "-o", "remount,ro", str(image.parent / "drive")], check=True)
    shutil.copyfile(image, whole)

    def fail() -> None:
        with (draft_path.parent / "影片1.mp4").open("rb") as film:
            os.posix_fadvise(film.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        os.truncate(image, 1_000_000)

    with pytest.raises(AppError, match=r"读不了.*影片1\.mp4.*读写出错"):
        package(wanted, tmp_path / "出", TODAY, progress=once_at("01_", fail), fonts="open")
    assert [p.name.endswith(GROWING) for p in (tmp_path / "出").iterdir()] == [True]
    assert not list((tmp_path / "出").rglob("bagit.txt"))
    with whole.open("rb") as undamaged, image.open("r+b") as file:
        shutil.copyfileobj(undamaged, file)
    assert not verify(package(wanted, tmp_path / "出", TODAY, fonts="open").path).problems


def test_a_film_cut_short_while_it_is_copied_is_not_packed(draft_path: Path, tmp_path: Path) -> None:
    film = draft_path.parent / "影片2.mp4"
    with pytest.raises(AppError, match="打包时有改动"):
        packed(draft_path, tmp_path / "出", progress=once_at("02_", lambda: os.truncate(film, 3_000_000)))
    assert [p.name.endswith(GROWING) for p in (tmp_path / "出").iterdir()] == [True]
    assert not list((tmp_path / "出").rglob("bagit.txt"))


def test_a_read_only_drive_is_told(draft_path: Path, stick: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(stick)], check=True)
    with pytest.raises(AppError, match=r"没有写入.*的权限"):
        packed(draft_path, stick / "出")


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_a_file_too_large_for_the_drive_is_told_when_the_system_says_so(draft_path: Path, kind: str) -> None:
    order_file = draft_path.parent / "order.pickle"
    order_file.write_bytes(pickle.dumps(order(draft_path)))
    out = draft_path.parent / "出"
    result = subprocess.run(
        packer(order_file, out, kind, "8000000"), capture_output=True, text=True, encoding="utf-8", cwd=ROOT
    )
    assert "放不下这么大的单个文件" in result.stderr
    (growing,) = out.iterdir()
    assert growing.name.endswith(GROWING)
    assert not list(growing.rglob("bagit.txt"))


MOUNTS = r"""rootfs / ext4 rw 0 0
/dev/sdb1 /media/U\040盘 vfat rw 0 0
/dev/sdc1 /media/U\040盘/里面 exfat rw 0 0
/dev/sdd1 /media/two ext4 rw 0 0
/dev/sde1 /media/two msdos rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/media/U 盘/出", "vfat"),
        ("/media/U 盘/里面/出", "exfat"),
        ("/media/two", "msdos"),
        ("/media/U 盘子", "ext4"),
    ],
)
def test_a_file_system_is_that_of_the_innermost_and_last_mount(folder: str, kind: str) -> None:
    assert drives.file_system_in(MOUNTS, Path(folder)) == kind


def test_the_file_system_of_a_real_drive_is_known_and_has_no_limit(stick: Path) -> None:
    assert drives.file_system(stick) == "tmpfs"
    assert drives.largest_file(stick) is None


def test_fat32_takes_four_gigabytes_less_one_byte_and_a_zip_of_it_less(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No kernel with vfat where this runs: what the drive is, is said here; all else is real.
    monkeypatch.setattr(drives, "file_system", lambda folder: "vfat")
    monkeypatch.setattr(drives, "free_bytes", lambda folder: 2**40)
    limit = 2**32 - 1
    preflight({"data/大.mp4": limit}, tmp_path, "包", as_zip=False)
    with pytest.raises(AppError, match=r"FAT32.*大\.mp4.*4\.00 GB"):
        preflight({"data/大.mp4": limit + 1, "data/小.mp4": 1}, tmp_path, "包", as_zip=False)
    with pytest.raises(AppError, match="或者不打成压缩包"):
        preflight({"data/大.mp4": 3 * 2**30, "data/二.mp4": 3 * 2**30}, tmp_path, "包", as_zip=True)


def test_a_path_too_long_for_windows_is_told(tmp_path: Path) -> None:
    with pytest.raises(AppError, match="路径太长"):
        preflight({f"data/{'长' * 80}/盖章扫描件/{'长' * 80}.jpg": 1}, tmp_path, "包" * 64, as_zip=False)
