"""A draft to be shown to others: without telephone numbers, and without where its films lie."""

import re
from pathlib import PureWindowsPath
from typing import Any

import msgspec

from app.draft import Contact, Draft, Preparer, Video

# Mobile numbers however they are spaced, and landlines with an area code; a year or a price is no number to hide.
_NUMBER = re.compile(
    r"(?<!\d)(?:(?:\+|00)?86[- ]?)?1[3-9]\d(?:[- ]?\d){8}(?!\d)"
    r"|(?<!\d)[(（]?0\d{2,3}[)）]?[- ]?\d{7,8}(?:[-转 ]\d{1,6})?(?!\d)"
)
HIDDEN = "（电话已隐去）"


def share_copy(draft: Draft) -> Draft:
    """Return the draft without telephone numbers, wherever they were typed, and with bare names of films."""
    unit = msgspec.structs.replace(
        draft.unit, contact=Contact(draft.unit.contact.name), preparer=Preparer(draft.unit.preparer.name)
    )
    works = tuple(
        msgspec.structs.replace(work, video=Video(PureWindowsPath(work.video.path).name)) for work in draft.works
    )
    bare = msgspec.structs.replace(draft, unit=unit, works=works)
    return msgspec.convert(_hidden(msgspec.to_builtins(bare)), Draft)


def _hidden(value: Any) -> Any:
    if isinstance(value, str):
        return _NUMBER.sub(HIDDEN, value)
    if isinstance(value, dict):
        return {key: _hidden(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden(item) for item in value]
    return value
