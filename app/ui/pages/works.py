"""作品信息: the list of works left, the form of one right."""

import msgspec
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.draft import Work
from app.media import MediaFacts
from app.ui.creators import CreatorsEditor
from app.ui.fields import FieldBox
from app.ui.inputs import ChoiceInput, LineInput, TextInput
from app.ui.pages.page import Page
from app.ui.session import Session
from app.ui.works_model import WorksModel
from app.validators import Level

replace = msgspec.structs.replace

_SHARED = ("theme", "genre", "created", "producer", "creators", "recommendation")


class WorksPage(Page):
    """Asks for what the forms say of each work."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, "作品信息", "左边选作品，右边填写。片名按文件名猜好了，请核对；时长自动取自视频。")
        self.model = WorksModel(session, self, whole=True)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setAccessibleName("作品列表")
        self.list.setIconSize(QSize(18, 18))
        self.list.setUniformItemSizes(True)
        self.list.setFixedWidth(230)
        self.list.setMinimumHeight(200)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.boxes: dict[str, FieldBox] = {}
        self._revealed: set[str] = set()
        self._current = ""
        self.form = QWidget()
        self._build_form()
        self.empty = QLabel("还没有作品。请先回到“添加视频”，把要报送的视频拖进来。")
        self.empty.setProperty("role", "lead")
        self.empty.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(self.list)
        row.addWidget(self.form, 1)
        self.body.addLayout(row, 1)
        self.body.addWidget(self.empty)
        self.list.selectionModel().currentChanged.connect(self._choose)
        session.draft_changed.connect(self._follow)
        session.film_changed.connect(lambda _: self._fill())
        self._follow()

    def leave(self) -> str:
        """Show what is missing in every work, and go to the first such field."""
        self._revealed.update(w.id for w in self.session.draft.works)
        self._fill()
        for work in self.session.draft.works:
            wrong = [
                f for f in self.session.findings_of(work)
                if f.level is Level.FAIL and f.field in self.boxes
            ]  # fmt: skip
            if wrong:
                self.show_field(work.id, wrong[0].field)
                labels = dict.fromkeys(self.boxes[f.field].field.label for f in wrong)
                return f"第 {self.model.row_of(work.id) + 1} 部作品的" + "、".join(labels)
        return ""

    def show_field(self, work: str, field: str) -> None:
        """Choose the work and put the focus on its field."""
        row = self.model.row_of(work)
        if row < 0:
            return
        self._revealed.add(work)
        self.list.setCurrentIndex(self.model.index(row, 0))
        self._fill()
        if box := self.boxes.get(field):
            self.show_widget(box.editor)

    def current(self) -> Work | None:
        """Return the work whose form is shown."""
        return self.session.work(self._current)

    def _build_form(self) -> None:
        campaign = self.session.campaign
        themes = tuple(t.name for t in campaign.themes)
        editors = {
            "title": lambda f: LineInput(f.example),
            "type": lambda f: ChoiceInput(tuple(t.name for t in campaign.types), none="按时长自动选择"),
            "theme": lambda f: ChoiceInput(themes, free=True),
            "genre": lambda f: ChoiceInput(campaign.genres, none="（请选择）"),
            "created": lambda f: LineInput(f.example),
            "producer": lambda f: LineInput(f.example),
            "creators": lambda f: CreatorsEditor(campaign.creator_roles),
            "synopsis": lambda f: TextInput(f.example, 5),
            "recommendation": lambda f: TextInput(f.example, 3),
        }
        places = {"type": (1, 0, 1), "genre": (1, 1, 1), "created": (3, 0, 1), "producer": (3, 1, 1)}
        rows = {"title": 0, "theme": 2, "creators": 4, "synopsis": 5, "recommendation": 6}
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(16)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        for identity, make in editors.items():
            field = campaign.field(identity)
            if field is None:
                continue
            box = FieldBox(field, make(field))
            self.boxes[identity] = box
            row, column, span = places.get(identity, (rows.get(identity, 0), 0, 2))
            grid.addWidget(box, row, column, 1, span, Qt.AlignmentFlag.AlignTop)
            if isinstance(box.editor, CreatorsEditor):
                box.editor.edited.connect(lambda: self._edit("creators", self.boxes["creators"].editor.value()))
            else:
                box.edited.connect(lambda value, identity=identity: self._edit(identity, value))
        self.facts = QLabel()
        self.facts.setProperty("role", "hint")
        self.facts.setWordWrap(True)
        column = QVBoxLayout(self.form)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(self.facts)
        column.addLayout(grid)
        column.addLayout(self._actions())
        column.addStretch(1)

    def _actions(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.same_unit = QPushButton("制作单位同报送单位(&S)")
        self.same_unit.clicked.connect(lambda: self._edit("producer", self.session.draft.unit.name))
        self.to_all = QPushButton("把主题、题材等用于所有作品(&L)")
        self.to_all.setToolTip("把主题、题材、创作时间、制作单位、主创人员和推选意见抄到所有作品；可以撤销")
        self.to_all.clicked.connect(self._apply_to_all)
        row.addWidget(self.same_unit)
        row.addWidget(self.to_all)
        row.addStretch(1)
        return row

    def _edit(self, identity: str, value) -> None:
        work = self.current()
        if work is not None:
            self.session.edit_work(replace(work, **{identity: value}), run=f"{work.id}.{identity}")

    def _apply_to_all(self) -> None:
        work = self.current()
        if work is None:
            return
        shared = {name: getattr(work, name) for name in _SHARED}
        self.session.edit_works(lambda other: replace(other, **shared), "把作品信息用于所有作品")

    def _choose(self, index) -> None:
        if not index.isValid():
            return
        chosen = self.model.work_at(index.row()).id
        if chosen != self._current:
            self.session.history.end_run()
            self._current = chosen
            for box in self.boxes.values():
                box.reveal(chosen in self._revealed)
            self._fill()
            self.scroll.verticalScrollBar().setValue(0)

    def _follow(self) -> None:
        works = self.session.draft.works
        for widget in (self.list, self.form):
            widget.setVisible(bool(works))
        self.empty.setVisible(not works)
        if not works:
            self._current = ""
            return
        row = max(self.model.row_of(self._current), 0)
        if self.list.currentIndex().row() != row or self._current != works[row].id:
            self.list.setCurrentIndex(self.model.index(row, 0))
            self._current = works[row].id
        self._fill()

    def _fill(self) -> None:
        work = self.current()
        if work is None:
            return
        findings = self.session.findings_of(work)
        film = self.session.film(work)
        length = film.duration_ms if isinstance(film, MediaFacts) else None
        fitting = self.session.campaign.type_for(length)
        for identity, box in self.boxes.items():
            if identity == "type":
                box.editor.rename_none(f"按时长：{fitting.name}" if fitting else "按时长自动选择")
            if identity == "creators":
                box.editor.fill(work.creators)
            else:
                box.fill(getattr(work, identity))
            if work.id in self._revealed:
                box.reveal()
            box.show_findings(findings)
        name = self.session.film_path(work)
        self.facts.setText(f"视频：{name}" if name else "还没有视频")
        self.to_all.setEnabled(len(self.session.draft.works) > 1)
        self.same_unit.setEnabled(bool(self.session.draft.unit.name))
