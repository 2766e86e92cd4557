"""Packing films, against copying and hashing them with the system's own tools, and against `cp` and then bagit.py.

Ours is a whole process that makes the forms, copies, hashes, syncs, reads back and compares. What is measured is read
from the disk, not from memory: before each action the files are dropped from it, and what an action has left to be
written is written before the next begins.
"""

import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.measure import ROOT, Row, cost
from tests.benchmarks.table import table
from tests.submissions import order, submission

_FILMS = 4
_GIB = 1024**3


def run(small: bool = False) -> list[Row]:
    """Return the table's rows for 4 GiB in four films (small: 64 MiB)."""
    with tempfile.TemporaryDirectory(prefix="benchmark-", dir=os.environ.get("WEIYING_BENCHMARKS")) as folder:
        return _run(Path(folder), 64 * 1024**2 if small else 4 * _GIB, 1 if small else 3)


def _run(folder: Path, size: int, rounds: int) -> list[Row]:
    draft_path = submission(folder / "drafts", works=_FILMS)
    films = sorted(draft_path.parent.glob("*.mp4"))
    for film in films:
        _pad(film, size // _FILMS)
    order_file = folder / "order.pickle"
    order_file.write_bytes(pickle.dumps(order(draft_path)))
    ours, copied, synced, hashed, back, bagged, bagged256 = ([] for _ in range(7))  # type: list[list[float]]

    def measured(action: Callable[[], object]) -> float:
        _settle(folder)
        return cost(action).wall

    def timed_copy(sync: bool) -> float:
        shutil.rmtree(folder / "copy", ignore_errors=True)
        (folder / "copy").mkdir()
        return measured(lambda: _copy(films, folder / "copy", sync))

    for _ in range(rounds):
        shutil.rmtree(folder / "ours", ignore_errors=True)
        packing = [sys.executable, "-m", "tests.faults.packer", str(order_file), str(folder / "ours"), "folder"]
        ours.append(measured(lambda command=packing: _call(command)))
        shutil.rmtree(folder / "ours")
        hashed.append(measured(lambda: _call(["sha256sum", *map(str, films)])))
        synced.append(timed_copy(sync=True))
        copied.append(timed_copy(sync=False))
        copies = [str(folder / "copy" / film.name) for film in films]
        back.append(measured(lambda paths=copies: _call(["sha256sum", *paths])))
        bagged.append(copied[-1] + measured(lambda: _bagit(folder / "copy")))
        bagged256.append(timed_copy(sync=False) + measured(lambda: _bagit(folder / "copy", "--sha256")))
    what = f"pack {size / 1e9:.1f} GB"
    in_turn = list(zip(copied, synced, hashed, back, strict=True))
    longer = tuple(max(copy, digest) + again for copy, _, digest, again in in_turn)
    longer_synced = tuple(max(sync, digest) + again for _, sync, digest, again in in_turn)
    mine = tuple(ours)
    return [
        Row(what, "wall", "s", mine, "longer of cp and sha256sum, + read-back", longer, 1 / 1.2),
        Row(what, "wall", "s", mine, "the same, with cp's data on the disk (sync)", longer_synced, 1 / 1.2),
        Row(what, "wall", "s", mine, "cp, bagit.py (sha256 and sha512, its default)", tuple(bagged), 1.8),
        Row(what, "wall", "s", mine, "cp, bagit.py --sha256", tuple(bagged256)),
        Row(what, "wall", "s", tuple(copied), "cp alone, against cp and sync", tuple(synced)),
        Row(what, "wall", "s", tuple(hashed), "sha256sum alone, against its read-back", tuple(back)),
    ]


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


def _copy(films: list[Path], target: Path, sync: bool) -> None:
    _call(["cp", *map(str, films), str(target)])
    if sync:
        _call(["sync", "-f", str(target)])


def _bagit(folder: Path, *options: str) -> None:
    _call([sys.executable, "-m", "bagit", "--quiet", *options, str(folder)])


def _call(command: list[str]) -> None:
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    print(table(run("--small" in sys.argv)))
