"""What is known of the films: read in the background, kept by path, so that undo and redo need no second look."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app import paths
from app.media import MediaFacts, Problem
from app.probe import ProbeCache, Probed, ProbePool, Stamp, unchanged
from app.ui.jobs import Handle, Jobs


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
        self._waiting: set[str] = set()
        self._total = 0
        self._handles: list[Handle] = []

    def of(self, path: str) -> MediaFacts | Problem | None:
        """Return what is known of the film at a path, or None."""
        return self._known.get(path)

    def is_waiting(self, path: str) -> bool:
        """Say whether the film at a path is being read or waits for it."""
        return path in self._waiting

    def busy(self) -> bool:
        """Say whether films are being read."""
        return bool(self._waiting)

    def read(self, wanted: Iterable[str], *, anew: bool = False) -> None:
        """Read the films that are not known yet; with `anew` also those that have changed since."""
        fresh = [p for p in dict.fromkeys(wanted) if p not in self._waiting and (anew or p not in self._known)]
        if not fresh:
            return
        self._total = (self._total if self._waiting else 0) + len(fresh)
        self._waiting.update(fresh)
        stamps = {} if not anew else {p: self._stamps[p] for p in fresh if p in self._stamps}

        def look(handle: Handle) -> None:
            changed = []
            for path in fresh:
                if path in stamps and unchanged(Path(path), stamps[path]):
                    handle.report(path, None)
                else:
                    changed.append(Path(path))
            for probed in self._pool.probe(changed, handle.cancelled):
                handle.report(str(probed.path), probed)
            self._cache.save()

        self._handles.append(self._jobs.run(look, on_progress=self._hear))

    def cancel(self) -> None:
        """Stop reading; films not read yet stay unknown."""
        for handle in self._handles:
            handle.cancel()
        self._handles.clear()
        waiting, self._waiting = self._waiting, set()
        for path in waiting:
            self.changed.emit(path)
        self.idle.emit()

    def close(self) -> None:
        """End the children."""
        self._pool.close()
        self._cache.save()

    def _hear(self, path: str, probed: Probed | None) -> None:
        self._waiting.discard(path)
        if probed is not None:
            self._known[path] = probed.facts or probed.problem or Problem.UNREADABLE
            self._stamps.pop(path, None)
            if probed.stamp:
                self._stamps[path] = probed.stamp
        self.changed.emit(path)
        self.progress.emit(self._total - len(self._waiting), self._total, Path(path).name)
        if not self._waiting:
            self._handles.clear()
            self.idle.emit()
