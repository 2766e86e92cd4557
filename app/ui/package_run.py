"""Making a package from the window: all is checked anew first, then packed, in jobs; what was stopped goes on.

What packs is imported by the job: the window shall not wait for it when it starts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from app.errors import AppError
from app.exporters.meter import Step
from app.ui.jobs import Handle
from app.ui.package_stock import remember_place
from app.ui.session import Session

if TYPE_CHECKING:
    from app.exporters.package_plan import Lack, Order
    from app.submitting import Submitted

# More would only make the numbers flicker.
_TELL_EVERY_S = 0.1


class PackageRun(QObject):
    """One package at a time; belongs to the window's thread."""

    checked = Signal()
    """Everything was checked anew; packing begins."""
    rechecked = Signal(list)
    """The films of these names had changed since they were checked, and were checked again."""
    asked = Signal(tuple)
    """The package would lack what these words say: `go_on` makes it all the same, `drop` does not."""
    progressed = Signal(object)
    """How far it is (Step)."""
    made = Signal(object)
    """It is there (Submitted)."""
    failed = Signal(object)
    """It is not there, and why (AppError)."""
    stopped = Signal()
    """It was cancelled and has ended."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._handle: Handle | None = None
        self._made: list[Submitted] = []
        self._waiting: tuple[Order, Lack] | None = None
        self._agreed: tuple[str, ...] = ()
        self._out, self._zip, self._begun = Path(), False, False

    def is_running(self) -> bool:
        """Say whether something is being checked or packed that was not asked to stop."""
        return self._handle is not None and not self._handle.cancelled()

    def start(self, out: Path, *, as_zip: bool) -> None:
        """Check the draft as it is now, then pack it below a folder."""
        session = self._session
        draft, path, campaign, today = session.draft, session.path, session.campaign, session.today
        self._out, self._zip, self._begun = out, as_zip, False
        known = {work.id: session.films.stamp(session.film_path(work)) for work in draft.works}

        def look(handle: Handle) -> tuple[Order, Lack, list[str]]:
            from app.exporters.package_plan import lacking
            from app.storage import video_path
            from app.submitting import check

            remember_place(out)
            order = check(draft, path, campaign, today, cancelled=handle.cancelled)
            changed = [
                video_path(work, path).name
                for work in draft.works
                if (stamp := known[work.id]) and order.checked.get(work.id) != (stamp.size_bytes, stamp.mtime_ns)
            ]
            return order, lacking(order), changed

        session.deliveries.begin()
        self._run(look, self._look_at)

    def go_on(self) -> None:
        """Pack although something is missing; the same is not asked twice."""
        if self._waiting is not None:
            order, lack = self._waiting
            self._agreed = lack.missing
            self._pack(order)

    def drop(self) -> None:
        """Do not pack."""
        self._waiting = None
        self._session.deliveries.drop()

    def cancel(self) -> None:
        """Stop soon; `stopped` says when."""
        if self._handle is not None:
            self._handle.cancel()

    def _look_at(self, found: tuple[Order, Lack, list[str]]) -> None:
        order, lack, changed = found
        if changed:
            self._session.recheck_films()
            self.rechecked.emit(changed)
        if lack.missing and lack.missing != self._agreed:
            self._waiting = (order, lack)
            self.asked.emit(lack.missing)
        else:
            self._pack(order)

    def _pack(self, order: Order) -> None:
        self._waiting = None
        out, as_zip, today, made = self._out, self._zip, self._session.today, self._made
        self._begun = True

        def pack(handle: Handle) -> None:
            from app.submitting import submit

            tell = now_and_then(handle.report)
            made.append(submit(order, out, today, as_zip=as_zip, progress=tell, cancelled=handle.cancelled))

        self.checked.emit()
        self._run(pack, lambda _: None)

    def _run(self, op: Callable[[Handle], object], then: Callable[..., None]) -> None:
        self._handle = self._session.jobs.run(op, then, self._fail, self.progressed.emit, self._end)

    def _end(self) -> None:
        handle, self._handle = self._handle, None
        # What was ready before it heard that it should stop is there all the same.
        if self._made:
            made = self._made.pop()
            self._session.deliveries.end(made.entry)
            self.made.emit(made)
        elif handle is not None and handle.cancelled():
            self._give_up()
            self.stopped.emit()

    def _fail(self, error: AppError) -> None:
        self._give_up()
        self._session.recheck_films()
        self.failed.emit(error)

    def _give_up(self) -> None:
        deliveries = self._session.deliveries
        if self._begun:
            deliveries.end(None)
        else:
            deliveries.drop()


def may_stop(run: PackageRun, window: QWidget) -> bool:
    """Ask whether to leave a package half made, and stop it then; say whether nothing is being made any more."""
    if not run.is_running():
        return True
    box = QMessageBox(QMessageBox.Icon.Question, "正在打包", "正在打包，现在停下吗？", parent=window)
    box.setInformativeText("写好的部分会留着。以后打开这份草稿，再到“打包报送”，就从停下的地方接着打。")
    stop = box.addButton("停下(&S)", QMessageBox.ButtonRole.AcceptRole)
    on = box.addButton("继续打包(&C)", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(on)
    box.exec()
    if box.clickedButton() is stop:
        run.cancel()
    return not run.is_running()


def now_and_then(report: Callable[[Step], None]) -> Callable[[Step], None]:
    """Return a progress that reports some steps a second, and each beginning of another phase or file."""
    last: list[tuple[float, str, str]] = [(0.0, "", "")]

    def tell(step: Step) -> None:
        now = time.monotonic()
        moment, phase, name = last[0]
        if (step.phase, step.name) != (phase, name) or now - moment >= _TELL_EVERY_S:
            last[0] = (now, step.phase, step.name)
            report(step)

    return tell
