"""Stamped pages that came back, and where they go in a package.

Those that the board keeps are in `‹draft›.盖章`. By hand they are laid into a folder beside the draft,
`‹draft›_盖章扫描件`: those of the whole submission directly in it, those of a work in a folder that begins with the
work's number (`01_…`). A file is a form's scan if it is named after the form.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from app.campaign import Campaign
from app.discover import is_junk, natural_key
from app.draft import Draft
from app.form_spec import CellSpec, FormSpec, GridSpec, Line, StampLine

FOLDER = "盖章扫描件"
EXTENSIONS = frozenset({".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp", ".heic"})


class Scan(NamedTuple):
    """A scan: `work` is a work's id, empty for the submission; `form` is a form's id, empty if not known."""

    path: Path
    work: str = ""
    form: str = ""


def scans_dir(draft_path: Path) -> Path:
    """Return the folder in which a draft's scans are looked for; it need not be there."""
    return draft_path.with_name(f"{draft_path.stem}_{FOLDER}")


def folder_of(draft_path: Path) -> Path:
    """Return where the board of a draft (see `stamping`) keeps its record and the pages; it need not be there."""
    return draft_path.with_name(f"{draft_path.stem}.盖章")


def find_scans(folder: Path, draft: Draft, campaign: Campaign) -> list[Scan]:
    """Return the scans in a folder, in the order in which they go into a package; none if there is no folder."""
    if not folder.is_dir():
        return []
    found = [Scan(path, "", _form(path, campaign, "submission")) for path in _scans_in(folder)]
    for below in sorted((p for p in folder.iterdir() if p.is_dir()), key=lambda p: natural_key(p.name)):
        number = re.match(r"\d+", below.name)
        if number and 0 < int(number[0]) <= len(draft.works):
            work = draft.works[int(number[0]) - 1].id
            found += [Scan(path, work, _form(path, campaign, "work")) for path in _scans_in(below)]
    return found


def unstamped(draft: Draft, campaign: Campaign, scans: list[Scan]) -> list[tuple[str, FormSpec]]:
    """Return the forms with a place for a stamp of which there is no scan, each with its work's id or empty."""
    there = {(scan.work, scan.form) for scan in scans}
    wanted = [(work.id, form) for work in draft.works for form in _stamped(campaign, "work")]
    wanted += [("", form) for form in _stamped(campaign, "submission")]
    return [(work, form) for work, form in wanted if (work, form.id) not in there]


def _stamped(campaign: Campaign, scope: str) -> Iterator[FormSpec]:
    return (form for form in campaign.forms if form.scope == scope and any(map(_has_stamp, form.blocks)))


def _has_stamp(block: object) -> bool:
    match block:
        case StampLine():
            return True
        case Line():
            return block.stamp
        case GridSpec():
            return any(isinstance(cell, CellSpec) and cell.stamp for row in block.rows for cell in row.cells)
    return False


def _scans_in(folder: Path) -> list[Path]:
    files = [p for p in folder.iterdir() if p.suffix.lower() in EXTENSIONS and not is_junk(p.name) and p.is_file()]
    return sorted(files, key=lambda p: natural_key(p.name))


def _form(path: Path, campaign: Campaign, scope: str) -> str:
    return next((f.id for f in campaign.forms if f.scope == scope and f.name and f.name in path.stem), "")
