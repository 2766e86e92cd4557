"""How complete the package would be, in words, each with a way to what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.ui.badges import Badge, State

if TYPE_CHECKING:
    from app.exporters.package_plan import Lack

_MOST_SHOWN = 3


class Readiness(QWidget):
    """Up to three lines: what fails, which scans are not there, what only a person can confirm."""

    check_wanted = Signal()
    """The user wants to go where everything is listed that is not right."""
    stamps_wanted = Signal()
    """The user wants to go where stamped forms come back."""

    def __init__(self) -> None:
        super().__init__()
        self.whole, self.failing, self.manual, self.scans = _Row(), _Row("去核对"), _Row("去核对"), _Row("去盖章回收")
        for row in (self.failing, self.manual):
            row.link.clicked.connect(self.check_wanted)
        self.scans.link.clicked.connect(self.stamps_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for row in (self.whole, self.failing, self.scans, self.manual):
            column.addWidget(row)
        self.show_reading()

    def show_reading(self) -> None:
        """Say that it is not known yet."""
        self._show((self.whole,))
        self.whole.tell(State.READING, "正在看内容是否齐全……")

    def show_lack(self, lack: Lack, confirmations: int, *, scans_asked: bool) -> None:
        """Say what a package lacks, `confirmations` what wants a person; `scans_asked` where scans are part of it."""
        failing = [text for text in lack.missing if text not in lack.unstamped]
        missing_scans = list(lack.unstamped)
        rows = []
        if not lack.missing:
            self.whole.tell(State.PASS, "内容齐全，可以打包。")
            rows.append(self.whole)
        if failing:
            self.failing.tell(State.FAIL, f"还有 {len(failing)} 处没有填好或不合要求：", failing)
            rows.append(self.failing)
        if missing_scans:
            if scans_asked:
                self.scans.tell(State.TODO, f"还缺 {len(missing_scans)} 张表的盖章扫描件：", missing_scans)
            else:
                text = f"{len(missing_scans)} 张表还没有放入盖章扫描件。以纸质件报送的，不必理会。"
                self.scans.tell(State.WARN, text)
            rows.append(self.scans)
        if confirmations:
            self.manual.tell(State.MANUAL, f"还有 {confirmations} 处需要人确认。")
            rows.append(self.manual)
        self._show(rows)

    def text(self) -> str:
        """Return all that is shown."""
        return "\n".join(row.text() for row in self._rows() if row.isVisibleTo(self))

    def _rows(self) -> tuple[_Row, ...]:
        return (self.whole, self.failing, self.scans, self.manual)

    def _show(self, shown: Sequence[_Row]) -> None:
        for row in self._rows():
            row.setVisible(row in shown)


class _Row(QWidget):
    """A badge, the first of some things below it, and where to go."""

    def __init__(self, goes_to: str = "") -> None:
        super().__init__()
        self.badge = Badge()
        self.details = QLabel()
        self.details.setProperty("role", "hint")
        self.details.setWordWrap(True)
        self.details.setTextFormat(Qt.TextFormat.PlainText)
        self.details.setIndent(24)
        self.link = QPushButton(goes_to)
        self.link.setProperty("role", "link")
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.badge, 1)
        head.addWidget(self.link)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.details)
        self.link.setVisible(bool(goes_to))

    def tell(self, state: State, text: str, things: Sequence[str] = ()) -> None:
        """Show a state with its text, and the first of the things that it is about."""
        self.badge.show_state(state, text)
        lines = [f"· {thing}" for thing in things[:_MOST_SHOWN]]
        if len(things) > _MOST_SHOWN:
            lines.append(f"· 还有 {len(things) - _MOST_SHOWN} 处……")
        self.details.setText("\n".join(lines))
        self.details.setVisible(bool(lines))

    def text(self) -> str:
        """Return what is shown."""
        return self.badge.text() + self.details.text()
