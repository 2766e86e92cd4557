"""From a draft to its package: all is checked anew, packed, and remembered; window and command line both call it.

The films' stamps are taken before the films are read, so that what is packed is what was checked.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from app.campaign import Campaign
from app.draft import Draft
from app.errors import AppError
from app.exporters.fonts import Fonts
from app.exporters.forms import build_forms
from app.exporters.meter import Step
from app.exporters.package import package
from app.exporters.package_plan import Order, Stamp, film_stamps, stamp_of
from app.exporters.packing import Packed
from app.exporters.scans import Scan, find_scans, folder_of, scans_dir
from app.film_reading import only_facts, read_films
from app.history import Entry, remember
from app.media import MediaFacts
from app.sameness import fingerprint
from app.scan_reading import expected_forms
from app.stamping import accepted, load_record
from app.storage import encode_draft, video_path
from app.validators import Finding, same_film, validate
from app.validators.media import CHINA


class Submitted(NamedTuple):
    """A package that was made, its entry in the history, and why that could not be written (None: it was)."""

    packed: Packed
    entry: Entry
    unremembered: AppError | None


def check(
    draft: Draft,
    draft_path: Path,
    campaign: Campaign,
    today: date,
    *,
    scans: Path | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Order:
    """Return a draft as it is to be packed: films read anew, rules asked, scans found (by hand: in `scans`).

    Raises AppError if what is known of the scans cannot be read, and Cancelled soon after `cancelled()` is true.
    """
    stamps = film_stamps(draft, draft_path)
    films = read_films(draft, draft_path, cancelled)
    findings = [*validate(draft, campaign, today, films), *_same_films(draft, draft_path, stamps)]
    found = scans_of(draft, draft_path, campaign, only_facts(films), scans)
    return Order(draft, draft_path, campaign, films, findings, stamps, found)


def scans_of(
    draft: Draft, draft_path: Path, campaign: Campaign, facts: Mapping[str, MediaFacts], by_hand: Path | None = None
) -> list[Scan]:
    """Return the scans that came back through the window, and those laid into a folder by hand. Raises AppError."""
    laid = find_scans(by_hand or scans_dir(draft_path), draft, campaign)
    record = load_record(draft_path)
    if not record.forms:
        return laid
    forms = build_forms(draft, campaign, facts)
    return [*accepted(record, expected_forms(forms, Fonts.load()), draft_path), *laid]


def submit(
    order: Order,
    out: Path,
    today: date,
    *,
    as_zip: bool = False,
    progress: Callable[[Step], None] = lambda step: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Submitted:
    """Make the package below `out` (see `package`, also for what is raised) and add it to the history."""
    content = content_of(order.draft, order.draft_path)
    packed = package(order, out, today, as_zip=as_zip, progress=progress, cancelled=cancelled)
    entry = Entry(
        when=datetime.now(CHINA),
        draft=str(order.draft_path.absolute()),
        package=str(packed.path.absolute()),
        campaign=order.campaign.id,
        unit=order.draft.unit.name,
        recipient=order.campaign.organizer or order.campaign.title,
        works=len(order.draft.works),
        files=packed.files,
        size=packed.size,
        complete=not packed.missing,
        manifest_sha256=packed.manifest_sha256,
        content=content,
    )
    try:
        remember(entry)
    except AppError as error:
        return Submitted(packed, entry, error)
    return Submitted(packed, entry, None)


def content_of(draft: Draft, draft_path: Path) -> str:
    """Return what is the same as long as a package would hold the same: a digest of the draft and its files' stamps."""
    digest = hashlib.sha256(encode_draft(draft))
    kept = folder_of(draft_path).glob("*/*.pdf")
    for path in sorted([*(p for p in scans_dir(draft_path).glob("**/*") if p.is_file()), *kept]):
        digest.update(f"{path}\0{stamp_of(path)}\0".encode("utf-8", "surrogatepass"))
    for identity, stamp in sorted(film_stamps(draft, draft_path).items()):
        digest.update(f"{identity}\0{stamp}\0".encode())
    return digest.hexdigest()


def _same_films(draft: Draft, draft_path: Path, stamps: Mapping[str, Stamp]) -> Iterator[Finding]:
    """Yield which films have the same content under another name; only files of equal size are read for it."""
    places = {work.id: video_path(work, draft_path) for work in draft.works if work.id in stamps}
    by_size: dict[int, set[Path]] = {}
    for identity, path in places.items():
        by_size.setdefault(stamps[identity].size, set()).add(path)
    prints = {path: fingerprint(path) for alike in by_size.values() if len(alike) > 1 for path in alike}
    for identity, path in places.items():
        twin = next((p for p in prints if p != path and prints[p] and prints[p] == prints.get(path)), None)
        if twin is not None:
            yield same_film(identity, twin.name)
