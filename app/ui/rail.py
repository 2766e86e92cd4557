"""The steps at the left: where one is, what is done, to do, or has a problem."""

from collections.abc import Iterable
from enum import StrEnum

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from app.ui import icons, theme

_WIDE, _SLIM = 232, 66
_TWO_LINES, _ONE_LINE = 48, 40
_ICON = 20
_GAP = 2
# Below this width of the window, in logical pixels, the icons stand alone.
_SLIM_BELOW = 900
# What the rail and the window need in height besides the steps.
_ELSE = 230


class Mark(StrEnum):
    """How a page stands, as the name of its icon."""

    DONE = "circle-check"
    TODO = "circle"
    PROBLEM = "circle-alert"


_COLOURS = {Mark.DONE: "railText", Mark.TODO: "railSoft", Mark.PROBLEM: "railAlert"}


class _Step(QPushButton):
    """An icon, the page's name and below it, where there is room, how it stands."""

    def __init__(self, name: str) -> None:
        super().__init__(checkable=True)
        self.name, self.words, self.mark = name, "", Mark.TODO
        self.roomy = self.named = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.tell()

    def tell(self) -> None:
        """Say in words what is drawn, and draw it anew."""
        said = f"{self.name}，{self.words}" if self.words else self.name
        self.setAccessibleName(said)
        self.setToolTip("" if self.roomy and self.named else said)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the wished size: two lines of text, or one."""
        return QSize(180, _TWO_LINES if self.roomy and self.named else _ONE_LINE)

    def minimumSizeHint(self) -> QSize:
        """Return the least size."""
        return QSize(40, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the background as styled, and the parts upon it."""
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        colours = theme.colours()
        colour = getattr(colours, _COLOURS[self.mark])
        middle = self.height() // 2
        left = 12 if self.named else (self.width() - _ICON) // 2
        painter.drawPixmap(left, middle - _ICON // 2, icons.pixmap(self.mark, colour, _ICON, self.devicePixelRatioF()))
        if not self.named:
            return
        two = self.roomy and bool(self.words)
        room = self.rect().adjusted(42, 0, -6, 0)
        font = self.font()
        font.setBold(self.isChecked())
        painter.setFont(font)
        painter.setPen(QColor(colours.railText))
        upper = room.adjusted(0, 0, 0, -self.height() // 2 + 3) if two else room
        low = Qt.AlignmentFlag.AlignBottom if two else Qt.AlignmentFlag.AlignVCenter
        painter.drawText(upper, low | Qt.AlignmentFlag.AlignLeft, self.name)
        if two:
            font.setBold(False)
            font.setPixelSize(14)
            painter.setFont(font)
            painter.setPen(QColor(colour if self.mark is Mark.PROBLEM else colours.railSoft))
            lower = room.adjusted(0, self.height() // 2 + 3, 0, 0)
            painter.drawText(lower, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, self.words)


class Rail(QWidget):
    """One button a page; a small window shows less, with the words as tips."""

    chosen = Signal(int)

    def __init__(self, product: str, call: str, names: Iterable[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._slim, self._roomy = False, True
        self._product, self._call = QLabel(product), QLabel(call)
        self._product.setProperty("role", "product")
        self._call.setProperty("role", "call")
        for label in (self._product, self._call):
            label.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 22, 12, 12)
        column.setSpacing(_GAP)
        column.addWidget(self._product)
        column.addWidget(self._call)
        column.addSpacing(14)
        group = QButtonGroup(self)
        self.buttons: list[_Step] = []
        for number, name in enumerate(names):
            button = _Step(name)
            button.clicked.connect(lambda _, number=number: self.chosen.emit(number))
            group.addButton(button)
            column.addWidget(button)
            self.buttons.append(button)
        column.addStretch(1)
        self.saved = QLabel()
        self.saved.setProperty("role", "call")
        self.saved.setWordWrap(True)
        self.about = QPushButton("关于")
        self.about.setProperty("role", "foot")
        self.about.setToolTip("版本、许可证、所含的各部分")
        foot = QHBoxLayout()
        foot.addWidget(self.saved, 1)
        foot.addWidget(self.about)
        column.addLayout(foot)
        self.setFixedWidth(_WIDE)

    def show_current(self, number: int) -> None:
        """Mark the page that is shown."""
        self.buttons[number].setChecked(True)

    def show_mark(self, number: int, mark: Mark, words: str) -> None:
        """Show how a page stands, in an icon and in words."""
        button = self.buttons[number]
        if (button.mark, button.words) != (mark, words):
            button.mark, button.words = mark, words
            button.tell()

    def words(self, number: int) -> str:
        """Return what is said of a page."""
        return self.buttons[number].words

    def fit(self, width: int, height: int) -> None:
        """Show as much as a window of that size leaves room for: all, names alone, or icons alone."""
        slim = width < _SLIM_BELOW
        roomy = height >= len(self.buttons) * (_TWO_LINES + _GAP) + _ELSE
        if (slim, roomy) == (self._slim, self._roomy):
            return
        self._slim, self._roomy = slim, roomy
        self.setFixedWidth(_SLIM if slim else _WIDE)
        self._product.setVisible(not slim)
        for part in (self._call, self.saved, self.about):
            part.setVisible(roomy and not slim)
        for button in self.buttons:
            button.roomy, button.named = roomy, not slim
            button.tell()
