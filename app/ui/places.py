"""Where a finding is put right, and how many there are at each place."""

from collections import Counter
from collections.abc import Iterable
from enum import Enum, auto

from app.validators import Finding, Level


class Place(Enum):
    """A page on which something can be put right."""

    UNIT = auto()
    VIDEOS = auto()
    WORKS = auto()
    REVIEW = auto()
    OVERVIEW = auto()


class Need(Enum):
    """What a finding asks for."""

    CORRECT = auto()
    FILL_IN = auto()
    CONFIRM = auto()


Tally = Counter[tuple[Place, Need]]


def field_of(finding: Finding) -> str:
    """Return the field where a finding is put right: a date that the film does not give is a field of the work."""
    return "created" if finding.rule == "created" and finding.level is Level.MANUAL else finding.field


def place_of(field: str) -> Place:
    """Return the page on which a field is put right."""
    if field.startswith("unit."):
        return Place.UNIT
    if field in {"video", "works"}:
        return Place.VIDEOS
    if field.startswith("declarations."):
        return Place.REVIEW
    return Place.OVERVIEW if field == "window" else Place.WORKS


def tally(findings: Iterable[Finding]) -> Tally:
    """Count what fails or wants a person, by place and need."""
    counts: Tally = Counter()
    for finding in findings:
        if finding.level is Level.FAIL:
            need = Need.FILL_IN if finding.rule in {"required", "works"} else Need.CORRECT
        elif finding.level is Level.MANUAL:
            need = Need.CONFIRM
        else:
            continue
        counts[place_of(field_of(finding)), need] += 1
    return counts
