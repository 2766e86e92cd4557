"""Which draft is open: opens one in a window, keeps others from opening it too, and exchanges it for another."""

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject
from PySide6.QtWidgets import QMessageBox

from app import storage
from app.draft import Draft, Unit
from app.errors import AppError
from app.origins import load_origins, save_origins
from app.pack import find_campaign
from app.ui.recents import lock_of
from app.ui.session import Session
from app.ui.wizard import PRODUCT, Wizard
from app.validators.media import CHINA


class Desk(QObject):
    """The one window, and the lock of the draft in it."""

    def __init__(self) -> None:
        super().__init__()
        self.window: Wizard | None = None
        self._lock: QLockFile | None = None

    def open(self, path: Path | None = None, campaign: str = "", *, page: int = 0) -> None:
        """Show a draft, or a new one for a call, in place of what is open.

        What cannot be opened is said in the window that is there, or in that of a new draft.
        """
        if self.window is not None and not self.window.may_stop():
            return
        try:
            opened, notice = self._load(path, campaign)
        except AppError as error:
            if self.window is not None:
                self.window.current().banner.show_error(error)
                return
            opened, notice = self._load(None, "")
            notice = error
        if opened is None:
            return
        session, lock = opened
        window = Wizard(session)
        window.open_wanted.connect(self._exchange)
        old, self.window = self.window, window
        if old is not None:
            window.setGeometry(old.geometry())
        window.show()
        if old is not None:
            old.close()
            old.deleteLater()
        if self._lock is not None:
            self._lock.unlock()
        self._lock = lock
        window.go_to(page)
        if isinstance(notice, AppError):
            window.current().banner.show_error(notice)
        elif notice:
            window.current().banner.show_note(notice)

    def save(self) -> None:
        """Save what is open now. Raises AppError."""
        if self.window is not None:
            self.window.session.autosave.flush()

    def close(self) -> None:
        """Let others open the draft."""
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    def _exchange(self, path: Path | None, campaign: str) -> None:
        if self.window is not None and path is not None and path == self.window.session.path:
            self.window.go_to(1)
        else:
            self.open(path, campaign, page=0 if path is None and campaign else 1)

    def _load(self, path: Path | None, campaign: str) -> tuple[tuple[Session, QLockFile] | None, AppError | str]:
        """Return the session on a draft with its lock; None when the user does not want a copy of a locked one."""
        draft, found, notice, lock = None, None, "", None
        if path is not None:
            lock = lock_of(path)
            if path.parent.is_dir() and not lock.tryLock(0):
                if not self._wants_copy(path, lock):
                    return None, ""
                draft, _ = storage.load_draft(path)
                origins, path, lock = load_origins(path), storage.new_draft_path(), None
                storage.save_draft(draft, path)
                if origins:
                    save_origins(path, origins)
            else:
                try:
                    draft, notice = storage.load_draft(path)
                    found = find_campaign(draft.campaign)
                except AppError:
                    # The error outlives this call, and with it all that is here; the lock must not.
                    lock.unlock()
                    raise
        if found is None:
            found = find_campaign(draft.campaign if draft else campaign)
        if draft is None:
            name = campaign if campaign and campaign != found.id else found.id
            draft = Draft(campaign=name, unit=storage.load_profile() or Unit())
            path = storage.new_draft_path()
        if lock is None:
            storage.drafts_dir().mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = lock_of(path)
            lock.tryLock(0)
        return (Session(draft, path, found, datetime.now(CHINA).date()), lock), notice

    def _wants_copy(self, path: Path, lock: QLockFile) -> bool:
        _, host, _ = lock.getLockInfo()[-3:]
        box = QMessageBox(QMessageBox.Icon.Information, PRODUCT, f"草稿“{path.stem}”已经在另一个窗口里打开了。")
        box.setInformativeText(f"打开它的电脑是“{host}”。两处同时修改会互相覆盖；可以打开一份副本。")
        copy = box.addButton("打开副本(&C)", QMessageBox.ButtonRole.AcceptRole)
        box.addButton("取消", QMessageBox.ButtonRole.RejectRole)
        box.exec()
        return box.clickedButton() is copy
