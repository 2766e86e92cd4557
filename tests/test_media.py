from datetime import datetime
from fractions import Fraction
from pathlib import Path

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.media import MediaFacts, Track, clock_text, facts_from_tracks
from app.probe_child import look_into
from tests.films import film

KEYS = [
    *("Format", "CodecID", "CodecID_Compatible", "Duration", "Width", "Height", "Rotation", "PixelAspectRatio"),
    *("FrameRate", "FrameCount", "OverallBitRate", "Encoded_Date", "Tagged_Date", "Recorded_Date", "Encryption"),
    *("Title", "extra"),
]
VALUES = (
    st.text()
    | st.sampled_from(["", "nan", "inf", "-1", "1e400", "0", "1.333", "JPEG", "9999-99-99 99:99:99 UTC"])
    | st.dictionaries(st.text() | st.just("IsTruncated"), st.text() | st.none(), max_size=2)
    | st.none()
    | st.integers()
    | st.floats()
)


def facts(path: Path) -> MediaFacts:
    answer = look_into(str(path))
    assert "facts" in answer, answer
    return msgspec.convert(answer["facts"], MediaFacts)


@pytest.mark.parametrize("seconds", [300.0, 300.9, 301.0, 900.0, 900.9, 901.0])
def test_the_length_is_exact_to_the_millisecond(seconds: float) -> None:
    assert facts(film(seconds=seconds, width=320, height=180)).duration_ms == round(seconds * 1000)


def test_the_length_of_a_film_with_sound_is_that_of_the_longer(tmp_path: Path) -> None:
    assert facts(film(seconds=300.9, width=320, height=180, sound=True)).duration_ms == 300_900


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1279, 720), (1280, 719), (720, 1280), (1280, 536)])
def test_the_size_is_exact_to_the_pixel(width: int, height: int) -> None:
    found = facts(film(width=width, height=height, seconds=1))
    assert (found.width, found.height, found.rotation) == (width, height, 0)


@pytest.mark.parametrize(
    ("rotation", "size"), [(0, (1280, 720)), (90, (720, 1280)), (180, (1280, 720)), (270, (720, 1280))]
)
def test_the_size_is_as_displayed_after_rotation(rotation: int, size: tuple[int, int]) -> None:
    found = facts(film(rotation=rotation, seconds=1))
    assert ((found.width, found.height), found.rotation) == (size, rotation)


@pytest.mark.parametrize(
    ("width", "height", "pixel", "shown"),
    [
        (960, 720, Fraction(4, 3), 1280),
        (1440, 1080, Fraction(4, 3), 1920),
        (1920, 1080, Fraction(4, 3), 2560),
        (720, 576, Fraction(16, 15), 768),
        (720, 576, Fraction(64, 45), 1024),
        (720, 480, Fraction(8, 9), 640),
    ],
)
def test_pixels_that_are_not_square_are_counted_as_displayed(
    width: int, height: int, pixel: Fraction, shown: int
) -> None:
    found = facts(film(width=width, height=height, pixel=pixel, seconds=1))
    assert (found.width, found.height) == (shown, height)


@pytest.mark.parametrize(
    ("name", "container", "brand"),
    [("a.mp4", "mp4", "isom"), ("a.mp4", "mov", "qt"), ("a.mov", "mp4", "isom"), ("a.m4v", "ipod", "M4V")],
)
def test_the_brand_is_the_content_s_and_not_the_name_s(name: str, container: str, brand: str) -> None:
    found = facts(film(name, container=container, seconds=1))
    assert (found.container, found.brand) == ("MPEG-4", brand)


@pytest.mark.parametrize(
    ("name", "container", "codec", "expected"),
    [
        ("a.mkv", "matroska", "libx264", ("Matroska", "AVC")),
        ("a.avi", "avi", "mpeg4", ("AVI", "MPEG-4 Visual")),
        ("a.ts", "mpegts", "libx264", ("MPEG-TS", "AVC")),
        ("a.mp4", "mp4", "libx265", ("MPEG-4", "HEVC")),
    ],
)
def test_other_containers_and_codecs_are_named(
    name: str, container: str, codec: str, expected: tuple[str, str]
) -> None:
    found = facts(film(name, container=container, codec=codec, seconds=1))
    assert (found.container, found.video_codec) == expected


def test_a_film_with_sound_has_both_codecs_a_frame_rate_and_a_bit_rate() -> None:
    path = film(sound=True, seconds=5)
    found = facts(path)
    assert (found.video_codec, found.audio_codec, found.frame_rate) == ("AVC", "AAC", 10.0)
    assert found.size_bytes == path.stat().st_size
    assert found.bit_rate is not None
    assert abs(found.bit_rate - path.stat().st_size * 8 / 5) < 100


@pytest.mark.parametrize("moment", ["2023-12-31T16:00:00+00:00", "2023-12-31T15:59:59+00:00"])
def test_the_date_of_making_is_kept_to_the_second_with_its_zone(moment: str) -> None:
    assert facts(film(created=moment.replace("+00:00", "Z"), seconds=1)).created == moment


def test_a_film_that_does_not_say_when_it_was_made_has_no_date() -> None:
    assert facts(film(seconds=1)).created is None


def test_the_zero_of_a_clock_is_no_date() -> None:
    for zero in ("1904-01-01 00:00:00 UTC", "1970-01-01 00:00:00 UTC"):
        assert facts_from_tracks([{"@type": "General", "Encoded_Date": zero}], 1).created is None


def test_a_date_with_a_zone_keeps_its_moment() -> None:
    created = facts_from_tracks([{"@type": "General", "Recorded_Date": "2024-01-01T00:30:00+0800"}], 1).created
    assert created is not None
    assert datetime.fromisoformat(created) == datetime.fromisoformat("2023-12-31T16:30:00+00:00")


def test_an_encrypted_film_is_known_as_such() -> None:
    assert facts(film(encrypted=True, seconds=1)).encrypted
    assert not facts(film(seconds=1)).encrypted


@pytest.mark.parametrize(
    ("tracks", "cover", "expected"), [(0, False, 0), (0, True, 0), (1, False, 1), (1, True, 1), (2, False, 2)]
)
def test_only_moving_pictures_count_as_video_tracks(tracks: int, cover: bool, expected: int) -> None:
    found = facts(film(tracks=tracks, cover=cover, sound=True, seconds=2))
    assert found.video_tracks == expected
    assert (found.width is None) == (expected == 0)


@pytest.mark.parametrize(
    ("ms", "text"),
    [(0, "00 分 00 秒"), (300_000, "05 分 00 秒"), (300_999, "05 分 00 秒"), (6_061_000, "101 分 01 秒")],
)
def test_a_length_is_written_in_whole_seconds(ms: int, text: str) -> None:
    assert clock_text(ms) == text


@example([{"@type": "General", "Duration": 1.8e305}], 0)
@given(
    st.lists(
        st.fixed_dictionaries(
            {"@type": st.sampled_from(["General", "Video", "Audio", "Other"])},
            optional=dict.fromkeys(KEYS, VALUES),
        ),
        max_size=4,
    ),
    st.integers(min_value=0),
)
def test_whatever_mediainfo_says_makes_facts_that_can_be_sent(tracks: list[Track], size: int) -> None:
    found = facts_from_tracks(tracks, size)
    assert found.size_bytes == size
    assert found.rotation in {0, 90, 180, 270}
    assert msgspec.convert(msgspec.to_builtins(found), MediaFacts) == found
