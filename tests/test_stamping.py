"""The board: what was exported, printed and came back, and what no longer counts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from app import stamping
from app.errors import AppError, Cancelled
from app.scan_reading import Expected, ScannedPage, ScanReader, assign
from app.stamping import (
    Record,
    State,
    accepted,
    board,
    confirmed,
    exported,
    load_record,
    printed,
    receive,
    save_record,
    sift,
    summary,
    take_out,
)

ENTRY = Expected("w1", "entry", "01_片", "报名表", "ENTRY000", "AAAAAAAA", (True,))
LONG = Expected("w1", "long", "01_片", "长表", "LONG0000", "BBBBBBBB", (False, False, True))
LIST = Expected("", "summary", "", "汇总表", "LIST0000", "CCCCCCCC", (True,))
FORMS = [ENTRY, LONG, LIST]


@pytest.fixture
def reader() -> Iterator[ScanReader]:
    made = ScanReader()
    yield made
    made.close()


@pytest.fixture
def draft_path(tmp_path: Path) -> Path:
    return tmp_path / "草稿.weiying"


def states(record: Record, forms: list[Expected] = FORMS) -> list[str]:
    return [row.state.value for row in board(record, forms)]


def scan(folder: Path, form: Expected, page: int = 1, red: bool | None = True, shade: int = 200) -> ScannedPage:
    """Return a page as it is read, in a file of its own; `shade` tells it from others."""
    path = folder / f"{form.tag}-{page}-{shade}.png"
    Image.new("RGB", (210, 297), (shade, shade, shade)).save(path)
    return assign(ScannedPage(path, 1, "no_mark", red_seal=red), form, page)


def shades(path: Path, reader: ScanReader) -> list[int]:
    """Return the shades of the pages of a kept PDF."""
    found = []
    for number in range(1, reader.count(path) + 1):
        shown = reader.show(ScannedPage(path, number, "matched"), 50, 50)
        found.append(round(shown.pixels[len(shown.pixels) // 2] / 10) * 10)
    return found


def test_a_form_goes_from_exported_to_printed_to_returned(draft_path: Path, tmp_path: Path, reader: ScanReader) -> None:
    record = Record()
    assert states(record) == ["未导出"] * 3
    record = exported(record, FORMS)
    assert states(record) == ["已导出"] * 3
    record = printed(record, [ENTRY, LIST])
    assert states(record) == ["已打印", "已导出", "已打印"]
    record = receive(record, draft_path, FORMS, [scan(tmp_path, LIST)], reader)
    assert states(record) == ["已打印", "已导出", "已盖章回收"]


def test_a_changed_form_is_out_of_date_at_every_step(draft_path: Path, tmp_path: Path, reader: ScanReader) -> None:
    record = receive(printed(exported(Record(), FORMS), [LONG]), draft_path, FORMS, [scan(tmp_path, LIST)], reader)
    changed = [form._replace(content="ZZZZZZZZ") for form in FORMS]
    rows = board(record, changed)
    assert [row.state for row in rows] == [State.OUTDATED] * 3
    assert rows[0].note == "内容有改动，请重新打印盖章。"
    assert accepted(record, changed, draft_path) == []
    assert states(exported(record, changed), changed) == ["已导出"] * 3
    assert states(record) == ["已导出", "已打印", "已盖章回收"]


def test_what_is_known_lasts_and_stands_beside_the_draft(draft_path: Path, tmp_path: Path, reader: ScanReader) -> None:
    record = receive(exported(Record(), FORMS), draft_path, FORMS, [scan(tmp_path, ENTRY)], reader)
    assert load_record(draft_path) == record
    later = printed(record, [LIST])
    save_record(later, draft_path)
    assert load_record(draft_path) == later
    folder = stamping.folder_of(draft_path)
    assert folder.name == "草稿.盖章"
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert found == {"记录.json", "ENTRY000/报名表（盖章扫描）.pdf"}


def test_a_draft_without_a_record_has_an_empty_one(draft_path: Path) -> None:
    assert load_record(draft_path) == Record()
    assert not stamping.folder_of(draft_path).exists()


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"version": 2}', b"\xff\xfe", b'{"forms": {"a": 1}}'])
def test_a_damaged_record_is_moved_aside(data: bytes, draft_path: Path) -> None:
    folder = stamping.folder_of(draft_path)
    folder.mkdir()
    (folder / "记录.json").write_bytes(data)
    assert load_record(draft_path) == Record()
    (aside,) = folder.iterdir()
    assert aside.name.startswith("记录.json.损坏-")
    assert aside.read_bytes() == data


def test_a_damaged_record_is_told_of(draft_path: Path) -> None:
    folder = stamping.folder_of(draft_path)
    folder.mkdir()
    (folder / "记录.json").write_bytes(b"{")
    told: list[Path] = []
    load_record(draft_path, told.append)
    assert told == list(folder.iterdir())
    assert load_record(draft_path, told.append) == Record()
    assert len(told) == 1


def test_a_record_that_cannot_be_read_is_said(draft_path: Path) -> None:
    (stamping.folder_of(draft_path) / "记录.json").mkdir(parents=True)
    with pytest.raises(AppError, match="读不了"):
        load_record(draft_path)


def test_pages_that_come_one_by_one_are_put_together(draft_path: Path, tmp_path: Path, reader: ScanReader) -> None:
    record = receive(Record(), draft_path, FORMS, [scan(tmp_path, LONG, 3, shade=30)], reader)
    [row] = board(record, [LONG])
    assert (row.state, row.missing, row.note) == (State.PRINTED, (1, 2), "缺第 1、2 页的扫描件。")
    assert accepted(record, [LONG], draft_path) == []
    rest = [scan(tmp_path, LONG, 2, red=False, shade=20), scan(tmp_path, LONG, 1, red=None, shade=10)]
    record = receive(record, draft_path, FORMS, rest, reader)
    [row] = board(record, [LONG])
    assert (row.state, row.note) == (State.RETURNED, "")
    [kept] = accepted(record, [LONG], draft_path)
    assert shades(kept.path, reader) == [10, 20, 30]


def test_a_page_that_comes_again_takes_the_place_of_the_first(
    draft_path: Path, tmp_path: Path, reader: ScanReader
) -> None:
    pages = [scan(tmp_path, LONG, number, shade=number * 10) for number in (1, 2, 3)]
    record = receive(Record(), draft_path, FORMS, pages, reader)
    record = receive(record, draft_path, FORMS, [scan(tmp_path, LONG, 2, shade=90)], reader)
    [kept] = accepted(record, [LONG], draft_path)
    assert shades(kept.path, reader) == [10, 90, 30]


def test_pages_of_an_earlier_content_go(draft_path: Path, tmp_path: Path, reader: ScanReader) -> None:
    pages = [scan(tmp_path, LONG, number, shade=number * 10) for number in (1, 2, 3)]
    record = receive(Record(), draft_path, FORMS, pages, reader)
    changed = LONG._replace(content="ZZZZZZZZ")
    assert receive(record, draft_path, [changed], pages, reader) == record
    record = receive(record, draft_path, [changed], [scan(tmp_path, changed, 1, shade=90)], reader)
    [row] = board(record, [changed])
    assert row.missing == (2, 3)


@pytest.mark.parametrize("red", [False, None])
def test_a_page_without_a_seal_counts_when_somebody_has_looked(
    red: bool | None, draft_path: Path, tmp_path: Path, reader: ScanReader
) -> None:
    record = receive(Record(), draft_path, FORMS, [scan(tmp_path, ENTRY, red=red)], reader)
    [row] = board(record, [ENTRY])
    assert (row.state, row.note) == (State.PRINTED, "第 1 页未见红章，请确认。")
    [row] = board(confirmed(record, ENTRY), [ENTRY])
    assert (row.state, row.note) == (State.RETURNED, "")


def test_only_matched_pages_are_kept(draft_path: Path, tmp_path: Path, reader: ScanReader) -> None:
    page = scan(tmp_path, ENTRY)
    others = [page._replace(status=status) for status in ("out_of_date", "unknown_form", "no_mark", "blank", "broken")]
    others += [page._replace(content="ZZZZZZZZ"), page._replace(tag="ZZZZZZZZ")]
    assert receive(Record(), draft_path, FORMS, others, reader) == Record()
    assert not stamping.folder_of(draft_path).exists()


def test_a_scan_that_is_gone_meanwhile_leaves_what_was_there(
    draft_path: Path, tmp_path: Path, reader: ScanReader
) -> None:
    before = receive(Record(), draft_path, FORMS, [scan(tmp_path, LIST, shade=40)], reader)
    page = scan(tmp_path, LIST, shade=60)
    page.path.unlink()
    with pytest.raises(AppError, match=r"汇总表（盖章扫描）\.pdf”没有写成"):
        receive(before, draft_path, FORMS, [page], reader)
    assert load_record(draft_path) == before
    [kept] = accepted(before, [LIST], draft_path)
    assert shades(kept.path, reader) == [40]


def test_a_form_with_a_name_that_no_file_can_have(draft_path: Path, tmp_path: Path, reader: ScanReader) -> None:
    form = ENTRY._replace(name='表/格:"甲"')
    record = receive(Record(), draft_path, [form], [scan(tmp_path, form)], reader)
    [kept] = accepted(record, [form], draft_path)
    assert kept.path.name == "表_格__甲_（盖章扫描）.pdf"
    assert kept.path.is_file()


def test_a_page_without_a_seal_never_takes_the_place_of_a_sealed_one(
    draft_path: Path, tmp_path: Path, reader: ScanReader
) -> None:
    sealed, bare = scan(tmp_path, ENTRY, shade=40), scan(tmp_path, ENTRY, red=False, shade=90)
    record = receive(Record(), draft_path, FORMS, [sealed, bare], reader)
    assert states(record)[0] == "已盖章回收"
    assert receive(record, draft_path, FORMS, [bare], reader) == record
    taken, [other] = sift(record, FORMS, [bare])
    assert taken == []
    assert (other.status, "没有用它替换" in other.note) == ("no_better", True)
    # It counts for another content, and where somebody has looked.
    changed = [form._replace(content="ZZZZZZZZ") for form in FORMS]
    assert len(sift(record, changed, [assign(bare, changed[0])])[0]) == 1
    assert len(sift(record, FORMS, [other._replace(red_seal=True)])[0]) == 1
    [kept] = accepted(record, FORMS, draft_path)
    assert shades(kept.path, reader) == [40]


def test_a_scan_is_taken_out_and_laid_aside(draft_path: Path, tmp_path: Path, reader: ScanReader) -> None:
    record = receive(printed(Record(), FORMS), draft_path, FORMS, [scan(tmp_path, ENTRY, shade=40)], reader)
    [kept] = accepted(record, FORMS, draft_path)
    record = take_out(record, draft_path, ENTRY)
    assert states(record) == ["已打印"] * 3
    assert [p.name for p in kept.path.parent.iterdir()] == ["报名表（盖章扫描）（已移出）.pdf"]
    assert take_out(record, draft_path, ENTRY) == record
    record = receive(record, draft_path, FORMS, [scan(tmp_path, ENTRY, shade=60)], reader)
    kept.path.unlink()
    assert states(take_out(record, draft_path, ENTRY)) == ["已打印"] * 3


def test_a_scan_that_cannot_be_taken_out_stays(draft_path: Path, tmp_path: Path, reader: ScanReader) -> None:
    record = receive(Record(), draft_path, FORMS, [scan(tmp_path, ENTRY)], reader)
    [kept] = accepted(record, FORMS, draft_path)
    kept.path.with_name("报名表（盖章扫描）（已移出）.pdf").mkdir()
    with pytest.raises(AppError, match="移不出去"):
        take_out(record, draft_path, ENTRY)
    assert kept.path.is_file()


def test_keeping_can_be_cancelled_between_two_forms(draft_path: Path, tmp_path: Path, reader: ScanReader) -> None:
    pages = [scan(tmp_path, ENTRY), scan(tmp_path, LIST)]
    asked: list[bool] = []

    def cancelled() -> bool:
        asked.append(True)
        return len(asked) > 1

    with pytest.raises(Cancelled):
        receive(Record(), draft_path, FORMS, pages, reader, cancelled)
    assert states(load_record(draft_path)) == ["已盖章回收", "未导出", "未导出"]


def test_how_things_stand_is_said_in_a_sentence(draft_path: Path, tmp_path: Path, reader: ScanReader) -> None:
    record = receive(exported(Record(), FORMS), draft_path, FORMS, [scan(tmp_path, ENTRY, red=False)], reader)
    assert summary(board(record, FORMS)) == "3 张表：1 张待确认，2 张已导出。"
    assert summary(board(confirmed(record, ENTRY), FORMS)) == "3 张表：1 张已盖章回收，2 张已导出。"
    assert summary([]) == ""
