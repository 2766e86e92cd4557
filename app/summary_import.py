"""Reads a summary list that somebody else has filled in (.xlsx) into works, and finds the film of each.

The columns are known by the labels that the call's own list and fields have, in any order; title rows above,
merged cells and the lines of the unit and of the preparer are understood. What is not is listed, never dropped.
"""

import re
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from app.campaign import Campaign
from app.draft import bare_title
from app.errors import AppError, os_reason
from app.form_spec import PLACEHOLDER, Line, ListSpec

# What a list of a thousand works with long texts stays far below; more is a bomb or another kind of file.
_MOST_BYTES = 20 * 1024 * 1024
_MOST_UNPACKED = 200 * 1024 * 1024
_MOST_ROWS = 5000
# Below this likeness two names are not the same film's.
_ALIKE = 0.6


class ListedWork(NamedTuple):
    """One row: `values` by placeholder name (`work.title`, `work.theme` …); `row` is the sheet's row, from 1."""

    row: int
    values: dict[str, str]


class Summary(NamedTuple):
    """A list as read: `unit` by placeholder name (`unit.name`, `preparer.name` …), and what was not understood."""

    works: tuple[ListedWork, ...]
    unit: dict[str, str]
    not_understood: tuple[str, ...]


def read_summary(path: Path, campaign: Campaign) -> Summary:
    """Read a list's first sheet that has the call's columns.

    Raises AppError if the file is no .xlsx, is damaged or hostile, or no sheet has at least two known columns.
    """
    columns = _known_columns(campaign)
    for sheet in _sheets(path):
        rows = _rows(sheet)
        header = next((n for n, cells in enumerate(rows) if len(_header(cells, columns)) >= 2), None)
        if header is not None:
            return _read(rows, header, columns, campaign, _continued(sheet, rows))
    labels = "、".join(dict.fromkeys(_own_labels(campaign)))
    raise AppError(f"“{path.name}”里没有找到汇总表的表头。", f"表头应有：{labels}（顺序不限，至少两列）。")


def match_films(works: Sequence[ListedWork], names: Sequence[str]) -> dict[int, int]:
    """Return which film (index into `names`, file names) each listed work (index) is: the likest pairs first.

    A name matches if it holds the title, or is like it; a film is given away once; what matches nothing is absent.
    """
    titles = [_essence(bare_title(w.values.get("work.title", ""))) for w in works]
    stems = [_essence(Path(name).stem) for name in names]
    scored = [
        (_likeness(title, stem), w, f)
        for w, title in enumerate(titles)
        for f, stem in enumerate(stems)
        if title and stem
    ]
    found: dict[int, int] = {}
    taken: set[int] = set()
    for score, w, f in sorted(scored, key=lambda s: (-s[0], s[1], s[2])):
        if score >= _ALIKE and w not in found and f not in taken:
            found[w] = f
            taken.add(f)
    return found


def _sheets(path: Path) -> Iterator[Worksheet]:
    if path.suffix.lower() in {".xls", ".et", ".ods", ".csv"}:
        hint = "请在 Excel 或 WPS 里另存为“.xlsx”后再导入。"
        raise AppError(f"“{path.name}”是 {path.suffix.lower()} 格式，不能直接导入。", hint)
    damaged = AppError(
        f"“{path.name}”打不开，可能已损坏或不是 .xlsx 表格。", "请用 Excel 或 WPS 打开后另存为“.xlsx”再导入。"
    )
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise AppError(f"“{path.name}”太大，不像一份汇总表。", "请确认选对了文件。")
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MOST_UNPACKED:
                raise AppError(f"“{path.name}”解开后太大，不像一份汇总表。", "请确认选对了文件。")
        book = load_workbook(path, data_only=True)
    except OSError as error:
        raise AppError(
            f"读不了“{path.name}”：{os_reason(error) if error.errno else '文件有误'}。",
            "请关闭正在使用它的程序，再试一次。",
        ) from error
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError) as error:
        raise damaged from error
    try:
        yield from book.worksheets
    finally:
        book.close()


