"""Writing the forms: looks first whether all is in place, then writes; runs in a job.

What writes them is imported by the job: the window shall not wait for it when it starts.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import AppError
from app.exporters.forms import Form
from app.exporters.preflight import obstacles
from app.long_paths import openable
from app.ui.jobs import Handle
from app.ui.session import Session

if TYPE_CHECKING:
    from app.exporters.export import Exported


def write_forms(session: Session, out: Path, forms: list[Form], kinds: set[str]) -> Callable[[Handle], Exported]:
    """Return the job that writes the chosen forms in the chosen formats below `out`.

    The draft is taken as it is now. The job raises AppError, with everything that stands in the way.
    """
    draft, campaign, facts = session.draft, session.campaign, session.facts()
    films = [Path(session.film_path(w)) for w in draft.works if w.video.path]
    chosen = {(form.id, form.work) for form in forms}

    def wanted(form: Form, kind: str) -> bool:
        return kind in kinds and (form.id, form.work) in chosen

    def write(handle: Handle) -> Exported:
        from app.exporters.export import export_all, file_names

        gone = [f.name for f in films if not openable(f).exists()]
        found = [AppError(f"找不到视频“{'”“'.join(gone[:3])}”。", "请放回原处，或在“添加视频”里移除。")] if gone else []
        found += obstacles(out, [name for name, _, _ in file_names(forms, wanted)])
        if found:
            raise AppError("".join(e.message for e in found), "".join(dict.fromkeys(e.hint for e in found)))
        return export_all(draft, campaign, facts, out, handle.report, handle.cancelled, wanted=wanted)

    return write
