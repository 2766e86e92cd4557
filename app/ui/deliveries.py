"""What was packed of the open draft, and whether that is still what the draft says."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.errors import AppError
from app.history import Entry, history
from app.ui.jobs import Handle

if TYPE_CHECKING:
    from app.ui.session import Session

# After the last change; at the start the window has other things to do.
_PAUSE_MS, _START_MS = 800, 1200


class Delivered(Enum):
    """How the draft's last package stands; the value is what the rail shows."""

    NOTHING = ""
    PACKING = "正在打包"
    STOPPED = "打包未完成"
    DONE = "已打包"
    INCOMPLETE = "未完成"
    CHANGED = "内容有改动，需重新打包"


class Deliveries(QObject):
    """The last package of the open draft; belongs to the window's thread."""

    changed = Signal()
    """The last package or how it stands is another one."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.last: Entry | None = None
        self._session = session
        self._attempt: Delivered | None = None
        self._content = ""
        self._looking: Handle | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._look)
        session.draft_changed.connect(self.refresh)
        session.film_changed.connect(self.refresh)
        self._timer.start(_START_MS)

    @property
    def standing(self) -> Delivered:
        """How it stands with packing the draft: what is under way comes before what there is."""
        of_last = self.of_last
        if self._attempt is Delivered.PACKING or of_last is Delivered.NOTHING:
            return self._attempt or of_last
        return of_last

    @property
    def of_last(self) -> Delivered:
        """How the last package stands."""
        if self.last is None:
            return Delivered.NOTHING
        if self._content and self.last.content and self._content != self.last.content:
            return Delivered.CHANGED
        return Delivered.DONE if self.last.complete else Delivered.INCOMPLETE

    def refresh(self) -> None:
        """Look again soon: the draft is another one, or a scan came back."""
        self._timer.start(_PAUSE_MS)

    def begin(self) -> None:
        """Remember that a package is being made."""
        self._attempt = Delivered.PACKING
        self.changed.emit()

    def end(self, made: Entry | None) -> None:
        """Remember that packing ended, with a package or without."""
        self._attempt = None if made else Delivered.STOPPED
        if made:
            self.last, self._content = made, made.content
            self.refresh()
        self.changed.emit()

    def drop(self) -> None:
        """Remember that packing ended before anything was begun."""
        self._attempt = None
        self.changed.emit()

    def close(self) -> None:
        """Look no more."""
        self._timer.stop()

    def _look(self) -> None:
        draft, path, last = self._session.draft, self._session.path, self.last

        def look(handle: Handle) -> tuple[Entry | None, str]:
            found = last or next((e for e in history() if e.draft == str(path.absolute())), None)
            if found is None:
                return None, ""
            # It knows of stamped pages, and with them of fonts: the window shall not wait for that when it starts.
            from app.submitting import content_of

            return found, content_of(draft, path)

        if self._looking is not None:
            self._looking.cancel()
        # A history that cannot be read is told where it is shown.
        self._looking = self._session.jobs.run(look, lambda seen: self._keep(*seen), _pass_over)

    def _keep(self, last: Entry | None, content: str) -> None:
        self.last = self.last or last
        self._content = content
        self.changed.emit()


def _pass_over(error: AppError) -> None:
    """Say nothing."""
