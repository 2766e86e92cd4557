"""Reads a call's pack (TOML) into a Campaign, or says everything that is wrong with it at once."""

import datetime
import functools
import re
import tomllib
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import inspect

from app import paths
from app.campaign import Campaign
from app.errors import AppError, os_reason
from app.pack_checks import checks
from app.toml_lines import key_lines, line_of

Key = tuple[str | int, ...]


class Mistake(NamedTuple):
    """One thing wrong in a pack: the key it is about, its line (1 is the first), and what is wrong."""

    key: str
    line: int
    message: str

    def __str__(self) -> str:
        """Return the mistake as one line of a report."""
        return f"第 {self.line} 行 {self.key}：{self.message}" if self.key else f"第 {self.line} 行：{self.message}"


class PackError(AppError):
    """A pack that cannot be used, with every mistake in it."""

    def __init__(self, path: Path, mistakes: list[Mistake]) -> None:
        self.mistakes = mistakes
        listed = "；".join(str(m) for m in mistakes)
        super().__init__(f"征集文件“{path.name}”有 {len(mistakes)} 处错误：{listed}。", "请改正后再打开。")


def load_campaign(path: Path) -> Campaign:
    """Read a pack.

    Raises PackError with all mistakes (key, line, and the likely word where one was misspelt), AppError if the
    file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise AppError(f"读不了征集文件“{path}”：{os_reason(error)}。", "请检查路径是否正确。") from error
    except UnicodeDecodeError as error:
        raise AppError(f"征集文件“{path.name}”不是 UTF-8 编码的文本。", "请另存为 UTF-8 后再打开。") from error
    return _parse(path, text)


# The window asks for the shipped calls several times while it opens.
@functools.lru_cache(maxsize=8)
def _parse(path: Path, text: str) -> Campaign:
    """Return the call of a pack. Raises PackError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PackError(path, [_syntax_mistake(str(error), text)]) from error
    found = list(_structure(data, inspect.type_info(Campaign), ()))
    found += checks(data)
    if found:
        lines = key_lines(text)
        mistakes = [Mistake(_dotted(key), line_of(lines, key), message) for key, message in found]
        raise PackError(path, sorted(set(mistakes), key=lambda m: (m.line, m.key)))
    return msgspec.convert(data, Campaign)


def shipped_campaigns() -> list[Campaign]:
    """Return the calls that ship with the program, the one that closes last first."""
    found = [load_campaign(p) for p in sorted(paths.campaigns().glob("*.toml"))]
    return sorted(found, key=lambda c: c.window.closes if c.window else datetime.date.min, reverse=True)


def find_campaign(name: str) -> Campaign:
    """Return the call of that id, or the one in the pack file of that path; the newest one for an empty name.

    Raises AppError if there is none.
    """
    shipped = shipped_campaigns()
    if not name:
        return shipped[0]
    for campaign in shipped:
        if campaign.id == name:
            return campaign
    if Path(name).exists() or name.endswith(".toml"):
        return load_campaign(Path(name))
    known = "、".join(c.id for c in shipped)
    raise AppError(f"没有名为“{name}”的征集活动。", f"可用的有：{known}；也可以给出征集文件（.toml）的路径。")


def _syntax_mistake(error: str, text: str) -> Mistake:
    """Return a syntax error of tomllib, whose message ends in its place, in the user's words."""
    place = re.search(r"line (\d+), column (\d+)", error)
    line = int(place[1]) if place else len(text.splitlines())
    return Mistake("", line, "不合 TOML 的写法，请检查引号、括号和等号是否成对，同一个键是否写了两次")


