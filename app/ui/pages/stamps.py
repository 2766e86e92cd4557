"""盖章回收: how far each form has come, and the stamped pages that come back."""

from app.ui.pages.page import Page
from app.ui.session import Session


class StampsPage(Page):
    """The board of the stamped forms."""

    name = "盖章回收"

    def __init__(self, session: Session) -> None:
        super().__init__(session, "盖好章的表格扫描或拍照后，拖进窗口，自动认出是哪部作品的哪张表。")
        self.body.addStretch(1)
