"""What packing now would give: what the package would lack, and what it meets at the place; looked up in a job.

What knows of scans and packages is imported by the job: the window shall not wait for it when it starts.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from app.errors import AppError
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


def take_suggestion(desktop: Path) -> Callable[[Handle], tuple[Path, bool]]:
    """Return the job that proposes a place: the removable drive with the most room, else the desktop; and which."""

    def look(handle: Handle) -> tuple[Path, bool]:
        from app.drives import free_bytes, removable_drives

        rooms: list[tuple[int, Path]] = []
        for drive in removable_drives():
            try:
                rooms.append((free_bytes(drive), drive))
            except OSError:
                continue  # pulled meanwhile
        return (max(rooms)[1], True) if rooms else (desktop, False)

    return look


def failure_text(error: AppError) -> str:
    """Return an expected failure as one line of a page."""
    return f"{error.message}{error.hint}"
