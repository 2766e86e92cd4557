"""汇总下级作品: packages and drafts of sub-units are verified, compared and merged into one draft."""

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QMessageBox, QWidget

from app.draft import Work
from app.errors import AppError
from app.gather import Duplicate, pairs
from app.ui.carried import DropDialog, pasted
from app.ui.gather_layout import GatherLayout, room_of
from app.ui.gathering import Gathering
from app.ui.session import Session

TITLE = "汇总下级作品"


class GatherWindow(DropDialog):
    """The window; it stands beside the wizard, which stays usable."""

    open_wanted = Signal(object, str)
    """The merged draft is written and wants to be opened: its path, and an empty call (as the wizard's own signal)."""

    help_wanted = Signal(str)
    """The user wants the help about a topic."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(("松开鼠标，添加到列表", "报送包、草稿，或放着它们的文件夹"), parent)
        self.session = session
        self.setWindowTitle(TITLE)
        self.setModal(False)
        self.gathering = Gathering(session, self)
        self.parts = parts = GatherLayout(self, session)
        self.banner = parts.banner
        parts.files.clicked.connect(self._ask_files)
        parts.folder_in.clicked.connect(self._ask_folder)
        parts.remove.clicked.connect(self._remove)
        parts.start.clicked.connect(self._start)
        parts.cancel.clicked.connect(self._cancel)
        parts.place.edited.connect(self._look_at_room)
        parts.place_chosen.connect(self._look_at_room)
        parts.pairs.changed.connect(self._choose)
        parts.merge.clicked.connect(self._merge)
        parts.close_button.clicked.connect(self.close)
        parts.table.itemSelectionChanged.connect(self._show_buttons)
        self.gathering.added.connect(parts.table.add)
        self.gathering.removed.connect(parts.table.remove)
        self.gathering.entry_changed.connect(parts.table.refresh)
        self.gathering.changed.connect(self._refresh)
        self.gathering.paired.connect(self._show_pairs)
        self.gathering.progress.connect(parts.show_progress)
        self.gathering.said.connect(self.banner.show_note)
        self.gathering.failed.connect(self.banner.show_error)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self, self._paste)
        delete, here = QKeySequence(QKeySequence.StandardKey.Delete), Qt.ShortcutContext.WidgetShortcut
        QShortcut(delete, parts.table, self._remove, context=here)
        QShortcut(QKeySequence(Qt.Key.Key_F1), self, self._show_help)
        if parent is not None:
            parent.window().installEventFilter(self)
        session.draft_changed.connect(self._show_result)
        self._needed = 0
        self._refresh()

    def add_paths(self, paths: list[Path]) -> None:
        """List packages, drafts and folders of them, and show the window; they are looked at in the background."""
        if not self.isVisible():
            self.show()
        self.raise_()
        self.activateWindow()
        if paths:
            self.gathering.add(paths)

    def chosen_works(self) -> tuple[Work, ...]:
        """Return the works that will be merged."""
        gone = self.parts.pairs.dropped()
        return tuple(work for work in self.gathering.works if work.id not in gone)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the parts to the new size."""
        super().resizeEvent(event)
        self.parts.fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go with the wizard: asking first when the user closes it, and leaving nothing unpacked behind."""
        if event.type() == QEvent.Type.Close and self.isVisible():
            if event.spontaneous() and self.gathering.works and not self._wants_to_give_up():
                event.ignore()
                return True
            self._forget(unpacked=True)
            self.hide()
        return super().eventFilter(watched, event)

    def reject(self) -> None:
        """Close on Esc as the button does."""
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask before what was gathered is given up; what was unpacked for it goes as well."""
        if self.gathering.works and not self._wants_to_give_up():
            event.ignore()
            return
        self._forget(unpacked=True)
        event.accept()

    def _wants_to_give_up(self) -> bool:
        works = len(self.gathering.works)
        box = QMessageBox(QMessageBox.Icon.Question, TITLE, f"收到的 {works} 部作品还没有合并，要关闭吗？", parent=self)
        box.setInformativeText("关闭后这次的汇总不保留；各单位交来的报送包和草稿不受影响。")
        leave = box.addButton("关闭(&X)", QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton("继续汇总(&G)", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        box.exec()
        return box.clickedButton() is leave

    def _forget(self, *, unpacked: bool) -> None:
        self.parts.table.clear_all()
        self.gathering.forget(unpacked=unpacked)
        self.banner.hide()

    def _remove(self) -> None:
        self.gathering.remove(self.parts.table.chosen())

    def _start(self) -> None:
        self.banner.hide()
        if self.parts.short_of_room:
            self.banner.show_error(AppError("解压的位置空间不足。", "请清理出空间，或换一个位置，再开始核对。"))
        elif self._needed and not self.parts.place.value().strip():
            self.banner.show_error(AppError("还没有选择把视频解压到哪里。", "请选好文件夹，再开始核对。"))
        else:
            self.gathering.start(Path(self.parts.place.value().strip()))

    def _cancel(self) -> None:
        self.gathering.cancel()
        self.parts.cancel.setEnabled(False)
        self.banner.show_note("已取消，已经做好的都保留。", "按“开始核对”可以接着做。")

    def _merge(self) -> None:
        works = self.chosen_works()
        if self.parts.result.adds():
            self.session.add_works(works, {w.id: self.gathering.origins[w.id] for w in works})
            self._written(self.session.path)
        else:
            self.gathering.write(works, self._written)

    def _written(self, path: Path) -> None:
        self._merged()
        # Whoever hears it exchanges the window, and this one with it: not from within a job's call.
        QTimer.singleShot(0, self, lambda: self.open_wanted.emit(path, ""))

    def _merged(self) -> None:
        self._forget(unpacked=False)
        self.close()

    def _paste(self) -> None:
        if paths := pasted(self.banner, "报送包或草稿"):
            self.add_paths(paths)

    def _show_help(self) -> None:
        self.help_wanted.emit(TITLE)

    def _show_pairs(self, duplicates: list[Duplicate]) -> None:
        works = {work.id: work for work in self.gathering.works}
        self.parts.pairs.show_pairs(pairs(duplicates), works, self.gathering.origins)
        self._refresh()
        self._show_result()

    def _choose(self) -> None:
        self._refresh()
        self._show_result()

    def _show_result(self) -> None:
        if not self.gathering.works:
            return
        self.parts.result.show_works(self.chosen_works(), self.gathering.origins, len(self.session.draft.works))
        self._show_buttons()

    def _refresh(self) -> None:
        """Show how far it all is."""
        gathering = self.gathering
        if gathering.room_needed() != self._needed:
            self._needed = gathering.room_needed()
            self._look_at_room()
        self.parts.show_state(
            gathering.entries, busy=gathering.busy, looking=gathering.looking, works=len(gathering.works)
        )
        self._show_buttons()

    def _ask_files(self) -> None:
        self.add_paths(self.parts.ask_files())

    def _ask_folder(self) -> None:
        self.add_paths(self.parts.ask_folder())

    def _look_at_room(self) -> None:
        """Say how much room the ZIPs' films need, and how much there is."""
        need, folder = self._needed, self.parts.place.value().strip()
        self.parts.show_place(need > 0)
        if need and folder:
            self.session.jobs.run(lambda _: room_of(Path(folder)), lambda free: self.parts.show_room(need, free))

    def _show_buttons(self) -> None:
        gathering, parts = self.gathering, self.parts
        idle = not gathering.busy and not gathering.looking
        parts.start.setEnabled(idle and gathering.unfinished)
        parts.remove.setEnabled(bool(parts.table.chosen()))
        parts.merge.setEnabled(idle and bool(self.chosen_works()))
