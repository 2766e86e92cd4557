"""作品信息: the list of works left, the form of one right."""

from collections.abc import Callable
from typing import Any

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.campaign import Campaign, Field
from app.draft import Work
from app.media import MediaFacts, clock_text
from app.origins import origin_text
from app.ui.columns import column_from_text, column_to_text, creators_from_text, creators_to_text
from app.ui.creators import CreatorsEditor
from app.ui.fields import FieldBox
from app.ui.inner import InnerScroll
from app.ui.inputs import ChoiceInput, LineInput, TextInput
from app.ui.pages.page import Page
from app.ui.session import Session
from app.ui.work_list import WorkList
from app.validators import Level

replace = msgspec.structs.replace

_EDITORS: dict[str, Callable[[Field, Campaign], QWidget]] = {
    "title": lambda f, _: LineInput(f.example),
    "type": lambda _, c: ChoiceInput(tuple(t.name for t in c.types), none="按时长自动选择"),
    "genre": lambda _, c: ChoiceInput(c.genres, none="（请选择）"),
    "theme": lambda _, c: ChoiceInput(tuple(t.name for t in c.themes), free=True),
    "created": lambda f, _: LineInput(f.example),
    "producer": lambda f, _: LineInput(f.example),
    "creators": lambda _, c: CreatorsEditor(c.creator_roles),
    "synopsis": lambda f, _: TextInput(f.example, 5),
    "recommendation": lambda f, _: TextInput(f.example, 3),
}
# Below this width of the page, in logical pixels, the fields stand below each other.
_NARROW = 860
# Row, column, columns spanned.
_PLACES = {
    "title": (0, 0, 2), "type": (1, 0, 1), "genre": (1, 1, 1), "theme": (2, 0, 2), "created": (3, 0, 1),
    "producer": (3, 1, 1), "creators": (4, 0, 2), "synopsis": (5, 0, 2), "recommendation": (6, 0, 2),
}  # fmt: skip


