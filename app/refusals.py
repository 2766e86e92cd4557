"""What a package or draft from elsewhere may not hold: refused with the reason and what to ask the unit for."""

import unicodedata
from pathlib import Path, PurePosixPath, PureWindowsPath

from app.bag import PAYLOAD, is_unsafe
from app.discover import FILM_EXTENSIONS
from app.draft import Work
from app.errors import AppError
from app.exporters.bag_store import Store
from app.exporters.naming import is_portable
from app.long_paths import openable
from app.storage import video_path

PACK_AGAIN = "请向报送单位核实，并请他们用本程序重新打包。"
# A unit that hands in a thousand works has five thousand files; no sub-unit comes near.
_MOST_FILES = 5_000


def require_plain(store: Store, path: Path) -> None:
    """Raise AppError unless a package holds a sane number of plain files with names that every system can have."""
    if len(store.sizes) + len(store.unsafe) > _MOST_FILES:
        raise AppError(f"“{path.name}”里有 {len(store.sizes)} 个文件，不像是报送包，已拒绝。", PACK_AGAIN)
    if store.unsafe:
        name, reason = store.unsafe[0]
        raise AppError(f"“{path.name}”不安全，已拒绝：“{name}”{reason}。", PACK_AGAIN)
    seen: dict[str, str] = {}
    for name in store.sizes:
        if not all(is_portable(part) for part in name.split("/")):
            shown = name.encode("unicode_escape").decode() if not name.isprintable() else name
            raise AppError(f"“{path.name}”里的文件名“{shown}”在 Windows 上不能使用，已拒绝。", PACK_AGAIN)
        other = seen.setdefault(unicodedata.normalize("NFC", name).casefold(), name)
        if other != name:
            raise AppError(f"“{path.name}”里的“{other}”和“{name}”只有大小写不同，会互相覆盖，已拒绝。", PACK_AGAIN)


def film_of(work: Work, path: Path) -> Path | None:
    """Return where the film of a work in a loose draft lies, None if it is not there.

    Raises AppError for a path that the draft has no business with. A network path is not even looked at: Windows
    would log in to whatever computer it names.
    """
    raw = work.video.path
    if not raw:
        return None
    absolute = PureWindowsPath(raw).is_absolute() or PurePosixPath(raw).is_absolute()
    if raw.replace("\\", "/").startswith("//") or (is_unsafe(raw) and not absolute) or "\x00" in raw:
        shown = raw.encode("unicode_escape").decode() if not raw.isprintable() else raw
        raise AppError(f"“{path.name}”里的视频路径“{shown}”指向别处，已拒绝。", "请报送单位改用报送包报送。")
    _require_film(raw, path)
    film = video_path(work, path)
    if openable(film).is_symlink():
        raise AppError(
            f"“{path.name}”里的视频“{film.name}”是一个链接，指向别处，已拒绝。", "请报送单位改用报送包报送。"
        )
    return film if openable(film).is_file() else None


def film_inside(work: Work, store: Store, path: Path) -> str:
    """Return a work's film in a package, empty if it has none there."""
    film = work.video.path
    if not film:
        return ""
    if is_unsafe(film) or not film.startswith(PAYLOAD) or film not in store.sizes:
        raise AppError(f"“{path.name}”里的视频路径“{film}”不在包内，已拒绝。", PACK_AGAIN)
    _require_film(film, path)
    return film


def _require_film(name: str, path: Path) -> None:
    if not is_film(name):
        raise AppError(f"“{path.name}”里的“{PureWindowsPath(name).name}”不是视频文件，已拒绝。", PACK_AGAIN)


def is_film(name: str) -> bool:
    """Say whether a file is named as a film."""
    return PureWindowsPath(name).suffix.lower() in FILM_EXTENSIONS
