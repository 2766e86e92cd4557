"""Drafts and the unit's profile on disk: versioned JSON, written whole or not at all, readable by their owner only.

Beside each draft stands the state before the last save (`….bak`). A damaged draft is moved aside, never deleted,
and the last good state opens in its place.
"""

import contextlib
import json
import os
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, NamedTuple

import msgspec

from app import paths
from app.draft import FORMAT, VERSION, Draft, Unit, Work
from app.errors import AppError, os_reason
from app.files import move_aside, write_whole

SUFFIX = ".weiying"
# A draft of a thousand works with long texts is about 5 MB; what is larger is not a draft.
_LARGEST = 64 * 1024 * 1024
_MOST_PROFILES = 30

# What makes the plain values of a draft of one version those of the next: a step for every version before VERSION.
# Where a draft is not as that version wrote it, a step may raise any of _UNFIT.
MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
_UNFIT = (AttributeError, LookupError, TypeError, ValueError)
_DAMAGED = "损坏"


class Loaded(NamedTuple):
    """A draft as opened; `notice` tells the user that it is an earlier state, and is empty otherwise."""

    draft: Draft
    notice: str = ""


def save_draft(draft: Draft, path: Path) -> None:
    """Write a draft: atomic, synced to the disk, readable by its owner only; the state before becomes `.bak`.

    Raises AppError if the disk is full, the folder is read-only, the file is locked, or a newer version of the
    program has saved it meanwhile (it stays untouched).
    """
    if path.exists():
        with contextlib.suppress(OSError):
            earlier = path.read_bytes()
            raw = _plain(earlier)
            if _is_newer(raw):
                raise AppError(
                    f"草稿“{path.name}”已由更新的版本保存过，这里的修改没有写进去。", "请升级本程序后再接着填写。"
                )
            if _converted(raw) is not None:
                write_whole(_backup(path), earlier, private=True)
    write_whole(path, encode_draft(draft), private=True)


def encode_draft(draft: Draft) -> bytes:
    """Return a draft as its file's bytes: UTF-8 JSON, indented, for people to read and to compare."""
    try:
        return msgspec.json.format(msgspec.json.encode(draft), indent=2) + b"\n"
    except UnicodeEncodeError:
        # A file name that is no UTF-8 here is carried as lone surrogates, which only the standard library writes.
        return json.dumps(msgspec.to_builtins(draft), indent=2).encode("ascii") + b"\n"


def load_draft(path: Path) -> Loaded:
    """Read a draft; every work has an id afterwards.

    A damaged file is moved aside and the last good state opens instead, which `notice` says. Raises AppError if the
    file cannot be read, is not a draft, is of a newer version (it stays untouched), or there is no good state.
    """
    data = _read(path)
    try:
        return Loaded(_draft(data, path))
    except _Damaged as damage:
        return _recover(path, damage)


def foreign_draft(data: bytes, name: str) -> Draft:
    """Return a draft that came from elsewhere; nothing is moved aside, nothing recovered, nothing written.

    Raises AppError, saying why, if it is damaged, of another version, or has keys that are not known.
    """
    try:
        return _draft(data, Path(name))
    except _Damaged as damage:
        raise AppError(f"草稿“{name}”不能使用（{damage}）。", "请对方用同一版本的程序重新保存或打包。") from damage


def draft_schema() -> dict[str, Any]:
    """Return the JSON schema (2020-12) of a draft, made from the types."""
    schema = msgspec.json.schema(Draft)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "weiying-draft", **schema}


def video_path(work: Work, draft_path: Path) -> Path:
    """Return where a work's film lies; a relative path is relative to the draft's folder, on any system."""
    raw = work.video.path
    if PureWindowsPath(raw).is_absolute() or PurePosixPath(raw).is_absolute():
        return Path(raw)
    return draft_path.absolute().parent / Path(*PureWindowsPath(raw).parts)


def drafts_dir() -> Path:
    """Return the folder of the user's own drafts."""
    return paths.data_dir() / "drafts"


def new_draft_path() -> Path:
    """Return a path for a new draft in the user's folder, named by the moment, not yet there."""
    now = datetime.now().astimezone()
    return drafts_dir() / f"{now:%Y-%m-%d_%H%M%S}_{os.urandom(2).hex()}{SUFFIX}"


def recent_drafts() -> list[Path]:
    """Return the user's drafts, the one that was saved last first."""
    found = [(p.stat().st_mtime_ns, p) for p in drafts_dir().glob(f"*{SUFFIX}")]
    return [p for _, p in sorted(found, reverse=True)]


def load_profile() -> Unit | None:
    """Return the unit's profile, or None if there is none.

    A damaged one is moved aside; one of another version stays until another is saved.
    """
    unit: Unit | None = _remembered(paths.data_dir() / "unit.json", Unit)
    return unit


def save_profile(unit: Unit) -> None:
    """Remember the unit for the next draft; owner-readable only. Raises AppError as save_draft does.

    A unit with a name is also kept among the profiles, in place of the one of that name.
    """
    _remember(paths.data_dir() / "unit.json", unit)
    if unit.name.strip():
        others = [u for u in load_profiles() if u.name.strip() != unit.name.strip()]
        _remember(_profiles(), [unit, *others][:_MOST_PROFILES])


def load_profiles() -> list[Unit]:
    """Return the units that were remembered, the last one first; another file than ours is treated as a profile is."""
    units: list[Unit] = _remembered(_profiles(), list[Unit]) or []
    return units


