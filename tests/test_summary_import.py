"""Summary lists that others have filled in."""

import zipfile
from pathlib import Path

import msgspec
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.draft import Creator
from app.errors import AppError
from app.exporters import xlsx_list
from app.pack import shipped_campaigns
from app.summary_import import ListedWork, match_films, read_summary
from tests.exporters.samples import forms_of, ordinary_draft

CAMPAIGN = shipped_campaigns()[0]


def saved(tmp_path: Path, rows: list[list[object]], merged: tuple[str, ...] = ()) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for area in merged:
        book.active.merge_cells(area)
    book.save(path := tmp_path / "汇总表.xlsx")
    return path


def test_our_own_list_comes_back_as_it_was_written(tmp_path: Path) -> None:
    draft = ordinary_draft(works=3)
    long = msgspec.structs.replace(draft.works[1], title="《很长》", synopsis="长" * 2000, creators=(Creator(),))
    draft = msgspec.structs.replace(draft, works=(draft.works[0], long, draft.works[2]))
    path = tmp_path / "汇总表.xlsx"
    path.write_bytes(xlsx_list.render(forms_of(draft)["summary"]))
    summary = read_summary(path, CAMPAIGN)
    assert [w.values["work.title"] for w in summary.works] == ["《光影里的蜀道》", "《很长》", "《光影里的蜀道》"]
    assert [w.values["work.synopsis"] for w in summary.works] == [w.synopsis for w in draft.works]
    assert summary.unit["unit.name"] == draft.unit.name
    assert summary.unit["preparer.name"] == draft.unit.preparer.name
    assert summary.unit["preparer.phone"] == draft.unit.preparer.phone
    assert summary.not_understood == ()


def test_columns_come_in_any_order_with_title_rows_above_and_merged_cells(tmp_path: Path) -> None:
    path = saved(
        tmp_path,
        [
            ["附件3"],
            ["某市参评作品汇总表", None, None, None],
            ["报送单位:某市委宣传部", None, "日期："],
            [],
            ["制作单位", "序 号", "片　名", "内容简介 (约200字)", "备注"],
            ["甲公司", 1, "《光影》", "讲的是光。", "已审"],
            ["甲公司", 2, "山路", 20240501, None],
            [None, None, None, None, None],
            ["报送人：", "张三", "联系电话：028-1234567"],
        ],
        ("A2:D2",),
    )
    summary = read_summary(path, CAMPAIGN)
    assert [w.values for w in summary.works] == [
        {"work.producer": "甲公司", "work.title": "《光影》", "work.synopsis": "讲的是光。"},
        {"work.producer": "甲公司", "work.title": "山路", "work.synopsis": "20240501"},
    ]
    assert [w.row for w in summary.works] == [6, 7]
    assert summary.unit == {"unit.name": "某市委宣传部", "preparer.name": "张三", "preparer.phone": "028-1234567"}
    assert summary.not_understood == ("第 5 行的表头“备注”不认识，这一列没有导入。",)


def test_what_is_merged_downwards_is_said_of_each_work_beside_it(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["片名", "制作单位", "主题"],
        ["光影", "甲公司", "甲"],
        ["山路", None, "乙"],
        ["归途", None, None],
    ]
    path = saved(tmp_path, [*rows, ["回声", None, "丙"]], ("B2:B4", "C3:C4"))
    assert [(w.values.get("work.producer"), w.values["work.theme"]) for w in read_summary(path, CAMPAIGN).works] == [
        ("甲公司", "甲"),
        ("甲公司", "乙"),
        ("甲公司", "乙"),
        (None, "丙"),
    ]


def test_a_row_without_a_title_is_listed_and_not_dropped_in_silence(tmp_path: Path) -> None:
    path = saved(tmp_path, [["片名", "主题"], ["光影", "甲"], [None, "没有片名的一行"], [3, None]])
    summary = read_summary(path, CAMPAIGN)
    assert len(summary.works) == 2
    assert summary.not_understood == ("第 3 行没有片名，没有导入：没有片名的一行",)


def test_a_list_on_the_second_sheet_is_found(tmp_path: Path) -> None:
    path = saved(tmp_path, [["说明"]])
    book = openpyxl.load_workbook(path)
    sheet = book.create_sheet("汇总")
    sheet.append(["片名", "类型"])
    sheet.append(["光影", CAMPAIGN.types[0].name])
    book.save(path)
    assert len(read_summary(path, CAMPAIGN).works) == 1


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [("旧.xls", b"x", "另存为"), ("坏.xlsx", b"x", "打不开"), ("空.xlsx", b"", "打不开")],
)
def test_what_is_no_list_is_refused_in_words(tmp_path: Path, name: str, content: bytes, word: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(AppError, match=word):
        read_summary(tmp_path / name, CAMPAIGN)


def test_a_sheet_without_the_columns_a_missing_file_and_a_bomb_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AppError, match="没有找到汇总表的表头"):
        read_summary(saved(tmp_path, [["甲", "乙"], ["片名", "丙"]]), CAMPAIGN)
    with pytest.raises(AppError, match="读不了"):
        read_summary(tmp_path / "没有.xlsx", CAMPAIGN)
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(250 * 1024 * 1024))
    with pytest.raises(AppError, match="太大"):
        read_summary(tmp_path / "bomb.xlsx", CAMPAIGN)


def listed(*titles: str) -> list[ListedWork]:
    return [ListedWork(n, {"work.title": title}) for n, title in enumerate(titles)]


def test_films_are_found_by_the_title_in_their_name() -> None:
    names = ["02_山路上的末班车_最终版.mp4", "某单位-《光影》（1080p）.mp4", "灯火人间.mov", "无关.mp4"]
    assert match_films(listed("光影", "《山路上的末班车》", "灯火人家", "没有这部"), names) == {0: 1, 1: 0, 2: 2}


def test_the_surer_match_wins_where_one_title_is_part_of_another() -> None:
    names = ["光影里的蜀道.mp4", "光影.mp4"]
    assert match_films(listed("光影", "光影里的蜀道"), names) == {0: 1, 1: 0}


@given(st.lists(st.text(max_size=6), max_size=6), st.lists(st.text(max_size=6), max_size=6))
def test_no_film_is_given_away_twice(titles: list[str], names: list[str]) -> None:
    found = match_films(listed(*titles), names)
    assert len(set(found.values())) == len(found)
    assert all(0 <= w < len(titles) and 0 <= f < len(names) for w, f in found.items())
