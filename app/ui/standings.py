"""How each page stands: an icon and a few words on the rail, kept right while the draft changes."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QObject

from app.ui.badges import State
from app.ui.deliveries import Delivered
from app.ui.pages.deliver import DeliverPage
from app.ui.pages.overview import OverviewPage
from app.ui.pages.page import Page
from app.ui.pages.review import ReviewPage
from app.ui.pages.stamps import StampsPage
from app.ui.pages.start import StartPage
from app.ui.pages.unit import UnitPage
from app.ui.pages.videos import VideosPage
from app.ui.pages.works import WorksPage
from app.ui.places import Need, Place, Tally
from app.ui.rail import Mark, Rail
from app.ui.session import Session

PAGE_OF: dict[Place, type[Page]] = {
    Place.UNIT: UnitPage,
    Place.VIDEOS: VideosPage,
    Place.WORKS: WorksPage,
    Place.REVIEW: ReviewPage,
    Place.OVERVIEW: OverviewPage,
}
_STAMPS = {State.PASS: Mark.DONE, State.WARN: Mark.PROBLEM}
_DELIVERED = {Delivered.DONE: Mark.DONE, Delivered.CHANGED: Mark.PROBLEM}


class Standing(NamedTuple):
    """How a page stands."""

    mark: Mark
    words: str


def standing(totals: Tally, place: Place, *, left: bool, empty: bool) -> Standing:
    """Return how a page stands: `left` once the user went on from it, `empty` while there is nothing on it yet."""
    wrong, missing, manual = (totals[place, need] for need in (Need.CORRECT, Need.FILL_IN, Need.CONFIRM))
    if wrong:
        return Standing(Mark.PROBLEM, f"{wrong} 处要改正")
    if missing:
        return Standing(Mark.PROBLEM if left else Mark.TODO, f"{missing} 项没有填" if left else "待填写")
    if manual:
        return Standing(Mark.TODO, f"{manual} 处待确认")
    return Standing(Mark.TODO, "") if empty else Standing(Mark.DONE, "已完成")


class Standings(QObject):
    """Shows on the rail how the pages, in their `order`, stand."""

    def __init__(self, session: Session, rail: Rail, order: Sequence[type[Page]], parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._rail = session, rail
        self._number = {kind: number for number, kind in enumerate(order)}
        self._left: set[type[Page]] = set()
        session.findings_changed.connect(self._show_findings)
        session.stamps.changed.connect(self._show_stamps)
        session.deliveries.changed.connect(self._show_delivered)

    def leave(self, kind: type[Page]) -> None:
        """Remember that the user went on from a page: from now on what is missing there is a problem."""
        if kind not in self._left:
            self._left.add(kind)
            self._show_findings()

    def _show(self, kind: type[Page], mark: Mark, words: str) -> None:
        self._rail.show_mark(self._number[kind], mark, words)

    def _show_findings(self) -> None:
        totals = self._session.totals
        empty = not self._session.draft.works
        for place, kind in PAGE_OF.items():
            if place is not Place.OVERVIEW:
                alone = empty and kind is not UnitPage
                self._show(kind, *standing(totals, place, left=kind in self._left, empty=alone))
        self._show(StartPage, Mark.DONE if StartPage in self._left else Mark.TODO, "")
        fails = sum(count for (_, need), count in totals.items() if need is not Need.CONFIRM)
        self._show(OverviewPage, Mark.TODO if fails else Mark.DONE, f"还有 {fails} 处" if fails else "已齐全")

    def _show_stamps(self) -> None:
        state, words = self._session.stamps.standing()
        self._show(StampsPage, _STAMPS.get(state, Mark.TODO), words)

    def _show_delivered(self) -> None:
        delivered = self._session.deliveries.standing
        self._show(DeliverPage, _DELIVERED.get(delivered, Mark.TODO), delivered.value)
