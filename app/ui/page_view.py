"""Pages one at a time, as wide as there is room or larger: what previews of forms and pictures of scans share."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

_STEP = 1.25
# Left free beside a page, in logical pixels: the scroll bar comes and goes.
_MARGIN = 24


class PageView(QWidget):
    """A page with buttons to turn and to zoom. Subclasses load a page, say how large it is, and draw it."""

    least, most = 0.1, 3.0
    """The smallest and the largest scale."""

    fit_words = "适合宽度"
    """What the scale that is taken by itself is called."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number = 0
        self._zoom = 0.0  # 0: as wide as there is room
        self.sheet = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.sheet.setWordWrap(True)
        self.area = QScrollArea(widgetResizable=True)
        self.area.setWidget(self.sheet)
        self.area.setAccessibleName(name)
        self.place = QLabel()
        self.back = self._button("上一页", lambda: self.turn(-1))
        self.on = self._button("下一页", lambda: self.turn(1))
        self.smaller = self._button("缩小", lambda: self.zoom(1 / _STEP))
        self.larger = self._button("放大", lambda: self.zoom(_STEP))
        self.fit = self._button(self.fit_words, lambda: self.zoom(0))
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

    def count(self) -> int:
        """Return how many pages there are."""
        raise NotImplementedError

    def natural_width(self) -> float:
        """Return how wide the page is at scale 1, in logical pixels; 0 while there is none."""
        raise NotImplementedError

    def load(self) -> None:
        """Show the page of the present number."""
        raise NotImplementedError

    def draw(self) -> None:
        """Draw the page at the present scale."""
        raise NotImplementedError

    def turn(self, by: int) -> None:
        """Go to another page."""
        if 0 <= self.number + by < self.count():
            self.number += by
            self.area.verticalScrollBar().setValue(0)
            self.load()

    def zoom(self, by: float) -> None:
        """Show larger or smaller by a factor, or as wide as there is room (0)."""
        self._zoom = min(self.most, max(self.least, self.scale() * by)) if by else 0.0
        self.draw()

    def scale(self) -> float:
        """Return the size on the screen in relation to the natural one."""
        if self._zoom or not self.natural_width():
            return self._zoom or 1.0
        return max(self.least, self.fitting())

    def fitting(self) -> float:
        """Return the scale at which the page is as wide as there is room."""
        return (self.area.viewport().width() - _MARGIN) / self.natural_width()

    def show_place(self) -> None:
        """Say which page it is, and let turn where there is another."""
        count = self.count()
        self.place.setText(f"第 {self.number + 1} / {count} 页" if count else "")
        self.back.setEnabled(self.number > 0)
        self.on.setEnabled(self.number + 1 < count)

    def show_image(self, image: QImage, ratio: float) -> None:
        """Show a picture that has `ratio` pixels for each logical one."""
        picture = QPixmap.fromImage(image)
        picture.setDevicePixelRatio(ratio)
        self.sheet.setPixmap(picture)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw anew when the page goes by the width."""
        super().resizeEvent(event)
        if not self._zoom:
            self.draw()

    def _button(self, text: str, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("role", "link")
        button.setAutoDefault(False)
        button.clicked.connect(lambda: act())
        return button
