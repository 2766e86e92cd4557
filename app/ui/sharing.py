"""Writing a copy of a draft that can be shown to others, and saying what was taken out of it; runs in a job."""

import re
from collections.abc import Callable
from pathlib import Path, PureWindowsPath

from app.draft import Draft
from app.files import write_whole
from app.sharing import HIDDEN, share_copy
from app.storage import SUFFIX, encode_draft
from app.ui.jobs import Handle


def write_share_copy(draft: Draft, path: Path) -> Callable[[Handle], tuple[Path, str]]:
    """Return the job that writes the copy and returns where it is and what was removed; it raises AppError."""
    if path.suffix != SUFFIX:
        path = path.with_name(path.name + SUFFIX)

    def write(_: Handle) -> tuple[Path, str]:
        copy = encode_draft(share_copy(draft))
        write_whole(path, copy)
        return path, removed_words(draft, copy.decode())

    return write


def removed_words(draft: Draft, copy: str) -> str:
    """Return in words what was removed from a draft to make the copy (as its file's text)."""
    unit = draft.unit
    told = [
        who for who, number in (("联系人的手机", unit.contact.mobile), ("报送人的电话", unit.preparer.phone)) if number
    ]
    hidden = len(re.findall(re.escape(HIDDEN), copy))
    if hidden:
        told.append(f"文字里的 {hidden} 处电话")
    places = sum(PureWindowsPath(w.video.path).name != w.video.path for w in draft.works if w.video.path)
    if places:
        told.append(f"{places} 个视频所在的文件夹")
    return f"已去掉{'、'.join(told)}；其余内容没有变，发出前请再看一眼。" if told else "没有需要去掉的电话和文件夹。"
