"""The files of a mail: each with its size and how it goes."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from app.exporters.mail_files import MailFile
from app.sizes import size_text
from app.ui.return_key import keep_return

_ROW_HEIGHT, _MOST_ROWS, _HEADER_HEIGHT = 30, 6, 48


class FileList(QTreeWidget):
    """Files with their sizes and how they go."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        keep_return(self)
        self.setHeaderLabels(["文件", "大小", "怎样发"])
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setAccessibleName("附件")
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            self.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self._shown: list[tuple[str, MailFile]] = []

    def fill(self, files: list[tuple[str, MailFile]]) -> None:
        """Show these files, each with how it goes."""
        self._shown = files
        self.clear()
        for kind, file in files:
            item = QTreeWidgetItem([file.name, size_text(file.size), kind])
            item.setToolTip(0, file.name)
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.addTopLevelItem(item)
        if files:
            self.setCurrentItem(self.topLevelItem(0))
        self.setVisible(bool(files))
        self.setFixedHeight(_ROW_HEIGHT * min(len(files), _MOST_ROWS) + _HEADER_HEIGHT)

    def chosen(self) -> tuple[str, MailFile] | None:
        """Return the chosen file and how it goes, or None while there are none."""
        row = self.indexOfTopLevelItem(self.currentItem()) if self.currentItem() else -1
        return self._shown[row] if row >= 0 else None
