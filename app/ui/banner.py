"""The place for expected failures: a banner at the top of the page, with the next step."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app.errors import AppError
from app.ui import icons
from app.ui.breaking import breakable


class Banner(QFrame):
    """Says what happened and what to do; stays until it is closed or something else is said."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._message, self._hint = QLabel(), QLabel()
        self._said = ""
        self._message.setProperty("role", "label")
        texts = QVBoxLayout()
        texts.setSpacing(2)
        for label in (self._message, self._hint):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            texts.addWidget(label)
        close = QToolButton(autoRaise=True)
        close.setAccessibleName("关闭提示")
        close.setToolTip("关闭提示")
        icons.decorate(close, "x")
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 10, 10)
        row.addLayout(texts, 1)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_error(self, error: AppError) -> None:
        """Show an expected failure."""
        self._show(error.message, error.hint, "banner")

    def show_note(self, message: str, hint: str = "") -> None:
        """Show something worth knowing that is no failure."""
        self._show(message, hint, "note")

    def text(self) -> str:
        """Return what is shown, or nothing."""
        return self._said if self.isVisibleTo(self.parentWidget()) else ""

    def _show(self, message: str, hint: str, role: str) -> None:
        self._said = message + hint
        self._message.setText(breakable(message))
        self._hint.setText(breakable(hint))
        self._hint.setVisible(bool(hint))
        self.setProperty("role", role)
        self.style().polish(self)
        self.setAccessibleName(message + hint)
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
