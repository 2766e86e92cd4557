import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exporters.forms import Run, plain
from app.exporters.typeset import NOT_AT_END, NOT_AT_START, Line, break_lines, may_break, stretchable

ALPHABET = "甲乙丙丁字，。、；：？！》”’）】…—·《（“‘【A1b2-@./ 　é\u0301\u200b\ufe0f😀𬎆"
TEXTS = st.text(alphabet=ALPHABET, max_size=120)
WIDTHS = st.integers(min_value=4, max_value=30).map(float)


def em(char: str) -> float:
    """Measure as a font would: Han and full-width punctuation one em, letters a half, marks nothing."""
    if char in "\u0301\u200b\ufe0f":
        return 0
    return 0.5 if char.isascii() or char == "é" else 1


def broken(text: str, width: float, indent: float = 0) -> list[str]:
    return [line.text for line in break_lines((Run(text),), width, em, indent)]


def without_blanks(text: str) -> str:
    return "".join(text.split())


@given(TEXTS, WIDTHS, st.sampled_from([0.0, 2.0]))
def test_no_character_is_lost_but_blanks_where_a_line_ends(text: str, width: float, indent: float) -> None:
    assert without_blanks("".join(broken(text, width, indent))) == without_blanks(text)


@given(TEXTS, WIDTHS, st.sampled_from([0.0, 2.0]))
def test_no_line_is_wider_than_its_room(text: str, width: float, indent: float) -> None:
    for number, line in enumerate(break_lines((Run(text),), width, em, indent)):
        assert line.width == pytest.approx(sum(map(em, line.text)))
        assert line.width <= width - (0 if number else indent) + 1e-6


@given(TEXTS, WIDTHS)
def test_lines_end_only_where_they_may_unless_a_line_has_no_such_place(text: str, width: float) -> None:
    at = 0
    lines = broken(text, width)
    for line in lines[:-1]:
        start = at
        at += len(line)
        while text[at].isspace():
            at += 1
        if not may_break(text, at):
            assert not any(may_break(text, place) for place in range(start + 1, at))


@given(TEXTS)
def test_breaking_in_a_wide_room_changes_nothing(text: str) -> None:
    assert broken(text, 1000) == [text]


@given(TEXTS, st.integers(0, 120), WIDTHS)
def test_what_was_filled_in_is_still_known_after_breaking(text: str, cut: int, width: float) -> None:
    lines = break_lines((Run(text[:cut], filled=True), Run(text[cut:])), width, em)
    filled = "".join(run.text for line in lines for run in line.runs if run.filled)
    assert without_blanks(filled) == without_blanks(text[:cut])


@pytest.mark.parametrize("mark", sorted(NOT_AT_START - set("%,.;:?!)]}>")))
def test_no_line_begins_with_a_closing_mark(mark: str) -> None:
    assert broken(f"甲乙丙丁{mark}戊", 4) == ["甲乙丙", f"丁{mark}戊"]


@pytest.mark.parametrize("mark", sorted(NOT_AT_END - set("$([{<")))
def test_no_line_ends_with_an_opening_mark(mark: str) -> None:
    assert broken(f"甲乙丙{mark}丁戊", 4) == ["甲乙丙", f"{mark}丁戊"]


def test_opening_marks_stay_with_what_follows_over_a_blank() -> None:
    assert broken("甲乙丙（ 丁戊己庚", 5) == ["甲乙丙", "（ 丁戊己", "庚"]


@pytest.mark.parametrize("pair", ["——", "……"])
def test_dashes_and_ellipses_stay_whole(pair: str) -> None:
    assert broken(f"甲乙丙丁{pair}戊", 5) == ["甲乙丙", f"丁{pair}戊"]


def test_words_and_numbers_stay_whole() -> None:
    assert broken("甲乙13800138000丙", 6) == ["甲乙", "13800138000", "丙"]
    assert broken("See The Road甲乙", 4) == ["See The", "Road甲乙"]


def test_a_word_wider_than_a_line_is_cut() -> None:
    assert broken("甲" + "a" * 20, 4) == ["甲", "a" * 8, "a" * 8, "a" * 4]


def test_marks_stay_on_their_letters_where_a_word_is_cut() -> None:
    assert broken("e\u0301" * 10, 4) == ["e\u0301" * 8, "e\u0301" * 2]
    assert broken("👍🏽甲乙", 2) == ["👍🏽", "甲乙"]
    assert broken("aaaaaaab🏽c", 4) == ["aaaaaaa", "b🏽c"]


def test_no_break_spaces_hold_words_together_and_zero_width_ones_let_them_part() -> None:
    assert broken("ab\u00a0cd甲 ef", 3) == ["ab\u00a0cd", "甲 ef"]
    assert broken("abc\u200bdefgh", 3) == ["abc\u200b", "defgh"]


def test_blanks_are_dropped_where_a_line_ends_and_kept_where_one_writes() -> None:
    assert broken("甲乙丙   丁", 3) == ["甲乙丙", "丁"]
    assert broken("月　　日　　", 10) == ["月　　日　　"]
    assert broken("月　　日　　", 5) == ["月　　日"]


def test_the_first_line_is_shorter_by_its_indent() -> None:
    assert broken("甲乙丙丁戊己庚", 4, indent=2) == ["甲乙", "丙丁戊己", "庚"]


@pytest.mark.parametrize("text", ["", "甲"])
def test_a_short_text_is_one_line_that_ends_its_paragraph(text: str) -> None:
    lines = break_lines((Run(text),) if text else (), 10, em)
    assert [(plain(line.runs), line.width, line.last) for line in lines] == [(text, len(text), True)]


def test_only_the_last_line_ends_the_paragraph() -> None:
    assert [line.last for line in break_lines((Run("甲" * 9),), 4, em)] == [False, False, True]


def test_a_room_narrower_than_a_character_takes_one_a_line() -> None:
    assert broken("甲乙", 0.5) == ["甲", "乙"]


def test_gaps_between_han_may_be_widened_and_those_inside_words_dashes_and_letters_may_not() -> None:
    assert stretchable("甲乙") == [True]
    assert stretchable("ab 甲") == [False, False, True]
    assert stretchable("甲——") == [True, False]
    assert stretchable("e\u0301甲") == [False, True]
    assert stretchable("") == []


def test_a_line_tells_its_words() -> None:
    assert Line((Run("甲"), Run("乙", filled=True)), 2, True).text == "甲乙"
