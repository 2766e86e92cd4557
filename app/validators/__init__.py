"""The rules: validate(draft, campaign, today, films) gives findings; no input, no output, no clock."""

from collections.abc import Mapping
from datetime import date

from app.campaign import Campaign
from app.draft import Draft
from app.media import MediaFacts, Problem
from app.validators.finding import Finding, Level
from app.validators.media import check_film, verdict
from app.validators.submission import check_submission, check_window, check_work, same_film

__all__ = [
    "Films",
    "Finding",
    "Level",
    "check_film",
    "check_submission",
    "check_window",
    "check_work",
    "same_film",
    "validate",
    "verdict",
]

Films = Mapping[str, MediaFacts | Problem]
"""What is known of the works' films, by work id; one that is absent has not been read."""


def validate(draft: Draft, campaign: Campaign, today: date, films: Films) -> list[Finding]:
    """Return everything the call says of a draft, passes included: first the submission, then work by work."""
    found = check_submission(draft, campaign, today)
    for work in draft.works:
        found += check_work(work, campaign, films.get(work.id))
    return found
