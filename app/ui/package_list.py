"""Packages that are being verified, a row each: the name, and how it stands with icon and words."""

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from app.ui import icons, theme
from app.ui.badges import LOOKS, State
from app.ui.package_details import STATES
from app.ui.verify_queue import Stage
from app.verdicts import Judged, shown

_STAGES = {Stage.WAITING: State.TODO, Stage.WORKING: State.READING, Stage.CANCELLED: State.TODO}


class PackageList(QTreeWidget):
    """The rows, by the packages' paths."""

    chosen = Signal()
    """Another row is the current one, or none is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: dict[Path, QTreeWidgetItem] = {}
        self._standings: dict[Path, Stage | Judged] = {}
        self.setAccessibleName("报送包列表")
        self.setRootIsDecorated(False)
        self.setHeaderLabels(["报送包", "结果"])
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setMinimumSize(300, 120)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.currentItemChanged.connect(lambda *_: self.chosen.emit())

    def show_standing(self, path: Path, standing: Stage | Judged) -> None:
        """Show how a package stands, in its row or in a new one."""
        self._standings[path] = standing
        if path not in self._items:
            item = self._items[path] = QTreeWidgetItem(self, [shown(path.name)])
            item.setToolTip(0, shown(str(path)))
        self._draw(path)

    def forget(self, path: Path) -> None:
        """Take a row out."""
        del self._standings[path]
        self.takeTopLevelItem(self.indexOfTopLevelItem(self._items.pop(path)))

    def current(self) -> Path | None:
        """Return the chosen package."""
        item = self.currentItem()
        return next((path for path, known in self._items.items() if known is item), None)

    def choose(self, path: Path) -> None:
        """Choose a package's row."""
        self.setCurrentItem(self._items[path])

    def words(self) -> list[tuple[str, str]]:
        """Return the rows as they are shown."""
        items = (self.topLevelItem(row) for row in range(self.topLevelItemCount()))
        return [(item.text(0), item.text(1)) for item in items]

    def changeEvent(self, event: QEvent) -> None:
        """Draw the icons again in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_items"):
            for path in self._items:
                self._draw(path)

    def _draw(self, path: Path) -> None:
        standing = self._standings[path]
        judged = isinstance(standing, Judged)
        look = LOOKS[STATES[standing.verdict] if judged else _STAGES[standing]]
        item = self._items[path]
        item.setText(1, standing.word() if judged else str(standing))
        item.setIcon(1, icons.icon(look.icon, getattr(theme.colours(), look.colour), 18))
