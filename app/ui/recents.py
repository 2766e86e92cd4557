"""The drafts a person may go on with, as told from the files without opening them for good."""

import json
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QLockFile

from app import storage

_MOST = 12


class Recent(NamedTuple):
    """One draft on the disk. `unit` is empty where none is named; `works` is None where they cannot be counted."""

    path: Path
    unit: str
    works: int | None
    saved: datetime
    interrupted: bool
    newer: bool = False

    def text(self, now: datetime) -> str:
        """Return the draft in one line: whose, how much, and when it was saved."""
        when = f"{self.saved:%H:%M}" if self.saved.date() == now.date() else f"{self.saved:%m 月 %d 日 %H:%M}"
        day = "今天 " if self.saved.date() == now.date() else ""
        if self.newer:
            return f"{self.path.stem}　由更新的版本保存，要升级本程序才能打开（{day}{when} 保存）"
        if self.works is None:
            return f"{self.path.stem}　文件已损坏，打开时会恢复最近的备份（{day}{when} 保存）"
        left = "上次意外中断，内容已保存　" if self.interrupted else ""
        return f"{self.unit or '（还没有填单位）'}　{self.works} 部作品　{left}{day}{when} 保存"


def lock_of(path: Path) -> QLockFile:
    """Return the lock that tells other windows that a draft is open; the lock of a process that is gone is void."""
    lock = QLockFile(str(path.with_name(f".{path.name}.lock")))
    lock.setStaleLockTime(0)
    return lock


def recents() -> list[Recent]:
    """Return the drafts in the user's folder, the last one first."""
    found = []
    for path in storage.recent_drafts()[:_MOST]:
        try:
            saved = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
            data = path.read_bytes()
        except OSError:
            continue  # gone since it was listed
        try:
            draft = json.loads(data)
            unit, works = str(draft["unit"]["name"]), len(draft["works"])
        except (ValueError, KeyError, TypeError):
            unit, works = "", None
        found.append(Recent(path, unit, works, saved, _interrupted(path), storage.is_newer(data)))
    return found


def _interrupted(path: Path) -> bool:
    """Say whether the process that had the draft open is gone without closing it."""
    lock = lock_of(path)
    if not Path(lock.fileName()).exists() or not lock.tryLock(0):
        return False
    lock.unlock()
    return True
