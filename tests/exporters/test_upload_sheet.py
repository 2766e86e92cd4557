"""The sheet to copy from into an upload: the pack's fields in their order, on screen and as PDF."""

import io

import msgspec
from pypdf import PdfReader

from app.campaign import Channel, UploadField
from app.exporters.fonts import Fonts
from app.exporters.pdf_form import render
from app.exporters.upload_sheet import SheetField, sheet_form, upload_sheet
from app.media import MediaFacts
from app.pack import find_campaign
from tests.submissions import complete_draft

CAMPAIGN = find_campaign("")
DRAFT = complete_draft(2)
FACTS = {work.id: MediaFacts(duration_ms=200_900) for work in DRAFT.works}


def test_the_packs_fields_come_in_their_order() -> None:
    fields = (
        UploadField(label="手机", text="{contact.mobile}", once=True),
        UploadField(label="时长", text="{work.minutes}:{work.seconds}"),
        UploadField(label="名称", text="《{work.title}》"),
    )
    channel = Channel(kind="mini-program", name="某小程序", fields=fields)
    unit, first, second = upload_sheet(DRAFT, CAMPAIGN, channel, FACTS)
    assert unit.fields == (SheetField("手机", DRAFT.unit.contact.mobile),)
    assert first.fields == (
        SheetField("时长", "03:20"),
        SheetField("名称", "《光影里的蜀道1》"),
        SheetField("视频文件", "影片1.mp4"),
    )
    assert (first.work, second.work) == tuple(work.id for work in DRAFT.works)


def test_without_them_it_is_what_the_call_asks_for() -> None:
    channel = Channel(kind="mini-program", name="某小程序")
    unit, first, _ = upload_sheet(DRAFT, CAMPAIGN, channel, FACTS)
    labels = [f.label for f in CAMPAIGN.fields if f.id.startswith("unit.")]
    assert [f.label for f in unit.fields] == labels
    values = {f.label: f.value for f in first.fields}
    assert values[CAMPAIGN.field("synopsis").label] == DRAFT.works[0].synopsis  # type: ignore[union-attr]
    assert "导演：王芳" in values[CAMPAIGN.field("creators").label]  # type: ignore[union-attr]
    assert all(values.values())


def test_the_pdf_says_every_field_and_a_long_list_goes_on() -> None:
    channel = Channel(kind="mini-program", name="某小程序")
    works = tuple(msgspec.structs.replace(DRAFT.works[0], id=f"w{n}", title=f"片子{n}") for n in range(8))
    sections = upload_sheet(msgspec.structs.replace(DRAFT, works=works), CAMPAIGN, channel, {})
    reader = PdfReader(io.BytesIO(render([sheet_form(sections, channel)], Fonts.load("open"))))
    text = "".join(page.extract_text() for page in reader.pages).replace("\n", "").replace(" ", "")
    assert len(reader.pages) > 1
    for section in sections:
        assert section.title.replace(" ", "") in text
        for field in section.fields:
            assert field.label.replace(" ", "") in text
            assert "".join(field.value.split()) in text
