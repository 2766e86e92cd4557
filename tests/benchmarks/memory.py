"""The most memory held at once by a process: of the probe and its children, and of exports of any size."""

import json
import sys
import tempfile
from pathlib import Path

from app.probe import ProbePool
from tests.benchmarks.films import make_films
from tests.benchmarks.measure import Row, own_python, peak_mb


def run(small: bool = False) -> list[Row]:
    count, sizes = (5, (2,)) if small else (1000, (100, 1000))
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        make_films(folder / "films", count)
        probe = own_python("-m", "tests.benchmarks.memory", str(folder / "films"))
        exports = [own_python("-m", "tests.benchmarks.export_alone", str(n), str(folder / str(n))) for n in sizes]
    found = [
        Row(f"probe {count} films, parent", "memory", "MB", (probe["parent_mb"],)),
        Row(f"probe {count} films, largest child", "memory", "MB", (max(probe["children_mb"]),)),
    ]
    for works, export in zip(sizes, exports, strict=True):
        found.append(Row(f"export {works} works", "memory", "MB", (export["peak_mb"],)))
    return found


def main(folder: Path) -> None:
    with ProbePool() as pool:
        for probed in pool.probe(sorted(folder.iterdir())):
            assert probed.facts, probed
        children = [peak_mb(pid) for pid in pool.children()]
    print(json.dumps({"parent_mb": peak_mb(), "children_mb": children}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
