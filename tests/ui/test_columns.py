"""A column as Excel, WPS and LibreOffice put it on the clipboard."""

from hypothesis import given
from hypothesis import strategies as st

from app.draft import Creator
from app.pack import find_campaign
from app.ui.columns import column_from_text, column_to_text, creators_from_text, creators_to_text

CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t")).map(str.strip)


def test_cells_with_lines_and_quotes_of_their_own_stay_whole() -> None:
    copied = '第一个\r\n"两行\n的格子"\r\n"说""好""了"\r\n\r\n最后\r\n'
    assert column_from_text(copied) == ["第一个", "两行\n的格子", '说"好"了', "", "最后"]


def test_only_the_first_of_several_columns_is_taken() -> None:
    assert column_from_text("甲\t乙\n丙\t丁\n") == ["甲", "丙"]


@given(st.lists(CELL, max_size=6))
def test_what_is_copied_is_what_is_pasted(values: list[str]) -> None:
    while values and not values[-1]:
        values.pop()
    assert column_from_text(column_to_text(values)) == values


def test_people_are_understood_as_people_write_them() -> None:
    campaign = find_campaign("")
    people = creators_from_text("导演：张三；编剧: 李四、王五\n摄影 赵六\n孙七", campaign)
    assert people == (
        Creator("导演", "张三"),
        Creator("编剧", "李四、王五"),
        Creator("摄影", "赵六"),
        Creator("", "孙七"),
    )
    assert creators_from_text(creators_to_text(people), campaign) == people
