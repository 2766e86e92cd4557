"""核对报送包: one or many packages, verified one after the other, and what came of each."""

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.dropped import packages_in
from app.exporters.meter import Step, time_text
from app.files import write_whole
from app.sizes import size_text
from app.ui import icons
from app.ui.adding import drop_hint
from app.ui.banner import Banner
from app.ui.carried import DropDialog, pasted
from app.ui.jobs import Handle
from app.ui.package_details import PackageDetails
from app.ui.package_list import PackageList
from app.ui.session import Session
from app.ui.verify_queue import Stage, VerifyQueue
from app.validators.media import CHINA
from app.verdicts import Judged, record, shown

TOPIC = "核对报送包"
_SIZE = QSize(1080, 660)
# The width of the window, in logical pixels, below which the details stand below the list.
_NARROW = 820


class VerifyWindow(DropDialog):
    """The window. Packages come from its buttons, by dropping and pasting, and from `open_with`."""

    help_wanted = Signal(str)
    """The user wants the help about a topic."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(("松开鼠标，核对报送包", "文件夹、ZIP，或放着许多报送包的文件夹"), parent)
        self.session = session
        self.setWindowTitle(TOPIC)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.setModal(False)
        self.queue = VerifyQueue(session.jobs, self)
        lead = QLabel(
            "把收到的报送包拖进来，可以一次拖多个。逐个检查内容是否齐全、打包后有没有改动；只读取，不改动任何文件。"
        )
        lead.setProperty("role", "lead")
        lead.setWordWrap(True)
        self.banner = Banner(self)
        self.list = PackageList()
        self.list.chosen.connect(self._show_details)
        self.details = PackageDetails()
        self.splitter = QSplitter()
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(14)
        self.splitter.addWidget(self.list)
        self.splitter.addWidget(self.details)
        self.splitter.setSizes([500, 520])
        self.stack = QStackedWidget()
        self.stack.addWidget(
            drop_hint(
                "把报送包拖到这里", "文件夹、ZIP 压缩包，或放着许多报送包的文件夹都可以；也可以用上面的按钮选择。"
            )
        )
        self.stack.addWidget(self.splitter)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 16, 20, 16)
        outer.setSpacing(12)
        outer.addWidget(lead)
        outer.addWidget(self.banner)
        outer.addLayout(self._buttons())
        outer.addWidget(self._progress())
        outer.addWidget(self.stack, 1)
        self.queue.changed.connect(self._show)
        self.queue.progress.connect(self._show_progress)
        self.queue.idle.connect(self._follow)
        for keys, act in (
            (Qt.Key.Key_F1, lambda: self.help_wanted.emit(TOPIC)),
            (QKeySequence.StandardKey.Paste, self._paste),
            (QKeySequence.StandardKey.Delete, self._remove),
        ):
            QShortcut(QKeySequence(keys), self, act)
        room = self.screen().availableGeometry().size()
        self.resize(_SIZE.boundedTo(room - QSize(40, 60)))
        self._follow()

    def open_with(self, paths: list[Path]) -> None:
        """Show the window and verify some packages."""
        self.show()
        self.raise_()
        self.activateWindow()
        if paths:
            self.add_paths(paths)

    def add_paths(self, paths: list[Path]) -> None:
        """Verify packages, and those in folders, after what waits already; known ones anew."""
        self.banner.hide()
        self.session.jobs.run(lambda handle: packages_in([p.absolute() for p in paths], handle.cancelled), self._add)

    def done(self, result: int) -> None:
        """Stop when Esc closes the window; the results stay for the next time."""
        self.queue.cancel()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop when the window is closed."""
        self.queue.cancel()
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the details below the list where there is no room beside it."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        self.splitter.setOrientation(Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal)

    def save_record(self, path: Path) -> None:
        """Write all results into a text file."""
        results, now = self.queue.results(), datetime.now(CHINA)

        def write(_: Handle) -> None:
            # For Notepad; names of files may hold what no encoding knows.
            write_whole(path, record(results, now).encode("utf-8-sig", "replace"))

        def done(_: None) -> None:
            self.banner.show_note(f"{len(results)} 个报送包的核对结果已存为“{path.name}”。", f"位置：{path.parent}")

        self.session.jobs.run(write, done, self.banner.show_error)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for name, text, icon, act in (
            ("add_files", "选择压缩包…(&F)", "file-plus", self._choose_files),
            ("add_folder", "选择文件夹…(&D)", "folder-plus", self._choose_folder),
            ("again", "再核对一次(&R)", "circle-check", self._again),
            ("remove", "移出列表(&T)", "trash-2", self._remove),
            ("save", "把结果存为文本…(&S)", "clipboard-check", self._choose_record),
        ):
            button = QPushButton(text, autoDefault=False)
            icons.decorate(button, icon)
            button.clicked.connect(lambda _, act=act: act())
            row.addWidget(button)
            setattr(self, name, button)
            if name == "add_folder":
                row.addStretch(1)
        return row

    def _progress(self) -> QWidget:
        self.progress = QWidget()
        self.progress_text = QLabel()
        self.bar = QProgressBar(textVisible=False)
        self.bar.setAccessibleName("进度")
        self.cancel = QPushButton("取消(&X)", autoDefault=False)
        self.cancel.clicked.connect(self.queue.cancel)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self.progress_text)
        column.addWidget(self.bar)
        row = QHBoxLayout(self.progress)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(column, 1)
        row.addWidget(self.cancel)
        return self.progress

    def _add(self, paths: list[Path]) -> None:
        self.queue.add(paths)
        if paths:
            self.list.choose(paths[0])
        self._follow()

    def _show(self, path: Path) -> None:
        """Show how a package stands, in its row and, if it is chosen, at the right."""
        standing = self.queue.standing[path]
        self.list.show_standing(path, standing)
        self._follow()
        if self.list.current() == path:
            self._show_details()

    def _show_details(self) -> None:
        path = self.list.current()
        standing = self.queue.standing.get(path) if path else None
        if isinstance(standing, Judged):
            self.details.show_result(standing)
        elif standing is Stage.CANCELLED:
            self.details.show_words("核对被取消了。要接着核对，请按“再核对一次”。")
        else:
            self.details.show_words("还没有核对完，请稍等。" if path else "这里显示选中的报送包的核对结果。")
        for button in (self.again, self.remove):
            button.setEnabled(path is not None)

    def _show_progress(self, step: Step) -> None:
        at, count = self.queue.place()
        which = f"第 {at}/{count} 个　" if count > 1 else ""
        left = f"　还要 {time_text(step.left)}" if step.left is not None else ""
        head, tail = f"{which}正在核对：", f"　{size_text(int(step.speed))}/秒{left}"
        metrics = self.progress_text.fontMetrics()
        room = self.bar.width() - metrics.horizontalAdvance(head + tail) - 4
        name = metrics.elidedText(shown(step.name), Qt.TextElideMode.ElideMiddle, max(room, 60))
        self.progress_text.setText(head + name + tail)
        self.bar.setRange(0, 1000)
        self.bar.setValue(1000 * step.done // step.total if step.total else 1000)

    def _follow(self) -> None:
        """Show what there is: the list or where to drop; the progress while anything is verified."""
        self.stack.setCurrentIndex(1 if self.queue.standing else 0)
        busy = self.queue.busy()
        if busy and self.progress.isHidden():
            self.progress_text.setText("正在打开……")
            self.bar.setRange(0, 0)
        self.progress.setVisible(busy)
        self.save.setEnabled(bool(self.queue.results()))
        for button in (self.again, self.remove):
            button.setEnabled(self.list.current() is not None)

    def _again(self) -> None:
        path = self.list.current()
        if path is not None:
            self.queue.add([path])

    def _remove(self) -> None:
        path = self.list.current()
        if path is None:
            return
        self.queue.remove(path)
        self.list.forget(path)
        self._follow()

    def _paste(self) -> None:
        if paths := pasted(self.banner, "报送包"):
            self.add_paths(paths)

    def _choose_files(self) -> None:
        files, _ = QFileDialog.getOpenFileNames(self, "选择报送包（ZIP）", "", "报送包 (*.zip *.ZIP);;所有文件 (*)")
        if files:
            self.add_paths([Path(f) for f in files])

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "选择报送包的文件夹，或放着许多报送包的文件夹")
        if folder:
            self.add_paths([Path(folder)])

    def _choose_record(self) -> None:
        name = f"核对记录_{datetime.now(CHINA):%Y%m%d}.txt"
        chosen, _ = QFileDialog.getSaveFileName(self, "把核对结果存为文本", name, "文本 (*.txt)")
        if chosen:
            self.save_record(Path(chosen))
