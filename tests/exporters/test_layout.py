import itertools
from collections import Counter
from collections.abc import Iterator

import msgspec
import pytest

from app.draft import Creator, Unit
from app.exporters.fonts import Fonts
from app.exporters.forms import Cell, Form, Grid, LineBlock, Row, Run, StampBlock, TextBlock
from app.exporters.layout import SMALLEST, lay_out, text_size
from app.exporters.page import MM, SEAL, Box, Page, Placed
from tests.exporters import samples

# Hanging blanks and rounding apart, nothing is out by more than this, in pt.
NEAR = 0.02


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    return Fonts.load("open")


def a_form(*blocks: TextBlock | StampBlock | LineBlock | Grid, **changes: object) -> Form:
    form = Form(
        id="f",
        folder="",
        name="表",
        attachment="附件 9",
        title="样表",
        blocks=blocks,
        landscape=False,
        margins=(25, 26, 20, 28),
        text_size=14,
        formats=("pdf",),
        sheet="",
        work="",
    )
    return form._replace(**changes)


def text(words: str, filled: bool = False) -> tuple[Run, ...]:
    return (Run(words, filled),) if words else ()


def cell(row: int, column: int, words: str, **more: object) -> Cell:
    lines = tuple(text(line) for line in words.split("\n"))
    return Cell(**{"row": row, "column": column, "rowspan": 1, "colspan": 1, "paragraphs": lines, **more})


def one_column(*words: str, grow: int = -1, flows: bool = False, **more: object) -> Grid:
    rows = tuple(
        Row(min_height=60 if n == grow else 0, grow=n == grow, header=flows and n == 0) for n in range(len(words))
    )
    cells = tuple(cell(n, 0, w, align="left", **(more if n == grow else {})) for n, w in enumerate(words))
    return Grid((156,), rows, cells, flows)


def words_of(pages: list[Page]) -> str:
    return "".join(t.text for page in pages for t in page.texts)


def overlaps(a: Box, b: Box) -> bool:
    return (
        a.x + NEAR < b.x + b.width
        and b.x + NEAR < a.x + a.width
        and a.y + NEAR < b.y + b.height
        and b.y + NEAR < a.y + a.height
    )


def ink(placed: Placed) -> Box:
    """Return the strip that a text's glyphs stand in."""
    return Box(placed.x, placed.y - 0.88 * placed.size, placed.width, placed.size)


def within(inner: Box, outer: Box) -> bool:
    return (
        outer.x - NEAR <= inner.x
        and outer.y - NEAR <= inner.y
        and inner.x + inner.width <= outer.x + outer.width + NEAR
        and inner.y + inner.height <= outer.y + outer.height + NEAR
    )


def all_samples() -> Iterator[tuple[str, Form]]:
    for name, draft in samples.drafts().items():
        for form in samples.forms_of(draft).values():
            yield f"{name}-{form.id}", form


SAMPLES = dict(all_samples())


@pytest.mark.parametrize("form", SAMPLES.values(), ids=SAMPLES)
def test_all_print_lies_inside_the_margins_and_page_numbers_below(form: Form, fonts: Fonts) -> None:
    top, right, bottom, left = (margin * MM for margin in form.margins)
    for number, page in enumerate(pages := lay_out(form, fonts), 1):
        room = Box(left, top, page.width - left - right, page.height - top - bottom)
        *body, last = page.texts
        if len(pages) > 1:
            assert last.text == f"第 {number} 页 共 {len(pages)} 页"
            assert within(ink(last), Box(0, page.height - bottom, page.width, bottom))
        else:
            body.append(last)
        assert [t for t in body if not within(ink(t), room)] == []
        assert [box for box in [*page.boxes, *page.seals] if not within(box, room)] == []
        assert [r for r in page.rules if not within(Box(r.x, r.y, r.width, 0), room)] == []


@pytest.mark.parametrize("form", SAMPLES.values(), ids=SAMPLES)
def test_texts_do_not_run_into_each_other_nor_over_borders_nor_into_seals(form: Form, fonts: Fonts) -> None:
    for page in lay_out(form, fonts):
        for a, b in itertools.combinations(page.texts, 2):
            assert not overlaps(ink(a), ink(b)), (a, b)
        for t in page.texts:
            assert all(within(ink(t), box) for box in page.boxes if overlaps(ink(t), box)), t
        for seal in page.seals:
            own = [t for t in page.texts if overlaps(ink(t), seal)]
            assert all("盖章" in t.text for t in own) or [t.y for t in own] == [own[0].y] * len(own), own


