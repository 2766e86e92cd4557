"""The words of the forms, decided once."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.draft import Creator, Draft, Unit, Work
from app.exporters.forms import Form, Grid, LineBlock, build_forms, fill, plain, words
from app.media import MediaFacts
from app.pack import find_campaign
from tests.exporters.samples import drafts, forms_of, ordinary_draft, with_work

CAMPAIGN = find_campaign("sichuan-2024")


def text_of(form: Form) -> str:
    return "\n".join(words(form))


def cells_of(form: Form) -> dict[tuple[int, int], str]:
    (grid,) = [b for b in form.blocks if isinstance(b, Grid)]
    return {(c.row, c.column): "\n".join(plain(p) for p in c.paragraphs) for c in grid.cells}


def test_the_forms_come_in_printing_order_with_the_list_last() -> None:
    made = build_forms(ordinary_draft(works=2), CAMPAIGN, {})
    assert [(f.folder, f.name) for f in made] == [
        ("01_光影里的蜀道", "承诺书"), ("01_光影里的蜀道", "报名表"),
        ("02_光影里的蜀道", "承诺书"), ("02_光影里的蜀道", "报名表"), ("", "汇总表"),
    ]  # fmt: skip


def test_the_letter_is_the_notices_own_words_with_the_blanks_filled() -> None:
    letter = forms_of(ordinary_draft())["commitment"]
    assert text_of(letter).startswith("附件 1\n承诺书\n由本人（单位）四川省示范职业技术大学所报送的参与")
    assert "《光影里的蜀道》（作品名称）" in text_of(letter)
    filled = [run.text for block in letter.blocks for run in getattr(block, "runs", ()) if run.filled]
    assert filled == ["四川省示范职业技术大学", "光影里的蜀道", "2024", " 8 ", " 5 "]


def test_an_empty_value_leaves_the_notices_own_blank() -> None:
    forms = forms_of(Draft(works=(Work(id="w"),)))
    assert "由本人（单位）_____所报送的" in text_of(forms["commitment"])
    assert "的《_____》（作品名称）" in text_of(forms["commitment"])
    cells = cells_of(build_forms(Draft(works=(Work(id="w"),)), CAMPAIGN, {})[1])
    assert cells[0, 1] == "《XXXX》"
    assert cells[2, 4] == "XX 分 XX 秒"
    assert cells[4, 2].startswith("XX 省")
    assert cells[6, 2] == "XXX"
    assert cells[9, 1] == "内容简介（200字左右）及推选意见"


def test_the_entry_form_has_the_notices_cells() -> None:
    cells = cells_of(forms_of(ordinary_draft())["entry"])
    labels = ["作品名称", "主题", "作品类型", "时长", "报送单位", "单位全称", "详细地址", "联系人", "姓名", "手机",
              "制作单位", "主创人员", "单位推选意见"]  # fmt: skip
    assert [text for text in cells.values() if text in labels] == labels
    assert cells[0, 1] == "《光影里的蜀道》"
    assert cells[2, 4] == "04 分 59 秒"
    assert cells[4, 2] == "四川省成都市青羊区示范路 1 号"
    assert cells[8, 1].splitlines()[:2] == ["总策划：李明", "导演：王芳"]
    assert "摄影：陈强、刘洋" in cells[8, 1]
    assert cells[9, 1].endswith("同意推选。")


def test_the_list_has_a_row_for_each_work_and_its_number_is_a_number() -> None:
    form = forms_of(ordinary_draft(works=3))["summary"]
    grid = next(b for b in form.blocks if isinstance(b, Grid))
    assert [plain(c.paragraphs[0]) for c in grid.cells if c.row == 0] == [
        "序号", "片名", "主题", "内容简介（200字左右）", "时长", "类型", "制作单位",
    ]  # fmt: skip
    assert [plain(c.paragraphs[0]) for c in grid.cells if c.number] == ["1", "2", "3"]
    lines = [plain(b.runs) + plain(b.right) for b in form.blocks if isinstance(b, LineBlock)]
    assert lines == [
        "报送单位（盖章）：四川省示范职业技术大学日期：2024 年 8 月 5 日", "报送人：李四联系电话：028-86600000",
    ]  # fmt: skip


def test_a_list_without_works_keeps_the_notices_empty_rows() -> None:
    grid = next(b for b in forms_of(Draft())["summary"].blocks if isinstance(b, Grid))
    assert len(grid.rows) == 3


def test_a_work_without_a_type_shows_the_one_its_length_fits() -> None:
    work = Work(id="w")
    types = {t.max_seconds: t.name for t in CAMPAIGN.types}
    for seconds, name in types.items():
        facts = {"w": MediaFacts(duration_ms=int(seconds * 1000))}
        assert cells_of(build_forms(Draft(works=(work,)), CAMPAIGN, facts)[1])[2, 1] == name


def test_names_with_the_same_role_share_a_line() -> None:
    creators = (Creator("导演", "甲"), Creator("摄影", "乙"), Creator("导演", "丙"), Creator("", "丁"), Creator("", ""))
    cells = cells_of(forms_of(with_work(creators=creators))["entry"])
    assert cells[8, 1].splitlines() == ["导演：甲、丙", "摄影：乙", "丁"]


@pytest.mark.parametrize("name", drafts())
def test_no_character_that_a_document_cannot_hold_gets_into_a_form(name: str) -> None:
    for form in forms_of(drafts()[name]).values():
        for text in words(form):
            assert all(c.isprintable() or c.isspace() or ord(c) > 0x9F for c in text)
            text.encode()


@given(st.text(max_size=40), st.text(max_size=40))
def test_what_is_typed_stands_in_the_form_as_typed(name: str, synopsis: str) -> None:
    draft = msgspec.structs.replace(with_work(synopsis=synopsis), unit=Unit(name=name))
    cells = cells_of(forms_of(draft)["entry"])
    for typed, shown in ((name, cells[3, 2]), (synopsis, cells[9, 1])):
        kept = "".join(c for c in typed if c.isprintable() and not c.isspace())
        assert all(c in shown for c in kept)


@given(st.dictionaries(st.sampled_from(["work.title", "unit.name"]), st.text("a|{}<&", max_size=5)))
def test_a_value_that_looks_like_a_template_is_not_filled_again(values: dict[str, str]) -> None:
    shown = plain(fill("{work.title|-}/{unit.name}", values))
    title, name = values.get("work.title", ""), values.get("unit.name", "")
    assert shown == f"{title or '-'}/{name}"
