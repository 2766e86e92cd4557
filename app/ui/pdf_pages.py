"""The pages of a PDF as pictures (PDFium, which is not made for several threads at once).

PDFium is loaded by the job that first needs it: the window shall not wait for it when it starts.
"""

import threading

from PySide6.QtGui import QImage

_POINTS_AN_INCH = 72
_one_at_a_time = threading.Lock()


class PdfPages:
    """A PDF in memory."""

    def __init__(self, data: bytes) -> None:
        import pypdfium2

        with _one_at_a_time:
            self._document = pypdfium2.PdfDocument(data)
            self.sizes_pt = [page.get_size() for page in self._document]

    def __len__(self) -> int:
        return len(self.sizes_pt)

    def image(self, number: int, dots_an_inch: float) -> QImage:
        """Return a page (0 is the first) as a picture of so many dots an inch."""
        with _one_at_a_time:
            bitmap = self._document[number].render(scale=dots_an_inch / _POINTS_AN_INCH, rev_byteorder=True)
            data = bytes(bitmap.buffer)
        formats = {3: QImage.Format.Format_RGB888, 4: QImage.Format.Format_RGBX8888}
        picture = QImage(data, bitmap.width, bitmap.height, bitmap.stride, formats[bitmap.n_channels])
        return picture.copy()
