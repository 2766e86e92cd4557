"""Starting: `check` of one film, against an interpreter that does nothing but import the window's library."""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.measure import ROOT, Row, environment, pairs, rows
from tests.films import film

_MOST_CPU_S = 0.3


def run(small: bool = False) -> list[Row]:
    one = film(seconds=60)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        variables = environment(Path(folder))

        def python(*arguments: str) -> None:
            command = [sys.executable, *arguments]
            subprocess.run(command, cwd=ROOT, env=variables, stdout=subprocess.DEVNULL, check=True)

        def check() -> None:
            python("-m", "app", "check", str(one))

        def bare() -> None:
            python("-c", "import PySide6.QtWidgets")

        check()
        bare()
        wall, cpu = rows("check one film", "import PySide6.QtWidgets", pairs(check, bare, 1 if small else 15))
        return [wall, cpu._replace(limit=_MOST_CPU_S)]
