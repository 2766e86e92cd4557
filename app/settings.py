"""The few things a user decides once for this computer."""

from typing import Literal

import msgspec

from app import paths
from app.files import write_whole

FontSetting = Literal["system", "open"]


class Settings(msgspec.Struct, frozen=True):
    """`fonts`: `system` puts this computer's official fonts first; `open` draws the same pages on every computer."""

    fonts: FontSetting = "system"


def load_settings() -> Settings:
    """Return the settings; what cannot be read is as it is in a new installation."""
    try:
        return msgspec.json.decode((paths.data_dir() / "settings.json").read_bytes(), type=Settings)
    except (OSError, ValueError):
        return Settings()


def save_settings(settings: Settings) -> None:
    """Keep the settings. Raises AppError if they cannot be written."""
    write_whole(paths.data_dir() / "settings.json", msgspec.json.encode(settings), private=True)
