"""Scans on their way to the board: what is read and matches is kept, all else waits for a person."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from app import stamping
from app.discover import discover
from app.errors import AppError
from app.exporters.scans import EXTENSIONS
from app.scan_reading import Expected, Progress, ScannedPage, ScanReader, judged, read_scans
from app.scan_reading import assign as assigned
from app.stamping import Record

IsCancelled = Callable[[], bool]


class Tray(NamedTuple):
    """What a draft's board stands on: the record, the forms waited for, and the pages that wait for a person."""

    record: Record
    forms: Sequence[Expected]
    waiting: tuple[ScannedPage, ...] = ()


class Received(NamedTuple):
    """What came of reading scans, in pages: all of them, those kept, those that wait, and empty back sides.

    `skipped` are paths that were passed over, each with why; `error` is why keeping them stopped before its end.
    """

    pages: int
    kept: int
    left: int
    blank: int = 0
    skipped: tuple[tuple[Path, str], ...] = ()
    error: AppError | None = None


def take(
    tray: Tray, draft_path: Path, paths: Sequence[Path], progress: Progress, cancelled: IsCancelled
) -> tuple[Tray, Received]:
    """Read the scans among files and folders, and keep what matches. Raises Cancelled soon after `cancelled()`."""
    found = discover(paths, cancelled, EXTENSIONS, "不是扫描件（PDF 或图片）。")
    files = [path.absolute() for path in found.files]
    pages = read_scans(files, tray.forms, progress, cancelled)
    came = [page for page in pages if page.status != "blank"]
    # What was read before of the same files is read anew.
    tray = tray._replace(waiting=tuple(page for page in tray.waiting if page.path not in set(files)))
    tray, received = keep(tray, draft_path, came, cancelled)
    skipped = tuple((skipped.path, skipped.reason) for skipped in found.skipped)
    return tray, received._replace(pages=len(pages), blank=len(pages) - len(came), skipped=skipped)


def keep(
    tray: Tray, draft_path: Path, pages: Sequence[ScannedPage], cancelled: IsCancelled = lambda: False
) -> tuple[Tray, Received]:
    """Keep the pages that match, and let the others wait; those too that could not be kept."""
    taken, others = stamping.sift(tray.record, tray.forms, pages)
    error, reader = None, ScanReader()
    try:
        record = stamping.receive(tray.record, draft_path, tray.forms, taken, reader, cancelled)
    except AppError as failure:
        error, record = failure, stamping.load_record(draft_path)
        kept = {tag for tag, now in record.forms.items() if now != tray.record.forms.get(tag)}
        others += [page for page in taken if page.tag not in kept]
        taken = [page for page in taken if page.tag in kept]
    finally:
        reader.close()
    tray = tray._replace(record=record, waiting=(*tray.waiting, *others))
    return tray, Received(len(pages), len(taken), len(others), error=error)


def assign(
    tray: Tray, draft_path: Path, page: ScannedPage, tag: str, place: tuple[int, int], *, sealed: bool
) -> tuple[Tray, Received | None]:
    """Keep a page that waits as a page (number, of how many) of a form; `sealed` if a person saw a seal on it."""
    form = next((form for form in tray.forms if form.tag == tag), None)
    if form is None:
        return tray, None
    given = assigned(page, form, *place)
    given = given._replace(red_seal=True) if sealed else given
    return keep(dismiss(tray, [page]), draft_path, [given])


def dismiss(tray: Tray, pages: Sequence[ScannedPage]) -> Tray:
    """Let pages wait no longer; their files stay where they are."""
    gone = {(page.path, page.number, page.tag) for page in pages}
    return tray._replace(waiting=tuple(p for p in tray.waiting if (p.path, p.number, p.tag) not in gone))


def sort_again(tray: Tray, draft_path: Path, cancelled: IsCancelled = lambda: False) -> tuple[Tray, Received | None]:
    """Look what the pages that wait are among the forms as they are now, and keep those that match again."""
    pages = judged(tray.waiting, tray.forms)
    back = [page for page in pages if page.status == "matched"]
    tray = tray._replace(waiting=tuple(page for page in pages if page.status != "matched"))
    if not back:
        return tray, None
    tray, received = keep(tray, draft_path, back, cancelled)
    return tray, received if received.error else None
