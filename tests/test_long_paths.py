import os
from pathlib import Path

import pytest

from app.long_paths import extended, openable


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("C:\\片\\a.mp4", "\\\\?\\C:\\片\\a.mp4"),
        ("C:/片/a.mp4", "\\\\?\\C:\\片\\a.mp4"),
        ("C:\\片\\..\\a.mp4", "\\\\?\\C:\\a.mp4"),
        ("\\\\server\\share\\a.mp4", "\\\\?\\UNC\\server\\share\\a.mp4"),
        ("\\\\?\\C:\\a.mp4", "\\\\?\\C:\\a.mp4"),
        ("\\\\.\\nul", "\\\\.\\nul"),
    ],
)
def test_windows_paths_are_extended_once(path: str, expected: str) -> None:
    assert extended(path) == expected


def test_a_long_path_opens(tmp_path: Path) -> None:
    folder = tmp_path
    while len(str(folder)) < 600:
        folder = folder / ("长" * 20)
        openable(folder).mkdir()
    openable(folder / "a.txt").write_text("写", encoding="utf-8")
    assert openable(folder / "a.txt").read_text(encoding="utf-8") == "写"
    assert os.name == "nt" or openable(folder) == folder
