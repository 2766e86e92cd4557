"""A column of a spreadsheet as text on the clipboard, as Excel, WPS and LibreOffice write it."""

import csv
import io
import re

from app.campaign import Campaign
from app.draft import Creator


def column_to_text(values: list[str]) -> str:
    """Return values as one column: a line each, quoted where a value has lines, tabs or quotes of its own."""
    out = io.StringIO()
    writer = csv.writer(out, dialect="excel-tab", lineterminator="\n")
    writer.writerows([value] for value in values)
    return out.getvalue()


def column_from_text(text: str) -> list[str]:
    """Return the first column of what was copied; an empty line is an empty cell, trailing ones are dropped."""
    rows = list(csv.reader(io.StringIO(text.replace("\r\n", "\n")), dialect="excel-tab"))
    values = [row[0].strip() if row else "" for row in rows]
    while values and not values[-1]:
        values.pop()
    return values


_ROLE_AND_NAME = re.compile(r"\s*([^:：\s]{1,12})\s*[:：]\s*(.+)")


def creators_to_text(creators: tuple[Creator, ...]) -> str:
    """Return the people as one cell, a role a line."""
    return "\n".join(f"{c.role}：{c.name}" if c.role else c.name for c in creators)


def creators_from_text(text: str, campaign: Campaign) -> tuple[Creator, ...]:
    """Return the people in one cell: `职务：姓名`, parted by lines or semicolons; a bare name keeps no role."""
    people = []
    for part in re.split(r"[\n;；]", text):
        if found := _ROLE_AND_NAME.fullmatch(part):
            people.append(Creator(found[1], found[2].strip()))
        elif part.strip():
            words = part.split(maxsplit=1)
            is_role = len(words) == 2 and words[0] in campaign.creator_roles
            people.append(Creator(words[0], words[1].strip()) if is_role else Creator("", part.strip()))
    return tuple(people)
