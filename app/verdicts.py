"""Packages that came from others: what each is, whose works are in it, and what to do next, in words.

Nothing that a package says is trusted: it is verified, its draft is read as any foreign one, and what it calls its
files is shown without characters that would move or hide what stands beside them.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from app.bag import MANIFEST
from app.draft import bare_title
from app.errors import AppError, os_reason
from app.exporters.bag_store import NoPackage, Store, Unreadable, open_store
from app.exporters.meter import Step
from app.exporters.package_notes import DRAFT, NOTES
from app.exporters.verify import Kind, Problem, Verified, verify_store
from app.history import history
from app.sizes import size_text
from app.storage import foreign_draft
from app.validators.media import CHINA

_LARGEST_DRAFT = 64 * 1024 * 1024
_MOST_TITLES = 20
_SKIPPED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})

# In the order in which they are shown.
GROUPS: dict[Kind, str] = {
    "unsafe": "不安全，没有读取",
    "missing": "缺少",
    "changed": "内容有改动",
    "extra": "多出来的",
    "damaged": "清单损坏",
}


class Verdict(StrEnum):
    """What became of verifying one package."""

    WHOLE = "完好"
    UNFINISHED = "完好（注明未完成）"
    DIFFERS = "与清单不符"
    NO_PACKAGE = "不是报送包"
    UNREADABLE = "打不开"


class Contents(NamedTuple):
    """What the draft in a package says: the unit and its works' titles; or why it says nothing (`unread`)."""

    unit: str = ""
    titles: tuple[str, ...] = ()
    unread: str = ""


class Judged(NamedTuple):
    """One package: `verified` is None where it could not be opened, and `refused` says why.

    `packed` is when a package with the same manifest was made on this computer, the last first.
    """

    path: Path
    verdict: Verdict
    verified: Verified | None = None
    refused: str = ""
    contents: Contents = Contents()
    packed: tuple[datetime, ...] = ()

    def word(self) -> str:
        """Return the verdict, with how much is not as it should be."""
        if self.verified is not None and self.verified.problems:
            return f"{self.verdict} {len(self.verified.problems)} 处"
        return str(self.verdict)

    def groups(self) -> Iterator[tuple[str, list[str]]]:
        """Yield what is not as it should be, by kind: a heading, and a line for each, to be shown as `shown` has it."""
        problems = self.verified.problems if self.verified else ()
        for kind, heading in GROUPS.items():
            if lines := [problem.message for problem in problems if problem.kind == kind]:
                yield heading, lines

    def facts(self) -> Iterator[tuple[str, str]]:
        """Yield what is known of the package: a label and its text."""
        if self.verified is None:
            return
        contents = self.contents
        if contents.unread:
            yield "作品", contents.unread
        else:
            yield "报送单位", contents.unit or "（未填写）"
            yield "作品", _titles(contents.titles)
        yield "内容", f"{self.verified.files} 个文件，{size_text(self.verified.size)}"
        if self.packed:
            days = "、".join(dict.fromkeys(_day(when) for when in self.packed))
            same = "与" if not self.verified.problems else "清单与"
            yield "本机记录", f"{same} {days}打的包一致"
        elif self.verified.manifest_sha256:
            yield "本机记录", "本机没有打过这个包"

    def advice(self) -> str:
        """Return what to do next."""
        if self.verified is None:
            return self.refused
        return _ADVICE[self.verdict] if not self.verified.problems else _remedy(self)


_ADVICE = {
    Verdict.WHOLE: "内容齐全，没有改动，可以接收。",
    Verdict.UNFINISHED: (
        f"收到的内容没有改动，但打包时就注明了“未完成”。缺少什么，见包里的“{NOTES}”；请报送单位补齐，重新打包后再报送。"
    ),
}


