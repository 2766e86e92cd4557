"""Brings a summary list that somebody has filled in into a draft, and films to the works that wait for one."""

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from app import storage
from app.campaign import Campaign
from app.draft import Draft, Video, Work, bare_title
from app.ui.columns import creators_from_text

# What reads spreadsheets takes as long to import as the rest of the window.
if TYPE_CHECKING:
    from app.summary_import import ListedWork, Summary

replace = msgspec.structs.replace

_FIELDS = ("title", "theme", "genre", "created", "producer", "creators", "synopsis", "recommendation", "type")
_UNIT = {
    "unit.name": ("name", None), "contact.name": ("contact", "name"), "contact.mobile": ("contact", "mobile"),
    "preparer.name": ("preparer", "name"), "preparer.phone": ("preparer", "phone"),
}  # fmt: skip


class Listed(NamedTuple):
    """A draft with a list brought in: how many works were filled, how many are new, and what needs a look."""

    draft: Draft
    filled: int
    added: int
    notes: tuple[str, ...]


def with_summary(draft: Draft, summary: "Summary", campaign: Campaign) -> Listed:
    """Return the draft with the list's works in the list's order, matched to the films by name; the rest follow.

    What the list leaves empty stays as it is. Of the unit only what is empty is filled.
    """
    from app.summary_import import match_films

    names = [_name(work) for work in draft.works]
    matches = match_films(summary.works, names)
    notes = list(summary.not_understood)
    works: list[Work] = []
    for number, listed in enumerate(summary.works):
        found = matches.get(number)
        work = Work(id=storage.new_work_id()) if found is None else draft.works[found]
        if found is None or not work.video.path:
            title = bare_title(listed.values["work.title"])
            notes.append(f"第 {listed.row} 行《{title}》还没有对应的视频，请在“添加视频”里添加。")
        works.append(_filled(work, listed, campaign, notes))
    taken = set(matches.values())
    rest = [w for n, w in enumerate(draft.works) if n not in taken]
    notes += [f"视频“{_name(w)}”在汇总表里没有找到对应的作品，保留在最后。" for w in rest]
    unit = draft.unit
    for name, value in summary.unit.items():
        part, field = _UNIT.get(name, (None, None))
        if part is None:
            continue
        if field is None:
            unit = unit if unit.name else replace(unit, name=value)
        elif not getattr(getattr(unit, part), field):
            unit = replace(unit, **{part: replace(getattr(unit, part), **{field: value})})
    filled = replace(draft, works=(*works, *rest), unit=unit)
    return Listed(filled, len(matches), len(works) - len(matches), tuple(notes))


def with_films(works: Sequence[Work], films: Sequence[Path], titles: Mapping[Path, str]) -> tuple[Work, ...]:
    """Return the works with films added: to a work of that name that has none, else as a new work.

    `titles` are those guessed from the films' names.
    """
    matches = _matches(works, films)
    found = list(works)
    for number, path in enumerate(films):
        video = Video(path=str(path))
        if number in matches:
            place = matches[number]
            found[place] = replace(found[place], video=video)
        else:
            found.append(Work(id=storage.new_work_id(), title=titles.get(path, ""), video=video))
    return tuple(found)


def _matches(works: Sequence[Work], films: Sequence[Path]) -> dict[int, int]:
    """Return the place of the waiting work, by the number of the film that is its."""
    waiting = [n for n, w in enumerate(works) if not w.video.path and w.title]
    if not waiting:
        return {}
    from app.summary_import import ListedWork, match_films

    listed = [ListedWork(0, {"work.title": works[n].title}) for n in waiting]
    return {film: waiting[w] for w, film in match_films(listed, [f.name for f in films]).items()}


def _filled(work: Work, listed: "ListedWork", campaign: Campaign, notes: list[str]) -> Work:
    values: dict[str, Any] = {}
    for field in _FIELDS:
        text = listed.values.get(f"work.{field}", "").strip()
        if not text:
            continue
        if field == "creators":
            values[field] = creators_from_text(text, campaign)
        elif field == "type" and campaign.type_named(text) is None:
            notes.append(f"第 {listed.row} 行的类型“{text}”不在征集的类型之内，改为按时长选择。")
        else:
            values[field] = bare_title(text) if field == "title" else text
    return replace(work, **values)


def _name(work: Work) -> str:
    return PurePath(work.video.path.replace("\\", "/")).name or work.title