@pytest.mark.parametrize("form", SAMPLES.values(), ids=SAMPLES)
def test_every_character_of_a_form_is_on_its_pages_and_lines_are_whole(form: Form, fonts: Fonts) -> None:
    pages = lay_out(form, fonts)
    said = "".join(words_of(pages).split())
    lines = ["".join(line.split()) for line in samples.lines_of(form)]
    if len(pages) == 1:
        assert Counter(said) == Counter("".join(lines))
        assert [line for line in lines if line not in said] == []
    assert Counter("".join(lines)) <= Counter(said)


def test_ordinary_forms_take_one_page_each_without_a_page_number(fonts: Fonts) -> None:
    for form in samples.forms_of(samples.ordinary_draft()).values():
        pages = lay_out(form, fonts)
        assert len(pages) == 1
        assert "页" not in words_of(pages)


def test_a_letter_keeps_its_official_size_and_the_heading_its_own(fonts: Fonts) -> None:
    letter = samples.forms_of(samples.ordinary_draft())["commitment"]
    assert text_size(letter, fonts) == letter.text_size == 16
    attachment, title, first, *_ = lay_out(letter, fonts)[0].texts
    assert (attachment.role, attachment.size, attachment.x) == ("hei", 16, letter.margins[3] * MM)
    assert (title.role, title.size) == ("title", 22)
    content = letter.margins[3] * MM + (210 - letter.margins[1] - letter.margins[3]) * MM / 2
    assert title.x + title.width / 2 == pytest.approx(content)
    assert (first.role, first.size, first.x) == ("body", 16, letter.margins[3] * MM + 32)


def test_body_lines_are_28_pt_apart(fonts: Fonts) -> None:
    page = lay_out(a_form(TextBlock(text("甲" * 100)), text_size=16), fonts)[0]
    lines = [t.y for t in page.texts[2:]]
    assert len(lines) == 4
    assert [b - a for a, b in itertools.pairwise(lines)] == [pytest.approx(28)] * 3


def test_lines_of_a_paragraph_reach_the_margin_but_the_last(fonts: Fonts) -> None:
    page = lay_out(a_form(TextBlock(text("甲乙，" * 40))), fonts)[0]
    right = (210 - 26) * MM
    *full, last = page.texts[2:]
    assert full
    assert all(t.x + t.width == pytest.approx(right, abs=0.1) for t in full)
    assert last.stretch == 0


def test_a_line_is_not_stretched_so_far_that_its_words_fall_apart(fonts: Fonts) -> None:
    page = lay_out(a_form(TextBlock(text("甲" * 26 + "a" * 40 + "甲" * 30))), fonts)[0]
    assert all(0 <= t.stretch <= 0.09 * t.size for t in page.texts)
    assert page.texts[2].stretch == 0


def test_what_was_filled_in_is_underlined_over_all_its_lines_and_nothing_else(fonts: Fonts) -> None:
    runs = (Run("由"), Run("示范大学" * 15, filled=True), Run("报送" * 20))
    page = lay_out(a_form(TextBlock(runs)), fonts)[0]
    body = page.texts[2:]
    first, *_, last = page.rules
    assert len(page.rules) == 3
    assert first.x == pytest.approx(body[0].x + fonts.advances("body")("由") * 14 + body[0].stretch)
    assert first.x + first.width == pytest.approx(body[0].x + body[0].width)
    assert last.x == body[2].x
    filled_in_last = 60 - sum(t.text.count(c) for t in body[:2] for c in "示范大学")
    assert last.width == pytest.approx((14 + body[2].stretch) * filled_in_last)
    assert all(t.y < rule.y < t.y + 0.3 * t.size for t, rule in zip(body, page.rules, strict=False))


def test_filled_cells_are_not_underlined(fonts: Fonts) -> None:
    grid = Grid((156,), (Row(),), (Cell(0, 0, 1, 1, (text("甲", filled=True),)),))
    assert lay_out(a_form(grid), fonts)[0].rules == []


def test_the_size_steps_down_by_half_points_until_the_form_fits(fonts: Fonts) -> None:
    sizes = [text_size(a_form(one_column("题", "甲" * n, grow=1)), fonts) for n in range(100, 3000, 100)]
    assert sizes[0] == 14
    assert sizes[-1] == SMALLEST
    assert all(a >= b for a, b in itertools.pairwise(sizes))
    assert {a - b for a, b in itertools.pairwise(sizes)} <= {0, 0.5, 1.0}
    assert {size * 2 % 1 for size in sizes} == {0}


