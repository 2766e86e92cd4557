"""Where the package is to lie, and as what: a folder for a stick, one ZIP to be uploaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QGridLayout, QLabel, QPushButton, QRadioButton, QWidget

from app.sizes import size_text
from app.ui import icons
from app.ui.breaking import breakable
from app.ui.inputs import LineInput
from app.ui.package_stock import Suggestion, take_suggestion
from app.ui.session import Session

if TYPE_CHECKING:
    from app.exporters.package import Outlook

_NARROW = 600


class PackagePlace(QWidget):
    """A folder, a form, and what packing there will meet."""

    changed = Signal()
    """The place or the form is another one."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._chosen = False
        self.folder_line = LineInput()
        self.folder_line.setAccessibleName("报送包放到哪个文件夹")
        self.folder_line.edited.connect(self._type)
        label = QLabel("放到(&O)")
        label.setProperty("role", "label")
        label.setBuddy(self.folder_line)
        self.choose = QPushButton("选择…(&H)")
        icons.decorate(self.choose, "folder-open")
        self.choose.clicked.connect(self._choose)
        kind = QLabel("打成")
        kind.setProperty("role", "label")
        self.as_folder = QRadioButton("文件夹（用 U 盘送）", checked=True)
        self.as_zip = QRadioButton("一个 ZIP 压缩包（上传、网盘）")
        self.as_zip.toggled.connect(self._choose_kind)
        self._kinds = kinds = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        kinds.setSpacing(6)
        kinds.addWidget(self.as_folder)
        kinds.addWidget(self.as_zip)
        kinds.addStretch(1)
        self.outlook = QLabel()
        self.outlook.setWordWrap(True)
        self.outlook.setProperty("role", "hint")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.addWidget(label, 0, 0)
        grid.addWidget(self.folder_line, 0, 1)
        grid.addWidget(self.choose, 0, 2)
        grid.addWidget(kind, 1, 0)
        grid.addLayout(kinds, 1, 1, 1, 2)
        grid.addWidget(self.outlook, 2, 1, 1, 2)
        grid.setColumnStretch(1, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the two forms below each other where there is no room beside."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        self._kinds.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)

    def folder(self) -> Path | None:
        """Return the folder, or None where none is named."""
        text = self.folder_line.value().strip()
        return Path(text).absolute() if text else None

    def suggest(self) -> None:
        """Propose a place again, unless the user has named one: a stick may have been plugged in."""
        if not self._chosen:
            desktop = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DesktopLocation)
            self._session.jobs.run(take_suggestion(self._session, Path(desktop)), self._propose)

    def use(self, folder: Path) -> None:
        """Take a folder that the user has named."""
        self._chosen = True
        self.folder_line.fill(str(folder))
        self.changed.emit()

    def lock(self, locked: bool) -> None:
        """Let nothing be changed while something is packed."""
        for widget in (self.folder_line, self.choose, self.as_folder, self.as_zip):
            widget.setEnabled(not locked)

    def show_outlook(self, outlook: Outlook | None) -> None:
        """Say how much room is needed and there, or what stands in the way."""
        bad = outlook is not None and outlook.obstacle is not None
        if outlook is None:
            # Until a place is proposed, which takes a moment, nothing is asked for.
            text = "请选择报送包放在哪里。" if self._chosen else ""
        elif outlook.obstacle is not None:
            text = str(outlook.obstacle)
        elif outlook.begun:
            text = f"上次打到一半：已写好 {size_text(outlook.begun)}，还要约 {size_text(outlook.needed)}"
            text += f"；这里空着 {size_text(outlook.free)}。"
        else:
            text = f"约需 {size_text(outlook.needed)}，这里空着 {size_text(outlook.free)}。"
        self.outlook.setText(breakable(text))
        self.outlook.setProperty("level", "fail" if bad else "")
        self.outlook.style().polish(self.outlook)

    def _propose(self, found: Suggestion) -> None:
        if self._chosen or str(found.folder) == self.folder_line.value():
            return
        self.folder_line.fill(str(found.folder))
        self.folder_line.setToolTip("这是插着的 U 盘或移动硬盘" if found.removable else "")
        if found.as_zip is not None:
            (self.as_zip if found.as_zip else self.as_folder).setChecked(True)
        self.changed.emit()

    def _choose_kind(self) -> None:
        self.changed.emit()

    def _type(self) -> None:
        self._chosen = True
        self.changed.emit()

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "报送包放到哪个文件夹", self.folder_line.value())
        if folder:
            self.use(Path(folder))
