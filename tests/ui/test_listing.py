"""A summary list that somebody filled in becomes works, matched to the films by name."""

from pathlib import Path

import openpyxl
from PySide6.QtWidgets import QWizard

from app.draft import Draft, Unit, Video, Work
from app.pack import find_campaign
from app.summary_import import read_summary
from app.ui.listing import with_films, with_summary
from app.ui.pages.videos import VideosPage
from app.ui.wizard import PAGES, Wizard
from tests.ui.hands import click

CAMPAIGN = find_campaign("")


def summary_file(folder: Path, count: int = 3) -> Path:
    """Write a list as a unit keeps it: a title, a merged line, the columns in an order of its own, one unknown."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["参评作品汇总表"])
    sheet.append(["报送单位(盖章)：某某学院"])
    sheet.append(["序号", "制作单位", "片名", "内容简介(200字左右)", "备注", "类型", "主题"])
    for number in range(1, count + 1):
        sheet.append(
            [number, f"制作{number}", f"《作品{number}号》", f"简介{number}", "x", CAMPAIGN.types[0].name, "主题"]
        )
    sheet.merge_cells("A1:G1")
    path = folder / "汇总表.xlsx"
    book.save(path)
    return path


def test_works_are_filled_in_the_lists_order_and_the_rest_stays(tmp_path: Path) -> None:
    works = (
        Work(id="x", title="别的", video=Video("/v/别的.mp4")),
        Work(id="b", title="", video=Video("/v/02作品2号_终版.mp4"), recommendation="同意"),
        Work(id="a", title="", video=Video("/v/01作品1号_终版.mp4"), theme="旧"),
    )
    listed = with_summary(Draft(works=works), read_summary(summary_file(tmp_path), CAMPAIGN), CAMPAIGN)
    found = listed.draft.works
    assert [w.id for w in found[:2]] == ["a", "b"]
    assert [w.title for w in found] == ["作品1号", "作品2号", "作品3号", "别的"]
    assert found[0].theme == "主题"
    assert found[1].recommendation == "同意"
    assert (listed.filled, listed.added) == (2, 1)
    assert any("备注" in note for note in listed.notes)
    assert any("作品3号" in note and "没有对应的视频" in note for note in listed.notes)
    assert any("别的.mp4" in note for note in listed.notes)


def test_of_the_unit_only_what_is_empty_is_filled(tmp_path: Path) -> None:
    summary = read_summary(summary_file(tmp_path), CAMPAIGN)
    assert with_summary(Draft(), summary, CAMPAIGN).draft.unit.name in {"某某学院", ""}
    kept = with_summary(Draft(unit=Unit(name="原来的")), summary, CAMPAIGN).draft.unit
    assert kept.name == "原来的"


def test_films_added_later_go_to_the_works_that_wait_for_them(tmp_path: Path) -> None:
    listed = with_summary(Draft(), read_summary(summary_file(tmp_path), CAMPAIGN), CAMPAIGN)
    films = {Path("/v/3-作品3号.mp4"): "作品3号", Path("/v/新片.mp4"): "新片"}
    works = with_films(listed.draft.works, list(films), films)
    assert [w.title for w in works] == ["作品1号", "作品2号", "作品3号", "新片"]
    assert works[2].video.path == "/v/3-作品3号.mp4"


def test_forty_works_are_imported_in_the_window_and_can_be_undone(qtbot, wizard: Wizard, tmp_path: Path) -> None:
    wizard.go_to(PAGES.index(VideosPage))
    page = wizard.page_named(VideosPage)
    page.import_summary(summary_file(tmp_path, 40))
    qtbot.waitUntil(lambda: len(page.session.draft.works) == 40, timeout=20_000)
    assert "40 部新建" in page.skipped._title.text()
    click(wizard.button(QWizard.WizardButton.CustomButton1))
    assert page.session.draft.works == ()


def test_a_file_that_is_no_list_is_told_in_the_page(qtbot, wizard: Wizard, tmp_path: Path) -> None:
    wizard.go_to(PAGES.index(VideosPage))
    page = wizard.page_named(VideosPage)
    (tmp_path / "坏.xlsx").write_bytes(b"x")
    page.import_summary(tmp_path / "坏.xlsx")
    qtbot.waitUntil(lambda: "坏.xlsx" in page.banner.text(), timeout=10_000)
