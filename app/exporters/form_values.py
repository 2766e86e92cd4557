"""What a form's placeholders stand for: the draft's values, as the forms write them."""

from app.campaign import Campaign
from app.draft import Draft, Work, address_text, bare_title
from app.media import MediaFacts


def work_values(work: Work, number: int, total: int, campaign: Campaign, facts: MediaFacts | None) -> dict[str, str]:
    """Return what the placeholders `work.*` stand for; a value that is not known is empty.

    `number` counts from 1 and is written with as many digits as `total` needs, at least two, in names only.
    """
    length = facts.duration_ms if facts else None
    minutes, seconds = divmod((length or 0) // 1000, 60)
    fitting = campaign.type_for(length)
    return {
        "work.title": bare_title(work.title),
        "work.theme": work.theme,
        "work.type": work.type or (fitting.name if fitting else ""),
        "work.genre": work.genre,
        "work.minutes": f"{minutes:02d}" if length is not None else "",
        "work.seconds": f"{seconds:02d}" if length is not None else "",
        "work.producer": work.producer,
        "work.creators": "\n".join(_creator_lines(work)),
        "work.first_creator": next((c.name for c in work.creators if c.name), ""),
        "work.synopsis": work.synopsis,
        "work.recommendation": work.recommendation,
        "work.created": work.created,
        "work.number": str(number).zfill(max(2, len(str(total)))),
    }


def unit_values(draft: Draft) -> dict[str, str]:
    """Return what the placeholders of the unit and of the date stand for; a value that is not known is empty."""
    unit = draft.unit
    year, month, day = ([*draft.signed.split("-"), "", "", ""])[:3]
    return {
        "unit.name": unit.name,
        "unit.kind": unit.kind,
        "unit.address": address_text(unit.address),
        "unit.province": unit.address.province,
        "unit.city": unit.address.city,
        "unit.district": unit.address.district,
        "contact.name": unit.contact.name,
        "contact.mobile": unit.contact.mobile,
        "preparer.name": unit.preparer.name,
        "preparer.phone": unit.preparer.phone,
        "date.full": f"{year} 年 {month.lstrip('0')} 月 {day.lstrip('0')} 日" if day else "",
        "date.year": year,
        "date.month": f" {month.lstrip('0')} " if month else "",
        "date.day": f" {day.lstrip('0')} " if day else "",
    }


def _creator_lines(work: Work) -> list[str]:
    """Return 主创人员, one role a line; names with the same role share its line."""
    by_role: dict[str, list[str]] = {}
    for creator in work.creators:
        if creator.role.strip() or creator.name.strip():
            by_role.setdefault(creator.role.strip(), []).append(creator.name.strip())
    return [
        f"{role}：{'、'.join(n for n in names if n)}" if role else "、".join(names) for role, names in by_role.items()
    ]
