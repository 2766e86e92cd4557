"""The rules against real files, probed for real: what design.md says of each."""

from fractions import Fraction
from pathlib import Path

import pytest

from app.cli_check import check_files
from app.pack import shipped_campaigns
from tests.films import damaged, film

CAMPAIGN = shipped_campaigns()[0]


def findings_of(path: Path, type_name: str = "") -> tuple[str, dict[str, str]]:
    (checked,) = check_files([path], CAMPAIGN, type_name)
    return checked.verdict, {f.rule: str(f.level) for f in checked.findings}


@pytest.mark.parametrize(
    ("seconds", "fits"),
    [(300.0, 0), (300.9, 0), (301.0, 1), (900.0, 1), (900.9, 1), (901.0, None)],
)
def test_a_real_length_fits_the_shortest_type_that_takes_it(seconds: float, fits: int | None) -> None:
    by_length = sorted(CAMPAIGN.types, key=lambda t: t.max_seconds)
    (checked,) = check_files([film(seconds=seconds)], CAMPAIGN, "")
    assert checked.verdict == ("fail" if fits is None else "pass")
    assert checked.type_name == by_length[-1 if fits is None else fits].name


@pytest.mark.parametrize(
    ("width", "height", "verdict"),
    [(1280, 720, "pass"), (1279, 720, "fail"), (1280, 719, "fail"), (720, 1280, "pass"), (1280, 536, "fail")],
)
def test_a_real_size_is_held_against_720p(width: int, height: int, verdict: str) -> None:
    said, levels = findings_of(film(width=width, height=height))
    assert said == verdict
    assert levels["resolution"] == verdict
    assert levels["orientation"] == ("warn" if width < height else "pass")


@pytest.mark.parametrize("rotation", [90, 270])
def test_a_film_turned_by_the_player_counts_as_it_is_shown(rotation: int) -> None:
    (checked,) = check_files([film(width=1280, height=720, rotation=rotation)], CAMPAIGN, "")
    assert (checked.probed.facts.width, checked.probed.facts.height) == (720, 1280)
    assert {f.rule: f.level for f in checked.findings}["orientation"] == "warn"


def test_a_film_with_oblong_pixels_counts_as_it_is_shown() -> None:
    said, _ = findings_of(film(width=960, height=720, pixel=Fraction(4, 3)))
    assert said == "pass"


@pytest.mark.parametrize(
    ("name", "container", "verdict"),
    [("a.mp4", "mp4", "pass"), ("a.mp4", "mov", "fail"), ("a.mov", "mp4", "fail"), ("a.mov", "mov", "fail")],
)
def test_brand_and_name_must_both_be_mp4(name: str, container: str, verdict: str) -> None:
    said, levels = findings_of(film(name, container=container))
    assert said == verdict
    assert levels["container"] == verdict


@pytest.mark.parametrize("index_first", [True, False])
def test_a_film_cut_short_never_passes(index_first: bool) -> None:
    whole = film(seconds=20.0, index_first=index_first)
    for part in (0.3, 0.9, 0.999):
        cut = damaged(whole, lambda data, part=part: data[: int(len(data) * part)])
        assert findings_of(cut)[0] != "pass"


def test_an_encrypted_film_never_passes() -> None:
    said, levels = findings_of(film(encrypted=True))
    assert said == "fail"
    assert levels["integrity"] == "fail"


def test_sound_alone_is_no_film() -> None:
    assert findings_of(film(tracks=0, sound=True))[0] == "unreadable"


def test_a_cover_is_no_film() -> None:
    assert findings_of(film(tracks=0, sound=True, cover=True))[0] == "unreadable"


def test_two_pictures_are_told() -> None:
    said, levels = findings_of(film(tracks=2))
    assert said == "pass"
    assert levels["integrity"] == "warn"


@pytest.mark.parametrize(
    ("created", "level"),
    [("2023-12-31T16:00:00Z", "pass"), ("2023-12-31T15:59:59Z", "warn"), ("", "manual")],
)
def test_new_year_comes_eight_hours_earlier_in_china(created: str, level: str) -> None:
    assert findings_of(film(created=created))[1]["created"] == level
