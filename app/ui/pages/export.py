"""导出: the forms of all works, written to a folder."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QListWidget, QProgressBar, QPushButton

from app.errors import AppError
from app.ui import icons
from app.ui.inputs import LineInput
from app.ui.jobs import Handle
from app.ui.pages.page import Page
from app.ui.session import Session
from app.validators import Level


class ExportPage(Page):
    """Where to, what, how far, and where it lies now."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, "导出", "")
        forms = "、".join(f.name for f in session.campaign.forms)
        self.about = QLabel(f"将写出：{forms}（Word 和 PDF，汇总表另有 Excel），以及一份“全部表格.pdf”，打印后盖章。")
        self.about.setWordWrap(True)
        self.state = QLabel()
        self.state.setWordWrap(True)
        self.folder = LineInput()
        self.folder.setAccessibleName("导出到哪个文件夹")
        self.folder.fill(str(_suggested(session)))
        label = QLabel("导出到(&O)")
        label.setProperty("role", "label")
        label.setBuddy(self.folder)
        choose = QPushButton("选择…(&B)")
        icons.decorate(choose, "folder-open")
        choose.clicked.connect(self._choose)
        where = QHBoxLayout()
        where.addWidget(self.folder, 1)
        where.addWidget(choose)
        self.start = QPushButton("导出全部表格(&E)")
        self.start.setProperty("role", "main")
        self.start.clicked.connect(self._start)
        self.cancel = QPushButton("取消")
        self.cancel.clicked.connect(self._cancel)
        self.open = QPushButton("打开文件夹(&P)")
        icons.decorate(self.open, "folder-open")
        self.open.clicked.connect(self._open)
        actions = QHBoxLayout()
        for button in (self.start, self.cancel, self.open):
            actions.addWidget(button)
        actions.addStretch(1)
        self.progress = QProgressBar(textVisible=False)
        self.progress_text = QLabel()
        self.progress_text.setProperty("role", "hint")
        self.result = QListWidget()
        self.result.setAccessibleName("导出的文件")
        self.result.setMinimumHeight(140)
        for widget in (self.about, self.state, label):
            self.body.addWidget(widget)
        self.body.addLayout(where)
        self.body.addLayout(actions)
        for widget in (self.progress, self.progress_text, self.result):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self.files: tuple[Path, ...] = ()
        self._handle: Handle | None = None
        self._show_idle()
        self.result.hide()
        self.open.hide()
        session.findings_changed.connect(self.enter)

    def enter(self) -> None:
        """Say whether anything is missing."""
        fails = sum(f.level is Level.FAIL for f in self.session.findings())
        self.state.setText(
            f"还有 {fails} 处没有填好或不合格（见“核对”）。现在也能导出，缺的内容在表格中留空。"
            if fails
            else "内容齐全。"
        )

    def _start(self) -> None:
        self.banner.hide()
        folder = self.folder.value().strip()
        if not folder:
            self.banner.show_error(AppError("还没有选择导出到哪个文件夹。", "请点“选择…”。"))
            return
        draft, campaign, facts = self.session.draft, self.session.campaign, self.session.facts()

        def write(handle: Handle):
            from app.exporters.export import export_all

            return export_all(draft, campaign, facts, Path(folder), handle.report, handle.cancelled)

        self.result.clear()
        self.start.setEnabled(False)
        self.cancel.show()
        self.progress.setRange(0, 0)
        self.progress.show()
        self._handle = self.session.jobs.run(write, self._done, self.banner.show_error, self._progress, self._show_idle)

    def _progress(self, done: int, total: int, name: str) -> None:
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.progress_text.setText(f"{done}/{total}　{name}")
        self.progress_text.show()

    def _done(self, exported) -> None:
        self.files = tuple(exported.files)
        folder = Path(self.folder.value().strip())
        self.result.addItems([str(p.relative_to(folder)) if p.is_relative_to(folder) else str(p) for p in self.files])
        self.result.show()
        self.open.show()
        self.banner.show_note(f"写好了 {len(self.files)} 个文件。", "请打印“全部表格.pdf”，按提示签字盖章。")

    def _cancel(self) -> None:
        if self._handle:
            self._handle.cancel()
        self.banner.show_note("已取消。", "已经写好的文件留在文件夹里。")

    def _show_idle(self) -> None:
        self._handle = None
        self.start.setEnabled(True)
        for widget in (self.cancel, self.progress, self.progress_text):
            widget.hide()

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
