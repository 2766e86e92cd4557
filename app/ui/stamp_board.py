"""The stamped forms of the open draft: how far each is, and the scans that come back. The record's only owner.

Whatever changes the record is a task; tasks run one after the other, each in a job, on the record as it lies on the
disk and the forms as the draft has them then. What reads scans and lays out forms is imported by the jobs: the window
shall not wait for it when it starts.
"""

from __future__ import annotations

import contextlib
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from app.errors import AppError
from app.exporters.scans import folder_of
from app.settings import load_settings
from app.ui.badges import State
from app.ui.jobs import Handle

if TYPE_CHECKING:
    from app.exporters.forms import Form
    from app.receiving import Received, Tray
    from app.scan_reading import Expected, ScannedPage, ScanReader
    from app.stamping import Row
    from app.ui.session import Session

    Act = Callable[[Tray, Handle], tuple[Tray, Received | None]]


class _Worked(NamedTuple):
    """What a task leaves behind."""

    tray: Tray
    rows: tuple[Row, ...]
    words: str
    basis: object
    told: Received | None
    damaged: list[Path]


class _Task(NamedTuple):
    act: Act
    reads: bool = False
    marks: bool = False
    """It notes what has happened, and must not be lost when the window is closed."""
    aside: bool = False
    """Nobody looks at the board itself: without a record there is nothing to be worked out."""


