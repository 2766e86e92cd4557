"""主创人员: one row a person, a role and a name."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.draft import Creator
from app.ui import icons
from app.ui.inputs import ChoiceInput, LineInput


class CreatorsEditor(QWidget):
    """Rows of role and name; `edited` is only for what the user does."""

    edited = Signal()

    def __init__(self, roles: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._roles = roles
        self.rows: list[_Row] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(6)
        self.add = QPushButton("增加一行(&A)")
        icons.decorate(self.add, "plus")
        self.add.clicked.connect(self._add_row)
        below = QHBoxLayout()
        below.addWidget(self.add)
        below.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._column)
        column.addLayout(below)
        self.fill(())

    def first(self) -> QWidget:
        """Return where typing begins."""
        return self.rows[0].name

    def value(self) -> tuple[Creator, ...]:
        """Return the people; rows without a role or a name are left out."""
        people = (Creator(row.role.value().strip(), row.name.value().strip()) for row in self.rows)
        return tuple(c for c in people if c.name or c.role)

    def fill(self, creators: tuple[Creator, ...]) -> None:
        """Show the people; at least one row stands."""
        if self.rows and creators == self.value():
            return
        shown = creators or (Creator(role="导演" if "导演" in self._roles else ""),)
        while len(self.rows) > len(shown):
            self._drop(self.rows[-1])
        while len(self.rows) < len(shown):
            self._append()
        for row, creator in zip(self.rows, shown, strict=True):
            row.role.fill(creator.role)
            row.name.fill(creator.name)

    def _append(self) -> "_Row":
        row = _Row(self._roles)
        row.role.edited.connect(lambda _: self.edited.emit())
        row.name.edited.connect(lambda _: self.edited.emit())
        row.remove.clicked.connect(lambda: self._remove(row))
        self.rows.append(row)
        self._column.addWidget(row)
        before = self.rows[-2].remove if len(self.rows) > 1 else None
        for widget in (row.role, row.name, row.remove, self.add):
            if before is not None:
                QWidget.setTabOrder(before, widget)
            before = widget
        return row

    def _add_row(self) -> None:
        used = {row.role.value() for row in self.rows}
        row = self._append()
        row.role.fill(next((r for r in self._roles if r not in used), ""))
        row.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self, row: "_Row") -> None:
        if len(self.rows) == 1:
            row.name.fill("")
        else:
            place = self.rows.index(row)
            self._drop(row)
            self.rows[min(place, len(self.rows) - 1)].name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit()

    def _drop(self, row: "_Row") -> None:
        self.rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()


class _Row(QWidget):
    def __init__(self, roles: tuple[str, ...]) -> None:
        super().__init__()
        self.role = ChoiceInput(roles, free=True)
        self.role.setAccessibleName("职务")
        self.name = LineInput()
        self.name.setPlaceholderText("姓名；几个人用顿号分开")
        self.name.setAccessibleName("姓名")
        self.remove = QToolButton(autoRaise=True)
        self.remove.setAccessibleName("删去这一行")
        self.remove.setToolTip("删去这一行")
        icons.decorate(self.remove, "x")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.role, 2)
        row.addWidget(self.name, 5)
        row.addWidget(self.remove)
