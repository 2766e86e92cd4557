"""What a state looks like: a colour, an icon and a word together, never a colour alone."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.ui import icons, theme
from app.validators.finding import Finding, Level


class State(StrEnum):
    """How something stands; ordered from what most needs doing."""

    UNREADABLE = "unreadable"
    FAIL = "fail"
    TODO = "todo"
    READING = "reading"
    MANUAL = "manual"
    WARN = "warn"
    PASS = "pass"


class Look(NamedTuple):
    """The icon, the name of the colour in the theme, and the word."""

    icon: str
    colour: str
    word: str


LOOKS = {
    State.PASS: Look("circle-check", "passed", "合格"),
    State.FAIL: Look("circle-x", "fail", "不合格"),
    State.MANUAL: Look("user-check", "manual", "需人工确认"),
    State.WARN: Look("triangle-alert", "warn", "提示"),
    State.TODO: Look("circle", "soft", "待补充"),
    State.READING: Look("loader", "soft", "读取中"),
    State.UNREADABLE: Look("file-x", "fail", "无法读取"),
}
_BY_LEVEL = {Level.PASS: State.PASS, Level.FAIL: State.FAIL, Level.WARN: State.WARN, Level.MANUAL: State.MANUAL}


def state_of(finding: Finding) -> State:
    """Return the state a finding stands for."""
    return _BY_LEVEL[finding.level]


def worst(findings: Iterable[Finding]) -> State:
    """Return the state that most needs doing among findings; PASS for none."""
    states = {state_of(f) for f in findings}
    return next((s for s in State if s in states), State.PASS)


def film_state(findings: list[Finding] | None) -> State:
    """Return the state of a film from its findings; None while it is being read."""
    if findings is None:
        return State.READING
    if any(f.rule == "readable" and f.level is Level.FAIL for f in findings):
        return State.UNREADABLE
    fails = {f.rule for f in findings if f.level is Level.FAIL}
    # What is only not there yet is no fault: red is kept for what is wrong.
    return State.TODO if fails == {"required"} else worst(findings)


class Badge(QWidget):
    """An icon and a word; `text` may say more than the state's own word."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._text = QLabel(), QLabel()
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        self._state = State.PASS

    def show_state(self, state: State, text: str = "") -> None:
        """Show a state, with a text in place of its word."""
        self._state = state
        look = LOOKS[state]
        self._text.setText(text or look.word)
        level = "fail" if state is State.UNREADABLE else "" if state in {State.READING, State.TODO} else str(state)
        if self._text.property("level") != level:
            self._text.setProperty("level", level)
            self._text.style().polish(self._text)
        self._draw()
        self.setAccessibleName(f"{look.word}：{text}" if text else look.word)

    def text(self) -> str:
        """Return what is shown."""
        return self._text.text()

    def state(self) -> State:
        """Return the state shown."""
        return self._state

    def changeEvent(self, event) -> None:
        """Draw again in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == event.Type.StyleChange and hasattr(self, "_state"):
            self._draw()

    def _draw(self) -> None:
        look = LOOKS[self._state]
        self._icon.setPixmap(
            icons.pixmap(look.icon, getattr(theme.colours(), look.colour), 18, self.devicePixelRatioF())
        )
