"""What tests of the exporters share: LibreOffice, with open fonts in place of those the forms name; and a drive."""

import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

from app.exporters import docx_form, xlsx_list
from tests.exporters import samples
from tests.office import convert, write_font_settings

OfficePdf = Callable[[Iterable[Path]], list[Path]]


@pytest.fixture(scope="session")
def font_settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a fontconfig file that gives each font of the forms its open substitute; return its path."""
    return write_font_settings(tmp_path_factory.mktemp("fontconfig"))


@pytest.fixture(scope="session")
def office_pdf(font_settings: Path, tmp_path_factory: pytest.TempPathFactory) -> OfficePdf:
    """Return a function that has LibreOffice convert files to PDF, all in one run, into a new folder.

    The files' names must differ; the PDFs come back in the same order.
    """
    profile = tmp_path_factory.mktemp("office-profile")
    return lambda paths: convert(paths, tmp_path_factory.mktemp("office-pdf"), profile, font_settings)


@pytest.fixture
def image(tmp_path: Path) -> Iterator[Path]:
    """Return what a small drive of its own, mounted at `drive` beside it, consists of."""
    image = tmp_path / "image"
    with image.open("wb") as file:
        file.truncate(48 * 1024**2)
    subprocess.run(["mkfs.ext4", "-q", str(image)], check=True)
    (tmp_path / "drive").mkdir()
    subprocess.run(["mount", "-o", "loop", str(image), str(tmp_path / "drive")], check=True)
    yield image
    subprocess.run(["umount", "-l", str(tmp_path / "drive")], check=True)


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