class StampBoard(QObject):
    """How far each form is; `rows` and `words` are as of the last `changed`."""

    changed = Signal()
    progress = Signal(int, int, str)
    """Pages read, all pages, and the file's name; all 0 and empty while files are looked for."""
    received = Signal(object)
    """Scans were read (Received)."""
    ended = Signal()
    """No scans are being read any more, whether they were received or not."""
    failed = Signal(object)
    """An AppError."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.rows: tuple[Row, ...] = ()
        self.words = ""
        self.waiting: tuple[ScannedPage, ...] = ()
        self._forms: Sequence[Expected] = ()
        self._basis: object = None
        self._seals: dict[str, dict] = {}
        self._tasks: deque[_Task] = deque()
        self._running: tuple[_Task, Handle] | None = None
        self._viewer: ScanReader | None = None
        self._viewing = threading.Lock()
        session.films.idle.connect(self._go_on)

    def look(self) -> None:
        """Have the board worked out, if the draft is another one than it was worked out for."""
        if self._basis != self._present() and not any(not task.aside for task in self._all_tasks()):
            self._add(_Task(self._sort_again))

    def look_aside(self) -> None:
        """Do the same for the few words beside the page's name, if anything was exported yet."""
        if self._basis != self._present() and not self._all_tasks():
            self._add(_Task(self._sort_again, aside=True))

    def known(self) -> bool:
        """Say whether the board was worked out at all."""
        return self._basis is not None

    def standing(self) -> tuple[State, str]:
        """Return how it stands as a whole, with a few words; none before anything was exported."""
        words = Counter(row.word for row in self.rows)
        if not self.rows or words["未导出"] == len(self.rows):
            return State.TODO, ""
        if words["已过期"]:
            return State.WARN, f"{words['已过期']} 张已过期"
        if words["待确认"]:
            return State.TODO, f"{words['待确认']} 张待确认"
        left = len(self.rows) - words["已盖章回收"]
        return (State.TODO, f"{left} 张待回收") if left else (State.PASS, "已齐全")

    def reading(self) -> bool:
        """Say whether scans are being read or will be."""
        return any(task.reads for task in self._all_tasks())

    def mark_exported(self, forms: Iterable[Form]) -> None:
        """Note that forms were exported."""
        from app.exporters.forms import mark_of

        self._note("exported", [mark_of(form) for form in forms])

    def mark_printed(self, forms: Iterable[Form]) -> None:
        """Note that forms were printed."""
        from app.exporters.forms import mark_of

        self._note("printed", [mark_of(form) for form in forms])

    def mark_rows_printed(self, rows: Iterable[Row]) -> None:
        """Note that the forms of some rows were printed, from another program perhaps."""
        self._note("printed", [row.form for row in rows])

    def add(self, paths: Sequence[Path]) -> None:
        """Read the scans among files and folders, and keep what matches."""
        folder = self._session.path

        def act(tray: Tray, handle: Handle) -> tuple[Tray, Received | None]:
            from app import receiving

            return receiving.take(tray, folder, paths, handle.report, handle.cancelled)

        self.progress.emit(0, 0, "")
        self._add(_Task(act, reads=True))

    def cancel(self) -> None:
        """Read no more scans; what was not kept yet is not kept."""
        self._tasks = deque(task for task in self._tasks if not task.reads)
        if self._running and self._running[0].reads:
            self._running[1].cancel()
            # What was kept before that shows.
            self._add(_Task(self._sort_again))
        elif not self.reading():
            self.ended.emit()

    def assign(self, page: ScannedPage, tag: str, number: int, count: int, *, sealed: bool) -> None:
        """Keep a page that waits as the page `number` of `count` of a form; `sealed` if a seal was seen on it."""
        folder = self._session.path

        def act(tray: Tray, _: Handle) -> tuple[Tray, Received | None]:
            from app import receiving

            return receiving.assign(tray, folder, page, tag, (number, count), sealed=sealed)

        self._add(_Task(act))

    def dismiss(self, pages: Sequence[ScannedPage]) -> None:
        """Forget pages that wait; their files stay where they are."""

        def act(tray: Tray, _: Handle) -> tuple[Tray, None]:
            from app import receiving

            return receiving.dismiss(tray, pages), None

        self._add(_Task(act))

    def confirm(self, row: Row) -> None:
        """Note that a seal was seen on the pages of a form that were kept."""

        def act(tray: Tray, _: Handle) -> tuple[Tray, None]:
            from app import stamping

            return tray._replace(record=stamping.confirmed(tray.record, row.form)), None

        self._add(_Task(act))

    def take_out(self, rows: Sequence[Row]) -> None:
        """Lay the kept scans of some forms aside."""
        folder = self._session.path

        def act(tray: Tray, _: Handle) -> tuple[Tray, None]:
            from app import stamping

            record = tray.record
            for row in rows:
                record = stamping.take_out(record, folder, row.form)
            return tray._replace(record=record), None

        self._add(_Task(act))

    def kept_file(self, row: Row) -> Path | None:
        """Return the PDF of a form that has come back."""
        return folder_of(self._session.path) / row.file if row.file else None

    def unsure_pages(self, row: Row) -> list[ScannedPage]:
        """Return the kept pages of a form on which no seal was seen."""
        from app.scan_reading import ScannedPage

        path = self.kept_file(row)
        places = [place for place, sheet in enumerate(row.sheets, 1) if not sheet.sure]
        return [ScannedPage(path, place, "matched") for place in places] if path else []

    def show(
        self, page: ScannedPage, longest: int, on_done: Callable[[QImage], None], on_error: Callable[[AppError], None]
    ) -> Handle:
        """Hand over a page's picture, upright, its longer side at most `longest` pixels."""

        def draw(_: Handle) -> QImage:
            from app.scan_reading import ScanReader

            with self._viewing:
                if self._viewer is None:
                    self._viewer = ScanReader()
                shown = self._viewer.show(page, longest, longest)
            format_ = QImage.Format.Format_RGB888
            return QImage(shown.pixels, shown.width, shown.height, 3 * shown.width, format_).copy()

        return self._session.jobs.run(draw, on_done, on_error)

    def stop(self) -> None:
        """End what shows pages, so that nothing is waited for when all jobs are ended."""
        if self._viewer is not None:
            self._viewer.close()

    def flush(self) -> None:
        """Note in this thread what was still to be noted, after all jobs have ended."""
        marks = [task for task in self._tasks if task.marks]
        self._tasks.clear()
        self.stop()
        if marks:
            from app import stamping
            from app.receiving import Tray

            # What cannot be written can be set by hand the next time.
            with contextlib.suppress(AppError):
                tray = Tray(stamping.load_record(self._session.path), ())
                for task in marks:
                    tray, _ = task.act(tray, None)
                stamping.save_record(tray.record, self._session.path)

    def _note(self, step: str, forms: list[Any]) -> None:
        def act(tray: Tray, _: Handle) -> tuple[Tray, None]:
            from app import stamping

            change = {"exported": stamping.exported, "printed": stamping.printed}[step]
            return tray._replace(record=change(tray.record, forms)), None

        if forms:
            self._add(_Task(act, marks=True))

    def _sort_again(self, tray: Tray, handle: Handle) -> tuple[Tray, Received | None]:
        from app import receiving

        return receiving.sort_again(tray, self._session.path, handle.cancelled)

    def _present(self) -> object:
        return self._session.draft, self._session.facts(), load_settings().fonts

    def _all_tasks(self) -> list[_Task]:
        return [*([self._running[0]] if self._running else []), *self._tasks]

    def _add(self, task: _Task) -> None:
        self._tasks.append(task)
        self._go_on()

    def _go_on(self) -> None:
        """Start the next task; not before all films are read, whose lengths are on the forms."""
        if self._running is not None or not self._tasks or self._session.films.busy():
            return
        task = self._tasks.popleft()
        basis, path, campaign = self._present(), self._session.path, self._session.campaign
        forms = self._forms if basis == self._basis else None
        waiting = self.waiting

        def work(handle: Handle) -> _Worked | None:
            if task.aside and not folder_of(path).is_dir():
                return None
            from app import stamping
            from app.exporters.forms import build_forms
            from app.receiving import Tray
            from app.scan_reading import expected_forms
            from app.ui.form_pages import fonts_for

            damaged: list[Path] = []
            record = stamping.load_record(path, damaged.append)
            waited = forms
            if waited is None:
                draft, facts, fonts = basis
                seals = self._seals.setdefault(fonts, {})
                waited = expected_forms(build_forms(draft, campaign, facts), fonts_for(fonts), seals)
            tray, told = task.act(Tray(record, waited, waiting), handle)
            if tray.record != record:
                stamping.save_record(tray.record, path)
            rows = tuple(stamping.board(tray.record, waited))
            return _Worked(tray, rows, stamping.summary(rows), basis, told, damaged)

        handle = self._session.jobs.run(work, self._worked, self.failed.emit, self.progress.emit, self._end)
        self._running = (task, handle)

    def _end(self) -> None:
        task, self._running = self._running[0], None
        if task.reads and not self.reading():
            self.ended.emit()
        # After what the task brought has been heard.
        QTimer.singleShot(0, self, self._go_on)

    def _worked(self, worked: _Worked | None) -> None:
        if worked is None:
            return
        self.rows, self.words, self.waiting = worked.rows, worked.words, worked.tray.waiting
        self._forms, self._basis = worked.tray.forms, worked.basis
        self.changed.emit()
        if worked.damaged:
            aside = worked.damaged[0]
            self.failed.emit(
                AppError(
                    "盖章回收的记录已损坏，改名存放为“" + aside.name + "”。",
                    f"收到的扫描件还在“{aside.parent}”里，把这个文件夹拖进来就能重新认出。",
                )
            )
        if worked.told is not None:
            self.received.emit(worked.told)
            if worked.told.error is not None:
                self.failed.emit(worked.told.error)
