"""Writes the forms of a draft: the one export, called by the window and by the command line."""

import functools
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Literal, NamedTuple

from app.campaign import Campaign
from app.draft import Draft
from app.errors import Cancelled
from app.exporters import docx_form, pdf_form, xlsx_list
from app.exporters.fonts import Fonts
from app.exporters.forms import Form, build_forms, words
from app.exporters.layout import lay_out, text_size
from app.exporters.naming import distinct, safe_name
from app.exporters.page import Page
from app.files import write_whole
from app.media import MediaFacts

ALL_FORMS = "全部表格.pdf"
# Files that may be on their way to the disk, which is waited for, while the next ones are drawn.
_WRITERS = 4

Progress = Callable[[int, int, str], None]


class Exported(NamedTuple):
    """What was written, in order, all below the folder that was given."""

    files: tuple[Path, ...]


def export_all(
    draft: Draft,
    campaign: Campaign,
    facts: Mapping[str, MediaFacts],
    out: Path,
    progress: Progress = lambda done, total, name: None,
    cancelled: Callable[[], bool] = lambda: False,
    fonts: Literal["system", "open"] = "system",
) -> Exported:
    """Write every form of a draft below `out`, each file whole or not at all.

    What the draft does not say leaves the form's own blank. `facts` are the films' by work id. `progress` is called
    with the number of files done, of all files, and the name of the next one.

    Raises AppError before anything is written where a character has no font (naming it), AppError where a file
    cannot be written (naming it), and Cancelled soon after `cancelled()` is true; files written before stay.
    """
    forms = build_forms(draft, campaign, facts)
    faces = Fonts.load(fonts)
    faces.require(word for form in forms for word in words(form))
    planned = list(_plan(forms, faces))
    under_way: deque[Future[None]] = deque()
    with ThreadPoolExecutor(_WRITERS, "export") as writers:
        for number, (name, make) in enumerate(planned):
            if cancelled():
                raise Cancelled
            progress(number, len(planned), name)
            while len(under_way) >= _WRITERS:
                under_way.popleft().result()
            under_way.append(writers.submit(write_whole, out / name, make()))
        for writing in under_way:
            writing.result()
    progress(len(planned), len(planned), "")
    return Exported(tuple(out / name for name, _ in planned))


class _Drawing:
    """A form laid out once, when it is first needed, for all the files that show it."""

    def __init__(self, form: Form, fonts: Fonts) -> None:
        self.form = form
        self.fonts = fonts

    @functools.cached_property
    def size(self) -> float:
        return text_size(self.form, self.fonts)

    @functools.cached_property
    def pages(self) -> list[Page]:
        return lay_out(self.form, self.fonts, self.size)

    def render(self, kind: str) -> bytes:
        if kind == "xlsx":
            return xlsx_list.render(self.form)
        if kind == "docx":
            return docx_form.render(self.form, self.size)
        return pdf_form.draw(self.pages, self.fonts, self.form.title)


def _plan(forms: list[Form], fonts: Fonts) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield each file's name (with `/` between folder and file) and what makes its bytes, in the printing order."""
    folders = list(dict.fromkeys((form.work, form.folder) for form in forms if form.folder))
    names = dict(zip(folders, distinct([folder for _, folder in folders]), strict=True))
    drawings = [_Drawing(form, fonts) for form in forms]
    for drawing in drawings:
        form = drawing.form
        folder = f"{names[form.work, form.folder]}/" if form.folder else ""
        stem = folder + safe_name(form.name)
        for kind in form.formats:
            yield f"{stem}.{kind}", functools.partial(drawing.render, kind)
    yield ALL_FORMS, lambda: pdf_form.draw([p for drawing in drawings for p in drawing.pages], fonts, forms[0].title)
