"""What packing now would give: what the package would lack, and what it meets at the place; looked up in a job.

What knows of scans and packages is imported by the job: the window shall not wait for it when it starts.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from app.drives import free_bytes, is_removable, removable_drives
from app.errors import AppError
from app.settings import load_settings, save_settings
from app.ui.jobs import Handle
from app.ui.session import Session

if TYPE_CHECKING:
    from app.exporters.package import Outlook
    from app.exporters.package_plan import Lack


class Stock(NamedTuple):
    """What the package would lack, by what the window knows; what it meets at its place, None without a place."""

    lack: Lack
    outlook: Outlook | None


def take_stock(session: Session, out: Path | None, *, as_zip: bool) -> Callable[[Handle], Stock]:
    """Return the job that looks up how the draft, as it is now, stands for a package below `out`.

    Only what is on the disk is looked at anew; no film is read. The job raises AppError.
    """
    draft, path, campaign = session.draft, session.path, session.campaign
    films = {work.id: film for work in draft.works if (film := session.film(work)) is not None}
    findings, facts = list(session.findings()), session.facts()

    def look(handle: Handle) -> Stock:
        from app.exporters.package import look_ahead
        from app.exporters.package_plan import Order, film_stamps, lacking
        from app.submitting import scans_of

        scans = scans_of(draft, path, campaign, facts)
        order = Order(draft, path, campaign, films, findings, film_stamps(draft, path), scans)
        return Stock(lacking(order), look_ahead(order, out, as_zip=as_zip) if out else None)

    return look


class Suggestion(NamedTuple):
    """A place to pack to; `as_zip` is None where that is left open."""

    folder: Path
    as_zip: bool | None
    removable: bool


def take_suggestion(session: Session, desktop: Path) -> Callable[[Handle], Suggestion]:
    """Return the job that proposes a place to pack to.

    It is where an attempt waits, else the removable drive with the most room, else where a package was last made,
    else the desktop.
    """
    draft, campaign = session.draft, session.campaign

    def look(handle: Handle) -> Suggestion:
        from app.exporters.package import attempt_below

        before = load_settings().package_folder
        begun = attempt_below(draft, campaign, Path(before)) if before else None
        if begun is not None:
            return Suggestion(Path(before), begun, is_removable(Path(before)))
        rooms: list[tuple[int, Path]] = []
        for drive in removable_drives():
            try:
                rooms.append((free_bytes(drive), drive))
            except OSError:
                continue  # pulled meanwhile
        if rooms:
            return Suggestion(max(rooms)[1], None, True)
        return Suggestion(Path(before) if before and Path(before).is_dir() else desktop, None, False)

    return look


def remember_place(folder: Path) -> None:
    """Keep in mind where a package is made: it is where an attempt is looked for. It is no loss if it is not kept."""
    with contextlib.suppress(AppError):
        save_settings(msgspec.structs.replace(load_settings(), package_folder=str(folder)))
