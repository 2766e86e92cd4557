"""The rules of what a person says."""

from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.draft import Address, Contact, Creator, Draft, Preparer, Unit, Video, Work
from app.media import MediaFacts, Problem
from app.pack import load_campaign, shipped_campaigns
from app.validators import Finding, Level, check_submission, check_work, validate

SHIPPED = shipped_campaigns()[0]
COAST = load_campaign(Path(__file__).parents[1] / "campaigns" / "coast-2031.toml")
TODAY = SHIPPED.window.closes - timedelta(days=20)
FILM = MediaFacts(
    container="MPEG-4", brand="isom", width=1920, height=1080, duration_ms=120_000, video_codec="AVC",
    created=f"{SHIPPED.video.created.earliest}T00:00:00+08:00", video_tracks=1,
)  # fmt: skip
UNIT = Unit(
    name="某大学",
    address=Address("某省", "某市", "某区", "某路 1 号"),
    contact=Contact("张三", "13800138000"),
    preparer=Preparer("李四", "028-86600000"),
)
WORK = Work(
    id="w",
    title="光影",
    video=Video("光影.mp4"),
    theme=SHIPPED.themes[0].name,
    created=str(SHIPPED.video.created.earliest.year),
    producer="某大学",
    creators=(Creator("导演", "王五"),),
    synopsis="字" * 200,
    recommendation="同意推选。",
    declarations={c.id: True for c in SHIPPED.confirmations},
)
GOOD = Draft(campaign=SHIPPED.id, unit=UNIT, works=(WORK,))


def work_with(**changes: object) -> Work:
    return msgspec.structs.replace(WORK, **changes)


def bad(findings: list[Finding]) -> list[Finding]:
    return [f for f in findings if f.level is not Level.PASS]


def test_a_finished_draft_has_nothing_open() -> None:
    assert bad(validate(GOOD, SHIPPED, TODAY, {"w": FILM})) == []


def test_an_empty_draft_asks_for_every_required_field_by_its_label() -> None:
    findings = bad(validate(Draft(works=(Work(id="w"),)), SHIPPED, TODAY, {}))
    asked = {f.field for f in findings if f.rule == "required"}
    # A type is chosen by the film's length; all else that the call requires has to be typed.
    assert asked == {f.id for f in SHIPPED.fields if f.required} - {"type"}
    assert all(f.level is Level.FAIL and f.fix for f in findings if f.rule == "required")


@pytest.mark.parametrize("field", ["title", "theme", "created", "producer", "creators", "synopsis", "recommendation"])
def test_a_field_of_spaces_is_an_empty_one(field: str) -> None:
    empty: object = (Creator("导演", "　"),) if field == "creators" else " 　"
    (finding,) = bad(check_work(work_with(**{field: empty}), SHIPPED, FILM))
    assert (finding.rule, finding.field, finding.work) == ("required", field, "w")


@pytest.mark.parametrize(
    ("count", "level"),
    [(99, Level.WARN), (100, None), (200, None), (300, None), (301, Level.WARN), (2001, Level.FAIL)],
)
def test_about_200_characters_is_a_wish_and_the_limit_is_not(count: int, level: Level | None) -> None:
    found = bad(check_work(work_with(synopsis="字" * count), SHIPPED, FILM))
    assert [f.level for f in found] == ([level] if level else [])


@pytest.mark.parametrize("typed", ["a\x07b", "\ud800", "\ufffe", "a\x00"])
def test_what_no_form_can_hold_is_refused_in_its_field(typed: str) -> None:
    (finding,) = bad(check_work(work_with(title=f"光{typed}影"), SHIPPED, FILM))
    assert (finding.rule, finding.field, finding.level) == ("characters", "title", Level.FAIL)
    assert "U+" in finding.message


@pytest.mark.parametrize(
    ("created", "level"),
    [("2024", None), ("2024-01", None), ("2024-1", None), ("2024-12-31", None), ("2023-12", Level.FAIL),
     ("2023-12-31", Level.FAIL), ("去年", Level.FAIL), ("2024-13", Level.FAIL), ("2024-02-30", Level.FAIL)],
)  # fmt: skip
def test_a_declared_date_must_be_in_time(created: str, level: Level | None) -> None:
    found = bad(check_work(work_with(created=created), SHIPPED, FILM))
    assert [(f.field, f.level) for f in found] == ([("created", level)] if level else [])


