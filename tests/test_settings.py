"""What a user decides once."""

from pathlib import Path

import pytest

from app.exporters.fonts import Fonts
from app.settings import Settings, load_settings, save_settings


def test_what_was_set_is_read_again_and_damage_counts_as_new(data_dir: Path) -> None:
    assert load_settings() == Settings()
    save_settings(Settings(fonts="open"))
    assert load_settings() == Settings(fonts="open")
    (data_dir / "settings.json").write_bytes(b'{"fonts": "other"}')
    assert load_settings() == Settings()


def test_the_set_open_fonts_are_used_where_nothing_else_is_said(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WEIYING_FONTS")
    save_settings(Settings(fonts="open"))
    # The open set alone has no font to look further in.
    assert Fonts.load()._anything == ()
    assert Fonts.load("system")._anything != ()
