"""How 汇总下级作品 is laid out: list, pairs and result below each other, the main button always in sight."""

from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app import drives
from app.long_paths import openable
from app.received import SPARE
from app.sizes import size_text
from app.storage import SUFFIX
from app.ui import icons, theme
from app.ui.adding import drop_hint
from app.ui.banner import Banner
from app.ui.gather_list import Entry, EntryTable, State
from app.ui.gather_pairs import PairsView
from app.ui.gather_result import ResultView
from app.ui.inputs import LineInput
from app.ui.session import Session

_MARGIN = 24
# The window, in logical pixels.
_WIDTH, _HEIGHT = 1120, 700


class GatherLayout(QWidget):
    """The parts of the window; what they do is the window's."""

    place_chosen = Signal()
    """Another folder to unpack to was chosen."""

    def __init__(self, window: QDialog, session: Session) -> None:
        super().__init__(window)
        self.short_of_room = False
        """Whether the films that are to be unpacked have no room where they are to go."""
        self.banner = Banner(self)
        self.table = EntryTable()
        self.pairs = PairsView(session)
        self.result = ResultView()
        content = QWidget(objectName="content")
        column = QVBoxLayout(content)
        column.setContentsMargins(_MARGIN, 18, _MARGIN, 14)
        column.setSpacing(12)
        title = QLabel("汇总下级作品")
        title.setProperty("role", "title")
        lead = QLabel("把各单位交来的报送包或草稿拖进来：逐个核对，找出重复的，再合并成一份草稿，重新编号。")
        lead.setProperty("role", "lead")
        lead.setWordWrap(True)
        self.first = QLabel("一、收到的报送包和草稿")
        self.first.setProperty("role", "section")
        self.hint = drop_hint(
            "把报送包（文件夹或 ZIP）和草稿拖到这里",
            "可以一次拖入许多个，也可以拖入放着它们的文件夹；之后随时再添加。",
        )
        self.hint.setMinimumHeight(200)
        for widget in (title, lead, self.banner, self.first, self.hint, self.table):
            column.addWidget(widget)
        column.setStretchFactor(self.hint, 1)
        column.setStretchFactor(self.table, 1)
        column.addLayout(self._buttons())
        column.addWidget(self._place_row())
        column.addWidget(self.pairs)
        column.addWidget(self.result)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        self.scroll = scroll
        outer = QVBoxLayout(window)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(scroll, 1)
        outer.addWidget(self._progress_row())
        outer.addLayout(self._foot())
        self._order()
        theme.take_room(window, _WIDTH, _HEIGHT)
        self.hide()

    def ask_files(self) -> list[Path]:
        """Let the user choose packages and drafts."""
        chosen, _ = QFileDialog.getOpenFileNames(
            self.window(), "添加报送包或草稿", "", f"报送包和草稿 (*.zip *.ZIP *{SUFFIX});;所有文件 (*)"
        )
        return [Path(name) for name in chosen]

    def ask_folder(self) -> list[Path]:
        """Let the user choose a package that is a folder, or a folder of packages."""
        chosen = QFileDialog.getExistingDirectory(self.window(), "添加文件夹：一个报送包，或放着多个报送包和草稿")
        return [Path(chosen)] if chosen else []

    def show_place(self, needed: bool) -> None:
        """Ask where to unpack only if something is to be unpacked."""
        self.place_row.setVisible(needed)
        self.fit()
        if not needed:
            self.short_of_room = False

    def show_room(self, need: int, free: int | None) -> None:
        """Say how many bytes are needed to unpack and how many there are (None: not known)."""
        self.short_of_room = free is not None and need + SPARE > free
        words = f"视频解压后约 {size_text(need)}"
        if free is not None:
            words += f"，这里可用 {size_text(free)}" + ("，空间不够，请换一个位置" if self.short_of_room else "")
        self.room.setText(words + "。")
        self.room.setProperty("level", "fail" if self.short_of_room else "")
        self.room.style().polish(self.room)

    def show_progress(self, words: str, done: int, total: int) -> None:
        """Say how far the verifying is, in bytes."""
        metrics = self.progress_text.fontMetrics()
        self.progress_text.setText(metrics.elidedText(words, Qt.TextElideMode.ElideRight, 620))
        self.progress_text.setToolTip(words)
        # Qt's bars count to 2³¹.
        self.bar.setRange(0, 1000)
        self.bar.setValue(1000 * done // total if total else 0)

    def show_state(self, entries: list[Entry], *, busy: bool, looking: bool, works: int) -> None:
        """Show the parts that have something to say."""
        self.hint.setVisible(not entries)
        self.table.setVisible(bool(entries))
        counts = {state: sum(e.state is state for e in entries) for state in State}
        self.first.setText(f"一、收到的报送包和草稿　{len(entries)} 个" if entries else "一、收到的报送包和草稿")
        self.progress_row.setVisible(busy or looking)
        self.cancel.setEnabled(busy)
        if looking and not busy:
            self.progress_text.setText("正在看有些什么……")
        if looking or (busy and not self._was_busy):
            self.bar.setRange(0, 0)
        self._was_busy = busy
        self.pairs.setVisible(bool(self.pairs.list.count()))
        self.result.setVisible(works > 0)
        self.fit()
        words = [
            f"已收 {counts[State.TAKEN]} 个、{sum(len(e.taken.works) for e in entries if e.taken)} 部作品"
            if counts[State.TAKEN] else "",
            f"{counts[State.REFUSED]} 个被拒绝" if counts[State.REFUSED] else "",
            f"{counts[State.WAITING] + counts[State.CANCELLED]} 个还没有核对"
            if counts[State.WAITING] + counts[State.CANCELLED] else "",
            f"{self.pairs.undecided()} 对可能重复，还没有决定" if self.pairs.undecided() else "",
        ]  # fmt: skip
        self.summary.setText("，".join(word for word in words if word))

    def fit(self) -> None:
        """Leave room for what is above and below the table, so that a small window shows what to do next."""
        rows = min(self.table.rowCount(), 8 if self.result.isHidden() else 4)
        others, least = (270, 190) if self.place_row.isHidden() else (345, 120)
        self.table.setMinimumHeight(min(60 + 42 * rows, max(least, self.scroll.height() - others)))

    def _order(self) -> None:
        """Let Tab go from top to bottom."""
        pairs, result = self.pairs, self.result
        boards = (pairs.left.board, pairs.right.board)
        order: list[QWidget] = [
            self.table, self.files, self.folder_in, self.remove, self.place, self.choose, pairs.list,
            *(button for board in boards for button in (board.large, board.play)), *pairs.radios.values(),
            result.table, result.new, result.add, self.cancel, self.start, self.merge, self.close_button,
        ]  # fmt: skip
        for one, other in pairwise(order):
            QWidget.setTabOrder(one, other)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.files = _button("添加文件…(&A)", "file-plus")
        self.folder_in = _button("添加文件夹…(&D)", "folder-plus")
        self.remove = _button("移出(&R)", "trash-2")
        self.remove.setToolTip("把选中的移出列表；原来的文件不动（Delete）")
        for button in (self.files, self.folder_in, self.remove):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _place_row(self) -> QWidget:
        self.place_row = QWidget()
        self.place = LineInput()
        self.place.setAccessibleName("压缩包里的视频解压到哪个文件夹")
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        self.place.fill(str(Path(documents) / "微影汇总"))
        label = QLabel("ZIP 里的视频解压到(&O)")
        label.setProperty("role", "label")
        label.setBuddy(self.place)
        self.choose = _button("选择…(&H)", "folder-open")
        self.choose.setAccessibleName("选择解压到哪个文件夹")
        self.choose.setAutoDefault(False)
        self.choose.clicked.connect(self._choose_place)
        self.room = QLabel()
        self.room.setProperty("role", "hint")
        self.room.setWordWrap(True)
        row = QHBoxLayout()
        for widget in (label, self.place, self.choose):
            row.addWidget(widget)
        column = QVBoxLayout(self.place_row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.room)
        self.place_row.hide()
        return self.place_row

    def _choose_place(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self.window(), "ZIP 里的视频解压到哪里", self.place.value())
        if chosen:
            self.place.fill(chosen)
            self.place_chosen.emit()

    def _progress_row(self) -> QWidget:
        self.progress_row = QWidget()
        self.progress_text = QLabel()
        self.progress_text.setProperty("role", "hint")
        self.bar = QProgressBar(textVisible=False)
        self.bar.setAccessibleName("核对的进度")
        self.cancel = QPushButton("取消(&C)")
        self.cancel.setAutoDefault(False)
        self._was_busy = False
        row = QHBoxLayout(self.progress_row)
        row.setContentsMargins(_MARGIN, 10, _MARGIN, 0)
        row.addWidget(self.progress_text, 3)
        row.addWidget(self.bar, 1)
        row.addWidget(self.cancel)
        self.progress_row.hide()
        return self.progress_row

    def _foot(self) -> QHBoxLayout:
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.start = QPushButton("开始核对(&S)")
        self.merge = QPushButton("合并(&M)")
        for button in (self.start, self.merge):
            button.setProperty("role", "main")
        self.close_button = QPushButton("关闭(&X)")
        row = QHBoxLayout()
        row.setContentsMargins(_MARGIN, 10, _MARGIN, 14)
        row.setSpacing(10)
        row.addWidget(self.summary, 1)
        for button in (self.start, self.merge, self.close_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        return row


def room_of(folder: Path) -> int | None:
    """Return how many bytes are free where a folder is or will be, None if that cannot be told."""
    try:
        there = next(p for p in (folder, *folder.parents) if openable(p).is_dir())
        return drives.free_bytes(there)
    except (OSError, StopIteration):
        return None


def _button(text: str, icon: str) -> QPushButton:
    button = QPushButton(text)
    icons.decorate(button, icon)
    return button
