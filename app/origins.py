"""Where the works of a gathered draft came from, remembered beside it; the draft's own format stays as it is."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from app.files import write_whole


class Origin(msgspec.Struct, frozen=True):
    """Where a work came from: the sub-unit's name, the package or draft, its number there, its film's digest."""

    unit: str
    source: str
    number: int
    film_sha256: str


def origin_text(origin: Origin) -> str:
    """Return where a work came from, in words."""
    return f"来自 {origin.unit or Path(origin.source).name}（第 {origin.number} 部）"


def save_origins(draft_path: Path, origins: Mapping[str, Origin]) -> None:
    """Remember where a draft's works came from, by work id. Raises AppError as save_draft does."""
    write_whole(_origins_path(draft_path), msgspec.json.format(msgspec.json.encode(dict(origins))), private=True)


def load_origins(draft_path: Path) -> dict[str, Origin]:
    """Return where a draft's works came from; empty if nothing is remembered, or it cannot be read any more."""
    try:
        return msgspec.json.decode(_origins_path(draft_path).read_bytes(), type=dict[str, Origin])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return {}


def _origins_path(draft_path: Path) -> Path:
    return draft_path.with_name(f"{draft_path.stem}_来源.json")
