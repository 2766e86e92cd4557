"""Works that may be the same, two and two side by side, to choose from; nothing is left out unless the user says so."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QRadioButton,
    QVBoxLayout,
)

from app.draft import Work, bare_title
from app.gather import Kind
from app.media import MediaFacts, clock_text
from app.origins import Origin, origin_text
from app.sizes import size_text
from app.ui import icons, theme
from app.ui.session import Session
from app.ui.storyboard import Storyboard

_WHY: dict[Kind, str] = {"content": "视频完全相同", "title": "作品名称相同", "likeness": "画面相似"}
_LIST_WIDTH = 190

Choice = Literal["left", "right", "both"]
Pair = tuple[str, str]
_CHOICES: dict[Choice, tuple[str, str]] = {
    "both": ("都保留(&3)", "都保留"),
    "left": ("只留左边(&1)", "只留左边"),
    "right": ("只留右边(&2)", "只留右边"),
}


class _Side(NamedTuple):
    frame: QFrame
    title: QLabel
    about: QLabel
    board: Storyboard


class PairsView(QFrame):
    """The pairs at the left, the one that is looked at in full at the right."""

    changed = Signal()
    """Another choice was made."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._pairs: dict[Pair, list[Kind]] = {}
        self._works: dict[str, Work] = {}
        self._origins: Mapping[str, Origin] = {}
        self.choices: dict[Pair, Choice] = {}
        """What was decided; a pair that is not here is kept whole."""
        self.title = QLabel()
        self.title.setProperty("role", "section")
        self.title.setWordWrap(True)
        self.list = QListWidget()
        self.list.setAccessibleName("可能重复的作品，选一对来比较")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setIconSize(QSize(18, 18))
        self.list.setFixedWidth(_LIST_WIDTH)
        self.list.currentRowChanged.connect(self._show)
        self.why = QLabel()
        self.why.setProperty("role", "label")
        self.why.setWordWrap(True)
        self.left, self.right = self._side("左边"), self._side("右边")
        sides = QHBoxLayout()
        sides.setSpacing(12)
        sides.addWidget(self.left.frame, 1)
        sides.addWidget(self.right.frame, 1)
        self.radios: dict[Choice, QRadioButton] = {}
        group = QButtonGroup(self)
        choose = QHBoxLayout()
        for choice, (text, _) in _CHOICES.items():
            radio = self.radios[choice] = QRadioButton(text)
            group.addButton(radio)
            choose.addWidget(radio)
        choose.addStretch(1)
        group.buttonClicked.connect(self._choose)
        right = QVBoxLayout()
        right.addWidget(self.why)
        right.addLayout(sides, 1)
        right.addLayout(choose)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self.list)
        row.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.title)
        column.addLayout(row)
        session.film_changed.connect(self._film_changed)

    def changeEvent(self, event) -> None:
        """Draw again in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == event.Type.StyleChange and hasattr(self, "radios"):
            self._label()

    def show_pairs(
        self, pairs: Mapping[Pair, list[Kind]], works: Mapping[str, Work], origins: Mapping[str, Origin]
    ) -> None:
        """Show which works may be the same; what was decided of pairs that are still there stays decided."""
        current = self._current()
        self._pairs, self._works, self._origins = dict(pairs), dict(works), origins
        self.choices = {pair: choice for pair, choice in self.choices.items() if pair in self._pairs}
        self._session.films.read(path for pair in pairs for identity in pair if (path := works[identity].video.path))
        self.list.blockSignals(True)
        self.list.clear()
        for _ in self._pairs:
            self.list.addItem(QListWidgetItem())
        row = list(self._pairs).index(current) if current in self._pairs else 0
        self.list.setCurrentRow(row if self._pairs else -1)
        self.list.blockSignals(False)
        self._label()
        self._show()

    def dropped(self) -> set[str]:
        """Return the ids of the works that the user does not want to keep."""
        return self._outcome()[0]

    def undecided(self) -> int:
        """Return how many pairs nothing was said of that still matter."""
        settled = self._outcome()[1]
        return sum(pair not in self.choices and pair not in settled for pair in self._pairs)

    def _outcome(self) -> tuple[set[str], set[Pair]]:
        """Return the ids of the works that go, and the pairs of which another pair has taken one away.

        With one of a pair gone there is nothing to choose any more, and the other must not go as well.
        """
        gone: set[str] = set()
        settled: set[Pair] = set()
        for pair in self._pairs:
            choice = self.choices.get(pair, "both")
            if choice == "both":
                continue
            if gone & set(pair):
                settled.add(pair)
            else:
                gone.add(pair[1] if choice == "left" else pair[0])
        settled.update(p for p in self._pairs if self.choices.get(p, "both") == "both" and gone & set(p))
        return gone, settled

    def _side(self, name: str) -> _Side:
        frame = QFrame()
        frame.setProperty("role", "card")
        title, about = QLabel(), QLabel()
        title.setProperty("role", "label")
        about.setProperty("role", "hint")
        for label in (title, about):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        board = Storyboard(self._session)
        # The letters of both would be the same.
        board.large.setText("放大")
        board.large.setAccessibleName(f"放大看{name}的画面")
        board.play.setText("用播放器看全片")
        board.play.setAccessibleName(f"用播放器看{name}的全片")
        column = QVBoxLayout(frame)
        column.setContentsMargins(12, 10, 12, 10)
        for widget in (title, about, board):
            column.addWidget(widget)
        column.addStretch(1)
        return _Side(frame, title, about, board)

    def _current(self) -> Pair | None:
        row = self.list.currentRow()
        return list(self._pairs)[row] if 0 <= row < len(self._pairs) else None

    def _choose(self, radio: QRadioButton) -> None:
        choice = next(c for c, other in self.radios.items() if other is radio)
        pair = self._current()
        if pair is not None:
            self.choices[pair] = choice
            self._label()
            self._show()
            self.changed.emit()

    def _label(self) -> None:
        settled = self._outcome()[1]
        left = self.undecided()
        self.title.setText(
            f"二、可能重复的作品　共 {len(self._pairs)} 对，"
            + (f"还有 {left} 对没有决定；不决定的都保留" if left else "都已决定")
        )
        for row, pair in enumerate(self._pairs):
            item = self.list.item(row)
            said = _CHOICES[self.choices[pair]][1] if pair in self.choices else ""
            if pair in settled:
                said = "其中一部已不保留"
            names = [self._name(identity) for identity in pair]
            metrics = self.list.fontMetrics()
            short = [metrics.elidedText(n, Qt.TextElideMode.ElideRight, _LIST_WIDTH - 60) for n in names]
            item.setText("\n".join([*short, said or "没有决定"]))
            item.setToolTip("\n".join(names))
            colours = theme.colours()
            item.setIcon(
                icons.icon("circle-check", colours.passed, 18) if said else icons.icon("circle", colours.soft, 18)
            )

    def _name(self, identity: str) -> str:
        return f"《{bare_title(self._works[identity].title) or '（未命名）'}》"

    def _show(self) -> None:
        pair = self._current()
        if pair is None:
            return
        self.why.setText("为什么认为相同：" + "、".join(_WHY[kind] for kind in self._pairs[pair]))
        for side, identity in zip((self.left, self.right), pair, strict=True):
            work, origin = self._works[identity], self._origins.get(identity)
            path = work.video.path
            film = self._session.films.of(path) if path else None
            side.title.setText(self._name(identity))
            lines = [origin_text(origin) if origin else "", _film_words(path, film)]
            side.about.setText("\n".join(line for line in lines if line))
            side.about.setToolTip(path)
            side.frame.setAccessibleName(f"{side.title.text()} {side.about.text()}")
            side.board.show_film(path, film)
        self.radios[self.choices.get(pair, "both")].setChecked(True)
        settled = pair in self._outcome()[1]
        if settled:
            self.why.setText(self.why.text() + "。其中一部已在另一对里决定不保留。")
        for radio in self.radios.values():
            radio.setEnabled(not settled)

    def _film_changed(self, path: str) -> None:
        pair = self._current()
        if pair is not None and path in {self._works[identity].video.path for identity in pair}:
            self._show()


def _film_words(path: str, film: object) -> str:
    """Return a film's length and size, as far as they are known, and its file name."""
    if not path:
        return "没有视频"
    known = []
    if isinstance(film, MediaFacts):
        known.append(clock_text(film.duration_ms) if film.duration_ms is not None else "")
        known.append(f"{film.width} × {film.height}" if film.width and film.height else "")
        known.append(size_text(film.size_bytes) if film.size_bytes is not None else "")
    return "\n".join(part for part in ("　".join(word for word in known if word), Path(path).name) if part)
