"""The words in a package that are no form: 报送说明.txt, bag-info.txt, and the draft that travels with it."""

from collections.abc import Mapping
from datetime import date
from pathlib import PurePosixPath

import msgspec

from app import __version__
from app.bag import PAYLOAD, write_tags
from app.campaign import Campaign
from app.draft import Draft, Video, bare_title
from app.exporters.package_plan import Plan
from app.media import MediaFacts, clock_text
from app.sizes import size_text
from app.storage import encode_draft

NOTES = "报送说明.txt"
DRAFT = "报送内容.weiying"
STATUS = "Weiying-Status"
INCOMPLETE = "incomplete"


def notes_text(draft: Draft, campaign: Campaign, facts: Mapping[str, MediaFacts], plan: Plan, today: date) -> bytes:
    """Return 报送说明.txt: what is in the package, what is missing, and how to check it; for Notepad (BOM, CRLF)."""
    unit = draft.unit
    state = "未完成，缺少的内容见下。" if plan.missing else "内容齐全。"
    lines = [
        "报送说明",
        "",
        f"征集活动：{campaign.title}",
        f"报送单位：{unit.name or '（未填写）'}",
        f"联 系 人：{'　'.join(w for w in (unit.contact.name, unit.contact.mobile) if w) or '（未填写）'}",
        f"打包日期：{today.year} 年 {today.month} 月 {today.day} 日",
        f"状　　态：{state}",
    ]
    if plan.missing:
        lines += ["", "【未完成】还缺少或不合要求的内容", *(f"  {n}. {text}" for n, text in enumerate(plan.missing, 1))]
    lines += ["", f"一、作品（{len(draft.works)} 部）"]
    for number, work in enumerate(draft.works, 1):
        film = facts.get(work.id)
        length = film.duration_ms if film else None
        fitting = campaign.type_for(length)
        kind = work.type or (fitting.name if fitting else "")
        words = [
            f"《{bare_title(work.title) or '（未命名）'}》",
            kind,
            clock_text(length) if length is not None else "",
        ]
        lines.append(f"  {number}. {'　'.join(word for word in words if word)}")
        lines += [f"     {path}　{size_text(size)}" for path, size in _files(plan, "film", work.id)]
        lines += [f"     {path}" for path, _ in _files(plan, "scan", work.id)]
    lines += ["", "二、表格和盖章扫描件", *(f"  {path}" for path, _ in _files(plan, "form") + _files(plan, "scan", ""))]
    if plan.unstamped:
        lines += ["", "  还没有放入盖章扫描件的表格（以纸质件报送的不必理会）：", *(f"  · {t}" for t in plan.unstamped)]
    lines += [
        "",
        "三、怎样核对",
        f"  “{PAYLOAD.rstrip('/')}”文件夹里是报送的内容；其余文件用来核对，请一并保留。",
        "  收到后可用“微影报送助手”的“核对报送包”检查内容是否齐全、有无改动；",
        "  本报送包符合 BagIt 1.0（RFC 8493），也可用其他 BagIt 工具核对。",
        "  请不要在报送包里改名、增加或删除文件；如有修改，请重新打包。",
        "",
    ]
    return "\r\n".join(lines).encode("utf-8-sig", "replace")


def bag_info(draft: Draft, campaign: Campaign, plan: Plan, today: date) -> bytes:
    """Return bag-info.txt (RFC 8493, 2.2.2)."""
    total = sum(item.stamp.size for item in plan.items)
    tags = [
        ("Source-Organization", draft.unit.name.encode("utf-8", "replace").decode()),
        ("External-Description", campaign.title),
        ("Bagging-Date", today.isoformat()),
        ("Bag-Size", size_text(total)),
        ("Payload-Oxum", f"{total}.{len(plan.items)}"),
        ("Bag-Software-Agent", f"weiying {__version__}"),
        (STATUS, INCOMPLETE if plan.missing else "complete"),
    ]
    return write_tags((label, value) for label, value in tags if value)


def packed_draft(draft: Draft, plan: Plan) -> bytes:
    """Return the draft as it lies in the package, its films those of the package: it opens there, and is gathered."""
    films = plan.films
    works = tuple(msgspec.structs.replace(w, video=Video(films.get(w.id, ""))) for w in draft.works)
    return encode_draft(msgspec.structs.replace(draft, works=works))


def _files(plan: Plan, kind: str, work: str | None = None) -> list[tuple[PurePosixPath, int]]:
    """Return a kind of files (of one work) with their sizes, in the order of the package."""
    return [
        (PurePosixPath(item.path), item.stamp.size)
        for item in plan.items
        if item.kind == kind and (work is None or item.work == work)
    ]
