"""What all tests stand on: no screen, no folder of the user's, the open fonts, UTF-8."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

# Before anything of ours or Qt's is imported.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["WEIYING_DATA_DIR"] = tempfile.mkdtemp(prefix="weiying-tests-")
os.environ["WEIYING_FONTS"] = "open"
os.environ["LC_ALL"] = "C.UTF-8"

# Tests say what is right, not how fast: on a busy machine a drawing may take its time.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder that is the user's for one test."""
    folder = tmp_path / "user"
    monkeypatch.setenv("WEIYING_DATA_DIR", str(folder))
    return folder
