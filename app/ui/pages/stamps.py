"""盖章回收: how far each form has come, and the stamped pages that come back."""

from pathlib import Path

from app.ui.pages.page import Page
from app.ui.session import Session


class StampsPage(Page):
    """The board of the stamped forms."""

    name = "盖章回收"

    def __init__(self, session: Session) -> None:
        super().__init__(session, "盖好章的表格扫描或拍照后，拖进窗口，自动认出是哪部作品的哪张表。")
        self.body.addStretch(1)

    def add_paths(self, paths: list[Path]) -> None:
        """Take scans: files of pages that came back."""
        self.banner.show_note(f"收到 {len(paths)} 个扫描件。")
