"""What is dropped on the window, whatever the page, finds its place, and what finds none is said."""

import shutil
import time
import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QComboBox, QMessageBox, QWidget

from app import storage
from app.draft import Draft, Unit
from app.exporters import xlsx_list
from app.pack import find_campaign
from app.ui import dropping
from app.ui.desk import Desk
from app.ui.gather_window import GatherWindow
from app.ui.inputs import LineInput, TextInput
from app.ui.pages.overview import OverviewPage
from app.ui.pages.stamps import StampsPage
from app.ui.pages.unit import UnitPage
from app.ui.pages.videos import VideosPage
from app.ui.pages.works import WorksPage
from app.ui.verify_window import VerifyWindow
from app.ui.wizard import PAGES, Wizard
from tests.exporters.samples import forms_of, ordinary_draft
from tests.exporters.test_verify import small_bag
from tests.films import film
from tests.ui.hands import click, drop

COPY, LEFT, PLAIN = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    return small_bag(tmp_path / "某单位", {"a.txt": b"1"}, ["sha256"])


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "盖章.pdf"
    path.write_bytes(b"%PDF-1.4")
    return path


@pytest.fixture
def scans(wizard: Wizard, monkeypatch: pytest.MonkeyPatch) -> list[list[Path]]:
    """Return the lists of scans that reach their page; what it does with them is tested there."""
    taken: list[list[Path]] = []
    monkeypatch.setattr(wizard.page_named(StampsPage), "add_paths", taken.append, raising=False)
    return taken


def draft_file(path: Path, unit: str) -> Path:
    storage.save_draft(Draft(campaign=find_campaign("").id, unit=Unit(name=unit)), path)
    return path


def mime(*paths: Path) -> QMimeData:
    made = QMimeData()
    made.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return made


def verified(qtbot, wizard: Wizard, rows: int) -> dict[str, str]:
    qtbot.waitUntil(lambda: bool(wizard.findChildren(VerifyWindow)), timeout=10_000)
    (window,) = wizard.findChildren(VerifyWindow)
    qtbot.waitUntil(lambda: len(window.list.words()) == rows and not window.queue.busy(), timeout=10_000)
    assert window.isVisible()
    return dict(window.list.words())


def test_scans_lead_to_their_page(qtbot, wizard: Wizard, scans: list[list[Path]], scan: Path, tmp_path: Path) -> None:
    folder = tmp_path / "盖章"
    folder.mkdir()
    for name in ("2.jpg", "10.tiff"):
        (folder / name).write_bytes(b"x")
    drop(wizard, scan, folder)
    qtbot.waitUntil(lambda: bool(scans), timeout=10_000)
    # As they are: the page looks through folders itself, and says what is no scan.
    assert scans == [[scan, folder]]
    assert isinstance(wizard.current(), StampsPage)
    letter = tmp_path / "信.txt"
    letter.write_text("x", encoding="utf-8")
    drop(wizard, letter)
    qtbot.waitUntil(lambda: len(scans) == 2, timeout=10_000)
    assert scans[1] == [letter]


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_a_package_is_verified_and_the_page_stays(
    qtbot, wizard: Wizard, bag: Path, tmp_path: Path, packed: bool
) -> None:
    path = bag
    if packed:
        path = Path(shutil.make_archive(str(tmp_path / "某单位"), "zip", tmp_path, bag.name))
    before = wizard.current()
    drop(wizard, path)
    assert verified(qtbot, wizard, 1) == {path.name: "完好"}
    assert wizard.current() is before
    assert wizard.session.draft.works == ()


