"""关于: versions for whoever helps, and every bundled part with its licence and source."""

import os
import platform
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app import __version__, licences
from app.licences import Part
from app.ui.about import About, version_info
from app.ui.crash import report
from app.ui.help import Help
from installer import collect_licences, fonts


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Part]]:
    target = tmp_path_factory.mktemp("licences")
    return target, collect_licences.collect(target, fonts.FONTS)


@pytest.fixture
def built(qtbot, collected: tuple[Path, list[Part]], monkeypatch: pytest.MonkeyPatch) -> About:
    """The box as the built program shows it."""
    monkeypatch.setattr(licences, "folder", lambda: collected[0])
    box = About()
    qtbot.addWidget(box)
    box.show()
    return box


def shown(box: About) -> list[str]:
    return [box.list.item(row).text() for row in range(box.list.count()) if not box.list.item(row).isHidden()]


def test_every_bundled_part_is_shown_with_its_source_and_whole_text(
    built: About, collected: tuple[Path, list[Part]]
) -> None:
    ours, *others = parts = sorted(collected[1], key=lambda part: part.name != "微影报送助手")
    assert shown(built) == [f"{part.name} {part.version}".strip() for part in parts]
    assert (ours.version, len(others) > 30) == (__version__, True)
    assert "GNU GENERAL PUBLIC LICENSE" in built.text.toPlainText()
    for row, part in enumerate(parts):
        built.list.setCurrentRow(row)
        text = built.text.toPlainText()
        assert text.startswith(part.name)
        assert f"许可证：{part.licence}" in text
        assert f"源代码：{part.source}" in text
        assert text.endswith(licences.text_of(part))


def test_the_parts_are_searched_by_name_and_licence(built: About) -> None:
    QTest.keyClicks(built.search, "x26")
    assert [name.split()[0] for name in shown(built)] == ["x264", "x265"]
    assert "GPL-2.0-or-later" in built.text.toPlainText()
    built.search.setText("OFL")
    assert len(shown(built)) == 2
    built.search.setText("没有这一部分")
    assert shown(built) == []
    assert "没有名称" in built.text.toPlainText()
    built.search.clear()
    assert len(shown(built)) == built.list.count() > 20


def test_the_versions_are_copied_and_tell_nothing_of_the_user(
    built: About, monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> None:
    built.copy.click()
    copied = QApplication.clipboard().text()
    assert copied == version_info()
    assert __version__ in copied
    assert platform.python_version() in copied
    for private in (platform.node(), str(data_dir), str(Path.home()), os.environ.get("USER") or "没有"):
        assert private not in copied
    error = ValueError("13800000000")
    assert report(ValueError, error, None).endswith(f"\n{copied}\n")


def test_from_source_it_says_where_the_licences_are(qtbot, data_dir: Path) -> None:
    box = About()
    qtbot.addWidget(box)
    box.show()
    assert not box.list.isVisible()
    assert "installer/locked/run.txt" in box.text.toPlainText()


def test_it_opens_from_the_help_and_from_the_windows_foot(qtbot, open_wizard) -> None:
    window = open_wizard()
    QTest.mouseClick(window.rail.about, Qt.MouseButton.LeftButton)
    (box,) = window.findChildren(About)
    qtbot.waitUntil(box.isActiveWindow)
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(About))
    window.show_help()
    (help_window,) = window.findChildren(Help)
    help_window.about.click()
    (box,) = help_window.findChildren(About)
    assert box.isVisible()
    box.close()
