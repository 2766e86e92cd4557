"""Stamped pages that come back: how many are matched however they were spoiled, and how fast a stack is read."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image

from app.exporters.fonts import Fonts
from app.exporters.forms import build_forms
from app.pack import find_campaign
from app.scan_reading import Expected, ScannedPage, ScanReader, expected_forms, read_scans
from tests import scanned
from tests.benchmarks.measure import Row, cost
from tests.benchmarks.submissions import submission

_PAGES = 200
# Five pages a second on two cores.
_LIMIT_S = _PAGES / 5
_FINE = 300
_NOTHING = "nothing comparable"

Spoil = Callable[[Image.Image, int], Image.Image]


def run(small: bool) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        return [*_stack(folder, 10 if small else _PAGES), *_rates(folder, small)]


def _stack(folder: Path, pages: int) -> list[Row]:
    """Measure a stack of colour scans, as one PDF and as single JPEGs."""
    stack = _Stack(folder, 2, _FINE)
    jpegs = []
    for number, page in enumerate(stack.sealed):
        jpegs.append(folder / f"{number}.jpg")
        scanned.on_paper(page).save(jpegs[-1], quality=80)
    times = pages // len(jpegs)
    pdf = folder / "stack.pdf"
    reader = ScanReader()
    reader.join([(path, 1, 0) for path in jpegs * times], pdf)
    reader.close()
    rows = []
    for what, paths in (("one PDF", [pdf]), ("JPEGs", jpegs * times)):
        read: list[ScannedPage] = []
        spent = cost(lambda paths=paths, read=read: read.extend(read_scans(paths, stack.wanted, children=2)))
        assert [page.tag for page in read if page.status == "matched"] == stack.tags * times
        title = f"read {len(read)} scans of {_FINE} dpi, {what}"
        rows.append(Row(title, "wall", "s", (spent.wall,), _NOTHING, limit=_LIMIT_S))
        rows.append(Row(title, "cpu", "s", (spent.cpu,), _NOTHING))
    return rows


def _rates(folder: Path, small: bool) -> Iterator[Row]:
    """Measure how many of some pages are matched to their own form, and their red seal seen."""
    for dpi in (150,) if small else (100, 150, 200, 300):
        stack = _Stack(folder / str(dpi), 1 if small else 3, dpi)
        kinds = _scanner_kinds(dpi) | (_telephone_kinds() if dpi == _FINE else {})
        for kind in list(kinds)[:2] if small else kinds:
            spoil, quality = kinds[kind]
            paths = []
            for number, page in enumerate(stack.sealed):
                paths.append(folder / f"{number}.jpg")
                spoil(page, number).convert("RGB").save(paths[-1], quality=quality)
            read = read_scans(paths, stack.wanted, children=2)
            matched = sum(
                page.status == "matched" and page.tag == tag for page, tag in zip(read, stack.tags, strict=True)
            )
            seals = sum(page.red_seal is seal for page, seal in zip(read, stack.seals, strict=True))
            title = f"{dpi} dpi, {kind}"
            yield Row(f"{title}: matched", f"of {len(read)}", "%", (100 * matched / len(read),), _NOTHING)
            yield Row(f"{title}: seal or none seen", f"of {len(read)}", "%", (100 * seals / len(read),), _NOTHING)


class _Stack:
    """The pages of a submission's forms, printed and `sealed`; their forms' tags, and whether there is a seal."""

    wanted: list[Expected]
    sealed: list[Image.Image]
    tags: list[str]
    seals: list[bool]

    def __init__(self, folder: Path, works: int, dpi: int) -> None:
        draft, facts = submission(works)
        fonts = Fonts.load("open")
        forms = build_forms(draft, find_campaign(""), facts)
        self.wanted = expected_forms(forms, fonts)
        self.tags = [form.tag for form in self.wanted for _ in form.seals]
        self.seals = [seal for form in self.wanted for seal in form.seals]
        self.sealed = scanned.sealed(scanned.rendered(forms, fonts, folder, dpi), forms, fonts)


def _scanner_kinds(dpi: int) -> dict[str, tuple[Spoil, int]]:
    """Return what a scanner does to a page, each with a JPEG quality."""
    kinds: dict[str, tuple[Spoil, int]] = {
        "clean": (lambda page, _: page, 85),
        "paper and noise": (lambda page, _: scanned.on_paper(page, noise=12), 80),
        "JPEG quality 30": (lambda page, _: scanned.on_paper(page), 30),
        "strong noise": (lambda page, _: scanned.noisy(page, 60), 80),
        "dark": (lambda page, _: scanned.noisy(page.point(lambda v: v * 0.3 + 10), 6), 80),
        "faint": (lambda page, _: scanned.noisy(page.point(lambda v: int(190 + v * 65 / 255)), 6), 80),
    }
    for degrees in (90, 180, 270, 3, 17, 45):
        kinds[f"turned {degrees}°"] = (lambda page, _, d=degrees: scanned.skewed(scanned.on_paper(page), d), 80)
    for mm in (0.1, 0.15, 0.2, 0.25):
        kinds[f"blurred {mm} mm"] = (lambda page, _, m=mm: scanned.on_paper(scanned.blurred(page, m, dpi)), 80)
    return kinds


def _telephone_kinds() -> dict[str, tuple[Spoil, int]]:
    """Return photographs by their pixels on the longer side and by how far the corners move in."""
    kinds: dict[str, tuple[Spoil, int]] = {}
    for pixels in (4000, 2400, 1600):
        for tilt in (0.05, 0.1, 0.2, 0.3):
            size = (pixels * 3 // 4, pixels)
            kinds[f"photograph {pixels} px, tilt {tilt}"] = (
                lambda page, seed, t=tilt, s=size: scanned.photographed(page, seed, t, s),
                80,
            )
    return kinds
