"""Scans that come back: printed by us, drawn by another program, sealed and spoiled, and read by the real children."""

import os
import random
import signal
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pypdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from app.errors import AppError, Cancelled
from app.exporters.fonts import Fonts
from app.exporters.forms import Form, build_forms
from app.media import MediaFacts
from app.scan_reading import Expected, ScannedPage, ScanReader, Seals, assign, expected_forms, judged, read_scans
from tests import scanned
from tests.exporters import samples

DPI = 150


class Batch:
    """Two works' forms, printed and sealed: `pages` in the order of `wanted`, each form one page."""

    def __init__(self, folder: Path) -> None:
        self.fonts = Fonts.load("open")
        self.draft = samples.ordinary_draft(works=2)
        self.forms = self.forms_of(self.draft)
        self.wanted = expected_forms(self.forms, self.fonts)
        self.bare = scanned.rendered(self.forms, self.fonts, folder, DPI)
        self.pages = scanned.sealed(self.bare, self.forms, self.fonts)

    @staticmethod
    def forms_of(draft) -> list[Form]:
        facts = {work.id: MediaFacts(duration_ms=299_000) for work in draft.works}
        return build_forms(draft, samples.campaign(), facts)


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return Batch(tmp_path_factory.mktemp("printed"))


@pytest.fixture
def reader() -> Iterator[ScanReader]:
    made = ScanReader()
    yield made
    made.close()


def key(page: ScannedPage | Expected) -> tuple[str, str]:
    return page.work, page.form


def save(image: Image.Image, path: Path, quality: int = 80) -> Path:
    image.save(path, quality=quality) if path.suffix == ".jpg" else image.save(path)
    return path


def as_pdf(images: list[Image.Image], path: Path) -> Path:
    # Copies, since Pillow leaves notes for the next saving in the pictures.
    first, *rest = [image.copy() for image in images]
    first.save(path, "PDF", resolution=DPI, save_all=True, append_images=rest)
    return path


def test_what_is_waited_for_are_the_forms_with_a_place_for_a_seal(batch: Batch) -> None:
    assert [(f.folder, f.name, f.seals) for f in batch.wanted] == [
        ("01_光影里的蜀道", "承诺书", (True,)), ("01_光影里的蜀道", "报名表", (True,)),
        ("02_光影里的蜀道", "承诺书", (True,)), ("02_光影里的蜀道", "报名表", (True,)), ("", "汇总表", (True,)),
    ]  # fmt: skip


def test_only_the_page_with_the_place_waits_for_a_seal(batch: Batch) -> None:
    forms = list(samples.forms_of(samples.drafts()["endless"]).values())
    seals = {form.form: form.seals for form in expected_forms(forms, batch.fonts)}
    assert len(seals["entry"]) > 1
    assert seals["entry"] == (False,) * (len(seals["entry"]) - 1) + (True,)


def test_forms_without_marks_are_waited_for_too(batch: Batch) -> None:
    bare = expected_forms([form._replace(mark=None) for form in batch.forms], batch.fonts)
    assert len({form.tag for form in bare}) == len(bare) == 5


def test_every_kind_of_file_is_read_in_any_order_and_any_way_up(batch: Batch, tmp_path: Path) -> None:
    letter, entry, second_letter, second_entry, summary = batch.pages
    pdf, tiff = tmp_path / "扫描 1.PDF", tmp_path / "扫描.tif"
    as_pdf([second_entry.rotate(90, expand=True), letter], pdf)
    summary.copy().save(tiff, save_all=True, append_images=[entry.rotate(180)], compression="tiff_deflate")
    png = save(scanned.skewed(second_letter, 4), tmp_path / "a.png")
    calls = []
    pages = read_scans([pdf, png, tiff], batch.wanted, lambda *told: calls.append(told))
    order = [3, 0, 2, 4, 1]
    assert [(page.path, page.number) for page in pages] == [(pdf, 1), (pdf, 2), (png, 1), (tiff, 1), (tiff, 2)]
    assert [key(page) for page in pages] == [key(batch.wanted[at]) for at in order]
    assert [page.status for page in pages] == ["matched"] * 5
    assert [page.turn for page in pages] == [90, 0, 0, 0, 180]
    assert [(page.form_page, page.form_pages, page.red_seal, page.note) for page in pages] == [(1, 1, True, "")] * 5
    assert [done for done, _, _ in calls] == [1, 2, 3, 4, 5]
    assert {total for _, total, _ in calls} == {5}
    assert {name for *_, name in calls} == {"扫描 1.PDF", "a.png", "扫描.tif"}


