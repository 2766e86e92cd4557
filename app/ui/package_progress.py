"""How far packing or verifying is: a bar, the phase in words, the file, the speed, the time left, and a way to stop."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.exporters.meter import PHASES, Step, time_text
from app.sizes import size_text

# Qt's bars count in 32 bits, films do not.
_PARTS = 1000


class PackageProgress(QWidget):
    """Hidden until something is under way."""

    cancel_wanted = Signal()
    """The user wants it to stop."""

    def __init__(self) -> None:
        super().__init__()
        self.bar = QProgressBar(textVisible=False)
        self.bar.setAccessibleName("进度")
        self.what, self.rest = _Elided(), QLabel()
        self.rest.setProperty("role", "hint")
        self.cancel = QPushButton("取消(&C)")
        self.cancel.clicked.connect(self.cancel_wanted)
        texts = QHBoxLayout()
        texts.setSpacing(14)
        texts.addWidget(self.what, 1)
        texts.addWidget(self.rest)
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addLayout(texts)
        column.addWidget(self.bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        row.addLayout(column, 1)
        row.addWidget(self.cancel)
        self.hide()

    def begin(self, words: str) -> None:
        """Show that something has begun of which it is not known how long it takes."""
        self.bar.setRange(0, 0)
        self.what.setText(words)
        self.rest.setText("")
        self.cancel.setEnabled(True)
        self.show()

    def show_step(self, step: Step) -> None:
        """Show how far it is."""
        self.bar.setRange(0, _PARTS)
        share = step.done / step.total if step.total else 1.0
        self.bar.setValue(round(share * _PARTS))
        self.what.setText(f"{PHASES[step.phase]}：{step.name}" if step.name else PHASES[step.phase])
        if step.phase == "forms":
            self.rest.setText(f"{step.done}/{step.total}")
            return
        told = [f"{int(share * 100)}%"]
        if step.speed > 0:
            told.append(f"{size_text(int(step.speed))}/秒")
        if step.left is not None:
            told.append(f"还要 {time_text(step.left)}")
        self.rest.setText("　".join(told))

    def show_stopping(self) -> None:
        """Show that it was asked to stop."""
        self.what.setText("正在停下……")
        self.rest.setText("")
        self.cancel.setEnabled(False)


class _Elided(QLabel):
    """One line that is cut in its middle where there is no room: the end of a file's name tells which it is."""

    def __init__(self) -> None:
        super().__init__()
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:
        """Show a text, as much of it as there is room for."""
        self._whole = text
        self.setAccessibleName(text)
        self._fit()

    def resizeEvent(self, event) -> None:
        """Fit the text to the new width."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Return the least size."""
        return QSize(60, super().minimumSizeHint().height())

    def _fit(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideMiddle, max(self.width() - 2, 60))
        super().setText(shown)
