"""Typing Chinese on Linux: which input method Qt is to ask, before the application is made.

Qt's wheels carry a plug-in for ibus and none for fcitx, and one built for another Qt does not load. fcitx5 answers for
ibus too, so where fcitx is asked for and cannot be had, ibus is asked instead. It is asked through its portal on the
session bus: Qt looks for ibus's own address only where the program `ibus-daemon` is installed.
"""

import os
import sys
from collections.abc import Collection, Mapping, MutableMapping
from pathlib import Path

from PySide6.QtCore import QLibraryInfo

_FCITX = ("fcitx", "fcitx5")


def prepare(environment: MutableMapping[str, str] = os.environ) -> None:
    """Set `QT_IM_MODULE` in the environment where that helps; to be called before QApplication is made."""
    if sys.platform.startswith("linux"):
        environment.update(change(environment, plugins()))


def change(environment: Mapping[str, str], plugins: Collection[str]) -> dict[str, str]:
    """Return the variables to set so that Chinese can be typed; none where all is well or nothing helps.

    `plugins` are the names of the input-method plug-ins that this Qt can load. Qt 6.7 and later read a list in
    `QT_IM_MODULES` first (doc.qt.io/qt-6/inputmethods.html); without either, `XMODIFIERS` says what the desktop uses.
    """
    asked = [name for name in environment.get("QT_IM_MODULES", "").split(";") if name]
    asked = asked or [name for name in [environment.get("QT_IM_MODULE", "")] if name]
    if not asked and environment.get("XMODIFIERS", "").lower() in ("@im=fcitx", "@im=fcitx5"):
        asked = ["fcitx"]
    wants_fcitx = any(name.lower() in _FCITX for name in asked)
    if not wants_fcitx or any(name in plugins for name in asked) or "ibus" not in plugins:
        return {}
    changed = {"QT_IM_MODULE": "ibus", "IBUS_USE_PORTAL": "1"}
    if environment.get("QT_IM_MODULES"):
        changed["QT_IM_MODULES"] = "ibus"
    return changed


def plugins() -> set[str]:
    """Return the names of the input-method plug-ins that lie among this Qt's own."""
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforminputcontexts"
    return {file.stem.removeprefix("lib").removesuffix("platforminputcontextplugin") for file in folder.glob("*.so")}