def _rows(sheet: Worksheet) -> list[list[str]]:
    """Return the sheet's cells as text; a merged cell's text stands in all its columns, as a reader sees it."""
    if (sheet.max_row or 0) > _MOST_ROWS:
        raise AppError(f"工作表“{sheet.title}”有 {sheet.max_row} 行，不像一份汇总表。", "请删去多余的行后再导入。")
    rows = [[_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    for merged in sheet.merged_cells.ranges:
        text = rows[merged.min_row - 1][merged.min_col - 1]
        for column in range(merged.min_col - 1, min(merged.max_col, len(rows[merged.min_row - 1]))):
            rows[merged.min_row - 1][column] = text
    return rows


def _continued(sheet: Worksheet, rows: list[list[str]]) -> dict[int, dict[int, str]]:
    """Return, by row and column (0 is the first), the texts of cells that were merged downwards from above."""
    found: dict[int, dict[int, str]] = {}
    for merged in sheet.merged_cells.ranges:
        text = rows[merged.min_row - 1][merged.min_col - 1]
        for row in range(merged.min_row, min(merged.max_row, len(rows))):
            found.setdefault(row, {}).update(dict.fromkeys(range(merged.min_col - 1, merged.max_col), text))
    return found


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _read(
    rows: list[list[str]],
    header: int,
    columns: dict[str, str],
    campaign: Campaign,
    continued: dict[int, dict[int, str]],
) -> Summary:
    by_column = _header(rows[header], columns)
    not_understood = [
        f"第 {header + 1} 行的表头“{text}”不认识，这一列没有导入。"
        for column, text in enumerate(rows[header])
        if text and column not in by_column and text not in rows[header][:column] and not _is_number_label(text)
    ]
    works: list[ListedWork] = []
    unit: dict[str, str] = {}
    labels = _unit_labels(campaign)
    for number, cells in enumerate(rows):
        if number == header or not any(cells):
            continue
        values = (
            {name: cells[c] for c, name in by_column.items() if c < len(cells) and cells[c]} if number > header else {}
        )
        said = _unit_line(cells, labels)
        if said:
            unit |= {name: value for name, value in said.items() if value}
        elif values.get("work.title"):
            # One theme or producer is often written once, beside all the works that share it.
            shared = continued.get(number, {})
            above = {name: shared[c] for c, name in by_column.items() if shared.get(c)}
            works.append(ListedWork(number + 1, above | values))
        elif number > header and number not in continued and any(not _is_number(cell) for cell in cells if cell):
            shown = "、".join(dict.fromkeys(c for c in cells if c))[:40]
            not_understood.append(f"第 {number + 1} 行没有片名，没有导入：{shown}")
    return Summary(tuple(works), unit, tuple(not_understood))


def _essence(text: str) -> str:
    """Return a text as it is compared: no case, width, space, punctuation, nor what is in brackets."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    without = re.sub(r"\([^()]*\)", "", folded)
    return re.sub(r"[\W_]", "", without) or re.sub(r"[\W_]", "", folded)


def _own_labels(campaign: Campaign) -> Iterator[str]:
    for form in campaign.forms:
        for block in form.blocks:
            if isinstance(block, ListSpec):
                yield from (column.label for column in block.columns if not column.number)


def _known_columns(campaign: Campaign) -> dict[str, str]:
    """Return the placeholder that each column label means: of the call's lists first, then of its fields."""
    known: dict[str, str] = {}
    for form in campaign.forms:
        for block in form.blocks:
            for column in block.columns if isinstance(block, ListSpec) else ():
                names = [m[1] for m in PLACEHOLDER.finditer(column.text) if m[1] != "work.number"]
                if names:
                    known[_essence(column.label)] = names[0]
    for field in campaign.fields:
        if "." not in field.id:
            known.setdefault(_essence(field.label), f"work.{field.id}")
    return known


def _header(cells: list[str], columns: dict[str, str]) -> dict[int, str]:
    """Return the placeholder of each column of a header row, the leftmost where a label stands twice."""
    found: dict[int, str] = {}
    for column, text in enumerate(cells):
        name = columns.get(_essence(text)) if text else None
        if name and name not in found.values():
            found[column] = name
    return found


def _unit_labels(campaign: Campaign) -> dict[str, str]:
    """Return the placeholder of each label that stands in a line around a list, such as that of the preparer."""
    labels: dict[str, str] = {}
    for form in campaign.forms:
        if not any(isinstance(block, ListSpec) for block in form.blocks):
            continue
        for block in form.blocks:
            for text in (block.text, block.right) if isinstance(block, Line) else ():
                found = PLACEHOLDER.search(text)
                if found:
                    labels[_essence(text[: found.start()])] = found[1]
    return labels


def _unit_line(cells: list[str], labels: dict[str, str]) -> dict[str, str]:
    """Return what a line around the list says (`报送人：张三`), the value after the colon or in the next cell."""
    said: dict[str, str] = {}
    kept = list(dict.fromkeys(c for c in cells if c))
    for index, text in enumerate(kept):
        label, colon, value = text.replace(":", "：").partition("：")
        name = labels.get(_essence(label)) if colon else None
        if name:
            following = kept[index + 1] if index + 1 < len(kept) else ""
            said[name] = value.strip() or ("" if "：" in following.replace(":", "：") else following)
    return said


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[\d.、]+", text) is not None


def _is_number_label(text: str) -> bool:
    return _essence(text) in {"序号", "编号", "no"}


def _likeness(title: str, stem: str) -> float:
    """Return how much a file's name is a title's: 1 where it holds the whole title, else the matching part."""
    if title in stem:
        # The longer the title within the name, the surer.
        return 1 + len(title) / (len(stem) + 1)
    if len(stem) >= 2 and stem in title:
        return 0.9
    return SequenceMatcher(None, title, stem, autojunk=False).ratio()
