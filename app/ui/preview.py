"""A form as it will be printed, page by page, with zoom."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from app.errors import AppError
from app.ui.jobs import Handle, Jobs
from app.ui.page_view import PageView
from app.ui.pdf_pages import PdfPages

_SCREEN_DOTS = 96


class Preview(PageView):
    """Shows the pages that a function makes; both are done in the background. Scale 1 is the size on paper."""

    least = 0.3

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__("表格预览", parent)
        self._jobs = jobs
        self._job: Handle | None = None
        self.pages: PdfPages | None = None
        self.area.setMinimumSize(260, 260)
        self.show_place()

    def show_pages(self, make: Callable[[], PdfPages]) -> None:
        """Show what `make` returns, from its first page; an earlier wish is dropped."""
        if self._job:
            self._job.cancel()
        self.pages, self.number = None, 0
        self.sheet.setText("正在生成预览……")
        self._job = self._jobs.run(lambda _: make(), self._take, self._refuse)

    def count(self) -> int:
        """See PageView."""
        return len(self.pages) if self.pages is not None else 0

    def natural_width(self) -> float:
        """See PageView."""
        return self.pages.sizes_pt[self.number][0] / 72 * _SCREEN_DOTS if self.pages is not None else 0

    def load(self) -> None:
        """See PageView."""
        self.draw()

    def draw(self) -> None:
        """See PageView; the page is drawn anew at each scale, so that it is always sharp."""
        self.show_place()
        if self.pages is None:
            return
        pages, number, ratio = self.pages, self.number, self.devicePixelRatioF()
        dots = self.scale() * _SCREEN_DOTS * ratio
        if self._job:
            self._job.cancel()
        self._job = self._jobs.run(lambda _: pages.image(number, dots), lambda image: self.show_image(image, ratio))

    def _take(self, pages: PdfPages) -> None:
        self.pages = pages
        self.draw()

    def _refuse(self, error: AppError) -> None:
        self.sheet.setText(str(error))
