"""How much a page of a form holds, in Word's terms: sizes and line pitches in pt, lengths in mm."""

from app.exporters.forms import Form, Grid, Text, plain
from app.exporters.line_count import line_count

A4 = (210.0, 297.0)
MM = 72 / 25.4
"""Points in a millimetre."""
SEAL = 46.0
"""Side in mm of the square kept free for a seal: 45 mm, and one more since fonts differ in where a line's ink is."""
SLACK = 6.0
"""mm of a page left unused, for what Word, WPS and LibreOffice lay out differently."""
PAD_X, PAD_Y = 1.6, 0.8
"""White in mm beside and over a cell's text."""
ATTACHMENT_SIZE, ATTACHMENT_PITCH = 16, 28
TITLE_SIZE, TITLE_PITCH = 22, 36


class Page:
    """The page of a form at one text size: what all its blocks are measured by.

    `pitch` is the distance of lines in pt, 28 at 16 pt as GB/T 9704 has it; in a table lines are closer. `indent`,
    in mm, is how far a letter's lines to be signed are set in: as its paragraphs, two characters.
    """

    def __init__(self, form: Form, size: float) -> None:
        top, right, bottom, left = form.margins
        self.paper = (A4[1], A4[0]) if form.landscape else A4
        self.size = size
        self.pitch = 28 * size / 16
        self.table_pitch = 1.3 * size
        self.width = self.paper[0] - left - right
        self.height = self.paper[1] - top - bottom - SLACK
        self.indent = 0.0 if any(isinstance(block, Grid) for block in form.blocks) else 2 * size / MM

    def lines(self, text: Text, width: float = 0, indent: int = 0) -> int:
        """Return how many lines a text takes in a width in mm (the page's), its first indented by whole ems."""
        return line_count("　" * indent + plain(text), (width or self.width) * MM / self.size)
