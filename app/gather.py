"""Gathers the works of sub-units: opens their packages and drafts, verifies each, and merges the works into one draft.

What comes from others is not trusted. A package that is not whole, or holds anything that is not a plain file inside
it, is refused as a whole, with the reason; only films of ZIPs are written, below the folder given, under names of our
own making.
"""

import re
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from io import FileIO
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Literal, NamedTuple

import msgspec

from app import drives
from app.bag import MANIFEST, PAYLOAD, is_unsafe, read_manifest
from app.discover import FILM_EXTENSIONS, is_junk, natural_key
from app.draft import Draft, Unit, Video, Work, bare_title
from app.errors import AppError, Cancelled
from app.exporters.bag_store import Store, Unreadable, open_store
from app.exporters.copying import pump
from app.exporters.meter import Step
from app.exporters.naming import safe_name
from app.exporters.package_notes import DRAFT
from app.exporters.verify import verify_store
from app.files import cannot_write, write_whole
from app.long_paths import openable
from app.storage import SUFFIX, foreign_draft, new_work_id, video_path

# A unit that hands in a thousand works has five thousand files; no sub-unit comes near.
_MOST_FILES = 5_000
_LARGEST_DRAFT = 64 * 1024 * 1024
_SPARE = 64 * 1024 * 1024

Progress = Callable[[Step], None]


class Origin(msgspec.Struct, frozen=True):
    """Where a work came from: the sub-unit's name, the package or draft, its number there, its film's digest."""

    unit: str
    source: str
    number: int
    film_sha256: str


class Refused(NamedTuple):
    """A package or draft that was not taken, and why."""

    path: Path
    reason: str


class Duplicate(NamedTuple):
    """Works, by id, whose films are the same bytes or whose titles are the same words."""

    kind: Literal["content", "title"]
    works: tuple[str, ...]


class Gathered(NamedTuple):
    """The merged draft, where each work came from (by its id), what was refused, and what is there more than once."""

    draft: Draft
    origins: dict[str, Origin]
    refused: tuple[Refused, ...]
    duplicates: tuple[Duplicate, ...]


