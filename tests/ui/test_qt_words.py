"""Qt's own dialogs speak Chinese, too."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QFileInfo
from PySide6.QtWidgets import QApplication, QFileIconProvider


def test_kinds_of_files_are_said_in_chinese(qapp: QApplication, tmp_path: Path) -> None:
    assert QFileIconProvider().type(QFileInfo(str(tmp_path))) == "文件夹"


def test_what_qt_translates_itself_stays(qapp: QApplication) -> None:
    assert QCoreApplication.translate("QFileDialog", "Look in:") == "查找范围："
    assert QCoreApplication.translate("QFileDialog", "no such words") == "no such words"
