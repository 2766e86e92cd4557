"""The works as a table: one row a work, in the order of the forms."""

from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache
from pathlib import PurePath
from typing import Any

import msgspec
from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.draft import Work, bare_title
from app.media import MediaFacts, clock_text
from app.origins import origin_text
from app.sizes import size_text
from app.ui import badges, icons, theme
from app.ui.frame_store import Wish
from app.ui.inputs import ChoiceInput
from app.ui.session import Session
from app.validators import Finding, Level

Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """The columns, as shown."""

    TITLE = 0
    TYPE = 1
    LENGTH = 2
    SIZE = 3
    STATE = 4


HEADERS = {
    Column.TITLE: "视频", Column.TYPE: "类型", Column.LENGTH: "时长", Column.SIZE: "大小", Column.STATE: "检查结果",
}  # fmt: skip
_ROW = 40
THUMBNAIL = (80, 45)
_ROWS = "application/x-weiying-works"
WORK_ID = Qt.ItemDataRole.UserRole


class WorksModel(QAbstractTableModel):
    """The session's works. `whole` shows the state of the whole work, else that of its film."""

    def __init__(self, session: Session, parent: QObject | None = None, *, whole: bool = False) -> None:
        super().__init__(parent)
        self._session = session
        self._whole = whole
        self._works = session.draft.works
        self._rows: dict[str, list[int]] = {}
        self._index_paths()
        session.draft_changed.connect(self._follow)
        session.film_changed.connect(self._film_changed)
        if not whole:
            session.frames.arrived.connect(self._film_changed)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own signature)
        """Return how many works there are."""
        return 0 if parent.isValid() else len(self._works)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a header's text."""
        if role == Qt.ItemDataRole.DisplayRole:
            return HEADERS[Column(section)] if orientation == Qt.Orientation.Horizontal else str(section + 1)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows in a role."""
        work = self._works[index.row()]
        column = Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(work, column, index.row())
        if role == Qt.ItemDataRole.EditRole:
            return work.type
        if role == WORK_ID:
            return work.id
        if role == Qt.ItemDataRole.ToolTipRole and column is Column.TITLE:
            origin = self._session.origins.get(work.id)
            return "\n".join(filter(None, [self._session.film_path(work), origin_text(origin) if origin else ""]))
        if role == Qt.ItemDataRole.SizeHintRole and self._whole:
            return QSize(0, _ROW)
        if column is Column.TITLE and not self._whole and role == Qt.ItemDataRole.DecorationRole:
            return self._thumbnail(work)
        shows_state = column is (Column.TITLE if self._whole else Column.STATE)
        if shows_state and role == Qt.ItemDataRole.DecorationRole:
            look = badges.LOOKS[self.state(work)]
            return icons.icon(look.icon, getattr(theme.colours(), look.colour), 18)
        if column is Column.STATE and role == Qt.ItemDataRole.ForegroundRole:
            return QColor(getattr(theme.colours(), badges.LOOKS[self.state(work)].colour))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._text(work, column, index.row())} {badges.LOOKS[self.state(work)].word}"
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return what can be done with a row: rows of films can be dragged."""
        flags = super().flags(index)
        if self._whole:
            return flags
        if index.isValid() and index.column() == Column.TYPE:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags | (Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else Qt.ItemFlag.ItemIsDropEnabled)

    def setData(self, index: Index, value: str, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Choose a work's type; an empty one is that of its length."""
        if role != Qt.ItemDataRole.EditRole or index.column() != Column.TYPE:
            return False
        work = self._works[index.row()]
        self._session.edit_work(msgspec.structs.replace(work, type=value), "改变作品类型")
        return True

    def supportedDropActions(self) -> Qt.DropAction:
        """Return what dropping a row does."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """Return the kind of a dragged row."""
        return [_ROWS]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return the dragged works' ids."""
        data = QMimeData()
        ids = dict.fromkeys(self._works[row].id for row in sorted(i.row() for i in indexes))
        data.setData(_ROWS, "\n".join(ids).encode())
        return data

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        """Put the dragged works before the row they are dropped at."""
        if not data.hasFormat(_ROWS):
            return False
        moved = bytes(data.data(_ROWS).data()).decode().split("\n")
        place = row if row >= 0 else parent.row() if parent.isValid() else len(self._works)
        before = [w.id for w in self._works[:place] if w.id not in moved]
        after = [w.id for w in self._works[place:] if w.id not in moved]
        self._session.order_works([*before, *moved, *after])
        # The works are already where they belong: the view must not take rows away.
        return False

    def state(self, work: Work) -> badges.State:
        """Return how the work, or its film alone, stands."""
        if self._session.is_reading(work):
            return badges.State.READING
        found = self._session.findings_of(work)
        if not work.video.path:
            # Brought in with a list, it waits for its film: nothing was tried to be read.
            return badges.State.TODO
        # A date that the file does not give is asked for with the work's other facts.
        film = [f for f in film_findings(found) if not (f.rule == "created" and f.level is Level.MANUAL)]
        return badges.film_state(found if self._whole else film)

    def row_of(self, identity: str) -> int:
        """Return the row of the work with that id, or -1."""
        return next((i for i, w in enumerate(self._works) if w.id == identity), -1)

    def work_at(self, row: int) -> Work:
        """Return the work of a row."""
        return self._works[row]

    def _thumbnail(self, work: Work) -> QPixmap:
        facts = self._session.film(work)
        blank = _blank(theme.colours().tint, theme.colours().soft)
        if not isinstance(facts, MediaFacts) or not facts.duration_ms:
            return blank
        # A film's first picture is often black.
        wish = Wish(self._session.film_path(work), (facts.duration_ms // 5,), *THUMBNAIL)
        found = self._session.frames.pictures(wish)
        return found[0][1] if found else blank

    def _text(self, work: Work, column: Column, row: int) -> str:
        film = self._session.film(work)
        facts = film if isinstance(film, MediaFacts) else None
        if column is Column.TITLE:
            if self._whole:
                return f"{row + 1}  {bare_title(work.title) or '（还没有名称）'}"
            # A work brought in with a list may wait for its film.
            name = PurePath(work.video.path.replace("\\", "/")).name
            return name or f"《{bare_title(work.title)}》还没有视频"
        if column is Column.TYPE:
            chosen = self._session.campaign.type_for(facts.duration_ms) if facts else None
            return work.type or (chosen.name if chosen else "")
        if column is Column.LENGTH:
            return clock_text(facts.duration_ms) if facts and facts.duration_ms is not None else ""
        if column is Column.SIZE:
            return size_text(facts.size_bytes) if facts and facts.size_bytes is not None else ""
        return badges.LOOKS[self.state(work)].word

    def _follow(self) -> None:
        """Take over the session's works, telling the views as little as possible."""
        before, after = self._works, self._session.draft.works
        if before is after:
            return
        old, new = [w.id for w in before], [w.id for w in after]
        moved = old != new
        if not moved:
            self._works = after
            for row, (was, is_now) in enumerate(zip(before, after, strict=True)):
                if was is not is_now:
                    moved = moved or was.video is not is_now.video
                    self.dataChanged.emit(self.index(row, 0), self.index(row, len(Column) - 1))
        elif new[: len(old)] == old:
            self.beginInsertRows(QModelIndex(), len(old), len(new) - 1)
            self._works = after
            self.endInsertRows()
        else:
            self.beginResetModel()
            self._works = after
            self.endResetModel()
        if moved:
            self._index_paths()

    def _index_paths(self) -> None:
        self._rows.clear()
        for row, work in enumerate(self._works):
            self._rows.setdefault(self._session.film_path(work), []).append(row)

    def _film_changed(self, path: str) -> None:
        for row in self._rows.get(path, []):
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(Column) - 1))


class TypeDelegate(QStyledItemDelegate):
    """Lets a type be chosen in its cell, by a double click or F2."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._types = tuple(t.name for t in session.campaign.types)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Return the choice of types."""
        editor = ChoiceInput(self._types, none="按时长", parent=parent)
        editor.edited.connect(lambda _: (self.commitData.emit(editor), self.closeEditor.emit(editor)))
        return editor

    def setEditorData(self, editor: ChoiceInput, index: Index) -> None:
        """Show the type that is chosen now."""
        editor.fill(index.data(Qt.ItemDataRole.EditRole))

    def setModelData(self, editor: ChoiceInput, model: QAbstractItemModel, index: Index) -> None:
        """Take the type that was chosen."""
        model.setData(index, editor.value())


@lru_cache
def _blank(ground: str, line: str) -> QPixmap:
    """Return what stands for a picture that is not there (yet)."""
    picture = QPixmap(*THUMBNAIL)
    picture.fill(QColor(ground))
    painter = QPainter(picture)
    size = 24
    painter.drawPixmap((THUMBNAIL[0] - size) // 2, (THUMBNAIL[1] - size) // 2, icons.pixmap("film", line, size, 1.0))
    painter.end()
    return picture


def film_findings(findings: list[Finding]) -> list[Finding]:
    """Return those findings that are about the film file."""
    return [f for f in findings if f.field == "video"]
