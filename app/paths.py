"""Where things lie: what ships with the program, and what belongs to the user."""

import os
import sys
from pathlib import Path

import platformdirs

APP_NAME = "weiying"
DATA_DIR_VARIABLE = "WEIYING_DATA_DIR"


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
    """Return the user's folder for drafts and the unit profile; `WEIYING_DATA_DIR` overrides it."""
    override = os.environ.get(DATA_DIR_VARIABLE)
    if override:
        return Path(override)
    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False, roaming=False))


def cache_dir() -> Path:
    """Return the user's folder for what can be made again at any time."""
    override = os.environ.get(DATA_DIR_VARIABLE)
    if override:
        return Path(override) / "cache"
    return Path(platformdirs.user_cache_dir(APP_NAME, appauthor=False))


def open_fonts() -> list[Path]:
    """Return the folders that may hold the open font set: the bundle's, then the one the set-up fills."""
    return [resources() / "fonts", data_dir() / "fonts"]
