"""核对报送包: real packages, good, damaged and hostile, one after the other; stopped, taken up again, recorded."""

import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from app.exporters.meter import Step
from app.ui.help import Help
from app.ui.pages.start import StartPage
from app.ui.verify_queue import Stage, seldom
from app.ui.verify_window import VerifyWindow
from app.ui.wizard import Wizard
from tests.exporters.test_verify import judged_by_bagit, put_climbing, put_link, small_bag, zipped
from tests.submissions import complete_draft, packed, submission
from tests.ui.hands import click, drop


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("包")
    return packed(submission(folder / "稿"), folder / "出").path


@pytest.fixture
def bag(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "某单位"))


@pytest.fixture
def window(qtbot, wizard: Wizard) -> VerifyWindow:
    wizard.show_verify()
    (made,) = wizard.findChildren(VerifyWindow)
    qtbot.waitExposed(made)
    return made


def settle(qtbot, window: VerifyWindow, rows: int) -> dict[str, str]:
    """Return the rows' words by name once all is verified."""
    qtbot.waitUntil(lambda: len(window.list.words()) == rows and not window.queue.busy(), timeout=20_000)
    return dict(window.list.words())


def sparse(folder: Path, size: int) -> Path:
    """Return a bag of one file that takes a while to read, and no room on the disk."""
    (folder / "data").mkdir(parents=True)
    with (folder / "data/大片.mp4").open("wb") as file:
        file.truncate(size)
    (folder / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", encoding="utf-8")
    (folder / "manifest-sha256.txt").write_text(f"{'0' * 64}  data/大片.mp4\n", encoding="utf-8")
    return folder


def test_many_packages_at_once_each_have_their_row(qtbot, window: VerifyWindow, bag: Path, tmp_path: Path) -> None:
    shelf = tmp_path / "收"
    shutil.copytree(bag, shelf / "完好的")
    zipped(bag, shelf / "压缩的.zip")
    damaged = Path(shutil.copytree(bag, shelf / "改过的"))
    (damaged / "data/汇总表.pdf").unlink()
    (shelf / "断了的.zip").write_bytes((shelf / "压缩的.zip").read_bytes()[:5000])
    letter = tmp_path / "信.txt"
    letter.write_text("不是包", encoding="utf-8")
    drop(window, shelf, letter)
    assert settle(qtbot, window, 5) == {
        "完好的": "完好",
        "压缩的.zip": "完好",
        "改过的": "与清单不符 2 处",
        "断了的.zip": "打不开",
        "信.txt": "不是报送包",
    }
    assert judged_by_bagit(shelf / "完好的")
    assert not judged_by_bagit(damaged)


def test_the_details_say_what_is_wrong_and_what_to_do(qtbot, window: VerifyWindow, bag: Path) -> None:
    (bag / "data/汇总表.pdf").unlink()
    (bag / "data/<b>多余&.txt").write_text("x", encoding="utf-8")
    window.add_paths([bag])
    settle(qtbot, window, 1)
    said = window.details.text.toPlainText()
    for words in ("缺少（1 处）", "data/汇总表.pdf", "多出来的（1 处）", "<b>多余&.txt", "重新拷贝一份"):
        assert words in said
    assert complete_draft().unit.name in said
    assert "光影里的蜀道1" in said
    click(window.details.copy)
    (result,) = window.queue.results()
    assert QApplication.clipboard().text() == result.verified.manifest_sha256


@pytest.mark.parametrize("change", [put_climbing, put_link])
def test_hostile_zips_are_told_and_write_nothing(
    qtbot, window: VerifyWindow, tmp_path: Path, change: Callable[[zipfile.ZipFile], None]
) -> None:
    folder = small_bag(tmp_path / "源" / "b", {"a.txt": b"1"}, ["sha256"])
    path = zipped(folder, tmp_path / "b.zip", change)
    before = sorted(tmp_path.rglob("*"))
    window.add_paths([path])
    assert "与清单不符" in settle(qtbot, window, 1)["b.zip"]
    assert "不安全" in window.details.text.toPlainText()
    assert [p for p in sorted(tmp_path.rglob("*")) if "user" not in p.parts] == [
        p for p in before if "user" not in p.parts
    ]


def test_a_bomb_and_ten_thousand_strangers_hold_nobody_up(qtbot, window: VerifyWindow, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("b/bagit.txt", b"")
        archive.writestr("b/data/zeros", bytes(100_000_000))
    folder = small_bag(tmp_path / "源" / "b", {"a.txt": b"1"}, ["sha256"])

    def crowd(archive: zipfile.ZipFile) -> None:
        for number in range(10_000):
            archive.writestr(f"b/data/{number}<\u202e.txt", b"")

    many = zipped(folder, tmp_path / "many.zip", crowd)
    window.add_paths([bomb, many])
    words = settle(qtbot, window, 2)
    assert words["bomb.zip"] == "打不开"
    assert "10001" in words["many.zip"]
    window.list.choose(many)
    assert "存为文本" in window.details.text.toPlainText()
    assert "\u202e" not in window.details.text.toPlainText()


def test_cancelling_stops_all_that_waits_and_it_can_be_taken_up_again(
    qtbot, window: VerifyWindow, bag: Path, tmp_path: Path
) -> None:
    slow = sparse(tmp_path / "大", 1 << 36)
    window.add_paths([slow, bag])
    qtbot.waitUntil(lambda: "秒" in window.progress_text.text(), timeout=10_000)
    assert "第 1/2 个" in window.progress_text.text()
    assert "大片.mp4" in window.progress_text.text()
    assert window.progress.isVisible()
    click(window.cancel)
    assert dict(window.list.words()) == {"大": "已取消", "某单位": "已取消"}
    assert not window.progress.isVisible()
    window.list.choose(bag)
    assert "再核对一次" in window.details.text.toPlainText()
    click(window.again)
    assert settle(qtbot, window, 2) == {"大": "已取消", "某单位": "完好"}
    qtbot.waitUntil(lambda: not window.session.jobs.busy(), timeout=10_000)


def test_closing_the_window_stops_and_keeps_what_is_known(
    qtbot, wizard: Wizard, window: VerifyWindow, bag: Path, tmp_path: Path
) -> None:
    window.add_paths([bag])
    settle(qtbot, window, 1)
    window.add_paths([sparse(tmp_path / "大", 1 << 36)])
    qtbot.waitUntil(window.queue.busy, timeout=10_000)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()
    assert not window.queue.busy()
    wizard.show_verify()
    assert dict(window.list.words()) == {"某单位": "完好", "大": "已取消"}
    assert wizard.isVisible()


def test_a_row_can_be_removed_also_while_it_is_worked_at(
    qtbot, window: VerifyWindow, bag: Path, tmp_path: Path
) -> None:
    slow = sparse(tmp_path / "大", 1 << 36)
    window.add_paths([slow, bag])
    qtbot.waitUntil(lambda: window.queue.standing.get(slow) is Stage.WORKING, timeout=10_000)
    window.list.choose(slow)
    click(window.remove)
    assert settle(qtbot, window, 1) == {"某单位": "完好"}
    click(window.remove)
    assert window.list.words() == []
    assert not window.save.isEnabled()


def test_a_package_that_was_mended_is_good_when_verified_again(qtbot, window: VerifyWindow, bag: Path) -> None:
    (bag / "data/多余.txt").write_text("x", encoding="utf-8")
    window.add_paths([bag])
    assert settle(qtbot, window, 1)["某单位"] == "与清单不符 2 处"
    (bag / "data/多余.txt").unlink()
    drop(window, bag)
    qtbot.waitUntil(lambda: dict(window.list.words())["某单位"] == "完好", timeout=10_000)
    assert "可以接收" in window.details.text.toPlainText()


def test_the_results_are_kept_as_a_text_or_it_is_said_why_not(
    qtbot, window: VerifyWindow, bag: Path, tmp_path: Path
) -> None:
    (bag / "data" / os.fsdecode(b"\xff.txt")).write_bytes(b"")
    window.add_paths([bag])
    settle(qtbot, window, 1)
    window.save_record(tmp_path / "记录.txt")
    qtbot.waitUntil(lambda: "已存为" in window.banner.text(), timeout=10_000)
    text = (tmp_path / "记录.txt").read_text(encoding="utf-8-sig")
    assert "某单位" in text
    assert "多出文件" in text
    window.save_record(tmp_path / "记录.txt" / "不行.txt")
    qtbot.waitUntil(lambda: "没有写成" in window.banner.text(), timeout=10_000)


def test_packages_can_be_pasted(qtbot, window: VerifyWindow, bag: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(bag))])
    QApplication.clipboard().setMimeData(mime)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert settle(qtbot, window, 1) == {"某单位": "完好"}


