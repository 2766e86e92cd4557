"""The package: films, forms and scans of a draft as a BagIt 1.0 bag (RFC 8493), in a folder or a ZIP.

It grows in a folder of its own beside where it will be (`….正在打包`) and is moved into place when it is whole, with
`bagit.txt` written last. Every byte is read once, and what was written is read back from the disk and compared. What
stopped half-way goes on where it stopped.
"""

import errno
import shutil
import tempfile
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

from app import drives
from app.campaign import Campaign
from app.draft import Draft
from app.errors import AppError
from app.exporters import journal as journals
from app.exporters.export import export_all
from app.exporters.journal import Head, Journal
from app.exporters.meter import Step
from app.exporters.naming import safe_name
from app.exporters.package_plan import Item, Order, Plan, make_plan, preflight, room_needed
from app.exporters.package_target import sync_folder
from app.exporters.packing import FOLDER_CONTENT, ZIP_CONTENT, Packed, Packing
from app.exporters.preflight import obstacles
from app.files import cannot_write
from app.long_paths import openable
from app.settings import FontSetting

GROWING = ".正在打包"
UNFINISHED = "【未完成】"
# Of the package's name, what the call and the unit may take: paths inside must stay short enough for Windows.
_BASE_LENGTH = 48


class Outlook(NamedTuple):
    """What packing at a place will meet: bytes that it still needs and that are free there, and what stands in the way.

    `begun` is how many bytes an attempt before has finished, None where there is none to go on with.
    """

    needed: int
    free: int
    begun: int | None
    obstacle: AppError | None


def package(
    order: Order,
    out: Path,
    today: date,
    *,
    as_zip: bool = False,
    progress: Callable[[Step], None] = lambda step: None,
    cancelled: Callable[[], bool] = lambda: False,
    fonts: FontSetting | None = None,
) -> Packed:
    """Make the package of a draft below `out`, an incomplete one under a name that says so; nothing is overwritten.

    Raises AppError where it cannot be made (no room, a film that changed, a drive that is gone …) and Cancelled soon
    after `cancelled()` is true; what was finished by then is used by the next call with the same draft and `out`.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(out, error) from error
    with tempfile.TemporaryDirectory(prefix="weiying-") as forms:
        plan = _plan(order, Path(forms), progress, cancelled, fonts)
        base = _base_name(order.draft, order.campaign)
        growing = out / f"{base}{GROWING}"
        try:
            growing.mkdir(exist_ok=True)
            with Journal(growing / journals.NAME) as journal:
                name = _name(base, plan, today, journal.head if as_zip else None)
                packed = Packing(order, plan, growing, journal, as_zip, progress, cancelled).run(name, today)
                final = _move(growing, out, packed)
            shutil.rmtree(openable(growing))
            sync_folder(out)
        except OSError as error:
            raise _stopped(out, error) from error
    return packed._replace(path=final)


def look_ahead(order: Order, out: Path, *, as_zip: bool) -> Outlook:
    """Return what packing below `out` will meet; the forms, which are small, are not counted. Nothing is written.

    Raises AppError if a film has changed since it was checked.
    """
    items = make_plan(order, {}).items
    sizes = {item.path: item.stamp.size for item in items}
    begun = _begun(out / f"{_base_name(order.draft, order.campaign)}{GROWING}", items, as_zip)
    needed = room_needed(sizes, begun or 0)
    found = obstacles(out, [])
    if found:
        return Outlook(needed, 0, begun, found[0])
    there = next(place for place in (out, *out.parents) if place.exists())
    try:
        preflight(sizes, there, _base_name(order.draft, order.campaign), as_zip=as_zip, there=begun or 0)
    except AppError as error:
        return Outlook(needed, drives.free_bytes(there), begun, error)
    return Outlook(needed, drives.free_bytes(there), begun, None)


def attempt_below(draft: Draft, campaign: Campaign, out: Path) -> bool | None:
    """Return whether what an attempt has begun below `out` is a ZIP; None if there is no attempt."""
    head, _ = journals.look_into(out / f"{_base_name(draft, campaign)}{GROWING}" / journals.NAME)
    return None if head is None else head.zip


def _begun(growing: Path, items: Iterable[Item], as_zip: bool) -> int | None:
    """Return how many bytes of these files an attempt before has finished, None if there is none to go on with.

    Another draft of the same unit grows in the same place: what it finished is told by where that came from.
    """
    head, done = journals.look_into(growing / journals.NAME)
    if head is None or head.zip != as_zip:
        return None
    wanted = {(str(item.source), *item.stamp) for item in items}
    ours = [one.size for one in done if (one.source, one.size, one.mtime_ns) in wanted]
    return sum(ours) if ours or not done else None


def _plan(
    order: Order,
    forms: Path,
    progress: Callable[[Step], None],
    cancelled: Callable[[], bool],
    fonts: FontSetting | None,
) -> Plan:

    def exported(done: int, total: int, name: str) -> None:
        progress(Step("forms", name, done, total))

    files = export_all(order.draft, order.campaign, order.facts, forms, exported, cancelled, fonts).files
    named = {path.relative_to(forms).as_posix(): path for path in files}
    return make_plan(order, named)


def _base_name(draft: Draft, campaign: Campaign) -> str:
    call = campaign.short_title or campaign.title
    return safe_name(safe_name(f"{call}_{draft.unit.name or '未填单位'}").replace("%", "％")[:_BASE_LENGTH])


def _name(base: str, plan: Plan, today: date, before: Head | None) -> str:
    """Return the package's name; a ZIP that is taken up again keeps its day, since the name stands in it."""
    name = f"{UNFINISHED if plan.missing else ''}{base}_{today.isoformat()}"
    day = len(today.isoformat())
    return before.name if before and before.zip and before.name[:-day] == name[:-day] else name


def _move(growing: Path, out: Path, packed: Packed) -> Path:
    """Move a whole package to its place, under a name that is not taken; return where it is."""
    content, suffix = growing / FOLDER_CONTENT, ""
    if not openable(content).exists():
        content, suffix = growing / ZIP_CONTENT, ".zip"
    name, number = packed.path.name, 2
    final = out / f"{name}{suffix}"
    while openable(final).exists():
        final = out / f"{name} ({number}){suffix}"
        number += 1
    openable(content).rename(openable(final))
    sync_folder(out)
    return final


def _stopped(out: Path, error: OSError) -> AppError:
    """Return why packing stopped at the place it is written to."""
    if error.errno in {errno.EIO, errno.ENODEV, errno.ENXIO, errno.ENOENT, errno.ESTALE, errno.EHOSTDOWN}:
        return AppError(f"“{out}”不见了或读写出错，可能是 U 盘被拔出。", "请插好后再打包一次，会接着上次的进度。")
    if error.errno == errno.EFBIG:
        return AppError(f"“{out}”放不下这么大的单个文件。", "请换一个 exFAT 或 NTFS 格式的 U 盘。")
    return cannot_write(Path(error.filename or out), error)
