"""What is known of the films: read in the background, kept by path, so that undo and redo need no second look."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app import paths
from app.long_paths import openable
from app.media import MediaFacts, Problem
from app.probe import ProbeCache, Probed, ProbePool, Stamp, unchanged
from app.sameness import fingerprint
from app.ui.jobs import Handle, Jobs

_TELL_EVERY_MS = 60


class Films(QObject):
    """The films' facts by path; belongs to the window's thread."""

    changed = Signal(str)
    """What is known of the film at this path has changed."""
    progress = Signal(int, int, str)
    """So many of so many films are read; the name of the last one."""
    idle = Signal()
    """Nothing is being read any more."""

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._cache = ProbeCache(paths.cache_dir() / "films.json")
        self._pool = ProbePool(cache=self._cache)
        self._known: dict[str, MediaFacts | Problem] = {}
        self._stamps: dict[str, Stamp] = {}
        self._prints: dict[str, str] = {}
        self._alike: dict[str, list[str]] = {}
        self._waiting: set[str] = set()
        self._total = 0
        self._handles: list[Handle] = []
        self._heard: list[tuple[str, Probed]] = []
        # A thousand films are told of in a few messages: each makes lists and counters be drawn anew.
        self._telling = QTimer(self, singleShot=True, interval=_TELL_EVERY_MS)
        self._telling.timeout.connect(self._tell)

    def of(self, path: str) -> MediaFacts | Problem | None:
        """Return what is known of the film at a path, or None."""
        return self._known.get(path)

    def stamp(self, path: str) -> Stamp | None:
        """Return by what the film at a path is known to be unchanged since it was read, or None."""
        return self._stamps.get(path)

    def is_waiting(self, path: str) -> bool:
        """Say whether the film at a path is being read or waits for it."""
        return path in self._waiting

    def busy(self) -> bool:
        """Say whether films are being read."""
        return bool(self._waiting)

    def read(self, wanted: Iterable[str], *, anew: bool = False) -> None:
        """Read the films that are not known yet; `anew`: also those that are."""
        fresh = [p for p in dict.fromkeys(wanted) if p not in self._waiting and (anew or p not in self._known)]
        if not fresh:
            return
        self._total = (self._total if self._waiting else 0) + len(fresh)
        self._waiting.update(fresh)

        def look(handle: Handle) -> None:
            for probed in self._pool.probe(map(Path, fresh), handle.cancelled):
                handle.report(str(probed.path), probed)
            self._cache.save()

        self._handles.append(self._jobs.run(look, on_progress=self._hear))

    def recheck(self, wanted: Iterable[str]) -> None:
        """Read again those films that have changed, have gone or have come back since they were read."""
        stamps = {p: self._stamps.get(p) for p in dict.fromkeys(wanted) if p in self._known}

        def look(handle: Handle) -> list[str]:
            return [p for p, stamp in stamps.items() if _differs(Path(p), stamp)]

        self._jobs.run(look, self._read_changed)

    def _read_changed(self, changed: list[str]) -> None:
        if changed:
            self.read(changed, anew=True)

    def twin(self, path: str) -> str:
        """Return another path with the same content, or nothing."""
        alike = self._alike.get(self._prints.get(path, ""), [])
        return next((p for p in alike if p != path), "")

    def compare(self, wanted: Iterable[str]) -> None:
        """Look for the same film under two names; only files of equal size are read for it."""
        by_size: dict[int, list[str]] = {}
        for path in dict.fromkeys(wanted):
            if stamp := self._stamps.get(path):
                by_size.setdefault(stamp.size_bytes, []).append(path)
        doubtful = [p for paths_ in by_size.values() if len(paths_) > 1 for p in paths_ if p not in self._prints]
        if doubtful:
            self._jobs.run(lambda _: {p: fingerprint(Path(p)) for p in doubtful}, self._keep_prints)

    def _keep_prints(self, prints: dict[str, str]) -> None:
        before = {path: self.twin(path) for path in [*self._prints, *prints]}
        self._prints.update(prints)
        self._alike = {}
        for path, print_ in self._prints.items():
            if print_:
                self._alike.setdefault(print_, []).append(path)
        for path, twin in before.items():
            if self.twin(path) != twin:
                self.changed.emit(path)

    def cancel(self) -> None:
        """Stop reading; films not read yet stay unknown."""
        for handle in self._handles:
            handle.cancel()
        self._handles.clear()
        self._telling.stop()
        if self._heard:
            self._tell()
        waiting, self._waiting = self._waiting, set()
        for path in waiting:
            self.changed.emit(path)
        self.idle.emit()

    def close(self) -> None:
        """End the children."""
        self._telling.stop()
        self._pool.close()
        self._cache.save()

    def _hear(self, path: str, probed: Probed) -> None:
        self._heard.append((path, probed))
        if not self._telling.isActive():
            self._telling.start()

    def _tell(self) -> None:
        heard, self._heard = self._heard, []
        for path, probed in heard:
            self._keep(path, probed)
        for path, _ in heard:
            self.changed.emit(path)
        self.progress.emit(self._total - len(self._waiting), self._total, Path(heard[-1][0]).name)
        if not self._waiting:
            self._handles.clear()
            self.idle.emit()

    def _keep(self, path: str, probed: Probed) -> None:
        self._waiting.discard(path)
        self._known[path] = probed.facts or probed.problem or Problem.UNREADABLE
        self._stamps.pop(path, None)
        self._prints.pop(path, None)
        if probed.stamp:
            self._stamps[path] = probed.stamp


def _differs(path: Path, stamp: Stamp | None) -> bool:
    """Say whether a film must be looked at again: it changed, or it could not be read before and is there now."""
    return not unchanged(path, stamp) if stamp else openable(path).exists()
