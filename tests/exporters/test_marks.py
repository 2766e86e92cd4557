"""The marks on printed pages: what they say, where they stand, and that every reader reads them."""

import subprocess
from pathlib import Path

import msgspec
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.draft import Creator, Draft, Unit
from app.exporters import pdf_form
from app.exporters.fonts import Fonts
from app.exporters.forms import Form, build_forms
from app.exporters.layout import lay_out
from app.exporters.marks import Mark, PageMark, lines, make_mark, modules, parse, payload
from app.exporters.page import MM, Page
from tests.exporters import samples


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    return Fonts.load("open")


def mark_of(draft: Draft, form: str = "entry") -> Mark:
    mark = samples.forms_of(draft)[form].mark
    assert mark
    return mark


def printed_codes(forms: list[Form], fonts: Fonts, folder: Path, dpi: int = 150) -> list[PageMark | None]:
    """Return what another program's picture of each page says to the reader."""
    pdf = folder / "forms.pdf"
    pdf.write_bytes(pdf_form.render(forms, fonts))
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", str(pdf), str(folder / "page")], check=True)
    found = []
    for path in sorted(folder.glob("page*.png")):
        with Image.open(path) as picture:
            codes = zxingcpp.read_barcodes(picture.convert("L"))
        found += [parse(code.text) for code in codes] or [None]
    return found


def test_every_page_says_which_form_and_page_it_is(fonts: Fonts, tmp_path: Path) -> None:
    forms = list(samples.forms_of(samples.drafts()["long"]).values())
    wanted = []
    for form in forms:
        total = len(lay_out(form, fonts))
        assert form.mark
        wanted += [PageMark(form.mark.tag, form.mark.content, page, total) for page in range(1, total + 1)]
    assert len(wanted) > len(forms)
    assert printed_codes(forms, fonts, tmp_path) == wanted


def test_the_words_beside_the_code_say_the_same_for_people(fonts: Fonts) -> None:
    forms = samples.forms_of(samples.ordinary_draft())
    for form in forms.values():
        (page,) = lay_out(form, fonts)
        assert page.mark
        assert form.mark
        assert tuple(text.text for text in page.mark.texts) == lines(form.mark, form.name, 1, 1)
    assert lines(mark_of(samples.ordinary_draft()), "报名表", 2, 3)[:2] == ("作品 01", "报名表　第 2 页，共 3 页")
    assert not mark_of(samples.ordinary_draft(), "summary").label


@pytest.mark.parametrize("name", ["ordinary", "empty", "none", "long", "endless", "many", "hostile"])
def test_a_mark_stands_in_the_bottom_margin_away_from_all_else(name: str, fonts: Fonts) -> None:
    for form in samples.forms_of(samples.drafts()[name]).values():
        for page in lay_out(form, fonts):
            left, top, right, bottom = code_box(page)
            assert page.height - form.margins[2] * MM + 1.7 * MM < top
            assert bottom < page.height - 3.9 * MM
            assert right - left == pytest.approx(bottom - top)
            assert 12 * MM <= right - left + 0.01 <= 14 * MM
            assert page.mark
            for text in page.mark.texts:
                assert right + 1.9 * MM < text.x
                assert text.x + text.width < page.width / 2 - 15 * MM
                assert top - 1 < text.y - 0.8 * text.size
                assert text.y + 0.2 * text.size < bottom + 1
            printed = [t for t in page.texts if t.y > page.height - form.margins[2] * MM]
            assert all(t.x > page.width / 2 - 18 * MM for t in printed)


def code_box(page: Page) -> tuple[float, float, float, float]:
    assert page.mark
    squares = page.mark.squares
    return (
        min(s.x for s in squares),
        min(s.y for s in squares),
        max(s.x + s.width for s in squares),
        max(s.y + s.height for s in squares),
    )


def test_marks_change_nothing_of_the_form_itself(fonts: Fonts) -> None:
    for draft in samples.drafts().values():
        for form in samples.forms_of(draft).values():
            if len(draft.works) > 10:
                continue
            marked, bare = lay_out(form, fonts), lay_out(form._replace(mark=None), fonts)
            assert [page._replace(mark=None) for page in marked] == bare


