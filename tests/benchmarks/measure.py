"""Measuring side by side: ours and theirs in turn, so that what the machine does meanwhile is shared by both."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent


class Cost(NamedTuple):
    """Seconds by the clock, and of processor time of this process and of the children it has waited for."""

    wall: float
    cpu: float


class Row(NamedTuple):
    """One line of the table: ours and theirs, pair by pair (`theirs` empty: nothing to compare with).

    `ratio_aim` is the least that theirs ÷ ours should be, `limit` the most that ours should be; 0: no aim.
    `rival` says what it is compared with, or why it is not.
    """

    what: str
    measure: str
    unit: str
    ours: tuple[float, ...]
    rival: str = ""
    theirs: tuple[float, ...] = ()
    ratio_aim: float = 0
    limit: float = 0


def cost(action: Callable[[], object]) -> Cost:
    """Return what an action costs."""
    wall, cpu = time.perf_counter(), _cpu()
    action()
    return Cost(time.perf_counter() - wall, _cpu() - cpu)


def pairs(ours: Callable[[], object], theirs: Callable[[], object], rounds: int) -> list[tuple[Cost, Cost]]:
    """Return the costs of both, measured in turn; who comes first changes from round to round."""
    measured = []
    for number in range(rounds):
        if number % 2:
            second = cost(theirs)
            measured.append((cost(ours), second))
        else:
            measured.append((cost(ours), cost(theirs)))
    return measured


def rows(what: str, rival: str, measured: Sequence[tuple[Cost, Cost]], ratio_aim: float = 0) -> list[Row]:
    """Return the two rows, by the clock and of processor time, of what was measured; the aim is for the clock."""
    return [
        Row(
            what,
            measure,
            "s",
            tuple(getattr(ours, measure) for ours, _ in measured),
            rival,
            tuple(getattr(theirs, measure) for _, theirs in measured),
            ratio_aim if measure == "wall" else 0,
        )
        for measure in ("wall", "cpu")
    ]


def own_python(*arguments: str) -> dict[str, Any]:
    """Run a module of ours in a fresh interpreter, and return the JSON object that it prints."""
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def peak_mb(pid: int | str = "self") -> float:
    """Return the most memory in MB (10⁶ bytes) that a running process has held (proc(5), VmHWM).

    Not getrusage's ru_maxrss, in which a child begins with what its parent held when it was forked.
    """
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise ProcessLookupError(f"process {pid} has ended")


def _cpu() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def environment(folder: Path) -> dict[str, str]:
    """Return the environment for programs that may leave nothing outside a folder."""
    return {**os.environ, "WEIYING_DATA_DIR": str(folder / "data"), "HOME": str(folder)}
