"""The program's icon in the forms that desktops want, drawn from `resources/weiying.svg`."""

import io
import os
from pathlib import Path

from PIL import Image

from installer.environment import ROOT

SVG = ROOT / "resources" / "weiying.svg"
SIZES = (16, 24, 32, 48, 64, 128, 256)


def png(size: int) -> bytes:
    """Return the icon as a PNG, `size` pixels wide and high."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QBuffer, QIODevice, Qt
    from PySide6.QtGui import QImage, QImageWriter, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(SVG)).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"png").write(image)
    return bytes(buffer.data().data())


def write_ico(path: Path) -> None:
    """Write the icon for Windows, with every size that Explorer shows."""
    pictures = [Image.open(io.BytesIO(png(size))) for size in SIZES]
    pictures[-1].save(path, sizes=[(size, size) for size in SIZES], append_images=pictures[:-1])
