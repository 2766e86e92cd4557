"""A window from which files can be dragged: `python drag_source.py X Y PATH…`."""

import sys

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel


class Source(QLabel):
    """Begins a drag of the files as soon as the mouse moves with its button down."""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(path) for path in sys.argv[3:]])
        drag = QDrag(self)
        drag.setMimeData(mime)
        # What is below the mouse would take the files now.
        drag.actionChanged.connect(lambda action: action and print("taken", flush=True))
        drag.exec(Qt.DropAction.CopyAction)


app = QApplication(sys.argv[:1])
source = Source("files")
source.setGeometry(int(sys.argv[1]), int(sys.argv[2]), 160, 120)
source.setWindowFlag(Qt.WindowType.FramelessWindowHint)
source.show()
print("ready", flush=True)
app.exec()
