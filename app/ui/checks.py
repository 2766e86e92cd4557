"""What the call says of the draft, worked out anew only for what changed."""

from datetime import date

from app.campaign import Campaign
from app.draft import Draft, Work
from app.media import MediaFacts, Problem
from app.validators import Finding, check_submission, check_work

Film = MediaFacts | Problem | None


class Checks:
    """Findings by work, kept as long as the work and its film are the same objects (drafts are immutable)."""

    def __init__(self, campaign: Campaign, today: date) -> None:
        self._campaign = campaign
        self._today = today
        self._works: dict[str, tuple[Work, Film, list[Finding]]] = {}
        self._submission: tuple[Draft, list[Finding]] | None = None

    def of_work(self, work: Work, film: Film) -> list[Finding]:
        """Return everything said of one work, passes included."""
        known = self._works.get(work.id)
        if known is not None and known[0] is work and known[1] is film:
            return known[2]
        found = check_work(work, self._campaign, film)
        self._works[work.id] = (work, film, found)
        return found

    def of_submission(self, draft: Draft) -> list[Finding]:
        """Return what is said of the unit, of the works together and of the days left."""
        if self._submission is None or self._submission[0] is not draft:
            self._submission = (draft, check_submission(draft, self._campaign, self._today))
        return self._submission[1]
