"""The draft's values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.draft import Address, address_text, bare_title


@pytest.mark.parametrize(
    ("typed", "bare"),
    [
        ("光影", "光影"),
        ("《光影》", "光影"),
        ("《《双书名》》", "双书名"),
        (" 《 光影 》 ", "光影"),
        ("《甲》与《乙》", "〈甲〉与〈乙〉"),
        ("读《论语》", "读〈论语〉"),
        ("《读《论语》》", "读〈论语〉"),
        ("《光影", "〈光影"),
        ("》《", "〉〈"),
        ("《》", ""),
        ("", ""),
    ],
)
def test_a_title_loses_the_marks_around_it_and_turns_those_inside(typed: str, bare: str) -> None:
    assert bare_title(typed) == bare


@given(st.text("《》〈〉光 a", max_size=12))
def test_a_form_shows_exactly_one_pair_however_many_were_typed(typed: str) -> None:
    shown = f"《{bare_title(typed)}》"
    assert shown.count("《") == shown.count("》") == 1
    assert bare_title(shown) == bare_title(typed)


def test_an_address_does_not_repeat_a_city_that_is_its_province() -> None:
    assert address_text(Address("某市", "某市", "某区", "某路 1 号")) == "某市某区某路 1 号"
    assert address_text(Address()) == ""
