"""Verifies a package against its own manifests, in words: what is missing, changed, extra, or not safe.

The rules are RFC 8493's, read as the Library of Congress's bagit-python reads them; where that one only logs a line of
a manifest that it cannot read and goes on, this one reports it. Only files that were found by listing the package are
ever opened: whatever path a manifest names, nothing outside is read, and nothing at all is written.
"""

import codecs
import hashlib
import posixpath
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import urlparse

from app.bag import ALGORITHMS, MANIFEST, PAYLOAD, is_unsafe, read_manifest, read_tags
from app.exporters.bag_store import Readable, Store, Unreadable, open_store
from app.exporters.copying import Moved, pump
from app.exporters.meter import Meter, Step
from app.exporters.package_notes import INCOMPLETE, STATUS

# Manifests are read whole; 10,000 files of long names make some megabytes.
_LARGEST_TAG_FILE = 64 * 1024 * 1024

Kind = Literal["missing", "changed", "extra", "damaged", "unsafe"]


class Problem(NamedTuple):
    """One thing that is not as it should be; `path` is the file's in the package."""

    kind: Kind
    path: str
    message: str


class Verified(NamedTuple):
    """What was found: `problems` (none: whole), whether it says that it is complete, its payload, its manifest."""

    problems: tuple[Problem, ...]
    complete: bool
    files: int
    size: int
    manifest_sha256: str


