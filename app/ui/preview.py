"""A form as it will be printed, page by page, with zoom."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.errors import AppError
from app.ui.jobs import Handle, Jobs
from app.ui.pdf_pages import PdfPages

_ZOOMS = (0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0)
_SCREEN_DOTS = 96


class Preview(QWidget):
    """Shows the pages that a function makes; both are done in the background."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._job: Handle | None = None
        self.pages: PdfPages | None = None
        self.number = 0
        self._zoom = 0.0  # 0: as wide as there is room
        self.sheet = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.sheet.setWordWrap(True)
        self.area = QScrollArea(widgetResizable=True)
        self.area.setWidget(self.sheet)
        self.area.setAccessibleName("表格预览")
        self.area.setMinimumSize(260, 260)
        self.place = QLabel()
        self.back = self._button("上一页", lambda: self.turn(-1))
        self.on = self._button("下一页", lambda: self.turn(1))
        self.smaller = self._button("缩小", lambda: self.zoom(-1))
        self.larger = self._button("放大", lambda: self.zoom(1))
        self.fit = self._button("适合宽度", lambda: self.zoom(0))
        bar = QHBoxLayout()
        bar.setSpacing(4)
        for widget in (self.back, self.place, self.on):
            bar.addWidget(widget)
        bar.addStretch(1)
        for widget in (self.smaller, self.larger, self.fit):
            bar.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(bar)
        column.addWidget(self.area, 1)
        self._show_place()

    def show_pages(self, make: Callable[[], PdfPages]) -> None:
        """Show what `make` returns, from its first page; an earlier wish is dropped."""
        if self._job:
            self._job.cancel()
        self.pages, self.number = None, 0
        self.sheet.setText("正在生成预览……")
        self._job = self._jobs.run(lambda _: make(), self._take, self._refuse)

    def turn(self, by: int) -> None:
        """Go to another page."""
        if self.pages is not None and 0 <= self.number + by < len(self.pages):
            self.number += by
            self.area.verticalScrollBar().setValue(0)
            self._draw()

    def zoom(self, by: int) -> None:
        """Show larger (1), smaller (-1), or as wide as there is room (0)."""
        now = self._scale()
        if by == 0:
            self._zoom = 0.0
        else:
            steps = [z for z in _ZOOMS if (z > now + 0.01 if by > 0 else z < now - 0.01)]
            self._zoom = (steps[0] if by > 0 else steps[-1]) if steps else now
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw anew when the page goes by the width."""
        super().resizeEvent(event)
        if not self._zoom:
            self._draw()

    def _button(self, text: str, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("role", "link")
        button.clicked.connect(lambda: act())
        return button

    def _take(self, pages: PdfPages) -> None:
        self.pages = pages
        self._draw()

    def _refuse(self, error: AppError) -> None:
        self.sheet.setText(str(error))

    def _scale(self) -> float:
        """Return the size on the screen in relation to that on paper (at 96 dots an inch)."""
        if self._zoom or self.pages is None:
            return self._zoom or 1.0
        width = self.pages.sizes_pt[self.number][0] / 72 * _SCREEN_DOTS
        return max(0.3, (self.area.viewport().width() - 24) / width)

    def _draw(self) -> None:
        self._show_place()
        if self.pages is None:
            return
        pages, number, ratio = self.pages, self.number, self.devicePixelRatioF()
        dots = self._scale() * _SCREEN_DOTS * ratio
        if self._job:
            self._job.cancel()
        self._job = self._jobs.run(lambda _: pages.image(number, dots), lambda image: self._show(image, ratio))

    def _show(self, image: QImage, ratio: float) -> None:
        picture = QPixmap.fromImage(image)
        picture.setDevicePixelRatio(ratio)
        self.sheet.setPixmap(picture)

    def _show_place(self) -> None:
        count = len(self.pages) if self.pages is not None else 0
        self.place.setText(f"第 {self.number + 1} / {count} 页" if count else "")
        self.back.setEnabled(self.number > 0)
        self.on.setEnabled(self.number + 1 < count)
