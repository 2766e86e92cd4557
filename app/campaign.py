"""The call as types: everything of a notice that another call would change.

A pack (`resources/campaigns/*.toml`) is read into these by `app.pack`. Each rule carries `clause`, the words of
the notice it comes from, so that a badge can cite it. The reading of the rules is design.md's: see
`app.validators.media`.
"""

from datetime import date
from typing import Annotated, Literal

import msgspec

from app.form_spec import FormSpec

Positive = Annotated[float, msgspec.Meta(gt=0)]
Pixels = Annotated[int, msgspec.Meta(gt=0)]
Severity = Literal["fail", "warn"]


class _Spec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a pack: an unknown key is a mistake."""


class Window(_Spec, frozen=True, kw_only=True):
    """The days on which works are taken, both included."""

    opens: date
    closes: date
    clause: str = ""


class Theme(_Spec, frozen=True, kw_only=True):
    """One theme of the call; `name` is what the forms show."""

    name: str
    text: str = ""


class WorkType(_Spec, frozen=True, kw_only=True):
    """A kind of film with its length in seconds; a part of a second is dropped before comparing."""

    name: str
    max_seconds: Positive | None = None
    min_seconds: Positive | None = None
    clause: str = ""


class ContainerRule(_Spec, frozen=True, kw_only=True):
    """The file formats taken: both the brand inside and the name's extension must agree with one of them."""

    accepts: tuple[Literal["MP4", "MOV", "AVI", "MKV", "WebM", "WMV", "FLV", "MPEG"], ...]
    clause: str = ""


class ResolutionRule(_Spec, frozen=True, kw_only=True):
    """The picture's size as displayed, longer side first: at least `minimum`, or one of `exact`."""

    minimum: tuple[Pixels, Pixels] | None = None
    exact: tuple[tuple[Pixels, Pixels], ...] = ()
    clause: str = ""


class OrientationRule(_Spec, frozen=True, kw_only=True):
    """Which way up; `ratios` are display aspect ratios such as 16:9 (none: any). What is else has `otherwise`."""

    accepts: tuple[Literal["landscape", "portrait", "square"], ...] = ("landscape",)
    ratios: tuple[str, ...] = ()
    otherwise: Severity = "warn"
    clause: str = ""


class CodecRule(_Spec, frozen=True, kw_only=True):
    """The codecs taken, by MediaInfo's names (AVC is H.264, HEVC is H.265); an empty list takes any."""

    video: tuple[str, ...] = ()
    audio: tuple[str, ...] = ()
    clause: str = ""


class RangeRule(_Spec, frozen=True, kw_only=True):
    """A number between two bounds, both included; the unit is said where it is used."""

    minimum: Positive | None = None
    maximum: Positive | None = None
    otherwise: Severity = "fail"
    clause: str = ""


class FrameRateRule(_Spec, frozen=True, kw_only=True):
    """Pictures a second: one of `accepts` (within a hundredth, so that 23.976 is 24000/1001), or in a range."""

    accepts: tuple[Positive, ...] = ()
    minimum: Positive | None = None
    maximum: Positive | None = None
    otherwise: Severity = "fail"
    clause: str = ""


class CreatedRule(_Spec, frozen=True, kw_only=True):
    """The earliest day a work may have been made on."""

    earliest: date
    clause: str = ""


class VideoRules(_Spec, frozen=True, kw_only=True):
    """What a film file must be; a rule that is absent asks nothing. bit_rate is in kbit/s, file_size in MB."""

    container: ContainerRule | None = None
    resolution: ResolutionRule | None = None
    orientation: OrientationRule | None = None
    codec: CodecRule | None = None
    bit_rate: RangeRule | None = None
    frame_rate: FrameRateRule | None = None
    file_size: RangeRule | None = None
    created: CreatedRule | None = None


class Confirmation(_Spec, frozen=True, kw_only=True):
    """What only a person can judge: a question whose good answer is yes; `fix` is what to do on a no."""

    id: str
    question: str
    clause: str = ""
    fix: str = ""
    may_not_apply: bool = False


