"""What the gathered works come to: each with its new number and where it came from, and into which draft they go."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QFrame,
    QHeaderView,
    QLabel,
    QRadioButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from app.draft import Work, bare_title
from app.origins import Origin


class ResultView(QFrame):
    """The works in the order of the forms. `present` is how many works the open draft has."""

    changed = Signal()
    """They shall go into the other draft."""

    def __init__(self) -> None:
        super().__init__()
        self.title = QLabel()
        self.title.setProperty("role", "section")
        self.title.setWordWrap(True)
        self.table = QTableWidget(0, 4)
        self.table.setHorizontalHeaderLabels(["编号", "作品", "报送单位", "原来的编号"])
        self.table.setAccessibleName("合并后的作品")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.table.setColumnWidth(0, 70)
        self.table.setMinimumHeight(180)
        self.new = QRadioButton("新建一份草稿(&N)", checked=True)
        self.add = QRadioButton("加到现在打开的草稿后面(&P)")
        group = QButtonGroup(self)
        for radio in (self.new, self.add):
            group.addButton(radio)
        self.new.toggled.connect(self._renumber)
        self.kept = QLabel("文件夹和草稿里的视频留在原处：从 U 盘收的，请先不要拔下，或先拷到电脑上再收。")
        self.kept.setProperty("role", "hint")
        self.kept.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.title, self.table, self.kept, self.new, self.add):
            column.addWidget(widget)
        self._present = 0

    def show_works(self, works: Sequence[Work], origins: Mapping[str, Origin], present: int) -> None:
        """Show the works that will be merged."""
        self._present = present
        units = len({origins[w.id].unit or origins[w.id].source for w in works})
        self.title.setText(f"三、合并结果　来自 {units} 个单位的 {len(works)} 部作品，按单位、再按各单位的次序重新编号")
        self.add.setText(f"加到现在打开的草稿后面，它已有 {present} 部作品(&P)")
        self.add.setVisible(bool(present))
        self.new.setVisible(bool(present))
        self.table.setRowCount(len(works))
        for row, work in enumerate(works):
            origin = origins[work.id]
            title = f"《{bare_title(work.title) or '（未命名）'}》" + ("" if work.video.path else "　没有视频")
            for column, text in enumerate(("", title, origin.unit or "（没有填单位）", f"第 {origin.number} 部")):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.table.setItem(row, column, item)
        self._renumber()

    def adds(self) -> bool:
        """Say whether the works go into the draft that is open."""
        return self._present > 0 and self.add.isChecked()

    def _renumber(self) -> None:
        first = self._present + 1 if self.adds() else 1
        for row in range(self.table.rowCount()):
            self.table.item(row, 0).setText(str(first + row))
        self.changed.emit()
