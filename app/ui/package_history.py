"""打包记录: what was packed when and for whom, the last first, and whether it is still there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.errors import AppError
from app.history import Entry, history
from app.long_paths import openable
from app.sizes import size_text
from app.ui import icons
from app.ui.banner import Banner
from app.ui.breaking import breakable
from app.ui.folders import open_folder
from app.ui.jobs import Handle, Jobs
from app.ui.return_key import keep_return

_HEADS = ("时间", "报送给", "报送包", "状态", "大小", "校验值", "还在不在")
_RECIPIENT, _PACKAGE, _SIZE, _DIGEST = 1, 2, 4, 5
_WIDTH, _HEIGHT, _RECIPIENT_WIDTH = 1120, 560, 150
# Below these widths, in logical pixels, size and digest, then for whom, are told only of the one that is chosen.
_NARROW, _SLIM = 1000, 760
# Below this height only where it lies is told besides the list.
_LOW = 420
# How much of a digest tells packages apart for the eye.
_SHORT = 8


class PackageHistory(QDialog):
    """The list, and below it what is known of the one that is chosen."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("打包记录")
        room = parent.window().size() if parent else QSize(_WIDTH, _HEIGHT)
        self.resize(min(_WIDTH, room.width() - 40), min(_HEIGHT, room.height() - 20))
        self._jobs = jobs
        self._entries: list[Entry] = []
        self._there: list[bool] = []
        self.banner = Banner(self)
        self.none = QLabel("还没有打过包。")
        self.none.setProperty("role", "hint")
        self.list = QTreeWidget()
        keep_return(self.list)
        self.list.setAccessibleName("打包记录，最近的在最前")
        self.list.setHeaderLabels(_HEADS)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setMinimumHeight(80)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = self.list.header()
        header.setStretchLastSection(False)
        for column in range(len(_HEADS)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_PACKAGE, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_RECIPIENT, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(_RECIPIENT, _RECIPIENT_WIDTH)
        self.list.currentItemChanged.connect(self._show_chosen)
        close = QPushButton("关闭(&X)")
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        for widget in (self.banner, self.none, self.list):
            column.addWidget(widget)
        column.addWidget(self._details())
        column.addLayout(foot)
        column.setStretch(2, 1)
        self._show_chosen()
        jobs.run(_read, self._fill, self.banner.show_error)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the packages' names some room."""
        super().resizeEvent(event)
        for column, least in ((_SIZE, _NARROW), (_DIGEST, _NARROW), (_RECIPIENT, _SLIM)):
            self.list.setColumnHidden(column, self.width() < least)
        for label in (self.about, self.digest):
            label.setHidden(self.height() < _LOW)

    def chosen(self) -> Entry | None:
        """Return the entry that is chosen, or None."""
        row = self.list.indexOfTopLevelItem(self.list.currentItem()) if self.list.currentItem() else -1
        return self._entries[row] if row >= 0 else None

    def _details(self) -> QFrame:
        self.details = QFrame()
        self.details.setProperty("role", "card")
        self.about, self.path, self.digest = QLabel(), QLabel(), QLabel()
        for label in (self.about, self.path, self.digest):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.copy = QPushButton("复制校验值(&C)")
        icons.decorate(self.copy, "copy")
        self.copy.clicked.connect(self._copy)
        self.open_folder = QPushButton("打开所在文件夹(&D)")
        icons.decorate(self.open_folder, "folder-open")
        self.open_folder.clicked.connect(self._open)
        grid = QGridLayout(self.details)
        grid.setContentsMargins(16, 12, 16, 12)
        grid.setVerticalSpacing(6)
        for row, label in enumerate((self.about, self.path, self.digest)):
            grid.addWidget(label, row, 0)
        grid.addWidget(self.copy, 0, 1)
        grid.addWidget(self.open_folder, 1, 1)
        grid.setColumnStretch(0, 1)
        return self.details

    def _fill(self, found: tuple[list[Entry], list[bool]]) -> None:
        self._entries, self._there = found
        for entry, there, again in zip(self._entries, self._there, same_as_before(self._entries), strict=True):
            state = ("完整" if entry.complete else "未完成") + ("，与上次内容相同" if again else "")
            words = [
                f"{entry.when:%Y-%m-%d %H:%M}", entry.recipient, Path(entry.package).name, state,
                size_text(entry.size), entry.manifest_sha256[:_SHORT], "还在" if there else "不在原处",
            ]  # fmt: skip
            item = QTreeWidgetItem(self.list, words)
            item.setToolTip(_RECIPIENT, entry.recipient)
            item.setToolTip(_PACKAGE, entry.package)
        self.none.setVisible(not self._entries)
        self.list.setVisible(bool(self._entries))
        if self._entries:
            self.list.setCurrentItem(self.list.topLevelItem(0))
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_chosen(self) -> None:
        entry = self.chosen()
        self.details.setVisible(entry is not None)
        if entry is None:
            return
        unit = entry.unit or "（未填单位）"
        told = f"{entry.works} 部作品，{entry.files} 个文件，{size_text(entry.size)}"
        self.about.setText(f"{unit}报送给{entry.recipient}，{told}")
        self.path.setText("位置：" + breakable(entry.package))
        half = len(entry.manifest_sha256) // 2
        self.digest.setText(f"校验值：{entry.manifest_sha256[:half]} {entry.manifest_sha256[half:]}")

    def _copy(self) -> None:
        if entry := self.chosen():
            QGuiApplication.clipboard().setText(entry.manifest_sha256)

    def _open(self) -> None:
        if entry := self.chosen():
            try:
                open_folder(Path(entry.package).parent)
            except AppError as error:
                self.banner.show_error(error)


def same_as_before(entries: Sequence[Entry]) -> list[bool]:
    """Say of each entry, the last first, whether an earlier one has the same content: the same manifest."""
    seen: set[str] = set()
    again = []
    for entry in reversed(entries):
        again.append(entry.manifest_sha256 in seen)
        seen.add(entry.manifest_sha256)
    return again[::-1]


def _read(_: Handle) -> tuple[list[Entry], list[bool]]:
    entries = history()
    return entries, [openable(Path(entry.package)).exists() for entry in entries]
