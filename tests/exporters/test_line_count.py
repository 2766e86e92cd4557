import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exporters.line_count import em_width, line_count


@pytest.mark.parametrize(
    ("text", "ems"),
    [
        ("", 0),
        ("汉字", 2),
        ("，。", 2),
        ("𬭛", 1),
        ("ab", 1.1),
        ("W", 0.8),
        ("e\u0301", 0.55),
        ("\u200f", 0),
        ("汉a", 1.8),
    ],
)
def test_widths_are_told_in_ems(text: str, ems: float) -> None:
    assert em_width(text) == pytest.approx(ems)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, 1),
        ("一二三四五", 5, 1),
        ("一二三四五六", 5, 2),
        ("一二三四五，六", 5, 2),
        ("一二三四（五）六", 5, 2),
        ("一二三 abcdef", 5, 2),
        ("a" * 100, 10, 6),
        ("一" * 2000, 20, 100),
        ("一", 0.1, 1),
    ],
)
def test_lines_are_counted_as_a_word_processor_breaks_them(text: str, width: float, lines: int) -> None:
    assert line_count(text, width) == lines


@given(st.text(st.sampled_from("汉字，。（）ab1W𬭛"), max_size=200), st.floats(2, 40))
def test_there_is_never_less_room_than_the_text_is_wide(text: str, width: float) -> None:
    lines = line_count(text, width)
    assert lines * width >= em_width(text) - 0.25 * lines - 1e-6


@given(st.text(st.sampled_from("汉字，。（）ab 1W"), max_size=200))
def test_a_narrower_column_never_takes_fewer_lines(text: str) -> None:
    counts = [line_count(text, width) for width in (4, 8, 16, 32)]
    assert counts == sorted(counts, reverse=True)