def test_a_form_whose_size_stepped_down_is_on_one_page(fonts: Fonts) -> None:
    for number in range(100, 3000, 100):
        form = a_form(one_column("题", "甲" * number, grow=1))
        if text_size(form, fonts) > SMALLEST:
            assert len(lay_out(form, fonts)) == 1


def test_a_form_set_smaller_than_the_smallest_step_keeps_its_size(fonts: Fonts) -> None:
    assert text_size(a_form(one_column("甲" * 5000), text_size=9), fonts) == 9


def test_a_list_keeps_its_size_and_repeats_its_header_on_every_page(fonts: Fonts) -> None:
    form = samples.forms_of(samples.drafts()["many"])["summary"]
    assert text_size(form, fonts) == form.text_size
    pages = lay_out(form, fonts)
    assert len(pages) > 20
    headers = [c.paragraphs[0][0].text for c in _grid(form).cells if c.row == 0]
    for page in pages:
        lines = [t.text for t in page.texts if t.role == "hei"]
        assert [line for line in lines if line != form.attachment] == headers


def test_rows_of_a_list_stay_whole_and_in_order(fonts: Fonts) -> None:
    rows = [f"{n}首" + "甲" * (n * 37 % 300) + f"{n}尾" for n in range(60)]
    pages = lay_out(a_form(one_column("表头", *rows, flows=True)), fonts)
    for page in pages:
        words = words_of([page])
        for n in range(60):
            assert (f"{n}首" in words) == (f"{n}尾" in words)
    firsts = [t.text for page in pages for t in page.texts if "首" in t.text]
    assert [int(first.split("首")[0]) for first in firsts] == list(range(60))


def test_the_line_under_a_list_never_stands_on_a_page_without_a_row(fonts: Fonts) -> None:
    seen = set()
    for number in range(15, 45):
        rows = [f"行{n}" for n in range(number)]
        pages = lay_out(a_form(one_column("表头", *rows, flows=True), LineBlock(text("报送人："))), fonts)
        last = words_of(pages[-1:])
        assert "报送人" in last
        assert f"行{number - 1}" in last
        seen.add(len(pages))
    assert seen == {1, 2}


def test_a_header_never_ends_a_page(fonts: Fonts) -> None:
    for lines in range(8, 30):
        above = [TextBlock(text("甲")) for _ in range(lines)]
        pages = lay_out(a_form(*above, one_column("表头", "乙" * 200, "乙" * 30, flows=True)), fonts)
        for page in pages:
            assert ("表头" in words_of([page])) == ("乙" in words_of([page]))


def test_a_growing_row_takes_the_rest_of_its_page(fonts: Fonts) -> None:
    form = a_form(one_column("题", "甲", "乙", grow=1), LineBlock(text("后")))
    page = lay_out(form, fonts)[0]
    _, grown, after = page.boxes
    assert grown.height > 100 * MM
    assert after.y == pytest.approx(grown.y + grown.height)
    assert after.y + after.height + 6 + 28 * 14 / 16 == pytest.approx(page.height - 20 * MM, abs=0.1)


def test_seal_label_and_date_stand_under_the_free_square_at_the_lower_right_of_their_cell(fonts: Fonts) -> None:
    grid = one_column("题", "甲" * 50, grow=1, stamp=text("（盖章）"), date=text("年 月 日"))
    page = lay_out(a_form(grid), fonts)[0]
    box, seal = page.boxes[-1], page.seals[0]
    label, date = page.texts[-2:]
    assert (seal.width, seal.height) == (SEAL, SEAL)
    assert SEAL >= 45 * MM
    assert within(seal, box)
    assert seal.x > box.x + box.width / 2
    assert seal.y + seal.height <= label.y - label.size * 0.88 < date.y - date.size * 0.88
    assert box.y + box.height - date.y < 2 * date.size


def test_a_growing_row_too_high_for_what_is_left_goes_whole_to_the_next_page(fonts: Fonts) -> None:
    form = a_form(one_column(*["前" * 30] * 30, "甲" * 200, grow=30, stamp=text("（盖章）")))
    pages = lay_out(form, fonts)
    assert len(pages) == 2
    assert "甲" not in words_of(pages[:1])
    assert "前" not in words_of(pages[1:])
    assert pages[1].boxes[-1].height == pytest.approx((297 - 25 - 20) * MM)


