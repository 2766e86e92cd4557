"""Files that are brought to a window: dragged over it and dropped, or pasted from the clipboard."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.ui.banner import Banner
from app.ui.drop_overlay import DropOverlay


def paths_in(mime: QMimeData) -> list[Path]:
    """Return the files and folders in what was dropped or pasted."""
    return [Path(u.toLocalFile()) for u in mime.urls() if u.isLocalFile()] if mime.hasUrls() else []


def pasted(banner: Banner, what: str) -> list[Path]:
    """Return the files and folders on the clipboard; where there are none, the banner says how `what` gets there."""
    found = paths_in(QApplication.clipboard().mimeData())
    if not found:
        banner.show_note("剪贴板里没有文件。", f"请先在文件管理器里选中{what}，按 Ctrl+C 复制，再回到这里按 Ctrl+V。")
    return found


class DropDialog(QDialog):
    """A window that files and folders can be dropped on, wherever; subclasses take them in `add_paths`."""

    def __init__(self, words: tuple[str, str], parent: QWidget | None = None) -> None:
        """`words` say over the window what a drop does, and in small what can be dropped."""
        super().__init__(parent)
        self._words = words
        self.overlay = DropOverlay(self)
        self.setAcceptDrops(True)

    def add_paths(self, paths: list[Path]) -> None:
        """Take what was dropped."""
        raise NotImplementedError

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders."""
        if paths_in(event.mimeData()):
            event.acceptProposedAction()
            self.overlay.show_over(self.rect(), *self._words)

    def dragLeaveEvent(self, event) -> None:
        """Forget about the drop."""
        self.overlay.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take what was dropped, after the program that it is dragged from has gone on: it waits for the return."""
        self.overlay.end()
        paths = paths_in(event.mimeData())
        event.acceptProposedAction()
        QTimer.singleShot(0, self, lambda: self.add_paths(paths))
