"""Copying and hashing in one pass gives what copying and hashing give, whatever the sizes and the sources."""

import hashlib
import io
import zlib
from io import FileIO
from pathlib import Path

import pytest

from app.errors import Cancelled
from app.exporters.copying import pump
from app.exporters.meter import Meter, Step
from tests.submissions import big_file


class Dripping(io.BytesIO):
    """Gives fewer bytes than were asked for, as pipes and network drives do."""

    def readinto(self, buffer: bytearray, /) -> int:  # type: ignore[override]
        data = self.read(70_001)
        buffer[: len(data)] = data
        return len(data)


@pytest.mark.parametrize("size", [0, 1, 4 * 1024**2 - 1, 4 * 1024**2, 4 * 1024**2 + 1, 90_000_000])
def test_the_copy_and_the_digest_are_those_of_the_source(tmp_path: Path, size: int) -> None:
    data = big_file(size)
    moved: list[int] = []
    with FileIO(tmp_path / "copy", "w") as target:
        digest = pump(io.BytesIO(data), target, moved.append, size=size, crc=True)
    assert (tmp_path / "copy").read_bytes() == data
    assert digest == (hashlib.sha256(data).hexdigest(), size, zlib.crc32(data))
    assert sum(moved) == size


@pytest.mark.parametrize("expected", [0, 300_000, 10_000_000])
def test_a_source_that_drips_or_is_larger_than_expected_is_copied_whole(tmp_path: Path, expected: int) -> None:
    data = big_file(300_000)
    with FileIO(tmp_path / "copy", "w") as target:
        digest = pump(Dripping(data), target, lambda length: None, size=expected)
    assert (tmp_path / "copy").read_bytes() == data
    assert digest.sha256 == hashlib.sha256(data).hexdigest()


def test_a_source_that_fails_and_a_cancel_end_it_at_once(tmp_path: Path) -> None:
    class Failing(io.BytesIO):
        def readinto(self, buffer: bytearray, /) -> int:  # type: ignore[override]
            raise OSError("gone")

    def cancel(length: int) -> None:
        raise Cancelled

    with pytest.raises(OSError, match="gone"):
        pump(Failing(), None, lambda length: None, size=1)
    with FileIO(tmp_path / "copy", "w") as target, pytest.raises(Cancelled):
        pump(io.BytesIO(big_file(300_000)), target, cancel, size=1000)


def test_the_meter_tells_speed_and_time_left_of_the_last_seconds() -> None:
    now = [0.0]
    steps: list[Step] = []
    meter = Meter(1000, steps.append, lambda: False, clock=lambda: now[0])
    meter.begin("copy", "片.mp4")
    assert (steps[-1].speed, steps[-1].left) == (0.0, None)
    for _ in range(4):
        now[0] += 1
        meter.moved(100)
    assert (steps[-1].done, steps[-1].speed, steps[-1].left) == (400, 100.0, 6.0)
    meter.skip(100)
    for _ in range(12):
        now[0] += 1
        meter.moved(10)
    assert steps[-1].speed == pytest.approx(10, abs=2)
    assert steps[-1] == Step("copy", "片.mp4", 620, 1000, steps[-1].speed, 380 / steps[-1].speed)
