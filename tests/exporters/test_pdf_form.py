import io
import math
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from app.errors import AppError
from app.exporters import font_files, marks, pdf_form
from app.exporters.fonts import Fonts
from app.exporters.forms import Form, Grid, LineBlock, Row, Run, TextBlock
from app.exporters.layout import lay_out
from app.exporters.ooxml import clean
from app.exporters.page import Box, Placed
from tests.exporters import samples
from tests.exporters.font_making import make_font
from tests.exporters.test_font_cff import cff_widths
from tests.exporters.test_layout import a_form, cell, text

DPI = 100
SAMPLES = {
    f"{name}-{form.id}": form for name, draft in samples.drafts().items() for form in samples.forms_of(draft).values()
}


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    return Fonts.load("open")


def told(program: str, data: bytes, folder: Path, *options: str) -> str:
    """Return what one of poppler's programs says of a PDF."""
    path = folder / "form.pdf"
    path.write_bytes(data)
    out = ["-"] if program == "pdftotext" else []
    done = subprocess.run([program, *options, str(path), *out], capture_output=True, check=True)
    assert done.stderr == b""
    return done.stdout.decode("utf-8")


class Picture:
    """A page in grey, as pdftoppm writes it (PGM); places are asked for in pt."""

    def __init__(self, path: Path) -> None:
        kind, width, height, most, self.pixels = path.read_bytes().split(maxsplit=4)
        assert (kind, most) == (b"P5", b"255")
        self.width, self.height = int(width), int(height)
        assert len(self.pixels) == self.width * self.height

    def ink(self, box: Box, but: Iterable[Box] = ()) -> int:
        """Return how many pixels of a box, a pixel's breadth inside it, are not white, those of `but` left out."""
        pixels = bytearray(self.pixels)
        for left, top, right, bottom in (self._corners(other, 1) for other in but):
            for y in range(top, bottom):
                pixels[y * self.width + left : y * self.width + right] = b"\xff" * (right - left)
        left, top, right, bottom = self._corners(box, -1)
        rows = (pixels[y * self.width + left : y * self.width + right] for y in range(top, bottom))
        return sum(len(row.translate(None, bytes(range(250, 256)))) for row in rows)

    def _corners(self, box: Box, wider: int) -> tuple[int, int, int, int]:
        scale = DPI / 72
        left, top = math.floor(box.x * scale) - wider, math.floor(box.y * scale) - wider
        right = math.ceil((box.x + box.width) * scale) + wider
        bottom = math.ceil((box.y + box.height) * scale) + wider
        return max(left, 0), max(top, 0), min(right, self.width), min(bottom, self.height)


def pictures(data: bytes, folder: Path) -> list[Picture]:
    """Return a PDF's pages as grey pictures of 100 dpi."""
    path = folder / "form.pdf"
    path.write_bytes(data)
    subprocess.run(["pdftoppm", "-r", str(DPI), "-gray", str(path), str(folder / "page")], check=True)
    return [Picture(page) for page in sorted(folder.glob("page*.pgm"))]


def around(placed: Placed) -> Box:
    """Return a strip that a text's ink cannot leave, accents and descenders included."""
    return Box(placed.x - 2, placed.y - 1.1 * placed.size, placed.width + 4, 1.5 * placed.size)