def forget_profile(name: str) -> None:
    """Forget the unit of that name. Raises AppError as save_draft does."""
    _remember(_profiles(), [u for u in load_profiles() if u.name.strip() != name.strip()])


def _profiles() -> Path:
    return paths.data_dir() / "units.json"


def _remembered(path: Path, kind: Any) -> Any:
    """Return what was remembered in a file, or None; what is no JSON at all is moved aside."""
    if not path.exists():
        return None
    data = _read(path)
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError:
        return None
    except ValueError:
        with contextlib.suppress(AppError):
            move_aside(path, _DAMAGED)
        return None


def _remember(path: Path, what: Unit | list[Unit]) -> None:
    """Write what is to be remembered; what this version cannot read of what is there is kept beside it."""
    if _remembered(path, Unit | list[Unit]) is None and path.exists():
        move_aside(path, "其他版本")
    write_whole(path, msgspec.json.encode(what), private=True)


class _Damaged(Exception):  # noqa: N818  (never leaves this module)
    """The bytes are not a draft of this version; the text says why."""


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            raise AppError(f"“{path.name}”太大，不是本程序的草稿。", "请重新选择。")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise AppError(f"找不到草稿“{path}”。", "请检查路径，或确认 U 盘已插好。") from error
    except OSError as error:
        raise AppError(f"读不了草稿“{path}”：{os_reason(error)}。", "请检查文件权限。") from error


def is_newer(data: bytes) -> bool:
    """Say whether bytes are a draft of a version that this program does not know yet."""
    return _is_newer(_plain(data))


def _plain(data: bytes) -> Any:
    """Return JSON as plain values, None if it is damaged."""
    try:
        return _parse(data)
    except (ValueError, RecursionError):
        return None


def _is_newer(raw: Any) -> bool:
    return isinstance(raw, dict) and raw.get("format") == FORMAT and _version(raw) > VERSION


def _converted(raw: Any) -> Draft | None:
    """Return a draft of this or an earlier version from its plain values, or None if they are damaged."""
    try:
        return msgspec.convert(_upgraded(raw), Draft)
    except _UNFIT:
        return None


def _version(raw: dict[str, Any]) -> float:
    """Return the version that a draft's plain values name; 0 where they name none."""
    version = raw.get("version")
    return version if isinstance(version, int | float) else 0


def _upgraded(raw: Any) -> Any:
    """Return the plain values of an earlier version's draft as those of this version; all others as they are."""
    while isinstance(raw, dict) and (version := _version(raw)) in MIGRATIONS:
        raw = {**MIGRATIONS[int(version)](raw), "version": int(version) + 1}
    return raw


def _parse(data: bytes) -> Any:
    """Return JSON as plain values. Raises ValueError (or RecursionError on hostile nesting)."""
    try:
        return msgspec.json.decode(data)
    except msgspec.DecodeError:
        return json.loads(data)


def _draft(data: bytes, path: Path) -> Draft:
    try:
        raw = _parse(data)
    except (ValueError, RecursionError) as error:
        raise _Damaged("内容不完整") from error
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        if isinstance(raw, dict) and raw:
            raise AppError(f"“{path.name}”不是本程序的草稿。", "请选择扩展名为 .weiying 的草稿文件。")
        raise _Damaged("内容不完整")
    if _is_newer(raw):
        raise AppError(f"草稿“{path.name}”是用更新的版本保存的，本程序打不开，文件没有改动。", "请升级本程序后再打开。")
    try:
        return with_ids(msgspec.convert(_upgraded(raw), Draft))
    except _UNFIT as error:
        place = re.search(r"at `\$?\.?([^`]*)`", str(error))
        unknown = re.search(r"unknown field `([^`]*)`", str(error))
        where = f"“{unknown[1]}”是不认识的内容" if unknown else f"“{place[1] if place else ''}”写法有误"
        raise _Damaged(where) from error


def with_ids(draft: Draft) -> Draft:
    """Return the draft with an id of its own for every work that has none or shares one."""
    seen: set[str] = set()
    works = []
    for work in draft.works:
        kept = work if work.id and work.id not in seen else msgspec.structs.replace(work, id=new_work_id())
        seen.add(kept.id)
        works.append(kept)
    return msgspec.structs.replace(draft, works=tuple(works))


def new_work_id() -> str:
    """Return an id for a new work: 8 hexadecimal digits."""
    return os.urandom(4).hex()


def _recover(path: Path, damage: _Damaged) -> Loaded:
    backup = _backup(path)
    earlier = _converted(_plain(backup.read_bytes())) if backup.exists() else None
    if earlier is None:
        raise AppError(
            f"草稿“{path.name}”已损坏（{damage}），没有可用的备份。", "文件没有改动；请从其他备份中找回，或新建草稿。"
        ) from damage
    saved = datetime.fromtimestamp(backup.stat().st_mtime).astimezone()
    aside = move_aside(path, _DAMAGED)
    notice = (
        f"草稿“{path.name}”已损坏（{damage}），打开的是 {saved:%m 月 %d 日 %H:%M} 之前的备份；"
        f"损坏的文件保留为“{aside.name}”。"
    )
    recovered = with_ids(earlier)
    save_draft(recovered, path)
    return Loaded(recovered, notice)


def _backup(path: Path) -> Path:
    return path.with_name(path.name + ".bak")
