"""Every page's picture is saved, and nothing in it is cut off, whatever the scale."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PICTURES = Path(__file__).parents[2] / "pictures"


@pytest.mark.parametrize("scale", ["1", "1.25", "1.5", "2"])
def test_no_text_is_cut_off_on_a_small_screen(scale: str, data_dir: Path) -> None:
    folder = PICTURES / f"{float(scale):.0%}".rstrip("%")
    done = subprocess.run(
        [sys.executable, "-m", "tests.ui.pictures", str(folder)],
        env={**os.environ, "QT_SCALE_FACTOR": scale},
        cwd=PICTURES.parent,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.stdout.strip() == ""
    assert done.returncode == 0, done.stderr
    assert len(list(folder.glob("*.png"))) >= 6


def test_the_dark_look_is_pictured(data_dir: Path) -> None:
    folder = PICTURES / "dark"
    done = subprocess.run(
        [sys.executable, "-m", "tests.ui.pictures", str(folder), "dark"], cwd=PICTURES.parent, timeout=120, check=False
    )
    assert done.returncode == 0
    assert len(list(folder.glob("*.png"))) >= 6
