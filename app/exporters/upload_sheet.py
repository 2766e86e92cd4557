"""What an upload (a mini-program) asks for, field by field in its order, to be copied from: as data and as a form."""

from collections.abc import Mapping
from pathlib import PureWindowsPath
from typing import NamedTuple

from app.campaign import Campaign, Channel, UploadField
from app.draft import Draft, bare_title
from app.exporters.form_values import unit_values, work_values
from app.exporters.forms import Cell, Form, Grid, Row, Run, TextBlock, fill, plain
from app.media import MediaFacts

# Where a field of the draft stands in the templates; what is not here is not text to be copied.
_TEMPLATES = {
    "unit.name": "{unit.name}",
    "unit.kind": "{unit.kind}",
    "unit.address": "{unit.address}",
    "unit.contact.name": "{contact.name}",
    "unit.contact.mobile": "{contact.mobile}",
    "unit.preparer.name": "{preparer.name}",
    "unit.preparer.phone": "{preparer.phone}",
    "title": "{work.title}",
    "type": "{work.type}",
    "theme": "{work.theme}",
    "genre": "{work.genre}",
    "created": "{work.created}",
    "producer": "{work.producer}",
    "creators": "{work.creators}",
    "synopsis": "{work.synopsis}",
    "recommendation": "{work.recommendation}",
}
_LABEL_MM, _VALUE_MM = 36.0, 134.0


class SheetField(NamedTuple):
    """One thing to copy: what the upload calls it, and the text that goes there (empty: the draft says nothing)."""

    label: str
    value: str


class Section(NamedTuple):
    """The fields of the submission, or of one work (`work` is its id)."""

    title: str
    fields: tuple[SheetField, ...]
    work: str = ""


def upload_sheet(
    draft: Draft, campaign: Campaign, channel: Channel, facts: Mapping[str, MediaFacts]
) -> tuple[Section, ...]:
    """Return what a channel asks for, first of the submission and then work by work.

    Where the pack does not say what the upload asks for, it is what the call's forms ask for, in their order.
    """
    asked = channel.fields or _asked_by(campaign)
    unit = unit_values(draft)
    sections = []
    if once := [field for field in asked if field.once]:
        sections.append(Section("报送单位", tuple(_filled(field, unit) for field in once)))
    for number, work in enumerate(draft.works, 1):
        values = unit | work_values(work, number, len(draft.works), campaign, facts.get(work.id))
        fields = [_filled(field, values) for field in asked if not field.once]
        fields.append(SheetField("视频文件", PureWindowsPath(work.video.path).name))
        sections.append(Section(f"第 {number} 部《{bare_title(work.title)}》", tuple(fields), work.id))
    return tuple(sections)


def sheet_form(sections: tuple[Section, ...], channel: Channel) -> Form:
    """Return the sheet as a form, for the PDF."""
    blocks: list[TextBlock | Grid] = []
    for section in sections:
        cells = []
        for row, field in enumerate(section.fields):
            lines = tuple((Run(line),) for line in field.value.splitlines()) or ((),)
            cells.append(Cell(row, 0, 1, 1, ((Run(field.label),),), label=True))
            cells.append(Cell(row, 1, 1, 1, lines, align="left"))
        rows = tuple(Row(min_height=9) for _ in section.fields)
        blocks += [TextBlock((Run(section.title),)), Grid((_LABEL_MM, _VALUE_MM), rows, tuple(cells), flows=True)]
    return Form(
        id="upload",
        folder="",
        name="在线报送对照表",
        attachment="",
        title=f"“{channel.name}”在线报送对照表",
        blocks=tuple(blocks),
        landscape=False,
        margins=(20, 20, 20, 20),
        text_size=12,
        formats=("pdf",),
        sheet="",
        work="",
    )


def _asked_by(campaign: Campaign) -> tuple[UploadField, ...]:
    return tuple(
        UploadField(label=field.label, text=_TEMPLATES[field.id], once=field.id.startswith("unit."))
        for field in campaign.fields
        if field.id in _TEMPLATES
    )


def _filled(field: UploadField, values: Mapping[str, str]) -> SheetField:
    return SheetField(field.label, plain(fill(field.text, values)))