@pytest.mark.parametrize("length", [*range(3000, 4500, 63), 9000])
def test_a_row_taller_than_a_page_goes_on_over_pages_and_keeps_its_seal_with_its_last_lines(
    fonts: Fonts, length: int
) -> None:
    words = "".join(chr(0x4E00 + n % 500) for n in range(length))
    pages = lay_out(a_form(one_column("题", words, grow=1, stamp=text("（盖章）"), date=text("年月日"))), fonts)
    assert len(pages) > 1
    body = "".join(t.text for page in pages for t in page.texts if t.text[0] not in "附样题（年第")
    assert body == words
    assert [len(page.seals) for page in pages] == [*[0] * (len(pages) - 1), 1]
    last = [t for t in pages[-1].texts if t.text in words]
    assert len(last) >= 2
    for page in pages[:-1]:
        assert len([t for t in page.texts if t.text in words]) >= 3


@pytest.mark.parametrize("tall", [0, 1, 2])
def test_cells_over_several_rows_keep_all_their_lines_however_they_are_parted(fonts: Fonts, tall: int) -> None:
    heights = ["Ｘ" * (3000 if n == tall else 30) for n in range(3)]
    side = "".join(chr(0x5000 + n) for n in range(300))
    cells = (cell(0, 0, side, rowspan=3, label=True), *(cell(n, 1, w, align="left") for n, w in enumerate(heights)))
    pages = lay_out(a_form(Grid((16, 140), (Row(), Row(), Row()), cells)), fonts)
    assert len(pages) > 1
    shown = "".join(t.text for page in pages for t in page.texts)
    assert shown.count("Ｘ") == 3060
    assert "".join(c for c in shown if "\u5000" <= c < "\u512c") == side


@pytest.mark.parametrize("above", range(4))
def test_a_cell_beside_more_rows_than_a_page_holds_is_parted_between_rows(fonts: Fonts, above: int) -> None:
    side = "".join(chr(0x5000 + n) for n in range(84))
    rows = [f"{n}首" + "Ｘ" * 110 + f"{n}尾" for n in range(16)]
    cells = (cell(0, 0, side, rowspan=16), *(cell(n, 1, w, align="left") for n, w in enumerate(rows)))
    lead = [TextBlock(text("甲"))] * above
    pages = lay_out(a_form(*lead, Grid((10, 90), (Row(),) * 16, cells)), fonts)
    assert len(pages) > 1
    assert "".join(t.text for page in pages for t in page.texts if t.text in side) == side
    for page in pages:
        words = words_of([page])
        assert all((f"{n}首" in words) == (f"{n}尾" in words) for n in range(16))
        assert all(any(within(ink(t), box) for box in page.boxes) for t in page.texts if t.text in side)


def test_rows_held_together_by_a_cell_stay_on_one_page(fonts: Fonts) -> None:
    top = [cell(n, 0, "上" * 30, colspan=2, align="left") for n in range(36)]
    held = [cell(36, 0, "标", rowspan=6), *(cell(36 + n, 1, f"项{n}") for n in range(6))]
    grid = Grid((56, 100), (Row(),) * 42, (*top, *held))
    pages = lay_out(a_form(grid), fonts)
    assert len(pages) == 2
    assert all(f"项{n}" in words_of(pages[1:]) for n in range(6))


def test_a_grid_wider_than_the_page_is_narrowed_to_it(fonts: Fonts) -> None:
    grid = Grid((200, 200), (Row(),), (cell(0, 0, "甲"), cell(0, 1, "乙")))
    page = lay_out(a_form(grid), fonts)[0]
    assert [round(box.width / MM, 3) for box in page.boxes] == [78, 78]


def test_a_label_is_broken_after_an_even_number_of_characters(fonts: Fonts) -> None:
    grid = Grid((27, 129), (Row(),), (cell(0, 0, "单位推选意见", label=True), cell(0, 1, "单位推选意见")))
    lines = [t.text for t in lay_out(a_form(grid), fonts)[0].texts[2:]]
    assert lines == ["单位推选", "意见", "单位推选意见"]


def test_the_line_that_closes_a_table_has_white_over_it(fonts: Fonts) -> None:
    page = lay_out(a_form(one_column("甲"), LineBlock(text("报送人："))), fonts)[0]
    pitch = 28 * 14 / 16
    top = page.texts[-1].y - 0.88 * 14 - (pitch - 14) / 2
    assert top - (page.boxes[-1].y + page.boxes[-1].height) == pytest.approx(6, abs=NEAR)


def test_two_texts_of_a_line_share_it_if_they_fit(fonts: Fonts) -> None:
    left, right = lay_out(a_form(LineBlock(text("报送人：甲"), text("电话：1"))), fonts)[0].texts[2:]
    assert left.y == right.y
    assert right.x + right.width == pytest.approx((210 - 26) * MM)


