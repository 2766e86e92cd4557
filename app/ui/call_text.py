"""What a call asks for, on one page: made from the pack, with the notice's own text below."""

from datetime import date
from html import escape

from app import paths
from app.campaign import Campaign, WorkType


def days_text(campaign: Campaign, today: date) -> str:
    """Return how the call's window stands today, or nothing if it has none."""
    window = campaign.window
    if window is None:
        return ""
    span = f"{window.opens:%Y-%m-%d} 至 {window.closes:%Y-%m-%d}"
    if today < window.opens:
        return f"{span}，{(window.opens - today).days} 天后开始"
    if today > window.closes:
        return f"{span}，已经截止；仍可填写和导出，报送前请先问主办方"
    left = (window.closes - today).days
    return f"{span}，还剩 {left} 天" if left else f"{span}，今天截止"


def requirements_html(campaign: Campaign) -> str:
    """Return the requirements and the notice as HTML for a QTextBrowser."""
    video = campaign.video
    lines: list[str] = []
    lines += [f"{t.name}：{_length(t)}" for t in campaign.types]
    lines += [r.clause for r in (video.container, video.resolution, video.codec, video.bit_rate) if r and r.clause]
    lines += [r.clause for r in (video.frame_rate, video.file_size, video.created) if r and r.clause]
    lines += [campaign.genre_clause] if campaign.genre_clause else []
    parts = ["<h3>作品要求</h3>", _list(lines)]
    if campaign.themes:
        parts += ["<h3>主题</h3>", _list([t.name for t in campaign.themes])]
    if campaign.confirmations:
        parts += ["<h3>要人看片确认的</h3>", _list([c.clause or c.question for c in campaign.confirmations])]
    if campaign.forms:
        parts += ["<h3>要交的表格</h3>", _list([f"{f.name}（{f.attachment}）" for f in campaign.forms])]
    if campaign.channels:
        parts += ["<h3>报送办法</h3>", _list([c.clause or f"{c.name} {c.address}" for c in campaign.channels])]
    if campaign.contacts:
        parts.append(_list([f"联系人：{p.name} {p.phone}" for p in campaign.contacts]))
    if text := notice_text(campaign):
        parts.append("<h3>通知全文</h3>")
        parts += [f"<p>{escape(p)}</p>" for p in text.splitlines() if p.strip()]
    return "".join(parts)


def notice_text(campaign: Campaign) -> str:
    """Return the notice's own text, or nothing if none lies beside the pack."""
    path = paths.campaigns() / campaign.notice
    return path.read_text(encoding="utf-8") if campaign.notice and path.is_file() else ""


def _length(work_type: WorkType) -> str:
    bounds = []
    if work_type.min_seconds:
        bounds.append(f"不短于 {work_type.min_seconds / 60:g} 分钟")
    if work_type.max_seconds:
        bounds.append(f"不超过 {work_type.max_seconds / 60:g} 分钟")
    return "，".join(bounds) or "时长不限"


def _list(lines: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>" if lines else ""
