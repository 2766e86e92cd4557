"""审片确认: what only a person can judge, as questions, by work."""

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.campaign import Confirmation
from app.draft import Work, bare_title
from app.ui.badges import Badge, State
from app.ui.inner import InnerScroll
from app.ui.pages.page import Page
from app.ui.session import Session
from app.ui.storyboard import Storyboard
from app.ui.work_list import WorkList

replace = msgspec.structs.replace


class ReviewPage(Page):
    """The call's confirmations of the work chosen at the left."""

    name = "审片确认"

    def __init__(self, session: Session) -> None:
        super().__init__(session, "这些条款机器判断不了，请看过片子后逐条回答。回答“否”的，要改好片子再报送。")
        self.list = WorkList(session)
        self.questions = {c.id: Question(c) for c in session.campaign.confirmations}
        self.title = QLabel()
        self.title.setProperty("role", "section")
        self.title.setWordWrap(True)
        self.storyboard = Storyboard(session)
        content = QWidget(objectName="content")
        # The pictures stay in sight while the questions scroll.
        self.right = InnerScroll()
        column = QVBoxLayout(content)
        column.setContentsMargins(2, 0, 10, 0)
        column.setSpacing(10)
        for question in self.questions.values():
            question.answered.connect(self._answer)
            column.addWidget(question)
        self.all_yes = QPushButton("以上都已看过，全部符合(&A)")
        self.all_yes.clicked.connect(self._confirm_all)
        self.further = QPushButton("下一部(&X)")
        self.further.clicked.connect(self._go_on)
        below = QHBoxLayout()
        below.addWidget(self.all_yes)
        below.addWidget(self.further)
        below.addStretch(1)
        column.addLayout(below)
        column.addStretch(1)
        self.right.setWidget(content)
        self.empty = QLabel("还没有作品。请先回到“添加视频”，把要报送的视频拖进来。")
        self.empty.setProperty("role", "lead")
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(self.list)
        self.judged = QWidget()
        beside = QVBoxLayout(self.judged)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(10)
        beside.addWidget(self.title)
        beside.addWidget(self.storyboard)
        beside.addWidget(self.right, 1)
        row.addWidget(self.judged, 1)
        self.body.addLayout(row, 1)
        self.body.addWidget(self.empty)
        self.list.chosen.connect(lambda _: self._show())
        session.draft_changed.connect(self._follow)
        session.film_changed.connect(self._film_changed)
        self._follow()

    def showEvent(self, event: QShowEvent) -> None:
        """Take the pictures only when they are looked at."""
        super().showEvent(event)
        self._fill()

    def show_field(self, work: str, field: str) -> None:
        """Choose the work and put the focus on the question."""
        self.list.choose(work)
        if question := self.questions.get(field.removeprefix("declarations.")):
            self.right.ensureWidgetVisible(question, 0, 30)
            self.show_widget(question.yes)

    def current(self) -> Work | None:
        """Return the work that is being judged."""
        return self.session.work(self.list.current())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width with the list."""
        super().resizeEvent(event)
        self.list.fit(self.width())

    def _answer(self, identity: str, answer: bool | None) -> None:
        work = self.current()
        if work is not None:
            self.session.edit_work(replace(work, declarations={**work.declarations, identity: answer}), "回答审片问题")

    def _confirm_all(self) -> None:
        work = self.current()
        if work is not None:
            answers = {identity: True for identity in self.questions if identity not in work.declarations}
            self.session.edit_work(replace(work, declarations={**work.declarations, **answers}), "确认全部条款")

    def _open(self) -> list[str]:
        """Return the ids of the works with a question that nobody has answered."""
        return [w.id for w in self.session.draft.works if not self.questions.keys() <= w.declarations.keys()]

    def _go_on(self) -> None:
        """Go to the next work, after the last to the first, that still has an open question."""
        works = [w.id for w in self.session.draft.works]
        here = works.index(self.list.current())
        waiting = set(self._open())
        self.list.choose(next(w for w in works[here + 1 :] + works[:here] if w in waiting))
        self.show_widget(self.list)

    def _show(self) -> None:
        self._fill()
        self.right.verticalScrollBar().setValue(0)

    def _follow(self) -> None:
        works = self.session.draft.works
        for widget in (self.list, self.judged):
            widget.setVisible(bool(works))
        self.empty.setVisible(not works)
        self._fill()

    def _film_changed(self, path: str) -> None:
        work = self.current()
        if work is not None and self.session.film_path(work) == path:
            self._fill()

    def _fill(self) -> None:
        work = self.current()
        if work is None or not self.isVisible():
            return
        self.title.setText(f"《{bare_title(work.title)}》" if work.title else "（还没有名称）")
        self.storyboard.show_film(self.session.film_path(work), self.session.film(work))
        for identity, question in self.questions.items():
            question.fill(work.declarations.get(identity, ...))
        others = len(set(self._open()) - {work.id})
        self.further.setVisible(bool(others))
        self.further.setText(f"下一部（还有 {others} 部待确认）(&X)")


class Question(QFrame):
    """One question with yes, no and, where the call allows it, not applicable."""

    answered = Signal(str, object)

    def __init__(self, confirmation: Confirmation, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._confirmation = confirmation
        self.setProperty("role", "card")
        text = QLabel(confirmation.question)
        text.setProperty("role", "label")
        text.setWordWrap(True)
        clause = QLabel(f"依据：{confirmation.clause}")
        clause.setProperty("role", "hint")
        clause.setWordWrap(True)
        self.yes, self.no = QRadioButton("是"), QRadioButton("否")
        self.not_applicable = QRadioButton("不涉及")
        self._group = QButtonGroup(self)
        answers = QHBoxLayout()
        answers.setSpacing(18)
        for button, answer in ((self.yes, True), (self.no, False), (self.not_applicable, None)):
            self._group.addButton(button)
            button.setAccessibleName(f"{confirmation.question} {button.text()}")
            button.clicked.connect(lambda _, answer=answer: self.answered.emit(confirmation.id, answer))
            answers.addWidget(button)
        self.badge = Badge()
        answers.addWidget(self.badge, 1, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(4)
        column.addWidget(text)
        column.addWidget(clause)
        column.addLayout(answers)
        self.not_applicable.setVisible(confirmation.may_not_apply)
        self.setAccessibleName(confirmation.question)
        self.fill(...)

    def fill(self, answer) -> None:
        """Show an answer: True, False, None (does not apply), or ... while there is none."""
        chosen = {True: self.yes, False: self.no, None: self.not_applicable}.get(answer)
        self._group.setExclusive(False)
        for button in self._group.buttons():
            button.setChecked(button is chosen)
        self._group.setExclusive(True)
        if answer is False:
            self.badge.show_state(State.FAIL, self._confirmation.fix)
        elif answer is ...:
            self.badge.show_state(State.MANUAL)
        else:
            self.badge.show_state(State.PASS, "已确认")
