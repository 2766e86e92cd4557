"""How far a long command is, on one line of a terminal."""

import sys

from app.exporters.meter import PHASES, Step, time_text
from app.sizes import size_text


def show_step(step: Step) -> None:
    """Show on a terminal how far it is."""
    if not sys.stderr.isatty():
        return
    if step.phase == "forms":
        line = f"{PHASES[step.phase]} {step.done}/{step.total}：{step.name}"
    else:
        share = 100 * step.done // step.total if step.total else 100
        left = f"，还要 {time_text(step.left)}" if step.left is not None else ""
        line = f"{share}%　{size_text(int(step.speed))}/秒{left}　{PHASES[step.phase]}：{step.name}"
    print(f"\r\x1b[K{line[:60]}", end="", file=sys.stderr, flush=True)


def wipe() -> None:
    """Take away what `show_step` showed."""
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
