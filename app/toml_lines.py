"""On which line of a TOML text each key stands; the standard library's parser does not say."""

import re

Key = tuple[str | int, ...]

_TABLE = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_PAIR = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=(.*)$""", re.DOTALL)
_TOKEN = re.compile(r"""\"{3}|'{3}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*|[\[\]{}]""")


def key_lines(text: str) -> dict[Key, int]:
    """Return the line (1 is the first) of every table and every key of a valid TOML text.

    Keys inside inline tables are not listed: their error is shown at the line of the key that holds them.
    """
    lines: dict[Key, int] = {}
    counts: dict[Key, int] = {}
    table: Key = ()
    open_brackets, quotes = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        inside_value = bool(open_brackets or quotes)
        if not inside_value and (header := _TABLE.match(line)):
            table = _table_key(_names(header[2]), counts, array=header[1] == "[[")
            lines.setdefault(table, number)
            continue
        value = line
        if not inside_value and (pair := _PAIR.match(line)):
            key: Key = table
            for name in _names(pair[1]):
                key = (*key, name)
                lines.setdefault(key, number)
            value = pair[2]
        open_brackets, quotes = _scan(value, open_brackets, quotes)
    return lines


def line_of(lines: dict[Key, int], key: Key) -> int:
    """Return the line of a key, or of the nearest thing around it that has one; 1 for the whole text."""
    while key:
        if key in lines:
            return lines[key]
        key = key[:-1]
    return 1


def _names(dotted: str) -> list[str]:
    parts: list[str] = re.findall(r"""[\w-]+|"[^"]*"|'[^']*'""", dotted)
    return [p.strip("\"'") for p in parts]


def _table_key(names: list[str], counts: dict[Key, int], *, array: bool) -> Key:
    """Return the full key of a table header: an array of tables on the way stands for its last element."""
    key: Key = ()
    for index, name in enumerate(names):
        key = (*key, name)
        if array and index == len(names) - 1:
            counts[key] = counts.get(key, 0) + 1
        if key in counts:
            key = (*key, counts[key] - 1)
    return key


def _scan(value: str, open_brackets: int, quotes: str) -> tuple[int, str]:
    """Follow a value over the end of its line: how many brackets are open, and which long string is."""
    position = 0
    while position < len(value):
        if quotes:
            end = value.find(quotes, position)
            if end < 0:
                return open_brackets, quotes
            position, quotes = end + 3, ""
            continue
        token = _TOKEN.search(value, position)
        if not token:
            break
        position = token.end()
        if token[0] in {'"""', "'''"}:
            quotes = token[0]
        elif token[0] in "[{":
            open_brackets += 1
        elif token[0] in "]}":
            open_brackets -= 1
    return open_brackets, quotes
