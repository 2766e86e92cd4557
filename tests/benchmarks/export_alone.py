"""An export in a process of its own: `python -m tests.benchmarks.export_alone WORKS FOLDER` prints its cost as JSON."""

import json
import sys
from pathlib import Path

from app.exporters.export import export_all
from app.pack import find_campaign
from tests.benchmarks.measure import peak_mb
from tests.benchmarks.submissions import submission


def main(works: int, folder: Path) -> None:
    draft, facts = submission(works)
    exported = export_all(draft, find_campaign(""), facts, folder, fonts="open")
    print(json.dumps({"files": [str(path) for path in exported.files], "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
