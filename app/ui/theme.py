"""The look: colours for light and dark, Qt's palette, the style sheet and the font."""

from string import Template
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from app import paths

_FAMILIES = [
    "Microsoft YaHei UI", "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "Source Han Sans SC",
    "Noto Sans SC", "HarmonyOS Sans SC", "WenQuanYi Micro Hei", "Droid Sans Fallback",
]  # fmt: skip
_TEXT_PIXELS = 15
# What a window's frame takes at the most, in logical pixels.
FRAME = QSize(16, 40)


class Colours(NamedTuple):
    """Every colour of the window; all text has at least 4.5:1 on what it stands on (WCAG 2.1, 1.4.3)."""

    window: str
    surface: str
    tint: str
    text: str
    soft: str
    faint: str
    line: str
    border: str
    accent: str
    accentDeep: str  # noqa: N815  (the names are those of the style sheet)
    onAccent: str  # noqa: N815
    rail: str
    railHover: str  # noqa: N815
    railText: str  # noqa: N815
    railSoft: str  # noqa: N815
    railAlert: str  # noqa: N815
    passed: str
    fail: str
    warn: str
    manual: str


LIGHT = Colours(
    window="#f5f7f7", surface="#ffffff", tint="#e0eef0", text="#1b2628", soft="#516164", faint="#8b989b",
    line="#dde4e5", border="#879699", accent="#0f5b66", accentDeep="#0b4750", onAccent="#ffffff",
    rail="#0e3d45", railHover="#1c545e", railText="#f2f8f8", railSoft="#b9d2d5", railAlert="#ffc2b3",
    passed="#1a6b3c", fail="#b3261e", warn="#7f5300", manual="#2a5599",
)  # fmt: skip
DARK = Colours(
    window="#141a1b", surface="#1d2526", tint="#22454a", text="#e7eded", soft="#a9b7b9", faint="#76868a",
    line="#333f41", border="#6d7e81", accent="#6cc3cd", accentDeep="#8ad5dd", onAccent="#06262b",
    rail="#0c2226", railHover="#1b3f45", railText="#eaf4f5", railSoft="#a3c0c4", railAlert="#ffb3a7",
    passed="#7fd3a0", fail="#ff9a92", warn="#f0c674", manual="#9dc0f5",
)  # fmt: skip


def colours() -> Colours:
    """Return the colours in use; the application's palette remembers which."""
    return DARK if QApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def apply(app: QApplication) -> None:
    """Give the application its look and keep it in step with the system's light or dark."""
    app.setStyle("Fusion")
    app.setFont(_font())
    hints = app.styleHints()
    paint(app, dark=hints.colorScheme() == Qt.ColorScheme.Dark)
    hints.colorSchemeChanged.connect(lambda scheme: paint(app, dark=scheme == Qt.ColorScheme.Dark))


def paint(app: QApplication, *, dark: bool) -> None:
    """Set the palette and the style sheet, light or dark."""
    chosen = DARK if dark else LIGHT
    app.setPalette(_palette(chosen))
    sheet = (paths.resources() / "style" / "weiying.qss").read_text(encoding="utf-8")
    app.setStyleSheet(Template(sheet).substitute(chosen._asdict(), icons=(paths.resources() / "icons").as_posix()))


def take_room(window: QWidget, width: int, height: int) -> None:
    """Give a window this size in logical pixels, or what its screen has room for."""
    window.resize(QSize(width, height).boundedTo(window.screen().availableGeometry().size() - FRAME))


def _font() -> QFont:
    """Return a font that has Chinese: the system's, or the open set that the set-up fetched."""
    if not QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese):
        for folder in paths.open_fonts():
            for file in sorted(folder.glob("*Sans*.[to]t[fc]")):
                QFontDatabase.addApplicationFont(str(file))
    font = QFont()
    font.setFamilies(_FAMILIES)
    font.setPixelSize(_TEXT_PIXELS)
    return font


def _palette(c: Colours) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for part, colour in (
        (role.Window, c.window), (role.WindowText, c.text), (role.Base, c.surface), (role.AlternateBase, c.window),
        (role.Text, c.text), (role.Button, c.surface), (role.ButtonText, c.text), (role.ToolTipBase, c.surface),
        (role.ToolTipText, c.text), (role.PlaceholderText, c.soft), (role.Highlight, c.accent),
        (role.HighlightedText, c.onAccent), (role.Link, c.accent), (role.LinkVisited, c.accent),
        (role.Mid, c.line), (role.Accent, c.accent),
    ):  # fmt: skip
        palette.setColor(part, QColor(colour))
    for part in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, part, QColor(c.faint))
    return palette
