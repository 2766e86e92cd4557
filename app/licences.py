"""The parts that ship inside the built program, with their licences: what an About box shows."""

from pathlib import Path

import msgspec

from app import paths


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One bundled part; `texts` are its licence texts, files in the same folder as the list."""

    name: str
    version: str
    licence: str
    notice: str
    source: str
    texts: list[str]


def folder() -> Path:
    """Return where a built program keeps its licences; a source tree has no such folder."""
    return paths.resources() / "licences"


def bundled_parts() -> list[Part]:
    """Return the bundled parts in the order of their names; none where the program runs from its source."""
    index = folder() / "index.json"
    if not index.is_file():
        return []
    return msgspec.json.decode(index.read_bytes(), type=list[Part])


def text_of(part: Part) -> str:
    """Return a part's notice and its licence texts, one after the other, as plain text."""
    texts = [(folder() / name).read_text(encoding="utf-8") for name in part.texts]
    return "\n\n".join(filter(None, [part.notice, *texts]))
