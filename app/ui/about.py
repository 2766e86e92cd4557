"""关于: what the program is, its version for whoever helps, and every bundled part with its licence and source."""

import platform

from PySide6.QtCore import QSysInfo, Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app import __version__, licences, paths
from app.licences import Part
from app.ui import theme

_NAME = "微影报送助手"
_WHAT = (
    "收到影视作品征集通知，用它检查视频、填写并打印要盖章的表格，收回扫描件，打成可以核对的报送包。"
    "不需要联网，材料不离开这台电脑。"
)
_LICENCE = "本程序是自由软件，以 GPL-3.0-or-later 许可发布：可以自由使用、研究、修改和转发，不提供任何担保。"
_FROM_SOURCE = (
    "这一份程序从源代码运行，没有把其他部分打包在内。\n\n"
    "所用的软件包及版本：源代码文件夹里的 installer/locked/run.txt；\n"
    "各软件包的许可文件：Python 环境里各软件包的 dist-info 文件夹；\n"
    "图标的许可文件：resources/icons/LICENSE；字体的许可文件与字体放在一起；\n"
    "本程序的许可证全文：源代码文件夹里的 LICENSE。\n\n"
    "安装版在这里列出所含的每一部分，连同许可证全文和源代码出处。"
)
_PART = Qt.ItemDataRole.UserRole


def version_info() -> str:
    """Return the versions that whoever helps asks for, a line each; nothing in it tells who or where one is."""
    screen = QGuiApplication.primaryScreen()
    scale = f"，缩放 {screen.devicePixelRatio():.0%}" if screen else ""
    lines = [
        f"{_NAME} {__version__}（{paths.way_of_running()}）",
        f"系统：{QSysInfo.prettyProductName()}，{QSysInfo.kernelVersion()}，{QSysInfo.currentCpuArchitecture()}",
        f"界面：Qt {qVersion()}，{QGuiApplication.platformName()}{scale}",
        f"Python {platform.python_version()}",
    ]
    return "\n".join(lines)


class About(QDialog):
    """The versions at the top; below, the bundled parts at the left and the chosen one's texts at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"关于{_NAME}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        name = QLabel(f"{_NAME} {__version__}")
        name.setProperty("role", "title")
        column.addWidget(name)
        for text in (_WHAT, _LICENCE, f"草稿和设置放在：{paths.data_dir()}"):
            label = QLabel(text)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(label)
        head = QLabel("所含的各部分")
        head.setProperty("role", "section")
        column.addWidget(head)
        column.addLayout(self._parts(), 1)
        column.addWidget(self._buttons())
        theme.take_room(self, 900, 660)
        self._fill()

    def _parts(self) -> QHBoxLayout:
        self.search = QLineEdit(placeholderText="按名称、许可证查找", clearButtonEnabled=True)
        self.search.setAccessibleName("查找所含的部分，按名称或许可证")
        self.search.textChanged.connect(self._filter)
        self.list = QListWidget()
        self.list.setAccessibleName("所含的各部分")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentItemChanged.connect(self._show)
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setAccessibleName("许可证和源代码出处")
        self._left = QWidget()
        self._left.setFixedWidth(290)
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.addWidget(self.search)
        left.addWidget(self.list, 1)
        row = QHBoxLayout()
        row.addWidget(self._left)
        row.addWidget(self.text, 1)
        return row

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox()
        self.copy = QPushButton("复制版本信息(&C)")
        self.copy.setToolTip("求助时发给技术人员：程序、系统、Qt、Python 的版本，没有个人信息")
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(self._copy)
        box.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        box.addButton("关闭(&X)", QDialogButtonBox.ButtonRole.RejectRole)
        box.rejected.connect(self.reject)
        return box

    def _copy(self) -> None:
        QApplication.clipboard().setText(version_info())
        self.copy.setText("已复制(&C)")

    def _fill(self) -> None:
        parts = sorted(licences.bundled_parts(), key=lambda part: part.name != _NAME)
        for part in parts:
            item = QListWidgetItem(f"{part.name} {part.version}".strip())
            item.setToolTip(f"{item.text()}（{part.licence}）")
            item.setData(_PART, part)
            self.list.addItem(item)
        self._left.setVisible(bool(parts))
        if parts:
            self.list.setCurrentRow(0)
        else:
            self.text.setPlainText(_FROM_SOURCE)

    def _filter(self, wanted: str) -> None:
        for item in map(self.list.item, range(self.list.count())):
            part = item.data(_PART)
            item.setHidden(wanted.strip().casefold() not in f"{part.name} {part.licence} {part.notice}".casefold())
        shown = [item for item in map(self.list.item, range(self.list.count())) if not item.isHidden()]
        if self.list.currentItem() not in shown:
            self.list.setCurrentItem(shown[0] if shown else None)

    def _show(self, item: QListWidgetItem | None) -> None:
        if item is None:
            self.text.setPlainText("没有名称或许可证里有这些字的部分。")
            return
        part: Part = item.data(_PART)
        head = [part.name, f"版本：{part.version}" if part.version else "", f"许可证：{part.licence}"]
        head.append(f"源代码：{part.source}")
        self.text.setPlainText("\n".join(filter(None, head)) + "\n\n" + licences.text_of(part))
