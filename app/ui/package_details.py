"""One package in words: what it is, what to do next, what is in it, and what is not as it should be."""

from html import escape

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app.ui import icons, theme
from app.ui.badges import Badge, State
from app.verdicts import Judged, Verdict, shown

# Qt lays out some hundred lines in no time; a package made to do harm may have a hundred thousand.
_MOST_LINES = 200

STATES = {
    Verdict.WHOLE: State.PASS,
    Verdict.UNFINISHED: State.WARN,
    Verdict.DIFFERS: State.FAIL,
    Verdict.NO_PACKAGE: State.UNREADABLE,
    Verdict.UNREADABLE: State.UNREADABLE,
}


class PackageDetails(QWidget):
    """What is known of one package."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(330)
        self._result: Judged | None = None
        self._badge = Badge()
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.text.setAccessibleName("核对结果")
        self.digest = QLineEdit(readOnly=True)
        self.digest.setAccessibleName("校验值（清单的 SHA-256）")
        self.copy = QPushButton("复制(&C)")
        self.copy.setAccessibleName("复制校验值")
        self.copy.setToolTip("复制校验值，可以与报送单位的核对")
        icons.decorate(self.copy, "copy")
        self.copy.clicked.connect(lambda: QApplication.clipboard().setText(self.digest.text()))
        label = QLabel("校验值")
        label.setProperty("role", "label")
        self._bottom = QWidget()
        row = QHBoxLayout(self._bottom)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label)
        row.addWidget(self.digest, 1)
        row.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._badge)
        column.addWidget(self.text, 1)
        column.addWidget(self._bottom)
        self.show_words("选中一个报送包，这里逐条说明核对结果和接下来怎么办。")

    def show_words(self, words: str) -> None:
        """Show a sentence where there is no result yet."""
        self._result = None
        self._badge.hide()
        self._bottom.hide()
        self.text.setPlainText(words)

    def show_result(self, result: Judged) -> None:
        """Show a result."""
        self._result = result
        self._badge.show_state(STATES[result.verdict], result.word())
        self._badge.show()
        digest = result.verified.manifest_sha256 if result.verified else ""
        self.digest.setText(digest)
        self.digest.setCursorPosition(0)
        self.digest.setToolTip(digest)
        self._bottom.setVisible(bool(digest))
        self.text.setHtml(_page(result))

    def changeEvent(self, event: QEvent) -> None:
        """Write again in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._result is not None:
            self.text.setHtml(_page(self._result))


def _page(result: Judged) -> str:
    """Return a result as Qt's HTML; every word of the package's is escaped."""
    colours = theme.colours()
    parts = [f"<h3>{_safe(result.path.name)}</h3>", f"<p><b>接下来：</b>{_safe(result.advice())}</p>"]
    facts = [*result.facts(), ("位置", str(result.path))]
    parts.append("<p>" + "<br>".join(f"<b>{label}：</b>{_safe(text)}" for label, text in facts) + "</p>")
    for heading, lines in result.groups():
        parts.append(f'<p style="color: {colours.fail}"><b>✗ {heading}（{len(lines)} 处）</b></p>')
        items = "".join(f"<li>{_safe(line)}</li>" for line in lines[:_MOST_LINES])
        parts.append(f"<ul>{items}</ul>")
        if len(lines) > _MOST_LINES:
            parts.append(f"<p>……还有 {len(lines) - _MOST_LINES} 处，存为文本可以看到全部。</p>")
    return "".join(parts)


def _safe(text: str) -> str:
    return escape(shown(text))
