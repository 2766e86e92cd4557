"""One picture of a film, large, with the others a key away: small marks are not to be seen on a thumbnail."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.media import clock_text
from app.ui.frame_store import Wish
from app.ui.session import Session

# The box that the pictures are decoded for, in pixels: what an office screen shows of them.
_WIDTH, _HEIGHT = 1280, 720


class FrameView(QDialog):
    """Shows the pictures of one film; arrow keys turn them, Esc closes."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._wish = Wish("", (), 0, 0)
        self._pixmap: QPixmap | None = None
        self.number = 0
        self.setWindowTitle("放大看画面")
        self.picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.picture.setMinimumSize(320, 180)
        self.place = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.back, self.on = QPushButton("上一幅(&B)"), QPushButton("下一幅(&N)")
        close = QPushButton("关闭(&C)")
        self.back.clicked.connect(lambda: self.turn(-1))
        self.on.clicked.connect(lambda: self.turn(1))
        close.clicked.connect(self.close)
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addWidget(self.place, 1)
        row.addWidget(self.on)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.addWidget(self.picture, 1)
        column.addLayout(row)
        room = self.screen().availableGeometry().size()
        self.resize(QSize(1100, 700).boundedTo(room - QSize(60, 80)))
        session.frames.arrived.connect(self._arrived)

    def show_film(self, path: str, moments_ms: tuple[int, ...], number: int) -> None:
        """Show the picture at the moment (ms) of that number of the film at a path."""
        wish = Wish(path, moments_ms, _WIDTH, _HEIGHT)
        if wish != self._wish:
            # Some 20 MB a film.
            self._session.frames.drop(self._wish)
            self._wish = wish
        self.number = number
        self._fill()
        self.show()
        self.raise_()
        self.activateWindow()

    def turn(self, by: int) -> None:
        """Show the next (1) or the one before (-1)."""
        if 0 <= self.number + by < len(self._wish.moments_ms):
            self.number += by
            self._fill()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn with the arrow keys."""
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(event.key())
        if by is None:
            super().keyPressEvent(event)
        else:
            self.turn(by)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw the picture anew at its size."""
        super().resizeEvent(event)
        self._draw()

    def _arrived(self, path: str) -> None:
        if self.isVisible() and path == self._wish.path:
            self._fill()

    def _fill(self) -> None:
        found = self._session.frames.pictures(self._wish)
        count, at = len(self._wish.moments_ms), self._wish.moments_ms[self.number]
        self._pixmap = None
        if found and self.number < len(found):
            at, self._pixmap = found[self.number]
        elif found is not None:
            self.picture.setText("取不出这幅画面，请用播放器看。")
        else:
            self.picture.setText("正在取画面……")
        self.place.setText(f"{clock_text(at)}　第 {self.number + 1} / {count} 幅")
        self.back.setEnabled(self.number > 0)
        self.on.setEnabled(self.number + 1 < count)
        self._draw()

    def _draw(self) -> None:
        if self._pixmap is None:
            return
        ratio = self.devicePixelRatioF()
        fitted = self._pixmap.scaled(
            self.picture.size() * ratio, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        fitted.setDevicePixelRatio(ratio)
        self.picture.setPixmap(fitted)