def test_a_pack_can_do_without_marks(fonts: Fonts) -> None:
    campaign = msgspec.structs.replace(samples.campaign(), marks=False)
    forms = build_forms(samples.ordinary_draft(), campaign, {})
    assert [form.mark for form in forms] == [None] * 3
    assert all(page.mark is None for form in forms for page in lay_out(form, fonts))


def test_a_margin_too_low_for_a_code_stays_without(fonts: Fonts) -> None:
    form = samples.forms_of(samples.ordinary_draft())["commitment"]
    assert [lay_out(form._replace(margins=(37, 26, bottom, 28)), fonts)[0].mark is None for bottom in (15.9, 16.1)] == [
        True,
        False,
    ]


def test_a_long_name_is_cut_before_the_pages_number(fonts: Fonts) -> None:
    form = samples.forms_of(samples.ordinary_draft())["commitment"]._replace(name="名" * 60)
    (page,) = lay_out(form, fonts)
    assert page.mark
    text = page.mark.texts[1]
    assert text.text.endswith("…")
    assert text.x + text.width < page.width / 2 - 15 * MM


def test_the_content_changes_with_the_words_and_with_nothing_else() -> None:
    one = samples.ordinary_draft()
    assert mark_of(one) == mark_of(samples.ordinary_draft())
    other = samples.with_work(creators=(Creator("导演", "王芳"),))
    assert mark_of(other).tag == mark_of(one).tag
    assert mark_of(other).content != mark_of(one).content
    assert mark_of(other, "commitment") == mark_of(one, "commitment")
    unit = msgspec.structs.replace(one, unit=Unit(name="别的单位"))
    assert mark_of(unit, "commitment").content != mark_of(one, "commitment").content


def test_a_work_that_is_moved_keeps_its_tag_and_content() -> None:
    draft = samples.ordinary_draft(works=2)
    moved = msgspec.structs.replace(draft, works=draft.works[::-1])
    before = {(f.work, f.id): f.mark for f in build_forms(draft, samples.campaign(), {}) if f.work}
    after = {(f.work, f.id): f.mark for f in build_forms(moved, samples.campaign(), {}) if f.work}
    for key, mark in before.items():
        assert mark
        assert after[key] == mark._replace(label={"作品 01": "作品 02", "作品 02": "作品 01"}[mark.label])


@given(st.lists(st.text(max_size=3), max_size=4), st.lists(st.text(max_size=3), max_size=4))
def test_two_forms_have_one_content_only_if_their_words_are_the_same(one: list[str], other: list[str]) -> None:
    marks = [make_mark("c", "w", "f", "", words) for words in (one, other)]
    assert (marks[0] == marks[1]) == (one == other)


def test_work_and_form_are_told_apart_whatever_they_are_called() -> None:
    tags = {
        make_mark(*ids, "", ()).tag for ids in [("c", "ab", "c"), ("c", "a", "bc"), ("ca", "b", "c"), ("c", "", "abc")]
    }
    assert len(tags) == 4


@given(st.integers(0, 999), st.integers(0, 99))
def test_a_code_is_read_as_it_was_written_and_stays_small(page: int, pages: int) -> None:
    mark = make_mark("campaign", "work", "form", "", ["words"])
    text = payload(mark, page, pages)
    assert parse(text) == PageMark(mark.tag, mark.content, page, pages)
    assert len(modules(text)) == 25
    assert all(len(row) == 25 for row in modules(text))


@pytest.mark.parametrize(
    "text",
    ["", "https://example.org", "WY1:AAAAAAAA:BBBBBBBB:1", "WY2:00000000:00000000:1/1", "WY1:OOOOOOOO:00000000:1/1",
     "WY1:00000000:00000000:1/1\n", "WY1:00000000:00000000:٣/1", "WY1:00000000:00000000:999999/1"],
)  # fmt: skip
def test_other_codes_are_not_taken_for_ours(text: str) -> None:
    assert parse(text) is None


def test_the_code_survives_a_quarter_of_it_being_covered_by_ink() -> None:
    rows = [bytearray(0 if black else 255 for black in row) for row in modules("WY1:00000000:ZZZZZZZZ:1/1")]
    picture = Image.new("L", (33, 33), 255)
    picture.paste(Image.frombytes("L", (25, 25), b"".join(rows)), (4, 4))
    picture = picture.resize((330, 330), Image.Resampling.NEAREST)
    picture.paste(0, (190, 150, 270, 215))
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == ["WY1:00000000:ZZZZZZZZ:1/1"]