def words(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("form", SAMPLES.values(), ids=SAMPLES)
def test_the_text_of_a_pdf_is_the_text_of_its_form(form: Form, fonts: Fonts, tmp_path: Path) -> None:
    data = pdf_form.render([form], fonts)
    placed = [t.text for page in lay_out(form, fonts) for t in page.all_texts]
    extracted = "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    assert words(extracted) == words("".join(placed))
    said = words(told("pdftotext", data, tmp_path, "-raw", "-enc", "UTF-8"))
    # Poppler may put what stands beside each other in another order, but loses and changes nothing.
    assert sorted(said) == sorted(words("".join(placed)))
    if len(lay_out(form, fonts)) == 1:
        mark = marks.lines(form.mark, form.name, 1, 1) if form.mark else ()
        assert sorted(said) == sorted(words("".join([*samples.lines_of(form), *mark])))


@pytest.mark.parametrize("form", SAMPLES.values(), ids=SAMPLES)
def test_all_fonts_are_embedded_as_subsets_and_can_be_copied_from(form: Form, fonts: Fonts, tmp_path: Path) -> None:
    rows = told("pdffonts", pdf_form.render([form], fonts), tmp_path).splitlines()[2:]
    assert rows
    for row in rows:
        assert re.search(r"^[A-Z]{6}\+\S+ +CID (TrueType|Type 0C) +Identity-H +yes yes yes ", row), row
    assert len({row.split()[0] for row in rows}) == len(rows)


def test_words_in_stretched_lines_are_found_whole(fonts: Fonts, tmp_path: Path) -> None:
    sentence = "以影像为笔，记录新时代奋斗者的身影；"
    data = pdf_form.render([a_form(TextBlock(text(sentence * 12)))], fonts)
    said = told("pdftotext", data, tmp_path, "-enc", "UTF-8").replace("\n", "")
    assert said.count(sentence) == 12


def test_characters_beyond_the_first_plane_are_copied_as_typed(fonts: Fonts, tmp_path: Path) -> None:
    typed = "䶮㛃𬎆𬭛𫖯𫍯𠅤"
    data = pdf_form.render([a_form(TextBlock(text(typed)))], fonts)
    assert typed in told("pdftotext", data, tmp_path, "-enc", "UTF-8")
    assert typed in PdfReader(io.BytesIO(data)).pages[0].extract_text()


def test_invisible_characters_survive_in_the_text(fonts: Fonts) -> None:
    typed = "甲\u200b乙\u202e丙\u202c丁\ufe00戊\U000e0100己\u2066庚\u2069\u00ad辛"
    data = pdf_form.render([a_form(TextBlock(text(typed)))], fonts)
    assert typed in PdfReader(io.BytesIO(data)).pages[0].extract_text()


def test_no_glyph_is_blank_where_something_should_stand(fonts: Fonts, tmp_path: Path) -> None:
    typed = "䶮㛃𬎆𬭛𫖯𫍯𠅤㼆㙍䲜Aé1，。—…"
    form = a_form(*(TextBlock(text(char)) for char in typed), attachment="", title="", text_size=10.5)
    (picture,) = pictures(pdf_form.render([form], fonts), tmp_path)
    placed = lay_out(form, fonts)[0].texts
    assert len(placed) == len(typed)
    for t in placed:
        assert picture.ink(around(t)) > 2, t.text


@pytest.mark.parametrize("name", ["ordinary", "empty", "none", "long", "creators", "rare", "words", "endless"])
def test_the_places_for_seals_are_white(name: str, fonts: Fonts, tmp_path: Path) -> None:
    for form in samples.forms_of(samples.drafts()[name]).values():
        folder = tmp_path / form.id
        folder.mkdir()
        pages = lay_out(form, fonts)
        assert sum(len(page.seals) for page in pages) == 1
        for page, picture in zip(pages, pictures(pdf_form.render([form], fonts), folder), strict=True):
            for seal in page.seals:
                labels = [around(t) for t in page.texts if "盖章" in t.text]
                assert picture.ink(seal, but=labels) == 0


def test_only_borders_and_print_make_ink(fonts: Fonts, tmp_path: Path) -> None:
    form = samples.forms_of(samples.ordinary_draft())["entry"]
    (page,) = lay_out(form, fonts)
    (picture,) = pictures(pdf_form.render([form], fonts), tmp_path)
    borders = [
        edge
        for b in page.boxes
        for edge in (
            Box(b.x, b.y, b.width, 0),
            Box(b.x, b.y + b.height, b.width, 0),
            Box(b.x, b.y, 0, b.height),
            Box(b.x + b.width, b.y, 0, b.height),
        )
    ]
    whole = Box(0, 0, page.width, page.height)
    assert picture.ink(whole) > 1000
    assert page.mark
    assert picture.ink(whole, but=[*borders, *map(around, page.all_texts), *page.mark.squares]) == 0


def test_the_same_forms_make_the_same_bytes(fonts: Fonts) -> None:
    forms = list(samples.forms_of(samples.ordinary_draft()).values())
    assert pdf_form.render(forms, fonts) == pdf_form.render(forms, Fonts.load("open"))
    assert pdf_form.render(forms[:1], fonts) != pdf_form.render(forms[1:2], fonts)


def test_several_forms_make_one_document_each_on_its_own_page_and_paper(fonts: Fonts) -> None:
    forms = list(samples.forms_of(samples.ordinary_draft()).values())
    pages = PdfReader(io.BytesIO(pdf_form.render(forms, fonts))).pages
    assert len(pages) == 3
    assert [
        (round(float(p.mediabox.width) / 72 * 25.4), round(float(p.mediabox.height) / 72 * 25.4)) for p in pages
    ] == [
        (210, 297),
        (210, 297),
        (297, 210),
    ]
    assert [form.title in words(page.extract_text()) for form, page in zip(forms, pages, strict=True)] == [True] * 3


def test_a_document_says_its_language_and_title_and_is_compressed(fonts: Fonts) -> None:
    form = samples.forms_of(samples.ordinary_draft())["entry"]
    data = pdf_form.render([form], fonts)
    reader = PdfReader(io.BytesIO(data))
    assert reader.root_object["/Lang"] == "zh-CN"
    assert reader.metadata is not None
    assert reader.metadata.title == form.title
    assert reader.pages[0]["/Contents"].get_object()["/Filter"] == ["/FlateDecode"]
    assert len(data) < 200_000
    named = PdfReader(io.BytesIO(pdf_form.render([form], fonts, title="全部表格", subject="示范大学"))).metadata
    assert named is not None
    assert (named.title, named.subject) == ("全部表格", "示范大学")


def test_no_helvetica_gets_in(fonts: Fonts) -> None:
    data = pdf_form.render([a_form(TextBlock(text("甲")))], fonts)
    assert b"Helvetica" not in data
    assert len(PdfReader(io.BytesIO(data)).pages[0]["/Resources"]["/Font"]) == 3


def test_the_embedded_font_files_are_sound(fonts: Fonts) -> None:
    page = PdfReader(io.BytesIO(pdf_form.render([a_form(TextBlock(text("甲 𬎆乙A")))], fonts))).pages[0]
    kinds = set()
    for font in page["/Resources"]["/Font"].values():
        descendant = font.get_object()["/DescendantFonts"][0].get_object()
        descriptor, widths = descendant["/FontDescriptor"], list(descendant["/W"][1])
        kinds.add(descendant["/Subtype"])
        if descendant["/Subtype"] == "/CIDFontType2":
            file = TTFont(io.BytesIO(descriptor["/FontFile2"].get_data()), checkChecksums=2)
            scale = 1000 / file["head"].unitsPerEm
            made = [round(file["hmtx"][name][0] * scale) for name in file.getGlyphOrder()]
        else:
            assert descriptor["/FontFile3"]["/Subtype"] == "/CIDFontType0C"
            made = cff_widths(descriptor["/FontFile3"].get_data())
        assert made[1:] == widths
    assert kinds == {"/CIDFontType0", "/CIDFontType2"}


def test_characters_without_a_font_are_named_and_nothing_is_drawn(fonts: Fonts) -> None:
    grid = Grid((100,), (Row(),), (cell(0, 0, "甲😀"),))
    form = a_form(grid, LineBlock(text("乙"), text("\U00014400")))
    with pytest.raises(AppError, match=r"“😀”（U\+1F600）、.*U\+14400"):
        pdf_form.render([form], fonts)


@pytest.mark.parametrize("kind", ["glyf", "composite", "cff", "cff2"])
def test_a_font_of_this_computer_is_embedded_in_any_outline_format(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setenv("WEIYING_FONTS", "system")
    font_files.fonts_in.cache_clear()
    make_font(font_files.system_folders()[-1] / "FS.otf", "仿宋_GB2312", "甲", kind=kind, em=2048)
    form = a_form(TextBlock(text("甲乙")), attachment="", title="", text_size=60)
    data = pdf_form.render([form], Fonts.load())
    names = told("pdffonts", data, tmp_path)
    assert "+Made-Regular " in names
    (picture,) = pictures(data, tmp_path)
    placed = lay_out(form, Fonts.load())[0].texts[0]
    # The made glyph is a square from 0.05 (100 of 2048 units) to 0.75 em, and from the baseline up to 0.7.
    square = Box(placed.x + 0.06 * 60, placed.y - 0.68 * 60, 0.66 * 60, 0.66 * 60)
    scale = DPI / 72
    assert picture.ink(square) > 0.9 * square.width * square.height * scale**2
    assert picture.ink(Box(placed.x, placed.y + 2, 60, 20)) == 0


def test_what_no_form_can_hold_is_left_out(fonts: Fonts, tmp_path: Path) -> None:
    typed = "甲\x00\x0b乙\ud800丙\uffff丁\t戊"
    data = pdf_form.render([a_form(TextBlock((Run(typed),)))], fonts)
    assert clean(typed) == "甲乙丙丁 戊"
    assert clean(typed) in told("pdftotext", data, tmp_path, "-enc", "UTF-8")
