"""What goes into a package, under which name, and what keeps it from being complete. Nothing is written."""

import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Literal, NamedTuple

from app import drives
from app.bag import PAYLOAD
from app.campaign import Campaign
from app.draft import Draft, bare_title
from app.errors import AppError
from app.exporters.form_values import unit_values, work_values
from app.exporters.forms import fill, plain
from app.exporters.naming import distinct, safe_name
from app.exporters.scans import FOLDER, Scan, unstamped
from app.long_paths import openable
from app.media import MediaFacts
from app.sizes import size_text
from app.storage import video_path
from app.validators import Films, Finding, Level

# What a package needs besides its files: tag files, folders, the journal.
_SPARE = 8 * 1024 * 1024
# Windows: 260 UTF-16 units with the final NUL, of which the receiver's drive and folder need some.
_LONGEST_PATH = 259
_LONGEST_INSIDE = 240


class Stamp(NamedTuple):
    """By which a file is known to be unchanged: its size in bytes and when it was last written, in ns."""

    size: int
    mtime_ns: int


class Order(NamedTuple):
    """What is to be packed, as it was checked: `checked` are the films' stamps from before `films` were read."""

    draft: Draft
    draft_path: Path
    campaign: Campaign
    films: Films
    findings: Sequence[Finding]
    checked: Mapping[str, Stamp]
    scans: Sequence[Scan] = ()

    @property
    def facts(self) -> dict[str, MediaFacts]:
        """The films that could be read, by work id."""
        return {identity: film for identity, film in self.films.items() if isinstance(film, MediaFacts)}


class Item(NamedTuple):
    """One file of a package: its path in the bag, where it comes from, what it was when planned, whose it is."""

    path: str
    source: Path
    stamp: Stamp
    kind: Literal["film", "scan", "form"]
    work: str = ""


class Lack(NamedTuple):
    """In words, what is missing for a package to be complete, and which forms have no stamped scan."""

    missing: tuple[str, ...]
    unstamped: tuple[str, ...]


class Plan(NamedTuple):
    """What goes in, in this order, and in words what is missing for it to be complete (nothing: complete)."""

    items: tuple[Item, ...]
    missing: tuple[str, ...]
    unstamped: tuple[str, ...]

    @property
    def films(self) -> dict[str, str]:
        """The films' paths in the bag by work id."""
        return {item.work: item.path for item in self.items if item.kind == "film"}