class WorksPage(Page):
    """Asks for what the forms say of each work."""

    name = "作品信息"

    def __init__(self, session: Session) -> None:
        super().__init__(
            session,
            "左边选作品，右边填写。片名按文件名猜好了，请核对；“批量”可以用于所有作品，或整列复制、粘贴。",
        )
        self.list = WorkList(session)
        self.boxes: dict[str, FieldBox] = {}
        self._batch: list[QPushButton] = []
        self._revealed: set[str] = set()
        self.form = InnerScroll()
        self.form.setWidget(self._build_form())
        self.empty = QLabel("还没有作品。请先回到“添加视频”，把要报送的视频拖进来。")
        self.empty.setProperty("role", "lead")
        self.empty.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(self.list)
        row.addWidget(self.form, 1)
        self.body.addLayout(row, 1)
        self.body.addWidget(self.empty)
        self.list.chosen.connect(self._choose)
        session.draft_changed.connect(self._follow)
        session.film_changed.connect(self._film_changed)
        self._follow()

    def leave(self) -> str:
        """Show what is missing in every work, and go to the first such field."""
        self._revealed.update(w.id for w in self.session.draft.works)
        self._fill()
        for number, work in enumerate(self.session.draft.works, 1):
            found = self.session.findings_of(work)
            wrong = [f for f in found if f.level is Level.FAIL and f.field in self.boxes]
            if wrong:
                self.show_field(work.id, wrong[0].field)
                labels = dict.fromkeys(self.boxes[f.field].field.label for f in wrong)
                return f"第 {number} 部作品的" + "、".join(labels)
        return ""

    def show_field(self, work: str, field: str) -> None:
        """Choose the work and put the focus on its field."""
        self._revealed.add(work)
        self.list.choose(work)
        self._fill()
        if box := self.boxes.get(field):
            self.form.ensureWidgetVisible(box, 0, 30)
            self.show_widget(box.first())

    def current(self) -> Work | None:
        """Return the work whose form is shown."""
        return self.session.work(self.list.current())

    def apply_to_all(self, identity: str) -> None:
        """Give every work what the current one says in a field."""
        work = self.current()
        if work is not None:
            value = getattr(work, identity)
            label = f"把{self.boxes[identity].field.label}用于所有作品"
            self.session.edit_works(lambda other: replace(other, **{identity: value}), label)

    def copy_column(self, identity: str) -> None:
        """Put a field of all works on the clipboard, as a column."""
        values = [_to_text(identity, getattr(w, identity)) for w in self.session.draft.works]
        QApplication.clipboard().setText(column_to_text(values))
        self.banner.show_note(
            f"已复制 {len(values)} 部作品的{self.boxes[identity].field.label}，可以粘贴到 Excel 或 WPS。"
        )

    def paste_column(self, identity: str) -> None:
        """Give the works, from the current one on, the cells of a column on the clipboard."""
        values = column_from_text(QApplication.clipboard().text())
        works = self.session.draft.works
        first = next((i for i, w in enumerate(works) if w.id == self.list.current()), 0)
        targets = [w.id for w in works[first : first + len(values)]]
        new = {i: _from_text(identity, v, self.session.campaign) for i, v in zip(targets, values, strict=False)}
        label = self.boxes[identity].field.label
        if not new:
            self.banner.show_note("剪贴板里没有文字。", "请先在 Excel 或 WPS 里选中一列单元格，按 Ctrl+C 复制。")
            return
        self.session.edit_works(lambda w: replace(w, **{identity: new[w.id]}) if w.id in new else w, f"粘贴一列{label}")
        left = len(values) - len(new)
        more = f"剪贴板里多出的 {left} 行没有用上。" if left else "不对的话，按 Ctrl+Z 撤销。"
        self.banner.show_note(f"从第 {first + 1} 部作品起，填入了 {len(new)} 个{label}。", more)

    def _build_form(self) -> QWidget:
        content = QWidget(objectName="content")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(20)
        self._grid.setVerticalSpacing(16)
        for identity, make in _EDITORS.items():
            field = self.session.campaign.field(identity)
            if field is None:
                continue
            editor = make(field, self.session.campaign)
            first = editor.first if isinstance(editor, CreatorsEditor) else None
            box = FieldBox(field, editor, first=first)
            self.boxes[identity] = box
            if isinstance(box.editor, CreatorsEditor):
                box.editor.edited.connect(lambda editor=box.editor: self._edit("creators", editor.value()))
            else:
                box.edited.connect(lambda value, identity=identity: self._edit(identity, value))
            if identity == "producer":
                self.same_unit = box.add_action(
                    "同报送单位", lambda: self._edit("producer", self.session.draft.unit.name)
                )
            self._add_batch(box, identity)
        self.facts = QLabel()
        self.facts.setProperty("role", "hint")
        self.facts.setWordWrap(True)
        column = QVBoxLayout(content)
        column.setContentsMargins(2, 0, 10, 0)
        column.setSpacing(12)
        column.addWidget(self.facts)
        column.addLayout(self._grid)
        self._arrange(2)
        column.addStretch(1)
        return content

    def showEvent(self, event: QShowEvent) -> None:
        """Show the work as it is now; a hidden page follows no change."""
        super().showEvent(event)
        self._fill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the fields side by side only where there is room."""
        super().resizeEvent(event)
        self.list.fit(self.width())
        self._arrange(2 if self.width() > _NARROW else 1)

    def _arrange(self, columns: int) -> None:
        if self._grid.columnStretch(1) == columns - 1 and self._grid.count():
            return
        for number, (identity, box) in enumerate(self.boxes.items()):
            row, column, span = _PLACES[identity] if columns == 2 else (number, 0, 1)
            self._grid.addWidget(box, row, column, 1, span, Qt.AlignmentFlag.AlignTop)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, columns - 1)

    def _add_batch(self, box: FieldBox, identity: str) -> None:
        button = box.add_action("批量", lambda: None, "用于所有作品，或与 Excel、WPS 整列复制粘贴")
        menu = QMenu(button)
        if identity != "title":
            menu.addAction("用于所有作品(&A)", lambda: self.apply_to_all(identity))
        menu.addAction("复制整列(&C)", lambda: self.copy_column(identity))
        menu.addAction("从这部作品起粘贴整列(&V)", lambda: self.paste_column(identity))
        button.setMenu(menu)
        button.setProperty("menu", True)
        self._batch.append(button)

    def _edit(self, identity: str, value: Any) -> None:
        work = self.current()
        if work is not None:
            self.session.edit_work(replace(work, **{identity: value}), run=f"{work.id}.{identity}")

    def _choose(self, chosen: str) -> None:
        self.session.history.end_run()
        for box in self.boxes.values():
            box.reveal(chosen in self._revealed)
        self._fill()
        self.form.verticalScrollBar().setValue(0)

    def _follow(self) -> None:
        works = self.session.draft.works
        self.list.setVisible(bool(works))
        self.form.setVisible(bool(works))
        self.empty.setVisible(not works)
        for button in self._batch:
            button.setVisible(len(works) > 1)
        self._fill()

    def _film_changed(self, path: str) -> None:
        work = self.current()
        if work is not None and self.session.film_path(work) == path:
            self._fill()

    def _fill(self) -> None:
        work = self.current()
        if work is None or not self.isVisible():
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
        path = self.session.film_path(work)
        origin = self.session.origins.get(work.id)
        known = [origin_text(origin)] if origin else []
        known += [clock_text(length)] if length is not None else []
        self.facts.setText("　".join([*known, path or "还没有视频"]))
        self.same_unit.setEnabled(bool(self.session.draft.unit.name))


def _to_text(identity: str, value: Any) -> str:
    return creators_to_text(value) if identity == "creators" else value


def _from_text(identity: str, text: str, campaign: Campaign) -> Any:
    return creators_from_text(text, campaign) if identity == "creators" else text
