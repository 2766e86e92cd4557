"""The real window: its first picture beside that of an empty QWizard, 1,000 films added, typing in 1,000 works.

Each figure is from a process of its own, on a screen that is none (offscreen); the first picture also under Xvfb.
Processor times are those that count on a machine that does other things too.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from app import storage
from app.draft import Video
from tests.benchmarks.films import make_films
from tests.benchmarks.measure import ROOT, Cost, Row, environment, rows
from tests.benchmarks.submissions import submission

_SLOWER = 1.5
_HELD_MS, _KEY_MS, _OPEN_S, _PEAK_MB = 50, 16, 1, 350


def run(small: bool = False) -> list[Row]:
    count, keys, paints, rounds = (5, 3, 1, 1) if small else (1000, 30, 9, 3)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        films = make_films(folder / "films", count)
        draft = _draft(folder / "large.weiying", films)
        variables = environment(folder) | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPYCACHEPREFIX": str(folder / "pyc")}
        # As installed: compiled once, not at every start.
        variables.pop("PYTHONDONTWRITEBYTECODE", None)
        found = _paint("offscreen", variables, paints)
        if shutil.which("Xvfb") is None:
            found.append(found[0]._replace(what="first window, Xvfb", rival="Xvfb is not installed", theirs=()))
        else:
            with _screen() as display:
                found += _paint("Xvfb", variables | {"QT_QPA_PLATFORM": "xcb", "DISPLAY": display}, paints)
        return found + _adding(folder, variables, count, rounds) + _typing(draft, variables, count, keys, rounds)


def _paint(screen: str, variables: dict[str, str], rounds: int) -> list[Row]:
    measured = []
    for number in range(-1, rounds):
        costs = {}
        for whose in ("ours", "bare") if number % 2 else ("bare", "ours"):
            begin = time.monotonic()
            answer = _python(variables, "window_paint", whose)
            costs[whose] = Cost(answer["painted"] - begin, answer["cpu"])
        if number >= 0:  # the first round compiles
            measured.append((costs["ours"], costs["bare"]))
    return rows(f"first window, {screen}", "empty QWizard", measured, ratio_aim=1 / _SLOWER)


def _adding(folder: Path, variables: dict[str, str], count: int, rounds: int) -> list[Row]:
    ours, bare = [], []
    for number in range(rounds):
        # Nothing is known of the films.
        fresh = variables | {"WEIYING_DATA_DIR": str(folder / f"data-{number}")}
        bare.append(_python(variables, "window_adding", "bare", str(folder / "films")))
        ours.append(_python(fresh, "window_adding", "ours", str(folder / "films")))
    what, rival = f"add {count} films", "idle loop beside readers"
    held = tuple(a["held_ms"] for a in ours)
    return [
        Row(what, "loop held", "ms", held, rival, tuple(a["held_ms"] for a in bare), limit=_HELD_MS),
        Row(what, "held, cpu", "ms", tuple(a["busy_ms"] for a in ours), limit=_HELD_MS),
        Row(what, "arrow key, cpu", "ms", tuple(median(a["keys_ms"]) for a in ours), limit=_HELD_MS),
        Row(what, "worst arrow key, cpu", "ms", tuple(max(a["keys_ms"]) for a in ours), limit=_HELD_MS),
        Row(what, "memory", "MB", tuple(a["peak_mb"] for a in ours), limit=_PEAK_MB),
    ]


def _typing(draft: Path, variables: dict[str, str], count: int, keys: int, rounds: int) -> list[Row]:
    ours = [_python(variables, "window_typing", str(draft), str(keys)) for _ in range(rounds)]
    what = f"draft of {count} works"
    return [
        Row(what, "open, cpu", "s", tuple(a["opened_s"] for a in ours), limit=_OPEN_S),
        Row(what, "key, cpu", "ms", tuple(median(a["keys_ms"]) for a in ours), limit=_KEY_MS),
        Row(what, "key and after, cpu", "ms", tuple(max(a["whole_ms"], 0.001) for a in ours)),
        Row(what, "held, cpu", "ms", tuple(a["busy_ms"] for a in ours), limit=_HELD_MS),
        Row(what, "memory", "MB", tuple(a["peak_mb"] for a in ours), limit=_PEAK_MB),
    ]


def _draft(path: Path, films: list[Path]) -> Path:
    draft, _ = submission(len(films))
    works = tuple(msgspec.structs.replace(w, video=Video(str(f))) for w, f in zip(draft.works, films, strict=True))
    storage.save_draft(msgspec.structs.replace(draft, works=works), path)
    return path


def _python(variables: dict[str, str], module: str, *arguments: str) -> dict[str, Any]:
    """Run a module of this folder in an environment, and return the JSON object that it prints."""
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{module} ended with {done.returncode}: {done.stderr}")
    answer: dict[str, Any] = msgspec.json.decode(done.stdout)
    return answer


@contextlib.contextmanager
def _screen() -> Iterator[str]:
    """Run an X server without a screen for as long as the block, and yield its name."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-noreset", "-displayfd", str(writing), "-screen", "0", "1366x768x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading, encoding="ascii") as pipe:
            yield f":{pipe.readline().strip()}"
    finally:
        server.terminate()
        server.wait()
