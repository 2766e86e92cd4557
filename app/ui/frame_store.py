"""Pictures from the films, decoded in a child process and kept; what is asked for last comes first."""

from collections import deque
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap, QTransform

from app.errors import AppError, Cancelled
from app.frames import Frame, FrameReader
from app.ui.jobs import Handle, Jobs

_MOST_KEPT = 3000


class Wish(NamedTuple):
    """The pictures wanted of one film: at which moments (ms), and the box they must fit (pixels)."""

    path: str
    moments_ms: tuple[int, ...]
    width: int
    height: int


class FrameStore(QObject):
    """Belongs to the window's thread; one child decodes."""

    arrived = Signal(str)
    """Pictures of the film at this path are there, or known not to come."""

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._reader = FrameReader()
        self._kept: dict[Wish, list[tuple[int, QPixmap]]] = {}
        self._wanted: deque[Wish] = deque()
        self._asked: set[Wish] = set()
        self._running = False

    def pictures(self, wish: Wish) -> list[tuple[int, QPixmap]] | None:
        """Return the pictures with their moments (ms), or None while they are being made."""
        if wish in self._kept:
            return self._kept[wish]
        if wish not in self._asked:
            self._asked.add(wish)
            self._wanted.append(wish)
            self._start()
        return None

    def busy(self) -> bool:
        """Say whether pictures are being made."""
        return bool(self._asked)

    def forget(self, path: str) -> None:
        """Drop what is kept of a film that has changed."""
        for wish in [w for w in self._kept if w.path == path]:
            del self._kept[wish]

    def drop(self, wish: Wish) -> None:
        """Let go of pictures that are too large to be kept."""
        self._kept.pop(wish, None)

    def close(self) -> None:
        """End the child; to be called when no job runs any more."""
        self._wanted.clear()
        self._reader.close()

    def _start(self) -> None:
        if not self._running:
            self._running = True
            self._jobs.run(self._decode, on_progress=self._keep, on_end=self._ended)

    def _decode(self, handle: Handle) -> None:
        while True:
            if handle.cancelled():
                raise Cancelled
            try:
                wish = self._wanted.pop()
            except IndexError:
                return
            try:
                frames = self._reader.read(Path(wish.path), wish.moments_ms, wish.width, wish.height)
            except AppError:
                # No picture: the list shows the film without one, and what is wrong with it is a finding.
                frames = []
            handle.report(wish, [(f.at_ms, _image(f)) for f in frames])

    def _keep(self, wish: Wish, images: list[tuple[int, QImage]]) -> None:
        self._asked.discard(wish)
        self._kept[wish] = [(at, QPixmap.fromImage(image)) for at, image in images]
        while len(self._kept) > _MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self.arrived.emit(wish.path)

    def _ended(self) -> None:
        self._running = False
        if self._wanted:
            self._start()


def _image(frame: Frame) -> QImage:
    """Return a frame as shown; the copy lets the frame's bytes go."""
    image = QImage(frame.pixels, frame.width, frame.height, frame.stride, QImage.Format.Format_RGB888)
    return image.transformed(QTransform().rotate(frame.rotation)) if frame.rotation else image.copy()
