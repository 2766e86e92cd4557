"""The packages and drafts that were dropped to be gathered, and how each of them stands."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from app.received import Survey, Taken
from app.sizes import size_text
from app.ui import icons, theme


class State(Enum):
    """How a package or draft stands: its icon and the icon's colour in the theme."""

    WAITING = ("circle", "soft")
    CHECKING = ("loader", "accent")
    TAKEN = ("circle-check", "passed")
    REFUSED = ("circle-x", "fail")
    CANCELLED = ("circle-alert", "warn")


@dataclass(eq=False)
class Entry:
    """One package or draft; `reason` is why it was refused, `survey` what reading it costs (None if that fails)."""

    path: Path
    survey: Survey | None = None
    state: State = State.WAITING
    reason: str = ""
    taken: Taken | None = None

    def is_to_do(self) -> bool:
        """Say whether it is still to be read, or read to its end."""
        return self.state in {State.WAITING, State.CHECKING, State.CANCELLED}

    def cost(self) -> int:
        """Return how many bytes are read and written for it."""
        return self.survey.size + self.survey.unpacked if self.survey else 0

    def words(self) -> str:
        """Return the state in words."""
        if self.state is State.TAKEN and self.taken is not None:
            without = sum(not work.video.path for work in self.taken.works)
            return f"已收 {len(self.taken.works)} 部" + (f"，其中 {without} 部没有视频" if without else "")
        return {
            State.WAITING: "等待",
            State.CHECKING: "正在核对",
            State.REFUSED: f"已拒绝：{self.reason}",
            State.CANCELLED: "已取消",
        }.get(self.state, "")


class EntryTable(QTableWidget):
    """One row an entry, in the order in which they were added."""

    def __init__(self) -> None:
        super().__init__(0, 4)
        self.setHorizontalHeaderLabels(["报送包或草稿", "报送单位", "大小", "状态"])
        self.setAccessibleName("收到的报送包和草稿")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setIconSize(QSize(18, 18))
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        self._entries: list[Entry] = []

    def sizeHint(self) -> QSize:
        """Return the wished size: what is around it says how high it is, not what is in it."""
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def add(self, entry: Entry) -> None:
        """Show one more entry."""
        self._entries.append(entry)
        row = self.rowCount()
        self.insertRow(row)
        for column in range(self.columnCount()):
            item = QTableWidgetItem()
            item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            self.setItem(row, column, item)
        self.refresh(entry)
        if row == 0:
            self.setCurrentCell(0, 0)

    def remove(self, entry: Entry) -> None:
        """Take an entry out of sight."""
        row = self._entries.index(entry)
        del self._entries[row]
        self.removeRow(row)

    def clear_all(self) -> None:
        """Take all entries out of sight."""
        self._entries.clear()
        self.setRowCount(0)

    def refresh(self, entry: Entry) -> None:
        """Show an entry as it is now."""
        if entry not in self._entries:
            return
        row = self._entries.index(entry)
        size = size_text(entry.survey.size) if entry.survey else ""
        unit = (entry.taken.unit or "（没有填单位）") if entry.taken else ""
        icon, colour = entry.state.value
        for column, text in enumerate((entry.path.name, unit, size, entry.words())):
            self.item(row, column).setText(text)
        self.item(row, 0).setToolTip(str(entry.path))
        self.item(row, 1).setToolTip(unit)
        self.item(row, 3).setToolTip(entry.words())
        self.item(row, 3).setIcon(icons.icon(icon, getattr(theme.colours(), colour), 18))

    def chosen(self) -> list[Entry]:
        """Return the entries that are selected."""
        return [self._entries[row] for row in sorted({index.row() for index in self.selectedIndexes()})]

    def changeEvent(self, event) -> None:
        """Draw again in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == event.Type.StyleChange and hasattr(self, "_entries"):
            for entry in self._entries:
                self.refresh(entry)

    def resizeEvent(self, event) -> None:
        """Give the state the width that names and units can spare."""
        super().resizeEvent(event)
        width = self.viewport().width()
        self.setColumnWidth(0, int(width * 0.3))
        self.setColumnWidth(1, int(width * 0.2))
        self.setColumnWidth(2, self.fontMetrics().horizontalAdvance("1023.9 MB") + 22)