class Field(_Spec, frozen=True, kw_only=True):
    """How one field is asked for; `about` is a wished number of characters, `at_most` a hard one."""

    id: Literal[
        "unit.name", "unit.kind", "unit.address", "unit.contact.name", "unit.contact.mobile",
        "unit.preparer.name", "unit.preparer.phone", "title", "type", "theme", "genre", "created",
        "producer", "creators", "synopsis", "recommendation",
    ]  # fmt: skip
    label: str
    hint: str = ""
    example: str = ""
    required: bool = False
    about: Annotated[int, msgspec.Meta(gt=0)] | None = None
    at_most: Annotated[int, msgspec.Meta(gt=0)] | None = None


class UploadField(_Spec, frozen=True, kw_only=True):
    """One thing that an upload asks for: `text` is a template; `once` asks for the submission, not for each work."""

    label: str
    text: str
    once: bool = False


class Channel(_Spec, frozen=True, kw_only=True):
    """One way to hand in: by e-mail, in a mini-program of that name, on a `drive` (stick or disk) brought, or by post.

    Sizes are in MB of 10⁶ bytes: `attachment_mb` is what one mail may weigh with its attachments, which grow by
    `growth` on the way (base64 and its line breaks); `large_mb` is what one 超大附件 may weigh, kept for
    `large_days`. `fields` are in the order in which the upload asks for them.
    """

    kind: Literal["email", "mini-program", "drive", "post"]
    name: str
    address: str = ""
    attachment_mb: Positive | None = None
    growth: Positive = 1.37
    large_mb: Positive | None = None
    large_days: Annotated[int, msgspec.Meta(gt=0)] | None = None
    fields: tuple[UploadField, ...] = ()
    clause: str = ""


class Person(_Spec, frozen=True, kw_only=True):
    """Whom to ask."""

    name: str
    phone: str = ""


class Naming(_Spec, frozen=True, kw_only=True):
    """How files are called, as templates; the extension is kept."""

    video: str = "{work.number}_{work.title}"
    folder: str = "{work.number}_{work.title}"
    clause: str = ""


class Campaign(_Spec, frozen=True, kw_only=True):
    """A call. `id` names it in drafts; `notice` is the file beside the pack with the notice's own text.

    With `stamped_scans` a package is complete only with a scan of every form that has a place for a stamp.
    With `marks` each printed page carries a small code in its bottom margin, by which its scan is recognised.
    """

    format: Literal["weiying-campaign"]
    version: Literal[1]
    id: str
    title: str
    short_title: str = ""
    organizer: str = ""
    issued: date | None = None
    invited: tuple[str, ...] = ()
    unit_kinds: tuple[str, ...] = ()
    notice: str = ""
    window: Window | None = None
    themes: tuple[Theme, ...] = ()
    theme_clause: str = ""
    genres: tuple[str, ...] = ()
    genre_clause: str = ""
    creator_roles: tuple[str, ...] = ()
    types: tuple[WorkType, ...]
    video: VideoRules = VideoRules()
    confirmations: tuple[Confirmation, ...] = ()
    fields: tuple[Field, ...] = ()
    companions: tuple[str, ...] = ()
    most_works: Annotated[int, msgspec.Meta(gt=0)] | None = None
    channels: tuple[Channel, ...] = ()
    contacts: tuple[Person, ...] = ()
    stamped_scans: bool = False
    naming: Naming = Naming()
    forms: tuple[FormSpec, ...] = ()
    marks: bool = True

    def type_named(self, name: str) -> WorkType | None:
        """Return the type of that name, or None."""
        return next((t for t in self.types if t.name == name), None)

    def type_for(self, duration_ms: int | None) -> WorkType | None:
        """Return the shortest type that a film of that length fits; the longest one if it fits none."""
        if duration_ms is None or not self.types:
            return None
        by_length = sorted(self.types, key=lambda t: t.max_seconds or float("inf"))
        return next((t for t in by_length if fits(t, duration_ms)), by_length[-1])

    def field(self, identity: str) -> Field | None:
        """Return how a field is asked for, or None if the call does not ask for it."""
        return next((f for f in self.fields if f.id == identity), None)


def fits(work_type: WorkType, duration_ms: int) -> bool:
    """Say whether a length fits a type: whole seconds count, a part of a second is dropped."""
    seconds = duration_ms // 1000
    at_least = work_type.min_seconds is None or seconds >= work_type.min_seconds
    return at_least and (work_type.max_seconds is None or seconds <= work_type.max_seconds)