def verify(
    path: Path,
    progress: Callable[[Step], None] = lambda step: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Verified:
    """Return what a package, a folder or a ZIP, is by its own manifests.

    Raises AppError if there is nothing, or nothing like a package, and Cancelled soon after `cancelled()` is true.
    """
    with open_store(path) as store:
        return verify_store(store, progress, cancelled)


def verify_store(store: Store, progress: Callable[[Step], None], cancelled: Callable[[], bool]) -> Verified:
    """Return what an open package is; see `verify`."""
    problems = [Problem("unsafe", name, f"“{name}”{reason}。") for name, reason in store.unsafe]
    version: tuple[int, ...] = (1, 0)
    encoding = "utf-8"
    try:
        version, encoding = _declaration(store)
        info = _info(store, encoding)
    except _Damaged as damage:
        problems.append(damage.problem)
        info = {}
    expected, found = _manifests(store, version, encoding)
    problems += found
    payload = {name: size for name, size in store.sizes.items() if name.startswith(PAYLOAD)}
    problems += _presence(store, expected, payload)
    problems += _oxum(info, payload)
    problems += _fetch(store, encoding)
    problems += _contents(store, expected, progress, cancelled)
    return Verified(
        tuple(dict.fromkeys(problems)),
        info.get(STATUS) != INCOMPLETE,
        len(payload),
        sum(payload.values()),
        _manifest_digest(store),
    )


def _manifest_digest(store: Store) -> str:
    """Return the digest by which the history knows a package, empty where there is no manifest to read."""
    try:
        return hashlib.sha256(_read(store, MANIFEST)).hexdigest() if MANIFEST in store.sizes else ""
    except _Damaged:
        return ""


class _Damaged(Exception):  # noqa: N818  (never leaves this module)
    def __init__(self, path: str, message: str, kind: Kind = "damaged") -> None:
        self.problem = Problem(kind, path, message)


def _read(store: Store, name: str) -> bytes:
    """Return a tag file whole."""
    if store.sizes[name] > _LARGEST_TAG_FILE:
        raise _Damaged(name, f"“{name}”太大，不是报送包的清单。")
    try:
        with store.open(name) as file:
            return file.read(_LARGEST_TAG_FILE)
    except Unreadable as error:
        raise _Damaged(name, f"“{name}”读不出来：{error}。") from error


def _text(store: Store, name: str, encoding: str) -> str:
    try:
        return _read(store, name).decode(encoding)
    except (UnicodeDecodeError, UnicodeError) as error:
        raise _Damaged(name, f"“{name}”的文字编码已损坏。") from error


def _declaration(store: Store) -> tuple[tuple[int, ...], str]:
    """Return what bagit.txt says: the version, and the encoding of the other tag files. Raises _Damaged."""
    name = "bagit.txt"
    if name not in store.sizes:
        raise _Damaged(name, f"缺少“{name}”，这个包没有打完，或不是报送包。", "missing")
    data = _read(store, name)
    if data.startswith(codecs.BOM_UTF8):
        raise _Damaged(name, f"“{name}”的开头多了字节顺序标记。")
    try:
        tags = read_tags(data.decode("utf-8"))
        version = tuple(int(part) for part in tags["BagIt-Version"].split(".", 1))
        encoding = codecs.lookup(tags["Tag-File-Character-Encoding"]).name
        "".encode(encoding)
    except (ValueError, KeyError, LookupError) as error:
        raise _Damaged(name, f"“{name}”已损坏。") from error
    if not (0, 93) <= version < (2,):
        raise _Damaged(name, f"“{name}”写的版本 {tags['BagIt-Version']} 本程序不认识。")
    return version, encoding


def _info(store: Store, encoding: str) -> dict[str, str]:
    name = "bag-info.txt"
    if name not in store.sizes:
        return {}
    try:
        return read_tags(_text(store, name, encoding))
    except ValueError as error:
        raise _Damaged(name, f"“{name}”已损坏。") from error


Expected = dict[str, dict[str, str]]
"""Digests by algorithm, by path in the package."""


def _manifests(store: Store, version: tuple[int, ...], encoding: str) -> tuple[Expected, list[Problem]]:
    """Return what all manifests list, and what is wrong with them."""
    expected: Expected = {}
    problems: list[Problem] = []
    by_form = _by_normal_form(store.sizes)
    listed = 0
    for name in sorted(store.sizes):
        stem, _, algorithm = name.removesuffix(".txt").rpartition("-")
        if stem not in {"manifest", "tagmanifest"} or not name.endswith(".txt") or algorithm not in ALGORITHMS:
            continue
        listed += stem == "manifest"
        try:
            lines = read_manifest(_text(store, name, encoding))
        except _Damaged as damage:
            problems.append(damage.problem)
            continue
        problems += [Problem("damaged", name, f"清单“{name}”的第 {n} 行已损坏。") for n in lines.malformed]
        for entry in lines.entries:
            if is_unsafe(entry.path) or is_unsafe(entry.raw):
                shown = entry.raw.encode("unicode_escape").decode()
                problems.append(Problem("unsafe", shown, f"清单“{name}”指向包外的位置“{shown}”，不予读取。"))
                continue
            path = next((by_form[_normal(p)] for p in (entry.path, entry.raw) if _normal(p) in by_form), entry.path)
            digests = expected.setdefault(path, {})
            # Before 1.0 a line could stand there twice.
            if algorithm in digests and (version >= (1,) or digests[algorithm] != entry.digest):
                problems.append(Problem("damaged", name, f"清单“{name}”里“{path}”列了不止一次。"))
            digests[algorithm] = entry.digest
    if not listed:
        problems.append(Problem("missing", MANIFEST, f"缺少清单“{MANIFEST}”，无法核对内容。"))
    return expected, problems


def _presence(store: Store, expected: Expected, payload: Mapping[str, int]) -> Iterator[Problem]:
    if not store.has_payload:
        yield Problem("missing", PAYLOAD, f"缺少“{PAYLOAD.rstrip('/')}”文件夹，报送的内容不在包里。")
    for path in sorted(expected):
        if path not in store.sizes:
            yield Problem("missing", path, f"缺少文件：{path}")
    for path in sorted(payload):
        if path not in expected:
            yield Problem("extra", path, f"多出文件：{path}（清单里没有它）")


def _oxum(info: Mapping[str, str], payload: Mapping[str, int]) -> Iterator[Problem]:
    oxum = info.get("Payload-Oxum")
    if oxum is None:
        return
    size, _, count = oxum.partition(".")
    if not (_is_number(size) and _is_number(count)):
        yield Problem("damaged", "bag-info.txt", "“bag-info.txt”里的总量已损坏。")
    elif (int(size), int(count)) != (sum(payload.values()), len(payload)):
        there = f"实有 {len(payload)} 个文件、{sum(payload.values())} 字节"
        yield Problem("changed", "bag-info.txt", f"总量不符：应有 {count} 个文件、{size} 字节，{there}。")


def _is_number(text: str) -> bool:
    # A bag of 10^18 bytes is none; Python refuses to read thousands of digits.
    return text.isdecimal() and len(text) < 19


def _fetch(store: Store, encoding: str) -> Iterator[Problem]:
    """Yield what is wrong with a list of files to be fetched; nothing is fetched."""
    name = "fetch.txt"
    if name not in store.sizes:
        return
    try:
        lines = _text(store, name, encoding).splitlines()
    except _Damaged as damage:
        yield damage.problem
        return
    for number, line in enumerate(lines, 1):
        parts = line.split(None, 2)
        if len(parts) != 3 or is_unsafe(parts[2]) or not _is_address(parts[0]):
            yield Problem("damaged", name, f"“{name}”的第 {number} 行已损坏。")


def _is_address(text: str) -> bool:
    try:
        address = urlparse(text)
    except ValueError:
        return False
    return address.scheme == "file" or bool(address.netloc)


def _contents(
    store: Store, expected: Expected, progress: Callable[[Step], None], cancelled: Callable[[], bool]
) -> Iterator[Problem]:
    present = [path for path in sorted(expected) if path in store.sizes]
    meter = Meter(sum(store.sizes[path] for path in present), progress, cancelled)
    for path in present:
        meter.begin("verify", posixpath.basename(path))
        try:
            with store.open(path) as file:
                if _digests(file, expected[path], store.sizes[path], meter.moved) != expected[path]:
                    yield Problem("changed", path, f"内容有改动：{path}")
        except Unreadable as error:
            yield Problem("changed", path, f"读不出来：{path}（{error}）")


def _digests(file: Readable, algorithms: Iterable[str], size: int, moved: Moved) -> dict[str, str]:
    """Return a file's digests by algorithm."""
    if list(algorithms) == ["sha256"]:
        return {"sha256": pump(file, None, moved, size=size).sha256}
    hashes = {name: hashlib.new(name) for name in algorithms}
    while part := file.read(1024 * 1024):
        for running in hashes.values():
            running.update(part)
        moved(len(part))
    return {name: running.hexdigest() for name, running in hashes.items()}


def _normal(path: str) -> str:
    """Return a path in the form in which names are compared: macOS writes them decomposed."""
    return unicodedata.normalize("NFC", path)


def _by_normal_form(names: Mapping[str, int]) -> dict[str, str]:
    return {_normal(name): name for name in names}
