"""The package: films, forms and scans of a draft as a BagIt 1.0 bag (RFC 8493), in a folder or a ZIP.

It grows in a folder of its own beside where it will be (`….正在打包`) and is moved into place when it is whole, with
`bagit.txt` written last. Every byte is read once, and what was written is read back from the disk and compared. What
stopped half-way goes on where it stopped.
"""

import errno
import shutil
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from app.errors import AppError
from app.exporters import journal as journals
from app.exporters.export import export_all
from app.exporters.journal import Head, Journal
from app.exporters.meter import Step
from app.exporters.naming import safe_name
from app.exporters.package_plan import Order, Plan, make_plan
from app.exporters.package_target import sync_folder
from app.exporters.packing import FOLDER_CONTENT, ZIP_CONTENT, Packed, Packing
from app.files import cannot_write
from app.long_paths import openable
from app.settings import FontSetting

GROWING = ".正在打包"
UNFINISHED = "【未完成】"
# Of the package's name, what the call and the unit may take: paths inside must stay short enough for Windows.
_BASE_LENGTH = 48


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
        base = _base_name(order)
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


def _base_name(order: Order) -> str:
    call = order.campaign.short_title or order.campaign.title
    return safe_name(safe_name(f"{call}_{order.draft.unit.name or '未填单位'}").replace("%", "％")[:_BASE_LENGTH])


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