def photo(seed: int, tilt: float) -> Callable[[Image.Image], Image.Image]:
    return lambda page: scanned.photographed(page, seed, tilt, (2250, 3000))


SPOILED: dict[str, Callable[[Image.Image], Image.Image]] = {
    "tinted and noisy": lambda page: scanned.on_paper(page, noise=25),
    "askew": lambda page: scanned.skewed(scanned.on_paper(page), 17),
    "upside down and askew": lambda page: scanned.skewed(scanned.on_paper(page), 175),
    "out of focus": lambda page: scanned.on_paper(scanned.blurred(page, 0.15, DPI)),
    "a photograph": photo(1, 0.1),
    "a photograph from the side": photo(2, 0.25),
    "two thirds of the resolution": lambda page: page.resize((page.width * 2 // 3, page.height * 2 // 3)),
    "dark": lambda page: scanned.noisy(page.point(lambda value: value * 0.3 + 10), 5),
    "faint": lambda page: scanned.noisy(page.point(lambda value: 190 + value * 65 / 255), 6),
}


@pytest.mark.parametrize("way", SPOILED)
def test_a_spoiled_scan_is_matched_and_its_seal_seen(way: str, batch: Batch, tmp_path: Path) -> None:
    paths = [save(SPOILED[way](page), tmp_path / f"{at}.jpg") for at, page in enumerate(batch.pages[:2])]
    pages = read_scans(paths, batch.wanted)
    assert [(key(page), page.status, page.red_seal) for page in pages] == [
        (key(form), "matched", True) for form in batch.wanted[:2]
    ]


@pytest.mark.parametrize("way", ["tinted and noisy", "askew", "a photograph", "dark", "faint"])
def test_a_page_without_its_seal_asks_for_a_look(way: str, batch: Batch, tmp_path: Path) -> None:
    [page] = read_scans([save(SPOILED[way](batch.bare[1]), tmp_path / "a.jpg")], batch.wanted)
    assert (page.status, page.red_seal, page.note) == ("matched", False, "未见红章，请确认。")


@pytest.mark.parametrize("desk", [scanned.WOOD, scanned.RED_CLOTH], ids=["wood", "red cloth"])
@pytest.mark.parametrize("tilt", [0.05, 0.2])
def test_the_table_under_a_page_is_no_seal(
    desk: tuple[int, int, int], tilt: float, batch: Batch, tmp_path: Path
) -> None:
    read = {}
    for name, pages in (("bare", batch.bare), ("sealed", batch.pages)):
        photos = [scanned.photographed(page, seed, tilt, (2250, 3000), desk) for seed, page in enumerate(pages)]
        paths = [save(image, tmp_path / f"{name}{at}.jpg") for at, image in enumerate(photos)]
        read[name] = [(page.status, page.red_seal) for page in read_scans(paths, batch.wanted)]
    assert read["bare"] == [("matched", False)] * 5
    assert read["sealed"] == [("matched", True)] * 5


def test_a_weak_seal_is_seen(batch: Batch, tmp_path: Path) -> None:
    weak = scanned.sealed(batch.bare, batch.forms, batch.fonts, weak=True)
    paths = [save(scanned.on_paper(page), tmp_path / f"{at}.jpg", 60) for at, page in enumerate(weak)]
    assert [page.red_seal for page in read_scans(paths, batch.wanted)] == [True] * 5


def test_a_few_red_strokes_are_no_seal(batch: Batch, tmp_path: Path) -> None:
    image = scanned.on_paper(batch.bare[1])
    ImageDraw.Draw(image).line((300, 300, 420, 320, 380, 380), fill=(210, 30, 40), width=3)
    [page] = read_scans([save(image, tmp_path / "a.png")], batch.wanted)
    assert page.red_seal is False


def test_a_grey_scan_cannot_tell(batch: Batch, tmp_path: Path) -> None:
    grey = batch.pages[1].convert("L")
    paths = [save(grey, tmp_path / "grey.png"), save(grey.convert("RGB"), tmp_path / "grey.jpg"),
             save(grey.convert("1"), tmp_path / "black.tif")]  # fmt: skip
    for page in read_scans(paths, batch.wanted):
        assert (page.status, page.red_seal) == ("matched", None)
        assert page.note == "黑白扫描，无法判断有没有红章，请确认。"


def test_a_seal_on_the_code_itself_does_not_hide_it(batch: Batch, tmp_path: Path) -> None:
    page = batch.bare[1]
    mm = page.width / 210
    covered = scanned.with_seal(page, (34 * mm, page.height - 12 * mm), mm)
    [read] = read_scans([save(scanned.on_paper(covered), tmp_path / "a.jpg")], batch.wanted)
    assert (key(read), read.status, read.red_seal) == (key(batch.wanted[1]), "matched", True)


def test_a_form_that_has_changed_since_is_out_of_date(batch: Batch, tmp_path: Path) -> None:
    works = (msgspec.structs.replace(batch.draft.works[0], synopsis="改过的简介"), batch.draft.works[1])
    now = expected_forms(batch.forms_of(msgspec.structs.replace(batch.draft, works=works)), batch.fonts)
    paths = [save(page, tmp_path / f"{at}.png") for at, page in enumerate(batch.pages)]
    pages = read_scans(paths, now)
    assert [page.status for page in pages] == ["matched", "out_of_date", "matched", "matched", "out_of_date"]
    assert "已过期" in pages[1].note
    assert key(pages[1]) == key(batch.wanted[1])


def test_a_form_of_a_work_that_is_gone_is_not_known(batch: Batch, tmp_path: Path) -> None:
    draft = msgspec.structs.replace(batch.draft, works=batch.draft.works[:1])
    [page] = read_scans([save(batch.pages[2], tmp_path / "a.png")], expected_forms(batch.forms_of(draft), batch.fonts))
    assert page.status == "unknown_form"
    assert page.note.startswith("不是这份草稿现有的表格")


ONE = Expected("w1", "one", "", "单页", "AAAAAAAA", "CCCCCCCC", (True,))
TWO = Expected("w1", "two", "", "双页", "BBBBBBBB", "CCCCCCCC", (False, True))


def marked(form: Expected, page: int = 0, pages: int = 0) -> ScannedPage:
    """Return a page as it is read, not yet told which form it is."""
    seen = ScannedPage(Path("a.png"), 1, "unknown_form", tag=form.tag, content=form.content)
    return seen._replace(form_page=page, form_pages=pages)


def test_a_page_without_its_number_is_the_only_one_or_asks_which() -> None:
    [page] = judged([marked(ONE)], [ONE, TWO])
    assert (page.status, page.form_page, page.form_pages, page.seal_wanted) == ("matched", 1, 1, True)
    [page] = judged([marked(TWO)], [ONE, TWO])
    assert (page.status, page.form_page, page.form) == ("which_page", 0, "two")
    # Word laid it out on two pages, where we draw one.
    assert [page.status for page in judged([marked(ONE), marked(ONE)], [ONE, TWO])] == ["which_page"] * 2


def test_what_a_page_is_changes_with_the_forms() -> None:
    [page] = judged([marked(TWO, 2, 2)], [TWO])
    assert (page.status, page.seal_wanted) == ("matched", True)
    [page] = judged([page], [TWO._replace(content="DDDDDDDD")])
    assert page.status == "out_of_date"
    [page] = judged([page], [ONE])
    assert (page.status, page.form) == ("unknown_form", "")
    [page] = judged([page], [TWO])
    assert (page.status, page.form, page.form_page) == ("matched", "two", 2)


def test_a_form_on_another_number_of_pages_wants_its_seal_on_any() -> None:
    seals = [page.seal_wanted for page in judged([marked(TWO, 1, 2), marked(TWO, 1, 1)], [TWO])]
    assert seals == [False, True]


def test_what_was_laid_out_is_not_laid_out_again(batch: Batch) -> None:
    known: Seals = {}
    first = expected_forms(batch.forms, batch.fonts, known)
    assert set(known) == {(form.form, form.tag, form.content) for form in first}
    known[first[0].form, first[0].tag, first[0].content] = (False, True)
    assert expected_forms(batch.forms, batch.fonts, known)[0].seals == (False, True)


def test_a_page_without_a_code_is_shown_and_assigned_by_hand(batch: Batch, tmp_path: Path, reader: ScanReader) -> None:
    torn = batch.pages[1].crop((0, 0, batch.pages[1].width, batch.pages[1].height * 9 // 10))
    path = save(torn, tmp_path / "torn.jpg")
    [page] = read_scans([path], batch.wanted)
    assert (page.status, page.note) == ("no_mark", "没有认出页脚的二维码，请对照画面指定是哪张表。")
    shown = reader.show(page, 300, 400)
    assert shown.height == 400 or shown.width == 300
    assert len(shown.pixels) == shown.width * shown.height * 3
    drawn = Image.frombytes("RGB", (shown.width, shown.height), shown.pixels)
    expected = torn.resize(drawn.size, Image.Resampling.BOX)
    differing = sum(abs(a - b) > 60 for a, b in zip(drawn.tobytes(), expected.tobytes(), strict=True))
    assert differing < len(shown.pixels) / 50
    given = assign(page, batch.wanted[1])
    assert (given.status, key(given), given.note) == ("matched", key(batch.wanted[1]), "")


def test_empty_back_sides_are_told_apart(batch: Batch, tmp_path: Path) -> None:
    white = Image.new("RGB", batch.pages[0].size, "white")
    through = Image.blend(batch.pages[1].transpose(Image.Transpose.FLIP_LEFT_RIGHT), white, 0.85)
    pdf = tmp_path / "duplex.pdf"
    sides = [scanned.on_paper(white), batch.pages[1], scanned.on_paper(through)]
    as_pdf([batch.pages[0], *sides], pdf)
    assert [page.status for page in read_scans([pdf], batch.wanted)] == ["matched", "blank", "matched", "blank"]


@pytest.mark.parametrize("way", [*SPOILED, "as it is"])
def test_a_code_that_shines_through_thin_paper_is_not_the_page(way: str, batch: Batch, tmp_path: Path) -> None:
    white = Image.new("RGB", batch.pages[0].size, "white")
    through = Image.blend(batch.pages[1].transpose(Image.Transpose.FLIP_LEFT_RIGHT), white, 0.4)
    spoil = SPOILED.get(way, lambda page: page)
    [page] = read_scans([save(spoil(through), tmp_path / "a.jpg")], batch.wanted)
    assert page.status in {"no_mark", "blank"}


def test_two_pages_in_one_photograph_are_both_found(batch: Batch, tmp_path: Path) -> None:
    left, right = batch.pages[0], batch.pages[1]
    both = Image.new("RGB", (left.width * 2, left.height))
    both.paste(left)
    both.paste(right, (left.width, 0))
    pages = read_scans([save(both, tmp_path / "a.jpg")], batch.wanted)
    assert sorted(map(key, pages)) == sorted(map(key, batch.wanted[:2]))


def test_a_telephones_orientation_is_taken_where_there_is_no_code(tmp_path: Path, reader: ScanReader) -> None:
    image = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(image).rectangle((0, 0, 199, 149), fill="blue")
    exif = Image.Exif()
    exif[274] = 6
    path = tmp_path / "a.jpg"
    image.save(path, exif=exif)
    [page] = read_scans([path], [])
    assert page.turn == 90
    shown = reader.show(page, 300, 400)
    assert (shown.width, shown.height) == (300, 400)
    drawn = Image.frombytes("RGB", (300, 400), shown.pixels)
    assert drawn.getpixel((280, 20))[2] > 200 > drawn.getpixel((280, 20))[0]
    assert drawn.getpixel((20, 20))[0] > 200


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory, batch: Batch) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("broken")
    files = {}

    def add(name: str, data: bytes) -> None:
        files[name] = folder / name
        files[name].write_bytes(data)

    good = folder / "good.pdf"
    as_pdf([batch.pages[0]], good)
    jpg = save(batch.pages[0], folder / "good.jpg").read_bytes()
    add("empty.pdf", b"")
    add("text.pdf", "不是扫描件".encode() * 100)
    add("text.jpg", b"hello")
    add("cut.pdf", good.read_bytes()[:2000])
    add("cut.jpg", jpg[: len(jpg) // 2])
    add("noise.pdf", b"%PDF-1.7\n" + random.Random(1).randbytes(20_000))
    add("noise.jpg", jpg[:400] + random.Random(2).randbytes(20_000))
    add("photo.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100))
    add("bomb.png", png_header(60_000, 60_000))
    add("pages.tif", tiff_loop())
    locked = folder / "locked.pdf"
    writer = pypdf.PdfWriter(good)
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(locked)
    files["locked.pdf"] = locked
    files["missing.pdf"] = folder / "missing.pdf"
    files["folder.pdf"] = folder / "folder.pdf"
    files["folder.pdf"].mkdir()
    none = pypdfium2.PdfDocument.new()
    none.save(folder / "none.pdf")
    files["none.pdf"] = folder / "none.pdf"
    return files


def png_header(width: int, height: int) -> bytes:
    """Return a PNG that says it is so large, with next to nothing in it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(bytes(100_000))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def tiff_loop() -> bytes:
    """Return a TIFF whose only page names itself as the next."""
    return bytes.fromhex("49492a0008000000") + bytes.fromhex("0000") + bytes.fromhex("08000000")


WHY = {
    "empty.pdf": "文件是空的",
    "text.pdf": "不是 PDF，也不是能读的图片",
    "text.jpg": "不是 PDF，也不是能读的图片",
    "cut.jpg": "文件已损坏",
    "noise.pdf": "PDF 已损坏",
    "noise.jpg": "",
    "photo.heic": "HEIC",
    "bomb.png": "图片太大",
    "pages.tif": "",
    "locked.pdf": "有密码",
    "missing.pdf": "找不到这个文件",
    "folder.pdf": "",
    "none.pdf": "",
}


def test_files_that_cannot_be_read_say_why_and_cost_no_other(
    batch: Batch, broken: dict[str, Path], tmp_path: Path
) -> None:
    good = save(batch.pages[0], tmp_path / "good.png")
    paths = [path for name, path in broken.items() if name != "cut.pdf"]
    pages = read_scans([*paths, good], batch.wanted)
    assert pages[-1].status == "matched"
    told = {page.path.name: page for page in pages[:-1]}
    assert set(told) == set(WHY)
    for name, why in WHY.items():
        assert told[name].status == "broken", name
        assert why in told[name].detail, name
        assert told[name].note.startswith(f"“{name}”读不了：")


def test_half_a_pdf_costs_nothing_but_itself(batch: Batch, broken: dict[str, Path]) -> None:
    # PDFium may mend it and show a page, or not: either is well.
    pages = read_scans([broken["cut.pdf"]], batch.wanted)
    assert {page.status for page in pages} <= {"broken", "no_mark", "blank", "matched"}


def test_a_page_that_would_be_enormous_is_drawn_small(tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument.new()
    for size in ((14_400, 14_400), (14_400, 1), (0.01, 0.01)):
        document.new_page(*size)
    path = tmp_path / "huge.pdf"
    document.save(path)
    assert {page.status for page in read_scans([path], [])} <= {"blank", "broken", "no_mark"}


def test_a_child_that_dies_costs_the_page_it_was_at(batch: Batch, tmp_path: Path, reader: ScanReader) -> None:
    path = save(batch.pages[0], tmp_path / "a.png")
    assert reader.count(path) == 1
    child = reader._child
    assert child
    os.kill(child.pid, signal.SIGTERM)
    child._process.wait()
    assert reader.look(path, 1)["texts"]


def scan_children() -> list[str]:
    """Return the command lines of our reading children that are still there."""
    ours = Path("/proc/self/task").glob("*/children")
    pids = [pid for file in ours for pid in file.read_text(encoding="ascii").split()]
    lines = [Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8") for pid in pids]
    return [line for line in lines if "--scan-child" in line]


def test_reading_can_be_cancelled(batch: Batch, tmp_path: Path) -> None:
    pdf = tmp_path / "many.pdf"
    as_pdf([batch.pages[0], *batch.pages[1:] * 8], pdf)
    seen = []
    with pytest.raises(Cancelled):
        read_scans([pdf], batch.wanted, lambda done, total, name: seen.append(done), lambda: len(seen) >= 2)
    assert 2 <= len(seen) < 33
    if sys.platform == "linux":
        assert scan_children() == []


def test_nothing_to_read_is_nothing(batch: Batch) -> None:
    assert read_scans([], batch.wanted) == []


def test_pages_of_several_files_become_one_pdf_the_right_way_up(
    batch: Batch, tmp_path: Path, reader: ScanReader
) -> None:
    side = batch.pages[1].rotate(90, expand=True)
    jpg, png, pdf = save(side, tmp_path / "a.jpg"), save(side, tmp_path / "a.png"), tmp_path / "a.pdf"
    as_pdf([side, side], pdf)
    to = tmp_path / "neu" / "合.pdf"
    reader.join([(jpg, 1, 90), (png, 1, 90), (pdf, 2, 90)], to)
    pages = read_scans([to], batch.wanted)
    assert [(key(page), page.status, page.turn, page.red_seal) for page in pages] == [
        (key(batch.wanted[1]), "matched", 0, True)
    ] * 3
    assert [p.name for p in to.parent.iterdir()] == ["合.pdf"]
    told = subprocess.run(["pdfinfo", "-f", "1", "-l", "3", str(to)], capture_output=True, check=True)
    assert told.stderr == b""


def test_a_joined_pdf_that_cannot_be_written_leaves_nothing(batch: Batch, tmp_path: Path, reader: ScanReader) -> None:
    png = save(batch.pages[0], tmp_path / "a.png")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(AppError, match="没有写成"):
        reader.join([(png, 1, 0)], tmp_path / "file" / "a.pdf")
    with pytest.raises(AppError, match="没有写成"):
        reader.join([(tmp_path / "missing.png", 1, 0)], tmp_path / "a.pdf")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.png", "file"]
