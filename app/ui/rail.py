"""The steps at the left: where one is, what is done, to do, or has a problem."""

from collections.abc import Iterable
from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QLabel, QPushButton, QVBoxLayout, QWidget

from app.ui import icons, theme

_WIDE, _SLIM = 232, 64


class Mark(StrEnum):
    """How a page stands, as the name of its icon."""

    DONE = "circle-check"
    TODO = "circle"
    PROBLEM = "circle-alert"


class Rail(QWidget):
    """One button a page; a narrow window shows the icons alone, with the words as tips."""

    chosen = Signal(int)

    def __init__(self, product: str, call: str, names: Iterable[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._names = list(names)
        self._marks = [(Mark.TODO, "")] * len(self._names)
        self._slim = False
        self._product, self._call = QLabel(product), QLabel(call)
        self._product.setProperty("role", "product")
        self._call.setProperty("role", "call")
        for label in (self._product, self._call):
            label.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 22, 12, 12)
        column.setSpacing(4)
        column.addWidget(self._product)
        column.addWidget(self._call)
        column.addSpacing(14)
        group = QButtonGroup(self)
        self.buttons = []
        for number, _ in enumerate(self._names):
            button = QPushButton(checkable=True)
            button.clicked.connect(lambda _, number=number: self.chosen.emit(number))
            group.addButton(button)
            column.addWidget(button)
            self.buttons.append(button)
        column.addStretch(1)
        self.saved = QLabel()
        self.saved.setProperty("role", "call")
        self.saved.setWordWrap(True)
        column.addWidget(self.saved)
        self.setFixedWidth(_WIDE)
        self._draw()

    def show_current(self, number: int) -> None:
        """Mark the page that is shown."""
        self.buttons[number].setChecked(True)

    def show_mark(self, number: int, mark: Mark, words: str) -> None:
        """Show how a page stands, in an icon and in words."""
        if self._marks[number] != (mark, words):
            self._marks[number] = (mark, words)
            self._draw()

    def words(self, number: int) -> str:
        """Return what is said of a page."""
        return self._marks[number][1]

    def set_slim(self, slim: bool) -> None:
        """Show icons alone."""
        if slim != self._slim:
            self._slim = slim
            self.setFixedWidth(_SLIM if slim else _WIDE)
            for label in (self._product, self._call, self.saved):
                label.setVisible(not slim)
            self._draw()

    def _draw(self) -> None:
        colours = theme.colours()
        for button, name, (mark, words) in zip(self.buttons, self._names, self._marks, strict=True):
            said = f"{name}\n{words}" if words else name
            button.setText("" if self._slim else said)
            button.setIcon(icons.icon(mark, colours.railText if mark is not Mark.TODO else colours.railSoft))
            button.setToolTip(said if self._slim else "")
            button.setAccessibleName(f"{name}，{words}" if words else name)