def test_two_texts_too_long_for_one_line_stand_under_each_other(fonts: Fonts) -> None:
    left, more, right = lay_out(a_form(LineBlock(text("甲" * 40), text("电话：1"))), fonts)[0].texts[2:]
    assert left.y < more.y < right.y
    assert right.x + right.width == pytest.approx((210 - 26) * MM)


@pytest.mark.parametrize("name", ["", "示范大学", "示范大学" * 10, "示范大学" * 25])
@pytest.mark.parametrize("right", ["", "日期：　　　　　　", "日" * 30])
def test_a_line_to_be_stamped_has_the_square_around_it(fonts: Fonts, name: str, right: str) -> None:
    form = a_form(
        LineBlock(text("单位（盖章）：" + name), text(right), stamp=True), one_column("表头", "甲", flows=True)
    )
    page = lay_out(form, fonts)[0]
    (seal,) = page.seals
    label = [t for t in page.texts if overlaps(ink(t), seal)]
    assert label
    assert "".join(t.text for t in label) in "单位（盖章）：" + name
    assert not any(overlaps(seal, box) for box in page.boxes)


def test_a_long_text_at_the_right_does_not_reach_into_the_seal_of_a_short_one(fonts: Fonts) -> None:
    page = lay_out(a_form(LineBlock(text("盖章："), text("日" * 26), stamp=True), one_column("甲")), fonts)[0]
    assert [t.text for t in page.texts if overlaps(ink(t), page.seals[0])] == ["盖章："]


def test_a_place_to_sign_has_the_square_beside_its_label_and_before_the_date(fonts: Fonts) -> None:
    form = a_form(TextBlock(text("甲" * 50)), StampBlock(text("签名或盖章：")), LineBlock(text("日期：")))
    page = lay_out(form, fonts)[0]
    label, date = page.texts[-2:]
    (seal,) = page.seals
    assert seal.x > label.x + label.width
    assert not any(overlaps(ink(t), seal) for t in page.texts)
    assert ink(date).y >= seal.y + seal.height
    assert label.x == date.x == 28 * MM + 28


def test_a_long_letter_keeps_the_place_to_sign_and_the_date_on_one_page(fonts: Fonts) -> None:
    for number in range(1200, 2400, 60):
        form = a_form(TextBlock(text("甲" * number)), StampBlock(text("签名：")), LineBlock(text("日期：")))
        pages = lay_out(form, fonts)
        assert "签名" in words_of(pages[-1:])
        assert "日期" in words_of(pages[-1:])
        assert words_of(pages).count("甲") == number


def test_no_first_line_of_a_paragraph_stands_alone_at_the_foot_of_a_page(fonts: Fonts) -> None:
    for number in range(1400, 1500, 10):
        form = a_form(TextBlock(text("甲" * number)), TextBlock(text("乙" * 400)))
        first = lay_out(form, fonts)[0]
        assert len([t for t in first.texts if "乙" in t.text]) != 1


@pytest.mark.parametrize("form", [a_form(), a_form(title="", attachment=""), a_form(TextBlock(()), StampBlock(()))])
def test_a_form_of_nothing_is_one_page(fonts: Fonts, form: Form) -> None:
    assert len(lay_out(form, fonts)) == 1


def test_a_title_longer_than_a_line_is_broken_and_centred(fonts: Fonts) -> None:
    page = lay_out(a_form(TextBlock(text("甲")), title="很长的题目" * 8), fonts)[0]
    lines = [t for t in page.texts if t.role == "title"]
    assert len(lines) == 2
    assert len({round(t.x + t.width / 2, 1) for t in lines}) == 1


def test_sixty_characters_of_title_and_unit_still_make_a_letter_of_one_page(fonts: Fonts) -> None:
    draft = samples.with_work(title="光" * 60)
    draft = msgspec.structs.replace(draft, unit=Unit(name="示" * 60))
    assert len(lay_out(samples.forms_of(draft)["commitment"], fonts)) == 1


def test_thirty_creators_are_all_there(fonts: Fonts) -> None:
    creators = tuple(Creator(f"职务{n}", f"人员{n}") for n in range(30))
    pages = lay_out(samples.forms_of(samples.with_work(creators=creators))["entry"], fonts)
    lines = [t.text for page in pages for t in page.texts]
    assert all(f"职务{n}：人员{n}" in lines for n in range(30))


def _grid(form: Form) -> Grid:
    return next(block for block in form.blocks if isinstance(block, Grid))
