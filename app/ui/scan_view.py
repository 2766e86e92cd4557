"""Scanned pages as pictures, with zoom, and what is asked about them: which form it is, whether it bears a seal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.errors import AppError
from app.ui.inputs import LineInput
from app.ui.jobs import Handle
from app.ui.page_view import PageView
from app.ui.stamp_board import StampBoard
from app.ui.stamps_model import name_of

if TYPE_CHECKING:
    from app.scan_reading import ScannedPage
    from app.stamping import Row

# The longer side of a page's picture in pixels: a seal's characters and a form's small print can be read.
_PIXELS = 2200
_SIZE = (1080, 660)
_MOST_PAGES = 99


class ScanView(PageView):
    """Shows scanned pages; scale 1 is a pixel of the picture for each of the screen."""

    most = 2.0
    fit_words = "整页"

    def __init__(self, board: StampBoard, pages: Sequence[ScannedPage], parent: QWidget | None = None) -> None:
        super().__init__("扫描件的画面", parent)
        self._board, self._pages = board, pages
        self._job: Handle | None = None
        self._image = QImage()
        self.area.setMinimumSize(320, 320)
        for widget in (self.back, self.place, self.on):
            widget.setVisible(len(pages) > 1)
        self.load()

    def shows(self) -> bool:
        """Say whether a page is to be seen."""
        return not self._image.isNull()

    def count(self) -> int:
        """See PageView."""
        return len(self._pages)

    def natural_width(self) -> float:
        """See PageView."""
        return self._image.width()

    def fitting(self) -> float:
        """Return the scale at which the whole page is to be seen: its seal stands at the foot."""
        return min(super().fitting(), (self.area.viewport().height() - 12) / self._image.height())

    def load(self) -> None:
        """See PageView."""
        self.show_place()
        self.sheet.setText("正在打开扫描件……")
        if self._job:
            self._job.cancel()
        self._job = self._board.show(self._pages[self.number], _PIXELS, self._take, self._refuse)

    def draw(self) -> None:
        """See PageView."""
        if self._image.isNull():
            return
        ratio = self.devicePixelRatioF()
        width = max(1, round(self._image.width() * self.scale() * ratio))
        self.show_image(self._image.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation), ratio)

    def _take(self, image: QImage) -> None:
        self._image = image
        self.draw()

    def _refuse(self, error: AppError) -> None:
        self._image = QImage()
        self.sheet.setText(str(error))


class _PageDialog(QDialog):
    """A page at the left, and what is asked about it at the right."""

    def __init__(
        self, board: StampBoard, pages: Sequence[ScannedPage], title: str, question: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.view = ScanView(board, pages)
        asked = QLabel(question)
        asked.setWordWrap(True)
        asked.setTextFormat(Qt.TextFormat.PlainText)
        asked.setProperty("role", "label")
        self.side = QVBoxLayout()
        self.side.setSpacing(10)
        self.side.addWidget(asked)
        right = QWidget()
        right.setLayout(self.side)
        right.setFixedWidth(330)
        row = QHBoxLayout(self)
        row.addWidget(self.view, 1)
        row.addWidget(right)
        room = parent.screen().availableGeometry()
        self.resize(min(_SIZE[0], room.width() - 40), min(_SIZE[1], room.height() - 80))

    def add_buttons(self, *buttons: QPushButton) -> None:
        """Put the answers below, one under the other, and a way out."""
        leave = QPushButton("取消(&C)")
        leave.clicked.connect(self.reject)
        leave.setAutoDefault(False)
        for button in (*buttons, leave):
            self.side.addWidget(button)


class AssignDialog(_PageDialog):
    """Which form, and which page of it, a page is."""

    assigned = Signal(str, int, int, bool)
    """The form's tag, the page's number, of how many, and whether a seal was seen."""

    def __init__(self, board: StampBoard, page: ScannedPage, parent: QWidget) -> None:
        super().__init__(board, [page], "指定是哪张表", page.note or "这一页是哪张表？", parent)
        # Those that are still waited for come first.
        self._rows = sorted(board.rows, key=lambda row: row.word == "已盖章回收")
        source = QLabel(f"来自“{page.path.name}”" + (f"第 {page.number} 页" if page.number > 1 else ""))
        source.setProperty("role", "hint")
        source.setWordWrap(True)
        self.side.addWidget(source)
        self.search = LineInput()
        self.search.setPlaceholderText("输入片名或表名，缩小范围")
        self.search.setAccessibleName("查找表格")
        self.search.textChanged.connect(self._filter)
        self.side.addWidget(self.search)
        self.list = QListWidget()
        self.list.setAccessibleName("可以指定的表格，还没有收回的在前")
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for row in self._rows:
            back = "（已收回）" if row.word == "已盖章回收" else ""
            item = QListWidgetItem(name_of(row) + back)
            item.setToolTip(item.text())
            self.list.addItem(item)
        self.list.currentRowChanged.connect(self._choose)
        self.side.addWidget(self.list, 1)
        self.number, self.count = QSpinBox(), QSpinBox()
        places = QHBoxLayout()
        for text, box, name in (("第", self.number, "第几页"), ("页，共", self.count, "共几页")):
            box.setRange(1, _MOST_PAGES)
            box.setAccessibleName(name)
            box.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
            box.setAlignment(Qt.AlignmentFlag.AlignCenter)
            box.setFixedWidth(52)
            places.addWidget(QLabel(text))
            places.addWidget(box)
        places.addWidget(QLabel("页"))
        places.addStretch(1)
        self.count.valueChanged.connect(self.number.setMaximum)
        self.side.addLayout(places)
        self.sealed = QCheckBox("画面上看得到公章或签字(&S)", checked=page.red_seal is True)
        self.side.addWidget(self.sealed)
        self.give = QPushButton("就是这张表(&G)")
        self.give.setProperty("role", "main")
        self.give.setDefault(True)
        self.give.clicked.connect(self._give)
        self.list.itemActivated.connect(lambda _: self._give())
        self.add_buttons(self.give)
        known = next((n for n, row in enumerate(self._rows) if row.form.tag == page.tag), -1)
        self.list.setCurrentRow(known)
        self._choose(known)
        self.search.setFocus()

    def _filter(self, text: str) -> None:
        wanted = text.strip().casefold()
        for number in range(self.list.count()):
            item = self.list.item(number)
            item.setHidden(wanted not in item.text().casefold())
        current = self.list.currentItem()
        if current is None or current.isHidden():
            visible = [n for n in range(self.list.count()) if not self.list.item(n).isHidden()]
            self.list.setCurrentRow(visible[0] if wanted and visible else -1)

    def _choose(self, number: int) -> None:
        self.give.setEnabled(number >= 0)
        if number >= 0:
            row = self._rows[number]
            count = len(row.form.seals)
            self.count.setValue(count)
            # The first page that is still missing.
            self.number.setValue(row.missing[0] if row.missing else 1)

    def _give(self) -> None:
        number = self.list.currentRow()
        if number >= 0:
            tag = self._rows[number].form.tag
            self.assigned.emit(tag, self.number.value(), self.count.value(), self.sealed.isChecked())
            self.accept()


class ConfirmDialog(_PageDialog):
    """Whether the pages of a form on which no seal was seen bear one; `left` other forms wait to be asked about."""

    confirmed = Signal()
    refused = Signal()

    def __init__(self, board: StampBoard, row: Row, left: int, parent: QWidget) -> None:
        question = f"{name_of(row)}\n\n{row.note}画面上盖了章（或签了字）吗？"
        super().__init__(board, board.unsure_pages(row), "确认红章", question, parent)
        about = QLabel("黑白扫描、印泥太淡、章盖在别处时，程序认不出红章。")
        about.setProperty("role", "hint")
        about.setWordWrap(True)
        self.side.addWidget(about)
        self.side.addStretch(1)
        more = QLabel(f"看完这张，还有 {left} 张待确认。")
        more.setProperty("role", "hint")
        more.setVisible(bool(left))
        self.side.addWidget(more)
        self.yes, self.no = QPushButton("盖了，收下(&Y)"), QPushButton("没有盖，移出这份扫描件(&R)")
        self.yes.setProperty("role", "main")
        self.yes.setDefault(True)
        self.no.setAutoDefault(False)
        for button, answer in ((self.yes, self.confirmed), (self.no, self.refused)):
            button.clicked.connect(answer)
            button.clicked.connect(self.accept)
        self.add_buttons(self.yes, self.no)
