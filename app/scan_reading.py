"""Stamped pages come back: scans in any order are read in child processes and matched to the forms of the draft."""

import base64
import concurrent.futures
import contextlib
import functools
import os
import queue
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from app.child import Child, Lost
from app.errors import AppError, Cancelled, os_reason
from app.exporters.fonts import Fonts
from app.exporters.forms import Form, mark_of
from app.exporters.layout import lay_out
from app.exporters.marks import parse
from app.long_paths import openable

# A page of ours takes a tenth of a second, the worst of others a few; what takes longer hangs.
_TIMEOUT_S = 60.0
_GLANCE_S = 0.1

Progress = Callable[[int, int, str], None]
Status = Literal["matched", "which_page", "no_better", "out_of_date", "unknown_form", "no_mark", "blank", "broken"]
Seals = dict[tuple[str, str, str], tuple[bool, ...]]
"""Which pages of a form have a place for a seal, by the form's id and its mark's tag and content."""


class Expected(NamedTuple):
    """A form whose stamped pages are waited for.

    `work` and `form` are ids (a form of the whole submission has no work), `folder` and `name` where its files go.
    `tag` and `content` are its mark's; `seals` says of each page whether a seal belongs there.
    """

    work: str
    form: str
    folder: str
    name: str
    tag: str
    content: str
    seals: tuple[bool, ...]


class ScannedPage(NamedTuple):
    """What one page of a file is; `number` counts from 1, and is 0 where the file itself is `broken`.

    `form_page` of `form_pages` is its place in the form of `tag`, in the `content` it was printed with. `red_seal`
    is None for a picture without colours. The page stands upright when it is turned clockwise by `turn` degrees.
    `which_page`: the code, from a footer that all pages share, does not say which page it is.
    """

    path: Path
    number: int
    status: Status
    work: str = ""
    form: str = ""
    tag: str = ""
    content: str = ""
    form_page: int = 0
    form_pages: int = 0
    seal_wanted: bool = False
    red_seal: bool | None = None
    turn: int = 0
    detail: str = ""

    @property
    def note(self) -> str:
        """Return what the user is to know of the page or to do about it; nothing if all is well."""
        match self.status:
            case "matched" if self.seal_wanted and self.red_seal is None:
                return "黑白扫描，无法判断有没有红章，请确认。"
            case "matched" if self.seal_wanted and not self.red_seal:
                return "未见红章，请确认。"
            case "which_page":
                return "这张表不止一页，页脚没有写明这是第几页，请对照画面指定。"
            case "no_better":
                return "这一页已经收到盖好章的扫描件；这一份未见红章，没有用它替换。"
            case "out_of_date":
                return "打印之后表格内容有改动，这一页已过期，请重新打印盖章。"
            case "unknown_form":
                return "不是这份草稿现有的表格，可能属于已删除的作品或另一次报送。"
            case "no_mark":
                return "没有认出页脚的二维码，请对照画面指定是哪张表。"
            case "broken":
                return f"“{self.path.name}”读不了：{self.detail}。"
        return ""


class Picture(NamedTuple):
    """A page to be shown: `pixels` are its RGB rows."""

    width: int
    height: int
    pixels: bytes


def expected_forms(forms: Iterable[Form], fonts: Fonts, known: Seals | None = None) -> list[Expected]:
    """Return what is waited for: the forms (see `build_forms`) with a place for a seal, in their order.

    The films' facts must be those of the export, or the content is another one. `known` remembers, for one call and
    one set of fonts, what was laid out, so that the next time only what has changed is.
    """
    known = {} if known is None else known
    waited = []
    for form in forms:
        mark = mark_of(form)
        place = (form.id, mark.tag, mark.content)
        if place not in known:
            known[place] = tuple(bool(page.seals) for page in lay_out(form, fonts))
        seals = known[place]
        if any(seals):
            waited.append(Expected(form.work, form.id, form.folder, form.name, mark.tag, mark.content, seals))
    return waited


