"""Writes the forms of a draft: the one export, called by the window and by the command line."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from app.campaign import Campaign
from app.draft import Draft
from app.errors import Cancelled
from app.exporters import docx_form, pdf_form, xlsx_list
from app.exporters.fonts import Fonts
from app.exporters.forms import Form, build_forms, words
from app.exporters.layout import text_size
from app.exporters.naming import distinct, safe_name
from app.files import write_whole
from app.media import MediaFacts

ALL_FORMS = "全部表格.pdf"

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
    written: list[Path] = []
    for number, (name, make) in enumerate(planned):
        if cancelled():
            raise Cancelled
        progress(number, len(planned), name)
        path = out / name
        write_whole(path, make())
        written.append(path)
    progress(len(planned), len(planned), "")
    return Exported(tuple(written))


def _plan(forms: list[Form], fonts: Fonts) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield each file's name (with `/` between folder and file) and what makes its bytes, in the printing order."""
    folders = list(dict.fromkeys((form.work, form.folder) for form in forms if form.folder))
    names = dict(zip(folders, distinct([folder for _, folder in folders]), strict=True))
    for form in forms:
        folder = f"{names[form.work, form.folder]}/" if form.folder else ""
        stem = folder + safe_name(form.name)
        for kind in form.formats:
            yield f"{stem}.{kind}", _maker(kind, form, fonts)
    yield ALL_FORMS, lambda: pdf_form.render(forms, fonts)


def _maker(kind: str, form: Form, fonts: Fonts) -> Callable[[], bytes]:
    if kind == "xlsx":
        return lambda: xlsx_list.render(form)
    if kind == "docx":
        return lambda: docx_form.render(form, text_size(form, fonts))
    return lambda: pdf_form.render([form], fonts)
