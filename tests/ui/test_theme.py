"""Text stands out from what it stands on: WCAG 2.1, 1.4.3 asks for 4.5:1."""

import re

import pytest

from app import paths
from app.ui.theme import DARK, LIGHT, Colours


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


PAIRS = [
    (text, ground)
    for ground, texts in {
        "window": "text soft accent fail warn manual passed",
        "surface": "text soft accent fail warn manual passed",
        "tint": "text soft accent fail passed warn manual",
        "accent": "onAccent",
        "accentDeep": "onAccent",
        "rail": "railText railSoft railAlert",
        "railHover": "railText railSoft railAlert",
    }.items()
    for text in texts.split()
]


@pytest.mark.parametrize(("text", "ground"), PAIRS)
@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_its_ground(colours: Colours, text: str, ground: str) -> None:
    assert contrast(getattr(colours, text), getattr(colours, ground)) >= 4.5


def test_no_text_is_smaller_than_14_pixels() -> None:
    sheet = (paths.resources() / "style" / "weiying.qss").read_text(encoding="utf-8")
    assert min(int(size) for size in re.findall(r"font-size: (\d+)px", sheet)) >= 14
