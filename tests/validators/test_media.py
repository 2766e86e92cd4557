"""The rules of one film, at their edges; what real files say is in test_real_films.py."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.media import MediaFacts, Problem
from app.pack import load_campaign, shipped_campaigns
from app.validators import Finding, Level, check_film, verdict

SHIPPED = shipped_campaigns()[0]
COAST = load_campaign(Path(__file__).parents[1] / "campaigns" / "coast-2031.toml")
GOOD = MediaFacts(
    container="MPEG-4", brand="isom", width=1920, height=1080, duration_ms=120_000, video_codec="AVC",
    frame_rate=25.0, bit_rate=3_000_000, size_bytes=50 * 1024 * 1024, created="2031-05-01T00:00:00+00:00",
    video_tracks=1,
)  # fmt: skip


def of(facts: MediaFacts, rule: str, campaign=COAST, name: str = "a.mp4", type_name: str = "") -> Finding:
    return next(f for f in check_film(facts, name, campaign, type_name) if f.rule == rule)


def but(**changes: object) -> MediaFacts:
    return msgspec.structs.replace(GOOD, **changes)


@pytest.mark.parametrize("campaign", [SHIPPED, COAST], ids=lambda c: c.id)
def test_a_good_film_passes_every_rule(campaign) -> None:
    findings = check_film(GOOD, "a.mp4", campaign)
    assert {f.level for f in findings} == {Level.PASS}
    assert verdict(findings) == "pass"


@pytest.mark.parametrize("problem", Problem)
def test_a_file_that_cannot_be_read_is_unreadable_and_says_what_to_do(problem: Problem) -> None:
    findings = check_film(problem, "a.mp4", SHIPPED)
    assert verdict(findings) == "unreadable"
    assert findings[0].message
    assert findings[0].fix


@given(st.integers(0, 3_000_000))
def test_whole_seconds_count_and_a_part_of_one_is_dropped(duration_ms: int) -> None:
    seconds = duration_ms // 1000
    finding = of(but(duration_ms=duration_ms), "duration", SHIPPED)
    limits = sorted(t.max_seconds for t in SHIPPED.types)
    assert (finding.level is Level.PASS) == (seconds <= limits[-1])


@pytest.mark.parametrize(
    ("duration_ms", "type_name", "level"),
    [
        (14_999, "短片组", Level.FAIL),
        (15_000, "短片组", Level.PASS),
        (180_999, "短片组", Level.PASS),
        (181_000, "短片组", Level.FAIL),
        (1_200_999, "长片组", Level.PASS),
        (1_201_000, "长片组", Level.FAIL),
    ],
)
def test_a_length_is_held_against_the_type_it_is_submitted_as(duration_ms: int, type_name: str, level: Level) -> None:
    assert of(but(duration_ms=duration_ms), "duration", type_name=type_name).level is level


def test_a_film_too_long_for_its_type_is_told_by_how_much_and_where_it_would_fit() -> None:
    finding = of(but(duration_ms=182_000), "duration", type_name="短片组")
    assert finding.actual == "03 分 02 秒"
    assert finding.required == "不少于 00 分 15 秒，不超过 03 分 00 秒"
    assert finding.fix == "请剪短 2 秒，或改报“长片组”（不超过 20 分 00 秒）。"
    assert finding.clause == COAST.types[1].clause


@given(st.integers(1, 4000), st.integers(1, 4000))
def test_the_longer_and_the_shorter_side_are_compared_however_the_film_is_turned(width: int, height: int) -> None:
    finding = of(but(width=width, height=height), "resolution", SHIPPED)
    long_side, short_side = SHIPPED.video.resolution.minimum
    fits = max(width, height) >= long_side and min(width, height) >= short_side
    assert (finding.level is Level.PASS) == fits


def test_an_upright_film_passes_the_size_with_a_hint() -> None:
    upright = but(width=720, height=1280)
    assert of(upright, "resolution", SHIPPED).level is Level.PASS
    assert of(upright, "orientation", SHIPPED).level is Level.WARN
    assert of(upright, "orientation", COAST).level is Level.PASS


def test_a_cropped_wide_film_is_told_why_it_falls_short() -> None:
    finding = of(but(width=1280, height=536), "resolution", SHIPPED)
    assert finding.level is Level.FAIL
    assert "裁去了上下黑边" in finding.message


@pytest.mark.parametrize(
    ("width", "height", "level"),
    [(1920, 1080, Level.PASS), (1080, 1920, Level.PASS), (1280, 720, Level.PASS), (3840, 2160, Level.FAIL)],
)
def test_exact_sizes_are_taken_either_way_up(width: int, height: int, level: Level) -> None:
    assert of(but(width=width, height=height), "resolution").level is level


@pytest.mark.parametrize(
    ("width", "height", "level"), [(1920, 1080, Level.PASS), (1440, 1080, Level.FAIL), (1000, 1000, Level.FAIL)]
)
def test_a_ratio_is_held_give_or_take_a_hundredth(width: int, height: int, level: Level) -> None:
    assert of(but(width=width, height=height), "orientation").level is level


@pytest.mark.parametrize(
    ("container", "brand", "compatible", "name", "shipped", "coast"),
    [
        ("MPEG-4", "isom", (), "a.mp4", Level.PASS, Level.PASS),
        ("MPEG-4", "mp42", (), "A.MP4", Level.PASS, Level.PASS),
        ("MPEG-4", "niko", ("mp42",), "a.mp4", Level.PASS, Level.PASS),
        ("MPEG-4", "qt", (), "a.mp4", Level.FAIL, Level.FAIL),
        ("MPEG-4", "qt", ("mp42",), "a.mp4", Level.FAIL, Level.FAIL),
        ("MPEG-4", None, (), "a.mov", Level.FAIL, Level.PASS),
        ("MPEG-4", "isom", (), "a.mov", Level.FAIL, Level.FAIL),
        ("MPEG-4", "isom", (), "a", Level.FAIL, Level.FAIL),
        ("MPEG-4", "3gp5", (), "a.mp4", Level.FAIL, Level.FAIL),
        ("AVI", None, (), "a.mp4", Level.FAIL, Level.FAIL),
        ("Matroska", None, (), "a.mkv", Level.FAIL, Level.FAIL),
        (None, None, (), "a.mp4", Level.FAIL, Level.FAIL),
    ],
)
def test_the_brand_inside_and_the_name_must_agree(container, brand, compatible, name, shipped, coast) -> None:
    facts = but(container=container, brand=brand, compatible_brands=compatible)
    assert of(facts, "container", SHIPPED, name).level is shipped
    assert of(facts, "container", COAST, name).level is coast


def test_a_wrong_name_is_only_renamed_and_a_wrong_content_is_not() -> None:
    assert "改名为“片子.mp4”" in of(GOOD, "container", SHIPPED, "片子.mov").fix
    assert "只改扩展名没有用" in of(but(brand="qt"), "container", SHIPPED, "片子.mp4").fix


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"width": None}, "resolution"),
        ({"height": 0}, "resolution"),
        ({"duration_ms": None}, "duration"),
        ({"container": None}, "container"),
        ({"video_codec": None}, "codec"),
        ({"frame_rate": None}, "frame_rate"),
        ({"size_bytes": None}, "file_size"),
        ({"truncated": True}, "integrity"),
        ({"encrypted": True}, "integrity"),
        ({"video_tracks": 0}, "readable"),
        ({"video_codec": "HEVC"}, "codec"),
        ({"frame_rate": 29.97}, "frame_rate"),
        ({"size_bytes": 200 * 1024 * 1024 + 1}, "file_size"),
    ],
)
def test_what_is_missing_or_wrong_never_passes(changes: dict[str, object], rule: str) -> None:
    finding = of(but(**changes), rule)
    assert finding.level is Level.FAIL
    assert finding.message
    assert finding.fix
    assert verdict(check_film(but(**changes), "a.mp4", COAST)) != "pass"


@pytest.mark.parametrize(
    ("kilobits", "level"),
    [(999, Level.WARN), (1000, Level.PASS), (5000, Level.PASS), (5001, Level.WARN), (None, Level.WARN)],
)
def test_a_wish_only_warns(kilobits: int | None, level: Level) -> None:
    assert of(but(bit_rate=kilobits and kilobits * 1000), "bit_rate").level is level


@given(st.datetimes(timezones=st.just(UTC)).filter(lambda moment: 1980 < moment.year < 2060))
def test_the_files_date_counts_in_chinas_zone_and_only_warns(moment: datetime) -> None:
    earliest = SHIPPED.video.created.earliest
    finding = of(but(created=moment.isoformat()), "created", SHIPPED)
    in_time = (moment + timedelta(hours=8)).date() >= earliest
    assert finding.level is (Level.PASS if in_time else Level.WARN)


def test_a_file_without_a_date_asks_the_person() -> None:
    assert of(but(created=None), "created", SHIPPED).level is Level.MANUAL


@given(
    st.builds(
        MediaFacts,
        container=st.sampled_from([None, "MPEG-4", "AVI", "Ogg"]),
        brand=st.sampled_from([None, "qt", "isom", "????"]),
        width=st.none() | st.integers(0, 10_000),
        height=st.none() | st.integers(0, 10_000),
        duration_ms=st.none() | st.integers(0, 10**10),
        frame_rate=st.none() | st.floats(0, 1000),
        bit_rate=st.none() | st.integers(0, 10**9),
        size_bytes=st.none() | st.integers(0, 10**13),
        truncated=st.booleans(),
        encrypted=st.booleans(),
        video_tracks=st.integers(0, 3),
    ),
    st.sampled_from(["a.mp4", "片.MOV", "", "."]),
    st.sampled_from([SHIPPED, COAST]),
)
def test_whatever_the_facts_every_finding_says_what_and_every_fault_what_to_do(facts, name, campaign) -> None:
    for finding in check_film(facts, name, campaign):
        assert finding.message.endswith("。")
        if finding.level is not Level.PASS:
            assert finding.fix
            assert finding.clause or finding.rule in {"readable", "integrity", "duration"}
