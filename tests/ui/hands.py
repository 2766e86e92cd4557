"""What a person does with a window: type (Chinese through an input method), click, drop."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget, QWizard

from app.ui.wizard import Wizard


def write(widget: QWidget, text: str) -> None:
    """Type into a field what it shall hold; characters that no key has come as an input method commits them."""
    widget.setFocus()
    if isinstance(widget, QLineEdit):
        widget.selectAll()
    if text.isascii():
        QTest.keyClicks(widget, text)
        return
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def click(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def go_on(window: Wizard) -> None:
    click(window.button(QWizard.WizardButton.NextButton))


def drop(window: Wizard, *paths: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(p)) for p in paths])
    copy, left, plain = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(20, 20), copy, mime, left, plain))
    QApplication.sendEvent(window, QDropEvent(QPoint(20, 20), copy, mime, left, plain))
