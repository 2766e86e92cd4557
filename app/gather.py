"""Gathers the works of sub-units: merges what their packages and drafts hold, and finds what is there twice."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Literal, NamedTuple

from app.bag import MANIFEST
from app.discover import is_junk, natural_key
from app.draft import Draft, Unit, Work, bare_title
from app.errors import AppError
from app.likeness import Print, likenesses
from app.long_paths import openable
from app.origins import Origin
from app.received import Progress, Taken, take
from app.storage import SUFFIX

_MOST_EACH_WITH_EACH = 5


class Refused(NamedTuple):
    """A package or draft that was not taken, and why."""

    path: Path
    reason: str


Kind = Literal["content", "title", "likeness"]


class Duplicate(NamedTuple):
    """Works, by id, whose films are the same bytes, whose titles are the same words, or whose films look the same."""

    kind: Kind
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
    compared: Callable[[int, int, str], None] = lambda done, total, name: None,
) -> Gathered:
    """Merge the works of packages (folders, ZIPs), drafts, and folders of these, in the order of `paths`.

    `campaign` is the call's id and `unit` who gathers; films in ZIPs are unpacked below `into`; `compared` hears how
    far the comparing of films is. Raises Cancelled soon after `cancelled()` is true.
    """
    taken: list[Taken] = []
    known: dict[str, Path] = {}
    refused: list[Refused] = []
    for path in expanded(paths):
        try:
            taken.append(take(path, into, campaign, progress, cancelled, known))
        except AppError as error:
            refused.append(Refused(path, str(error)))
            continue
        known[taken[-1].identity] = path
    works, origins = merged(taken)
    duplicates = find_duplicates(works, origins, {}, compared, cancelled)
    return Gathered(Draft(campaign=campaign, unit=unit, works=works), origins, tuple(refused), tuple(duplicates))


def merged(taken: Iterable[Taken]) -> tuple[tuple[Work, ...], dict[str, Origin]]:
    """Return all works in the order of units, then as each unit ordered them, and where each came from.

    What one unit sent in several packages stands together, where its first package stands.
    """
    by_unit: dict[str, list[Taken]] = {}
    for number, one in enumerate(taken):
        by_unit.setdefault(one.unit.strip() or f"#{number}", []).append(one)
    ordered = [one for unit in by_unit.values() for one in unit]
    works = tuple(work for one in ordered for work in one.works)
    return works, {identity: origin for one in ordered for identity, origin in one.origins.items()}


def find_duplicates(
    works: Sequence[Work],
    origins: Mapping[str, Origin],
    prints: dict[Path, Print | None],
    compared: Callable[[int, int, str], None] = lambda done, total, name: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[Duplicate]:
    """Return what is there more than once: by content, by title, by likeness; films must have absolute paths.

    `prints` are kept from call to call, so that no film is decoded twice. Raises Cancelled.
    """
    same = list(_same_content(works, origins))
    twins = {identity: group.works for group in same for identity in group.works}
    films = {w.id: Path(w.video.path) for w in works if w.video.path and twins.get(w.id, (w.id,))[0] == w.id}
    alike = [
        Duplicate("likeness", tuple(twin for identity in group for twin in twins.get(identity, (identity,))))
        for group in likenesses(films, prints, compared, cancelled)
    ]
    return [*find_equal(works, origins), *alike]


def find_equal(works: Sequence[Work], origins: Mapping[str, Origin]) -> list[Duplicate]:
    """Return what is there more than once by content and by title, for which no film is looked at."""
    return [*_same_content(works, origins), *_equal("title", works, _title_key)]


def _same_content(works: Sequence[Work], origins: Mapping[str, Origin]) -> Iterator[Duplicate]:
    return _equal("content", works, lambda work: origins[work.id].film_sha256 if work.id in origins else "")


def pairs(duplicates: Iterable[Duplicate]) -> dict[tuple[str, str], list[Kind]]:
    """Return every two works that may be the same, with all that speaks for it.

    Of a large group each is paired with the first alone: nobody goes through hundreds of pairs.
    """
    found: dict[tuple[str, str], list[Kind]] = {}
    for duplicate in duplicates:
        first, *others = duplicate.works
        few = len(duplicate.works) <= _MOST_EACH_WITH_EACH
        for one, other in combinations(duplicate.works, 2) if few else ((first, other) for other in others):
            key = (other, one) if (other, one) in found else (one, other)
            found.setdefault(key, []).append(duplicate.kind)
    # The same bytes look the same, which need not be said.
    return {key: [k for k in kinds if k != "likeness" or "content" not in kinds] for key, kinds in found.items()}


def expanded(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield each package and draft; of a folder that is no package, those directly in it."""
    for path in paths:
        try:
            inside = _inside(path) if openable(path).is_dir() and not _is_package(path) else []
        except OSError:
            inside = []  # who opens it says what is wrong
        yield from inside or [path]


def _inside(folder: Path) -> list[Path]:
    """Return the packages and drafts directly in a folder, in the order a person counts. Raises OSError."""
    found = [p for p in folder.iterdir() if not is_junk(p.name) and (_is_package(p) or _is_file_of_ours(p))]
    return sorted(found, key=lambda p: natural_key(p.name))


def _is_package(path: Path) -> bool:
    return openable(path / MANIFEST).exists() or openable(path / "bagit.txt").exists()


def _is_file_of_ours(path: Path) -> bool:
    return path.suffix.lower() in {".zip", SUFFIX} and openable(path).is_file()


def _equal(kind: Kind, works: Iterable[Work], key: Callable[[Work], str]) -> Iterator[Duplicate]:
    groups: dict[str, list[str]] = {}
    for work in works:
        if value := key(work):
            groups.setdefault(value, []).append(work.id)
    for group in groups.values():
        if len(group) > 1:
            yield Duplicate(kind, tuple(group))


def _title_key(work: Work) -> str:
    """Return a title as it is compared: width, case, spaces and marks do not make another title."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", bare_title(work.title)).casefold())
