"""Pictures from one film above the questions about it: the first, the last, and some between."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QMouseEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.frames import moments
from app.media import MediaFacts, clock_text
from app.ui import icons
from app.ui.frame_store import Wish
from app.ui.frame_view import FrameView
from app.ui.session import Session

COUNT = 6
_WIDTH, _HEIGHT = 240, 135
_GAP = 8
# Where less than this is left for each, in logical pixels, only some are shown: the first and the last among them.
_LEAST = 90
_FEW = (0, 2, COUNT - 1)


class Storyboard(QWidget):
    """The pictures with their times in one row, fewer where it is narrow; a click shows one large."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._path = ""
        self._duration_ms = 0
        self._view: FrameView | None = None
        self._frames: list[tuple[int, QPixmap]] = []
        self.pictures = [_Picture() for _ in range(COUNT)]
        self._times = [QLabel(alignment=Qt.AlignmentFlag.AlignCenter) for _ in range(COUNT)]
        self._cells = []
        for number, (picture, time) in enumerate(zip(self.pictures, self._times, strict=True)):
            time.setProperty("role", "hint")
            cell = QWidget()
            column = QVBoxLayout(cell)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(2)
            column.addWidget(picture)
            column.addWidget(time)
            picture.clicked.connect(lambda number=number: self.enlarge(number))
            self._cells.append(cell)
        self.said = QLabel()
        self.said.setProperty("role", "hint")
        self.said.setWordWrap(True)
        self.play = QPushButton("用播放器看全片(&V)")
        self.play.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(self._path)))
        self.large = QPushButton("放大看画面(&L)")
        icons.decorate(self.large, "zoom-in")
        self.large.clicked.connect(lambda: self.enlarge(0))
        self._shown: tuple[int, ...] = tuple(range(COUNT))
        row = QHBoxLayout()
        row.setSpacing(_GAP)
        for cell in self._cells:
            row.addWidget(cell)
        below = QHBoxLayout()
        below.addWidget(self.large)
        below.addWidget(self.play)
        below.addWidget(self.said, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addLayout(below)
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

    def enlarge(self, number: int) -> None:
        """Show the picture of that number large, the others a key away."""
        if self._view is None:
            self._view = FrameView(self._session, self)
        self._view.show_film(self._path, tuple(moments(self._duration_ms, COUNT)), number)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width among the pictures."""
        super().resizeEvent(event)
        wide = self.width() >= COUNT * (_LEAST + _GAP)
        self._shown = tuple(range(COUNT)) if wide else _FEW
        self._draw()

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
        self._frames = frames
        self.large.setEnabled(bool(frames))
        for (at, _), picture, time in zip(frames, self.pictures, self._times, strict=False):
            time.setText(clock_text(at))
            picture.setAccessibleName(f"影片 {clock_text(at)} 的画面")
        self._draw()

    def _draw(self) -> None:
        """Draw the pictures as large as there is room."""
        ratio = self.devicePixelRatioF()
        columns = len(self._shown)
        width = min(_WIDTH, (self.width() - (columns - 1) * _GAP) // columns)
        box = QSize(width, width * _HEIGHT // _WIDTH) * ratio
        for number, (picture, cell) in enumerate(zip(self.pictures, self._cells, strict=True)):
            cell.setVisible(number in self._shown and number < len(self._frames))
            if number >= len(self._frames):
                picture.clear()
                continue
            fitted = self._frames[number][1].scaled(
                box, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            fitted.setDevicePixelRatio(ratio)
            picture.setPixmap(fitted)


class _Picture(QLabel):
    """A picture to be clicked; by keyboard there is a button for all."""

    clicked = Signal()

    def __init__(self) -> None:
        super().__init__(alignment=Qt.AlignmentFlag.AlignCenter)
        # The column says how wide it is, not the picture that it had before.
        self.setMinimumWidth(40)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("点一下放大")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell of a click."""
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()
