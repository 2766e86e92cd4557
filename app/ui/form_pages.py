"""The forms of a draft as PDF in memory, for the preview and for printing.

What draws them is imported by the job that first needs it: the window shall not wait for it when it starts.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from app.campaign import Campaign
from app.draft import Draft
from app.exporters.forms import Form, build_forms, words
from app.media import MediaFacts
from app.settings import FontSetting, load_settings
from app.ui.pdf_pages import PdfPages

if TYPE_CHECKING:
    from app.exporters.fonts import Fonts


@cache
def fonts_for(setting: FontSetting) -> Fonts:
    """Return the fonts that forms are drawn with; to be called in a job."""
    from app.exporters.fonts import Fonts

    return Fonts.load(setting)


def forms_of(draft: Draft, campaign: Campaign, facts: Mapping[str, MediaFacts]) -> list[Form]:
    """Return the forms in the printing order."""
    return build_forms(draft, campaign, facts)


def pages_of(forms: list[Form]) -> PdfPages:
    """Return the pages of some forms, drawn as they are exported. Raises AppError for a character without a font."""
    return PdfPages(pdf_of(forms))


def pdf_of(forms: list[Form]) -> bytes:
    """Return some forms as PDF. Raises AppError for a character without a font."""
    from app.exporters import pdf_form

    fonts = fonts_for(load_settings().fonts)
    fonts.require(word for form in forms for word in words(form))
    return pdf_form.render(forms, fonts)
