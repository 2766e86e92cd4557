"""A mini-program: what it asks for, field by field in its order, to be copied over; on paper as well."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.campaign import Channel
from app.errors import AppError, Cancelled
from app.exporters.naming import safe_name
from app.exporters.upload_sheet import Section, sheet_form, upload_sheet
from app.files import write_whole
from app.long_paths import openable
from app.ui import icons
from app.ui.banner import Banner
from app.ui.copy_row import CopyRow
from app.ui.folders import open_folder
from app.ui.form_pages import pages_of, pdf_of
from app.ui.jobs import Handle
from app.ui.printing import PrintJob
from app.ui.session import Session
from app.ui.stepper import Stepper

_DONE = "✓ "


class UploadChannel(QWidget):
    """One part of the upload at a time: the unit, then work by work."""

    def __init__(self, session: Session, channel: Channel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._channel = channel
        self._sections: tuple[Section, ...] = ()
        # What was ticked off, by work and place; another text than that which was copied is not done any more.
        self._done: dict[tuple[str, int], str] = {}
        self._handle: Handle | PrintJob | None = None
        self.rows: list[CopyRow] = []
        self.banner = Banner(self)
        about = QLabel(
            f"打开小程序“{channel.name}”，照下面的顺序逐项复制、粘贴，栏目以小程序里的为准。在电脑上打开（如电脑版微信）"
            "能直接粘贴；只能用手机时，请打印对照表照着填。复制过的会打上勾，没有填成可以点掉。"
        )
        about.setProperty("role", "hint")
        about.setWordWrap(True)
        self.stepper = Stepper("填到哪一部分", "上一部", "下一部")
        self.stepper.chosen.connect(lambda _: self._show_section())
        self.state = QLabel()
        self.state.setProperty("role", "hint")
        self.card = QFrame()
        self.card.setProperty("role", "card")
        self._list = QVBoxLayout(self.card)
        self._list.setContentsMargins(16, 10, 16, 10)
        self._list.setSpacing(2)
        self.open = QPushButton("打开所在文件夹", self.card)
        icons.decorate(self.open, "folder-open")
        self.open.clicked.connect(self._open)
        self.on = QPushButton()
        self.on.clicked.connect(self._go_on)
        self.empty = QLabel("还没有作品。请先回到“添加视频”，把要报送的视频拖进来。")
        self.empty.setProperty("role", "lead")
        self.empty.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        below = QHBoxLayout()
        below.addWidget(self.state, 1)
        below.addWidget(self.on)
        for widget in (about, self.empty, self.banner, self.stepper, self.card):
            column.addWidget(widget)
        column.addLayout(below)
        column.addLayout(self._actions())
        column.addWidget(self.progress)
        self._show_idle()
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._follow)
        session.draft_changed.connect(self._soon)
        session.film_changed.connect(lambda _: self._soon())

    def show_package(self, path: Path | None) -> None:
        """Go on as before: a mini-program takes the films themselves, packed or not."""

    def showEvent(self, event: QShowEvent) -> None:
        """Show the draft as it is now."""
        super().showEvent(event)
        self._follow()

    def save_pdf(self, path: Path) -> None:
        """Write the sheet as PDF."""
        form = sheet_form(self._sections, self._channel)
        self._show_busy()

        def save(handle: Handle) -> None:
            data = pdf_of([form])
            if handle.cancelled():
                raise Cancelled
            write_whole(openable(path), data)

        self._handle = self.session.jobs.run(
            save,
            lambda _: self.banner.show_note(f"对照表已存好：“{path.name}”。", f"在“{path.parent}”。"),
            self.banner.show_error,
            on_end=self._show_idle,
        )

    def print_on(self, printer: QPrinter) -> None:
        """Print the sheet on a printer that is ready."""
        form = sheet_form(self._sections, self._channel)
        self._show_busy()
        self._handle = PrintJob(
            self.session.jobs, printer, lambda: pages_of([form]), self._printing, self._printed, self._failed
        )

    def _actions(self) -> QHBoxLayout:
        self.print = QPushButton("打印对照表…")
        icons.decorate(self.print, "printer")
        self.print.clicked.connect(self._ask_printer)
        self.save = QPushButton("存为 PDF…")
        self.save.clicked.connect(self._ask_path)
        self.cancel = QPushButton("取消")
        self.cancel.clicked.connect(self._cancel)
        self.progress = QProgressBar(textVisible=False)
        self.progress.setAccessibleName("进度")
        row = QHBoxLayout()
        for button in (self.print, self.save, self.cancel):
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _soon(self) -> None:
        if self.isVisible():
            self._timer.start()

    def _follow(self) -> None:
        """Show the draft as it is; what was shown stays shown."""
        shown = self._section().work if self._sections else None
        session = self.session
        self._sections = upload_sheet(session.draft, session.campaign, self._channel, session.facts())
        works = [n for n, section in enumerate(self._sections) if section.work == shown]
        self.stepper.offer(
            [self._name(n) for n in range(len(self._sections))], works[0] if works else 0 if self._sections else -1
        )
        for widget in (self.stepper, self.card, self.state, self.print, self.save):
            widget.setVisible(bool(self._sections))
        self.empty.setVisible(not session.draft.works)
        self._show_section()

    def _section(self) -> Section:
        return self._sections[self.stepper.current()]

    def _show_section(self) -> None:
        fields = self._values(self.stepper.current())
        while len(self.rows) < len(fields):
            self._add_row()
        for number, row in enumerate(self.rows):
            row.setVisible(number < len(fields))
            if number < len(fields):
                label, value = fields[number]
                ticked = self._done.get((self._section().work, number)) == value
                if (row.label.text(), row.value, row.tick.isChecked()) != (label, value, ticked) or not value:
                    row.show_value(label, value, ticked=ticked)
        self._place_open(len(fields) - 1 if fields and self._section().work and fields[-1][1] else -1)
        self._show_state()

    def _values(self, number: int) -> list[tuple[str, str]]:
        """Return the labels and texts of a section; a film is given by its whole path."""
        if not 0 <= number < len(self._sections):
            return []
        section = self._sections[number]
        fields = [(field.label, field.value) for field in section.fields]
        work = self.session.work(section.work) if section.work else None
        if work is not None:
            fields[-1] = (fields[-1][0], str(Path(self.session.film_path(work))) if work.video.path else "")
        return fields

    def _add_row(self) -> None:
        number = len(self.rows)
        row = CopyRow(ticks=True)
        row.ticked.connect(lambda ticked: self._tick(number, ticked))
        self._list.addWidget(row)
        self.rows.append(row)

    def _place_open(self, number: int) -> None:
        """Put the button that opens the film's folder into its row, which is another one where fields differ."""
        for n, row in enumerate(self.rows):
            row.copy.call("复制路径" if n == number else "复制")
        if number >= 0 and self.open.parentWidget() is not self.rows[number]:
            self.rows[number].actions.insertWidget(1, self.open)
        self.open.setVisible(number >= 0)

    def _tick(self, number: int, ticked: bool) -> None:
        key = (self._section().work, number)
        if ticked:
            self._done[key] = self.rows[number].value
        else:
            self._done.pop(key, None)
        self.stepper.rename(self.stepper.current(), self._name(self.stepper.current()))
        self._show_state()

    def _count(self, number: int) -> tuple[int, int]:
        """Return how many texts of a section are ticked off, of how many."""
        work = self._sections[number].work
        filled = [(n, value) for n, (_, value) in enumerate(self._values(number)) if value]
        return sum(self._done.get((work, n)) == value for n, value in filled), len(filled)

    def _name(self, number: int) -> str:
        done, of = self._count(number)
        mark = _DONE if done == of and of else ""
        return f"{mark}{done}/{of}　{self._sections[number].title}"

    def _show_state(self) -> None:
        works = [n for n, section in enumerate(self._sections) if section.work]
        whole = sum(done == of for done, of in map(self._count, works))
        self.state.setText(f"共 {len(works)} 部作品，已填完 {whole} 部。")
        following = self.stepper.current() + 1
        there = 0 <= following < len(self._sections)
        self.on.setVisible(there)
        if there:
            self.on.setText("接着填下一部" if self._section().work else "接着填作品")

    def _go_on(self) -> None:
        """Turn to the next section and begin at its top."""
        self.stepper.choose(self.stepper.current() + 1)
        first = next((row for row in self.rows if row.isVisibleTo(self) and row.value), None)
        if first is not None:
            first.copy.setFocus()
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if above is not None:
            above.ensureWidgetVisible(self.stepper, 0, 40)

    def _open(self) -> None:
        work = self.session.work(self._section().work)
        try:
            open_folder(Path(self.session.film_path(work)).parent)
        except AppError as error:
            self.banner.show_error(error)

    def _ask_path(self) -> None:
        desktop = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DesktopLocation)
        name = safe_name(f"{self._channel.name}_在线报送对照表")
        chosen, _ = QFileDialog.getSaveFileName(self, "对照表存为", str(Path(desktop) / f"{name}.pdf"), "PDF (*.pdf)")
        if chosen:
            self.save_pdf(Path(chosen))

    def _ask_printer(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.setWindowTitle("打印对照表")
        if dialog.exec() == QPrintDialog.DialogCode.Accepted:
            self.print_on(printer)

    def _printing(self, done: int, count: int) -> None:
        self.progress.setRange(0, count)
        self.progress.setValue(done)

    def _printed(self) -> None:
        self._show_idle()
        self.banner.show_note("已经送去打印。")

    def _failed(self, error: AppError) -> None:
        self._show_idle()
        self.banner.show_error(error)

    def _cancel(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
        self._show_idle()

    def _show_busy(self) -> None:
        self.banner.hide()
        for button in (self.print, self.save):
            button.setEnabled(False)
        self.progress.setRange(0, 0)
        self.progress.show()
        self.cancel.show()

    def _show_idle(self) -> None:
        self._handle = None
        for button in (self.print, self.save):
            button.setEnabled(True)
        self.progress.hide()
        self.cancel.hide()
