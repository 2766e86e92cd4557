"""Writes the forms of a draft: the one export, called by the window and by the command line."""

import functools
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from app.campaign import Campaign
from app.draft import Draft
from app.errors import Cancelled
from app.exporters import docx_form, pdf_form, xlsx_list
from app.exporters.fonts import Fonts
from app.exporters.forms import ALL_FORMS, Form, build_forms, words
from app.exporters.layout import lay_out, text_size
from app.exporters.naming import distinct, safe_name
from app.exporters.page import Page
from app.files import write_whole
from app.media import MediaFacts
from app.settings import FontSetting

# Files that may be on their way to the disk, which is waited for, while the next ones are drawn.
_WRITERS = 4

Progress = Callable[[int, int, str], None]
Wanted = Callable[[Form, str], bool]
"""Says whether a form is wanted in a format (`docx`, `pdf`, `xlsx`)."""


class Exported(NamedTuple):
    """What was written, in order, all below the folder that was given, and the forms that are in it."""

    files: tuple[Path, ...]
    forms: tuple[Form, ...]


def export_all(
    draft: Draft,
    campaign: Campaign,
    facts: Mapping[str, MediaFacts],
    out: Path,
    progress: Progress = lambda done, total, name: None,
    cancelled: Callable[[], bool] = lambda: False,
    fonts: FontSetting | None = None,
    wanted: Wanted | None = None,
) -> Exported:
    """Write every form of a draft below `out`, each file whole or not at all; with `wanted` only some.

    What the draft does not say leaves the form's own blank. The one file with all forms is written only with all.
    `facts` are the films' by work id. `progress` is called with the number of files done, of all files, and the
    name of the next one.

    Raises AppError before anything is written where a character has no font (naming it), AppError where a file
    cannot be written (naming it), and Cancelled soon after `cancelled()` is true; files written before stay.
    """
    forms = build_forms(draft, campaign, facts)
    faces = Fonts.load(fonts)
    faces.require(word for form in forms for word in words(form))
    planned = list(_plan(forms, faces, wanted))
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
    written = {id(form) for _, form, _ in file_names(forms, wanted)}
    return Exported(tuple(out / name for name, _ in planned), tuple(f for f in forms if id(f) in written))


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


def file_names(forms: list[Form], wanted: Wanted | None = None) -> Iterator[tuple[str, Form | None, str]]:
    """Yield each file's name (with `/` between folder and file), its form and its format, in the printing order.

    The last, without a form of its own, shows them all.
    """
    folders = list(dict.fromkeys((form.work, form.folder) for form in forms if form.folder))
    names = dict(zip(folders, distinct([folder for _, folder in folders]), strict=True))
    left_out = False
    for form in forms:
        folder = f"{names[form.work, form.folder]}/" if form.folder else ""
        for kind in form.formats:
            if wanted is None or wanted(form, kind):
                yield f"{folder}{safe_name(form.name)}.{kind}", form, kind
            elif kind == "pdf":
                left_out = True
    if not left_out:
        yield ALL_FORMS, None, "pdf"


def _plan(forms: list[Form], fonts: Fonts, wanted: Wanted | None) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield each file's name and what makes its bytes."""
    drawings = {id(form): _Drawing(form, fonts) for form in forms}
    for name, form, kind in file_names(forms, wanted):
        if form is None:
            pages = (p for drawing in drawings.values() for p in drawing.pages)
            yield name, lambda pages=pages: pdf_form.draw(list(pages), fonts, forms[0].title)  # type: ignore[misc]
        else:
            yield name, functools.partial(drawings[id(form)].render, kind)
