"""What was packed when, for whom, and by which digest it is known again: one JSON value a line in the user's folder."""

import os
from datetime import datetime
from pathlib import Path

import msgspec

from app import paths
from app.errors import AppError, os_reason
from app.files import cannot_write


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One package: `when` is ISO 8601 with its zone; `size` is in bytes; `manifest_sha256` is of its manifest.

    `content` tells what it was made from, to know whether that has changed since; empty where it is not known.
    """

    when: datetime
    draft: str
    package: str
    campaign: str
    unit: str
    recipient: str
    works: int
    files: int
    size: int
    complete: bool
    manifest_sha256: str
    content: str = ""


def remember(entry: Entry) -> None:
    """Add a package to the history, for good. Raises AppError if it cannot be written."""
    path = _path()
    line = msgspec.json.encode(entry) + b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            # A line that a crash has cut ends before the new one begins.
            size = file.seek(0, os.SEEK_END)
            if size:
                file.seek(size - 1)
                line = line if file.read(1) == b"\n" else b"\n" + line
            file.write(line)
            os.fsync(file.fileno())
    except OSError as error:
        raise cannot_write(path, error) from error


def history() -> list[Entry]:
    """Return what was packed, the last first; lines that cannot be read are passed over."""
    try:
        lines = _path().read_bytes().splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise AppError(f"读不了打包记录：{os_reason(error)}。", "请检查用户文件夹的权限。") from error
    entries = []
    for line in lines:
        try:
            entries.append(msgspec.json.decode(line, type=Entry))
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue
    return entries[::-1]


def _path() -> Path:
    return paths.data_dir() / "history.jsonl"
