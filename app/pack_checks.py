"""What a pack's types cannot say: names that must be known, bounds that must agree, tables that must close."""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

import msgspec

from app.form_spec import (
    PLACEHOLDERS,
    UNIT_PLACEHOLDERS,
    WORK_PLACEHOLDERS,
    FormSpec,
    GridSpec,
    ListSpec,
    unknown_placeholders,
)

Key = tuple[str | int, ...]
Found = Iterator[tuple[Key, str]]

_PAGE_WIDTH = {"portrait": 210, "landscape": 297}


def checks(data: dict[str, Any]) -> list[tuple[Key, str]]:
    """Return every mistake in a pack's data that is not one of type; parts of a wrong type are passed over."""
    found = [
        *_bounds(data),
        *_unique(data, "types", "name"),
        *_unique(data, "confirmations", "id"),
        *_unique(data, "fields", "id"),
        *_unique(data, "forms", "id"),
        *_unique(data, "themes", "name"),
        *_ratios(data),
        *_templates(data.get("naming", {}), ("naming",), PLACEHOLDERS),
    ]
    if data.get("types") == []:
        found.append((("types",), "至少要有一种作品类型"))
    for index, raw in enumerate(_list(data, "channels")):
        if isinstance(raw, dict):
            found += _templates(raw.get("fields", []), ("channels", index, "fields"), PLACEHOLDERS)
    for index, raw in enumerate(_list(data, "forms")):
        key: Key = ("forms", index)
        scope = raw.get("scope") if isinstance(raw, dict) else None
        allowed = UNIT_PLACEHOLDERS if scope == "submission" else PLACEHOLDERS
        found += _form_templates(raw, key, allowed)
        try:
            form = msgspec.convert(raw, FormSpec)
        except msgspec.ValidationError:
            continue
        found += _geometry(form, key)
    return found


def grid_gaps(grid: GridSpec) -> list[tuple[int, str]]:
    """Return the rows (0 is the first) whose cells do not fill the grid's columns exactly, and how."""
    width = len(grid.columns)
    reach = [0] * width
    wrong = []
    for index, row in enumerate(grid.rows):
        column, overflow = 0, False
        for cell in row.cells:
            while column < width and reach[column] > index:
                column += 1
            taken = range(column, column + cell.colspan)
            overflow = overflow or taken.stop > width or any(reach[c] > index for c in taken if c < width)
            for c in taken:
                if c < width:
                    reach[c] = index + cell.rowspan
            column = taken.stop
        if overflow:
            wrong.append((index, "单元格超出了表格的列数"))
        elif any(r <= index for r in reach):
            wrong.append((index, "单元格没有占满表格的列"))
    if any(r > len(grid.rows) for r in reach):
        wrong.append((len(grid.rows) - 1, "有单元格的 rowspan 超出了表格的末行"))
    return wrong


def _list(data: dict[str, Any], name: str) -> list[Any]:
    value = data.get(name, [])
    return value if isinstance(value, list) else []


def _unique(data: dict[str, Any], name: str, field: str) -> Found:
    values = [item.get(field) if isinstance(item, dict) else None for item in _list(data, name)]
    counts = Counter(v for v in values if isinstance(v, str))
    for index, value in enumerate(values):
        if isinstance(value, str) and counts[value] > 1 and values.index(value) != index:
            yield (name, index, field), f"“{value}”写了两次"


def _bounds(data: dict[str, Any]) -> Found:
    """Yield bounds that no value can be between."""
    pairs: list[tuple[Key, Any, str, str]] = [(("window",), data.get("window"), "opens", "closes")]
    pairs += [(("types", i), t, "min_seconds", "max_seconds") for i, t in enumerate(_list(data, "types"))]
    video = data.get("video")
    rules = video if isinstance(video, dict) else {}
    pairs += [
        (("video", name), rules.get(name), "minimum", "maximum") for name in ("bit_rate", "frame_rate", "file_size")
    ]
    for key, table, low, high in pairs:
        if not isinstance(table, dict) or low not in table or high not in table:
            continue
        try:
            reversed_bounds = table[low] > table[high]
        except TypeError:
            continue
        if reversed_bounds:
            yield (*key, high), f"不应小于 {low}（{table[low]}）"


def _ratios(data: dict[str, Any]) -> Found:
    video = data.get("video")
    rule = video.get("orientation") if isinstance(video, dict) else None
    ratios = rule.get("ratios", []) if isinstance(rule, dict) else []
    for index, ratio in enumerate(ratios if isinstance(ratios, list) else []):
        if isinstance(ratio, str) and not re.fullmatch(r"[1-9]\d*:[1-9]\d*", ratio):
            yield ("video", "orientation", "ratios", index), f"“{ratio}”不是画幅比例，应写成 16:9 的样子"


def _templates(value: Any, key: Key, allowed: tuple[str, ...]) -> Found:
    """Yield every placeholder, however deep, that is not one of the allowed."""
    if isinstance(value, str):
        for name in unknown_placeholders(value, allowed):
            close = get_close_matches(name, allowed, n=1)
            yield key, f"没有占位符“{{{name}}}”" + (f"，是不是“{{{close[0]}}}”？" if close else "")
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _templates(item, (*key, name), allowed)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _templates(item, (*key, index), allowed)


def _form_templates(form: Any, key: Key, allowed: tuple[str, ...]) -> Found:
    """Yield a form's unknown placeholders; a list's columns speak of works even in a form of the submission."""
    blocks = form.get("blocks") if isinstance(form, dict) else None
    for index, block in enumerate(blocks if isinstance(blocks, list) else []):
        is_list = isinstance(block, dict) and block.get("kind") == "list"
        names = (*WORK_PLACEHOLDERS, *UNIT_PLACEHOLDERS) if is_list else allowed
        yield from _templates(block, (*key, "blocks", index), names)


def _geometry(form: FormSpec, key: Key) -> Found:
    """Yield tables that are wider than the page, and grids that do not close."""
    room = _PAGE_WIDTH[form.orientation] - form.margins[1] - form.margins[3]
    for index, block in enumerate(form.blocks):
        if isinstance(block, GridSpec):
            widths = block.columns
            for row, message in grid_gaps(block):
                yield (*key, "blocks", index, "rows", row), message
        elif isinstance(block, ListSpec):
            widths = tuple(c.width for c in block.columns)
        else:
            continue
        if sum(widths) > room + 0.01:
            yield (*key, "blocks", index, "columns"), f"各列共宽 {sum(widths):g} 毫米，版心只有 {room:g} 毫米"
