"""Saving by itself: within a second of the last change, in the background, one save at a time."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app import storage
from app.draft import Draft
from app.errors import AppError
from app.ui.jobs import Jobs

_PAUSE_MS = 400


class Autosave(QObject):
    """Writes what `draft()` returns to `path` soon after `touch`."""

    saved = Signal()
    failed = Signal(object)
    """A save did not succeed (AppError); the next change tries again."""

    def __init__(self, jobs: Jobs, path: Path, draft: Callable[[], Draft], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self._jobs = jobs
        self._draft = draft
        self._on_disk: Draft | None = None
        self._saving = False
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._timer.timeout.connect(self._save)

    def assume_saved(self) -> None:
        """Take the present draft for what is on the disk."""
        self._on_disk = self._draft()

    def is_saved(self) -> bool:
        """Say whether the present draft is on the disk."""
        return self._on_disk is self._draft()

    def touch(self) -> None:
        """Save soon; a timer under way is not put off, so that steady typing is saved too."""
        if not self._timer.isActive():
            self._timer.start()

    def flush(self) -> None:
        """Save now, in this thread, if there is anything to save. Raises AppError."""
        self._timer.stop()
        draft = self._draft()
        if self._on_disk is not draft:
            storage.save_draft(draft, self.path)
            self._on_disk = draft

    def _save(self) -> None:
        draft = self._draft()
        if self._saving or self._on_disk is draft:
            return
        self._saving = True
        self._jobs.run(lambda _: storage.save_draft(draft, self.path), lambda _: self._finish(draft), self._fail)

    def _finish(self, draft: Draft) -> None:
        self._saving = False
        self._on_disk = draft
        if self.is_saved():
            self.saved.emit()
        else:
            self.touch()

    def _fail(self, error: AppError) -> None:
        self._saving = False
        self.failed.emit(error)
