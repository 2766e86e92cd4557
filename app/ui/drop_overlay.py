"""What is laid over a window while something is dragged over it: what it will be taken for."""

from PySide6.QtCore import QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.ui import theme

_MARGIN, _RADIUS = 12, 12
# Leaving one part of a window for another is told as leaving and coming back.
_LINGER_MS = 120


class DropOverlay(QWidget):
    """Covers a part of a window. It takes the mouse, so that only the window itself is dragged over."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.text, self.more = QLabel(), QLabel()
        column = QVBoxLayout(self)
        column.setContentsMargins(40, 40, 40, 40)
        column.addStretch(1)
        for label, role in ((self.text, "title"), (self.more, "lead")):
            label.setProperty("role", role)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            column.addWidget(label)
        column.addStretch(1)
        self._leaving = QTimer(self, singleShot=True, interval=_LINGER_MS)
        self._leaving.timeout.connect(self.hide)
        self.hide()

    def show_over(self, place: QRect, text: str, more: str = "") -> None:
        """Cover a place of the window with a sentence, and a second one in smaller letters."""
        self._leaving.stop()
        self.text.setText(text)
        self.more.setText(more)
        self.more.setVisible(bool(more))
        self.setGeometry(place)
        self.raise_()
        self.show()

    def leave(self) -> None:
        """Go away, unless what is dragged comes back at once."""
        if self.isVisible():
            self._leaving.start()

    def end(self) -> None:
        """Go away at once."""
        self._leaving.stop()
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Hide what is below and draw the frame."""
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(colours.window))
        painter.setBrush(QColor(colours.tint))
        painter.setPen(QPen(QColor(colours.accent), 2, Qt.PenStyle.DashLine))
        frame = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        painter.drawRoundedRect(frame, _RADIUS, _RADIUS)
        painter.end()
