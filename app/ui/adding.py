"""What is shown while films are being added: where to drop them, how far it is, what was left out."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QListWidget, QProgressBar, QPushButton, QVBoxLayout, QWidget


def drop_hint(
    what: str = "把视频或文件夹拖到这里",
    more: str = "文件夹会连同里面的子文件夹一起查找；也可以用上面的按钮，或在文件管理器里复制后按 Ctrl+V。",
) -> QFrame:
    """Return the large empty place that says what to drop there, in a line and a smaller one."""
    frame = QFrame()
    frame.setProperty("role", "drop")
    column = QVBoxLayout(frame)
    column.addStretch(1)
    for text, role in ((what, "section"), (more, "hint")):
        label = QLabel(text)
        label.setProperty("role", role)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setWordWrap(True)
        column.addWidget(label)
    column.addStretch(1)
    return frame


class ReadingProgress(QWidget):
    """How far the reading is, with its cancel button; `searching` is said while files are looked for."""

    def __init__(self, searching: str = "正在查找视频……") -> None:
        super().__init__()
        self._searching = searching
        self.text = QLabel()
        self.bar = QProgressBar(textVisible=False)
        self.cancel = QPushButton("停止读取")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.text, 2)
        row.addWidget(self.bar, 1)
        row.addWidget(self.cancel)
        self.hide()

    def show_search(self) -> None:
        """Say that folders are being looked through."""
        self.text.setText(self._searching)
        self.bar.setRange(0, 0)
        self.show()

    def show_progress(self, done: int, total: int, name: str) -> None:
        """Say how many films, or pages, are read."""
        metrics = self.text.fontMetrics()
        self.text.setText(f"正在读取 {done}/{total}：" + metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, 320))
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.setVisible(done < total)


class SkippedList(QFrame):
    """What was not added, and why."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "note")
        self._title = QLabel()
        self._title.setProperty("role", "label")
        self._title.setWordWrap(True)
        close = QPushButton("知道了")
        close.clicked.connect(self.hide)
        self.list = QListWidget()
        self.list.setMaximumHeight(110)
        self.list.setWordWrap(True)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName("没有添加的文件和原因")
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.addLayout(head)
        column.addWidget(self.list)
        self.hide()

    def show_list(self, skipped: list[tuple[Path, str]], added: int) -> None:
        """Show the paths that were left out; nothing when there are none."""
        self.list.clear()
        if not skipped and added:
            self.hide()
            return
        self._title.setText(f"添加了 {added} 个视频，{len(skipped)} 个没有添加：" if skipped else "没有找到视频文件。")
        self._fill([f"{path.name}——{reason}" for path, reason in skipped])

    def show_notes(self, title: str, notes: Sequence[str]) -> None:
        """Show what came of bringing in a list, and what needs a look."""
        self._title.setText(title)
        self.list.clear()
        self._fill(notes)

    def _fill(self, lines: Sequence[str]) -> None:
        self.list.addItems(list(lines))
        self.list.setVisible(bool(lines))
        self.show()
