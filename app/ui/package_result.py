"""The package that is there: where, how large, by which digest it is known, and whether it still is what it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QFrame, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout

from app.drives import is_removable
from app.errors import AppError
from app.history import Entry
from app.long_paths import openable
from app.sizes import size_text
from app.ui import icons
from app.ui.badges import Badge, State
from app.ui.deliveries import Delivered
from app.ui.folders import open_folder
from app.ui.jobs import Handle
from app.ui.package_progress import PackageProgress
from app.ui.package_run import now_and_then
from app.ui.session import Session

if TYPE_CHECKING:
    from app.exporters.verify import Verified

_MOST_SHOWN = 5
_EJECT = (
    "拔下之前：请先关闭正在看这个 U 盘的窗口，再点任务栏右下角的“安全删除硬件”（或在文件管理器里右键 U 盘，"
    "选“弹出”），等提示可以移除后再拔，不然文件可能没有写完。"
)


class PackageResult(QFrame):
    """Hidden until there is a package of the draft."""

    failed = Signal(object)
    """Something about it could not be done (AppError)."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._entry: Entry | None = None
        self._handle: Handle | None = None
        self.setProperty("role", "card")
        self.head = QLabel("打好的报送包")
        self.head.setProperty("role", "section")
        self.badge, self.eject = Badge(), QLabel(_EJECT)
        self.about = QLabel()
        self.eject.setProperty("role", "hint")
        for label in (self.about, self.eject):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.path_line, self.digest_line = _Shown("报送包的位置"), _Shown("校验值")
        self.progress = PackageProgress()
        self.progress.cancel_wanted.connect(self._cancel)
        self.verdict, self.gone = Badge(), Badge()
        self.gone.show_state(State.WARN, "这个位置上已经没有它了：可能移走、改名，或 U 盘没有插。")
        self.gone.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(8)
        for widget in (self.head, self.badge, self.about):
            column.addWidget(widget)
        column.addLayout(self._lines())
        column.addWidget(self.gone)
        column.addWidget(self.eject)
        column.addLayout(self._actions())
        column.addWidget(self.progress)
        column.addWidget(self.verdict)
        self.hide()

    @property
    def path(self) -> Path | None:
        """Where the package is, or None while there is none."""
        return Path(self._entry.package) if self._entry else None

    def show_entry(self, entry: Entry | None, standing: Delivered) -> None:
        """Show a package of the draft, and how it stands; the place is looked at in a job."""
        self.setVisible(entry is not None)
        if entry is None:
            return
        if entry != self._entry:
            self._entry = entry
            self.verdict.hide()
            self.eject.hide()
            self.path_line.fill(entry.package)
            self.path_line.setToolTip(entry.package)
            self.digest_line.fill(entry.manifest_sha256)
            self.look_again()
        when = f"{entry.when.month} 月 {entry.when.day} 日 {entry.when:%H:%M}"
        self.about.setText(f"{when} 打好，{entry.works} 部作品，共 {entry.files} 个文件，{size_text(entry.size)}。")
        if standing is Delivered.CHANGED:
            self.badge.show_state(State.WARN, "打包之后内容有改动，报送前请重新打包。")
        elif not entry.complete:
            self.badge.show_state(State.WARN, "这个包还不完整，名称和“报送说明.txt”里已写明【未完成】。")
        else:
            self.badge.show_state(State.PASS, "内容齐全，写好后已逐个文件读回核对。")

    def look_again(self) -> None:
        """Look whether the package is still there."""
        if self.path is not None:
            self._session.jobs.run(_look_at(self.path), self._show_place)

    def verify(self, path: Path) -> None:
        """Read a package again and say whether it is what its manifest says."""
        if self._handle is not None:
            return
        self.verdict.hide()
        self.progress.begin("正在核对……")

        def look(handle: Handle) -> Verified:
            from app.exporters.verify import verify

            return verify(path, now_and_then(handle.report), handle.cancelled)

        self._handle = self._session.jobs.run(
            look, lambda found: self._tell(path, found), self.failed.emit, self.progress.show_step, self._end
        )

    def _lines(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        for row, (words, line, copied) in enumerate(
            (("位置", self.path_line, "复制路径"), ("校验值", self.digest_line, "复制校验值"))
        ):
            label, copy = QLabel(words), QPushButton(copied)
            label.setProperty("role", "label")
            icons.decorate(copy, "copy")
            copy.clicked.connect(lambda _, line=line: QGuiApplication.clipboard().setText(line.text()))
            for at, widget in enumerate((label, line, copy)):
                grid.addWidget(widget, row, at)
        self.digest_line.setToolTip("清单的 SHA-256。接收单位报的校验值与它相同，内容就一样")
        grid.setColumnStretch(1, 1)
        return grid

    def _actions(self) -> QHBoxLayout:
        self.open = QPushButton("打开文件夹(&D)")
        icons.decorate(self.open, "folder-open")
        self.open.clicked.connect(self._open)
        self.again = QPushButton("再核对一遍(&V)")
        self.again.setToolTip("把报送包重新读一遍，看有没有损坏或改动")
        icons.decorate(self.again, "clipboard-check")
        self.again.clicked.connect(self._verify_again)
        self.copy = QPushButton("核对拷走的一份…")
        self.copy.setToolTip("把报送包拷到 U 盘或网盘后，选那一份来核对")
        self.copy.clicked.connect(self._choose_copy)
        row = QHBoxLayout()
        for button in (self.open, self.again, self.copy):
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _show_place(self, found: tuple[bool, bool]) -> None:
        there, removable = found
        self.eject.setVisible(there and removable)
        for button in (self.open, self.again):
            button.setEnabled(there)
        self.gone.setVisible(not there)

    def _verify_again(self) -> None:
        if self.path is not None:
            self.verify(self.path)

    def _choose_copy(self) -> None:
        zipped = self.path is not None and self.path.suffix == ".zip"
        if zipped:
            chosen, _ = QFileDialog.getOpenFileName(self, "核对哪一份报送包", "", "报送包 (*.zip)")
        else:
            chosen = QFileDialog.getExistingDirectory(self, "核对哪一份报送包")
        if chosen:
            self.verify(Path(chosen))

    def _tell(self, path: Path, found: Verified) -> None:
        entry = self._entry
        if found.problems:
            told = [problem.message for problem in found.problems[:_MOST_SHOWN]]
            if len(found.problems) > _MOST_SHOWN:
                told.append(f"还有 {len(found.problems) - _MOST_SHOWN} 处……")
            words = "\n".join(told)
            text = f"“{path.name}”与清单不符，有 {len(found.problems)} 处，请重新打包或重新拷贝：\n{words}"
            self.verdict.show_state(State.FAIL, text)
        elif entry is not None and found.manifest_sha256 != entry.manifest_sha256:
            self.verdict.show_state(State.WARN, f"“{path.name}”没有损坏，但校验值不同，是另一次打的包。")
        else:
            text = f"“{path.name}”核对无误：{found.files} 个文件，{size_text(found.size)}，没有缺少和改动。"
            self.verdict.show_state(State.PASS, text)
        self.verdict.show()

    def _open(self) -> None:
        if self.path is not None:
            try:
                open_folder(self.path)
            except AppError as error:
                self.failed.emit(error)

    def _cancel(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self.progress.show_stopping()

    def _end(self) -> None:
        self._handle = None
        self.progress.hide()


class _Shown(QLineEdit):
    """A line to be read and copied, however long it is."""

    def __init__(self, name: str) -> None:
        super().__init__(readOnly=True)
        self.setAccessibleName(name)

    def fill(self, text: str) -> None:
        """Show a text from its beginning."""
        self.setText(text)
        self.setCursorPosition(0)


def _look_at(path: Path) -> Callable[[Handle], tuple[bool, bool]]:
    """Return the job that says whether a package is there, and whether its drive is to be ejected."""

    def look(_: Handle) -> tuple[bool, bool]:
        return openable(path).exists(), is_removable(path)

    return look
