"""打包报送: one verified package, and how it gets to the organiser."""

from app.ui.pages.page import Page
from app.ui.session import Session


class DeliverPage(Page):
    """The package, made and verified, and the channels that it goes by."""

    name = "打包报送"

    def __init__(self, session: Session) -> None:
        super().__init__(session, "视频、表格和盖章扫描件打成一个报送包，边复制边核对；再按通知的渠道报送。")
        self.body.addStretch(1)
