"""Line icons (Lucide, `resources/icons`), drawn in a colour of the theme."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

from app import paths
from app.ui import theme

_BUTTON_PIXELS = 20


@lru_cache(maxsize=256)
def pixmap(name: str, colour: str, size: int, scale: float) -> QPixmap:
    """Return an icon of `size` logical pixels in a colour (`#rrggbb`), sharp at the screen's `scale`."""
    svg = (paths.resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    picture = QPixmap(round(size * scale), round(size * scale))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(scale)
    return picture


def icon(name: str, colour: str, size: int = _BUTTON_PIXELS) -> QIcon:
    """Return an icon for a button or a list, in a colour (`#rrggbb`)."""
    screen = QGuiApplication.primaryScreen()
    return QIcon(pixmap(name, colour, size, screen.devicePixelRatio() if screen else 1.0))


def decorate(button: QAbstractButton, name: str, role: str = "text") -> None:
    """Put an icon on a button in a colour of the theme (`role`: a name of Colours), also when the theme changes."""
    button.installEventFilter(_Redraw(button, name, role))


class _Redraw(QObject):
    """Draws a button's icon again whenever the style sheet was set anew."""

    def __init__(self, button: QAbstractButton, name: str, role: str) -> None:
        super().__init__(button)
        self._name, self._role = name, role
        self._draw(button)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.StyleChange and isinstance(watched, QAbstractButton):
            self._draw(watched)
        return False

    def _draw(self, button: QAbstractButton) -> None:
        button.setIcon(icon(self._name, getattr(theme.colours(), self._role)))
