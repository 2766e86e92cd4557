"""Takes the works out of one package or draft of a sub-unit, verified first.

What comes from others is not trusted. A package that is not whole, or holds anything that is not a plain file inside
it, is refused as a whole, with the reason; only films of ZIPs are written, below the folder given, under names of our
own making.
"""

import contextlib
import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from io import FileIO
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import msgspec

from app import drives
from app.bag import MANIFEST, read_manifest
from app.draft import Draft, Video, Work
from app.errors import AppError, os_reason
from app.exporters.bag_store import Store, Unreadable, open_store
from app.exporters.copying import pump
from app.exporters.meter import Meter, Step
from app.exporters.naming import safe_name
from app.exporters.package_notes import DRAFT
from app.exporters.verify import verify_store
from app.files import cannot_write
from app.long_paths import openable
from app.origins import Origin
from app.refusals import PACK_AGAIN, film_inside, film_of, is_film, require_plain
from app.storage import foreign_draft, new_work_id

_LARGEST_DRAFT = 64 * 1024 * 1024
SPARE = 64 * 1024 * 1024

Progress = Callable[[Step], None]


class Survey(NamedTuple):
    """What taking will cost: bytes to read, and bytes of films to unpack."""

    size: int
    unpacked: int


class Taken(NamedTuple):
    """The works of one package or draft, as they are to be merged.

    `origins` are by work id; `identity` is equal for the same content; `folder` was made for a ZIP's films.
    """

    unit: str
    works: tuple[Work, ...]
    origins: dict[str, Origin]
    identity: str
    folder: Path | None = None


def survey(path: Path) -> Survey:
    """Return what taking a package or draft will cost, from its list of contents alone. Raises AppError."""
    with _reading(path):
        if _is_package(path):
            with open_store(path) as store:
                require_plain(store, path)
                films = [name for name in store.sizes if is_film(name) and store.place(name) is None]
                return Survey(sum(store.sizes.values()), sum(store.sizes[name] for name in films))
        draft = foreign_draft(_small(path), path.name)
        films_there = [film for work in draft.works if (film := film_of(work, path))]
        return Survey(sum(openable(film).stat().st_size for film in films_there), 0)


def take(
    path: Path,
    into: Path,
    campaign: str,
    progress: Progress = lambda step: None,
    cancelled: Callable[[], bool] = lambda: False,
    known: Mapping[str, Path] | None = None,
) -> Taken:
    """Verify one package or draft and return its works; films of a ZIP are unpacked below `into`.

    `campaign` is the call's id; `known` are the identities taken before, with where from. Raises AppError, which says
    why it is refused and what to ask the unit for, and Cancelled; nothing of it is left below `into` then.
    """
    with _reading(path):
        if _is_package(path):
            with open_store(path) as store:
                return _from_package(store, path, into, campaign, progress, cancelled, known or {})
        return _from_draft(path, campaign, progress, cancelled, known or {})


def _from_draft(
    path: Path, campaign: str, progress: Progress, cancelled: Callable[[], bool], known: Mapping[str, Path]
) -> Taken:
    data = _small(path)
    draft = _checked(foreign_draft(data, path.name), path, campaign)
    identity = _new(data, known)
    films = [film_of(work, path) for work in draft.works]
    meter = Meter(sum(openable(film).stat().st_size for film in films if film), progress, cancelled)
    digests = []
    for film in films:
        if film:
            meter.begin("verify", film.name)
        digests.append(_digest(film, meter) if film else "")
    places = [str(film) if film else "" for film in films]
    return _as_taken(draft, path, places, digests, identity)


def _is_package(path: Path) -> bool:
    return openable(path).is_dir() or _begins_as_zip(path)


def _from_package(
    store: Store,
    path: Path,
    into: Path,
    campaign: str,
    progress: Progress,
    cancelled: Callable[[], bool],
    known: Mapping[str, Path],
) -> Taken:
    require_plain(store, path)
    more = sum(size for name, size in store.sizes.items() if is_film(name) and store.place(name) is None)
    verified = 0

    def verifying(step: Step) -> None:
        nonlocal verified
        verified = step.total
        progress(step._replace(total=step.total + more))

    problems = verify_store(store, verifying, cancelled).problems
    if problems:
        # A total that is wrong says less than the file that makes it wrong.
        first = next((p for p in problems if p.path != "bag-info.txt"), problems[0]).message.rstrip("。")
        others = f"，等 {len(problems)} 处" if len(problems) > 1 else ""
        raise AppError(f"“{path.name}”与清单不符：{first}{others}。", "请向报送单位再要一份。")
    if DRAFT not in store.sizes:
        raise AppError(f"“{path.name}”里没有“{DRAFT}”，不是本程序打的包，作品信息读不出来。", PACK_AGAIN)
    data, manifest = _read(store, DRAFT), _read(store, MANIFEST)
    draft = _checked(foreign_draft(data, path.name), path, campaign)
    identity = _new(manifest + data, known)
    digests = {e.path: e.digest for e in read_manifest(manifest.decode()).entries}
    films = [film_inside(work, store, path) for work in draft.works]
    unpacked: dict[str, str] = {}
    for number, film in enumerate(films, 1):
        if film and store.place(film) is None:
            unpacked.setdefault(film, f"{number:02d}_{safe_name(PurePosixPath(film).name)}")
    folder = _room(sum(store.sizes[film] for film in unpacked), path, into) if unpacked else None
    if folder is not None:
        meter = Meter(
            more, lambda step: progress(step._replace(done=verified + step.done, total=verified + more)), cancelled
        )
        _unpack(store, unpacked, folder, digests, meter)
    by_film = {film: str(folder / name) for film, name in unpacked.items() if folder is not None}
    places = [by_film.get(film) or (str(store.place(film)) if film else "") for film in films]
    return _as_taken(draft, path, places, [digests.get(film, "") for film in films], identity, folder)


