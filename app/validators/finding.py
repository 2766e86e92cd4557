"""What a rule says of a thing: Finding."""

from enum import StrEnum

import msgspec


class Level(StrEnum):
    """How a finding counts; only FAIL stops a work."""

    PASS = "pass"
    FAIL = "fail"
    WARN = "warn"
    MANUAL = "manual"


# A thousand works have twenty thousand findings: the garbage collector shall not look for cycles in mere text.
class Finding(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One rule held against one thing.

    `actual` and `required` are what is and what should be, as a person reads them; `clause` quotes the call;
    `message` says it in one sentence and `fix` is one concrete thing to do (empty on a pass). `work` is the id of
    the work and `field` the field it stands by (`unit.name`, `title`, `video` …): where a click leads.
    """

    rule: str
    level: Level
    actual: str = ""
    required: str = ""
    clause: str = ""
    message: str = ""
    fix: str = ""
    work: str = ""
    field: str = ""
