"""How long a window's event loop is held, and when a window has nothing left to do."""

import time

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, Qt, QTimer

from app.ui.session import Session

_BEAT_MS = 2


class Heart(QObject):
    """A timer: what lies between its beats beyond the beat itself is how long (ms) the event loop was held.

    `busy_ms` is the processor time of the window's thread in each gap: what of it was our own doing, and not that
    other programs had the processor.
    """

    def __init__(self) -> None:
        super().__init__()
        self.gaps_ms: list[float] = []
        self.busy_ms: list[float] = []
        self._last = self._last_busy = 0.0
        self._timer = QTimer(self, interval=_BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self._last, self._last_busy = time.perf_counter(), time.thread_time()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        self._beat()

    def _beat(self) -> None:
        now, busy = time.perf_counter(), time.thread_time()
        self.gaps_ms.append(max((now - self._last) * 1000 - _BEAT_MS, 0.001))
        self.busy_ms.append((busy - self._last_busy) * 1000)
        self._last, self._last_busy = now, busy


class Rest(QObject):
    """Knows whether a session is at rest: all is read, checked and saved."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._counted = False
        session.draft_changed.connect(self._hear_change)
        session.film_changed.connect(self._hear_change)
        session.findings_changed.connect(self._hear_findings)

    def reached(self) -> bool:
        return self._counted and not self._session.jobs.busy() and not self._session.films.busy()

    def wait(self) -> None:
        while not self.reached():
            turn()

    def _hear_change(self) -> None:
        self._counted = False

    def _hear_findings(self) -> None:
        self._counted = True


def turn() -> None:
    """Let the event loop do what it has to, and sleep (a fifth of a second at most) when that is nothing."""
    application = QCoreApplication.instance()
    assert application is not None
    QTimer.singleShot(200, application, lambda: None)
    application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
