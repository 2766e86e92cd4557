"""Kill a packing (SIGKILL) at random moments and look at what is left; run as `python -m tests.faults.pack_kills 100`.

Prints a table: at which phase each packing was killed, and how often something was lost, or half and looked whole.
"""

import hashlib
import pickle
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from app.errors import AppError
from app.exporters.package import GROWING
from app.exporters.packing import Packed
from app.exporters.verify import verify
from tests.submissions import big_file, order, packed, submission, with_film

ROOT = Path(__file__).parents[2]


class Outcome(NamedTuple):
    """What came of one killed packing: where it was, what was wrong (nothing: empty), what the next one reused."""

    phase: str
    wrong: tuple[str, ...]
    resumed: int


def prepare(folder: Path) -> tuple[Path, Packed, int]:
    """Make a submission and pack it once; return the pickled order, the package, and how many steps it took."""
    draft_path = submission(folder / "稿", works=3)
    for number in (1, 2, 3):
        with_film(draft_path, number, big_file(12_000_000 + number))
    steps: list[object] = []
    whole = packed(draft_path, folder / "样", progress=steps.append)
    order_file = folder / "order.pickle"
    order_file.write_bytes(pickle.dumps(order(draft_path)))
    return order_file, whole, len(steps)


def packer(order_file: Path, out: Path, kind: str, *more: str) -> list[str]:
    """Return the command of a packing process."""
    return [sys.executable, "-m", "tests.faults.packer", str(order_file), str(out), kind, *more]


def kill_at(order_file: Path, whole: Packed, out: Path, kind: str, step: int) -> Outcome:
    """Kill a packing when it says its `step`-th step, look at what is left, then let another finish it."""
    sources = _digests(order_file.parent / "稿")
    process = subprocess.Popen(packer(order_file, out, kind), stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    phase = "start"
    for number, line in enumerate(process.stdout):
        phase = line.split(" ", 1)[0]
        if number >= step:
            break
    process.kill()
    process.stdout.close()
    process.wait()
    wrong = list(_looks_whole(out))
    again = subprocess.run(
        packer(order_file, out, kind), capture_output=True, text=True, encoding="utf-8", cwd=ROOT, check=True
    )
    _, manifest, resumed, path = again.stdout.splitlines()[-1].split(" ", 3)
    if manifest != whole.manifest_sha256 or verify(Path(path)).problems:
        wrong.append("the next package is not whole")
    if any(p.name.endswith(GROWING) for p in out.iterdir()):
        wrong.append("something is left over")
    if _digests(order_file.parent / "稿") != sources:
        wrong.append("a source was changed")
    return Outcome(phase, tuple(wrong), int(resumed))


def _looks_whole(out: Path) -> list[str]:
    """Return what is not whole and looks as if it were: anything but the growing folder that does not verify."""
    found = []
    for path in out.iterdir() if out.is_dir() else []:
        try:
            whole = not verify(path).problems
        except AppError:
            whole = False
        if not whole and not path.name.endswith(GROWING):
            found.append(f"looks whole: {path.name}")
        if path.name.endswith(GROWING):
            found += [f"looks whole: {zipped}" for zipped in path.rglob("*.zip")]
    return found


def _digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir() if p.is_file()}


def main(times: int, seed: int) -> int:
    """Kill that many packings; return 1 if anything was lost or half and looked whole."""
    dice = random.Random(seed)
    phases: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    resumed = 0
    with tempfile.TemporaryDirectory(prefix="kills-") as name:
        folder = Path(name)
        order_file, whole, steps = prepare(folder)
        for number in range(times):
            kind, out = dice.choice(["folder", "zip"]), folder / "出"
            outcome = kill_at(order_file, whole, out, kind, dice.randrange(steps + 1))
            phases[f"{kind}, {outcome.phase}"] += 1
            wrong.update(outcome.wrong)
            resumed += outcome.resumed > 0
            shutil.rmtree(out)
            print(f"\r{number + 1}/{times}", end="", file=sys.stderr, flush=True)
    print(f"\nseed {seed}, {times} kills; of each packing {steps} steps, {whole.size} bytes")
    for phase, count in sorted(phases.items()):
        print(f"  killed at {phase:<16} {count:>4}")
    print(f"  taken up from what was finished: {resumed}")
    print(f"  wrong: {sum(wrong.values())} {dict(wrong) or ''}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100, int(sys.argv[2]) if len(sys.argv) > 2 else 1))
