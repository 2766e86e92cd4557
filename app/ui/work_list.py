"""The works as a list at the left of a page."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListView, QWidget

from app.ui.session import Session
from app.ui.works_model import WorksModel

# Widths in logical pixels: of the page below which the list is slimmer, and of the list.
_NARROW = 620
_WIDTH, _SLIM_WIDTH = 224, 150


class WorkList(QListView):
    """One work is always chosen while there are any; `chosen` says which, also after an undo."""

    chosen = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.model_of_works = WorksModel(session, self, whole=True)
        self.setModel(self.model_of_works)
        self.setAccessibleName("作品列表")
        self.setIconSize(QSize(18, 18))
        self.setUniformItemSizes(True)
        self.fit(_NARROW)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._current = ""
        self.selectionModel().currentChanged.connect(self._choose)
        session.draft_changed.connect(self._follow)
        self._follow()

    def fit(self, width: int) -> None:
        """Take a share of a page of that width."""
        self.setFixedWidth(_WIDTH if width >= _NARROW else _SLIM_WIDTH)

    def current(self) -> str:
        """Return the id of the chosen work, or nothing."""
        return self._current

    def choose(self, identity: str) -> None:
        """Choose a work by its id."""
        row = self.model_of_works.row_of(identity)
        if row >= 0:
            self.setCurrentIndex(self.model_of_works.index(row, 0))

    def _choose(self, index) -> None:
        if index.isValid():
            identity = self.model_of_works.work_at(index.row()).id
            if identity != self._current:
                self._current = identity
                self.chosen.emit(identity)

    def _follow(self) -> None:
        works = self._session.draft.works
        if not works:
            self._current = ""
            return
        row = max(self.model_of_works.row_of(self._current), 0)
        if self.currentIndex().row() != row:
            self.setCurrentIndex(self.model_of_works.index(row, 0))
