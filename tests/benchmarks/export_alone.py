"""An export in a process of its own: `python -m tests.benchmarks.export_alone WORKS FOLDER [pdf]`.

It prints the files written and the most memory held as JSON; with `pdf`, it writes the forms' PDFs and nothing else.
"""

import json
import sys
from pathlib import Path

from app.exporters import pdf_form
from app.exporters.export import export_all
from app.exporters.fonts import Fonts
from app.exporters.forms import build_forms
from app.pack import find_campaign
from tests.benchmarks.measure import peak_mb
from tests.benchmarks.submissions import submission


def main(works: int, folder: Path, only_pdf: bool) -> None:
    draft, facts = submission(works)
    if only_pdf:
        fonts = Fonts.load("open")
        folder.mkdir(parents=True)
        files = []
        for number, form in enumerate(build_forms(draft, find_campaign(""), facts)):
            files.append(folder / f"{number:04d}.pdf")
            files[-1].write_bytes(pdf_form.render([form], fonts))
    else:
        files = list(export_all(draft, find_campaign(""), facts, folder, fonts="open").files)
    print(json.dumps({"files": [str(path) for path in files], "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), "pdf" in sys.argv[3:])
