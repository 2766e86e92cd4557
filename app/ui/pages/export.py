"""导出与打印: the forms as they will be, written to a folder, or printed in one job."""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QSplitter,
)

from app.errors import AppError
from app.exporters.forms import Form
from app.settings import load_settings, save_settings
from app.ui import icons
from app.ui.form_pages import forms_of, pages_of
from app.ui.inputs import LineInput
from app.ui.jobs import Handle
from app.ui.pages.page import Page
from app.ui.places import Need
from app.ui.preview import Preview
from app.ui.session import Session
from app.ui.writing import write_forms

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from app.exporters.export import Exported
    from app.ui.printing import PrintJob

_NARROW = 760
_THEN = "签字盖章；盖好后扫描或拍照，拖进“盖章回收”。"
_KINDS = {"docx": "Word", "pdf": "PDF", "xlsx": "Excel"}


class ExportPage(Page):
    """Which forms, where to, how far, and where they lie now."""

    name = "导出与打印"

    def __init__(self, session: Session) -> None:
        super().__init__(session, "")
        self.state = QLabel()
        self.state.setWordWrap(True)
        self.body.addWidget(self.state)
        self.body.addLayout(self._where())
        self.body.addLayout(self._actions())
        self.body.addWidget(self._same_fonts())
        self.progress = QProgressBar(textVisible=False)
        self.progress_text = QLabel()
        self.progress_text.setProperty("role", "hint")
        self.body.addWidget(self.progress)
        self.body.addWidget(self.progress_text)
        self.list = QListWidget()
        self.list.setAccessibleName("要导出的表格，勾选的才写出和打印")
        self.list.setMinimumWidth(190)
        self.list.currentRowChanged.connect(lambda _: self._preview())
        self.preview = Preview(session.jobs)
        self.splitter = QSplitter()
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(14)
        self.splitter.addWidget(self.list)
        self.splitter.addWidget(self.preview)
        self.splitter.setSizes([260, 700])
        self.splitter.setMinimumHeight(300)
        self.body.addWidget(self.splitter, 1)
        self.files: tuple[Path, ...] = ()
        self._forms: list[Form] = []
        self._handle: Handle | PrintJob | None = None
        self._shown: object = None
        self._show_idle()
        self.open.hide()
        session.findings_changed.connect(self._refresh)

    def enter(self) -> None:
        """Show the forms as they are now, and whether anything is missing."""
        self._refresh(entering=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the preview below the list where there is no room beside it."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        self.splitter.setOrientation(Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal)
        self.splitter.setMinimumHeight(480 if narrow else 300)

    def chosen(self) -> list[Form]:
        """Return the forms that are ticked."""
        ticked = Qt.CheckState.Checked
        return [f for n, f in enumerate(self._forms) if self.list.item(n).checkState() == ticked]

    def print_on(self, printer: "QPrinter") -> None:
        """Print the ticked forms in their order on a printer that is ready."""
        from app.ui.printing import PrintJob

        forms = self.chosen()
        self._show_busy()
        self._handle = PrintJob(
            self.session.jobs, printer, lambda: pages_of(forms),
            lambda done, count: self._progress(done, count, "正在打印"), lambda: self._printed(forms), self._failed,
        )  # fmt: skip

    def _where(self) -> QHBoxLayout:
        self.folder = LineInput()
        self.folder.setAccessibleName("导出到哪个文件夹")
        self.folder.fill(str(_suggested(self.session)))
        label = QLabel("导出到(&O)")
        label.setProperty("role", "label")
        label.setBuddy(self.folder)
        choose = QPushButton("选择…(&H)")
        icons.decorate(choose, "folder-open")
        choose.clicked.connect(self._choose)
        row = QHBoxLayout()
        for widget in (label, self.folder, choose):
            row.addWidget(widget)
        return row

    def _actions(self) -> QHBoxLayout:
        self.start = QPushButton("导出表格(&E)")
        self.start.setProperty("role", "main")
        self.start.clicked.connect(self._start)
        self.print = QPushButton("打印…(&P)")
        self.print.setToolTip("按顺序一次打印勾选的全部表格，A4 纸，不缩放")
        icons.decorate(self.print, "printer")
        self.print.clicked.connect(self._ask_printer)
        self.open = QPushButton("打开文件夹(&D)")
        icons.decorate(self.open, "folder-open")
        self.open.clicked.connect(self._open)
        self.cancel = QPushButton("取消(&C)")
        self.cancel.clicked.connect(self._cancel)
        row = QHBoxLayout()
        self.kinds = {kind: QCheckBox(word, checked=True) for kind, word in _KINDS.items()}
        for widget in (self.start, self.print, self.open, self.cancel):
            row.addWidget(widget)
        row.addStretch(1)
        for box in self.kinds.values():
            row.addWidget(box)
        return row

    def _same_fonts(self) -> QCheckBox:
        self.same_fonts = QCheckBox("各电脑用同样的开源字体，版式处处一致(&T)", checked=load_settings().fonts == "open")
        self.same_fonts.setToolTip("不勾选时，优先用本机的仿宋、小标宋等字体；两台电脑的字体不同，版式会有细小差别")
        self.same_fonts.toggled.connect(self._change_fonts)
        return self.same_fonts

    def _change_fonts(self, same: bool) -> None:
        try:
            save_settings(msgspec.structs.replace(load_settings(), fonts="open" if same else "system"))
        except AppError as error:
            self.banner.show_error(error)
        self._preview()

    def _refresh(self, *, entering: bool = False) -> None:
        if not (entering or self.isVisible()):
            return
        fails = sum(count for (_, need), count in self.session.totals.items() if need is not Need.CONFIRM)
        self.state.setText(
            f"还有 {fails} 处没有填好或不合格（见“核对”）。现在也能导出，缺的内容在表格中留空。" if fails
            else "内容齐全。导出后请打印，签字盖章。"
        )  # fmt: skip
        facts = self.session.facts()
        known = (self.session.draft, facts)
        if known == self._shown:
            return
        self._shown = known
        draft, campaign = self.session.draft, self.session.campaign
        for button in (self.start, self.print):
            button.setEnabled(False)
        self.session.jobs.run(lambda _: forms_of(draft, campaign, facts), self._list)

    def _list(self, forms: list[Form]) -> None:
        chosen = {(f.id, f.work) for f in self.chosen()}
        unticked = {(f.id, f.work) for f in self._forms} - chosen
        row = max(self.list.currentRow(), 0)
        self._forms = forms
        self.list.blockSignals(True)
        self.list.clear()
        for form in forms:
            item = QListWidgetItem(f"{form.folder}　{form.name}" if form.folder else form.name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            kept = (form.id, form.work) not in unticked
            item.setCheckState(Qt.CheckState.Checked if kept else Qt.CheckState.Unchecked)
            item.setToolTip(item.text())
            self.list.addItem(item)
        self.list.setCurrentRow(min(row, len(forms) - 1))
        self.list.blockSignals(False)
        for button in (self.start, self.print):
            button.setEnabled(self._handle is None)
        self._preview()

    def _preview(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._forms):
            form = self._forms[row]
            self.preview.show_pages(lambda: pages_of([form]))

    def _start(self) -> None:
        self.banner.hide()
        folder, forms = self.folder.value().strip(), self.chosen()
        kinds = {kind for kind, box in self.kinds.items() if box.isChecked()}
        if not folder or not forms or not kinds:
            what = "导出到哪个文件夹" if not folder else "要导出的表格" if not forms else "文件格式"
            self.banner.show_error(AppError(f"还没有选择{what}。", "请选好后再导出。"))
            return
        self._show_busy()
        self._handle = self.session.jobs.run(
            write_forms(self.session, Path(folder), forms, kinds),
            self._done,
            self._failed,
            self._progress,
            self._show_idle,
        )

    def _progress(self, done: int, total: int, name: str) -> None:
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.progress_text.setText(f"{done}/{total}　{name}")

    def _done(self, done: "Exported") -> None:
        self.files = done.files
        self.session.stamps.mark_exported(done.forms)
        self.open.show()
        self.banner.show_note(
            f"写好了 {len(done.files)} 个文件。",
            f"请打印“全部表格.pdf”（或点“打印”），{_THEN}",
        )

    def _printed(self, forms: list[Form]) -> None:
        self._show_idle()
        self.session.stamps.mark_printed(forms)
        self.banner.show_note("已经送去打印。", "请按顺序签字盖章，再到“盖章回收”里收回扫描件。")

    def _failed(self, error: AppError) -> None:
        self._show_idle()
        self.banner.show_error(error)

    def _cancel(self) -> None:
        if self._handle:
            self._handle.cancel()
        self._show_idle()
        self.banner.show_note("已取消。", "已经写好的文件留在文件夹里。")

    def _show_busy(self) -> None:
        for widget in (self.start, self.print):
            widget.setEnabled(False)
        self.progress.setRange(0, 0)
        self.progress_text.setText("正在准备……")
        for widget in (self.cancel, self.progress, self.progress_text):
            widget.show()

    def _show_idle(self) -> None:
        self._handle = None
        for widget in (self.start, self.print):
            widget.setEnabled(True)
        for widget in (self.cancel, self.progress, self.progress_text):
            widget.hide()

    def _ask_printer(self) -> None:
        if not self.chosen():
            self.banner.show_error(AppError("还没有选择要打印的表格。", "请在列表里勾选。"))
            return
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.setWindowTitle("打印表格")
        if dialog.exec() == QPrintDialog.DialogCode.Accepted:
            self.print_on(printer)

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "导出到哪个文件夹", self.folder.value())
        if folder:
            self.folder.fill(folder)

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self.folder.value().strip()))


def _suggested(session: Session) -> Path:
    """Return a folder on the desktop, named after the call."""
    desktop = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DesktopLocation)
    return Path(desktop) / (session.campaign.short_title or session.campaign.title)
