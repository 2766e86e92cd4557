"""The forms of works, against LibreOffice turning our DOCX into PDF.

Ours is the whole export (DOCX, PDF, XLSX, and all PDFs in one), and then, like for like, the same PDFs alone.
"""

import shutil
import tempfile
from pathlib import Path

from tests.benchmarks.measure import Row, cost, own_python, pairs, rows
from tests.office import convert, write_font_settings


def run(small: bool = False) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        if small:
            return _run(2, 1, Path(folder))
        return [*_run(10, 5, Path(folder)), *_run(100, 3, Path(folder))]


def _run(works: int, rounds: int, folder: Path) -> list[Row]:
    what = f"export {works} works"

    def ours(*kind: str) -> list[Path]:
        shutil.rmtree(folder / "ours", ignore_errors=True)
        answer = own_python("-m", "tests.benchmarks.export_alone", str(works), str(folder / "ours"), *kind)
        return [Path(file) for file in answer["files"]]

    exported = ours()
    if shutil.which("soffice") is None:
        return [Row(what, "wall", "s", (cost(ours).wall,), "LibreOffice is not installed")]
    documents = []
    for number, path in enumerate(p for p in exported if p.suffix == ".docx"):
        # LibreOffice puts all its PDFs into one folder.
        documents.append(folder / f"{number:04d}.docx")
        shutil.copy(path, documents[-1])
    settings = write_font_settings(folder)

    def office(paths: list[Path]) -> None:
        shutil.rmtree(folder / "theirs", ignore_errors=True)
        convert(paths, folder / "theirs", folder / "profile", settings)

    office(documents[:1])
    rival = f"LibreOffice, {len(documents)} DOCX"
    everything = pairs(ours, lambda: office(documents), rounds)
    like_for_like = pairs(lambda: ours("pdf"), lambda: office(documents), rounds)
    return [*rows(what, rival, everything, 5), *rows(f"{what}, the PDFs alone", rival, like_for_like, 5)]
