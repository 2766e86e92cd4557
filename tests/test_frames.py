"""Pictures from films: decoded for real, in a child that may be lost."""

import os
import signal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import AppError
from app.film import FilmSpec, make_film
from app.frames import Frame, FrameReader, moments
from tests.films import damaged, film


@pytest.fixture
def reader():
    made = FrameReader()
    yield made
    made.close()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scene") / "片.mp4"
    make_film(FilmSpec(path=str(path), seconds=20.0, width=640, height=360))
    return path


def colour(frame: Frame, across: float, down: float) -> tuple[int, int, int]:
    at = int(frame.height * down) * frame.stride + int(frame.width * across) * 3
    red, green, blue = frame.pixels[at : at + 3]
    return red, green, blue


@given(st.integers(0, 10**8), st.integers(2, 12))
def test_moments_begin_at_the_first_frame_and_stay_inside(duration_ms: int, count: int) -> None:
    found = moments(duration_ms, count)
    assert found[0] == 0
    assert found == sorted(found)
    assert len(found) == count
    assert found[-1] <= duration_ms


def test_frames_are_the_films_own_and_differ_over_time(reader: FrameReader, scene: Path) -> None:
    frames = reader.read(scene, moments(20_000, 5), 320, 180)
    assert [f.at_ms for f in frames] == moments(20_000, 5)
    assert {(f.width, f.height) for f in frames} == {(320, 180)}
    assert all(len(f.pixels) >= f.stride * f.height for f in frames)
    assert len({f.pixels for f in frames}) == 5
    # Grass below, sky above, as the film shows.
    assert colour(frames[0], 0.5, 0.95) != colour(frames[0], 0.5, 0.05)


def test_a_turned_film_comes_with_its_rotation_and_fits_the_box_upright(reader: FrameReader) -> None:
    (frame,) = reader.read(film(rotation=90), [0], 320, 180)
    assert frame.rotation == 90
    assert frame.height <= 320
    assert frame.width <= 180


def test_a_film_is_never_blown_up(reader: FrameReader) -> None:
    (frame,) = reader.read(film(width=64, height=36), [0], 320, 180)
    assert (frame.width, frame.height) == (64, 36)


def test_what_is_no_film_is_told_and_the_reader_goes_on(reader: FrameReader, scene: Path) -> None:
    with pytest.raises(AppError, match="取不出画面"):
        reader.read(damaged(film(), lambda _: b"no film"), [0])
    with pytest.raises(AppError, match="取不出画面"):
        reader.read(scene.with_name("没有.mp4"), [0])
    with pytest.raises(AppError, match="取不出画面"):
        reader.read(film(tracks=0, sound=True), [0])
    assert len(reader.read(scene, [0])) == 1


def test_a_killed_child_costs_one_film_only(reader: FrameReader, scene: Path) -> None:
    reader.read(scene, [0])
    assert reader._child
    os.kill(reader._child.pid, signal.SIGKILL)
    reader._child._process.wait()
    assert len(reader.read(scene, [0, 1000])) == 2


def test_a_film_cut_short_gives_the_frames_it_has(reader: FrameReader) -> None:
    cut = damaged(film(seconds=20.0, index_first=True), lambda data: data[: len(data) // 2])
    frames = reader.read(cut, moments(20_000, 5))
    assert 1 <= len(frames) <= 5
