"""The first window waits for nothing that it does not show."""

import subprocess
import sys

_LOOK = """
import sys
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget
from app.ui.desk import Desk
from app.ui.main import application

class Shown(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            print("window", type(watched).__name__)
        return False

app, shown = application(), Shown()
app.installEventFilter(shown)
desk = Desk()
desk.open()
print("loaded", *{"docx", "fontTools", "openpyxl", "pypdfium2", "reportlab"}.intersection(sys.modules))
for number in range(9):
    desk.window.go_to(number)
    app.processEvents()
desk.window.close()
desk.close()
"""


def test_no_document_library_is_loaded_for_it_and_no_part_of_a_page_flashes_up_by_itself(data_dir) -> None:
    done = subprocess.run([sys.executable, "-c", _LOOK], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["window", "Wizard", "loaded"]
