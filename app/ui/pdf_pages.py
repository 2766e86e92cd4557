"""The pages of a PDF as pictures (PDFium, which is not made for several threads at once).

PDFium is loaded by the job that first needs it: the window shall not wait for it when it starts.
"""

import contextlib
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_POINTS_AN_INCH = 72
_one_at_a_time = threading.Lock()


class PdfPages:
    """A PDF in memory, open only while something is asked of it: what is left open at the end PDFium complains of."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        with _open(data) as document:
            self.sizes_pt = [document.get_page_size(number) for number in range(len(document))]

    def __len__(self) -> int:
        return len(self.sizes_pt)

    def image(self, number: int, dots_an_inch: float) -> QImage:
        """Return a page (0 is the first) as a picture of so many dots an inch."""
        with _open(self._data) as document:
            bitmap = document[number].render(scale=dots_an_inch / _POINTS_AN_INCH, rev_byteorder=True)
            data = bytes(bitmap.buffer)
        formats = {3: QImage.Format.Format_RGB888, 4: QImage.Format.Format_RGBX8888}
        picture = QImage(data, bitmap.width, bitmap.height, bitmap.stride, formats[bitmap.n_channels])
        return picture.copy()


@contextlib.contextmanager
def _open(data: bytes) -> "Iterator[PdfDocument]":
    import pypdfium2

    with _one_at_a_time, contextlib.closing(pypdfium2.PdfDocument(data)) as document:
        yield document
