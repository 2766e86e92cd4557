"""The words of a bag: tag files and manifests of BagIt 1.0 (RFC 8493). No input or output.

Paths are POSIX paths below the bag's folder, `data/…` for the payload.
"""

import hashlib
import posixpath
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

BAGIT_TXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
PAYLOAD = "data/"
# RFC 8493, 2.4: names of algorithms as hashlib has them; the shake family has no fixed length.
ALGORITHMS = frozenset(name for name in hashlib.algorithms_guaranteed if not name.startswith("shake"))

_ENCODED = {"%0a": "\n", "%0d": "\r", "%25": "%"}


class Entry(NamedTuple):
    """One line of a manifest; `raw` is the path as written, `path` with what RFC 8493, 2.1.3 encodes decoded."""

    digest: str
    path: str
    raw: str


class Lines(NamedTuple):
    """A manifest as read: its entries, and the lines that are none (counted from 1)."""

    entries: tuple[Entry, ...]
    malformed: tuple[int, ...]


def write_manifest(digests: Mapping[str, str]) -> bytes:
    """Return a manifest: one `digest  path` a line, sorted by path, so that the same content gives the same bytes."""
    return "".join(f"{digests[path]}  {_encode(path)}\n" for path in sorted(digests)).encode("utf-8")


def read_manifest(text: str) -> Lines:
    """Return what a manifest lists; a `*` before the path (as md5sum writes it) does not belong to it."""
    entries: list[Entry] = []
    malformed: list[int] = []
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff")), 1):
        parts = line.strip().split(None, 1)
        if not parts:
            continue
        if len(parts) == 1 or parts[0].startswith("#"):
            malformed.append(number)
            continue
        raw = posixpath.normpath(parts[1].lstrip("*"))
        entries.append(Entry(parts[0].lower(), _decode(raw), raw))
    return Lines(tuple(entries), tuple(malformed))


def write_tags(tags: Iterable[tuple[str, str]]) -> bytes:
    """Return a tag file such as bag-info.txt; a line break inside a value becomes a space."""
    return "".join(f"{label}: {' '.join(value.split())}\n" for label, value in tags).encode("utf-8")


def read_tags(text: str) -> dict[str, str]:
    """Return a tag file's values; of a repeated label the first. Raise ValueError where a line has no colon."""
    tags: dict[str, str] = {}
    label = ""
    for line in re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff")):
        if not line.strip():
            continue
        if line[0].isspace() and label:
            tags[label] += " " + line.strip()
            continue
        label, colon, value = line.partition(":")
        label = label.strip()
        if not colon:
            raise ValueError(line)
        tags.setdefault(label, value.strip())
    return tags


def is_unsafe(path: str) -> bool:
    r"""Say whether a path would lead out of the folder it is below: absolute, `..`, a drive, `\\?\`, `~`, NUL."""
    parts = path.replace("\\", "/").split("/")
    return (
        not path
        or "\x00" in path
        or path.startswith(("/", "\\", "~"))
        or ".." in parts
        or re.match(r"[A-Za-z]:", path) is not None
    )


def _encode(path: str) -> str:
    return path.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")


def _decode(path: str) -> str:
    return re.sub(r"%0[adAD]|%25", lambda found: _ENCODED[found[0].lower()], path)