def test_the_window_is_worked_by_keyboard(qtbot, wizard: Wizard, window: VerifyWindow, bag: Path) -> None:
    window.add_paths([bag])
    settle(qtbot, window, 1)
    buttons = [b for b in window.findChildren(QAbstractButton) if b.isVisible() and "&" in b.text()]
    letters = [b.text()[b.text().index("&") + 1] for b in buttons]
    assert sorted(letters) == sorted(set(letters))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.add_files.setFocus()
    reached: set[QWidget] = set()
    for _ in range(20):
        focus = QApplication.focusWidget()
        assert focus.accessibleName() or focus.text()
        reached.add(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    details = window.details
    assert reached >= {*buttons, window.list, details.text, details.digest}
    QTest.keyClick(window, Qt.Key.Key_F1)
    (help_window,) = wizard.findChildren(Help)
    assert help_window.list.currentItem().text() == "核对报送包"


def test_the_first_page_opens_it(qtbot, wizard: Wizard) -> None:
    page = wizard.show_page(StartPage)
    click(page.verify)
    (window,) = wizard.findChildren(VerifyWindow)
    qtbot.waitUntil(window.isVisible)
    assert not window.isModal()
    assert window.stack.currentIndex() == 0


def test_steps_are_told_seldom_but_the_last_one_always() -> None:
    told: list[Step] = []
    now = iter([0.0, 0.01, 0.2, 0.21])
    tell = seldom(told.append, lambda: next(now))
    for done in (0, 1, 2, 4):
        tell(Step("verify", "片", done, 4))
    assert [step.done for step in told] == [0, 2, 4]