def _as_taken(
    draft: Draft, path: Path, films: list[str], digests: list[str], identity: str, folder: Path | None = None
) -> Taken:
    """Return works with ids of their own; who made them stays known when another unit submits them."""
    works: list[Work] = []
    origins: dict[str, Origin] = {}
    for number, (work, film, digest) in enumerate(zip(draft.works, films, digests, strict=True), 1):
        producer = work.producer or draft.unit.name
        own = msgspec.structs.replace(work, id=new_work_id(), video=Video(film), producer=producer)
        works.append(own)
        origins[own.id] = Origin(draft.unit.name, str(path), number, digest)
    return Taken(draft.unit.name, tuple(works), origins, identity, folder)


def _new(content: bytes, known: Mapping[str, Path]) -> str:
    """Return the identity of some content. Raises AppError if it was taken before."""
    identity = hashlib.sha256(content).hexdigest()
    if identity in known:
        raise AppError(f"与已经收到的“{known[identity].name}”是同一份，没有重复收。")
    return identity


def _checked(draft: Draft, path: Path, campaign: str) -> Draft:
    if draft.campaign != campaign:
        raise AppError(
            f"“{path.name}”是为另一次征集（{draft.campaign or '未注明'}）填写的，没有合并。",
            "请报送单位按这次征集重新填写。",
        )
    return draft


def _room(size: int, path: Path, into: Path) -> Path:
    """Return a new folder below `into` for a ZIP's films of that size."""
    try:
        openable(into).mkdir(parents=True, exist_ok=True)
        if size + SPARE > drives.free_bytes(into):
            raise AppError(f"“{into}”空间不足，“{path.name}”里的视频放不下。", "请清理出空间，或换一个位置。")
        name, number = safe_name(path.stem), 2
        folder = into.absolute() / name
        while openable(folder).exists():
            folder = into.absolute() / f"{name} ({number})"
            number += 1
        openable(folder).mkdir()
    except OSError as error:
        raise cannot_write(into, error) from error
    return folder


def _unpack(store: Store, films: Mapping[str, str], folder: Path, digests: Mapping[str, str], meter: Meter) -> None:
    """Write a ZIP's films, under their new names, into a new folder: all of them, or nothing stays."""
    name = ""
    try:
        for film, name in films.items():
            meter.begin("copy", name)
            with store.open(film) as source, FileIO(openable(folder / name), "x") as target:
                written = pump(source, target, meter.moved, size=store.sizes[film])
            if written.sha256 != digests.get(film):
                raise Unreadable("内容有改动")
    except BaseException as error:
        shutil.rmtree(openable(folder), ignore_errors=True)
        if isinstance(error, Unreadable):
            raise AppError(f"“{name}”读不出来：{error}。", "请向报送单位再要一份。") from error
        if isinstance(error, OSError):
            raise cannot_write(folder / name, error) from error
        raise


def _digest(film: Path, meter: Meter) -> str:
    with FileIO(openable(film), "r") as file:
        return pump(file, None, meter.moved, size=openable(film).stat().st_size).sha256


def _read(store: Store, name: str) -> bytes:
    if store.sizes[name] > _LARGEST_DRAFT:
        raise AppError(f"“{name}”太大，已拒绝。", PACK_AGAIN)
    try:
        with store.open(name) as file:
            return file.read(_LARGEST_DRAFT)
    except Unreadable as error:
        raise AppError(f"“{name}”读不出来：{error}。", "请向报送单位再要一份。") from error


def _small(path: Path) -> bytes:
    """Return a draft's bytes."""
    too_large = openable(path).stat().st_size > _LARGEST_DRAFT
    data = b"" if too_large else openable(path).read_bytes()
    if not data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        raise AppError(f"“{path.name}”不是报送包，也不是草稿。", "请选择报送包（文件夹或 ZIP）或草稿（.weiying）。")
    return data


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Say in words what goes wrong while something of `path` is read: a stick that was pulled out, no permission."""
    try:
        yield
    except OSError as error:
        raise AppError(
            f"读不了“{error.filename or path}”：{os_reason(error)}。", "请检查路径，或确认 U 盘已插好。"
        ) from error


def _begins_as_zip(path: Path) -> bool:
    try:
        with openable(path).open("rb") as file:
            return file.read(2) == b"PK"
    except OSError:
        return False
