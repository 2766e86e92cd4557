"""One of many, by name or one after the other."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from app.ui.inputs import ChoiceInput


class Stepper(QWidget):
    """A list of names that opens, between a button back and a button on."""

    chosen = Signal(int)
    """Another one is shown; counted from 0."""

    def __init__(self, name: str, back: str, on: str, parent: QWidget | None = None) -> None:
        """Make one that screen readers call `name`; `back` and `on` are the buttons' words."""
        super().__init__(parent)
        self.back, self.choice, self.on = QPushButton(back), ChoiceInput(()), QPushButton(on)
        self.choice.setAccessibleName(name)
        self.choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.choice.currentIndexChanged.connect(self._choose)
        self.back.clicked.connect(lambda: self.choose(self.current() - 1))
        self.on.clicked.connect(lambda: self.choose(self.current() + 1))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.back)
        row.addWidget(self.choice, 1)
        row.addWidget(self.on)

    def current(self) -> int:
        """Return which is chosen, counted from 0; -1 while there are none."""
        return self.choice.currentIndex()

    def offer(self, names: Sequence[str], current: int) -> None:
        """Offer these and choose one, without a signal."""
        with QSignalBlocker(self.choice):
            if [self.choice.itemText(n) for n in range(self.choice.count())] != list(names):
                self.choice.clear()
                self.choice.addItems(names)
            self.choice.setCurrentIndex(current)
        self._show_ends()

    def rename(self, number: int, name: str) -> None:
        """Call one of them otherwise."""
        self.choice.setItemText(number, name)

    def choose(self, number: int) -> None:
        """Choose one if it is there."""
        if 0 <= number < self.choice.count():
            self.choice.setCurrentIndex(number)

    def _choose(self, number: int) -> None:
        self._show_ends()
        self.chosen.emit(number)

    def _show_ends(self) -> None:
        self.back.setEnabled(self.current() > 0)
        self.on.setEnabled(self.current() + 1 < self.choice.count())
