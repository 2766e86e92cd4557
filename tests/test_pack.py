"""A call's pack: read into types, or refused with every mistake at once."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import paths
from app.errors import AppError
from app.form_spec import CellSpec, GridSpec, RowSpec
from app.pack import PackError, find_campaign, load_campaign, shipped_campaigns
from app.pack_checks import grid_gaps
from app.toml_lines import key_lines, line_of

COAST = Path(__file__).parent / "campaigns" / "coast-2031.toml"
SHIPPED = sorted(paths.campaigns().glob("*.toml"))


def mistakes_of(tmp_path: Path, text: str) -> list[str]:
    pack = tmp_path / "坏.toml"
    pack.write_text(text, encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load_campaign(pack)
    return [str(mistake) for mistake in caught.value.mistakes]


@pytest.mark.parametrize("path", [*SHIPPED, COAST], ids=lambda path: path.stem)
def test_every_pack_at_hand_is_sound(path: Path) -> None:
    campaign = load_campaign(path)
    assert campaign.id == path.stem
    assert campaign.types


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_clause_of_a_shipped_pack_stands_in_its_notice(path: Path) -> None:
    """What a badge cites must be the organiser's words: what follows the clause's number is found in the notice."""
    campaign = load_campaign(path)
    notice = squeezed((path.parent / campaign.notice).read_text(encoding="utf-8"))
    text = path.read_text(encoding="utf-8")
    for clause in re.findall(r'^clause = "(.*)"$', text, re.MULTILINE):
        words = re.sub(r"^[一二三四五]（[一二三四]）|^[一二三四五]、", "", clause)
        for part in words.split("：", 1)[-1].split("；"):
            assert squeezed(part) in notice, clause


def squeezed(text: str) -> str:
    """Leave out what the notice's typing varies in: spaces, and the marks between a heading and its text."""
    return re.sub(r"[\s。：]", "", text)


def test_a_pack_with_mistakes_lists_them_all_with_key_line_and_likely_word(tmp_path: Path) -> None:
    text = """format = "weiying-campaign"
version = 1
id = "x"
titel = "写错的键"

[window]
opens = 2031-04-01
closes = 2031-03-01

[[types]]
name = "甲"
max_seconds = "300"

[[types]]
name = "甲"
max_seconds = -5

[video.container]
accepts = ["MP4", "MP5"]

[video.orientation]
ratios = ["16比9"]

[naming]
video = "{work.titel}"
"""
    found = mistakes_of(tmp_path, text)
    assert found == [
        "第 1 行 title：缺少这个键",
        "第 4 行 titel：没有这个键，是不是“title”？",
        "第 8 行 window.closes：不应小于 opens（2031-04-01）",
        "第 12 行 types[1].max_seconds：应当是数，写成了文字“300”",
        "第 15 行 types[2].name：“甲”写了两次",
        "第 16 行 types[2].max_seconds：应当大于 0，写成了 -5",
        "第 19 行 video.container.accepts[2]：“MP5”不在可用的值之中，是不是“MP4”？",
        "第 22 行 video.orientation.ratios[1]：“16比9”不是画幅比例，应写成 16:9 的样子",
        "第 25 行 naming.video：没有占位符“{work.titel}”，是不是“{work.title}”？",
    ]


def test_mistakes_in_a_form_are_found_where_they_stand(tmp_path: Path) -> None:
    text = (
        COAST.read_text(encoding="utf-8")
        + """
[[forms]]
id = "card"
name = "表"
scope = "submission"
title = "表"

[[forms.blocks]]
kind = "paragraf"
text = ""

[[forms.blocks]]
kind = "line"
text = "{work.title}"

[[forms.blocks]]
kind = "grid"
columns = [100, 100]

[[forms.blocks.rows]]
cells = [{ text = "一格" }]
"""
    )
    found = "\n".join(mistakes_of(tmp_path, text))
    assert "“card”写了两次" in found
    assert "forms[2].blocks[1].kind：“paragraf”不是已知的种类" in found
    assert "forms[2].blocks[2].text：没有占位符“{work.title}”" in found