def gather(
    paths: Iterable[Path],
    into: Path,
    campaign: str,
    unit: Unit,
    progress: Progress = lambda step: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Gathered:
    """Merge the works of packages (folders, ZIPs), drafts, and folders of these, in the order of `paths`.

    `campaign` is the call's id and `unit` who gathers; films in ZIPs are unpacked below `into`. Raises AppError where
    `into` cannot be written, and Cancelled soon after `cancelled()` is true.
    """
    works: list[Work] = []
    origins: dict[str, Origin] = {}
    refused: list[Refused] = []
    for path in _expanded(paths):
        try:
            taken = _taken(path, into, campaign, progress, cancelled)
        except AppError as error:
            refused.append(Refused(path, str(error)))
            continue
        for work, origin in taken:
            works.append(work)
            origins[work.id] = origin
    draft = Draft(campaign=campaign, unit=unit, works=tuple(works))
    return Gathered(draft, origins, tuple(refused), tuple(_duplicates(draft, origins)))


def save_origins(draft_path: Path, origins: dict[str, Origin]) -> None:
    """Remember beside a draft where its works came from; the draft's own format stays as it is."""
    write_whole(_origins_path(draft_path), msgspec.json.format(msgspec.json.encode(origins)), private=True)


def load_origins(draft_path: Path) -> dict[str, Origin]:
    """Return where a draft's works came from; empty if nothing is remembered, or it cannot be read any more."""
    try:
        return msgspec.json.decode(_origins_path(draft_path).read_bytes(), type=dict[str, Origin])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return {}


def _origins_path(draft_path: Path) -> Path:
    return draft_path.with_name(f"{draft_path.stem}_来源.json")


def _expanded(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield each package and draft; of a folder that is no package, those directly in it."""
    for path in paths:
        if not openable(path).is_dir() or _is_package(path):
            yield path
            continue
        inside = [p for p in path.iterdir() if not is_junk(p.name) and (_is_package(p) or _is_file_of_ours(p))]
        yield from sorted(inside, key=lambda p: natural_key(p.name)) if inside else [path]


def _is_package(path: Path) -> bool:
    return openable(path / MANIFEST).exists() or openable(path / "bagit.txt").exists()


def _is_file_of_ours(path: Path) -> bool:
    return path.suffix.lower() in {".zip", SUFFIX} and openable(path).is_file()


Taken = list[tuple[Work, Origin]]


def _taken(path: Path, into: Path, campaign: str, progress: Progress, cancelled: Callable[[], bool]) -> Taken:
    """Return the works of one package or draft. Raises AppError, which says why it is refused."""
    if openable(path).is_dir() or _begins_as_zip(path):
        with open_store(path) as store:
            return _from_package(store, path, into, campaign, progress, cancelled)
    draft = _checked(foreign_draft(_small(path), path.name), path, campaign)
    works: Taken = []
    for number, work in enumerate(draft.works, 1):
        if cancelled():
            raise Cancelled
        raw = work.video.path
        if raw and is_unsafe(raw) and not (PureWindowsPath(raw).is_absolute() or PurePosixPath(raw).is_absolute()):
            raise AppError(f"“{path.name}”里第 {number} 部作品的视频路径“{raw}”指向别处，已拒绝。")
        film = video_path(work, path)
        digest = ""
        if raw and openable(film).is_file():
            _require_film(raw, path)
            with FileIO(openable(film), "r") as file:
                digest = pump(file, None, lambda length: None, size=openable(film).stat().st_size).sha256
        works.append(_own(work, draft, path, number, str(film) if digest else "", digest))
    return works


def _from_package(
    store: Store, path: Path, into: Path, campaign: str, progress: Progress, cancelled: Callable[[], bool]
) -> Taken:
    if len(store.sizes) + len(store.unsafe) > _MOST_FILES:
        raise AppError(f"“{path.name}”里有 {len(store.sizes)} 个文件，不像是报送包，已拒绝。")
    if store.unsafe:
        raise AppError(f"“{path.name}”不安全，已拒绝：“{store.unsafe[0].name}”{store.unsafe[0].reason}。")
    problems = verify_store(store, progress, cancelled).problems
    if problems:
        more = f"等 {len(problems)} 处" if len(problems) > 1 else ""
        raise AppError(f"“{path.name}”与清单不符：{problems[0].message}{more}", "请向报送单位再要一份。")
    if DRAFT not in store.sizes:
        raise AppError(f"“{path.name}”里没有“{DRAFT}”，不是本程序打的包，作品信息读不出来。")
    draft = _checked(foreign_draft(_read(store, DRAFT, _LARGEST_DRAFT), path.name), path, campaign)
    digests = {e.path: e.digest for e in read_manifest(_read(store, MANIFEST, _LARGEST_DRAFT).decode()).entries}
    films = [_film_inside(work, store, path) for work in draft.works]
    folder = _room(store, [film for film in films if film], path, into)
    works: Taken = []
    for number, (work, film) in enumerate(zip(draft.works, films, strict=True), 1):
        place = store.place(film) if film else None
        if film and place is None:
            place = _unpack(store, film, folder / f"{number:02d}_{safe_name(PurePosixPath(film).name)}", cancelled)
        works.append(_own(work, draft, path, number, str(place or ""), digests.get(film, "")))
    return works


def _checked(draft: Draft, path: Path, campaign: str) -> Draft:
    if draft.campaign != campaign:
        raise AppError(f"“{path.name}”是为另一次征集（{draft.campaign or '未注明'}）填写的，没有合并。")
    return draft


def _own(work: Work, draft: Draft, path: Path, number: int, film: str, digest: str) -> tuple[Work, Origin]:
    """Return a work with an id of its own; who made it stays known when another unit submits it."""
    own = msgspec.structs.replace(work, id=new_work_id(), video=Video(film), producer=work.producer or draft.unit.name)
    return own, Origin(draft.unit.name, str(path), number, digest)


def _film_inside(work: Work, store: Store, path: Path) -> str:
    """Return a work's film in a package, empty if it has none there."""
    film = work.video.path
    if not film:
        return ""
    if is_unsafe(film) or not film.startswith(PAYLOAD) or film not in store.sizes:
        raise AppError(f"“{path.name}”里的视频路径“{film}”不在包内，已拒绝。")
    _require_film(film, path)
    return film


def _require_film(name: str, path: Path) -> None:
    if PureWindowsPath(name).suffix.lower() not in FILM_EXTENSIONS:
        raise AppError(f"“{path.name}”里的“{PureWindowsPath(name).name}”不是视频文件，已拒绝。")


def _room(store: Store, films: list[str], path: Path, into: Path) -> Path:
    """Return a new folder below `into` for a ZIP's films, with room for them; `into` itself if none is unpacked."""
    unpacked = sum(store.sizes[film] for film in films if store.place(film) is None)
    if not unpacked:
        return into
    try:
        into.mkdir(parents=True, exist_ok=True)
        if unpacked + _SPARE > drives.free_bytes(into):
            raise AppError(f"“{into}”空间不足，“{path.name}”里的视频放不下。", "请清理出空间，或换一个位置。")
        name, number = safe_name(path.stem), 2
        folder = into / name
        while folder.exists():
            folder = into / f"{name} ({number})"
            number += 1
        folder.mkdir()
    except OSError as error:
        raise cannot_write(into, error) from error
    return folder


def _unpack(store: Store, name: str, place: Path, cancelled: Callable[[], bool]) -> Path:
    """Write a film of a ZIP, whole or not at all."""

    def moved(length: int) -> None:
        if cancelled():
            raise Cancelled

    try:
        with store.open(name) as source, FileIO(openable(place), "x") as target:
            pump(source, target, moved, size=store.sizes[name])
    except BaseException as error:
        shutil.rmtree(openable(place.parent), ignore_errors=True)
        if isinstance(error, Unreadable):
            raise AppError(f"“{PurePosixPath(name).name}”读不出来：{error}。") from error
        if isinstance(error, OSError):
            raise cannot_write(place, error) from error
        raise
    return place


def _read(store: Store, name: str, most: int) -> bytes:
    if store.sizes[name] > most:
        raise AppError(f"“{name}”太大，已拒绝。")
    try:
        with store.open(name) as file:
            return file.read(most)
    except Unreadable as error:
        raise AppError(f"“{name}”读不出来：{error}。") from error


def _small(path: Path) -> bytes:
    try:
        if openable(path).stat().st_size > _LARGEST_DRAFT:
            raise AppError(f"“{path.name}”太大，不是草稿，已拒绝。")
        return openable(path).read_bytes()
    except OSError as error:
        raise AppError(f"读不了“{path}”：{error.strerror}。", "请检查路径。") from error


def _begins_as_zip(path: Path) -> bool:
    try:
        with openable(path).open("rb") as file:
            return file.read(2) == b"PK"
    except OSError:
        return False


def _duplicates(draft: Draft, origins: dict[str, Origin]) -> Iterator[Duplicate]:
    for kind, key in (("content", _content_key), ("title", _title_key)):
        groups: dict[str, list[str]] = {}
        for work in draft.works:
            if value := key(work, origins[work.id]):
                groups.setdefault(value, []).append(work.id)
        for group in groups.values():
            if len(group) > 1:
                yield Duplicate("content" if kind == "content" else "title", tuple(group))


def _content_key(work: Work, origin: Origin) -> str:
    return origin.film_sha256


def _title_key(work: Work, origin: Origin) -> str:
    """Return a title as it is compared: width, case, spaces and marks do not make another title."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", bare_title(work.title)).casefold())
