"""One mail at a time: what to copy into it, and its attachments."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.errors import AppError
from app.exporters.mail_plan import MailPlan
from app.sizes import size_text
from app.ui import icons
from app.ui.copy_row import CopyRow
from app.ui.file_list import FileList
from app.ui.folders import open_folder
from app.ui.stepper import Stepper

_PLAIN, _LARGE, _STICK = "附件", "超大附件", "用 U 盘送"


class MailCard(QFrame):
    """The mails of a plan."""

    failed = Signal(AppError)
    """A folder could not be opened."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plan: MailPlan | None = None
        # Where the attachments were laid out, by the mail's number; the large ones, taken out of a ZIP, by None.
        self._laid: dict[int | None, Path] = {}
        self._sent: set[int] = set()
        self.stepper = Stepper("哪一封邮件", "上一封", "下一封")
        self.stepper.chosen.connect(lambda _: self._show())
        self.address, self.subject, self.text = CopyRow(), CopyRow(), CopyRow()
        self.attached = line("", "label")
        self.files = FileList()
        self.files.itemActivated.connect(lambda *_: self._open())
        self.files.currentItemChanged.connect(lambda *_: self._name_open())
        self.lay = QPushButton("整理附件")
        self.lay.setToolTip("把每封邮件的附件各放进一个文件夹，在报送包旁边")
        self.open = QPushButton()
        icons.decorate(self.open, "folder-open")
        self.open.clicked.connect(self._open)
        column = card_of_lines(self)
        column.addWidget(
            line("用网页邮箱（QQ、163 等）：逐项复制到写信的网页里，再点“整理附件”，上传时到那个文件夹全选。", "hint")
        )
        for widget in (self.stepper, self.address, self.subject, self.text, self.attached, self.files):
            column.addWidget(widget)
        row = QHBoxLayout()
        row.addWidget(self.lay)
        row.addWidget(self.open)
        row.addStretch(1)
        column.addLayout(row)
        self.sent = QCheckBox("这一封已经发出")
        self.sent.clicked.connect(self._mark_sent)
        column.addWidget(self.sent)

    def show_plan(self, plan: MailPlan) -> None:
        """Show the mails of another plan."""
        self.plan, self._laid, self._sent = plan, {}, set()
        count = len(plan.mails)
        self.stepper.offer([self._name(n) for n in range(count)], min(max(self.stepper.current(), 0), count - 1))
        for widget in (self.stepper, self.sent):
            widget.setVisible(count > 1)
        self._show()

    def show_laid(self, folders: list[Path]) -> None:
        """Keep in mind where the attachments were laid out: a folder for each mail with any, then the large ones."""
        assert self.plan is not None
        carrying: list[int | None] = [n for n, mail in enumerate(self.plan.mails) if mail.attachments]
        self._laid = dict(zip([*carrying, None], folders, strict=False))
        self._name_open()

    def _show(self) -> None:
        assert self.plan is not None
        number = self.stepper.current()
        mail = self.plan.mails[number]
        self.sent.setChecked(number in self._sent)
        about = f"第 {number + 1} 封 " if len(self.plan.mails) > 1 else ""
        self.address.show_value("收件人", mail.address, about=about)
        self.subject.show_value("主题", mail.subject, about=about)
        self.text.show_value("正文", mail.text, about=about)
        large, stick = (self.plan.large, self.plan.stick) if number == 0 else ((), ())
        size = size_text(sum(file.size for file in mail.attachments))
        words = f"附件 {len(mail.attachments)} 个，{size}" if mail.attachments else "没有普通附件"
        self.attached.setText(words + (f"；超大附件 {len(large)} 个" if large else ""))
        groups = ((_PLAIN, mail.attachments), (_LARGE, large), (_STICK, stick))
        self.files.fill([(kind, file) for kind, files in groups for file in files])
        self._name_open()

    def _name(self, number: int) -> str:
        """Return what a mail is called in the list of them."""
        assert self.plan is not None
        mark = "✓ 已发出　" if number in self._sent else ""
        count, attachments = len(self.plan.mails), self.plan.mails[number].attachments
        return f"{mark}第 {number + 1} 封，共 {count} 封（附件 {len(attachments)} 个）"

    def _mark_sent(self, sent: bool) -> None:
        number = self.stepper.current()
        (self._sent.add if sent else self._sent.discard)(number)
        self.stepper.rename(number, self._name(number))

    def _folder(self) -> Path | None:
        """Return the folder that the chosen file was laid out into, or None."""
        chosen = self.files.chosen()
        if chosen is None or chosen[0] == _STICK:
            return None
        return self._laid.get(self.stepper.current() if chosen[0] == _PLAIN else None)

    def _name_open(self) -> None:
        self.open.setVisible(self.files.chosen() is not None)
        self.open.setText("打开附件文件夹" if self._folder() else "打开所在文件夹")

    def _open(self) -> None:
        chosen = self.files.chosen()
        if chosen is None:
            return
        try:
            open_folder(self._folder() or chosen[1].path.parent)
        except AppError as error:
            self.failed.emit(error)


def card_of_lines(card: QFrame) -> QVBoxLayout:
    """Return the column that a card's content stands in."""
    card.setProperty("role", "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(16, 12, 16, 12)
    column.setSpacing(8)
    return column


def line(text: str, role: str = "") -> QLabel:
    """Return a text that wraps, in a role of the style sheet."""
    label = QLabel(text)
    label.setWordWrap(True)
    if role:
        label.setProperty("role", role)
    return label
