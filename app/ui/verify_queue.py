"""Packages that are verified one after the other in the background, and what came of each."""

import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.exporters.meter import Step
from app.ui.jobs import Handle, Jobs
from app.verdicts import Judged, judge

# A fast disk tells of hundreds of megabytes a second; nobody reads that fast.
_TELL_EVERY_S = 0.1


class Stage(StrEnum):
    """How far a package is, while it has no result."""

    WAITING = "等待核对"
    WORKING = "正在核对"
    CANCELLED = "已取消"


class VerifyQueue(QObject):
    """A list of packages, by path: each has a stage or a result."""

    changed = Signal(object)
    """The package with this path is new, or stands otherwise."""
    progress = Signal(object)
    """How far the package at hand is: a Step."""
    idle = Signal()
    """Nothing waits any more."""

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.standing: dict[Path, Stage | Judged] = {}
        self._handle: Handle | None = None
        self._done, self._total = 0, 0

    def add(self, paths: list[Path]) -> None:
        """Verify packages after those that wait; known ones anew, unless they wait already."""
        for path in paths:
            if self.standing.get(path) not in (Stage.WAITING, Stage.WORKING):
                self._total += 1
                self._stand(path, Stage.WAITING)
        self._go_on()

    def remove(self, path: Path) -> None:
        """Forget a package; if it is being verified, that is stopped."""
        standing = self.standing.pop(path, None)
        self._total -= standing in (Stage.WAITING, Stage.WORKING)
        if standing is Stage.WORKING:
            self._stop()
            self._go_on()

    def cancel(self) -> None:
        """Stop; what has no result yet is called cancelled."""
        self._stop()
        for path in self._those(Stage.WAITING) + self._those(Stage.WORKING):
            self._stand(path, Stage.CANCELLED)
        self._rest()

    def busy(self) -> bool:
        """Say whether anything is being verified."""
        return self._handle is not None

    def results(self) -> list[Judged]:
        """Return all results, in the order of the list."""
        return [standing for standing in self.standing.values() if isinstance(standing, Judged)]

    def place(self) -> tuple[int, int]:
        """Return which is at hand, from 1, and how many there are, of those added since nothing waited."""
        return self._done + 1, self._total

    def _go_on(self) -> None:
        if self._handle is not None:
            return
        waiting = self._those(Stage.WAITING)
        if not waiting:
            self._rest()
            return
        path = waiting[0]

        def verify(handle: Handle) -> Judged:
            return judge(path, seldom(handle.report), handle.cancelled)

        self._handle = self._jobs.run(verify, lambda result: self._take(path, result), on_progress=self.progress.emit)
        self._stand(path, Stage.WORKING)

    def _take(self, path: Path, result: Judged) -> None:
        self._handle = None
        self._done += 1
        self._stand(path, result)
        self._go_on()

    def _rest(self) -> None:
        self._done, self._total = 0, 0
        self.idle.emit()

    def _stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _stand(self, path: Path, standing: Stage | Judged) -> None:
        self.standing[path] = standing
        self.changed.emit(path)

    def _those(self, stage: Stage) -> list[Path]:
        return [path for path, standing in self.standing.items() if standing is stage]


def seldom(report: Callable[[Step], Any], clock: Callable[[], float] = time.monotonic) -> Callable[[Step], None]:
    """Return what reports steps no oftener than can be read, the first and the last always."""
    told = float("-inf")

    def tell(step: Step) -> None:
        nonlocal told
        now = clock()
        if now - told >= _TELL_EVERY_S or step.done == step.total:
            told = now
            report(step)

    return tell
