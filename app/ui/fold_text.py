"""A text that is shown folded where it is long, with a button that unfolds it."""

import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

# What has no place to be broken at within so many characters (a path, an address) may be broken there.
_UNBROKEN = re.compile(r"([!-~]{16})(?=[!-~])")
_BREAK = "\u200b"


class FoldText(QWidget):
    """Shows at most so many characters and lines of a text until it is unfolded."""

    def __init__(self, characters: int, lines: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.value = ""
        self._characters, self._lines = characters, lines
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.fold = QPushButton(checkable=True)
        self.fold.setProperty("role", "link")
        self.fold.toggled.connect(lambda _: self._show())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.label)
        column.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignLeft)

    def show_text(self, value: str, *, instead: str = "", about: str = "") -> None:
        """Show a text, folded if it is long, or `instead` if it is empty; `about` says what it is."""
        self.value = value
        role = "" if value else "hint"
        if (self.label.property("role") or "") != role:
            self.label.setProperty("role", role)
            self.label.style().polish(self.label)
        self._instead = instead
        self.fold.setVisible(self._shortened() != value)
        self.fold.setChecked(False)
        self.fold.setAccessibleDescription(about)
        self._show()

    def _shortened(self) -> str:
        lines = self.value.splitlines()
        if len(self.value) <= self._characters and len(lines) <= self._lines:
            return self.value
        return "\n".join(lines[: self._lines])[: self._characters].rstrip() + "……"

    def _show(self) -> None:
        unfolded = self.fold.isChecked()
        shown = self.value if unfolded else self._shortened()
        self.label.setText(_UNBROKEN.sub(rf"\1{_BREAK}", shown) or self._instead)
        words = "收起" if unfolded else f"展开全文（{len(''.join(self.value.split()))} 字）"
        self.fold.setText(words)
        self.fold.setAccessibleName(words)
