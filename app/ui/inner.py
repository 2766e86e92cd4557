"""A part of a page that scrolls by itself."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

_HEIGHT = 240


class InnerScroll(QScrollArea):
    """Takes the height that is left and asks for little, whatever is in it: the page shall not grow with it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, widgetResizable=True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumHeight(_HEIGHT)

    def sizeHint(self) -> QSize:
        """Return the wished size, in logical pixels."""
        return QSize(360, _HEIGHT)
