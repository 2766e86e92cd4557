"""Names for files that hold on Windows, on FAT32 and on Linux; Chinese and 《》 are kept."""

import re
import unicodedata

# Windows: "Naming Files, Paths, and Namespaces"; the rest are marks that cannot be seen but turn a name around.
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?")
# Of 255 bytes that a name may have on Linux, room is left for an extension and a number.
_MOST_BYTES = 180
# Of about 260 UTF-16 units that a whole path may have on Windows, what one name may take.
_MOST_CHARACTERS = 80


def safe_name(name: str) -> str:
    """Return a name that any system takes: NFC, at most 80 characters and 180 bytes of UTF-8, never empty.

    Only what Windows forbids is replaced, by `_`; a dot or space at the end, which Windows drops, is dropped.
    """
    text = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", re.sub(r"\s+", " ", name))).strip(" ").rstrip(". ")
    text = text[:_MOST_CHARACTERS]
    while len(text.encode()) > _MOST_BYTES:
        text = text[:-1]
    text = text.rstrip(". ")
    if _RESERVED.fullmatch(text):
        text = f"_{text}"
    return text or "_"


def is_portable(name: str) -> bool:
    """Say whether a name is one that Windows can have as well: no mark it forbids, no device, no dot at the end."""
    return not (_FORBIDDEN.search(name) or _RESERVED.fullmatch(name) or name.endswith((" ", ".")))


def distinct(names: list[str]) -> list[str]:
    """Return the names, each made safe, none twice even where capitals do not count: `a`, `A (2)`."""
    taken: set[str] = set()
    result = []
    for name in names:
        base = candidate = safe_name(name)
        number = 2
        while candidate.casefold() in taken:
            candidate = f"{base} ({number})"
            number += 1
        taken.add(candidate.casefold())
        result.append(candidate)
    return result
