"""Where things lie: what ships with the program, and what belongs to the user."""

import os
import sys
from pathlib import Path

import platformdirs

APP_NAME = "weiying"
DATA_DIR_VARIABLE = "WEIYING_DATA_DIR"
PORTABLE_DIR = "微影报送助手数据"


def resources() -> Path:
    """Return the folder of read-only resources: of the frozen bundle, of the wheel, or of the source tree."""
    if getattr(sys, "frozen", False):
        return Path(getattr(sys, "_MEIPASS", Path(sys.executable).parent)) / "resources"
    package = Path(__file__).resolve().parent
    inside_wheel = package / "resources"
    return inside_wheel if inside_wheel.is_dir() else package.parent / "resources"


def campaigns() -> Path:
    """Return the folder of the calls (TOML packs) that ship with the program."""
    return resources() / "campaigns"


def data_dir() -> Path:
    """Return the user's folder for drafts and the unit profile.

    `WEIYING_DATA_DIR` names it; else it is the one that somebody has put beside the built program's folder.
    """
    chosen = _chosen_dir()
    if chosen is not None:
        return chosen
    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False, roaming=False))


def cache_dir() -> Path:
    """Return the user's folder for what can be made again at any time."""
    chosen = _chosen_dir()
    if chosen is not None:
        return chosen / "cache"
    return Path(platformdirs.user_cache_dir(APP_NAME, appauthor=False))


def way_of_running() -> str:
    """Return how this program came here, in a word for the user."""
    if not getattr(sys, "frozen", False):
        return "源代码"
    return "便携" if _chosen_dir() is not None else "安装版"


def _chosen_dir() -> Path | None:
    """Return the folder that somebody chose for what is the user's, or None for the system's usual place.

    The portable one lies beside the program's folder and not in it, so that a newer program may take its place.
    """
    override = os.environ.get(DATA_DIR_VARIABLE)
    if override:
        return Path(override)
    if getattr(sys, "frozen", False):
        beside = Path(sys.executable).parent.parent / PORTABLE_DIR
        if beside.is_dir():
            return beside
    return None


def open_fonts() -> list[Path]:
    """Return the folders that may hold the open font set: the bundle's, then the one the set-up fills."""
    return [resources() / "fonts", data_dir() / "fonts"]
