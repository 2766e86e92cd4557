"""The board of the stamped forms: 已导出 → 已打印 → 已盖章回收, and 已过期 when the content has changed since.

Kept in a folder beside the draft, `‹draft›.盖章`, and not in the draft: a record of which content was exported,
printed and came back, and the stamped pages themselves, one PDF a form.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final, Literal, NamedTuple

import msgspec

from app.errors import AppError, Cancelled, os_reason
from app.exporters.marks import Mark
from app.exporters.naming import safe_name
from app.exporters.scans import Scan, folder_of
from app.files import move_aside, write_whole
from app.long_paths import openable
from app.scan_reading import Expected, ScannedPage, ScanReader

_RECORD = "记录.json"
_VERSION: Final = 1
_ASIDE = "（已移出）"


class State(StrEnum):
    """How far a form has come; the value is what the board shows."""

    NEW = "未导出"
    EXPORTED = "已导出"
    PRINTED = "已打印"
    RETURNED = "已盖章回收"
    OUTDATED = "已过期"


class Sheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A page that came back; `sure` that it bears its seal, or that somebody has looked."""

    page: int
    sure: bool


class Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of a form: the content it had at each step, and which of `pages` pages came back."""

    exported: str = ""
    printed: str = ""
    returned: str = ""
    pages: int = 0
    sheets: tuple[Sheet, ...] = ()
    file: str = ""


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of a draft's forms, by their tags."""

    format: Literal["weiying-stamping"] = "weiying-stamping"
    version: Literal[1] = _VERSION
    forms: dict[str, Kept] = {}


class _Version(msgspec.Struct):
    """The version alone, of a record that may hold what is not known yet."""

    format: Literal["weiying-stamping"]
    version: float


