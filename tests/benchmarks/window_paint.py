"""A window's start in a process of its own: `python -m tests.benchmarks.window_paint ours|bare` prints it as JSON.

`bare` is the least that Qt's own wizard can be: as many pages as ours has, each with a title and a line of text.
`painted` is the monotonic clock (s) when the first window had been painted, `cpu` the processor time (s) until then.
"""

import gc
import json
import sys
import time

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

_PAGES = 7


class FirstPaint(QObject):
    """Tells, once, when a window has been painted with all that is in it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.told = False
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and not self.told:
            self.told = True
            # The children are painted with the window; a timer runs only after that.
            QTimer.singleShot(0, self, _tell)
        return False


def main(whose: str) -> None:
    window = _ours() if whose == "ours" else _bare()
    FirstPaint(window)
    QCoreApplication.instance().exec()


def _ours() -> QWidget:
    # As in `app.__main__`.
    gc.disable()
    from app.ui.desk import Desk
    from app.ui.main import application

    application()
    desk = Desk()
    desk.open()
    assert desk.window is not None
    desk.window.destroyed.connect(desk.close)
    return desk.window


def _bare() -> QWidget:
    from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWizard, QWizardPage

    QApplication([])
    wizard = QWizard()
    for number in range(_PAGES):
        page = QWizardPage()
        page.setTitle(f"第 {number + 1} 页")
        QVBoxLayout(page).addWidget(QLabel("征集活动报送"))
        wizard.addPage(page)
    wizard.resize(1180, 720)
    wizard.show()
    return wizard


def _tell() -> None:
    print(json.dumps({"painted": time.monotonic(), "cpu": time.process_time()}), flush=True)
    QCoreApplication.instance().quit()


if __name__ == "__main__":
    main(sys.argv[1])