def judge(
    path: Path,
    progress: Callable[[Step], None] = lambda step: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Judged:
    """Verify one package, a folder or a ZIP. Raises Cancelled soon after `cancelled()` is true."""
    try:
        with open_store(path) as store:
            verified = verify_store(store, progress, cancelled)
            contents = _contents(store, verified)
    except NoPackage as error:
        return Judged(path, Verdict.NO_PACKAGE, refused=shown(str(error)))
    except AppError as error:
        return Judged(path, Verdict.UNREADABLE, refused=shown(str(error)))
    except OSError as error:
        why = f"“{path.name}”读不出来：{os_reason(error)}。请确认 U 盘或网络盘还连着，再核对一次。"
        return Judged(path, Verdict.UNREADABLE, refused=shown(why))
    verdict = Verdict.WHOLE if verified.complete else Verdict.UNFINISHED
    if verified.problems:
        verdict = Verdict.DIFFERS
    return Judged(path, verdict, verified, contents=contents, packed=_packed(verified.manifest_sha256))


def record(results: Sequence[Judged], now: datetime) -> str:
    """Return the results as a text to keep; nothing in it is left out."""
    good = sum(result.verified is not None and not result.verified.problems for result in results)
    lines = [
        "报送包核对记录",
        "",
        f"核对时间：{_day(now)} {now.astimezone(CHINA):%H:%M}",
        f"共核对 {len(results)} 个：完好 {good} 个，其余 {len(results) - good} 个。",
    ]
    for number, result in enumerate(results, 1):
        lines += ["", f"{number}. {shown(result.path.name)}", f"  位置：{shown(str(result.path))}"]
        lines.append(f"  结果：{result.word()}")
        lines += [f"  {label}：{text}" for label, text in result.facts()]
        if result.verified and result.verified.manifest_sha256:
            lines.append(f"  校验值（清单的 SHA-256）：{result.verified.manifest_sha256}")
        for heading, found in result.groups():
            lines += [f"  {heading}（{len(found)} 处）：", *(f"    {shown(line)}" for line in found)]
        lines.append(f"  怎么办：{result.advice()}")
    return "\r\n".join([*lines, ""])


def shown(text: str) -> str:
    """Return a text of foreign origin as one line: what would break it, turn it round or hide is a mark."""
    return "".join("\ufffd" if unicodedata.category(c) in _SKIPPED else c for c in text)


def _contents(store: Store, verified: Verified) -> Contents:
    if DRAFT not in store.sizes:
        return Contents(unread=f"包里没有“{DRAFT}”，看不到作品信息")
    if store.sizes[DRAFT] > _LARGEST_DRAFT:
        return Contents(unread=f"“{DRAFT}”太大，没有读取")
    try:
        with store.open(DRAFT) as file:
            draft = foreign_draft(file.read(_LARGEST_DRAFT), DRAFT)
    except (AppError, Unreadable) as error:
        return Contents(unread=shown(f"作品信息读不出来：{error}"))
    if any(problem.path == DRAFT for problem in verified.problems):
        return Contents(unread=f"“{DRAFT}”有改动，作品信息不可信，没有显示")
    titles = tuple(shown(bare_title(work.title)) or "（未命名）" for work in draft.works)
    return Contents(shown(draft.unit.name.strip()), titles)


def _packed(manifest_sha256: str) -> tuple[datetime, ...]:
    """Return when packages with that manifest were made here; a history that cannot be read knows of none."""
    if not manifest_sha256:
        return ()
    try:
        return tuple(entry.when for entry in history() if entry.manifest_sha256 == manifest_sha256)
    except AppError:
        return ()


def _remedy(result: Judged) -> str:
    """Return what to do about a package that is not as its manifests say."""
    problems = result.verified.problems if result.verified else ()
    kinds = {problem.kind for problem in problems}
    if "unsafe" in kinds:
        return "包里有不该有的东西。请不要打开其中的文件，先向报送单位核实这个包的来源，再要一份新的。"
    if kinds == {"extra"} or (kinds == {"extra", "changed"} and _only_total(problems)):
        return "清单里的内容都完好，只是多出了文件。请问清是什么；不需要的删去后再核对一次。"
    if any(problem.path == MANIFEST and problem.kind == "missing" for problem in problems):
        return "这个包没有打完，或清单被删了。请向报送单位要一份新的报送包。"
    if result.packed:
        return "这个包是在本机打的：请从原来的包重新拷贝一份，再核对一次；仍不符就重新打包。"
    return "可能是拷贝时出了错，或打包后有人改动过。请重新拷贝一份再核对；仍不符，请向报送单位要一份新的。"


def _only_total(problems: Iterable[Problem]) -> bool:
    """Say whether all that has changed is the total, as it must where files were added."""
    return all(p.path == "bag-info.txt" for p in problems if p.kind == "changed")


def _titles(titles: tuple[str, ...]) -> str:
    named = "".join(f"《{title}》" for title in titles[:_MOST_TITLES])
    return f"{len(titles)} 部" + (f"：{named}" if named else "") + ("……" if len(titles) > _MOST_TITLES else "")


def _day(when: datetime) -> str:
    local = when.astimezone(CHINA)
    return f"{local.year} 年 {local.month} 月 {local.day} 日"
