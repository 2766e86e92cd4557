"""The open draft: its only owner. Pages read from it, change it through `edit`, and hear what changed."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from app import storage
from app.campaign import Campaign
from app.draft import Draft, Unit, Work
from app.media import MediaFacts, Problem
from app.origins import Origin, load_origins, save_origins
from app.ui.autosave import Autosave
from app.ui.checks import Checks
from app.ui.deliveries import Deliveries
from app.ui.films import Films
from app.ui.frame_store import FrameStore
from app.ui.history import History
from app.ui.jobs import Jobs
from app.ui.listing import with_films
from app.ui.places import Tally, tally
from app.ui.stamp_board import StampBoard
from app.validators import Finding, Level, same_film

# How long one slice of checking may hold the event loop, in seconds.
_SLICE_S = 0.008

replace = msgspec.structs.replace


class Session(QObject):
    """One draft, its history, its films and its findings."""

    draft_changed = Signal()
    """The draft is another one: after an edit, undo or redo."""
    findings_changed = Signal()
    """All findings are worked out anew; may come some moments after draft_changed."""
    film_changed = Signal(str)
    """Something new is known of the film at this path."""

    def __init__(
        self, draft: Draft, path: Path, campaign: Campaign, today: date, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.campaign = campaign
        self.today = today
        self.jobs = Jobs(self)
        self.films = Films(self.jobs, self)
        self.history = History(draft)
        self.origins = load_origins(path)
        """Where gathered works came from, by work id; also of works that undo may bring back."""
        self.autosave = Autosave(self.jobs, path, lambda: self.draft, self)
        self._checks = Checks(campaign, today)
        self._remembered = draft.unit
        self._paths: dict[str, str] = {}
        self._present: set[str] = set()
        self.totals: Tally = Counter()
        """How much there is to do, by page; as of the last findings_changed."""
        self._tallies: dict[str, tuple[list[Finding], Tally]] = {}
        self._counting: Iterator[None] | None = None
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._count_on)
        self.films.changed.connect(self._hear_film)
        self.films.idle.connect(lambda: self.films.compare(self._present))
        self.frames = FrameStore(self.jobs, self)
        self.films.changed.connect(self.frames.forget)
        self.stamps = StampBoard(self)
        self.deliveries = Deliveries(self)
        self.autosave.assume_saved()
        self._recount()
        self._look_at_films()

    @property
    def draft(self) -> Draft:
        """The draft as it is now."""
        return self.history.present

    @property
    def path(self) -> Path:
        """Where the draft is saved."""
        return self.autosave.path

    def edit(self, draft: Draft, label: str, run: str = "") -> None:
        """Make a changed draft the present one; `label` is what undo calls it, `run` joins typing into one step."""
        if draft == self.draft:
            return
        self.history.edit(draft, label, run)
        self._changed()

    def edit_unit(self, unit: Unit, run: str = "") -> None:
        """Change the unit."""
        self.edit(replace(self.draft, unit=unit), "修改报送单位", run)

    def edit_work(self, work: Work, label: str = "修改作品信息", run: str = "") -> None:
        """Change the work with the id of `work`."""
        if self.work(work.id) == work:
            return
        works = tuple(work if w.id == work.id else w for w in self.draft.works)
        self.edit(replace(self.draft, works=works), label, run)

    def edit_works(self, change: Callable[[Work], Work], label: str) -> None:
        """Change all works in one step."""
        self.edit(replace(self.draft, works=tuple(change(w) for w in self.draft.works)), label)

    def add_films(self, titles: Mapping[Path, str]) -> list[str]:
        """Give each new film to a work of its name that waits for one, or to a new work; return their ids.

        `titles` are the absolute paths with the titles guessed from their names.
        """
        present = {self.film_path(w) for w in self.draft.works}
        fresh = [p for p in titles if str(p) not in present]
        if not fresh:
            return []
        before = {w.id: w.video for w in self.draft.works}
        self._paths.update({str(p): str(p) for p in fresh})
        works = with_films(self.draft.works, fresh, titles)
        self.edit(replace(self.draft, works=works), f"添加 {len(fresh)} 个视频")
        return [w.id for w in works if before.get(w.id) != w.video]

    def add_works(self, works: tuple[Work, ...], origins: Mapping[str, Origin]) -> None:
        """Put gathered works after the others, and remember where they came from."""
        self.origins = {**self.origins, **origins}
        kept, path = dict(self.origins), self.path
        self.jobs.run(lambda _: save_origins(path, kept), on_error=self.autosave.failed.emit)
        self.edit(replace(self.draft, works=self.draft.works + works), f"汇总 {len(works)} 部作品")

    def remove_works(self, ids: set[str]) -> None:
        """Take works out; their films stay where they are."""
        kept = tuple(w for w in self.draft.works if w.id not in ids)
        if len(kept) < len(self.draft.works):
            self.edit(replace(self.draft, works=kept), f"移除 {len(self.draft.works) - len(kept)} 部作品")

    def order_works(self, ids: list[str]) -> None:
        """Put the works in this order."""
        by_id = {w.id: w for w in self.draft.works}
        self.edit(replace(self.draft, works=tuple(by_id[i] for i in ids)), "调整作品顺序")

    def undo(self) -> None:
        """Take back the last step."""
        self.history.undo()
        self._changed()

    def redo(self) -> None:
        """Do the step again that was taken back."""
        self.history.redo()
        self._changed()

    def work(self, identity: str) -> Work | None:
        """Return the work of that id, or None."""
        return next((w for w in self.draft.works if w.id == identity), None)

    def film_path(self, work: Work) -> str:
        """Return where the work's film lies, absolute."""
        raw = work.video.path
        if raw not in self._paths:
            self._paths[raw] = str(storage.video_path(work, self.path)) if raw else ""
        return self._paths[raw]

    def film(self, work: Work) -> MediaFacts | Problem | None:
        """Return what is known of the work's film."""
        return self.films.of(self.film_path(work))

    def is_reading(self, work: Work) -> bool:
        """Say whether the work's film is being read."""
        return self.films.is_waiting(self.film_path(work))

    def read_films(self, *, anew: bool = False) -> None:
        """Read the films of all works that are not known; `anew`: all."""
        self.films.read(self._film_paths(), anew=anew)

    def recheck_films(self) -> None:
        """Read again the films that have changed, gone or come back."""
        self.films.recheck(self._film_paths())

    def _film_paths(self) -> list[str]:
        return [self.film_path(w) for w in self.draft.works if w.video.path]

    def facts(self) -> dict[str, MediaFacts]:
        """Return the facts of the works' films that could be read, by work id."""
        films = {w.id: self.film(w) for w in self.draft.works}
        return {identity: film for identity, film in films.items() if isinstance(film, MediaFacts)}

    def findings_of(self, work: Work) -> list[Finding]:
        """Return everything said of one work, also what concerns it among the others; passes included."""
        common = [f for f in self._checks.of_submission(self.draft) if f.work == work.id]
        return self._checks.of_work(work, self.film(work)) + common + self._twins(work)

    def _twins(self, work: Work) -> list[Finding]:
        """Return the finding that another work has the same film under another name."""
        twin = self.films.twin(self.film_path(work))
        if not twin or twin not in self._present:
            return []
        return [same_film(work.id, Path(twin).name)]

    def submission_findings(self) -> list[Finding]:
        """Return what is said of the unit, the works together and the days left."""
        return self._checks.of_submission(self.draft)

    def findings(self) -> Iterator[Finding]:
        """Yield everything said of the whole draft, what is asked for twice only once."""
        yield from self.submission_findings()
        for work in self.draft.works:
            yield from self._twins(work)
            yield from self._once(self._checks.of_work(work, self.film(work)))

    def remember_unit(self) -> None:
        """Keep the unit for the next draft, in the background, if it was changed."""
        unit = self.draft.unit
        if unit.name.strip() and unit != self._remembered:
            self._remembered = unit
            self.jobs.run(lambda _: storage.save_profile(unit), on_error=self.autosave.failed.emit)

    def close(self) -> None:
        """Save, and end everything that runs. Raises AppError when the draft could not be saved."""
        self.remember_unit()
        self._timer.stop()
        self.deliveries.close()
        self.films.close()
        self.stamps.stop()
        self.jobs.close()
        self.frames.close()
        self.stamps.flush()
        self.autosave.flush()

    def _changed(self) -> None:
        self.draft_changed.emit()
        self.autosave.touch()
        self._recount()
        self._look_at_films()

    def _look_at_films(self) -> None:
        present = set(self._film_paths())
        if present != self._present:
            self._present = present
            self.read_films()
            self.films.compare(present)

    def _hear_film(self, path: str) -> None:
        self.film_changed.emit(path)
        self._recount()

    def _recount(self) -> None:
        self._counting = None
        self._timer.start()

    def _count_on(self) -> None:
        """Work out the findings of all works, a slice at a time, so that a large draft never holds the window."""
        if self._counting is None:
            self._counting = self._count()
        end = time.perf_counter() + _SLICE_S
        for _ in self._counting:
            if time.perf_counter() > end:
                return
        self._timer.stop()
        self._counting = None
        self.findings_changed.emit()

    def _count(self) -> Iterator[None]:
        totals = tally(self.submission_findings())
        for work in self.draft.works:
            found, twins = self._checks.of_work(work, self.film(work)), self._twins(work)
            known = self._tallies.get(work.id)
            if known is None or known[0] is not found:
                known = self._tallies[work.id] = (found, tally(self._once(found)))
            totals.update(known[1])
            if twins:
                totals.update(tally(twins))
            yield
        self.totals = totals

    def _once(self, found: list[Finding]) -> Iterator[Finding]:
        """Yield findings but those that ask for a date which an empty field of the work asks for as well."""
        field = self.campaign.field("created")
        asked_anyway = field is not None and field.required
        for finding in found:
            if not (asked_anyway and finding.rule == "created" and finding.level is Level.MANUAL):
                yield finding
