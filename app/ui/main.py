"""Starts the window: application, language, look, crash dialog, draft."""

import sys
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from app import storage
from app.draft import Draft, Unit
from app.errors import AppError
from app.pack import find_campaign
from app.ui import crash, theme
from app.ui.session import Session
from app.ui.wizard import PRODUCT, Wizard
from app.validators.media import CHINA


def main(arguments: list[str]) -> int:
    """Open the draft that the first argument names, else the last one, else a new one; return the exit status."""
    app = application()
    window = open_window(Path(arguments[0]) if arguments else None)
    crash.install(window.session.autosave.flush)
    window.show()
    return app.exec()


def application() -> QApplication:
    """Return the application, in Chinese and with its look."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    app.setApplicationName("weiying")
    app.setApplicationDisplayName(PRODUCT)
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    translator = QTranslator(app)
    if translator.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)
    theme.apply(app)
    return app


def open_window(path: Path | None) -> Wizard:
    """Return the window on a draft; what could not be opened is said in its banner."""
    notice: AppError | str = ""
    draft, loaded_path = None, path
    try:
        if path is None:
            loaded_path = next(iter(storage.recent_drafts()), None)
        if loaded_path is not None:
            draft, notice = storage.load_draft(loaded_path)
        campaign = find_campaign(draft.campaign if draft else "")
    except AppError as error:
        draft, notice, campaign = None, error, find_campaign("")
    if draft is None:
        draft = Draft(campaign=campaign.id, unit=storage.load_profile() or Unit())
        loaded_path = storage.new_draft_path()
    window = Wizard(Session(draft, loaded_path, campaign, datetime.now(CHINA).date()))
    if isinstance(notice, AppError):
        window.pages[0].banner.show_error(notice)
    elif notice:
        window.pages[0].banner.show_note(notice)
    return window
