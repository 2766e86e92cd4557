"""核对: everything that is not right, grouped by what to do; a click leads to the field."""

from collections.abc import Iterator

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
)

from app.draft import bare_title
from app.ui import icons, theme
from app.ui.badges import LOOKS, State
from app.ui.film_rules import RULES
from app.ui.pages.page import Page
from app.ui.places import field_of
from app.ui.return_key import keep_return
from app.ui.session import Session
from app.validators import Finding, Level

_MOST_SHOWN = 100
_PADDING = 16
_WHERE = Qt.ItemDataRole.UserRole
_GROUPS = (
    (Level.FAIL, State.FAIL, "必须改正"),
    (Level.MANUAL, State.MANUAL, "需要人确认"),
    (Level.WARN, State.WARN, "请留意（不影响报送）"),
)


class OverviewPage(Page):
    """What blocks and what only warns, over all pages and works."""

    wanted = Signal(str, str)
    """The user wants to go to the field (second) of a work (first, may be empty)."""

    name = "核对"

    def __init__(self, session: Session) -> None:
        super().__init__(
            session,
            "还有什么没做好，都列在这里。双击或按回车，直接到要改的地方。草稿随时自动保存，不齐也能保存。",
        )
        self.summary = QLabel()
        self.summary.setProperty("role", "section")
        self.summary.setWordWrap(True)
        self.tree = QTreeWidget()
        keep_return(self.tree)
        self.tree.setAccessibleName("需要处理的问题")
        self.tree.setHeaderLabels(["问题", "怎么办"])
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.tree.setWordWrap(True)
        self.tree.setMinimumHeight(220)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.body.addWidget(self.summary)
        self.body.addWidget(self.tree, 1)
        self.tree.setItemDelegate(_Wrapping(self.tree))
        # Wrapped rows are as high as the columns are wide.
        self.tree.header().sectionResized.connect(lambda *_: self.tree.scheduleDelayedItemsLayout())
        self.tree.itemActivated.connect(self._go)
        session.findings_changed.connect(self._refresh)
        self._shown: list[Finding] = []

    def enter(self) -> None:
        """Show how things stand now."""
        self._refresh(force=True)

    def _refresh(self, *, force: bool = False) -> None:
        if not (force or self.isVisible()):
            return
        found = [f for f in self.session.findings() if f.level is not Level.PASS]
        if found == self._shown and not force:
            return
        self._shown = found
        self.tree.clear()
        for level, state, words in _GROUPS:
            self._add_group(state, words, [f for f in found if f.level is level])
        fails = sum(f.level is Level.FAIL for f in found)
        manual = sum(f.level is Level.MANUAL for f in found)
        self.tree.setVisible(bool(found))
        if fails:
            self.summary.setText(f"还有 {fails} 处必须改正" + (f"，{manual} 处需要人确认。" if manual else "。"))
        elif manual:
            self.summary.setText(f"没有必须改正的了，还有 {manual} 处需要人确认。")
        else:
            self.summary.setText("都齐了，可以导出表格。")

    def _add_group(self, state: State, words: str, findings: list[Finding]) -> None:
        if not findings:
            return
        head = QTreeWidgetItem(self.tree, [f"{words}（{len(findings)}）"])
        look = LOOKS[state]
        head.setIcon(0, icons.icon(look.icon, getattr(theme.colours(), look.colour), 18))
        head.setFirstColumnSpanned(True)
        font = head.font(0)
        font.setBold(True)
        head.setFont(0, font)
        for message, fix, alike in _alike(findings):
            if len(alike) == 1:
                self._add_item(head, self._where(alike[0]) + message, fix, alike[0])
                continue
            several = QTreeWidgetItem(head, [f"{message}（{len(alike)} 部作品）", fix])
            several.setData(0, _WHERE, (alike[0].work, field_of(alike[0])))
            for finding in alike[:_MOST_SHOWN]:
                self._add_item(several, self._where(finding).rstrip("："), "", finding)
            if len(alike) > _MOST_SHOWN:
                QTreeWidgetItem(several, [f"还有 {len(alike) - _MOST_SHOWN} 部……"])
        head.setExpanded(True)

    def _add_item(self, parent: QTreeWidgetItem, text: str, fix: str, finding: Finding) -> None:
        item = QTreeWidgetItem(parent, [text, fix])
        item.setData(0, _WHERE, (finding.work, field_of(finding)))
        item.setToolTip(0, "\n".join(filter(None, [text, finding.clause])))
        item.setToolTip(1, fix)

    def _where(self, finding: Finding) -> str:
        work = self.session.work(finding.work) if finding.work else None
        if work is None:
            return ""
        row = self.session.draft.works.index(work) + 1
        return f"{row} 《{bare_title(work.title)}》：" if work.title else f"第 {row} 部作品："

    def _go(self, item: QTreeWidgetItem) -> None:
        where = item.data(0, _WHERE)
        if where:
            self.wanted.emit(*where)


class _Wrapping(QStyledItemDelegate):
    """Makes a row as high as its text needs in the column's width; Qt's own hint is one line."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the size of a cell with its text wrapped."""
        tree = self.parent()
        room = tree.columnWidth(index.column()) - _PADDING
        if index.column() == 0:
            level = 1 + sum(1 for _ in _ancestors(index))
            room -= level * tree.indentation()
        text = index.data(Qt.ItemDataRole.DisplayRole) or ""
        wrap = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere
        needed = option.fontMetrics.boundingRect(QRect(0, 0, max(room, 80), 10_000), wrap, text)
        return QSize(0, needed.height() + _PADDING)


def _ancestors(index: QModelIndex | QPersistentModelIndex) -> Iterator[QModelIndex]:
    parent = index.parent()
    while parent.isValid():
        yield parent
        parent = parent.parent()


def _alike(findings: list[Finding]) -> Iterator[tuple[str, str, list[Finding]]]:
    """Yield findings that ask for the same thing together: (message, fix, findings)."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        words = finding.message or RULES.get(finding.rule, finding.rule)
        groups.setdefault((words, finding.fix), []).append(finding)
    for (message, fix), alike in groups.items():
        yield message, fix, alike
