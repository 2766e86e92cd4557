"""Work in the background: the only threads of the window, and the only way to use them.

    handle = jobs.run(op, on_done, on_error, on_progress, on_end)

`op(handle)` runs in a thread, touches no widget and reports with `handle.report(...)`; what it returns goes to
`on_done`, an AppError to `on_error`, and what it reports to `on_progress`, all in the window's thread. After
`handle.cancel()` none of these is called any more. Any other exception is a bug and reaches sys.excepthook.
`on_end` is called in any case, before the others: what shows that the job runs can be put away.
"""

import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.errors import AppError, Cancelled

# How long reports may hold the event loop at a time, in seconds.
_SLICE_S = 0.008


class Handle:
    """One job under way."""

    def __init__(self, deliver: Callable[[Callable[[], None]], None], on_progress: Callable[..., None] | None) -> None:
        self._deliver = deliver
        self._on_progress = on_progress
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Ask the job to end; nothing more is heard from it."""
        self._cancelled.set()

    def cancelled(self) -> bool:
        """Say whether the job was asked to end."""
        return self._cancelled.is_set()

    def report(self, *what: Any) -> None:
        """Hand something to `on_progress` in the window's thread."""
        if self._on_progress is not None:
            self._deliver(partial(self._hear, self._on_progress, what))

    def _hear(self, on_progress: Callable[..., None], what: tuple[Any, ...]) -> None:
        if not self.cancelled():
            on_progress(*what)


class Jobs(QObject):
    """Runs jobs; belongs to the window's thread."""

    _arrived = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: dict[threading.Thread, Handle] = {}
        self._calls: deque[Callable[[], None]] = deque()
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._hear)
        self._arrived.connect(self._timer.start)

    def run(
        self,
        op: Callable[[Handle], Any],
        on_done: Callable[[Any], None] | None = None,
        on_error: Callable[[AppError], None] | None = None,
        on_progress: Callable[..., None] | None = None,
        on_end: Callable[[], None] | None = None,
    ) -> Handle:
        """Start a job (see the module). Without `on_error` an AppError counts as a bug."""
        handle = Handle(self._deliver, on_progress)
        thread = threading.Thread(target=self._work, args=(handle, op, on_done, on_error, on_end), daemon=True)
        self._running[thread] = handle
        thread.start()
        return handle

    def busy(self) -> bool:
        """Say whether any job runs."""
        return bool(self._running)

    def close(self) -> None:
        """Cancel all jobs and wait until their threads are gone."""
        for handle in list(self._running.values()):
            handle.cancel()
        for thread in list(self._running):
            thread.join()
        self._running.clear()

    def _work(
        self,
        handle: Handle,
        op: Callable[[Handle], Any],
        on_done: Callable[[Any], None] | None,
        on_error: Callable[[AppError], None] | None,
        on_end: Callable[[], None] | None,
    ) -> None:
        hear: Callable[[], None] | None = None
        try:
            result = op(handle)
            hear = partial(on_done, result) if on_done else None
        except Cancelled:
            hear = None
        except AppError as error:
            hear = partial(on_error, error) if on_error else partial(_bug, error)
        except Exception as error:
            self._deliver(partial(_bug, error))
        self._deliver(partial(self._finish, threading.current_thread(), hear, on_end))

    def _finish(
        self, thread: threading.Thread, hear: Callable[[], None] | None, on_end: Callable[[], None] | None
    ) -> None:
        handle = self._running.pop(thread, None)
        if on_end is not None:
            on_end()
        if hear is not None and handle is not None and not handle.cancelled():
            hear()

    def _deliver(self, call: Callable[[], None]) -> None:
        """Have something called in the window's thread, after all that was delivered before."""
        self._calls.append(call)
        self._arrived.emit()

    def _hear(self) -> None:
        """Call what was delivered, for a moment; a thousand reports at once must not hold the window."""
        end = time.perf_counter() + _SLICE_S
        while self._calls and time.perf_counter() < end:
            self._calls.popleft()()
        if not self._calls:
            self._timer.stop()


def _bug(error: Exception) -> None:
    sys.excepthook(type(error), error, error.__traceback__)
