"""A bug: one dialog, with a report that can be copied and holds no phone numbers; the draft is saved first."""

import re
import sys
import traceback
from collections.abc import Callable
from types import TracebackType

from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout

from app.errors import AppError

# Mobile and landline numbers, also with separators.
_NUMBERS = re.compile(r"\d(?:[\d\- ]{5,}\d)")


def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> str:
    """Return what a developer needs to know; every long number in it is masked."""
    # A window that opens well does not wait for it.
    from app.ui.about import version_info

    lines = traceback.format_exception(kind, error, trace)
    return _NUMBERS.sub("█", "".join(lines)) + f"\n{version_info()}\n"


class CrashDialog(QDialog):
    """Says that something went wrong, that the draft is safe, and offers the report."""

    def __init__(self, text: str, saved: bool) -> None:
        super().__init__()
        self.setWindowTitle("程序出了问题")
        self.resize(640, 420)
        message = QLabel(
            "很抱歉，程序出了一个意外的问题。"
            + ("草稿已经保存，可以关闭后重新打开继续。" if saved else "草稿没有保存成功。")
        )
        message.setWordWrap(True)
        self.text = QPlainTextEdit(text, readOnly=True)
        self.text.setAccessibleName("问题报告")
        buttons = QDialogButtonBox()
        copy = buttons.addButton("复制报告(&C)", QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton("关闭(&X)", QDialogButtonBox.ButtonRole.RejectRole)
        copy.clicked.connect(lambda: QApplication.clipboard().setText(self.text.toPlainText()))
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(message)
        column.addWidget(QLabel("请把下面的报告发给技术人员（其中没有电话号码）："))
        column.addWidget(self.text, 1)
        column.addWidget(buttons)


def install(save: Callable[[], None]) -> None:
    """Let every exception that nobody caught save the draft and show the dialog, one at a time."""
    showing = False

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        nonlocal showing
        sys.__excepthook__(kind, error, trace)
        if showing or issubclass(kind, KeyboardInterrupt):
            return
        showing = True
        try:
            saved = True
            try:
                save()
            except AppError:
                saved = False
            CrashDialog(report(kind, error, trace), saved).exec()
        finally:
            showing = False

    sys.excepthook = hook
