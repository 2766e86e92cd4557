"""From three films to all the forms on the disk, with the window alone."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app import storage
from app.ui.badges import State
from app.ui.pages.export import ExportPage
from app.ui.pages.overview import OverviewPage
from app.ui.pages.review import ReviewPage
from app.ui.pages.unit import UnitPage
from app.ui.pages.videos import VideosPage
from app.ui.pages.works import WorksPage
from app.ui.wizard import PAGES, Wizard
from tests.films import film
from tests.ui.hands import click, drop, go_on, write


@pytest.fixture
def three_films(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "要报送的视频"
    folder.mkdir()
    short, long, bad = film(seconds=65.5), film(seconds=400), film("坏.mov", container="mov", width=640, height=360)
    names = ["01_光影里的蜀道_最终版.mp4", "《山那边的课堂》.mp4", "手机随拍.mov"]
    return [shutil.copy(p, folder / n) for p, n in zip((short, long, bad), names, strict=True)]


def test_three_films_become_all_the_forms(qtbot, wizard: Wizard, three_films: list[Path], tmp_path: Path) -> None:
    unit: UnitPage = wizard.page_named(UnitPage)
    for identity, text in {
        "unit.name": "示范职业技术大学", "unit.contact.name": "张三", "unit.contact.mobile": "13800138000",
    }.items():  # fmt: skip
        write(unit.boxes[identity].editor, text)
    for part, text in {"province": "四川省", "city": "成都市", "district": "青羊区", "detail": "示范路 1 号"}.items():
        write(unit.address[part], text)
    click(unit.same_person)
    go_on(wizard)

    videos: VideosPage = wizard.page_named(VideosPage)
    assert wizard.current() is videos
    drop(wizard, three_films[0].parent)
    qtbot.waitUntil(lambda: len(wizard.session.draft.works) == 3 and not wizard.session.films.busy(), timeout=20_000)
    states = [videos.model.state(w) for w in wizard.session.draft.works]
    assert states == [State.PASS, State.PASS, State.FAIL]
    assert [w.title for w in wizard.session.draft.works] == ["光影里的蜀道", "山那边的课堂", "手机随拍"]
    videos.table.selectRow(2)
    failed = {f.rule for f in videos.rules.findings() if f.level == "fail"}
    assert failed == {"container", "resolution"}
    qtbot.keyClick(videos.table, Qt.Key.Key_Delete)
    assert len(wizard.session.draft.works) == 2
    go_on(wizard)

    works: WorksPage = wizard.page_named(WorksPage)
    assert wizard.current() is works
    write(works.boxes["theme"].editor.lineEdit(), wizard.session.campaign.themes[0].name)
    write(works.boxes["created"].editor, "2031-05")
    click(works.same_unit)
    write(works.boxes["creators"].editor.rows[0].name, "李四")
    write(works.boxes["synopsis"].editor, "一位山里老师的一天。" * 20)
    write(works.boxes["recommendation"].editor, "同意推选。")
    for identity in ("theme", "created", "producer", "creators", "recommendation"):
        works.apply_to_all(identity)
    works.list.choose(wizard.session.draft.works[1].id)
    write(works.boxes["synopsis"].editor, "两个孩子和一堂课。" * 22)
    go_on(wizard)

    review: ReviewPage = wizard.page_named(ReviewPage)
    assert wizard.current() is review
    for work in wizard.session.draft.works:
        review.list.choose(work.id)
        click(review.all_yes)
    go_on(wizard)
    qtbot.waitUntil(lambda: wizard.rail.words(PAGES.index(OverviewPage)) == "已齐全", timeout=5_000)
    go_on(wizard)

    export: ExportPage = wizard.page_named(ExportPage)
    assert wizard.current() is export
    out = tmp_path / "表格"
    write(export.folder, str(out))
    qtbot.waitUntil(export.start.isEnabled, timeout=10_000)
    click(export.start)
    qtbot.waitUntil(lambda: bool(export.files) or bool(export.banner.text()), timeout=60_000)
    written = sorted(str(p.relative_to(out)) for p in out.rglob("*") if p.is_file())
    assert written == sorted(
        [f"汇总表.{kind}" for kind in ("docx", "pdf", "xlsx")] + ["全部表格.pdf"]
        + [f"{folder}/{form}.{kind}" for folder in ("01_光影里的蜀道", "02_山那边的课堂")
           for form in ("承诺书", "报名表") for kind in ("docx", "pdf")]
    )  # fmt: skip

    qtbot.waitUntil(wizard.session.autosave.is_saved, timeout=5_000)
    assert storage.load_draft(wizard.session.path).draft == wizard.session.draft
