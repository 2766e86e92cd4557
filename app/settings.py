"""The few things a user decides once for this computer."""

from pathlib import Path
from typing import Any, Literal

import msgspec

from app import paths
from app.files import write_whole

FontSetting = Literal["system", "open"]


class Settings(msgspec.Struct, frozen=True):
    """`fonts`: `system` puts this computer's official fonts first; `open` draws the same pages on every computer.

    `package_folder` is where a package was last made, empty where none was.
    """

    fonts: FontSetting = "system"
    package_folder: str = ""


def load_settings() -> Settings:
    """Return the settings; what cannot be read is as it is in a new installation."""
    try:
        return msgspec.json.decode(_path().read_bytes(), type=Settings)
    except (OSError, ValueError):
        return Settings()


def save_settings(settings: Settings) -> None:
    """Keep the settings, and what another version has put beside them. Raises AppError if they cannot be written."""
    write_whole(_path(), msgspec.json.encode({**_others(), **msgspec.to_builtins(settings)}), private=True)


def _others() -> dict[str, Any]:
    try:
        return msgspec.json.decode(_path().read_bytes(), type=dict[str, Any])
    except (OSError, ValueError):
        return {}


def _path() -> Path:
    return paths.data_dir() / "settings.json"
