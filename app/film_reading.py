"""Reads the films of a draft anew: what the checks and the forms' lengths rest on."""

from collections.abc import Callable, Mapping
from pathlib import Path

from app.draft import Draft
from app.media import MediaFacts, Problem
from app.probe import ProbePool
from app.storage import video_path


def read_films(
    draft: Draft, draft_path: Path, cancelled: Callable[[], bool] = lambda: False
) -> dict[str, MediaFacts | Problem]:
    """Return what each work's film is, by work id; a work without a film is left out.

    `draft_path` is where the draft lies, for relative film paths. Nothing is taken from a cache. Raises Cancelled
    soon after `cancelled()` is true.
    """
    wanted: dict[Path, list[str]] = {}
    for work in draft.works:
        if work.video.path:
            wanted.setdefault(video_path(work, draft_path), []).append(work.id)
    films: dict[str, MediaFacts | Problem] = {}
    with ProbePool() as pool:
        for probed in pool.probe(wanted, cancelled):
            for identity in wanted[probed.path]:
                films[identity] = probed.facts or probed.problem or Problem.UNREADABLE
    return films


def only_facts(films: Mapping[str, MediaFacts | Problem]) -> dict[str, MediaFacts]:
    """Return the films that could be read."""
    return {identity: film for identity, film in films.items() if isinstance(film, MediaFacts)}