class ScanReader:
    """A child process that reads scans, started when first needed; to be used by one thread at a time."""

    def __init__(self) -> None:
        self._child: Child | None = None

    def count(self, path: Path) -> int:
        """Return how many pages a file has. Raises AppError if it is no scan that can be read."""
        return int(self._ask(path, {"do": "count", "path": _absolute(path)})["pages"])

    def look(self, path: Path, number: int) -> dict[str, Any]:
        """Return what is to be seen on a page, counted from 1; see `scan_child`. Raises AppError."""
        return self._ask(path, {"do": "look", "path": _absolute(path), "page": number - 1})

    def show(self, page: ScannedPage, width: int, height: int) -> Picture:
        """Return a page, upright as far as is known, as large as fits a box of pixels. Raises AppError."""
        box = {"turn": page.turn, "box": [width, height]}
        answer = self._ask(page.path, {"do": "show", "path": _absolute(page.path), "page": page.number - 1, **box})
        return Picture(answer["width"], answer["height"], base64.b64decode(answer["pixels"]))

    def join(self, sheets: Sequence[tuple[Path, int, int]], to: Path) -> None:
        """Write pages (file, number from 1, turn clockwise) as one PDF, whole or not at all. Raises AppError."""
        part = to.with_name(to.name + ".part")
        parts = [{"path": _absolute(path), "page": number - 1, "turn": turn} for path, number, turn in sheets]
        try:
            openable(to.parent).mkdir(parents=True, exist_ok=True, mode=0o700)
            self._ask(to, {"do": "join", "sheets": parts, "to": _absolute(part)}, "没有写成")
            openable(part).replace(openable(to))
        except OSError as error:
            raise AppError(f"“{to.name}”没有写成：{os_reason(error)}。", "请检查磁盘，再重试。") from error
        finally:
            with contextlib.suppress(OSError):
                openable(part).unlink(missing_ok=True)

    def close(self) -> None:
        """End the child; may come from any thread."""
        child, self._child = self._child, None
        if child is not None:
            child.end()

    def _ask(self, path: Path, request: dict[str, Any], failure: str = "读不了") -> dict[str, Any]:
        try:
            child = self._child
            if child is None or not child.alive():
                self.close()
                child = self._child = Child("--scan-child")
            answer = child.ask(request, _TIMEOUT_S)
        except Lost as lost:
            self.close()
            answer = {"error": "用时太长" if lost.late else "文件使读取程序中断，可能已损坏"}
        if "error" in answer:
            raise _UnreadError(
                f"“{path.name}”{failure}：{answer['error']}。", "请重新扫描，或换一个文件。", answer["error"]
            )
        return answer


class _UnreadError(AppError):
    """A file could not be read; `reason` is why, alone."""

    def __init__(self, message: str, hint: str, reason: str) -> None:
        super().__init__(message, hint)
        self.reason = reason


def read_scans(
    paths: Sequence[Path],
    wanted: Sequence[Expected],
    progress: Progress = lambda done, total, name: None,
    cancelled: Callable[[], bool] = lambda: False,
    children: int = 0,
) -> list[ScannedPage]:
    """Return what every page of some files is, in the files' and their pages' order.

    A page on which two codes are found is there twice. `progress` is called with the number of pages done, of all
    pages, and the name of the last one's file. `children` is how many processes read at once (0: as many as the
    machine has processors, at most 4). Raises Cancelled soon after `cancelled()` is true; for a file, nothing.
    """
    readers = [ScanReader() for _ in range(children or min(4, os.cpu_count() or 1))]
    idle: queue.SimpleQueue[ScanReader] = queue.SimpleQueue()
    for reader in readers:
        idle.put(reader)
    stopped = False

    def with_reader(action: Callable[[ScanReader], Any]) -> Any:
        reader = idle.get()
        try:
            if stopped:
                raise Cancelled
            return action(reader)
        except _UnreadError as failed:
            return failed
        finally:
            idle.put(reader)

    pool = concurrent.futures.ThreadPoolExecutor(len(readers), "scans")
    try:
        counts = [pool.submit(with_reader, functools.partial(ScanReader.count, path=path)) for path in paths]
        for _ in _finished(counts, cancelled):
            pass
        pages = [
            (path, number, count.result())
            for path, count in zip(paths, counts, strict=True)
            for number in ([0] if isinstance(count.result(), _UnreadError) else range(1, count.result() + 1))
        ]
        looks = {
            (path, number): pool.submit(with_reader, functools.partial(ScanReader.look, path=path, number=number))
            for path, number, _ in pages
            if number
        }
        names = {future: path.name for (path, _), future in looks.items()}
        for done, future in enumerate(_finished(list(looks.values()), cancelled), 1):
            progress(done, len(looks), names[future])
        told = [
            scanned
            for path, number, count in pages
            for scanned in _told(path, number, looks[path, number].result() if number else count)
        ]
        return judged(told, wanted)
    finally:
        stopped = True
        for reader in readers:
            reader.close()
        pool.shutdown(cancel_futures=True)
        # Those that were just being started when they were to end.
        for reader in readers:
            reader.close()


