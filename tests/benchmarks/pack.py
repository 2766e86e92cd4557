"""Packing films, against copying and hashing them with the system's own tools, and against `cp` and then bagit.py.

Ours is a whole process that makes the forms, copies, hashes, syncs, reads back and compares. `cp` and bagit.py leave
what they wrote in memory, and never look at it again; so they are measured as they are, then with what they lack:
with `sync` their bag is on the disk, with `bagit.py --validate` it is also read back, which is the job that ours does.

Cold: what is read comes from the disk, not from memory; before each action the files are dropped from it, and what an
action has left to be written is written before the next begins. Warm: the films are in memory before, and bagit.py
finds what `cp` has just left there.
"""

import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.measure import ROOT, Row, cost
from tests.benchmarks.table import table
from tests.submissions import order, submission

_FILMS = 4
_GIB = 1024**3
# Times an action on the files below a folder, in seconds.
_Timed = Callable[[Path, Callable[[], object]], float]


def run(small: bool = False) -> list[Row]:
    """Return the table's rows for 4 GiB in four films (small: 64 MiB)."""
    with tempfile.TemporaryDirectory(prefix="benchmark-", dir=os.environ.get("WEIYING_BENCHMARKS")) as folder:
        return _run(Path(folder), 64 * 1024**2 if small else 4 * _GIB, 1 if small else 3)


class _Seconds(NamedTuple):
    """What each action of one round took."""

    ours: float
    copy: float
    sync: float
    bag: float
    validate: float
    bag256: float
    validate256: float


def _run(folder: Path, size: int, rounds: int) -> list[Row]:
    draft_path = submission(folder / "drafts", works=_FILMS)
    films = sorted(draft_path.parent.glob("*.mp4"))
    for film in films:
        _pad(film, size // _FILMS)
    order_file = folder / "order.pickle"
    order_file.write_bytes(pickle.dumps(order(draft_path)))
    cold: list[_Seconds] = []
    warm: list[_Seconds] = []
    hashed: list[float] = []
    back: list[float] = []
    for _ in range(rounds):
        cold.append(_round(folder, films, order_file, _cold))
        hashed.append(_cold(folder, lambda: _call(["sha256sum", *map(str, films)])))
        copies = [str(path) for path in (folder / "copy" / "data").iterdir()]
        back.append(_cold(folder, lambda paths=copies: _call(["sha256sum", *paths])))
        warm.append(_round(folder, films, order_file, _warm))
    longer = tuple(max(r.copy, h) + b for r, h, b in zip(cold, hashed, back, strict=True))
    longer_synced = tuple(max(r.copy + r.sync, h) + b for r, h, b in zip(cold, hashed, back, strict=True))
    what = f"pack {size / 1e9:.1f} GB"
    mine = tuple(r.ours for r in cold)
    return [
        Row(f"{what}, cold", "wall", "s", mine, "longer of cp and sha256sum, + read-back", longer, 1 / 1.2),
        Row(f"{what}, cold", "wall", "s", mine, "the same, with cp's data on the disk (sync)", longer_synced, 1 / 1.2),
        *_against_bagit(f"{what}, cold", cold),
        *_against_bagit(f"{what}, warm", warm),
        Row(
            "cold", "wall", "s", tuple(r.copy for r in cold), "cp alone, against its sync", tuple(r.sync for r in cold)
        ),
        Row("cold", "wall", "s", tuple(hashed), "sha256sum alone, against its read-back", tuple(back)),
    ]


def _against_bagit(what: str, rounds: list[_Seconds]) -> list[Row]:
    mine = tuple(r.ours for r in rounds)
    rivals = {
        "cp, bagit.py (its default: sha256, sha512)": ([r.copy + r.bag for r in rounds], 1.8),
        "cp, bagit.py --sha256": ([r.copy + r.bag256 for r in rounds], 1.8),
        "cp, sync, bagit.py": ([r.copy + r.sync + r.bag for r in rounds], 0),
        "cp, sync, bagit.py --sha256": ([r.copy + r.sync + r.bag256 for r in rounds], 0),
        "cp, sync, bagit.py, --validate": ([r.copy + r.sync + r.bag + r.validate for r in rounds], 0),
        "cp, sync, bagit.py --sha256, --validate": ([r.copy + r.sync + r.bag256 + r.validate256 for r in rounds], 0),
    }
    return [Row(what, "wall", "s", mine, rival, tuple(theirs), aim) for rival, (theirs, aim) in rivals.items()]


def _round(folder: Path, films: list[Path], order_file: Path, timed: _Timed) -> _Seconds:
    """Do each action once; leave a bag of the films in `copy`."""
    copy = folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    packing = [sys.executable, "-m", "tests.faults.packer", str(order_file), str(folder / "ours"), "folder"]
    ours = timed(folder, lambda: _call(packing))
    shutil.rmtree(folder / "ours")
    copy.mkdir()
    copied = timed(folder, lambda: _call(["cp", *map(str, films), str(copy)]))
    # As it comes: nothing is written or dropped between a copy and its sync.
    synced = cost(lambda: _call(["sync", "-f", str(copy)])).wall
    bag = timed(folder, lambda: _bagit(copy))
    validate = timed(folder, lambda: _bagit(copy, "--validate"))
    for path in list(copy.iterdir()):
        if path.is_file():
            path.unlink()
    for path in (copy / "data").iterdir():
        path.rename(copy / path.name)
    (copy / "data").rmdir()
    bag256 = timed(folder, lambda: _bagit(copy, "--sha256"))
    return _Seconds(ours, copied, synced, bag, validate, bag256, timed(folder, lambda: _bagit(copy, "--validate")))


def _cold(folder: Path, action: Callable[[], object]) -> float:
    _settle(folder)
    return cost(action).wall


def _warm(folder: Path, action: Callable[[], object]) -> float:
    os.sync()
    for path in [*(folder / "drafts").glob("*.mp4"), *(folder / "copy").rglob("*.mp4")]:
        with path.open("rb", buffering=0) as file:
            while file.read(1024**2):
                pass
    return cost(action).wall


def _pad(film: Path, size: int) -> None:
    """Let a film have that many bytes more that nobody can foretell, in a free space box after its end."""
    with film.open("ab") as file:
        # ISO/IEC 14496-12, 4.2: a size of 1 is followed by a 64-bit one.
        file.write((1).to_bytes(4, "big") + b"free" + (size + 16).to_bytes(8, "big"))
        for _ in range(size // 1024**2):
            file.write(os.urandom(1024**2))


def _settle(folder: Path) -> None:
    """Have everything written, and dropped from memory."""
    os.sync()
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _bagit(folder: Path, *options: str) -> None:
    _call([sys.executable, "-m", "bagit", "--quiet", *options, str(folder)])


def _call(command: list[str]) -> None:
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    print(table(run("--small" in sys.argv)))
