"""Printing at 100 %: pages are drawn in the background and put on the paper one by one in the window's thread."""

import threading
from collections.abc import Callable

from PySide6.QtCore import QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter

from app.errors import AppError, Cancelled
from app.ui.jobs import Handle, Jobs
from app.ui.pdf_pages import PdfPages

_DOTS_AN_INCH = 300
# Pages drawn ahead of the paper; each is about 35 MB.
_AHEAD = 2


class PrintJob:
    """Prints pages on their own size of paper, without scaling."""

    def __init__(
        self,
        jobs: Jobs,
        printer: QPrinter,
        make: Callable[[], PdfPages],
        on_page: Callable[[int, int], None],
        on_done: Callable[[], None],
        on_error: Callable[[AppError], None],
    ) -> None:
        self._printer = printer
        self._painter: QPainter | None = None
        self._on_page, self._on_done = on_page, on_done
        self._room = threading.Semaphore(_AHEAD)
        self._error: AppError | None = None
        self._on_error = on_error
        self._handle = jobs.run(lambda handle: self._draw(handle, make), self._finish, on_error, self._put, self._end)

    def cancel(self) -> None:
        """Stop after the page that is being printed."""
        self._handle.cancel()

    def _draw(self, handle: Handle, make: Callable[[], PdfPages]) -> None:
        pages = make()
        for number in range(len(pages)):
            while not self._room.acquire(timeout=0.1):
                if handle.cancelled():
                    raise Cancelled
            handle.report(pages.image(number, _DOTS_AN_INCH), pages.sizes_pt[number], number, len(pages))

    def _put(self, image: QImage, size_pt: tuple[float, float], number: int, count: int) -> None:
        self._room.release()
        width, height = size_pt
        size = QPageSize(QSizeF(min(width, height), max(width, height)), QPageSize.Unit.Point)
        turned = QPageLayout.Orientation.Landscape if width > height else QPageLayout.Orientation.Portrait
        self._printer.setFullPage(True)
        self._printer.setPageLayout(QPageLayout(size, turned, QMarginsF(0, 0, 0, 0)))
        if self._painter is None:
            self._painter = QPainter()
            if not self._painter.begin(self._printer):
                self._painter = None
                self._error = AppError(
                    "打印机没有接受这份打印任务。", "请检查打印机是否开机、联机，或改为打印“全部表格.pdf”。"
                )
                self._handle.cancel()
                return
        else:
            self._printer.newPage()
        dots = self._printer.resolution() / 72
        self._painter.drawImage(QRectF(0, 0, width * dots, height * dots), image)
        self._on_page(number + 1, count)

    def _finish(self, _: None) -> None:
        self._on_done()

    def _end(self) -> None:
        if self._painter is not None:
            self._painter.end()
            self._painter = None
        if self._error is not None:
            self._on_error(self._error)
