"""What each rule says of one film: the clause, what the file has, what is needed, what to do."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from app.ui.badges import Badge, State, state_of
from app.ui.inner import InnerScroll
from app.validators import Finding

# fmt: off
RULES = {
    "readable": "能否打开", "integrity": "文件完整", "container": "文件格式", "resolution": "画面大小",
    "duration": "时长", "orientation": "画面方向", "codec": "编码", "bit_rate": "码率", "frame_rate": "帧率",
    "file_size": "文件大小", "created": "创作时间", "duplicate": "重复", "required": "必填", "length": "字数",
    "characters": "字符", "phone": "电话号码", "type": "作品类型", "genre": "题材", "declaration": "人工确认",
    "window": "征集时间", "works": "作品",
}
# fmt: on
_ORDER = list(State)


class FilmRules(InnerScroll):
    """A list of findings, what fails first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("检查明细")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(290)
        self.setMinimumHeight(120)
        self._shown: tuple[str, list[Finding], str] | None = None
        self.show_findings("", [], "选中一个视频，这里逐条说明检查结果：依据、实际、要求和办法。")

    def show_findings(self, name: str, findings: list[Finding], otherwise: str = "") -> None:
        """Show what is said of the film called `name`, or a sentence where there is nothing yet."""
        if self._shown == (name, findings, otherwise):
            return
        self._shown = (name, findings, otherwise)
        content = QWidget(objectName="content")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(10)
        column.addWidget(_label(name or "检查明细", "section"))
        if otherwise:
            column.addWidget(_label(otherwise, "hint"))
        for finding in sorted(findings, key=lambda f: _ORDER.index(state_of(f))):
            column.addWidget(_card(finding))
        column.addStretch(1)
        self.setWidget(content)

    def findings(self) -> list[Finding]:
        """Return the findings shown."""
        return self._shown[1] if self._shown else []


def _card(finding: Finding) -> QFrame:
    card = QFrame()
    card.setProperty("role", "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(12, 10, 12, 10)
    column.setSpacing(4)
    badge = Badge()
    state = state_of(finding)
    word = {State.PASS: "合格", State.FAIL: "不合格", State.WARN: "提示", State.MANUAL: "需人工确认"}[state]
    badge.show_state(state, f"{RULES.get(finding.rule, finding.rule)}：{word}")
    column.addWidget(badge)
    passed = state is State.PASS
    lines = [
        ("", "" if passed else finding.message),
        ("办法：", finding.fix),
        ("实际：", finding.actual),
        ("要求：", finding.required),
        ("依据：", finding.clause),
    ]
    for lead, text in lines:
        if text:
            column.addWidget(_label(lead + text, "hint" if lead and lead != "办法：" else ""))
    card.setAccessibleName("；".join(lead + text for lead, text in lines if text))
    return card


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setProperty("role", role)
    return label
