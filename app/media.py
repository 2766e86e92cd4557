"""What a film is: MediaFacts, made from MediaInfo's tracks without any input or output."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any

import msgspec

Track = dict[str, Any]

# Raise when the same film would now give other facts: what was kept of films from before is dropped then.
FACTS_VERSION = 1
# No length, size or rate of a film is above this, and all of them are whole numbers to the last digit in JSON.
_LARGEST = 2**53


class Problem(StrEnum):
    """Why a file could not be read at all."""

    MISSING = "missing"
    DENIED = "denied"
    NOT_A_FILE = "not_a_file"
    EMPTY = "empty"
    NOT_MEDIA = "not_media"
    CHANGED = "changed"
    CRASHED = "crashed"
    TIMEOUT = "timeout"
    UNREADABLE = "unreadable"


class MediaFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What MediaInfo says of one file; None where it does not say.

    `width` and `height` are pixels as displayed: the pixel aspect ratio and the rotation (degrees clockwise:
    0, 90, 180, 270) are applied. `duration_ms` is in milliseconds, `bit_rate` in bits per second over all
    streams, `size_bytes` in bytes, `created` is ISO 8601 with its zone.
    """

    container: str | None = None
    brand: str | None = None
    compatible_brands: tuple[str, ...] = ()
    width: int | None = None
    height: int | None = None
    rotation: int = 0
    duration_ms: int | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    frame_rate: float | None = None
    bit_rate: int | None = None
    size_bytes: int | None = None
    created: str | None = None
    truncated: bool = False
    encrypted: bool = False
    video_tracks: int = 0


def facts_from_tracks(tracks: list[Track], size_bytes: int) -> MediaFacts:
    """Return the facts of a file from MediaInfo's track list (its JSON output: all values are strings).

    `size_bytes` is the size the file system gives; MediaInfo does not know it when it reads from a buffer.
    """
    general = next((t for t in tracks if t.get("@type") == "General"), {})
    films = [t for t in tracks if t.get("@type") == "Video" and not _is_still(t)]
    video = films[0] if films else {}
    audio = next((t for t in tracks if t.get("@type") == "Audio"), {})
    rotation = _rotation(video.get("Rotation"))
    width, height = _displayed(video, rotation)
    return MediaFacts(
        container=_text(general.get("Format")),
        brand=_text(general.get("CodecID")),
        compatible_brands=tuple(b.strip() for b in str(general.get("CodecID_Compatible", "")).split("/") if b.strip()),
        width=width,
        height=height,
        rotation=rotation,
        duration_ms=_duration_ms(video, general),
        video_codec=_text(video.get("Format")),
        audio_codec=_text(audio.get("Format")),
        frame_rate=_number(video.get("FrameRate")),
        bit_rate=_whole(general.get("OverallBitRate")),
        size_bytes=size_bytes,
        created=_created(general, video),
        truncated=any(_is_truncated(t) for t in tracks),
        encrypted=any(_is_encrypted(t) for t in tracks),
        video_tracks=len(films),
    )


def clock_text(duration_ms: int) -> str:
    """Return a length as the forms write it, `05 分 00 秒`: whole seconds count, a part of one is dropped."""
    minutes, seconds = divmod(duration_ms // 1000, 60)
    return f"{minutes:02d} 分 {seconds:02d} 秒"


def _is_still(track: Track) -> bool:
    """Say whether a video track is only an attached picture (a cover), not a film."""
    if _text(track.get("Format")) not in {"JPEG", "PNG", "BMP", "GIF"}:
        return False
    frames = _whole(track.get("FrameCount"))
    return frames == 1 or (not frames and not _number(track.get("Duration")))


def _is_truncated(track: Track) -> bool:
    """Say whether MediaInfo found the file shorter than it should be; it says so among the `extra` values."""
    extra = track.get("extra")
    return isinstance(extra, dict) and extra.get("IsTruncated") == "Yes"


def _is_encrypted(track: Track) -> bool:
    return any(key.startswith("Encryption") and value for key, value in track.items())


def _number(value: Any) -> float | None:
    """Return a number; None for what is none, or so large that only a damaged file says it."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if abs(number) <= _LARGEST else None


def _whole(value: Any) -> int | None:
    number = _number(value)
    return None if number is None else int(number)


def _text(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _rotation(value: Any) -> int:
    """Return MediaInfo's rotation in degrees (any sign) as 0, 90, 180 or 270."""
    number = _number(value)
    return 0 if number is None else round(number / 90) * 90 % 360


def _displayed(video: Track, rotation: int) -> tuple[int | None, int | None]:
    width, height = _whole(video.get("Width")), _whole(video.get("Height"))
    if width is None or height is None:
        return width, height
    width = round(width * _pixel_ratio(video.get("PixelAspectRatio")))
    return (height, width) if rotation in {90, 270} else (width, height)


def _pixel_ratio(value: Any) -> Fraction:
    """Return a pixel's width by its height. MediaInfo rounds to three decimals; 1.333 is 4/3 and not a pixel less."""
    number = _number(value)
    if number is None or number <= 0:
        return Fraction(1)
    for denominator in range(1, 100):
        simple = Fraction(round(number * denominator), denominator)
        if simple and abs(simple - Fraction(number)) <= Fraction(5, 10_000):
            return simple
    return Fraction(number)


def _duration_ms(video: Track, general: Track) -> int | None:
    """Return the length of the film: the container's, which is its longest track, else the picture's."""
    for track in (general, video):
        seconds = _number(track.get("Duration"))
        if seconds is not None and seconds > 0:
            return round(seconds * 1000)
    return None


def _created(general: Track, video: Track) -> str | None:
    """Return when the file says it was made; the zero of MP4's clock (1904) and of Unix (1970) say nothing."""
    for track in (general, video):
        for key in ("Encoded_Date", "Tagged_Date", "Recorded_Date"):
            moment = _moment(track.get(key))
            if moment is not None and moment.year not in {1904, 1970}:
                return moment.isoformat()
    return None


_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\.\d+)?\s*(UTC|Z|[+-]\d{2}:?\d{2})?")


def _moment(value: Any) -> datetime | None:
    """Return a date as MediaInfo writes it (`2023-12-31 16:00:00 UTC`); without a zone it counts as UTC."""
    found = _MOMENT.search(str(value)) if value else None
    if not found:
        return None
    zone = found[3] or "UTC"
    try:
        moment = datetime.fromisoformat(f"{found[1]}T{found[2]}{'+00:00' if zone in {'UTC', 'Z'} else zone}")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
