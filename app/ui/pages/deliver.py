"""打包报送: one verified package, and how it gets to the organiser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QMessageBox, QPushButton, QVBoxLayout

from app.errors import AppError
from app.sizes import size_text
from app.storage import SUFFIX
from app.ui import icons
from app.ui.jobs import Handle
from app.ui.package_place import PackagePlace
from app.ui.package_progress import PackageProgress
from app.ui.package_readiness import Readiness
from app.ui.package_result import PackageResult
from app.ui.package_run import PackageRun
from app.ui.package_stock import Stock, take_stock
from app.ui.pages.overview import OverviewPage
from app.ui.pages.page import Page
from app.ui.pages.stamps import StampsPage
from app.ui.places import Need
from app.ui.session import Session

if TYPE_CHECKING:
    from app.submitting import Submitted
    from app.ui.package_history import PackageHistory

_PAUSE_MS = 250
_MOST_NAMED = 8


class DeliverPage(Page):
    """What the package lacks, where to and as what, how far, and what was made."""

    wanted = Signal(type)
    """The user wants to go to the page of this kind."""

    name = "打包报送"

    def __init__(self, session: Session) -> None:
        # The window opens without it: this page is the last to be shown.
        from app.ui.channels import ChannelsPanel

        super().__init__(session, "视频、表格和盖章扫描件打成一个报送包，边复制边核对；再按通知的渠道报送。")
        self.run = PackageRun(session)
        self.readiness = Readiness()
        self.place = PackagePlace(session)
        self.start = QPushButton("打包(&P)")
        self.start.setProperty("role", "main")
        self.progress = PackageProgress()
        self.result = PackageResult(session)
        self.body.addWidget(self._card())
        self.body.addWidget(self.result)
        self.channels = ChannelsPanel(session)
        self.body.addWidget(self.channels)
        self.body.addLayout(self._more())
        self.body.addStretch(1)
        self._looking: Handle | None = None
        self._begun = False
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._timer.timeout.connect(self._look)
        self._connect()

    def enter(self) -> None:
        """Look how complete it is now, where it could lie, and what there is already."""
        self.place.suggest()
        self.result.look_again()
        # Stamped pages may have come back on the page before.
        self.session.deliveries.refresh()
        self._show_last()
        self._look()

    def _come_back(self, state: Qt.ApplicationState) -> None:
        """Look again when the user comes back from another program: a stick may have been plugged in."""
        if state is Qt.ApplicationState.ApplicationActive and self.isVisible() and not self.run.is_running():
            self.place.suggest()
            self._timer.start()

    def is_looking(self) -> bool:
        """Say whether it is being looked up how things stand."""
        return self._timer.isActive() or self._looking is not None

    def share_to(self, path: Path) -> None:
        """Write a copy of the draft that can be shown to others."""
        from app.ui.sharing import write_share_copy

        self.session.jobs.run(write_share_copy(self.session.draft, path), self._shared, self._say_error)

    def show_history(self) -> PackageHistory:
        """Open the list of what was packed."""
        from app.ui.package_history import PackageHistory

        dialog = PackageHistory(self.session.jobs, self)
        dialog.open()
        return dialog

    def _card(self) -> QFrame:
        card = QFrame()
        card.setProperty("role", "card")
        head = QLabel("打包")
        head.setProperty("role", "section")
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self.start)
        row.addWidget(self.progress, 1)
        row.addStretch(0)
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(12)
        for widget in (head, self.readiness, self.place):
            column.addWidget(widget)
        column.addLayout(row)
        return card

    def _more(self) -> QHBoxLayout:
        self.history = QPushButton("打包记录…(&R)")
        icons.decorate(self.history, "list-checks")
        self.share = QPushButton("另存一份可以给别人看的草稿…(&S)")
        self.share.setToolTip("去掉电话和视频所在的文件夹，可以放心发给别人看")
        icons.decorate(self.share, "file-pen-line")
        row = QHBoxLayout()
        row.addWidget(self.history)
        row.addWidget(self.share)
        row.addStretch(1)
        return row

    def _connect(self) -> None:
        session, run = self.session, self.run
        QGuiApplication.instance().applicationStateChanged.connect(self._come_back)
        self.start.clicked.connect(self._start)
        self.history.clicked.connect(self.show_history)
        self.share.clicked.connect(self._choose_share)
        self.readiness.check_wanted.connect(self._go_to_check)
        self.readiness.stamps_wanted.connect(self._go_to_stamps)
        self.place.changed.connect(self._timer.start)
        self.progress.cancel_wanted.connect(self._cancel)
        self.result.failed.connect(self._say_error)
        session.findings_changed.connect(self._timer.start)
        session.deliveries.changed.connect(self._show_last)
        run.checked.connect(self._show_packing)
        run.rechecked.connect(self._tell_rechecked)
        run.asked.connect(self._ask)
        run.progressed.connect(self.progress.show_step)
        run.made.connect(self._made)
        run.failed.connect(self._failed)
        run.stopped.connect(self._stopped)

    def _go_to_check(self) -> None:
        self.wanted.emit(OverviewPage)

    def _go_to_stamps(self) -> None:
        self.wanted.emit(StampsPage)

    def _show_packing(self) -> None:
        self.progress.begin("正在准备……")

    def _look(self) -> None:
        """Look again how complete it is and what packing would meet; not while it is packed, which changes both."""
        if not self.isVisible() or self.run.is_running():
            return
        if self.session.films.busy():
            self.readiness.show_reading()
        if self._looking is not None:
            self._looking.cancel()
        job = take_stock(self.session, self.place.folder(), as_zip=self.place.as_zip.isChecked())
        self._looking = self.session.jobs.run(job, self._show_stock, self._fail_to_look)

    def _fail_to_look(self, error: AppError) -> None:
        self._looking = None
        self.banner.show_error(error)

    def _show_stock(self, stock: Stock) -> None:
        self._looking = None
        session = self.session
        if not session.films.busy():
            confirmations = sum(count for (_, need), count in session.totals.items() if need is Need.CONFIRM)
            self.readiness.show_lack(stock.lack, confirmations, scans_asked=session.campaign.stamped_scans)
        self.place.show_outlook(stock.outlook)
        self._begun = stock.outlook is not None and stock.outlook.begun is not None
        self._show_start()

    def _show_start(self) -> None:
        last = self.session.deliveries.last
        self.start.setText("接着打包(&P)" if self._begun else "重新打包(&P)" if last else "打包(&P)")

    def _show_last(self) -> None:
        deliveries = self.session.deliveries
        self.result.show_entry(deliveries.last, deliveries.of_last)
        self.channels.show_package(self.result.path)
        self._show_start()

    def _start(self) -> None:
        self.banner.hide()
        folder = self.place.folder()
        if folder is None:
            self._say_error(AppError("还没有选择报送包放在哪里。", "请选好后再打包。"))
            return
        self._show_busy(True)
        self.progress.begin("正在检查视频和填写的内容……")
        self.progress.cancel.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, self, lambda: self.scroll.ensureWidgetVisible(self.progress, 20, 20))
        self.run.start(folder, as_zip=self.place.as_zip.isChecked())

    def _ask(self, missing: tuple[str, ...]) -> None:
        box = QMessageBox(
            QMessageBox.Icon.Warning, "内容还不完整", f"还有 {len(missing)} 处缺少或不合要求。", parent=self
        )
        named = [f"· {text}" for text in missing[:_MOST_NAMED]]
        if len(missing) > _MOST_NAMED:
            named.append(f"· 还有 {len(missing) - _MOST_NAMED} 处……")
        named.append("\n现在打包，报送包的名称会带上【未完成】，包里的“报送说明.txt”也会写明缺什么。")
        box.setInformativeText("\n".join(named))
        go_on = box.addButton("仍要打包(&P)", QMessageBox.ButtonRole.AcceptRole)
        back = box.addButton("先不打包(&B)", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(back)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(lambda _: self._answer(box.clickedButton() is go_on))
        box.open()

    def _answer(self, go_on: bool) -> None:
        if go_on:
            self.run.go_on()
        else:
            self.run.drop()
            self._show_busy(False)

    def _tell_rechecked(self, names: list[str]) -> None:
        named = "、".join(f"“{name}”" for name in names[:_MOST_NAMED]) + ("等" if len(names) > _MOST_NAMED else "")
        self._say(f"视频{named}在检查之后有改动，已经重新检查。", "打包用的是现在的文件。")

    def _say(self, message: str, hint: str = "") -> None:
        self.banner.show_note(message, hint)
        self.scroll.verticalScrollBar().setValue(0)

    def _say_error(self, error: AppError) -> None:
        self.banner.show_error(error)
        self.scroll.verticalScrollBar().setValue(0)

    def _cancel(self) -> None:
        self.progress.show_stopping()
        self.run.cancel()

    def _made(self, made: Submitted) -> None:
        self._show_busy(False)
        packed = made.packed
        told = [self.banner.text()]
        if packed.resumed:
            told.append(f"其中 {size_text(packed.resumed)} 是上次写好的，这次核对无误。")
        if made.unremembered is not None:
            told.append(f"这次打包没有记进打包记录：{made.unremembered}")
        state = "打好了一个【未完成】的报送包。" if packed.missing else "报送包打好了，每个文件都已读回核对。"
        hint = "".join(told)
        self._say(state, hint)
        # What the result does not say itself stays in sight; and where it is is known once the page has room for it.
        QTimer.singleShot(0, self, lambda: self._show_result(whole=not hint))

    def _show_result(self, *, whole: bool) -> None:
        if whole:
            self.scroll.ensureWidgetVisible(self.result, 20, 10)
        self.result.open.setFocus(Qt.FocusReason.OtherFocusReason)

    def _failed(self, error: AppError) -> None:
        self._show_busy(False)
        self._say_error(error)
        self.start.setFocus(Qt.FocusReason.OtherFocusReason)

    def _stopped(self) -> None:
        self._show_busy(False)
        self._say("已停下。", "写好的部分留着，再按一次打包，就从停下的地方接着来。")
        self.start.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_busy(self, busy: bool) -> None:
        self.start.setVisible(not busy)
        self.place.lock(busy)
        if not busy:
            self.progress.hide()
            self._timer.start()

    def _choose_share(self) -> None:
        desktop = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DesktopLocation)
        suggested = Path(desktop) / f"{self.session.path.stem}（不含电话）{SUFFIX}"
        chosen, _ = QFileDialog.getSaveFileName(self, "另存草稿", str(suggested), f"草稿 (*{SUFFIX})")
        if chosen:
            self.share_to(Path(chosen))

    def _shared(self, told: tuple[Path, str]) -> None:
        path, removed = told
        self._say(f"已另存为“{path}”。", removed)