def stamp_of(path: Path) -> Stamp | None:
    """Return a file's stamp, or None if it is not there or no file."""
    try:
        status = openable(path).stat()
    except (OSError, ValueError):
        return None
    return Stamp(status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None


def film_stamps(draft: Draft, draft_path: Path) -> dict[str, Stamp]:
    """Return the films' stamps by work id: take them before the films are checked."""
    stamps = {w.id: stamp_of(video_path(w, draft_path)) for w in draft.works if w.video.path}
    return {identity: found for identity, found in stamps.items() if found}


def make_plan(order: Order, forms: Mapping[str, Path]) -> Plan:
    """Return what goes into a package; `forms` are the exported forms by their path below the export's folder.

    Raises AppError if a film has changed since it was checked.
    """
    draft, campaign, facts, scans = order.draft, order.campaign, order.facts, list(order.scans)
    folders = work_folders(draft, campaign, facts)
    items: list[Item] = []
    for number, work in enumerate(draft.works, 1):
        source = video_path(work, order.draft_path)
        found = stamp_of(source) if work.video.path else None
        if found is None:
            continue
        if found != order.checked.get(work.id):
            raise AppError(f"视频“{source.name}”在检查之后又有改动。", "请重新检查后再打包。")
        values = unit_values(draft) | work_values(work, number, len(draft.works), campaign, facts.get(work.id))
        name = safe_name(plain(fill(campaign.naming.video, values))) + _extension(work.video.path)
        items.append(Item(folders[work.id] + name, source, found, "film", work.id))
    for scan in scans:
        found = stamp_of(scan.path)
        if found is not None:
            name = safe_name(scan.path.stem) + _extension(scan.path.name)
            path = f"{folders.get(scan.work, '')}{FOLDER}/{name}"
            items.append(Item(path, scan.path, found, "scan", scan.work))
    for path, source in forms.items():
        found = stamp_of(source)
        assert found is not None, source
        items.append(Item(path, source, found, "form"))
    return Plan(_named(items), *lacking(order))


def lacking(order: Order) -> Lack:
    """Return what keeps a package from being complete: what fails, and the scans where the call asks for them."""
    unscanned = _unstamped_words(order.draft, order.campaign, list(order.scans))
    missing = [*_failures(order.draft, order.findings), *(unscanned if order.campaign.stamped_scans else [])]
    return Lack(tuple(missing), tuple(unscanned))


def work_folders(draft: Draft, campaign: Campaign, facts: Mapping[str, MediaFacts]) -> dict[str, str]:
    """Return each work's folder by its id, ending in `/` or empty: the same that the forms are exported to."""
    total = len(draft.works)
    names = []
    for number, work in enumerate(draft.works, 1):
        values = unit_values(draft) | work_values(work, number, total, campaign, facts.get(work.id))
        names.append(plain(fill(campaign.naming.folder, values)))
    named = iter(distinct([name for name in names if name]))
    return {work.id: f"{next(named)}/" if name else "" for work, name in zip(draft.works, names, strict=True)}


def preflight(sizes: Mapping[str, int], out: Path, name: str, *, as_zip: bool, there: int = 0) -> None:
    """Raise AppError if a package cannot be written below `out`, saying why and what to do about it.

    `sizes` are the files' sizes in bytes by their path in the bag; `name` is the package's; `there` is how many bytes
    of it have been written before. A room, a file and a path too large are what is looked for.
    """
    total = sum(sizes.values())
    needed, free = room_needed(sizes, there), drives.free_bytes(out)
    if needed > free:
        raise AppError(
            f"“{out}”空间不足：打包还要 {size_text(needed)}，只剩 {size_text(free)}。",
            "请清理出空间，或换一个更大的位置。",
        )
    limit = drives.largest_file(out)
    largest = total + _SPARE if as_zip else max(sizes.values(), default=0)
    if limit is not None and largest > limit:
        what = "压缩包" if as_zip else f"“{max(sizes, key=lambda path: sizes[path]).rpartition('/')[2]}”"
        raise AppError(
            f"“{out}”是 FAT32 格式，放不下 4 GB 以上的单个文件，而{what}有 {size_text(largest)}。",
            "请换一个 exFAT 或 NTFS 格式的 U 盘；也可以先备份，再把它格式化为 exFAT。"
            + ("或者不打成压缩包。" if as_zip and max(sizes.values(), default=0) <= limit else ""),
        )
    longest = max((f"{name}/{path}" for path in sizes), key=_units, default=name)
    if os.name == "nt" and _units(str(out.absolute())) + 1 + _units(longest) > _LONGEST_PATH:
        raise AppError(f"“{out}”的路径太长，里面的“{longest}”会超出系统的限制。", "请换一个层级少、名字短的文件夹。")
    if _units(longest) > _LONGEST_INSIDE:
        raise AppError(f"“{longest}”的路径太长，拷到别的电脑上可能打不开。", "请缩短作品名称或单位名称。")


def room_needed(sizes: Mapping[str, int], there: int = 0) -> int:
    """Return how many bytes a drive must still have for a package of files of these sizes; see `preflight`."""
    return sum(sizes.values()) - there + _SPARE


def _failures(draft: Draft, findings: Iterable[Finding]) -> list[str]:
    """Return what does not meet the call, each with its work's name."""
    names = {work.id: f"第 {number} 部《{bare_title(work.title)}》：" for number, work in enumerate(draft.works, 1)}
    failed = [f for f in findings if f.level is Level.FAIL]
    return list(dict.fromkeys(names.get(f.work, "") + f.message for f in failed))


def _unstamped_words(draft: Draft, campaign: Campaign, scans: list[Scan]) -> list[str]:
    names = {work.id: f"第 {number} 部《{bare_title(work.title)}》的" for number, work in enumerate(draft.works, 1)}
    return [f"没有{names.get(work, '')}{form.name}的盖章扫描件。" for work, form in unstamped(draft, campaign, scans)]


def _named(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return the items below `data/`, none named as another even where capitals do not count."""
    taken: set[str] = set()
    named = []
    for item in items:
        # bagit-python takes `%` as it stands, RFC 8493 has it encoded: with neither, both agree.
        wanted = PurePosixPath(item.path.replace("%", "％"))
        path, number = wanted, 2
        while str(path).casefold() in taken:
            path = wanted.with_name(f"{wanted.stem} ({number}){wanted.suffix}")
            number += 1
        taken.add(str(path).casefold())
        named.append(item._replace(path=PAYLOAD + str(path)))
    return tuple(named)


def _extension(path: str) -> str:
    suffix = PureWindowsPath(path).suffix
    return f".{safe_name(suffix[1:])}" if len(suffix) > 1 else ""


def _units(text: str) -> int:
    """Return the length of a text in UTF-16 units, as Windows counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
