"""One thing to be copied out of the window: what it is called, its text, and a button that says when it is done."""

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.ui import icons
from app.ui.fold_text import FoldText

_LABEL_WIDTH, _BUTTON_WIDTH = 112, 104
# How long a button says that it has copied, in ms.
_SAID_MS = 1500
# A text of more characters or lines is shown folded.
_SHORT, _SHORT_LINES = 72, 4
# By how much a text stands lower than a button, so that both are on one line.
_LOWER = 8


class CopyButton(QPushButton):
    """Puts a text on the clipboard as it is, and says so for a moment."""

    copied = Signal()

    def __init__(self, word: str = "复制", parent: QWidget | None = None) -> None:
        super().__init__(word, parent)
        self._word, self._what, self._value = word, "", ""
        self._width = _BUTTON_WIDTH
        self._back = QTimer(self, singleShot=True, interval=_SAID_MS)
        self._back.timeout.connect(self._rest)
        icons.decorate(self, "copy")
        self.clicked.connect(self._copy)

    def sizeHint(self) -> QSize:
        """Return the wished size: the width stays when the words change for a moment."""
        hint = super().sizeHint()
        self._width = max(self._width, hint.width())
        return QSize(self._width, hint.height())

    def minimumSizeHint(self) -> QSize:
        """Return the least size."""
        return self.sizeHint()

    def offer(self, what: str, value: str) -> None:
        """Have a text ready to be copied; `what` is what it is called."""
        if (what, value) != (self._what, self._value):
            self._what, self._value = what, value
            self._rest()

    def call(self, word: str) -> None:
        """Have the button say another word for copying."""
        if word != self._word:
            self._word = word
            self._rest()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._value)
        self.setText("已复制")
        self.setAccessibleName(f"已复制：{self._what}")
        self._back.start()
        self.copied.emit()

    def _rest(self) -> None:
        self._back.stop()
        self.setText(self._word)
        self.setAccessibleName(f"{self._word}：{self._what}")


class CopyRow(QFrame):
    """A label, a text (a long one folded), a copy button, and with `ticks` a box for what is done with."""

    ticked = Signal(bool)
    """The box was set or cleared by the user; copying sets it."""

    def __init__(self, *, word: str = "复制", ticks: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.value = ""
        self.tick = QCheckBox()
        self.tick.clicked.connect(self.ticked)
        self.label, self.text = QLabel(), FoldText(_SHORT, _SHORT_LINES)
        self.label.setProperty("role", "label")
        self.label.setFixedWidth(_LABEL_WIDTH)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.copy = CopyButton(word)
        self.copy.copied.connect(self._copied)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 3, 0, 3)
        row.setSpacing(10)
        for part, share in ((self.tick, 0), (self.label, 0), (self.text, 1)):
            lowered = QVBoxLayout()
            lowered.setContentsMargins(0, _LOWER, 0, 0)
            lowered.addWidget(part)
            lowered.addStretch(1)
            row.addLayout(lowered, share)
        self.actions = QVBoxLayout()
        self.actions.setSpacing(6)
        self.actions.addWidget(self.copy)
        self.actions.addStretch(1)
        row.addLayout(self.actions)
        # Only now: what has no parent yet would flash up as a window of its own.
        self.tick.setVisible(ticks)

    def show_value(self, label: str, value: str, *, ticked: bool = False, about: str = "") -> None:
        """Show a text under its label; an empty one says so and cannot be copied. `about` is put before the label."""
        self.value = value
        what = f"{about}{label}"
        self.label.setText(label)
        self.copy.offer(what, value)
        self.copy.setVisible(bool(value))
        self.tick.setEnabled(bool(value))
        self.tick.setChecked(ticked and bool(value))
        self.tick.setAccessibleName(f"已填好：{what}")
        self.text.show_text(value, instead="未填写", about=what)

    def _copied(self) -> None:
        if not self.tick.isHidden() and not self.tick.isChecked():
            self.tick.setChecked(True)
            self.ticked.emit(True)
