"""The forms of 100 works: ours (DOCX, PDF, XLSX, all in one), against LibreOffice turning our DOCX into PDF."""

import shutil
import tempfile
from pathlib import Path

from tests.benchmarks.measure import Row, cost, own_python, pairs, rows
from tests.office import convert, write_font_settings


def run(small: bool = False) -> list[Row]:
    works, rounds = (2, 1) if small else (100, 3)
    what = f"export {works} works"
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)

        def ours() -> list[Path]:
            shutil.rmtree(folder / "ours", ignore_errors=True)
            answer = own_python("-m", "tests.benchmarks.export_alone", str(works), str(folder / "ours"))
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
        return rows(what, f"LibreOffice, {len(documents)} DOCX", pairs(ours, lambda: office(documents), rounds), 5)