def test_a_mixed_drop_is_parted_and_says_what_went_where(
    qtbot, wizard: Wizard, scans: list[list[Path]], scan: Path, bag: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "视频"
    folder.mkdir()
    shutil.copy(film(seconds=60), folder / "片.mp4")
    (folder / "海报.jpg").write_bytes(b"x")
    letter = tmp_path / "信.txt"
    letter.write_text("x", encoding="utf-8")
    drop(wizard, scan, bag, folder, letter)
    page = wizard.page_named(VideosPage)
    qtbot.waitUntil(lambda: len(page.session.draft.works) == 1, timeout=10_000)
    assert wizard.current() is page
    assert scans == [[scan]]
    assert verified(qtbot, wizard, 1) == {"某单位": "完好"}
    for words in ("1 个视频在“添加视频”", "1 个扫描件在“盖章回收”", "1 个报送包在“核对报送包”"):
        assert words in wizard.dropping.note.text()
    listed = [page.skipped.list.item(i).text() for i in range(page.skipped.list.count())]
    assert [line.partition("——")[0] for line in listed] == ["海报.jpg", "信.txt"]
    assert "单独拖进来" in listed[0]


def test_what_belongs_nowhere_is_said_on_the_page_that_is_shown(qtbot, wizard: Wizard, tmp_path: Path) -> None:
    wizard.show_page(OverviewPage)
    letters = [tmp_path / f"信{n}.txt" for n in range(12)]
    for letter in letters:
        letter.write_text("x", encoding="utf-8")
    drop(wizard, *letters, tmp_path / "没有")
    banner = wizard.dropping.note
    qtbot.waitUntil(lambda: "没有收下" in banner.text(), timeout=10_000)
    assert isinstance(wizard.current(), OverviewPage)
    assert wizard.current().isAncestorOf(banner)
    assert banner.isVisible()
    assert "“信0.txt”" in banner.text()
    assert "等 12 个：不认识" in banner.text()
    assert "“没有”：找不到" in banner.text()
    (tmp_path / "空").mkdir()
    drop(wizard, tmp_path / "空")
    qtbot.waitUntil(lambda: "里面没有视频" in banner.text(), timeout=10_000)


def test_one_draft_is_opened_but_not_among_other_things(qtbot, desk: Desk, tmp_path: Path) -> None:
    path = draft_file(tmp_path / "甲.weiying", "甲单位")
    desk.open(page=1)
    first = desk.window
    letter = tmp_path / "信.txt"
    letter.write_text("x", encoding="utf-8")
    drop(first, path, letter)
    qtbot.waitUntil(lambda: "草稿请单独拖" in first.dropping.note.text(), timeout=10_000)
    assert desk.window is first
    drop(first, path)
    qtbot.waitUntil(lambda: desk.window is not first, timeout=10_000)
    assert desk.window.session.draft.unit.name == "甲单位"


def test_a_summary_list_fills_the_works(qtbot, wizard: Wizard, tmp_path: Path) -> None:
    path = tmp_path / "汇总表.xlsx"
    path.write_bytes(xlsx_list.render(forms_of(ordinary_draft(works=2))["summary"]))
    drop(wizard, path)
    qtbot.waitUntil(lambda: len(wizard.session.draft.works) == 2, timeout=10_000)
    assert isinstance(wizard.current(), VideosPage)
    with zipfile.ZipFile(tmp_path / "别的.xlsx", "w") as archive:
        archive.writestr("x", b"x")
    drop(wizard, tmp_path / "别的.xlsx")
    qtbot.waitUntil(lambda: "打不开" in wizard.current().banner.text(), timeout=10_000)


@pytest.mark.parametrize("answer", ["核对", "汇总", "取消"])
def test_several_packages_ask_what_for(qtbot, wizard: Wizard, bag: Path, tmp_path: Path, answer: str) -> None:
    other = Path(shutil.copytree(bag, tmp_path / "另一单位"))
    draft = draft_file(tmp_path / "甲.weiying", "甲")
    drop(wizard, bag, other, draft)
    qtbot.waitUntil(lambda: bool(wizard.findChildren(QMessageBox)), timeout=10_000)
    (box,) = wizard.findChildren(QMessageBox)
    assert "2 个报送包、1 份草稿" in box.text()
    click(next(button for button in box.buttons() if answer in button.text()))
    if answer == "核对":
        assert set(verified(qtbot, wizard, 2)) == {"某单位", "另一单位"}
        assert "草稿不是报送包" in wizard.dropping.note.text()
    windows = wizard.findChildren(GatherWindow)
    assert bool(windows) == (answer == "汇总")
    for window in windows:
        qtbot.waitUntil(lambda: len(window.gathering.entries) == 3, timeout=10_000)  # noqa: B023
        assert [entry.path for entry in window.gathering.entries] == [bag, other, draft]


def test_a_drop_returns_at_once_and_a_long_look_is_told(
    qtbot, wizard: Wizard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dropping, "_PATIENCE_MS", 0)
    for number in range(3000):
        (tmp_path / f"{number}.txt").write_bytes(b"")
    data = mime(tmp_path)
    assert enter(wizard, data)
    event = QDropEvent(QPointF(20, 20), COPY, data, LEFT, PLAIN)
    started = time.perf_counter()
    QApplication.sendEvent(wizard, event)
    assert time.perf_counter() - started < 0.05
    assert event.isAccepted()
    qtbot.waitUntil(lambda: "正在查看" in wizard.dropping.note.text(), timeout=10_000)
    qtbot.waitUntil(lambda: "3000 个" in wizard.dropping.note.text(), timeout=20_000)


class _Watch(QObject):
    """Counts how often a widget appears and goes."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.seen: list[QEvent.Type] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.Show, QEvent.Type.Hide}:
            self.seen.append(event.type())
        return False


def enter(widget: QWidget, data: QMimeData) -> bool:
    event = QDragEnterEvent(QPoint(5, 5), COPY, data, LEFT, PLAIN)
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def test_the_overlay_says_what_it_will_be_taken_for(wizard: Wizard) -> None:
    overlay = wizard.dropping.overlay
    for names, words in (
        (("片.mp4", "片.mov"), "添加视频"),
        (("章.pdf",), "扫描件"),
        (("包.zip",), "核对报送包"),
        (("甲.weiying",), "打开草稿"),
        (("表.xlsx",), "汇总表"),
        (("文件夹",), "看看里面"),
        (("片.mp4", "章.png", "文件夹"), "分别"),
    ):
        assert enter(wizard, mime(*(Path("/无") / name for name in names)))
        assert overlay.isVisible()
        assert words in overlay.text.text()
    assert not enter(wizard, QMimeData())


def test_the_overlay_covers_every_page_and_does_not_flicker(qtbot, wizard: Wizard) -> None:
    overlay, data = wizard.dropping.overlay, mime(Path("/无/片.mp4"))
    watch = _Watch(overlay)
    for kind in PAGES:
        page = wizard.show_page(kind)
        for _ in range(3):
            assert enter(wizard, data)
            QApplication.sendEvent(wizard, QDragLeaveEvent())
            QApplication.processEvents()
        assert enter(wizard, data)
        assert watch.seen == [QEvent.Type.Show]
        middle = page.mapTo(wizard, page.rect().center())
        # Only the window itself is below the mouse, so that Qt has nothing to leave and to enter.
        assert wizard.childAt(middle) in {overlay, overlay.text, overlay.more}
        QApplication.sendEvent(wizard, QDragLeaveEvent())
        qtbot.waitUntil(lambda: not overlay.isVisible(), timeout=2_000)
        assert watch.seen == [QEvent.Type.Show, QEvent.Type.Hide]
        watch.seen.clear()


def test_files_over_a_field_are_the_windows_and_never_typed(qtbot, wizard: Wizard, tmp_path: Path) -> None:
    shutil.copy(film(seconds=60), tmp_path / "片.mp4")
    drop(wizard, tmp_path / "片.mp4")
    qtbot.waitUntil(lambda: len(wizard.session.draft.works) == 1, timeout=10_000)
    for kind in (UnitPage, WorksPage):
        page = wizard.show_page(kind)
        fields = [w for w in page.findChildren(LineInput) if w.isVisible()]
        fields += [w.viewport() for w in page.findChildren(TextInput) if w.isVisible()]
        fields += [w.lineEdit() for w in page.findChildren(QComboBox) if w.isVisible() and w.isEditable()]
        assert fields
        for field in fields:
            wizard.dropping.overlay.end()
            data = mime(tmp_path / "片.mp4")
            # As file managers give it along.
            data.setText(str(tmp_path / "片.mp4"))
            assert enter(field, data)
            assert wizard.dropping.overlay.isVisible()
    text = QMimeData()
    text.setText("一句话")
    wizard.dropping.overlay.end()
    assert enter(wizard.show_page(UnitPage).findChild(LineInput), text)
    assert not wizard.dropping.overlay.isVisible()
