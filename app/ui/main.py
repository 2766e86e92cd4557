"""Starts the window: application, language, look, crash dialog, draft."""

import gc
import os
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from app import paths
from app.ui import crash, input_method, theme
from app.ui.desk import Desk
from app.ui.wizard import PRODUCT


def main(arguments: list[str]) -> int:
    """Open the draft that the first argument names, else the page to begin from; return the exit status."""
    give_back(os.environ)
    app = application()
    desk = Desk()
    crash.install(desk.save)
    desk.open(Path(arguments[0]).absolute() if arguments else None, page=1 if arguments else 0)
    gc.enable()
    status = app.exec()
    desk.close()
    return status


def give_back(environment: MutableMapping[str, str]) -> None:
    """Set the library path to what it was before the built program was started.

    The program has set it for itself and has read it; a file manager or player that is opened from here must load its
    own libraries (pyinstaller.org, "LD_LIBRARY_PATH / LIBPATH considerations").
    """
    if getattr(sys, "frozen", False) and sys.platform.startswith("linux"):
        environment.pop("LD_LIBRARY_PATH", None)
        before = environment.pop("LD_LIBRARY_PATH_ORIG", "")
        if before:
            environment["LD_LIBRARY_PATH"] = before


def application() -> QApplication:
    """Return the application, in Chinese and with its look."""
    input_method.prepare()
    # What is loaded by now stays; to look through it again and again would hold the window for 50 ms at a time.
    gc.freeze()
    app = QApplication.instance() or QApplication(sys.argv[:1])
    app.setApplicationName("weiying")
    app.setApplicationDisplayName(PRODUCT)
    app.setWindowIcon(QIcon(str(paths.resources() / "weiying.svg")))
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    app.installTranslator(_Missing(app))
    translator = QTranslator(app)
    if translator.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)
    theme.apply(app)
    return app


class _Missing(QTranslator):
    """What Qt's own translation lacks: its file dialog's words for kinds of files."""

    _WORDS: ClassVar = {
        "Folder": "文件夹",
        "File Folder": "文件夹",
        "Drive": "磁盘",
        "%1 File": "%1 文件",
        "File": "文件",
    }

    def isEmpty(self) -> bool:
        """Say that there is something in it; an empty one is not asked."""
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str | None:
        """Return the word, or None for Qt to ask further."""
        return self._WORDS.get(source)
