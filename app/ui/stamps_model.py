"""The board of stamped forms as a table: one row a form, by work."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from app.ui import icons, theme
from app.ui.badges import Look
from app.ui.stamp_board import StampBoard

if TYPE_CHECKING:
    from app.stamping import Row

Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """The columns, as shown."""

    WORK = 0
    FORM = 1
    STATE = 2
    NEXT = 3


HEADERS = {Column.WORK: "作品", Column.FORM: "表格", Column.STATE: "到哪一步", Column.NEXT: "接下来"}
LOOKS = {
    look.word: look
    for look in (
        Look("circle", "soft", "未导出"),
        Look("file-pen-line", "soft", "已导出"),
        Look("printer", "manual", "已打印"),
        Look("user-check", "manual", "待确认"),
        Look("circle-check", "passed", "已盖章回收"),
        Look("triangle-alert", "warn", "已过期"),
    )
}
_NEXT = {
    "未导出": "在“导出与打印”里导出、打印。",
    "已导出": "打印后签字盖章。",
    "已打印": "盖章后扫描或拍照，拖进来。",
    "已盖章回收": "双击查看扫描件。",
}
_WHOLE = "全部作品"


class StampsModel(QAbstractTableModel):
    """The rows of the session's board."""

    def __init__(self, board: StampBoard, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._board = board
        self._rows = board.rows
        board.changed.connect(self._follow)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own signature)
        """Return how many forms there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a header's text."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return HEADERS[Column(section)]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows in a role."""
        row, column = self._rows[index.row()], Column(index.column())
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return _text(row, column)
        if column is Column.STATE:
            look = LOOKS[row.word]
            if role == Qt.ItemDataRole.DecorationRole:
                return icons.icon(look.icon, getattr(theme.colours(), look.colour), 18)
            if role == Qt.ItemDataRole.ForegroundRole:
                return QColor(getattr(theme.colours(), look.colour))
        return None

    def row_at(self, number: int) -> Row:
        """Return what is known of the form in a row."""
        return self._rows[number]

    def _follow(self) -> None:
        """Take over the board's rows, telling the views as little as possible."""
        before, after = self._rows, self._board.rows
        if [row.form.tag for row in before] != [row.form.tag for row in after]:
            self.beginResetModel()
            self._rows = after
            self.endResetModel()
            return
        self._rows = after
        changed = [number for number, (was, now) in enumerate(zip(before, after, strict=True)) if was != now]
        if changed:
            self.dataChanged.emit(self.index(changed[0], 0), self.index(changed[-1], len(Column) - 1))


def name_of(row: Row) -> str:
    """Return what a form is called among all of them."""
    return f"{row.form.folder}　{row.form.name}" if row.form.folder else row.form.name


def _text(row: Row, column: Column) -> str:
    match column:
        case Column.WORK:
            return row.form.folder or _WHOLE
        case Column.FORM:
            return row.form.name
        case Column.STATE:
            return row.word
        case Column.NEXT:
            return row.note or _NEXT.get(row.word, "")
