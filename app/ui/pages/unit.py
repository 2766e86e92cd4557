"""报送单位: the submitting unit, filled once and remembered."""

from collections.abc import Callable

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QMenu, QWidget

from app import storage
from app.draft import Address, Unit
from app.errors import AppError
from app.ui.divisions import cities, counties, provinces
from app.ui.fields import FieldBox
from app.ui.inputs import ChoiceInput, LineInput
from app.ui.pages.page import Page
from app.ui.session import Session

replace = msgspec.structs.replace

# Below this width of the page, in logical pixels, the address takes two rows.
_NARROW = 760
_ADDRESS_PARTS = (("province", "省（自治区）"), ("city", "市（州）"), ("district", "区（县）"), ("detail", "街道门牌"))


class UnitPage(Page):
    """Asks for the unit's fields that the call asks for."""

    name = "报送单位"

    def __init__(self, session: Session) -> None:
        super().__init__(session, "填一次就会记住，下次报送自动带出。各张表格都从这里取用，不必重复填写。")
        self.boxes: dict[str, FieldBox] = {}
        self.address: dict[str, LineInput | ChoiceInput] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(16)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self._add(
            grid,
            0,
            0,
            2,
            "unit.name",
            LineInput,
            "报送单位是盖章、负责报送的单位；制作单位是实际拍摄的单位，在作品信息里填",
        )
        self._add(grid, 1, 0, 1, "unit.kind", lambda _: ChoiceInput(session.campaign.unit_kinds, free=True))
        self._add(grid, 2, 0, 2, "unit.address", lambda _: self._address_editor())
        self._add(grid, 3, 0, 1, "unit.contact.name", LineInput)
        self._add(grid, 3, 1, 1, "unit.contact.mobile", LineInput)
        self._add(grid, 4, 0, 1, "unit.preparer.name", LineInput)
        self._add(grid, 4, 1, 1, "unit.preparer.phone", LineInput)
        self.body.addLayout(grid)
        if box := self.boxes.get("unit.name"):
            self.other_unit = box.add_action("换一个单位", lambda: None, "换成以前填过的单位，或清空重填")
            self.other_unit.setMenu(QMenu(self.other_unit))
            self.other_unit.setProperty("menu", True)
            self.other_unit.menu().aboutToShow.connect(self._offer_units)
        if box := self.boxes.get("unit.preparer.name"):
            self.same_person = box.add_action("与联系人相同", self._copy_contact)
        self.body.addStretch(1)
        session.draft_changed.connect(self._fill)
        self._fill()

    def leave(self) -> str:
        """Show everything that is missing, and go to the first such field."""
        for box in self.boxes.values():
            box.reveal()
        wrong = [b for b in self.boxes.values() if b.problem()]
        if not wrong:
            return ""
        self.show_widget(wrong[0].first())
        return "、".join(b.field.label for b in wrong)

    def show_field(self, work: str, field: str) -> None:
        """Put the focus on a field of the unit."""
        if box := self.boxes.get(field):
            box.reveal()
            self.show_widget(box.first())

    def _add(
        self, grid: QGridLayout, row: int, column: int, span: int, identity: str,
        make: Callable[[str], QWidget], about: str = "",
    ) -> None:  # fmt: skip
        field = self.session.campaign.field(identity)
        if field is None:
            return
        first = (lambda: self.address["province"]) if identity == "unit.address" else None
        box = FieldBox(field, make(field.example), about=about, first=first)
        box.edited.connect(lambda value: self._edit(identity, value))
        self.boxes[identity] = box
        grid.addWidget(box, row, column, 1, span, Qt.AlignmentFlag.AlignTop)

    def _address_editor(self) -> QWidget:
        editor = QWidget()
        self._address_grid = QGridLayout(editor)
        self._address_grid.setContentsMargins(0, 0, 0, 0)
        for part, word in _ADDRESS_PARTS:
            line: LineInput | ChoiceInput = LineInput() if part == "detail" else ChoiceInput((), free=True)
            (line.lineEdit() if isinstance(line, ChoiceInput) else line).setPlaceholderText(word)
            line.setAccessibleName(word)
            line.edited.connect(lambda value, part=part: self._edit_address(part, value))
            self.address[part] = line
        self._arrange_address(narrow=False)
        return editor

    def _arrange_address(self, *, narrow: bool) -> None:
        """Put the parts of the address in one row, or in two where there is no room."""
        for number, (part, line) in enumerate(self.address.items()):
            if narrow and part == "detail":
                self._address_grid.addWidget(line, 1, 0, 1, 3)
            else:
                self._address_grid.addWidget(line, 0, number)
            self._address_grid.setColumnStretch(
                number, 0 if narrow and part == "detail" else 3 if part == "detail" else 2
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the address where there is no room."""
        super().resizeEvent(event)
        if self.address:
            self._arrange_address(narrow=self.width() < _NARROW)

    def _edit(self, identity: str, value: str) -> None:
        self.session.edit_unit(with_value(self.session.draft.unit, identity, value), identity)

    def _edit_address(self, part: str, value: str) -> None:
        unit = self.session.draft.unit
        self.session.edit_unit(replace(unit, address=replace(unit.address, **{part: value})), f"address.{part}")

    def _copy_contact(self) -> None:
        unit = self.session.draft.unit
        preparer = replace(unit.preparer, name=unit.contact.name, phone=unit.contact.mobile)
        self.session.edit_unit(replace(unit, preparer=preparer))

    def showEvent(self, event: QShowEvent) -> None:
        """Show the unit as it is now; a hidden page follows no change."""
        super().showEvent(event)
        self._fill()

    def _fill(self) -> None:
        if not self.isVisible():
            return
        unit = self.session.draft.unit
        for identity, box in self.boxes.items():
            if identity != "unit.address":
                box.fill(value_of(unit, identity))
            box.show_findings(self.session.submission_findings())
        self._offer_divisions(unit.address)
        for part, line in self.address.items():
            line.fill(getattr(unit.address, part))

    def _offer_divisions(self, address: Address) -> None:
        if not self.address:
            return
        self.address["province"].offer(provinces())
        self.address["city"].offer(cities(address.province))
        self.address["district"].offer(counties(address.province, address.city))

    def _offer_units(self) -> None:
        menu = self.other_unit.menu()
        menu.clear()
        for unit in storage.load_profiles():
            if unit != self.session.draft.unit:
                menu.addAction(unit.name, lambda unit=unit: self.session.edit_unit(unit))
        if not menu.isEmpty():
            menu.addSeparator()
            forget = menu.addMenu("忘掉已记住的单位")
            for unit in storage.load_profiles():
                forget.addAction(unit.name, lambda name=unit.name: self._forget(name))
        menu.addAction("清空，填写新的单位", lambda: self.session.edit_unit(Unit()))

    def _forget(self, name: str) -> None:
        try:
            storage.forget_profile(name)
        except AppError as error:
            self.banner.show_error(error)


def value_of(unit: Unit, identity: str) -> str:
    """Return the value of a field by its name in the call (`unit.contact.name`)."""
    value = unit
    for name in identity.split(".")[1:]:
        value = getattr(value, name)
    return value


def with_value(unit: Unit, identity: str, value: str) -> Unit:
    """Return the unit with one field changed, by its name in the call."""
    names = identity.split(".")[1:]
    if len(names) == 1:
        return replace(unit, **{names[0]: value})
    part = replace(getattr(unit, names[0]), **{names[1]: value})
    return replace(unit, **{names[0]: part})
