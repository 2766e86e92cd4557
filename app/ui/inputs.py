"""Widgets to type into, with one way to read, to fill and to hear them."""

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QPlainTextEdit, QWidget

_BY_TAB = Qt.FocusPolicy.TabFocus


class LineInput(QLineEdit):
    """One line of text. `edited` is only for what the user does."""

    edited = Signal(str)

    def __init__(self, example: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if example:
            self.setPlaceholderText(f"例：{example}")
        self.textEdited.connect(self.edited)

    def value(self) -> str:
        """Return the text."""
        return self.text()

    def fill(self, value: str) -> None:
        """Show a text; the cursor stays where it is if nothing changes."""
        if value != self.text():
            self.setText(value)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Leave files to the window; Qt would type their addresses."""
        if event.mimeData().hasUrls():
            event.ignore()
        else:
            super().dragEnterEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on to the next field on Return, not to the next page."""
        if not _next_field(self, event):
            super().keyPressEvent(event)


class TextInput(QPlainTextEdit):
    """Several lines of text; Tab goes on to the next field."""

    edited = Signal(str)

    def __init__(self, example: str = "", lines: int = 4, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if example:
            self.setPlaceholderText(f"例：{example}")
        self.setTabChangesFocus(True)
        self.setMinimumHeight(self.fontMetrics().lineSpacing() * lines + 24)
        self.textChanged.connect(self._tell)
        self._filling = False

    def value(self) -> str:
        """Return the text."""
        return self.toPlainText()

    def fill(self, value: str) -> None:
        """Show a text; the cursor stays where it is if nothing changes."""
        if value != self.toPlainText():
            self._filling = True
            self.setPlainText(value)
            self._filling = False

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Leave files to the window; Qt would type their addresses."""
        return not source.hasUrls() and super().canInsertFromMimeData(source)

    def _tell(self) -> None:
        if not self._filling:
            self.edited.emit(self.toPlainText())


class ChoiceInput(QComboBox):
    """One of some values, or with `free` also another text. Turning the wheel over it only scrolls the page."""

    edited = Signal(str)

    def __init__(
        self, choices: tuple[str, ...], *, free: bool = False, none: str = "", parent: QWidget | None = None
    ) -> None:
        """Offer `choices`; `none` is what the entry for an empty value is called ("" : there is no such entry)."""
        super().__init__(parent)
        self.setEditable(free)
        self.setMinimumContentsLength(8)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._none = none
        self._free = free
        self._choices: tuple[str, ...] | None = None
        self.offer(choices)
        if free:
            self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            self.completer().setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
            self.completer().setFilterMode(Qt.MatchFlag.MatchContains)
            self.lineEdit().textEdited.connect(self.edited)
            self.lineEdit().installEventFilter(self)
        self.activated.connect(lambda _: self.edited.emit(self.value()))

    def offer(self, choices: tuple[str, ...]) -> None:
        """Offer other choices; the value stays if it can."""
        if choices == self._choices:
            return
        self._choices = choices
        value = self.value()
        self.clear()
        if self._none and not self._free:
            self.addItem(self._none, "")
        for choice in choices:
            self.addItem(choice, choice)
        self.fill(value)

    def rename_none(self, none: str) -> None:
        """Say otherwise what an empty value means."""
        if self._none and not self._free:
            self.setItemText(0, none)

    def value(self) -> str:
        """Return the value chosen or typed."""
        return self.currentText() if self._free else self.currentData() or ""

    def fill(self, value: str) -> None:
        """Show a value, also one that is not offered."""
        if self._free:
            if value != self.currentText():
                self.setEditText(value)
            return
        place = self.findData(value)
        if place < 0 and value:
            self.addItem(value, value)
            place = self.count() - 1
        self.setCurrentIndex(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on to the next field on Return, not to the next page; over a completion Return takes it."""
        completing = self._free and self.completer().popup().isVisible()
        if completing or not _next_field(self, event):
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Open the list on a click into the empty text: few people look for the arrow. Leave files to the window."""
        if event.type() == QEvent.Type.DragEnter and event.mimeData().hasUrls():
            event.ignore()
            return True
        if event.type() == QEvent.Type.MouseButtonRelease and self.count() and not self.currentText():
            self.showPopup()
        return super().eventFilter(watched, event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()


def _next_field(widget: QWidget, event: QKeyEvent) -> bool:
    """Do what Return does in a field; say whether it was that key."""
    if event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
        return False
    event.accept()
    after = widget.nextInFocusChain()
    while after is not widget and not (after.isVisible() and after.isEnabled() and after.focusPolicy() & _BY_TAB):
        after = after.nextInFocusChain()
    after.setFocus(Qt.FocusReason.TabFocusReason)
    return True
