"""How the package gets to the organiser: the call's channels, each with what it needs at hand."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QTabBar, QVBoxLayout, QWidget

from app.campaign import Channel
from app.errors import AppError
from app.ui import icons
from app.ui.banner import Banner
from app.ui.copy_row import CopyRow
from app.ui.folders import open_folder
from app.ui.mail_channel import MailChannel
from app.ui.session import Session
from app.ui.upload_channel import UploadChannel

_HAND_OVER = {
    "drive": "把报送包整个拷到 U 盘或移动硬盘，里面的文件一个都不要少，拷好先核对一遍，再送到下面的地址。",
    "post": "把签字盖章的纸质表格，连同存有报送包的 U 盘，寄到下面的地址。寄出前请留好快递单号。",
}


class ChannelsPanel(QWidget):
    """One tab a channel, in the call's order."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        campaign = session.campaign
        self._channels = campaign.channels
        self.parts: list[QWidget] = []
        self.tabs = QTabBar()
        self.tabs.setAccessibleName("报送方式")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self.clause = QLabel()
        self.clause.setProperty("role", "hint")
        self.clause.setWordWrap(True)
        column.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.clause)
        for channel in campaign.channels:
            part = _part(session, channel)
            self.parts.append(part)
            self.tabs.addTab(_title(channel).replace("&", "&&"))
            column.addWidget(part)
        self.none = QLabel("这次征集没有写明报送方式，请按通知或主办单位的要求报送。")
        self.none.setProperty("role", "lead")
        self.none.setWordWrap(True)
        column.addWidget(self.none)
        people = "；".join("　".join(filter(None, [p.name, p.phone])) for p in campaign.contacts)
        self.contacts = QLabel(f"有疑问请联系主办单位：{people}")
        self.contacts.setProperty("role", "hint")
        self.contacts.setWordWrap(True)
        column.addWidget(self.contacts)
        self.contacts.setVisible(bool(people))
        self.none.setVisible(not self.parts)
        self.tabs.setVisible(bool(self.parts))
        self.tabs.currentChanged.connect(self._turn)
        self._turn(self.tabs.currentIndex())

    def show_package(self, path: Path | None) -> None:
        """Show how a finished package, a folder or a ZIP, is handed in; None while there is none."""
        for part in self.parts:
            part.show_package(path)

    def _turn(self, number: int) -> None:
        for n, part in enumerate(self.parts):
            part.setVisible(n == number)
        clause = self._channels[number].clause if self.parts else ""
        self.clause.setText(f"依据：{clause}")
        self.clause.setVisible(bool(clause))


class HandOver(QWidget):
    """A stick or parcel: what to hand over, and where."""

    def __init__(self, session: Session, channel: Channel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._package: Path | None = None
        self.banner = Banner(self)
        self.words = QLabel(_HAND_OVER[channel.kind])
        self.words.setWordWrap(True)
        self.address = CopyRow()
        self.address.show_value("地址", channel.address)
        self.place = QLabel()
        self.place.setWordWrap(True)
        self.open = QPushButton("打开所在文件夹")
        icons.decorate(self.open, "folder-open")
        self.open.clicked.connect(self._open)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for widget in (self.banner, self.words, self.address, self.place, self.open):
            column.addWidget(widget)
        self.show_package(None)

    def show_package(self, path: Path | None) -> None:
        """Say where the package lies."""
        self._package = path
        self.place.setText(f"报送包：{path}" if path else "还没有报送包，请先打包。")
        self.open.setVisible(path is not None)

    def _open(self) -> None:
        assert self._package is not None
        try:
            open_folder(self._package.parent)
        except AppError as error:
            self.banner.show_error(error)


def _part(session: Session, channel: Channel) -> QWidget:
    kinds = {"email": MailChannel, "mini-program": UploadChannel}
    return kinds.get(channel.kind, HandOver)(session, channel)


def _title(channel: Channel) -> str:
    return f"小程序“{channel.name}”" if channel.kind == "mini-program" else channel.name