def _dotted(key: Key) -> str:
    """Return a key as a person writes it: `types[1].max_seconds`, counting from 1."""
    text = ""
    for part in key:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _structure(value: Any, kind: inspect.Type, key: Key) -> Iterator[tuple[Key, str]]:
    """Yield every place where the data is not of the type, and what is wrong there."""
    match kind:
        case inspect.Metadata():
            yield from _structure(value, kind.type, key)
        case inspect.StructType():
            yield from _struct(value, kind, key)
        case inspect.UnionType():
            yield from _structure(value, _branch(value, kind), key)
        case inspect.VarTupleType():
            if not isinstance(value, list):
                yield key, f"应当是列表，写成了{_spoken(value)}"
                return
            for index, item in enumerate(value):
                yield from _structure(item, kind.item_type, (*key, index))
        case inspect.TupleType():
            if not isinstance(value, list) or len(value) != len(kind.item_types):
                yield key, f"应当是 {len(kind.item_types)} 个值的列表"
                return
            for index, (item, item_type) in enumerate(zip(value, kind.item_types, strict=True)):
                yield from _structure(item, item_type, (*key, index))
        case inspect.LiteralType():
            if value not in kind.values:
                yield key, f"“{value}”不在可用的值之中{_suggest(str(value), [str(v) for v in kind.values])}"
        case _:
            yield from _scalar(value, kind, key)


def _struct(value: Any, kind: inspect.StructType, key: Key) -> Iterator[tuple[Key, str]]:
    if not isinstance(value, dict):
        yield key, f"应当是一组“键 = 值”，写成了{_spoken(value)}"
        return
    known = {f.encode_name: f for f in kind.fields}
    tag = {kind.tag_field} if kind.tag_field else set()
    if kind.tag_field and value.get(kind.tag_field) != kind.tag:
        yield (*key, kind.tag_field), f"“{value.get(kind.tag_field)}”不是已知的种类"
        return
    for name in value:
        if name not in known and name not in tag:
            yield (*key, name), f"没有这个键{_suggest(name, list(known))}"
    for name, field in known.items():
        if name in value:
            yield from _structure(value[name], field.type, (*key, name))
        elif field.required:
            yield (*key, name), "缺少这个键"


def _branch(value: Any, kind: inspect.UnionType) -> inspect.Type:
    """Return the member of a union that the value means to be."""
    members = [t for t in kind.types if not isinstance(t, inspect.NoneType)]
    for member in members:
        if isinstance(member, inspect.StructType) and isinstance(value, dict) and member.tag_field:
            if value.get(member.tag_field) == member.tag:
                return member
        elif not list(_structure(value, member, ())):
            return member
    return members[0]


def _scalar(value: Any, kind: inspect.Type, key: Key) -> Iterator[tuple[Key, str]]:
    wanted: dict[type[inspect.Type], tuple[tuple[type, ...], str]] = {
        inspect.StrType: ((str,), "文字"),
        inspect.BoolType: ((bool,), "true 或 false"),
        inspect.IntType: ((int,), "整数"),
        inspect.FloatType: ((int, float), "数"),
        inspect.DateType: ((datetime.date,), "日期（如 2030-01-31，不加引号）"),
    }
    types, name = wanted[type(kind)]
    is_stray = (isinstance(value, bool) and bool not in types) or isinstance(value, datetime.datetime)
    if not isinstance(value, types) or is_stray:
        yield key, f"应当是{name}，写成了{_spoken(value)}"
        return
    least = kind.gt if isinstance(kind, inspect.IntType | inspect.FloatType) else None
    if least is not None and isinstance(value, int | float) and value <= least:
        yield key, f"应当大于 {least:g}，写成了 {value}"


def _spoken(value: Any) -> str:
    if isinstance(value, str):
        return f"文字“{value[:20]}”"
    if isinstance(value, list):
        return "列表"
    if isinstance(value, dict):
        return "一组键值"
    return f" {str(value).lower() if isinstance(value, bool) else value}"


def _suggest(word: str, known: list[str]) -> str:
    close = get_close_matches(word, known, n=1, cutoff=0.5)
    return f"，是不是“{close[0]}”？" if close else f"（可用：{'、'.join(known)}）"