def test_declarations_tell_yes_no_does_not_apply_and_unanswered_apart() -> None:
    first, *_ = SHIPPED.confirmations
    optional = next(c for c in SHIPPED.confirmations if c.may_not_apply)

    def level(identity: str, answers: dict[str, bool | None]) -> Level:
        found = check_work(work_with(declarations=answers), SHIPPED, FILM)
        return next(f.level for f in found if f.field == f"declarations.{identity}")

    assert level(first.id, {first.id: True}) is Level.PASS
    assert level(first.id, {first.id: False}) is Level.FAIL
    assert level(first.id, {first.id: None}) is Level.MANUAL
    assert level(first.id, {}) is Level.MANUAL
    assert level(optional.id, {optional.id: None}) is Level.PASS


@pytest.mark.parametrize(
    ("mobile", "good"),
    [("13800138000", True), ("138 0013 8000", True), ("+86 13800138000", True), ("1380013800", False),
     ("23800138000", False), ("138001380001", False), ("一三八", False)],
)  # fmt: skip
def test_mobile_numbers_are_checked_as_china_writes_them(mobile: str, good: bool) -> None:
    unit = msgspec.structs.replace(UNIT, contact=Contact("张三", mobile))
    assert (bad(check_submission(Draft(unit=unit, works=(WORK,)), SHIPPED, TODAY)) == []) is good


@pytest.mark.parametrize(
    ("phone", "good"),
    [("028-86600000", True), ("(028)86600000", True), ("86600000", True), ("0816-2345678-801", True),
     ("13800138000", True), ("028-866", False), ("电话", False)],
)  # fmt: skip
def test_landline_numbers_are_checked_as_china_writes_them(phone: str, good: bool) -> None:
    unit = msgspec.structs.replace(UNIT, preparer=Preparer("李四", phone))
    assert (bad(check_submission(Draft(unit=unit, works=(WORK,)), SHIPPED, TODAY)) == []) is good


@pytest.mark.parametrize(
    ("days", "level", "word"),
    [
        (-40, Level.WARN, "还没有开始"),
        (-31, Level.PASS, "还有 31 天"),
        (0, Level.WARN, "今天截止"),
        (1, Level.WARN, "截止"),
    ],
)
def test_the_window_tells_the_days_and_never_blocks(days: int, level: Level, word: str) -> None:
    found = check_submission(GOOD, SHIPPED, SHIPPED.window.closes + timedelta(days=days))
    (window,) = [f for f in found if f.rule == "window"]
    assert window.level is level
    assert word in window.message


def test_the_same_film_twice_and_the_same_title_twice_are_told_at_both() -> None:
    twin = work_with(id="v", title="《光影》")
    found = bad(check_submission(Draft(unit=UNIT, works=(WORK, twin)), SHIPPED, TODAY))
    assert [(f.field, f.work, f.level) for f in found] == [
        ("title", "w", Level.WARN), ("title", "v", Level.WARN), ("video", "w", Level.FAIL), ("video", "v", Level.FAIL),
    ]  # fmt: skip


def test_too_many_works_are_told_where_the_call_has_a_limit() -> None:
    works = tuple(work_with(id=str(n), title=f"片{n}", video=Video(f"{n}.mp4")) for n in range(6))
    assert [f.rule for f in bad(check_submission(Draft(works=works), COAST, date(2031, 5, 1)))] == ["works"]


def test_a_type_and_a_genre_that_the_call_does_not_know_are_told() -> None:
    found = bad(check_work(work_with(type="长片", genre="话剧"), SHIPPED, FILM))
    assert [(f.field, f.level) for f in found] == [("video", Level.FAIL), ("type", Level.FAIL), ("genre", Level.WARN)]


def test_a_film_not_yet_read_is_neither_good_nor_bad() -> None:
    (finding,) = bad(check_work(WORK, SHIPPED, None))
    assert (finding.rule, finding.level) == ("readable", Level.MANUAL)
    (finding,) = bad(check_work(WORK, SHIPPED, Problem.MISSING))
    assert (finding.rule, finding.level) == ("readable", Level.FAIL)


works = st.builds(
    Work,
    id=st.text(max_size=3), title=st.text(max_size=10), type=st.text(max_size=3), theme=st.text(max_size=10),
    genre=st.text(max_size=3), created=st.text(max_size=10), producer=st.text(max_size=10),
    synopsis=st.text(max_size=50), video=st.builds(Video, path=st.text(max_size=10)),
    declarations=st.dictionaries(st.text(max_size=5), st.none() | st.booleans(), max_size=3),
)  # fmt: skip


@given(st.builds(Draft, works=st.lists(works, max_size=3).map(tuple)), st.dates(), st.sampled_from([SHIPPED, COAST]))
def test_whatever_is_typed_every_finding_is_a_sentence_with_a_way_out(draft, today, campaign) -> None:
    for finding in bad(validate(draft, campaign, today, {})):
        assert finding.message
        assert finding.fix or finding.rule in {"declaration", "window"}
