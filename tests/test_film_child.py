import os
import subprocess
import sys
from pathlib import Path

import av
import msgspec
import pytest

from app.errors import AppError
from app.film import FilmSpec, make_film
from app.media import MediaFacts
from app.probe_child import look_into


def facts(path: Path) -> MediaFacts:
    return msgspec.convert(look_into(str(path))["facts"], MediaFacts)


@pytest.mark.parametrize(
    "spec",
    [
        FilmSpec(path="短片 一.mp4", seconds=12.0, frame_rate=25),
        FilmSpec(path="无声.mov", seconds=3.5, frame_rate=30, container="mov", sound=False, tint=120),
        FilmSpec(path="竖屏.mp4", seconds=4.2, width=720, height=1280),
        FilmSpec(path="小.mp4", seconds=0.04, width=320, height=136),
        FilmSpec(path="窄.mp4", seconds=1.0, width=16, height=720),
        FilmSpec(path="扁.mp4", seconds=1.0, width=720, height=16),
    ],
)
def test_a_film_is_what_was_asked_for(tmp_path: Path, spec: FilmSpec) -> None:
    path = tmp_path / spec.path
    make_film(msgspec.structs.replace(spec, path=str(path)))
    found = facts(path)
    assert (found.width, found.height, found.frame_rate) == (spec.width, spec.height, float(spec.frame_rate))
    assert found.duration_ms == round(spec.seconds * 1000)
    assert (found.video_codec, found.brand) == ("AVC", {"mp4": "isom", "mov": "qt"}[spec.container])
    assert (found.audio_codec == "AAC") == spec.sound
    assert not found.truncated
    assert list(tmp_path.iterdir()) == [path]


def test_every_picture_and_sound_of_a_long_film_can_be_decoded(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    make_film(FilmSpec(path=str(path), seconds=61.0, width=320, height=180, frame_rate=10))
    assert facts(path).duration_ms == 61_000
    with av.open(str(path)) as film:
        times = [frame.pts * frame.time_base for frame in film.decode(video=0)]
    assert times == [n * times[1] for n in range(610)]
    with av.open(str(path)) as film:
        assert sum(frame.samples for frame in film.decode(audio=0)) == 61 * 48_000 // 1024 * 1024


def test_the_pictures_move_and_are_in_colour(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    make_film(FilmSpec(path=str(path), seconds=4.0, width=320, height=180, frame_rate=5))
    with av.open(str(path)) as film:
        pictures = [bytes(frame.planes[0]) for frame in film.decode(video=0)]
    assert len(set(pictures)) == 20


def test_the_sound_is_heard_and_has_no_gaps(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    make_film(FilmSpec(path=str(path), seconds=6.0, width=320, height=180))
    with av.open(str(path)) as film:
        loudest = [
            max(memoryview(bytes(frame.planes[0])).cast("f"), key=abs) for frame in list(film.decode(audio=0))[4:]
        ]
    assert all(0.03 < abs(value) < 0.3 for value in loudest)


@pytest.mark.parametrize(
    "changes", [{"container": "没有"}, {"width": 1279}, {"width": 0}, {"frame_rate": 0}, {"seconds": 0.0}]
)
def test_a_film_that_cannot_be_made_is_an_error_and_leaves_nothing(tmp_path: Path, changes: dict[str, object]) -> None:
    path = tmp_path / "片.mp4"
    with pytest.raises(AppError, match=r"“片\.mp4”没有做成") as raised:
        make_film(msgspec.structs.replace(FilmSpec(path=str(path)), **changes))
    assert "子进程" not in raised.value.message
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AppError, match="没有做成"):
        make_film(FilmSpec(path=str(tmp_path / "没有" / "a.mp4"), seconds=1))


def test_a_film_that_takes_too_long_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(AppError, match="秒内没有结果"):
        make_film(FilmSpec(path=str(tmp_path / "a.mp4"), seconds=1e7), timeout_s=0.5)
    assert list(tmp_path.iterdir()) == []


def test_an_older_film_stays_when_a_new_one_fails(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"old")
    with pytest.raises(AppError):
        make_film(FilmSpec(path=str(tmp_path / "a.mp4"), width=1279))
    assert (tmp_path / "a.mp4").read_bytes() == b"old"


def test_the_maker_s_parent_does_not_load_ffmpeg() -> None:
    code = "import sys, app.film, app.probe; print(sorted({'av', 'pymediainfo'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"
