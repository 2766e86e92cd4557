"""开始: which call, and which draft."""

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWizard,
)

from app.pack import shipped_campaigns
from app.storage import SUFFIX
from app.ui import icons
from app.ui.call_text import days_text, requirements_html
from app.ui.inputs import ChoiceInput
from app.ui.pages.page import Page
from app.ui.recents import Recent, recents
from app.ui.return_key import keep_return
from app.ui.session import Session
from app.validators.media import CHINA

_NARROW = 860
# How high the requirements are at the least, in logical pixels.
_LEAST = 112
_PATH = Qt.ItemDataRole.UserRole


class StartPage(Page):
    """The call with its days and requirements; the drafts to go on with."""

    open_wanted = Signal(object, str)
    """The user wants another draft: its path, or None for a new one, for the call with that id."""
    verify_wanted = Signal()
    """The user wants to verify packages."""
    gather_wanted = Signal()
    """The user wants to gather the works of sub-units."""

    name = "开始"

    def __init__(self, session: Session) -> None:
        super().__init__(
            session, "按左边的步骤走一遍，就得到可以盖章的全部表格。填写的内容随时自动保存，可以随时关闭。"
        )
        self._cards = QHBoxLayout()
        self._cards.setSpacing(16)
        self._cards.addWidget(self._call_card(), 1)
        self._cards.addWidget(self._drafts_card(), 1)
        self.body.addLayout(self._cards)
        self.body.addWidget(self._received_card())
        head = QLabel("征集要求和通知全文")
        head.setProperty("role", "section")
        self.body.addWidget(head)
        self.requirements = _Requirements()
        self.requirements.setAccessibleName("征集要求和通知全文")
        self.requirements.setMinimumHeight(_LEAST)
        self.requirements.setHtml(requirements_html(session.campaign))
        self.body.addWidget(self.requirements, 1)
        session.autosave.saved.connect(self._saved)

    def enter(self) -> None:
        """Look which drafts there are; the next step is one key away."""
        QTimer.singleShot(0, self, lambda: self.wizard().button(QWizard.WizardButton.NextButton).setFocus())
        self._list_drafts()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the cards side by side only where there is room."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._received.setDirection(direction)
        if direction != self._cards.direction():
            self._cards.setDirection(direction)
            for number in range(self._cards.count()):
                self._cards.setStretch(number, 0 if narrow else 1)

    def _call_card(self) -> QFrame:
        campaign = self.session.campaign
        card, column = _card("这次征集")
        title = QLabel(campaign.title)
        title.setProperty("role", "label")
        lines = [campaign.organizer, days_text(campaign, self.session.today), "面向：" + "、".join(campaign.invited)]
        about = QLabel("\n".join(line for line in lines if line and line != "面向："))
        for label in (title, about):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            column.addWidget(label)
        column.addStretch(1)
        row = QHBoxLayout()
        shipped = shipped_campaigns()
        if len(shipped) > 1:
            self.calls = ChoiceInput(tuple(c.id for c in shipped))
            for number, call in enumerate(shipped):
                self.calls.setItemText(number, call.short_title or call.title)
            self.calls.fill(campaign.id)
            self.calls.setAccessibleName("换一个征集活动")
            self.calls.edited.connect(lambda chosen: self.open_wanted.emit(None, chosen))
            row.addWidget(self.calls, 1)
        other = QPushButton("用其他征集文件…(&T)")
        other.setToolTip("打开一份征集文件（.toml），为它新建草稿")
        other.clicked.connect(self._choose_call)
        row.addWidget(other)
        row.addStretch(1)
        column.addLayout(row)
        return card

    def _drafts_card(self) -> QFrame:
        card, column = _card("草稿")
        self.drafts = QListWidget()
        keep_return(self.drafts)
        self.drafts.setAccessibleName("最近的草稿，按回车打开")
        self.drafts.setMinimumHeight(96)
        self.drafts.setMaximumHeight(150)
        self.drafts.setWordWrap(True)
        self.drafts.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.drafts.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.drafts.itemActivated.connect(lambda item: self.open_wanted.emit(Path(item.data(_PATH)), ""))
        self.none = QLabel("还没有草稿。点“下一步”，就开始填写第一份。")
        self.none.setProperty("role", "hint")
        self.none.setWordWrap(True)
        row = QHBoxLayout()
        for text, icon, act in (
            ("继续选中的草稿(&G)", "file-pen-line", self._go_on),
            ("新建(&W)", "plus", lambda: self.open_wanted.emit(None, "")),
            ("打开文件…(&O)", "folder-open", self._choose_draft),
        ):
            button = QPushButton(text)
            icons.decorate(button, icon)
            button.clicked.connect(lambda _, act=act: act())
            row.addWidget(button)
            if icon == "file-pen-line":
                self.resume = button
        row.addStretch(1)
        column.addWidget(self.none)
        column.addWidget(self.drafts, 4)
        column.addStretch(1)
        column.addLayout(row)
        return card

    def _received_card(self) -> QFrame:
        card = QFrame()
        card.setProperty("role", "card")
        head, about = QLabel("收到的报送包"), QLabel("下级单位送来的，先核对是否齐全、有没有改动。")
        head.setProperty("role", "section")
        about.setProperty("role", "hint")
        about.setWordWrap(True)
        self.verify = QPushButton("核对报送包…(&V)")
        icons.decorate(self.verify, "package-check")
        self.verify.clicked.connect(self.verify_wanted)
        self.gather = QPushButton("汇总下级单位的作品…(&H)")
        icons.decorate(self.gather, "list-checks")
        self.gather.clicked.connect(self.gather_wanted)
        buttons = QHBoxLayout()
        buttons.addWidget(self.verify)
        buttons.addWidget(self.gather)
        buttons.addStretch(1)
        self._received = QHBoxLayout(card)
        self._received.setContentsMargins(16, 8, 12, 8)
        self._received.setSpacing(12)
        self._received.addWidget(head)
        self._received.addWidget(about, 1)
        self._received.addLayout(buttons)
        return card

    def _saved(self) -> None:
        # Not for each save while another page is filled in: every draft is read for it.
        if self.isVisible():
            self._list_drafts()

    def _list_drafts(self) -> None:
        self.session.jobs.run(lambda _: recents(), self._show_drafts)

    def _show_drafts(self, found: list[Recent]) -> None:
        now = datetime.now(CHINA)
        chosen = max(self.drafts.currentRow(), 0)
        self.drafts.clear()
        for recent in found:
            item = QListWidgetItem(recent.text(now) + ("（现在打开的）" if recent.path == self.session.path else ""))
            item.setData(_PATH, str(recent.path))
            item.setToolTip(str(recent.path))
            self.drafts.addItem(item)
        self.drafts.setCurrentRow(min(chosen, len(found) - 1))
        for widget in (self.drafts, self.resume):
            widget.setVisible(bool(found))
        self.none.setVisible(not found)

    def _go_on(self) -> None:
        item = self.drafts.currentItem()
        if item is not None:
            self.open_wanted.emit(Path(item.data(_PATH)), "")

    def _choose_draft(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, "打开草稿", "", f"草稿 (*{SUFFIX} *.json);;所有文件 (*)")
        if chosen:
            self.open_wanted.emit(Path(chosen), "")

    def _choose_call(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, "打开征集文件", "", "征集文件 (*.toml)")
        if chosen:
            self.open_wanted.emit(None, chosen)


class _Requirements(QTextBrowser):
    """Takes the height that is left and asks for little: it scrolls by itself, the page shall not for its sake."""

    def sizeHint(self) -> QSize:
        """Return the wished size, in logical pixels."""
        return QSize(256, _LEAST)


def _card(title: str) -> tuple[QFrame, QVBoxLayout]:
    card = QFrame()
    card.setProperty("role", "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(16, 12, 16, 14)
    column.setSpacing(8)
    head = QLabel(title)
    head.setProperty("role", "section")
    column.addWidget(head)
    return card, column
