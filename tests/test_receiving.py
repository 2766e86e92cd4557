"""From files to the board: what matches is kept, and nothing that was read is lost."""

from pathlib import Path

from PIL import Image

from app.receiving import Tray, assign, dismiss, keep, sort_again, take
from app.scan_reading import Expected, ScannedPage
from app.scan_reading import assign as assigned
from app.stamping import Record, board, folder_of

ENTRY = Expected("w1", "entry", "01_片", "报名表", "ENTRY000", "AAAAAAAA", (True,))
LIST = Expected("", "summary", "", "汇总表", "LIST0000", "CCCCCCCC", (True,))
FORMS = [ENTRY, LIST]


def scan(folder: Path, name: str) -> ScannedPage:
    path = folder / name
    Image.new("RGB", (210, 297), (200, 200, 200)).save(path)
    return ScannedPage(path, 1, "no_mark", red_seal=True)


def words(tray: Tray) -> list[str]:
    return [row.word for row in board(tray.record, tray.forms)]


def test_what_cannot_be_kept_waits(tmp_path: Path) -> None:
    draft = tmp_path / "草稿.weiying"
    good, bad = (assigned(scan(tmp_path, f"{form.form}.png"), form) for form in FORMS)
    # In the way of the folder that the second form's scan would go to.
    folder_of(draft).mkdir()
    (folder_of(draft) / LIST.tag).write_bytes(b"")
    tray, received = keep(Tray(Record(), FORMS), draft, [good, bad])
    assert words(tray) == ["已盖章回收", "未导出"]
    assert (received.kept, received.left, bool(received.error)) == (1, 1, True)
    assert tray.waiting == (bad,)
    (folder_of(draft) / LIST.tag).unlink()
    tray, told = sort_again(tray, draft)
    assert words(tray) == ["已盖章回收"] * 2
    assert (tray.waiting, told) == ((), None)


def test_a_page_is_assigned_to_a_form_that_is_there(tmp_path: Path) -> None:
    draft = tmp_path / "草稿.weiying"
    page = scan(tmp_path, "a.png")._replace(red_seal=None)
    tray = Tray(Record(), FORMS, (page,))
    assert assign(tray, draft, page, "GONE0000", (1, 1), sealed=True) == (tray, None)
    unsure, _ = assign(tray, draft, page, ENTRY.tag, (1, 1), sealed=False)
    assert (words(unsure), unsure.waiting) == (["待确认", "未导出"], ())
    sure, _ = assign(tray, draft, page, ENTRY.tag, (1, 1), sealed=True)
    assert words(sure) == ["已盖章回收", "未导出"]
    half, _ = assign(tray, draft, page, LIST.tag, (2, 2), sealed=True)
    assert board(half.record, FORMS)[1].note == "缺第 1 页的扫描件。"


def test_a_file_read_again_waits_once(tmp_path: Path) -> None:
    draft, path = tmp_path / "草稿.weiying", tmp_path / "坏.pdf"
    path.write_bytes(b"")
    tray = Tray(Record(), FORMS)
    for _ in range(2):
        tray, received = take(tray, draft, [path], lambda *_: None, lambda: False)
        assert (received.pages, received.kept, received.left) == (1, 0, 1)
    [page] = tray.waiting
    assert page.status == "broken"
    assert dismiss(tray, [page]).waiting == ()
    assert path.is_file()
