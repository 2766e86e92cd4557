"""A field of a form: label, input, hint, counter, and what is wrong with it, in words beside it."""

import re
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.campaign import Field
from app.ui.badges import Badge, State, worst
from app.ui.inputs import ChoiceInput, LineInput, TextInput
from app.validators import Finding, Level

Input = LineInput | TextInput | ChoiceInput


class FieldBox(QWidget):
    """One field. What is missing is only said once the field was left or `reveal` was called: no scolding before."""

    edited = Signal(str)

    def __init__(
        self, field: Field, editor: QWidget, *, about: str = "", first: Callable[[], QWidget] | None = None
    ) -> None:
        """Ask for `field` with `editor`.

        `about` explains more than the field's own hint; `first` returns where typing begins in an editor of parts
        (a focus proxy would catch the Tab key in a circle).
        """
        super().__init__()
        self.field = field
        self._first = first or (lambda: editor)
        self._last: QWidget = editor
        self.editor = editor
        self._revealed = False
        self._findings: list[Finding] = []
        label = QLabel(field.label + ("" if field.required else "（选填）"))
        label.setProperty("role", "label")
        label.setBuddy(editor)
        self._counter = QLabel()
        self._counter.setProperty("role", "hint")
        self._head = QHBoxLayout()
        self._head.setSpacing(2)
        self._head.addWidget(label)
        self._head.addStretch(1)
        self._head.addWidget(self._counter)
        hint = QLabel("".join(filter(None, [field.hint, "；" if field.hint and about else "", about])))
        hint.setProperty("role", "hint")
        hint.setWordWrap(True)
        self._badge = Badge()
        self._badge.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._head)
        column.addWidget(editor)
        column.addWidget(hint)
        column.addWidget(self._badge)
        # Only now: what has no parent yet would flash up as a window of its own.
        self._counter.setVisible(field.about is not None)
        hint.setVisible(bool(hint.text()))
        editor.setAccessibleName(field.label)
        editor.setAccessibleDescription(hint.text())
        if isinstance(editor, Input):
            editor.edited.connect(self._count)
            editor.edited.connect(self.edited)
        editor.installEventFilter(self)

    def add_action(self, text: str, act: Callable[[], None], tip: str = "") -> QPushButton:
        """Put a small button beside the label, and return it."""
        button = QPushButton(text)
        button.setProperty("role", "link")
        button.setToolTip(tip)
        button.setAccessibleName(f"{self.field.label}：{text}")
        button.clicked.connect(lambda: act())
        self._head.addWidget(button)
        if isinstance(self.editor, Input):
            QWidget.setTabOrder(self._last, button)
            self._last = button
        return button

    def first(self) -> QWidget:
        """Return where typing begins."""
        return self._first()

    def fill(self, value: str) -> None:
        """Show a value."""
        self.editor.fill(value)
        self._count(value)

    def show_findings(self, findings: list[Finding]) -> None:
        """Show those findings that are about this field."""
        self._findings = [f for f in findings if f.field == self.field.id and f.level is not Level.PASS]
        self._show()

    def reveal(self, revealed: bool = True) -> None:
        """Say also that the field is empty."""
        self._revealed = revealed
        self._show()

    def problem(self) -> str:
        """Return what is said to be wrong, or nothing."""
        return self._badge.text() if self._badge.isVisibleTo(self) else ""

    def eventFilter(self, watched, event) -> bool:
        """Watch the input without ever keeping an event from it."""
        if event.type() == event.Type.FocusOut and event.reason() in {
            Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.MouseFocusReason,
        }:  # fmt: skip
            self.reveal()
        return False

    def _count(self, value: str) -> None:
        if self.field.about is not None:
            count = len(re.sub(r"\s", "", value))
            self._counter.setText(f"{count} 字 / {self.field.about} 字左右")

    def _show(self) -> None:
        shown = [f for f in self._findings if self._revealed or f.rule != "required"]
        state = worst(shown)
        self._badge.setVisible(bool(shown))
        if shown:
            self._badge.show_state(state, " ".join(dict.fromkeys(f"{f.message}{f.fix}" for f in shown)))
            self.editor.setToolTip(shown[0].message)
        level = "fail" if state is State.FAIL and shown else ""
        if (self.editor.property("level") or "") != level:
            self.editor.setProperty("level", level)
            self.editor.style().polish(self.editor)
