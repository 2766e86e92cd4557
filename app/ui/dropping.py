"""What is dropped on the window, on any page, finds its place: films, scans, packages, drafts, a summary list."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QRect, Qt, QTimer
from PySide6.QtWidgets import QMessageBox

from app.discover import Skipped
from app.ui.banner import Banner
from app.ui.carried import paths_in
from app.ui.drop_overlay import DropOverlay
from app.ui.jobs import Handle
from app.ui.pages.stamps import StampsPage
from app.ui.pages.videos import VideosPage

if TYPE_CHECKING:
    from app.dropped import Dropped, Kind
    from app.ui.wizard import Wizard

# A look into folders that takes longer is told.
_PATIENCE_MS = 400
_MOST_NAMED = 8
_LOOKING = "正在查看拖进来的内容……"
_NOT_VERIFIED = "草稿不是报送包，没有核对。"


class Dropping(QObject):
    """Shows what a drop will be taken for, and takes it there."""

    def __init__(self, window: "Wizard") -> None:
        super().__init__(window)
        self._window = window
        self.overlay = DropOverlay(window)
        self.note = Banner(window)

    def enter(self, mime: QMimeData) -> bool:
        """Show what is dragged over the window will be taken for; say whether it is anything."""
        paths = paths_in(mime)
        if paths:
            from app.dropped import guess

            page = self._window.current()
            place = QRect(page.mapTo(self._window, page.rect().topLeft()), page.size())
            self.overlay.show_over(place, *overlay_words(guess(paths)))
        return bool(paths)

    def leave(self) -> None:
        """Show nothing any more: what was dragged has left the window."""
        self.overlay.leave()

    def drop(self, mime: QMimeData) -> None:
        """Take what was dropped to its place, later: the program that it is dragged from waits until this returns."""
        self.overlay.end()
        paths = paths_in(mime)
        QTimer.singleShot(0, self, lambda: self.take(paths))

    def take(self, paths: list[Path]) -> None:
        """Look in the background what the files and folders are, and take each to its place."""
        slow = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        slow.timeout.connect(lambda: self._say(_LOOKING))
        slow.start()
        self.note.hide()

        def sort(handle: Handle) -> "Dropped":
            from app.dropped import sort_dropped

            return sort_dropped(paths, handle.cancelled)

        def end() -> None:
            slow.stop()
            slow.deleteLater()
            if self.note.text() == _LOOKING:
                self.note.hide()

        self._window.session.jobs.run(sort, lambda found: self._distribute(found, paths), on_end=end)

    def _distribute(self, found: "Dropped", paths: list[Path]) -> None:
        kinds = [name for name in found._fields[:-1] if getattr(found, name)]
        if kinds == ["scans"] or (not kinds and isinstance(self._window.current(), StampsPage)):
            # That page says by itself what is no scan.
            self._window.show_page(StampsPage).add_paths(paths)
            return
        left_out = list(found.left_out)
        if len(found.packages) + len(found.drafts) > 1:
            self._ask(list(found.packages), list(found.drafts))
            found = found._replace(packages=(), drafts=())
        elif found.packages:
            self._window.show_verify(list(found.packages))
        elif len(found.drafts) == 1 and not left_out:
            self._window.open_wanted.emit(found.drafts[0], "")
            return
        else:
            # With one draft another window opens, and what is to be said here would be gone.
            left_out += [Skipped(path, "草稿请单独拖进来，就会打开它。") for path in found.drafts]
        if found.scans:
            self._window.show_page(StampsPage).add_paths(list(found.scans))
        if found.films or found.lists:
            page = self._window.show_page(VideosPage)
            for path in found.lists:
                page.import_summary(path)
            if found.films:
                # The page lists what was left out, unless it has a summary list to tell of.
                page.add_paths(list(found.films), () if found.lists else left_out)
            left_out = left_out if found.lists else []
        if left_out or len(kinds) > 1 or not kinds:
            self._say(went_where(found), left_out_words(left_out))

    def _say(self, message: str, hint: str = "") -> None:
        """Say something on the page that is shown, beside what the page itself has to say."""
        page = self._window.current()
        page.body.insertWidget(page.body.indexOf(page.banner) + 1, self.note)
        self.note.show_note(message, hint)

    def _ask(self, packages: list[Path], drafts: list[Path]) -> None:
        """Ask whether to verify packages or to gather their works and those of drafts; drafts alone are gathered."""
        count = f"{len(packages)} 个报送包" if packages else ""
        also = f"{len(drafts)} 份草稿" if drafts else ""
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText("拖进来了 " + "、".join(filter(None, [count, also])) + "，要做什么？")
        box.setInformativeText(
            "核对：逐个检查是否齐全、有没有改动。\n汇总：把各单位的作品合成一份草稿，汇总前会逐个核对。"
        )
        verify = box.addButton("核对(&V)", QMessageBox.ButtonRole.AcceptRole) if packages else None
        gather = box.addButton("汇总(&H)", QMessageBox.ButtonRole.AcceptRole)
        box.addButton("取消", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(verify or gather)
        box.finished.connect(lambda _: self._answered(box.clickedButton(), verify, gather, packages, drafts))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def _answered(self, clicked, verify, gather, packages: list[Path], drafts: list[Path]) -> None:
        if clicked is gather:
            self._window.show_gather(packages + drafts)
        elif clicked is verify and verify is not None:
            self._window.show_verify(packages)
            if drafts:
                self._say(left_out_words([Skipped(path, _NOT_VERIFIED) for path in drafts]))


def overlay_words(kinds: "set[Kind | None]") -> tuple[str, str]:
    """Return what is said over the window of what is dragged, as far as names tell: a line, and a smaller one."""
    from app.dropped import Kind

    if kinds == {None}:
        return "松开鼠标，看看里面是什么", "视频、扫描件和报送包会分别放到各自的位置"
    if len(kinds) > 1:
        return "松开鼠标，分别放到各自的位置", "、".join(kind for kind in Kind if kind in kinds)
    return {
        Kind.FILM: ("松开鼠标，添加视频", "添加后立即检查，原文件不会被改动"),
        Kind.SCAN: ("松开鼠标，收回扫描件", "自动认出是哪部作品的哪张表"),
        Kind.PACKAGE: ("松开鼠标，核对报送包", "检查内容是否齐全、有没有改动"),
        Kind.DRAFT: ("松开鼠标，打开草稿", "现在的草稿已经保存"),
        Kind.LIST: ("松开鼠标，导入汇总表", "按片名对上视频，填好作品信息"),
    }[kinds.pop()]


def went_where(found: "Dropped") -> str:
    """Return where the parts of a drop went."""
    places = (
        (found.films, "个视频在“添加视频”"),
        (found.scans, "个扫描件在“盖章回收”"),
        (found.packages, "个报送包在“核对报送包”"),
        (found.lists, "份汇总表用来填写作品信息"),
    )
    went = "，".join(f"{len(some)} {where}" for some, where in places if some)
    if went:
        return f"拖进来的内容各有去处：{went}。"
    return "没有收下拖进来的内容。" if found.left_out or found.drafts else "里面没有视频、扫描件或报送包。"


def left_out_words(skipped: Sequence[Skipped]) -> str:
    """Return what was left out, by reason."""
    by_reason: dict[str, list[str]] = {}
    for path, reason in ((s.path, s.reason) for s in skipped):
        by_reason.setdefault(reason, []).append(f"“{path.name}”")
    lines = []
    for reason, names in by_reason.items():
        more = f"等 {len(names)} 个" if len(names) > _MOST_NAMED else ""
        lines.append(f"没有收下{''.join(names[:_MOST_NAMED])}{more}：{reason}")
    return "\n".join(lines)