def test_a_grid_must_close_and_fit_the_page(tmp_path: Path) -> None:
    text = (
        COAST.read_text(encoding="utf-8")
        + """
[[forms]]
id = "grid"
name = "表"
scope = "work"
title = "表"

[[forms.blocks]]
kind = "grid"
columns = [100, 100]

[[forms.blocks.rows]]
cells = [{ text = "一格" }]
"""
    )
    found = "\n".join(mistakes_of(tmp_path, text))
    assert "rows[1]：单元格没有占满表格的列" in found
    assert "各列共宽 200 毫米，版心只有 156 毫米" in found


@pytest.mark.parametrize(
    ("rows", "sound"),
    [
        ([[(1, 2)], [(1, 1), (1, 1)]], True),
        ([[(2, 1), (1, 1)], [(1, 1)]], True),
        ([[(2, 1), (1, 1)], [(1, 2)]], False),
        ([[(1, 3)]], False),
        ([[(2, 2)]], False),
    ],
    ids=["plain", "span down", "overlap", "too wide", "out of the bottom"],
)
def test_cells_that_overlap_or_stick_out_are_told(rows: list[list[tuple[int, int]]], sound: bool) -> None:
    made = tuple(RowSpec(cells=tuple(CellSpec(rowspan=down, colspan=right) for down, right in row)) for row in rows)
    assert (not grid_gaps(GridSpec(columns=(10, 10), rows=made))) is sound


def test_a_text_that_is_no_toml_names_its_line(tmp_path: Path) -> None:
    (found,) = mistakes_of(tmp_path, 'format = "weiying-campaign"\nid = “x”\n')
    assert found.startswith("第 2 行：不合 TOML 的写法")


def test_a_pack_that_cannot_be_read_is_an_error_in_words(tmp_path: Path) -> None:
    with pytest.raises(AppError, match="读不了征集文件"):
        load_campaign(tmp_path / "没有.toml")
    gbk = tmp_path / "gbk.toml"
    gbk.write_bytes("title = '征集'".encode("gbk"))
    with pytest.raises(AppError, match="不是 UTF-8"):
        load_campaign(gbk)


def test_a_call_is_found_by_id_or_by_path() -> None:
    shipped = shipped_campaigns()[0]
    assert find_campaign("") == shipped
    assert find_campaign(shipped.id) == shipped
    assert find_campaign(str(COAST)).id == "coast-2031"
    with pytest.raises(AppError, match="没有名为“不存在”的征集活动"):
        find_campaign("不存在")


names = st.text("abcdefghij", min_size=1, max_size=3)
values = st.sampled_from(
    ['"x"', "1", "[1, 2]", '"""\na = 1\n"""', "[\n  1, # ]\n  2,\n]", '"[not.a.table]"', "{ z = 1 }"]
)
tables = st.dictionaries(names, st.dictionaries(names, values, max_size=4), max_size=4)


@given(tables)
def test_every_key_is_found_on_the_line_it_stands_on(data: dict[str, dict[str, str]]) -> None:
    text, expected = "# 开头\n", {}
    for table, pairs in data.items():
        expected[table,] = text.count("\n") + 1
        text += f"[{table}]\n"
        for key, value in pairs.items():
            expected[table, key] = text.count("\n") + 1
            text += f"{key} = {value}\n"
    assert key_lines(text) == expected


def test_an_unknown_key_is_shown_at_the_nearest_thing_around_it() -> None:
    lines = key_lines("[[a]]\nx = 1\n\n[[a]]\nb = [{ c = 1 }]\n")
    assert line_of(lines, ("a", 1, "b", 0, "c")) == 5
    assert line_of(lines, ("a", 1, "missing")) == 4
    assert line_of(lines, ("z",)) == 1
