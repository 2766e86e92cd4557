"""The wizard: the order of the pages, what holds one back, and what the whole window does."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMessageBox, QWizard

from app.errors import AppError
from app.ui import icons, theme
from app.ui.dropping import Dropping
from app.ui.package_run import may_stop
from app.ui.pages.deliver import DeliverPage
from app.ui.pages.export import ExportPage
from app.ui.pages.overview import OverviewPage
from app.ui.pages.page import Page
from app.ui.pages.review import ReviewPage
from app.ui.pages.stamps import StampsPage
from app.ui.pages.start import StartPage
from app.ui.pages.unit import UnitPage
from app.ui.pages.videos import VideosPage
from app.ui.pages.works import WorksPage
from app.ui.places import place_of
from app.ui.rail import Rail
from app.ui.session import Session
from app.ui.standings import PAGE_OF, Standings

if TYPE_CHECKING:
    from app.ui.gather_window import GatherWindow
    from app.ui.help import Help
    from app.ui.verify_window import VerifyWindow

PRODUCT = "微影报送助手"
_WIDTH, _HEIGHT = 1180, 720
# In the order they are gone through.
PAGES = (
    StartPage, UnitPage, VideosPage, WorksPage, ReviewPage, OverviewPage, ExportPage, StampsPage, DeliverPage,
)  # fmt: skip


class Wizard(QWizard):
    """The window."""

    open_wanted = Signal(object, str)
    """The user wants another draft: its path, or None for a new one, for the call with that id."""

    def __init__(self, session: Session) -> None:
        super().__init__(flags=Qt.WindowType.Window)
        self.session = session
        self.setWindowTitle(PRODUCT)
        self.setWizardStyle(QWizard.WizardStyle.ClassicStyle)
        self.setOption(QWizard.WizardOption.IndependentPages)
        self.setOption(QWizard.WizardOption.NoCancelButton)
        self.setOption(QWizard.WizardOption.NoBackButtonOnStartPage, False)
        self._made: dict[type[Page], Page] = {}
        self.page_named(PAGES[0])
        campaign = session.campaign
        self.rail = Rail(PRODUCT, campaign.short_title or campaign.title, [kind.name for kind in PAGES])
        self.rail.chosen.connect(self.go_to)
        self.rail.about.clicked.connect(self.show_about)
        self.setSideWidget(self.rail)
        self._standings = Standings(session, self.rail, PAGES, self)
        self._help: Help | None = None
        self._warned: tuple[int, object] | None = None
        self._verify: VerifyWindow | None = None
        self._gather: GatherWindow | None = None
        self._make_buttons()
        self.dropping = Dropping(self)
        self.setAcceptDrops(True)
        self.currentIdChanged.connect(self._entered)
        session.draft_changed.connect(self._show_undo)
        session.autosave.failed.connect(self._save_failed)
        session.autosave.saved.connect(self._saved)
        self._show_undo()
        self._saved()
        self._take_place()

    def _take_place(self) -> None:
        """Stand in the middle of the screen with the frame on it; a dialog of Qt's own counts only its inside."""
        room = self.screen().availableGeometry()
        theme.take_room(self, _WIDTH, _HEIGHT)
        spare = room.size() - self.size() - theme.FRAME
        self.move(room.left() + spare.width() // 2, room.top() + spare.height() // 2)

    def page_named(self, kind: type[Page]) -> Page:
        """Return the page of that kind; it is made when it is first asked for, so that the window opens at once."""
        if kind not in self._made:
            number = PAGES.index(kind)
            page = self._made[kind] = kind(self.session)
            page.following = number + 1 if number + 1 < len(PAGES) else -1
            self.setPage(number, page)
            if isinstance(page, StartPage):
                page.open_wanted.connect(self.open_wanted)
                page.verify_wanted.connect(self.show_verify)
                page.gather_wanted.connect(self.show_gather)
            elif isinstance(page, OverviewPage):
                page.wanted.connect(self.show_field)
            elif isinstance(page, DeliverPage):
                page.wanted.connect(self.show_page)
        return self._made[kind]

    @property
    def pages(self) -> list[Page]:
        """All pages, in their order."""
        return [self.page_named(kind) for kind in PAGES]

    def current(self) -> Page:
        """Return the page that is shown."""
        return self.page_named(PAGES[max(self.currentId(), 0)])

    def show_help(self, topic: str = "") -> None:
        """Open the help about a topic, else about the page that is shown."""
        if self._help is None:
            from app.ui.help import Help

            self._help = Help(self)
        self._help.open_at(topic or self.current().name)

    def show_verify(self, paths: Sequence[Path] = ()) -> None:
        """Open the window that verifies packages, and verify some."""
        if self._verify is None:
            from app.ui.verify_window import VerifyWindow

            self._verify = VerifyWindow(self.session, self)
            self._verify.help_wanted.connect(self.show_help)
        self._verify.open_with(list(paths))

    def show_gather(self, paths: Sequence[Path] = ()) -> None:
        """Open the window that gathers the works of sub-units, and list some packages and drafts there."""
        if self._gather is None:
            from app.ui.gather_window import GatherWindow

            self._gather = GatherWindow(self.session, self)
            self._gather.help_wanted.connect(self.show_help)
            self._gather.open_wanted.connect(self.open_wanted)
        self._gather.add_paths(list(paths))

    def show_page(self, kind: type[Page]) -> Page:
        """Show the page of that kind and return it."""
        self.go_to(PAGES.index(kind))
        return self.page_named(kind)

    def show_about(self) -> None:
        """Open the About box."""
        from app.ui.about import About

        About(self).open()

    def go_to(self, number: int) -> None:
        """Show a page, wherever one is; nothing holds back."""
        # QWizard keeps a history of the way taken, so the way is walked.
        self.setUpdatesEnabled(False)
        try:
            while self.currentId() > number:
                self.back()
            while self.currentId() < number:
                self._warned = (self.currentId(), self.session.draft)
                self.next()
        finally:
            self.setUpdatesEnabled(True)
        self.rail.show_current(self.currentId())

    def show_field(self, work: str, field: str) -> None:
        """Go to where a finding is put right."""
        self.show_page(PAGE_OF[place_of(field)]).show_field(work, field)

    def validateCurrentPage(self) -> bool:
        """Say whether to go on, and have the next page ready."""
        if not self._may_leave():
            return False
        if self.current().following >= 0:
            self.page_named(PAGES[self.current().following])
        return True

    def _may_leave(self) -> bool:
        """Point once to what is missing; going on a second time is always possible."""
        number, page = self.currentId(), self.current()
        if self._warned is not None and self._warned == (number, self.session.draft):
            self._standings.leave(PAGES[number])
            return True
        missing = page.leave()
        self._standings.leave(PAGES[number])
        if not missing:
            return True
        self._warned = (number, self.session.draft)
        page.banner.show_note(f"这里还没有填好：{missing}。", "可以现在补上；再按一次“下一步”就先跳过，以后再补。")
        return False

    def changeEvent(self, event: QEvent) -> None:
        """Look at the films again when the user comes back from another window, where they may have been changed."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.session.recheck_films()

    def reject(self) -> None:
        """Esc must not close the window."""

    def accept(self) -> None:
        """完成 closes the window; the draft is saved."""
        self.close()

    def may_stop(self) -> bool:
        """Ask whether to leave a package half made; say whether nothing holds the window open."""
        deliver = self._made.get(DeliverPage)
        return not isinstance(deliver, DeliverPage) or may_stop(deliver.run, self)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Save and end what runs; ask if a package is being made, or if the draft cannot be saved."""
        if not self.may_stop():
            event.ignore()
            return
        try:
            self.session.close()
        except AppError as error:
            answer = QMessageBox.warning(
                self, PRODUCT, f"草稿没有保存成功：{error}\n\n仍要关闭吗？",
                QMessageBox.StandardButton.Close | QMessageBox.StandardButton.Cancel,
            )  # fmt: skip
            if answer != QMessageBox.StandardButton.Close:
                event.ignore()
                return
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders, whatever the page."""
        if self.dropping.enter(event.mimeData()):
            event.acceptProposedAction()

    def dragLeaveEvent(self, event) -> None:
        """Forget about the drop."""
        self.dropping.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take what was dropped to its place."""
        self.dropping.drop(event.mimeData())
        event.acceptProposedAction()

    def resizeEvent(self, event) -> None:
        """Fit the parts to the new size."""
        super().resizeEvent(event)
        self.rail.fit(self.width(), self.height())

    def _make_buttons(self) -> None:
        button = QWizard.WizardButton
        for which, text in (
            (button.BackButton, "上一步(&B)"), (button.NextButton, "下一步(&N)"), (button.FinishButton, "完成(&F)"),
            (button.CustomButton1, "撤销(&Z)"), (button.CustomButton2, "重做(&Y)"),
        ):  # fmt: skip
            self.setButtonText(which, text)
        self.setOption(QWizard.WizardOption.HaveCustomButton1)
        self.setOption(QWizard.WizardOption.HaveCustomButton2)
        self.setOption(QWizard.WizardOption.HaveHelpButton)
        self.setButtonText(button.HelpButton, "帮助(F1)")
        self.helpRequested.connect(self.show_help)
        self.setButtonLayout(
            [
                button.CustomButton1,
                button.CustomButton2,
                button.HelpButton,
                button.Stretch,
                button.BackButton,
                button.NextButton,
                button.FinishButton,
            ]
        )
        for main in (button.NextButton, button.FinishButton):
            self.button(main).setProperty("role", "main")
            self.button(main).style().polish(self.button(main))
        self.undo, self.redo = self.button(button.CustomButton1), self.button(button.CustomButton2)
        icons.decorate(self.undo, "undo-2")
        icons.decorate(self.redo, "redo-2")
        self.undo.clicked.connect(self.session.undo)
        self.redo.clicked.connect(self.session.redo)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self, self.session.undo)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Redo), self, self.session.redo)
        QShortcut(QKeySequence(Qt.Key.Key_F1), self, self.show_help)

    def _entered(self, number: int) -> None:
        if number >= 0:
            self.rail.show_current(number)
            page = self.page_named(PAGES[number])
            self.setWindowTitle(f"{page.name} — {PRODUCT}")
            page.enter()
            # QWizard has its own idea of where the focus goes; a field that was asked for keeps it.
            QTimer.singleShot(0, page, lambda: self._focus(page))
            self.session.history.end_run()
            if not isinstance(page, UnitPage):
                self.session.remember_unit()
            if not isinstance(page, StartPage):
                self.session.stamps.look_aside()

    def _focus(self, page: Page) -> None:
        focused = self.focusWidget()
        held = focused is not None and focused.isVisible() and page.isAncestorOf(focused)
        if self.current() is page and not isinstance(page, StartPage) and not held:
            page.focus_first()

    def _show_undo(self) -> None:
        history = self.session.history
        for button, label, word in (
            (self.undo, history.undo_label(), "撤销"), (self.redo, history.redo_label(), "重做"),
        ):  # fmt: skip
            button.setEnabled(bool(label))
            button.setToolTip(f"{word}：{label}" if label else "")

    def _saved(self) -> None:
        self.rail.saved.setText("草稿已自动保存")

    def _save_failed(self, error: AppError) -> None:
        self.rail.saved.setText("草稿没有保存成功")
        self.current().banner.show_error(error)
