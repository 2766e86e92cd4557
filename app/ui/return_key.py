"""Return in a list: it opens the current item, and Qt does not let it press the window's default button as well."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractItemView


def keep_return(view: QAbstractItemView) -> None:
    """Have a list keep Return to itself: its current item, if there is one, is activated."""
    view.installEventFilter(_KeepReturn(view))


class _KeepReturn(QObject):
    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            return False
        index = self._view.currentIndex()
        if index.isValid():
            self._view.activated.emit(index)
        return index.isValid()