def judged(pages: Iterable[ScannedPage], wanted: Iterable[Expected]) -> list[ScannedPage]:
    """Return pages with what those that bear a mark are among the forms as they are now; others stay as they are."""
    by_tag = {form.tag: form for form in wanted}
    pages = list(pages)
    # Several pages of one form, none of which says its number, are not all its only one.
    unnumbered = Counter(page.tag for page in pages if page.tag and not page.form_page)
    return [_judged(page, by_tag.get(page.tag), alone=unnumbered[page.tag] < 2) if page.tag else page for page in pages]


def assign(page: ScannedPage, form: Expected, form_page: int = 1, form_pages: int = 0) -> ScannedPage:
    """Return a page that a person says is the page `form_page` (from 1) of a form as it is now.

    `form_pages` is how many pages the form was printed on, where that is not as many as are drawn.
    """
    form_pages = form_pages or len(form.seals)
    return page._replace(
        status="matched",
        work=form.work,
        form=form.form,
        tag=form.tag,
        content=form.content,
        form_page=form_page,
        form_pages=form_pages,
        seal_wanted=_seal_belongs(form, form_page, form_pages),
    )


def _absolute(path: Path) -> str:
    return str(path.absolute())


def _finished(
    futures: Sequence["concurrent.futures.Future[Any]"], cancelled: Callable[[], bool]
) -> Iterator["concurrent.futures.Future[Any]"]:
    """Yield each future when it is done. Raises Cancelled soon after `cancelled()` is true."""
    waiting = set(futures)
    while waiting:
        if cancelled():
            raise Cancelled
        done, waiting = concurrent.futures.wait(
            waiting, timeout=_GLANCE_S, return_when=concurrent.futures.FIRST_COMPLETED
        )
        yield from done


def _told(path: Path, number: int, answer: Any) -> Iterator[ScannedPage]:
    """Yield what a page is from what was seen on it; what its mark stands for is not known yet."""
    if isinstance(answer, _UnreadError):
        yield ScannedPage(path, number, "broken", detail=answer.reason)
        return
    marks = [mark for text in answer["texts"] if (mark := parse(text))]
    seen = ScannedPage(path, number, "no_mark", red_seal=answer["red"], turn=answer["turn"])
    if not marks:
        yield seen._replace(status="blank") if answer["blank"] else seen
    for mark in marks:
        yield seen._replace(
            tag=mark.tag, content=mark.content, form_page=mark.page, form_pages=mark.pages, status="unknown_form"
        )


def _judged(page: ScannedPage, form: Expected | None, *, alone: bool) -> ScannedPage:
    if form is None:
        return page._replace(status="unknown_form", work="", form="")
    page = page._replace(work=form.work, form=form.form)
    if page.content != form.content:
        return page._replace(status="out_of_date", seal_wanted=_seal_belongs(form, page.form_page, page.form_pages))
    if page.form_page:
        return assign(page, form, page.form_page, page.form_pages)
    return assign(page, form) if alone and len(form.seals) == 1 else page._replace(status="which_page")


def _seal_belongs(form: Expected, page: int, pages: int) -> bool:
    """Say whether a seal belongs on a page; where the form came on more or fewer pages than are drawn, on any."""
    return form.seals[page - 1] if pages == len(form.seals) and 0 < page <= pages else any(form.seals)
