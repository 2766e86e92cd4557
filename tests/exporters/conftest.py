"""LibreOffice, for what the exporters write, with the open fonts in place of those that the forms name."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest

from app.exporters import docx_form, xlsx_list
from app.paths import open_fonts
from tests.exporters import samples

OFFICE_TIMEOUT = 300
SUBSTITUTES = {
    "仿宋_GB2312": ("FandolFang R", "regular"),
    "楷体_GB2312": ("FandolKai", "regular"),
    "方正小标宋简体": ("Noto Serif CJK SC", "bold"),
    "黑体": ("Noto Sans CJK SC", "regular"),
    "宋体": ("Noto Serif CJK SC", "regular"),
    "Times New Roman": ("Liberation Serif", "regular"),
}

OfficePdf = Callable[[Iterable[Path]], list[Path]]


@pytest.fixture(scope="session")
def font_settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a fontconfig file that gives each font of the forms its open substitute; return its path."""
    folder = tmp_path_factory.mktemp("fontconfig")
    folders = "".join(f"<dir>{escape(str(f))}</dir>" for f in [Path("/usr/share/fonts"), *open_fonts()])
    aliases = "".join(
        f'<match target="pattern"><test name="family" qual="any"><string>{name}</string></test>'
        f'<edit name="family" mode="assign" binding="same"><string>{substitute}</string></edit>'
        f'<edit name="weight" mode="assign"><const>{weight}</const></edit></match>'
        for name, (substitute, weight) in SUBSTITUTES.items()
    )
    settings = folder / "fonts.conf"
    settings.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig>{folders}<cachedir>{escape(str(folder / 'cache'))}</cachedir>{aliases}</fontconfig>",
        encoding="utf-8",
    )
    return settings


@pytest.fixture(scope="session")
def office_pdf(font_settings: Path, tmp_path_factory: pytest.TempPathFactory) -> OfficePdf:
    """Return a function that has LibreOffice convert files to PDF, all in one run, into a new folder.

    The files' names must differ; the PDFs come back in the same order.
    """
    program = shutil.which("soffice")
    assert program, "LibreOffice (soffice) is needed: the set-up for tests installs it"
    profile = tmp_path_factory.mktemp("office-profile")

    def convert(paths: Iterable[Path]) -> list[Path]:
        paths = list(paths)
        out = tmp_path_factory.mktemp("office-pdf")
        done = subprocess.run(
            [
                program,
                f"-env:UserInstallation={profile.as_uri()}",
                "--headless",
                "--norestore",
                "--convert-to",
                "pdf",
                "--outdir",
                str(out),
                *map(str, paths),
            ],
            env={**os.environ, "FONTCONFIG_FILE": str(font_settings)},
            capture_output=True,
            text=True,
            timeout=OFFICE_TIMEOUT,
            check=False,
        )
        made = [out / f"{path.stem}.pdf" for path in paths]
        assert all(pdf.exists() for pdf in made), f"{done.stdout}\n{done.stderr}"
        return made

    return convert


def page_count(pdf: Path) -> int:
    """Return how many pages a PDF has, as pdfinfo counts them."""
    told = subprocess.run(["pdfinfo", str(pdf)], capture_output=True, text=True, check=True).stdout
    return next(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pages:"))


def pdf_words(pdf: Path) -> str:
    """Return the text of a PDF without its white space: lines break where the renderer likes."""
    text = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", "-raw", str(pdf), "-"], capture_output=True, check=True
    ).stdout.decode("utf-8")
    return "".join(text.split())


@pytest.fixture(scope="session")
def printed(office_pdf: OfficePdf, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return LibreOffice's PDF of every form of every sample, by `sample-form.kind`."""
    folder = tmp_path_factory.mktemp("samples")
    sources: dict[str, Path] = {}
    for sample, draft in samples.drafts().items():
        for identity, form in samples.forms_of(draft).items():
            for kind in ("docx", "xlsx"):
                if kind in form.formats:
                    # LibreOffice names what it makes by the stem, so the kind is in it too.
                    source = folder / f"{sample}-{identity}-{kind}.{kind}"
                    made = xlsx_list.render(form) if kind == "xlsx" else docx_form.render(form, form.text_size)
                    source.write_bytes(made)
                    sources[f"{sample}-{identity}.{kind}"] = source
    return dict(zip(sources, office_pdf(sources.values()), strict=True))


class Word(NamedTuple):
    """A word on a printed page: its box in mm from the page's upper left corner."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


def words_at(pdf: Path) -> list[Word]:
    """Return the words of a PDF with their places, as pdftotext sees them."""
    told = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, check=True).stdout
    words: list[Word] = []
    page = 0
    for element in ElementTree.fromstring(told).iter():
        page += element.tag.endswith("}page")
        if element.tag.endswith("}word"):
            box = (float(element.attrib[side]) / 72 * 25.4 for side in ("xMin", "yMin", "xMax", "yMax"))
            words.append(Word(page, *box, element.text or ""))
    return words
