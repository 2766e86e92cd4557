"""Whole submissions for the tests of packages: a filled draft on disk with real films beside it, checked."""

import functools
import random
import shutil
from datetime import date
from pathlib import Path

import msgspec

from app.campaign import Campaign
from app.draft import Draft, Video
from app.exporters.package import package
from app.exporters.package_plan import Order, film_stamps
from app.exporters.packing import Packed
from app.exporters.scans import find_scans, scans_dir
from app.film_reading import read_films
from app.media import MediaFacts, Problem
from app.pack import find_campaign
from app.storage import load_draft, save_draft
from app.validators import validate
from tests.exporters.samples import ordinary_draft
from tests.films import film

TODAY = date(2024, 8, 1)


def complete_draft(works: int = 1, campaign: Campaign | None = None) -> Draft:
    """Return a draft that lacks nothing; its films are called `影片1.mp4` …"""
    call = campaign or find_campaign("")
    declarations: dict[str, bool | None] = {c.id: True for c in call.confirmations}
    draft = ordinary_draft(works)
    filled = tuple(
        msgspec.structs.replace(
            work,
            title=f"光影里的蜀道{number}",
            video=Video(f"影片{number}.mp4"),
            type="",
            theme=call.themes[0].name if call.themes else work.theme,
            declarations=declarations,
        )
        for number, work in enumerate(draft.works, 1)
    )
    return msgspec.structs.replace(draft, works=filled)


def submission(folder: Path, works: int = 1, draft: Draft | None = None) -> Path:
    """Write a draft and its films into a folder; return the draft's path. The films differ from each other."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = draft or complete_draft(works)
    for number, _ in enumerate(draft.works, 1):
        target = folder / f"影片{number}.mp4"
        if not target.exists():
            shutil.copyfile(film(seconds=60.0 + number, created="2024-05-01T00:00:00Z", sound=True), target)
    path = folder / "报送.weiying"
    save_draft(draft, path)
    return path


def order(draft_path: Path) -> Order:
    """Return a draft's order, checked as the command line does it."""
    draft = load_draft(draft_path).draft
    campaign = find_campaign(draft.campaign)
    stamps = film_stamps(draft, draft_path)
    films = _films(draft_path, draft, tuple(sorted(stamps.items())))
    findings = validate(draft, campaign, TODAY, films)
    scans = find_scans(scans_dir(draft_path), draft, campaign)
    return Order(draft, draft_path, campaign, films, findings, stamps, scans)


def packed(draft_path: Path, out: Path, **options: object) -> Packed:
    """Return the package of a draft, made with the open fonts."""
    return package(order(draft_path), out, TODAY, fonts="open", **options)  # type: ignore[arg-type]


_known: dict[object, dict[str, MediaFacts | Problem]] = {}


def _films(draft_path: Path, draft: Draft, stamps: tuple[object, ...]) -> dict[str, MediaFacts | Problem]:
    """Read the films once for the same draft and files; starting the probe takes most of a test's time."""
    videos = tuple((work.id, work.video.path) for work in draft.works)
    key = (draft_path, videos, stamps)
    if key not in _known:
        _known[key] = read_films(draft, draft_path)
    return _known[key]


@functools.cache
def big_file(size: int) -> bytes:
    """Return that many bytes that no two places have alike."""
    return random.Random(size).randbytes(size)


def with_film(draft_path: Path, number: int, data: bytes) -> None:
    """Put other bytes behind a film: padding after a real film's end, which players pass over."""
    path = draft_path.parent / f"影片{number}.mp4"
    # ISO/IEC 14496-12, 8.1.2: a free space box.
    box = (len(data) + 8).to_bytes(4, "big") + b"free" + data
    path.write_bytes(path.read_bytes() + box)
