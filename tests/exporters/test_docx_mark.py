"""The mark in a Word form's footer: read again from what LibreOffice prints, and in nobody's way."""

import io
import subprocess
import zipfile
from pathlib import Path
from typing import NamedTuple

import docx
import pytest
import zxingcpp
from PIL import Image

from app.exporters import docx_form
from app.exporters.fonts import Fonts
from app.exporters.forms import Form
from app.exporters.marks import PageMark, lines, parse, picture
from app.scan_reading import expected_forms, read_scans
from tests import scanned
from tests.exporters import samples
from tests.exporters.conftest import OfficePdf, Word, page_count, pdf_words, words_at

DPI = 150
NAMES = [f"{sample}-{form}" for sample in ("ordinary", "long", "rare") for form in ("commitment", "entry", "summary")]


class Pair(NamedTuple):
    """A form, and LibreOffice's PDF of it with its mark and without."""

    form: Form
    marked: Path
    bare: Path


@pytest.fixture(scope="module")
def pairs(office_pdf: OfficePdf, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Pair]:
    folder = tmp_path_factory.mktemp("marked")
    forms: dict[str, Form] = {}
    sources = []
    for name in NAMES:
        sample, _, identity = name.partition("-")
        form = forms[name] = samples.forms_of(samples.drafts()[sample])[identity]
        for kind, shown in (("marked", form), ("bare", form._replace(mark=None))):
            sources.append(folder / f"{name}-{kind}.docx")
            sources[-1].write_bytes(docx_form.render(shown, form.text_size))
    pdfs = iter(office_pdf(sources))
    return {name: Pair(form, next(pdfs), next(pdfs)) for name, form in forms.items()}


def pages_of(pdf: Path, folder: Path) -> list[Image.Image]:
    subprocess.run(["pdftoppm", "-r", str(DPI), str(pdf), str(folder / pdf.stem)], check=True)
    return [Image.open(path).convert("RGB") for path in sorted(folder.glob(f"{pdf.stem}*.ppm"))]


def over_margin(pdf: Path, form: Form) -> list[Word]:
    """Return the words of the form itself, those over its bottom margin."""
    height = 210 if form.landscape else 297
    return [word for word in words_at(pdf) if word.bottom < height - form.margins[2] + 0.5]


@pytest.mark.parametrize("name", NAMES)
def test_the_form_itself_stays_where_it_is(name: str, pairs: dict[str, Pair]) -> None:
    form, marked, bare = pairs[name]
    assert page_count(marked) == page_count(bare)
    assert over_margin(marked, form) == over_margin(bare, form)


@pytest.mark.parametrize("name", NAMES)
def test_every_page_carries_the_code_and_the_words(name: str, pairs: dict[str, Pair], tmp_path: Path) -> None:
    form, marked, _ = pairs[name]
    assert form.mark
    pages = pages_of(marked, tmp_path)
    place = (1, 1) if len(pages) == 1 else (0, 0)
    for page in pages:
        [code] = zxingcpp.read_barcodes(page.convert("L"))
        assert parse(code.text) == PageMark(form.mark.tag, form.mark.content, *place)
        mm = page.width / (297 if form.landscape else 210)
        corners = code.position
        side = (corners.top_right.x - corners.top_left.x) / mm
        assert 11.5 < side < 14
        assert corners.top_left.x / mm == pytest.approx(form.margins[3], abs=0.6)
        assert corners.top_left.y > page.height - form.margins[2] * mm + 1.5 * mm
        assert corners.bottom_left.y < page.height - 3.5 * mm
    text = pdf_words(marked)
    for number in range(1, len(pages) + 1):
        wanted = "".join(lines(form.mark, form.name, number, len(pages)))
        assert "".join(wanted.split()) in text


def test_a_printed_word_file_finds_its_way_back(pairs: dict[str, Pair], tmp_path: Path) -> None:
    fonts = Fonts.load("open")
    forms = [pairs[f"ordinary-{form}"].form for form in ("commitment", "entry", "summary")]
    paths = []
    for form in forms:
        [page] = pages_of(pairs[f"ordinary-{form.id}"].marked, tmp_path)
        paths.append(tmp_path / f"{form.id}.jpg")
        scanned.on_paper(scanned.skewed(page, 2)).save(paths[-1], quality=80)
    pages = read_scans(paths, expected_forms(forms, fonts))
    assert [(page.form, page.status, page.form_page, page.form_pages) for page in pages] == [
        (form.id, "matched", 1, 1) for form in forms
    ]
    long = pairs["long-entry"]
    paths = []
    for number, page in enumerate(pages_of(long.marked, tmp_path)):
        paths.append(tmp_path / f"long{number}.png")
        page.save(paths[-1])
    assert len(paths) == 2
    pages = read_scans(paths, expected_forms([long.form], fonts))
    assert [(page.form, page.status) for page in pages] == [("entry", "which_page")] * 2
    assert "这是第几页" in pages[0].note


def test_the_picture_is_black_and_white_and_sharp() -> None:
    text = "WY1:00000000:ZZZZZZZZ:0/0"
    image = Image.open(io.BytesIO(picture(text)))
    image.load()
    assert image.mode == "1"
    assert image.width == image.height == 25 * 16
    white = Image.new("L", (480, 480), 255)
    white.paste(image, (40, 40))
    assert [code.text for code in zxingcpp.read_barcodes(white)] == [text]


def test_the_picture_is_described_to_those_who_do_not_see_it() -> None:
    data = docx_form.render(samples.forms_of(samples.ordinary_draft())["entry"], 14)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        footer = archive.read("word/footer1.xml").decode("utf-8")
    assert 'descr="页脚二维码，扫描件凭它自动归位"' in footer


def test_a_form_without_a_mark_has_no_footer_but_its_number() -> None:
    forms = samples.forms_of(samples.ordinary_draft())
    letter = docx.Document(io.BytesIO(docx_form.render(forms["commitment"]._replace(mark=None), 16)))
    assert letter.sections[0].footer.is_linked_to_previous
    summary = docx.Document(io.BytesIO(docx_form.render(forms["summary"]._replace(mark=None), 12)))
    [line] = summary.sections[0].footer.paragraphs
    assert line.text.startswith("第 ")
    assert summary.sections[0].footer.tables == []


def test_a_long_name_is_cut_and_leaves_the_page_number_its_room() -> None:
    form = samples.forms_of(samples.ordinary_draft())["entry"]._replace(name="名" * 60)
    footer = docx.Document(io.BytesIO(docx_form.render(form, 14))).sections[0].footer
    words = [paragraph.text for paragraph in footer.tables[0].rows[0].cells[1].paragraphs]
    assert len(words) == 3
    assert words[1].partition("　")[0].endswith("…")
