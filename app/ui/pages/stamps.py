"""盖章回收: how far each form has come, and the stamped pages that come back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
)

from app.exporters.scans import EXTENSIONS
from app.media import Problem
from app.ui import icons
from app.ui.adding import ReadingProgress
from app.ui.carried import pasted
from app.ui.pages.page import Page
from app.ui.return_key import keep_return
from app.ui.session import Session
from app.ui.stamps_model import Column, StampsModel
from app.ui.waiting_pages import WaitingPages

if TYPE_CHECKING:
    from app.receiving import Received
    from app.scan_reading import ScannedPage
    from app.stamping import Row

_TO_PRINT = {"未导出", "已导出", "已过期"}
_NARROW = 760


class StampsPage(Page):
    """The board of the stamped forms."""

    name = "盖章回收"

    def __init__(self, session: Session) -> None:
        super().__init__(session, "盖好章的表格扫描或拍照后拖进来，自动认出是哪部作品的哪张表。")
        self.board = session.stamps
        self.model = StampsModel(self.board, self)
        self.state = QLabel()
        self.state.setProperty("role", "section")
        self.state.setWordWrap(True)
        self.about = QLabel()
        self.about.setProperty("role", "hint")
        self.about.setWordWrap(True)
        self.drop_zone = self._drop_zone()
        self.progress = ReadingProgress("正在查找扫描件……")
        self.progress.cancel.clicked.connect(self._cancel)
        self.waiting = WaitingPages()
        self.table = self._table()
        for widget in (self.state, self.about, self.waiting, self.drop_zone, self.progress):
            self.body.addWidget(widget)
        self.body.addWidget(self.table, 1)
        self.body.addLayout(self._actions())
        self.waiting.assign_wanted.connect(self._ask_form)
        self.waiting.dismissed.connect(self.board.dismiss)
        self.board.changed.connect(self._show)
        self.board.progress.connect(self._show_progress)
        self.board.ended.connect(self.progress.hide)
        self.board.received.connect(self._tell)
        self.board.failed.connect(self.banner.show_error)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._fit_buttons())
        self.model.modelReset.connect(self._fit_buttons)
        session.findings_changed.connect(self._refresh)
        QShortcut(
            QKeySequence(QKeySequence.StandardKey.Paste), self, self._paste,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )  # fmt: skip
        self._show()

    def enter(self) -> None:
        """Show how things stand now."""
        self.board.look()
        self._show()

    def add_paths(self, paths: list[Path]) -> None:
        """Read the scans among files and folders, in the background."""
        if paths:
            self.banner.hide()
            self.board.add(paths)

    def selected(self) -> list[Row]:
        """Return the chosen rows, in their order."""
        return [self.model.row_at(row) for row in sorted({i.row() for i in self.table.selectedIndexes()})]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what the state says already where there is no room for it."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        self.table.setColumnHidden(Column.NEXT, narrow)
        more = "" if narrow else "：PDF、JPG、PNG、TIFF，几页、什么顺序、横放倒放都可以。"
        self._drop_text.setText("把扫描件或手机照片拖到这里" + more)
        for button, short in self._short.items():
            button.setText(short if narrow else button.accessibleName())

    def _drop_zone(self) -> QFrame:
        frame = QFrame()
        frame.setProperty("role", "drop")
        self._drop_text = QLabel()
        self._drop_text.setWordWrap(True)
        self.add_files = self._button("添加扫描件…(&S)", "file-plus", self._choose_files)
        self.add_folder = self._button("文件夹…(&D)", "folder-plus", self._choose_folder)
        self.add_folder.setAccessibleName("添加文件夹里的扫描件")
        row = QHBoxLayout(frame)
        row.setContentsMargins(16, 12, 16, 12)
        row.addWidget(self._drop_text, 1)
        row.addWidget(self.add_files)
        row.addWidget(self.add_folder)
        return frame

    def _table(self) -> QTableView:
        table = QTableView()
        keep_return(table)
        table.setModel(self.model)
        table.setAccessibleName("要盖章的表格")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.setWordWrap(False)
        table.setMinimumHeight(190)
        table.verticalHeader().setDefaultSectionSize(38)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(Column.WORK, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(Column.NEXT, QHeaderView.ResizeMode.Stretch)
        for column, sample in ((Column.FORM, "承诺书或报名表"), (Column.STATE, "已盖章回收　　")):
            table.setColumnWidth(column, table.fontMetrics().horizontalAdvance(sample) + 18)
        table.activated.connect(lambda index: self._open_row(self.model.row_at(index.row())))
        return table

    def _actions(self) -> QHBoxLayout:
        self.open = self._button("打开扫描件(&O)", "file-pen-line", lambda: self._open_row(self.selected()[0]))
        self.confirm = self._button("确认红章…(&R)", "user-check", self._confirm)
        self.take_out = self._button("移出扫描件(&X)", "trash-2", self._take_out)
        self.take_out.setToolTip("扫错了、放错了：移出后重新添加；新的扫描件也会替换旧的")
        self.printed = self._button("标为已打印(&P)", "printer", self._mark_printed)
        self.printed.setToolTip("用别的程序打印了这些表格时，在这里标一下；可以选中几行一起标")
        row = QHBoxLayout()
        self._short = {
            self.open: "打开(&O)", self.confirm: "红章…(&R)", self.take_out: "移出(&X)", self.printed: "已打印(&P)",
        }  # fmt: skip
        for button in self._short:
            button.setAccessibleName(button.text())
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _button(self, text: str, icon: str, act) -> QPushButton:
        button = QPushButton(text)
        icons.decorate(button, icon)
        button.clicked.connect(lambda: act())
        return button

    def _refresh(self) -> None:
        if self.isVisible():
            self.board.look()

    def _show(self) -> None:
        rows = self.board.rows
        words = {row.word for row in rows}
        if not self.board.known():
            self.state.setText("正在看每张表到了哪一步……")
        elif not rows:
            self.state.setText("还没有要盖章的表格。请先在“添加视频”里放进作品。")
        elif words == {"已盖章回收"}:
            self.state.setText(f"{len(rows)} 张表都已盖章回收，可以打包报送了。")
        else:
            self.state.setText(self.board.words)
        self.about.setText(self._advice(words))
        self.about.setVisible(bool(self.about.text()))
        self.waiting.show_pages(self.board.waiting)
        self.table.setVisible(bool(rows))
        self.progress.setVisible(self.board.reading())
        for button in (self.open, self.confirm, self.take_out, self.printed):
            button.setVisible(bool(rows))
        self._fit_buttons()

    def _advice(self, words: set[str]) -> str:
        """Return what to do first, or nothing."""
        if "已过期" in words:
            lost = sum(isinstance(self.session.film(w), Problem) for w in self.session.draft.works if w.video.path)
            if lost:
                return (
                    f"有 {lost} 部作品的视频现在读不到，时长未知，相关的表格会显示为“已过期”。"
                    "请接上存放视频的硬盘，再看这里。"
                )
            return "“已过期”的表格打印之后改过内容，请重新导出、打印、盖章。改回原样，也会恢复。"
        if words == {"未导出"}:
            return "请先在“导出与打印”里导出、打印，签字盖章后再回到这里。"
        return ""

    def _fit_buttons(self) -> None:
        chosen = self.selected()
        alone = chosen[0] if len(chosen) == 1 else None
        self.open.setEnabled(bool(alone and alone.file))
        self.confirm.setEnabled(any(row.unsure for row in self.board.rows))
        self.take_out.setEnabled(any(row.file for row in chosen))
        self.printed.setEnabled(any(row.word in _TO_PRINT for row in chosen))

    def _show_progress(self, done: int, total: int, name: str) -> None:
        if total:
            self.progress.show_progress(done, total, name)
        else:
            self.progress.show_search()

    def _tell(self, received: Received) -> None:
        unsure = [number for number, row in enumerate(self.board.rows) if row.unsure]
        if not received.pages:
            others = f"有 {len(received.skipped)} 个文件不是扫描件。" if received.skipped else ""
            self.banner.show_note(f"没有找到扫描件。{others}", "扫描件可以是 PDF、JPG、PNG、TIFF 文件。")
            return
        if unsure:
            self.table.selectRow(unsure[0])
        left = received.left
        told = [f"{received.kept} 页已收下"]
        told += [f"{left} 页要您看一下"] if left else []
        told += [f"{received.blank} 页是空白"] if received.blank else []
        hints = ["没有收下的列在下面，逐页说明了原因。"] if left else []
        hints += [f"有 {len(unsure)} 张表未见红章，请按“确认红章”逐张看一下。"] if unsure else []
        hints += [f"另有 {len(received.skipped)} 个文件不是扫描件，没有读。"] if received.skipped else []
        self.banner.show_note(f"读了 {received.pages} 页：{'，'.join(told)}。", "".join(hints))

    def _cancel(self) -> None:
        self.board.cancel()
        self.banner.show_note("已停止读取。", "没有读完的扫描件没有收下，可以再添加一次。")

    def _open_row(self, row: Row) -> None:
        path = self.board.kept_file(row)
        if row.unsure:
            self._ask_seal(row)
        elif path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def _ask_form(self, page: ScannedPage) -> None:
        from app.ui.scan_view import AssignDialog

        dialog = AssignDialog(self.board, page, self)
        dialog.assigned.connect(
            lambda tag, number, count, sealed: self.board.assign(page, tag, number, count, sealed=sealed)
        )
        dialog.open()

    def _confirm(self) -> None:
        self._ask_seal(next(row for row in (*self.selected(), *self.board.rows) if row.unsure))

    def _ask_seal(self, row: Row) -> None:
        """Ask about a form, and then about the others on which no seal was seen, until the user leaves it."""
        self._ask_seals([row, *(other for other in self.board.rows if other.unsure and other.form != row.form)])

    def _ask_seals(self, rows: list[Row]) -> None:
        if not rows:
            return
        from app.ui.scan_view import ConfirmDialog

        row, *others = rows
        dialog = ConfirmDialog(self.board, row, len(others), self)
        dialog.confirmed.connect(lambda: self.board.confirm(row))
        dialog.refused.connect(lambda: self.board.take_out([row]))
        dialog.accepted.connect(lambda: self._ask_seals(others))
        dialog.open()

    def _take_out(self) -> None:
        rows = [row for row in self.selected() if row.file]
        self.board.take_out(rows)
        self.banner.show_note(
            f"移出了 {len(rows)} 张表的扫描件。", "您原来的扫描文件没有动，可以重新添加；新的扫描件也会替换旧的。"
        )

    def _mark_printed(self) -> None:
        self.board.mark_rows_printed([row for row in self.selected() if row.word in _TO_PRINT])

    def _choose_files(self) -> None:
        patterns = " ".join(f"*{e} *{e.upper()}" for e in sorted(EXTENSIONS))
        files, _ = QFileDialog.getOpenFileNames(self, "添加扫描件", "", f"扫描件 ({patterns});;所有文件 (*)")
        self.add_paths([Path(file) for file in files])

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "添加文件夹里的扫描件")
        self.add_paths([Path(folder)] if folder else [])

    def _paste(self) -> None:
        if paths := pasted(self.banner, "扫描件"):
            self.add_paths(paths)
