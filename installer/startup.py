"""Compares the built program's start-up with that of a built bare QWizard: `python -m installer.startup PROGRAM`.

From the start of the process to a window that xdotool sees on the screen of DISPLAY (an Xvfb needs -noreset), in turns,
with warm files. The bare wizard is built by PyInstaller without any recipe; it has one empty page.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from installer.smoke_test import TITLE, x11_window

_BARE = f"""
import sys
from PySide6.QtWidgets import QApplication, QWizard, QWizardPage
app = QApplication(sys.argv)
wizard = QWizard()
wizard.setWindowTitle({TITLE!r})
wizard.addPage(QWizardPage())
wizard.show()
sys.exit(app.exec())
"""
_AIM = 2.0


def main() -> int:
    """Print both medians, their ratio and those of single rounds; 1 when the program takes more than twice as long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="weiying-startup-") as folder:
        bare = build_bare(Path(folder))
        program = [str(options.program), "--data-dir", str(Path(folder) / "data")]
        for command in ([str(bare)], program):
            milliseconds(command)
        times = [(milliseconds([str(bare)]), milliseconds(program)) for _ in range(options.rounds)]
    medians = [statistics.median(column) for column in zip(*times, strict=True)]
    ratio = medians[1] / medians[0]
    ratios = [ours / theirs for theirs, ours in times]
    print(f"bare QWizard {medians[0]:.0f} ms, weiying {medians[1]:.0f} ms, ratio {ratio:.2f}")
    print(f"single rounds {min(ratios):.2f} to {max(ratios):.2f} (n={options.rounds})")
    return 0 if ratio <= _AIM else 1


def build_bare(folder: Path) -> Path:
    """Build the bare wizard below `folder` and return its program."""
    (folder / "bare.py").write_text(_BARE, encoding="utf-8")
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level=WARN", "bare.py"]
    subprocess.run(command, check=True, cwd=folder)
    return folder / "dist" / "bare" / "bare"


def milliseconds(command: list[str]) -> float:
    """Return how long a program takes to its window. Raises RuntimeError when it ends before."""
    started = time.perf_counter()
    with subprocess.Popen(command) as process:
        try:
            while not x11_window(process.pid):
                if process.poll() is not None:
                    raise RuntimeError(f"{command[0]} ended with {process.returncode}")
            return (time.perf_counter() - started) * 1000
        finally:
            process.terminate()


if __name__ == "__main__":
    sys.exit(main())
