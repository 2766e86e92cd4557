"""The help inside the window."""

import re

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextDocument

from app import paths
from app.ui.help import GUIDE, Help, topics
from app.ui.wizard import PAGES

HELP = paths.resources() / "help"


def test_every_page_of_the_window_has_its_help(open_wizard) -> None:
    names = [page.name for page in open_wizard().pages]
    assert len(names) == len(PAGES)
    # After the pages come the windows that are opened beside them.
    assert topics()[: len(names) + 1] == [GUIDE, *names]
    assert "核对报送包" in topics()
    assert "汇总下级作品" in topics()


@pytest.mark.parametrize("topic", topics())
def test_a_help_page_is_shown_with_its_pictures(qtbot, topic: str) -> None:
    window = Help()
    qtbot.addWidget(window)
    window.open_at(topic)
    assert topic in window.text.toPlainText()
    for picture in re.findall(r"\]\((pictures/[^)]+)\)", (HELP / f"{topic}.md").read_text(encoding="utf-8")):
        found = window.text.document().resource(QTextDocument.ResourceType.ImageResource, QUrl(picture))
        assert found is not None, picture


def test_an_unknown_topic_opens_the_guide(qtbot) -> None:
    window = Help()
    qtbot.addWidget(window)
    window.open_at("没有这一页")
    assert window.list.currentItem().text() == GUIDE


def test_f1_opens_the_help_about_the_page_that_is_shown(qtbot, open_wizard) -> None:
    window = open_wizard()
    for number, page in enumerate(window.pages):
        window.go_to(number)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        qtbot.keyClick(window, Qt.Key.Key_F1)
        (help_window,) = window.findChildren(Help)
        assert help_window.list.currentItem().text() == page.name
        qtbot.waitUntil(help_window.isActiveWindow)
        qtbot.keyClick(help_window, Qt.Key.Key_F1)
        assert not help_window.isVisible()
