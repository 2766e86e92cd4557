"""添加视频: drop, check, and see at once what is wrong and what to do."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTableView,
)

from app.discover import FILM_EXTENSIONS, Discovery, Skipped, discover
from app.errors import AppError
from app.ui import icons
from app.ui.adding import ReadingProgress, SkippedList, drop_hint
from app.ui.carried import pasted
from app.ui.film_rules import FilmRules
from app.ui.jobs import Handle
from app.ui.listing import with_summary
from app.ui.pages.page import Page
from app.ui.session import Session
from app.ui.titles import title_from_file
from app.ui.works_model import THUMBNAIL, Column, TypeDelegate, WorksModel, film_findings

if TYPE_CHECKING:
    from app.summary_import import Summary

# Widths of the page, in logical pixels, below which it shows less side by side.
_NO_WORDS, _NO_SIZE, _NARROW, _NARROWER = 1080, 960, 860, 760


class VideosPage(Page):
    """The list of films with their badges, and the rules of the one chosen."""

    name = "添加视频"

    def __init__(self, session: Session) -> None:
        super().__init__(
            session,
            "把视频或整个文件夹拖进窗口的任何地方，或用下面的按钮、Ctrl+V 粘贴。添加后立即检查，原文件不会被改动。",
        )
        self.model = WorksModel(session, self)
        self.table = self._table()
        self.rules = FilmRules()
        self.body.addLayout(self._buttons())
        self.skipped = SkippedList()
        self.body.addWidget(self.skipped)
        self.progress = ReadingProgress()
        self.progress.cancel.clicked.connect(session.films.cancel)
        self.body.addWidget(self.progress)
        self.splitter = QSplitter()
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(14)
        self.splitter.addWidget(self.table)
        self.splitter.addWidget(self.rules)
        self.splitter.setSizes([660, 360])
        self.drop_hint = drop_hint()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.drop_hint)
        self.stack.addWidget(self.splitter)
        self.stack.setMinimumHeight(240)
        self.body.addWidget(self.stack, 1)
        session.draft_changed.connect(self._follow)
        session.film_changed.connect(self._film_changed)
        session.films.progress.connect(self.progress.show_progress)
        session.films.idle.connect(self.progress.hide)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_rules())
        self.model.modelReset.connect(self._restore)
        self._chosen = ""
        self._follow()

    def add_paths(self, paths: list[Path], left_out: Sequence[Skipped] = ()) -> None:
        """Add the films among files and folders, in the background; `left_out` is listed with what is no film."""
        self.banner.hide()
        self.progress.show_search()

        def find(handle: Handle) -> tuple[Discovery, dict[Path, str]]:
            found = discover(paths, handle.cancelled)
            return found, {p.absolute(): title_from_file(p) for p in found.files}

        self.session.jobs.run(find, lambda found: self._add(*found, left_out), self._refuse)

    def leave(self) -> str:
        """Say that there is nothing to go on with."""
        return "" if self.session.draft.works else "视频"

    def show_field(self, work: str, field: str) -> None:
        """Choose the work's row."""
        row = self.model.row_of(work)
        if row >= 0:
            self.table.selectRow(row)
            self.table.scrollTo(self.model.index(row, 0))
            self.show_widget(self.table)
        else:
            self.show_widget(self.add_files)

    def selected(self) -> list[str]:
        """Return the ids of the chosen works, in their order."""
        rows = sorted({i.row() for i in self.table.selectionModel().selectedRows()})
        return [self.model.work_at(r).id for r in rows]

    def resizeEvent(self, event) -> None:
        """Fit the parts to the new size."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        self.splitter.setOrientation(Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal)
        for button, text in self._words.items():
            # Nobody guesses from its icon that a list can be brought in.
            bare = self.width() < (_NARROW if button is self.import_list else _NO_WORDS)
            button.setText("" if bare else text)
            button.setProperty("bare", bare)
            button.style().polish(button)
        self.stack.setMinimumHeight(440 if narrow else 240)
        more = "" if self.width() < _NARROWER else "添加"
        self.add_files.setText(f"{more}文件…(&F)")
        self.add_folder.setText(f"{more}文件夹…(&D)")
        self.table.setColumnHidden(Column.TYPE, self.width() < _NARROWER)
        # The names need the room most.
        beside = not narrow and self.width() < _NO_SIZE
        self.table.setColumnHidden(Column.SIZE, beside or self.width() < _NARROWER)

    def _table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        table.setAccessibleName("视频列表")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setShowGrid(False)
        table.setIconSize(QSize(*THUMBNAIL))
        table.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        table.setDragDropOverwriteMode(False)
        table.setDropIndicatorShown(True)
        table.setTabKeyNavigation(False)
        table.setItemDelegateForColumn(Column.TYPE, TypeDelegate(self.session, table))
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.verticalHeader().setDefaultSectionSize(58)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(Column.TITLE, QHeaderView.ResizeMode.Stretch)
        samples = {
            Column.TYPE: "类型名称　",
            Column.LENGTH: "00 分 00 秒 ",
            Column.SIZE: "1000.0 MB ",
            Column.STATE: "需人工确认　　　",
        }
        for column, sample in samples.items():
            table.setColumnWidth(column, table.fontMetrics().horizontalAdvance(sample) + 18)
        header.setMinimumSectionSize(60)
        return table

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.add_files = self._button(row, "添加文件…(&F)", "file-plus", self._choose_files)
        self.add_folder = self._button(row, "添加文件夹…(&D)", "folder-plus", self._choose_folder)
        self.import_list = self._button(row, "导入汇总表…(&I)", "list-checks", self._choose_list)
        self.import_list.setToolTip("用填好的汇总表（.xlsx）填写作品信息，按片名对上视频")
        row.addStretch(1)
        self.up = self._button(row, "上移(&U)", "arrow-up", lambda: self._move(-1))
        self.down = self._button(row, "下移(&J)", "arrow-down", lambda: self._move(1))
        self.remove = self._button(row, "移除(&R)", "trash-2", self._remove)
        self.again = self._button(row, "重新检查(&C)", "circle-check", lambda: self.session.read_films(anew=True))
        for button, name in ((self.add_files, "添加文件"), (self.add_folder, "添加文件夹")):
            button.setAccessibleName(name)
        # Where there is no room for words, the icons stand alone.
        self._words = {
            button: button.text() for button in (self.import_list, self.up, self.down, self.remove, self.again)
        }
        for button, text in self._words.items():
            button.setToolTip(button.toolTip() or text)
            button.setAccessibleName(text)
        for keys, act in (
            (QKeySequence.StandardKey.Paste, self._paste),
            (QKeySequence.StandardKey.Delete, self._remove),
        ):
            QShortcut(QKeySequence(keys), self, act, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        return row

    def _button(self, row: QHBoxLayout, text: str, icon: str, act) -> QPushButton:
        button = QPushButton(text)
        icons.decorate(button, icon)
        button.clicked.connect(lambda: act())
        row.addWidget(button)
        return button

    def import_summary(self, path: Path) -> None:
        """Fill the works from a summary list, in the background."""
        campaign = self.session.campaign

        def read(_: Handle) -> "Summary":
            from app.summary_import import read_summary

            return read_summary(path, campaign)

        self.session.jobs.run(read, self._take_summary, self._refuse)

    def _take_summary(self, summary: "Summary") -> None:
        listed = with_summary(self.session.draft, summary, self.session.campaign)
        self.session.edit(listed.draft, "导入汇总表")
        title = (
            f"汇总表里有 {listed.filled + listed.added} 部作品：{listed.filled} 部对上了视频，{listed.added} 部新建。"
        )
        self.skipped.show_notes(title + ("请看一下：" if listed.notes else ""), listed.notes)

    def _choose_list(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, "导入汇总表", "", "Excel 表格 (*.xlsx);;所有文件 (*)")
        if chosen:
            self.import_summary(Path(chosen))

    def _choose_files(self) -> None:
        patterns = " ".join(f"*{e} *{e.upper()}" for e in sorted(FILM_EXTENSIONS))
        files, _ = QFileDialog.getOpenFileNames(self, "添加视频文件", "", f"视频文件 ({patterns});;所有文件 (*)")
        if files:
            self.add_paths([Path(f) for f in files])

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "添加文件夹里的视频")
        if folder:
            self.add_paths([Path(folder)])

    def _paste(self) -> None:
        if paths := pasted(self.banner, "视频"):
            self.add_paths(paths)

    def _add(self, found: Discovery, titles: dict[Path, str], left_out: Sequence[Skipped]) -> None:
        present = {self.session.film_path(w) for w in self.session.draft.works}
        skipped = [(s.path, s.reason) for s in (*left_out, *found.skipped)]
        skipped += [(p, "已经在列表里。") for p in titles if str(p) in present]
        self.progress.hide()
        added = self.session.add_films(titles)
        self.skipped.show_list(skipped, len(added))
        if added:
            self.table.selectRow(self.model.row_of(added[0]))

    def _refuse(self, error: AppError) -> None:
        self.progress.hide()
        self.banner.show_error(error)

    def _remove(self) -> None:
        ids = self.selected()
        if not ids:
            return
        row = self.model.row_of(ids[0])
        self.session.remove_works(set(ids))
        if self.model.rowCount():
            self.table.selectRow(min(row, self.model.rowCount() - 1))
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _move(self, by: int) -> None:
        order = [w.id for w in self.session.draft.works]
        chosen = self.selected()
        for identity in chosen if by < 0 else reversed(chosen):
            place = order.index(identity)
            target = place + by
            if 0 <= target < len(order) and order[target] not in chosen:
                order[place], order[target] = order[target], order[place]
        self.session.order_works(order)
        self.table.clearSelection()
        for identity in chosen:
            index = self.model.index(self.model.row_of(identity), 0)
            flags = QItemSelectionModel.SelectionFlag
            self.table.selectionModel().select(index, flags.Select | flags.Rows)

    def _follow(self) -> None:
        self.stack.setCurrentIndex(1 if self.session.draft.works else 0)
        has_works = bool(self.session.draft.works)
        for button in (self.up, self.down, self.remove, self.again):
            button.setEnabled(has_works)
        self._show_rules()

    def _restore(self) -> None:
        row = self.model.row_of(self._chosen)
        if row >= 0:
            self.table.selectRow(row)

    def _film_changed(self, path: str) -> None:
        work = self.session.work(self._chosen)
        if work is not None and self.session.film_path(work) == path:
            self._show_rules()

    def _show_rules(self) -> None:
        chosen = self.selected()
        work = self.session.work(chosen[0]) if chosen else None
        if work is None:
            self.rules.show_findings("", [], "选中一个视频，这里逐条说明检查结果：依据、实际、要求和办法。")
            return
        self._chosen = work.id
        name = Path(self.session.film_path(work)).name
        if self.session.is_reading(work):
            self.rules.show_findings(name, [], "正在读取……")
        else:
            self.rules.show_findings(name, film_findings(self.session.findings_of(work)))
