"""Help inside the window, without a browser or a network: Markdown pages from resources/help."""

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from app import paths
from app.ui import theme
from app.ui.about import About

GUIDE = "五分钟上手"
# In the order of the window's pages, the guide first.
_ORDER = (
    GUIDE, "开始", "报送单位", "添加视频", "作品信息", "审片确认", "核对", "导出与打印", "盖章回收", "打包报送",
    "核对报送包", "汇总下级作品",
)  # fmt: skip


def topics() -> list[str]:
    """Return the names of the help's pages, the guide first, then as the window's pages are gone through."""
    there = {page.stem for page in (paths.resources() / "help").glob("*.md")}
    return [name for name in _ORDER if name in there] + sorted(there - set(_ORDER))


class Help(QDialog):
    """The help's window: the pages at the left, the one that is read at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("帮助")
        self.setModal(False)
        self.list = QListWidget()
        self.list.setAccessibleName("帮助目录")
        self.list.addItems(topics())
        self.list.setMaximumWidth(180)
        self.text = QTextBrowser()
        self.text.setAccessibleName("帮助内容")
        self.text.setOpenLinks(False)
        # Pictures lie beside the pages.
        self.text.setSearchPaths([str(paths.resources() / "help")])
        self.list.currentTextChanged.connect(self._show)
        self.about = QPushButton("关于本程序(&A)")
        self.about.setAutoDefault(False)
        self.about.clicked.connect(self._show_about)
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        left.addWidget(self.about)
        row = QHBoxLayout()
        row.addLayout(left)
        row.addWidget(self.text, 1)
        outer = QVBoxLayout(self)
        outer.addLayout(row)
        theme.take_room(self, 980, 680)
        # The key that opened it closes it.
        QShortcut(QKeySequence(Qt.Key.Key_F1), self, self.close)

    def open_at(self, topic: str) -> None:
        """Show the page about a topic, or the guide where there is none."""
        found = self.list.findItems(topic, Qt.MatchFlag.MatchExactly)
        self.list.setCurrentItem(found[0] if found else self.list.item(0))
        self.show()
        self.raise_()
        self.activateWindow()
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, topic: str) -> None:
        page = paths.resources() / "help" / f"{topic}.md"
        self.text.document().setBaseUrl(QUrl.fromLocalFile(str(page)))
        self.text.setMarkdown(page.read_text(encoding="utf-8"))

    def _show_about(self) -> None:
        About(self).open()
