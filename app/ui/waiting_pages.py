"""The scanned pages that a person has to look at: what each is, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.ui import icons, theme

if TYPE_CHECKING:
    from app.scan_reading import ScannedPage

_MOST_ROWS, _FRAME = 3, 12
# A page printed with other words, and a file that cannot be read, belong to no form whatever a person says.
_NOT_TO_ASSIGN = {"out_of_date", "broken"}
_LOOKS = {"broken": ("file-x", "fail"), "out_of_date": ("triangle-alert", "warn")}
_LOOK = ("user-check", "manual")


class WaitingPages(QFrame):
    """A list that is there only while there are any."""

    assign_wanted = Signal(object)
    dismissed = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "note")
        self._pages: tuple[ScannedPage, ...] = ()
        self.title = QLabel()
        self.title.setProperty("role", "label")
        self.title.setWordWrap(True)
        self.list = QListWidget()
        self.list.setAccessibleName("要您看一下的扫描件")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setIconSize(QSize(18, 18))
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemSelectionChanged.connect(self._fit_buttons)
        self.list.itemDoubleClicked.connect(lambda _: self._assign() if self.assign.isEnabled() else self._open())
        self.assign = self._button("指定是哪张表…(&A)", "user-check", self._assign)
        self.open = self._button("打开文件(&V)", "file-pen-line", self._open)
        self.dismiss = self._button("去掉(&I)", "x", lambda: self.dismissed.emit(self.selected()))
        self.dismiss.setToolTip("从列表去掉；您的扫描文件留在原处，不会被删除")
        row = QHBoxLayout()
        for button in (self.assign, self.open, self.dismiss):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.addWidget(self.title)
        column.addWidget(self.list)
        column.addLayout(row)
        self.hide()

    def show_pages(self, pages: tuple[ScannedPage, ...]) -> None:
        """Show the pages that wait."""
        if pages == self._pages:
            return
        self._pages = pages
        self.title.setText(f"有 {len(pages)} 页扫描件要您看一下：")
        self.list.clear()
        for page in pages:
            icon, colour = _LOOKS.get(page.status, _LOOK)
            item = QListWidgetItem(icons.icon(icon, getattr(theme.colours(), colour), 18), text_of(page))
            item.setToolTip(f"{text_of(page)}\n{page.path}")
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        # The table below needs the room.
        self.list.setFixedHeight(self.list.sizeHintForRow(0) * min(len(pages), _MOST_ROWS) + _FRAME)
        self.setVisible(bool(pages))

    def selected(self) -> list[ScannedPage]:
        """Return the chosen pages."""
        return [self._pages[index.row()] for index in self.list.selectedIndexes()]

    def _button(self, text: str, icon: str, act) -> QPushButton:
        button = QPushButton(text)
        icons.decorate(button, icon)
        button.clicked.connect(lambda: act())
        return button

    def _fit_buttons(self) -> None:
        chosen = self.selected()
        self.assign.setEnabled(len(chosen) == 1 and chosen[0].status not in _NOT_TO_ASSIGN)
        self.open.setEnabled(len(chosen) == 1)
        self.dismiss.setEnabled(bool(chosen))

    def _assign(self) -> None:
        self.assign_wanted.emit(self.selected()[0])

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.selected()[0].path)))


def text_of(page: ScannedPage) -> str:
    """Return what is said of a page that waits."""
    if page.status == "broken":
        return page.note
    where = f"“{page.path.name}”第 {page.number} 页：" if page.number else f"“{page.path.name}”："
    return where + (page.note or "还没有收下，请再试一次。")
