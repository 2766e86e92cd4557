"""How a package goes by e-mail: what as attachments, in how many mails, what as 超大附件, what on a stick.

The limits are the pack's. Documents and films are sent whole: a film is never cut.
"""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from app.campaign import Campaign, Channel
from app.draft import Draft, bare_title
from app.exporters.mail_files import MailFile
from app.sizes import size_text
from app.validators import check_window

# What a mail weighs besides its attachments: its text and headers, and the headers of each part.
_TEXT_BYTES = 16_000
_PART_BYTES = 1_000


class Mail(NamedTuple):
    """One mail to be sent."""

    address: str
    subject: str
    text: str
    attachments: tuple[MailFile, ...]


class MailPlan(NamedTuple):
    """The mails in their order, what is added to the first as 超大附件, what goes on a stick; and all in words."""

    mails: tuple[Mail, ...]
    large: tuple[MailFile, ...]
    stick: tuple[MailFile, ...]
    words: tuple[str, ...]


def plan_mails(
    draft: Draft, campaign: Campaign, channel: Channel, files: Sequence[MailFile], *, films_large: bool = False
) -> MailPlan:
    """Return how these files go by a channel of kind `email`.

    With `films_large` also a film that fits goes as 超大附件, where there is such a thing: fewer mails.
    """
    most = channel.attachment_mb * 1e6 if channel.attachment_mb else math.inf
    packets: list[list[MailFile]] = [[]]
    weights = [_TEXT_BYTES]
    large: list[MailFile] = []
    stick: list[MailFile] = []
    # Documents first: the first mail can be read without any film.
    for file in sorted(files, key=lambda file: file.is_film):
        weight = math.ceil(file.size * channel.growth) + _PART_BYTES
        may_be_large = bool(channel.large_mb) and file.size <= (channel.large_mb or 0) * 1e6
        if _TEXT_BYTES + weight <= most and not (films_large and file.is_film and may_be_large):
            number = next((n for n, before in enumerate(weights) if before + weight <= most), len(weights))
            if number == len(weights):
                packets.append([])
                weights.append(_TEXT_BYTES)
            packets[number].append(file)
            weights[number] += weight
        elif may_be_large:
            large.append(file)
        else:
            stick.append(file)
    subject = _subject(draft, campaign)
    mails = []
    for number, packet in enumerate(packets, 1):
        numbered = f"{subject}（{number}/{len(packets)}）" if len(packets) > 1 else subject
        text = _text(draft, campaign, channel, packet, large if number == 1 else [], stick, number, len(packets))
        mails.append(Mail(channel.address, numbered, text, tuple(packet)))
    words = _words(channel, mails, large, stick)
    return MailPlan(tuple(mails), tuple(large), tuple(stick), tuple(words))


def loads(plan: MailPlan) -> dict[str, tuple[MailFile, ...]]:
    """Return what is to be attached, by the name of its folder; large files only where they are still inside a ZIP."""
    if len(plan.mails) == 1:
        named = {"附件": plan.mails[0].attachments}
    else:
        named = {f"第{number}封附件": mail.attachments for number, mail in enumerate(plan.mails, 1)}
    packed = tuple(file for file in plan.large if file.member)
    return {name: files for name, files in {**named, "超大附件": packed}.items() if files}


def reminders(plan: MailPlan, campaign: Campaign, channel: Channel, today: date) -> list[str]:
    """Return what of the calendar is to be kept in mind: the days left, and until when a 超大附件 can be fetched."""
    words = []
    window = campaign.window
    if window:
        finding = check_window(window, today)
        words.append(f"{finding.message}{finding.fix}")
    if plan.large and channel.large_days:
        until = today + timedelta(days=channel.large_days)
        kept = f"超大附件一般保存 {channel.large_days} 天：今天发出，{_day(until)}以后可能就下载不了"
        if window and today <= until < window.closes:
            words.append(
                f"{kept}，早于截止日（{_day(window.closes)}）。发出后请马上提醒对方下载，对方没有下载的要再发。"
            )
        else:
            words.append(f"{kept}。发出后请马上提醒对方下载。")
    return words


def _day(day: date) -> str:
    return f"{day.month} 月 {day.day} 日"


def _subject(draft: Draft, campaign: Campaign) -> str:
    call = campaign.short_title or campaign.title
    return " ".join(f"{call}报送材料—{draft.unit.name or '（单位）'}（{len(draft.works)} 部作品）".split())


def _text(
    draft: Draft,
    campaign: Campaign,
    channel: Channel,
    attached: Sequence[MailFile],
    large: Sequence[MailFile],
    stick: Sequence[MailFile],
    number: int,
    total: int,
) -> str:
    unit = draft.unit
    lines = [
        f"{campaign.organizer or '主办单位'}：",
        f"　　现报送我单位参加“{campaign.title}”的作品 {len(draft.works)} 部，请查收。",
        "",
        *(f"　　{n}. 《{bare_title(work.title)}》" for n, work in enumerate(draft.works, 1)),
    ]
    if total > 1:
        lines += ["", f"　　材料较多，分 {total} 封邮件发送，这是第 {number} 封。"]
    groups = (("本邮件附件：", attached), ("超大附件：", large), ("因文件较大，另行报送（U 盘）：", stick))
    for heading, files in groups:
        if files:
            lines += ["", f"　　{heading}", *(f"　　· {file.name}（{size_text(file.size)}）" for file in files)]
    if large and channel.large_days:
        lines += ["", f"　　超大附件的保存期一般为 {channel.large_days} 天，请及时下载。"]
    contact = "　".join(word for word in (unit.contact.name, unit.contact.mobile) if word)
    lines += ["", f"　　联系人：{contact}" if contact else "", unit.name]
    return "\n".join(lines).rstrip() + "\n"


def _words(channel: Channel, mails: Sequence[Mail], large: Sequence[MailFile], stick: Sequence[MailFile]) -> list[str]:
    """Return the plan as a person reads it."""
    words = [f"发往 {channel.address}，共 {len(mails)} 封邮件。"]
    for number, mail in enumerate(mails, 1):
        size = size_text(sum(file.size for file in mail.attachments))
        carried = f"普通附件 {len(mail.attachments)} 个，{size}" if mail.attachments else "没有普通附件"
        also = f"；另加超大附件 {len(large)} 个" if large and number == 1 else ""
        words.append(f"第 {number} 封：{carried}{also}。")
    for file in large:
        days = f"，保存期一般 {channel.large_days} 天" if channel.large_days else ""
        words.append(f"“{file.name}”有 {size_text(file.size)}，请在写邮件时用“超大附件”添加{days}。")
    for file in stick:
        words.append(f"“{file.name}”有 {size_text(file.size)}，邮件放不下，请用 U 盘或在线报送。")
    if channel.attachment_mb:
        words.append(
            f"一封邮件按 {channel.attachment_mb:g} MB 计；附件在发送中会变大到约 {channel.growth:g} 倍，"
            f"所以一封约能放 {channel.attachment_mb / channel.growth:.3g} MB 的文件。"
        )
    return words
