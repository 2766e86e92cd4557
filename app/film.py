"""Write films, in a child process."""

from pathlib import Path

import msgspec

from app.child import Child, Lost
from app.errors import AppError, os_reason
from app.film_child import FilmSpec
from app.long_paths import openable

__all__ = ["FilmSpec", "make_film"]


def make_film(spec: FilmSpec, timeout_s: float = 120.0) -> None:
    """Write the film, whole or not at all. Raises AppError when that fails or takes more than `timeout_s` seconds."""
    target = Path(spec.path).absolute()
    part = target.with_name(target.name + ".part")
    try:
        child = Child("--film-child")
    except Lost as lost:
        raise _failed(target, lost.detail) from lost
    try:
        answer = child.ask(msgspec.to_builtins(msgspec.structs.replace(spec, path=str(part))), timeout_s)
        if "error" in answer:
            raise _failed(target, answer["error"])
        openable(part).replace(openable(target))
    except Lost as lost:
        raise _failed(target, lost.detail) from lost
    except OSError as error:
        raise _failed(target, os_reason(error)) from error
    finally:
        child.end()
        openable(part).unlink(missing_ok=True)


def _failed(target: Path, reason: str) -> AppError:
    return AppError(f"视频“{target.name}”没有做成（{reason}）。", "请确认磁盘有空间、文件夹可以写入，再试一次。")
