"""The draft: everything a person has said about one submission. Plain values, no input or output.

The JSON names are stable (the draft is read by other programs). All values are immutable: an edit makes a new
draft that shares what did not change, so that undo is a list of drafts.

Versions of the format:
    1  the first.
"""

import re
from typing import Final, Literal

import msgspec

FORMAT: Final = "weiying-draft"
VERSION: Final = 1


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A part of the draft: an unknown key is an error, a missing one is empty; it holds values only, so no cycles."""


class Address(_Record, frozen=True):
    """Where a unit is; province, city and district as the administrative divisions are named."""

    province: str = ""
    city: str = ""
    district: str = ""
    detail: str = ""


class Contact(_Record, frozen=True):
    """Whom the organiser calls."""

    name: str = ""
    mobile: str = ""


class Preparer(_Record, frozen=True):
    """Who fills in the summary list."""

    name: str = ""
    phone: str = ""


class Unit(_Record, frozen=True):
    """The submitting unit (报送单位); filled once, kept as a profile."""

    name: str = ""
    kind: str = ""
    address: Address = Address()
    contact: Contact = Contact()
    preparer: Preparer = Preparer()


class Creator(_Record, frozen=True):
    """One line of 主创人员."""

    role: str = ""
    name: str = ""


class Video(_Record, frozen=True):
    """The film; a relative path is relative to the draft's folder."""

    path: str = ""


class Work(_Record, frozen=True):
    """One film and what the forms say of it.

    `type` is a type's name in the call, empty for the one its length fits; `created` is `YYYY`, `YYYY-MM` or
    `YYYY-MM-DD`; a declaration is true (yes), false (no) or null (does not apply), and absent while unanswered.
    """

    id: str = ""
    title: str = ""
    video: Video = Video()
    type: str = ""
    theme: str = ""
    genre: str = ""
    created: str = ""
    producer: str = ""
    creators: tuple[Creator, ...] = ()
    synopsis: str = ""
    recommendation: str = ""
    declarations: dict[str, bool | None] = {}


class Draft(_Record, frozen=True):
    """A submission: one unit, its works, for one call; `signed` is the forms' date (ISO) or empty for the pen."""

    format: Literal["weiying-draft"] = FORMAT
    version: Literal[1] = VERSION
    campaign: str = ""
    unit: Unit = Unit()
    works: tuple[Work, ...] = ()
    signed: str = ""


def bare_title(title: str) -> str:
    """Return a title without the 《》 around it, however many pairs were typed; inner ones become 〈〉.

    The forms add exactly one pair; inside it GB/T 15834-2011, 4.15.3 asks for 〈〉.
    """
    text = title.strip()
    while text.startswith("《") and text.endswith("》") and _encloses(text):
        text = text[1:-1].strip()
    return text.replace("《", "〈").replace("》", "〉")


def _encloses(text: str) -> bool:
    """Say whether the first 《 is closed by the last 》."""
    depth = 0
    for index, character in enumerate(text):
        depth += (character == "《") - (character == "》")
        if depth == 0:
            return index == len(text) - 1
    return False


def address_text(address: Address) -> str:
    """Return the address on one line, without repeating a province that is also the city (北京市北京市)."""
    parts = [address.province, address.city, address.district, address.detail]
    kept = [p.strip() for i, p in enumerate(parts) if p.strip() and p.strip() not in {q.strip() for q in parts[:i]}]
    return "".join(kept)


_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(?:\(?0\d{2,3}\)?[- ]?)?[2-9]\d{6,7}(?:[-转 ]\d{1,6})?")


def is_mobile(text: str) -> bool:
    """Say whether a text is a Chinese mobile number, written with or without +86, spaces and hyphens."""
    digits = re.sub(r"[\s-]", "", text)
    return _MOBILE.fullmatch(digits.removeprefix("+86").removeprefix("0086")) is not None


def is_phone(text: str) -> bool:
    """Say whether a text is a Chinese mobile or landline number, the latter with area code and extension."""
    return is_mobile(text) or _LANDLINE.fullmatch(text.strip()) is not None
