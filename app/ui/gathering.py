"""The gathering itself, behind its window: which packages and drafts there are, read one after the other, compared."""

import shutil
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app import storage
from app.draft import Draft, Work
from app.errors import AppError
from app.exporters.meter import Step
from app.gather import Duplicate, expanded, find_duplicates, find_equal, merged
from app.likeness import Print
from app.long_paths import openable
from app.origins import Origin, save_origins
from app.received import Taken, survey, take
from app.sizes import size_text
from app.ui.gather_list import Entry, State
from app.ui.jobs import Handle
from app.ui.session import Session

_TELL_EVERY_S = 0.05


class Gathering(QObject):
    """Belongs to the window's thread; one job at a time reads, compares or writes."""

    changed = Signal()
    """Something is different; asked for anew it is shown."""
    added = Signal(object)
    """This entry is new."""
    removed = Signal(object)
    """This entry is no longer there."""
    entry_changed = Signal(object)
    """This entry stands differently."""
    paired = Signal(object)
    """The works, or what is known to be there twice among them, are others: a list of Duplicate."""
    progress = Signal(str, object, object)
    """What is done now, in words, and how much of how much."""
    said = Signal(str, str)
    """Something worth knowing: a message and a hint."""
    failed = Signal(object)
    """An AppError."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.entries: list[Entry] = []
        self.works: tuple[Work, ...] = ()
        self.origins: dict[str, Origin] = {}
        self._prints: dict[Path, Print | None] = {}
        self._compared: tuple[str, ...] = ()
        self._handle: Handle | None = None
        self._checking: Entry | None = None
        self._into = Path()
        self._looking = 0

    @property
    def busy(self) -> bool:
        """Say whether something is read, compared or written."""
        return self._handle is not None

    @property
    def looking(self) -> bool:
        """Say whether what was dropped is being listed."""
        return self._looking > 0

    @property
    def unfinished(self) -> bool:
        """Say whether there is something to start: to read, or to compare."""
        uncompared = len(self.works) > 1 and self._compared != tuple(w.id for w in self.works)
        return uncompared or any(e.state in {State.WAITING, State.CANCELLED} for e in self.entries)

    def room_needed(self) -> int:
        """Return how many bytes of films are still to be unpacked."""
        return sum(e.survey.unpacked for e in self.entries if e.survey and e.is_to_do())

    def add(self, paths: list[Path]) -> None:
        """List packages, drafts, and folders of these."""
        self._looking += 1

        def look(handle: Handle) -> None:
            for path in expanded(paths):
                entry = Entry(path.absolute())
                try:
                    entry.survey = survey(path)
                except AppError as error:
                    entry.state, entry.reason = State.REFUSED, str(error)
                handle.report(entry)

        self._session.jobs.run(look, on_progress=self._add, on_end=self._looked)
        self.changed.emit()

    def remove(self, entries: list[Entry]) -> None:
        """Take entries out, also one that is being read; what was unpacked for them is deleted."""
        for entry in entries:
            self.entries.remove(entry)
            self.removed.emit(entry)
            if entry is self._checking and self._handle is not None:
                self._handle.cancel()
        self._delete(entries)
        self._merge()
        self.changed.emit()

    def forget(self, *, unpacked: bool) -> None:
        """Begin anew; films that were `unpacked` are deleted, unless a draft has them now."""
        self.cancel()
        if unpacked:
            self._delete(self.entries)
        self.entries.clear()
        self._prints.clear()
        self._compared = ()
        self._merge()
        self.changed.emit()

    def start(self, into: Path) -> None:
        """Read what is waiting or was cancelled, then compare; films of ZIPs are unpacked below `into`."""
        self._into = into
        for entry in self.entries:
            if entry.state is State.CANCELLED:
                self._set(entry, State.WAITING)
        self._go_on()

    def cancel(self) -> None:
        """Stop what is under way; what is done already stays."""
        if self._handle is not None:
            self._handle.cancel()

    def write(self, works: tuple[Work, ...], then: Callable[[Path], None]) -> None:
        """Write works as a new draft in the user's folder, and call `then` with where it is."""
        origins = {w.id: self.origins[w.id] for w in works}
        draft = Draft(campaign=self._session.campaign.id, unit=self._session.draft.unit, works=works)

        def save(_: Handle) -> Path:
            path = storage.new_draft_path()
            save_origins(path, origins)
            storage.save_draft(draft, path)
            return path

        self._run(save, then, None)

    def _add(self, entry: Entry) -> None:
        there = next((other for other in self.entries if other.path == entry.path), None)
        if there is not None and there.state is State.REFUSED:
            # The unit has sent another in its place.
            self.remove([there])
            there = None
        if there is not None:
            self.said.emit(f"“{entry.path.name}”已经在列表里，没有重复添加。", "")
        elif entry.path == self._session.path.absolute():
            self.said.emit("这就是现在打开的草稿，不必汇总。", "合并时可以选择加到它后面。")
        else:
            self.entries.append(entry)
            self.added.emit(entry)

    def _looked(self) -> None:
        self._looking -= 1
        self.changed.emit()

    def _delete(self, entries: list[Entry]) -> None:
        folders = [e.taken.folder for e in entries if e.taken and e.taken.folder]
        if folders:
            self._session.jobs.run(lambda _: [shutil.rmtree(openable(f), ignore_errors=True) for f in folders])

    def _go_on(self) -> None:
        """Turn to the next entry; after the last one, compare the films."""
        if self._handle is not None:
            return
        entry = next((e for e in self.entries if e.state is State.WAITING), None)
        if entry is None:
            self._compare()
            return
        into, campaign = self._into, self._session.campaign.id
        known = {e.taken.identity: e.path for e in self.entries if e.taken}
        self._checking = entry
        self._set(entry, State.CHECKING)

        def check(handle: Handle) -> Taken:
            return take(entry.path, into, campaign, _seldom(handle.report), handle.cancelled, known)

        self._run(check, partial(self._keep, entry), self._step, partial(self._refuse, entry))

    def _run(
        self,
        op: Callable[[Handle], Any],
        on_done: Callable[[Any], None],
        on_progress: Callable[..., None] | None,
        on_error: Callable[[AppError], None] | None = None,
    ) -> None:
        """Run the one job."""

        def ended() -> None:
            self._handle = None
            entry, self._checking = self._checking, None
            if handle.cancelled() and entry is not None:
                self._set(entry, State.CANCELLED)
                if entry not in self.entries:
                    # Taken out of the list while it was read: the others go on.
                    QTimer.singleShot(0, self, self._go_on)
            if handle.cancelled():
                self._merge()
            self.changed.emit()

        handle = self._handle = self._session.jobs.run(op, on_done, on_error or self.failed.emit, on_progress, ended)
        self.changed.emit()

    def _keep(self, entry: Entry, taken: Taken) -> None:
        entry.taken = taken
        self._set(entry, State.TAKEN)
        self._go_on()

    def _refuse(self, entry: Entry, error: AppError) -> None:
        entry.reason = str(error)
        self._set(entry, State.REFUSED)
        self._go_on()

    def _set(self, entry: Entry, state: State) -> None:
        entry.state = state
        self.entry_changed.emit(entry)

    def _step(self, step: Step) -> None:
        done = sum(e.cost() for e in self.entries if not e.is_to_do())
        total = sum(e.cost() for e in self.entries)
        number = self.entries.index(self._checking) + 1 if self._checking in self.entries else 0
        verb = "正在解压" if step.phase == "copy" else "正在核对"
        words = f"{verb}第 {number}/{len(self.entries)} 个：{step.name}　{size_text(int(step.speed))}/秒"
        self.progress.emit(words, min(done + step.done, total), total)

    def _compare(self) -> None:
        """Look for duplicates: at once by content and title, then by likeness in the background."""
        self._merge()
        self.changed.emit()
        works, origins, prints = self.works, dict(self.origins), self._prints
        ids = tuple(w.id for w in works)
        if len(works) < 2 or ids == self._compared:
            return

        def compare(handle: Handle) -> list[Duplicate]:
            return find_duplicates(works, origins, prints, handle.report, handle.cancelled)

        def done(found: list[Duplicate]) -> None:
            if ids == tuple(w.id for w in self.works):
                self._compared = ids
                self.paired.emit(found)
            self._go_on()

        self._run(compare, done, self._film)

    def _film(self, done: int, total: int, name: str) -> None:
        if name:
            self.progress.emit(f"正在比对画面 {done + 1}/{total}：{name}", done, total)

    def _merge(self) -> None:
        """Put together what was taken so far."""
        before = [w.id for w in self.works]
        self.works, self.origins = merged(e.taken for e in self.entries if e.taken)
        if [w.id for w in self.works] != before:
            self.paired.emit(find_equal(self.works, self.origins))


def _seldom(report: Callable[[Step], None]) -> Callable[[Step], None]:
    """Return what reports only every now and then: a fast disk tells more than can be shown."""
    last = 0.0

    def hear(step: Step) -> None:
        nonlocal last
        if time.monotonic() - last >= _TELL_EVERY_S:
            last = time.monotonic()
            report(step)

    return hear