class Row(NamedTuple):
    """A line of the board: `missing` are the pages that have not come back, `unsure` those without a seal to be seen.

    Both count from 1 and are empty until the first page has come back. `sheets` are the pages of the kept `file`, in
    the folder of the stamped pages.
    """

    form: Expected
    state: State
    missing: tuple[int, ...] = ()
    unsure: tuple[int, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    file: str = ""

    @property
    def word(self) -> str:
        """Return how far it is in a word."""
        return "待确认" if self.unsure else self.state.value

    @property
    def note(self) -> str:
        """Return what is to be done about it; nothing if nothing is."""
        if self.state is State.OUTDATED:
            return "内容有改动，请重新打印盖章。"
        told = []
        if self.missing:
            told.append(f"缺第 {'、'.join(map(str, self.missing))} 页的扫描件。")
        if self.unsure:
            told.append(f"第 {'、'.join(map(str, self.unsure))} 页未见红章，请确认。")
        return "".join(told)


def load_record(draft_path: Path, on_damage: Callable[[Path], None] = lambda moved_to: None) -> Record:
    """Return what is known of a draft's forms; a damaged record is moved aside, and `on_damage` told where to.

    Raises AppError if it cannot be read, or was written by a newer version of the program (it stays untouched).
    """
    path = folder_of(draft_path) / _RECORD
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Record()
    except OSError as error:
        raise AppError(f"读不了“{path}”：{os_reason(error)}。", "请检查文件权限。") from error
    try:
        return msgspec.json.decode(data, type=Record)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if _is_newer(data):
            raise AppError(
                f"“{draft_path.stem}”的盖章记录是用更新的版本保存的，本程序读不了，文件没有改动。", "请升级本程序。"
            ) from error
        on_damage(move_aside(path, "损坏"))
        return Record()


def save_record(record: Record, draft_path: Path) -> None:
    """Write what is known of a draft's forms, whole or not at all; never over a newer version's. Raises AppError."""
    load_record(draft_path)
    data = msgspec.json.format(msgspec.json.encode(record), indent=2)
    write_whole(folder_of(draft_path) / _RECORD, data, private=True)


def _is_newer(data: bytes) -> bool:
    try:
        return msgspec.json.decode(data, type=_Version).version > _VERSION
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False


def exported(record: Record, forms: Iterable[Expected | Mark]) -> Record:
    """Return the record after forms were written."""
    return _with(record, {f.tag: msgspec.structs.replace(_kept(record, f), exported=f.content) for f in forms})


def printed(record: Record, forms: Iterable[Expected | Mark]) -> Record:
    """Return the record after forms were printed."""
    return _with(record, {f.tag: msgspec.structs.replace(_kept(record, f), printed=f.content) for f in forms})


def confirmed(record: Record, form: Expected) -> Record:
    """Return the record after somebody has looked at a form's pages and found the seal."""
    kept = _kept(record, form)
    sheets = tuple(msgspec.structs.replace(sheet, sure=True) for sheet in kept.sheets)
    return _with(record, {form.tag: msgspec.structs.replace(kept, sheets=sheets)})


def take_out(record: Record, draft_path: Path, form: Expected) -> Record:
    """Return the record without a form's scan, which is laid aside. Raises AppError if that cannot be done."""
    kept = _kept(record, form)
    path = folder_of(draft_path) / kept.file
    try:
        if kept.file:
            openable(path).replace(openable(path.with_name(f"{path.stem}{_ASIDE}{path.suffix}")))
    except FileNotFoundError:
        pass  # somebody has taken it away already
    except OSError as error:
        raise AppError(f"“{path.name}”移不出去：{os_reason(error)}。", "若在别的程序里打开，请关闭后再试。") from error
    return _with(record, {form.tag: Kept(exported=kept.exported, printed=kept.printed)})


def sift(
    record: Record, forms: Iterable[Expected], pages: Iterable[ScannedPage]
) -> tuple[list[ScannedPage], list[ScannedPage]]:
    """Return the pages that are to be kept, each form's page once, and all others.

    A page on which no seal is seen never takes the place of one that bears it; it is among the others then, as
    `no_better`.
    """
    contents = {form.tag: form.content for form in forms}
    sure = {
        (tag, sheet.page)
        for tag, kept in record.forms.items()
        if kept.returned == contents.get(tag)
        for sheet in kept.sheets
        if sheet.sure
    }
    taken: dict[tuple[str, int], ScannedPage] = {}
    others = []
    for page in pages:
        place = (page.tag, page.form_page)
        if page.status not in {"matched", "no_better"} or page.content != contents.get(page.tag) or not page.form_page:
            others.append(page)
        elif not _is_sure(page) and place in sure:
            others.append(page._replace(status="no_better"))
        else:
            sure |= {place} if _is_sure(page) else set()
            taken[place] = page._replace(status="matched")
    return list(taken.values()), others


def receive(
    record: Record,
    draft_path: Path,
    forms: Sequence[Expected],
    pages: Iterable[ScannedPage],
    reader: ScanReader,
    cancelled: Callable[[], bool] = lambda: False,
) -> Record:
    """Keep the pages that match their forms (see `sift`) and return the record with them; all others are passed over.

    A page that comes again takes the place of the one before; pages of an earlier content go. Raises AppError if a
    scan can no longer be read or cannot be written, and Cancelled soon after `cancelled()` is true; the record that
    is saved then says what there is.
    """
    by_tag = {form.tag: form for form in forms}
    coming: dict[str, dict[int, ScannedPage]] = {}
    for page in sift(record, forms, pages)[0]:
        coming.setdefault(page.tag, {})[page.form_page] = page
    folder = folder_of(draft_path)
    changed = {}
    for tag, came in coming.items():
        if cancelled():
            raise Cancelled
        form, kept = by_tag[tag], _kept(record, by_tag[tag])
        before = kept.sheets if kept.returned == form.content else ()
        file = f"{tag}/{safe_name(form.name)}（盖章扫描）.pdf"
        sources = {sheet.page: (folder / kept.file, place, 0) for place, sheet in enumerate(before, 1)}
        sources |= {number: (page.path, page.number, page.turn) for number, page in came.items()}
        sure = {sheet.page: sheet.sure for sheet in before}
        sure |= {number: _is_sure(page) for number, page in came.items()}
        reader.join([sources[number] for number in sorted(sources)], folder / file)
        changed[tag] = Kept(
            exported=kept.exported,
            printed=kept.printed,
            returned=form.content,
            pages=max(page.form_pages for page in came.values()),
            sheets=tuple(Sheet(number, sure[number]) for number in sorted(sure)),
            file=file,
        )
        save_record(_with(record, changed), draft_path)
    return _with(record, changed)


def board(record: Record, forms: Iterable[Expected]) -> list[Row]:
    """Return how far each form has come, in the forms' order."""
    return [_row(form, _kept(record, form)) for form in forms]


def summary(rows: Iterable[Row]) -> str:
    """Return in a sentence how many forms have come how far; nothing if there are none."""
    counts = Counter(row.word for row in rows)
    words = ["已盖章回收", "待确认", "已打印", "已导出", "已过期", "未导出"]
    told = "，".join(f"{counts[word]} 张{word}" for word in words if counts[word])
    return f"{counts.total()} 张表：{told}。" if told else ""


def accepted(record: Record, forms: Iterable[Expected], draft_path: Path) -> list[Scan]:
    """Return the scans that are whole and of the present content, as a package takes them, in the forms' order."""
    folder = folder_of(draft_path)
    return [
        Scan(folder / _kept(record, row.form).file, row.form.work, row.form.form)
        for row in board(record, forms)
        if row.state is State.RETURNED
    ]


def _row(form: Expected, kept: Kept) -> Row:
    if kept.returned == form.content:
        there = {sheet.page for sheet in kept.sheets}
        missing = tuple(number for number in range(1, kept.pages + 1) if number not in there)
        unsure = tuple(sheet.page for sheet in kept.sheets if not sheet.sure)
        state = State.PRINTED if missing or unsure else State.RETURNED
        return Row(form, state, missing, unsure, kept.sheets, kept.file)
    if kept.printed == form.content:
        return Row(form, State.PRINTED)
    if kept.exported == form.content:
        return Row(form, State.EXPORTED)
    return Row(form, State.OUTDATED if kept.exported or kept.printed or kept.returned else State.NEW)


def _is_sure(page: ScannedPage) -> bool:
    return not page.seal_wanted or page.red_seal is True


def _kept(record: Record, form: Expected | Mark) -> Kept:
    return record.forms.get(form.tag, Kept())


def _with(record: Record, changed: dict[str, Kept]) -> Record:
    return msgspec.structs.replace(record, forms={**record.forms, **changed})
