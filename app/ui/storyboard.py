"""Pictures from one film beside the questions about it: the first, the last, and some between."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.frames import moments
from app.media import MediaFacts, clock_text
from app.ui.frame_store import Wish
from app.ui.session import Session

COUNT = 6
_WIDTH, _HEIGHT = 240, 135


class Storyboard(QWidget):
    """The pictures with their times, as many side by side as there is room for."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._path = ""
        self._duration_ms = 0
        self.pictures = [QLabel(alignment=Qt.AlignmentFlag.AlignCenter) for _ in range(COUNT)]
        self._times = [QLabel(alignment=Qt.AlignmentFlag.AlignCenter) for _ in range(COUNT)]
        self._cells = []
        for picture, time in zip(self.pictures, self._times, strict=True):
            time.setProperty("role", "hint")
            cell = QWidget()
            column = QVBoxLayout(cell)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(2)
            column.addWidget(picture)
            column.addWidget(time)
            self._cells.append(cell)
        self.said = QLabel()
        self.said.setProperty("role", "hint")
        self.said.setWordWrap(True)
        self.play = QPushButton("用播放器看全片(&V)")
        self.play.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(self._path)))
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        self._columns = 0
        below = QHBoxLayout()
        below.addWidget(self.play)
        below.addWidget(self.said, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._grid)
        column.addLayout(below)
        self._arrange(3)
        session.frames.arrived.connect(self._arrived)

    def sizeHint(self) -> QSize:
        """Return the wished size; the width is the page's."""
        return QSize(_WIDTH, super().sizeHint().height())

    def show_film(self, path: str, film: object) -> None:
        """Show the film at a path, of which the facts (or a problem, or nothing yet) are known."""
        self._path = path
        self._duration_ms = film.duration_ms or 0 if isinstance(film, MediaFacts) else 0
        self.play.setEnabled(bool(path) and Path(path).exists())
        self._fill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take as many columns as there is room for."""
        super().resizeEvent(event)
        self._arrange(max(1, min(COUNT, (self.width() + 8) // (_WIDTH + 8))))

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for number, cell in enumerate(self._cells):
            self._grid.addWidget(cell, number // columns, number % columns)

    def _arrived(self, path: str) -> None:
        if path == self._path:
            self._fill()

    def _fill(self) -> None:
        frames = []
        if not self._duration_ms:
            self.said.setText("这个视频读不出来，没有画面可看。" if self._path else "还没有视频。")
        else:
            wish = Wish(self._path, tuple(moments(self._duration_ms, COUNT)), _WIDTH, _HEIGHT)
            found = self._session.frames.pictures(wish)
            frames = found or []
            words = "正在取画面……" if found is None else "取不出画面，请用播放器核对。"
            self.said.setText("" if frames else words)
        for number, (picture, time, cell) in enumerate(zip(self.pictures, self._times, self._cells, strict=True)):
            shown = number < len(frames)
            cell.setVisible(shown)
            if shown:
                at, pixmap = frames[number]
                picture.setPixmap(pixmap)
                time.setText(clock_text(at))
                picture.setAccessibleName(f"影片 {clock_text(at)} 的画面")
            else:
                picture.clear()
