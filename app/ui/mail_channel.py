"""E-mail: the plan in words, what to copy into each mail, its attachments, and the mails as drafts."""

from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.campaign import Channel
from app.draft import Draft, Video
from app.errors import AppError
from app.exporters.eml import write_mails
from app.exporters.mail_files import MailPackage, lay_out, read_package
from app.exporters.mail_plan import MailPlan, loads, plan_mails, reminders
from app.exporters.meter import Step
from app.sizes import size_text
from app.ui import icons
from app.ui.banner import Banner
from app.ui.fold_text import FoldText
from app.ui.folders import filled, new_folder_beside, open_folder
from app.ui.inputs import ChoiceInput
from app.ui.jobs import Handle
from app.ui.mail_card import MailCard, card_of_lines, line
from app.ui.session import Session

# What other mail services commonly take, in MB of 10⁶ bytes.
_LIMITS = (50, 30, 20, 10)
_NO_LIMIT = "不限"
# Of the plan, what is shown before it is unfolded.
_MOST_CHARACTERS, _MOST_LINES = 2000, 8

replace = msgspec.structs.replace


class MailChannel(QWidget):
    """What goes by one e-mail address."""

    def __init__(self, session: Session, channel: Channel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._channel = channel
        self._path: Path | None = None
        self._package: MailPackage | None = None
        self._drafts: Path | None = None
        self._reading: Handle | None = None
        self._working: Handle | None = None
        self._runs = 0
        self.plan: MailPlan | None = None
        self.banner = Banner(self)
        self.state = QLabel()
        self.state.setWordWrap(True)
        self.stale = QLabel("打包之后又改过内容：下面的邮件按报送包里的内容写。要报送新的内容，请重新打包。")
        self.stale.setProperty("level", "warn")
        self.stale.setWordWrap(True)
        self.unfinished = QLabel(
            "这个报送包还没有完成，缺少的内容写在包里的“报送说明.txt”。正式报送前请补齐，重新打包。"
        )
        self.unfinished.setProperty("level", "warn")
        self.unfinished.setWordWrap(True)
        self.mail = QWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for widget in (self.state, self.unfinished, self.stale, self.mail, self.banner):
            column.addWidget(widget)
        inner = QVBoxLayout(self.mail)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(10)
        inner.addWidget(self._plan_card())
        self.card = MailCard()
        self.card.lay.clicked.connect(self._lay_out)
        self.card.failed.connect(self.banner.show_error)
        inner.addWidget(self.card)
        inner.addLayout(self._actions())
        inner.addWidget(self.progress)
        inner.addWidget(self.progress_text)
        self._show_idle()
        session.draft_changed.connect(self._show_stale)
        self.show_package(None)

    def show_package(self, path: Path | None) -> None:
        """Plan the mails of a package, a folder or a ZIP."""
        for job in (self._reading, self._working):
            if job is not None:
                job.cancel()
        self._show_idle()
        self.banner.hide()
        self._path, self._package, self.plan, self._drafts = path, None, None, None
        self.open_drafts.hide()
        self.mail.hide()
        self.unfinished.hide()
        self.stale.hide()
        self.state.show()
        if path is None:
            self.state.setText(
                f"还没有报送包。请先打包；打好后，这里会安排发往 {self._channel.address} 的邮件："
                "哪些作附件、哪些用超大附件，主题和正文也会写好。"
            )
            return
        self.state.setText("正在查看报送包……")
        self._reading = self.session.jobs.run(lambda _: read_package(path), self._take, self._refuse)

    def channel(self) -> Channel:
        """Return the channel with the limit that is chosen."""
        chosen = self.limit.value()
        megabytes = None if chosen == _NO_LIMIT else float(chosen.removesuffix(" MB"))
        return replace(self._channel, attachment_mb=megabytes)

    def _plan_card(self) -> QFrame:
        card = QFrame()
        column = card_of_lines(card)
        heading = line("怎样发", "section")
        self.words = FoldText(_MOST_CHARACTERS, _MOST_LINES)
        self.reminders = line("")
        self.reminders.setProperty("level", "manual")
        own = self._channel.attachment_mb
        limits = [own or 0, *(n for n in _LIMITS if own is None or n < own)]
        self.limit = ChoiceInput(tuple(f"{n:g} MB" if n else _NO_LIMIT for n in limits))
        self.limit.setCurrentIndex(0)
        self.limit.setAccessibleName("一封邮件最多多大")
        self.limit.currentIndexChanged.connect(lambda _: self._replan())
        row = QHBoxLayout()
        label = line("一封邮件最多", "label")
        label.setWordWrap(False)
        label.setBuddy(self.limit)
        row.addWidget(label)
        row.addWidget(self.limit)
        row.addWidget(line("本单位邮箱发不了这么大的，请改小，会多分几封。", "hint"), 1)
        for widget in (heading, self.words, self.reminders):
            column.addWidget(widget)
        self.films_large = QCheckBox("视频都用“超大附件”发，少发几封邮件")
        self.films_large.toggled.connect(lambda _: self._replan())
        column.addLayout(row)
        column.addWidget(self.films_large)
        return card

    def _actions(self) -> QVBoxLayout:
        self.write = QPushButton("生成邮件草稿（.eml）")
        self.write.clicked.connect(self._write)
        self.open_drafts = QPushButton("打开草稿文件夹")
        icons.decorate(self.open_drafts, "folder-open")
        self.open_drafts.clicked.connect(self._open_drafts)
        self.cancel = QPushButton("取消")
        self.cancel.clicked.connect(self._cancel)
        self.progress = QProgressBar(textVisible=False)
        self.progress.setAccessibleName("进度")
        self.progress_text = line("", "hint")
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addWidget(line("用 Outlook、Foxmail 等邮件程序：生成邮件草稿，双击打开，看过后发送。", "hint"))
        row = QHBoxLayout()
        for button in (self.write, self.open_drafts, self.cancel):
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        return column

    def _take(self, package: MailPackage) -> None:
        self._package = package
        self.unfinished.setVisible(not package.complete)
        self._replan()

    def _refuse(self, error: AppError) -> None:
        self.state.hide()
        self.banner.show_error(error)

    def _replan(self) -> None:
        if self._package is None:
            return
        draft = self._package.draft or self.session.draft
        channel, campaign = self.channel(), self.session.campaign
        films_large = self.films_large.isChecked()
        self.plan = plan_mails(draft, campaign, channel, self._package.files, films_large=films_large)
        attached = any(file.is_film for mail in self.plan.mails for file in mail.attachments)
        self.films_large.setVisible(bool(channel.large_mb) and (films_large or attached))
        self.words.show_text("\n".join(self.plan.words), about="怎样发")
        notes = reminders(self.plan, campaign, channel, self.session.today)
        self.reminders.setText("\n".join(notes))
        self.reminders.setVisible(bool(notes))
        self.state.hide()
        self.mail.show()
        self.card.show_plan(self.plan)
        self._show_stale()

    def _show_stale(self) -> None:
        packed = self._package.draft if self._package else None
        self.stale.setVisible(packed is not None and _content(packed) != _content(self.session.draft))

    def _lay_out(self) -> None:
        assert self.plan is not None
        assert self._path is not None
        chosen, out = loads(self.plan), new_folder_beside(self._path, "邮件附件")

        def done(folders: list[Path]) -> None:
            self.card.show_laid(folders)
            many = f"，每封一个，共 {len(folders)} 个文件夹" if len(folders) > 1 else ""
            self.banner.show_note(
                f"附件放好了：“{out.name}”，在报送包旁边{many}。",
                "点“打开附件文件夹”，写信时到那里全选上传。" + self._large_hint(),
            )

        self._run(out, lambda handle: lay_out(chosen, out, handle.report, handle.cancelled), done)

    def _write(self) -> None:
        assert self.plan is not None
        assert self._path is not None
        plan, out = self.plan, new_folder_beside(self._path, "邮件草稿")

        def done(files: list[Path]) -> None:
            self.banner.show_note(
                f"写好了 {len(files)} 封邮件草稿：“{out.name}”，在报送包旁边。",
                "到文件夹里双击打开：Outlook（经典版）可以直接修改、发送；Foxmail、新版 Outlook 如果不能直接发送，"
                "请选“转发”，收件人和主题用上面的按钮复制。" + self._large_hint(),
            )
            self._drafts = out
            self.open_drafts.show()

        self._run(out, lambda handle: write_mails(plan, out, handle.report, handle.cancelled), done)

    def _large_hint(self) -> str:
        assert self.plan is not None
        return "超大附件不在里面，发送前请用“超大附件”自己添加。" if self.plan.large else ""

    def _open_drafts(self) -> None:
        assert self._drafts is not None
        try:
            open_folder(self._drafts)
        except AppError as error:
            self.banner.show_error(error)

    def _run(self, out: Path, work: Callable[[Handle], list[Path]], done: Callable[[list[Path]], None]) -> None:
        self.banner.hide()
        self._runs += 1
        number = self._runs
        for widget in (self.card.lay, self.write, self.limit, self.films_large):
            widget.setEnabled(False)
        self.progress.setRange(0, 0)
        self.progress_text.setText("正在准备……")
        for widget in (self.cancel, self.progress, self.progress_text):
            widget.show()
        self._working = self.session.jobs.run(
            lambda handle: filled(out, lambda _: work(handle)),
            done,
            self.banner.show_error,
            self._progress,
            lambda: self._end(self._runs == number),
        )

    def _progress(self, step: Step) -> None:
        # In thousandths: a bar counts in 32 bits.
        self.progress.setRange(0, 1000)
        self.progress.setValue(1000 * step.done // max(step.total, 1))
        self.progress_text.setText(f"{size_text(step.done)} / {size_text(step.total)}　{step.name}")

    def _end(self, last: bool) -> None:
        """Put away what shows a job, unless it is one that was cancelled while the next one already runs."""
        if last:
            self._show_idle()

    def _cancel(self) -> None:
        if self._working is not None:
            self._working.cancel()
        self._show_idle()
        self.banner.show_note("已取消。", "没有留下写了一半的文件。")

    def _show_idle(self) -> None:
        self._working = None
        for widget in (self.card.lay, self.write, self.limit, self.films_large):
            widget.setEnabled(True)
        for widget in (self.cancel, self.progress, self.progress_text):
            widget.hide()


def _content(draft: Draft) -> Draft:
    """Return a draft without where its films lie: a package has them under its own names."""
    return replace(draft, works=tuple(replace(work, video=Video()) for work in draft.works))
