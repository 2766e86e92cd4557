"""The rules of what a person says: fields, declarations, and the submission as a whole."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import PurePath

import msgspec

from app.campaign import Campaign, Confirmation, Field, Window
from app.draft import Draft, Unit, Work, address_text, bare_title, is_mobile, is_phone
from app.media import MediaFacts, Problem
from app.validators.finding import Finding, Level
from app.validators.media import check_film

# What neither XML 1.0 (2.2, Char) nor a PDF's text can hold; a line break in a field of several lines is fine.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CREATED = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


def check_work(work: Work, campaign: Campaign, film: MediaFacts | Problem | None) -> list[Finding]:
    """Return everything said of one work: its film, its fields, its declarations; passes included.

    `film` is None while the file has not been read.
    """
    of_film = [f for f in _film(work, campaign, film) if not (_asks_created(f) and work.created.strip())]
    found = [*of_film, *_fields(_work_values(work), campaign), *_choices(work, campaign)]
    found += [_declaration(work, c) for c in campaign.confirmations]
    return [msgspec.structs.replace(finding, work=work.id) for finding in found]


def check_submission(draft: Draft, campaign: Campaign, today: date) -> list[Finding]:
    """Return what is said of the unit, of the works together, and of the days that are left."""
    found = [*_fields(_unit_values(draft.unit), campaign), *_numbers(draft.unit), *_works(draft, campaign)]
    if campaign.window:
        found.append(check_window(campaign.window, today))
    return found


def _asks_created(finding: Finding) -> bool:
    """Say whether a finding only asks the person for a date that the file does not give."""
    return finding.rule == "created" and finding.level is Level.MANUAL


def _film(work: Work, campaign: Campaign, film: MediaFacts | Problem | None) -> list[Finding]:
    if not work.video.path:
        message, fix = "还没有选择视频文件。", "请在“添加视频”里添加这部作品的视频。"
        return [Finding(rule="readable", level=Level.FAIL, message=message, fix=fix, field="video")]
    if film is None:
        message, fix = "视频还没有检查。", "请稍候，或重新检查。"
        return [Finding(rule="readable", level=Level.MANUAL, message=message, fix=fix, field="video")]
    # The separator may be another system's: a draft travels.
    name = PurePath(work.video.path.replace("\\", "/")).name
    return check_film(film, name, campaign, work.type)


def _unit_values(unit: Unit) -> dict[str, str]:
    return {
        "unit.name": unit.name,
        "unit.kind": unit.kind,
        "unit.address": address_text(unit.address),
        "unit.contact.name": unit.contact.name,
        "unit.contact.mobile": unit.contact.mobile,
        "unit.preparer.name": unit.preparer.name,
        "unit.preparer.phone": unit.preparer.phone,
    }


def _work_values(work: Work) -> dict[str, str]:
    return {
        "title": bare_title(work.title),
        "theme": work.theme,
        "genre": work.genre,
        "created": work.created,
        "producer": work.producer,
        "creators": "\n".join(c.name for c in work.creators if c.name.strip()),
        "synopsis": work.synopsis,
        "recommendation": work.recommendation,
    }


def _fields(values: dict[str, str], campaign: Campaign) -> Iterator[Finding]:
    """Yield what is wrong with each field that the call asks for; a good field says nothing."""
    for identity, value in values.items():
        field = campaign.field(identity)
        if unprintable := _UNPRINTABLE.findall(value):
            codes = "、".join(f"U+{ord(c):04X}" for c in dict.fromkeys(unprintable))
            label = field.label if field else identity
            message = f"“{label}”里有打印不出的字符（{codes}），表格里会去掉。"
            yield _field_finding("characters", Level.FAIL, identity, message, "请删去这些字符，或重新输入这一项。")
        if field:
            yield from _length(field, value.strip())


def _length(field: Field, value: str) -> Iterator[Finding]:
    count = len(re.sub(r"\s", "", value))
    if not count:
        if field.required:
            example = f"例如：{field.example}" if field.example else field.hint
            message = f"还没有填写“{field.label}”。"
            yield _field_finding("required", Level.FAIL, field.id, message, f"请填写{field.label}。{example}")
        return
    actual = f"{count} 字"
    if field.at_most and count > field.at_most:
        message = f"“{field.label}”有 {count} 字，超过 {field.at_most} 字。"
        fix = f"请删减到 {field.at_most} 字以内。"
        yield _field_finding("length", Level.FAIL, field.id, message, fix, actual, f"不超过 {field.at_most} 字")
    elif field.about and not field.about / 2 <= count <= field.about * 1.5:
        side = "偏少" if count < field.about else "偏多"
        message = f"“{field.label}”有 {count} 字，{side}；要求 {field.about} 字左右。"
        yield _field_finding(
            "length", Level.WARN, field.id, message, f"请调整到 {field.about} 字左右。", actual, f"{field.about} 字左右"
        )


def _field_finding(
    rule: str, level: Level, field: str, message: str, fix: str, actual: str = "", required: str = ""
) -> Finding:
    return Finding(rule=rule, level=level, field=field, message=message, fix=fix, actual=actual, required=required)


def _numbers(unit: Unit) -> Iterator[Finding]:
    mobile, phone = unit.contact.mobile.strip(), unit.preparer.phone.strip()
    if mobile and not is_mobile(mobile):
        message, fix = f"“{mobile}”不是手机号码。", "请填写 11 位手机号码，如 13800138000。"
        yield _field_finding("phone", Level.FAIL, "unit.contact.mobile", message, fix, mobile, "11 位手机号码")
    if phone and not is_phone(phone):
        message, fix = f"“{phone}”不是电话号码。", "请填写手机号码，或带区号的座机，如 028-86600000。"
        yield _field_finding("phone", Level.FAIL, "unit.preparer.phone", message, fix, phone, "手机或带区号的座机")


def _choices(work: Work, campaign: Campaign) -> Iterator[Finding]:
    if work.type and campaign.type_named(work.type) is None:
        names = "、".join(t.name for t in campaign.types)
        message = f"没有“{work.type}”这种作品类型。"
        yield _field_finding("type", Level.FAIL, "type", message, f"请从{names}中选择。", work.type, names)
    if work.genre and campaign.genres and work.genre not in campaign.genres:
        names = "、".join(campaign.genres)
        message = f"“{work.genre}”不在通知列出的题材之内。"
        yield _field_finding("genre", Level.WARN, "genre", message, f"请从{names}中选择。", work.genre, names)
    earliest = campaign.video.created.earliest if campaign.video.created else None
    if work.created.strip():
        yield from _created(
            work.created.strip(), earliest, campaign.video.created.clause if campaign.video.created else ""
        )


def _created(text: str, earliest: date | None, clause: str) -> Iterator[Finding]:
    last = _last_day(text)
    if last is None:
        message, fix = f"看不懂创作时间“{text}”。", "请写成“年”或“年-月”，如 2030 或 2030-05。"
        yield _field_finding("created", Level.FAIL, "created", message, fix, text, "年或年-月")
    elif earliest and last < earliest:
        required = f"{earliest.year} 年（含）之后"
        yield Finding(
            rule="created", level=Level.FAIL, actual=text, required=required, clause=clause, field="created",
            message=f"创作时间 {text} 早于要求的 {required}。", fix="请核对创作时间；不符合的作品不能报送。",
        )  # fmt: skip


def _last_day(text: str) -> date | None:
    """Return the last day that a year, month or day can mean, or None if it is none of them."""
    found = _CREATED.fullmatch(text)
    if not found:
        return None
    year, month, day = int(found[1]), found[2], found[3]
    try:
        if day:
            return date(year, int(month), int(day))
        following = date(year + 1, 1, 1) if not month or int(month) == 12 else date(year, int(month) + 1, 1)
        return date.fromordinal(following.toordinal() - 1) if not month or 1 <= int(month) <= 12 else None
    except ValueError:
        return None


def _declaration(work: Work, confirmation: Confirmation) -> Finding:
    answer = work.declarations.get(confirmation.id, "unanswered")
    field = f"declarations.{confirmation.id}"
    if answer is True or (answer is None and confirmation.may_not_apply):
        level, actual, message, fix = Level.PASS, "是" if answer else "不涉及", "已确认。", ""
    elif answer is False:
        level, actual, message, fix = Level.FAIL, "否", f"{confirmation.question}——回答了“否”。", confirmation.fix
    else:
        level, actual, message = Level.MANUAL, "未确认", f"还没有确认：{confirmation.question}"
        fix = "请看片后回答“是”或“否”。"
    return Finding(
        rule="declaration", level=level, actual=actual, required="是", clause=confirmation.clause,
        message=message, fix=fix, field=field,
    )  # fmt: skip


def _works(draft: Draft, campaign: Campaign) -> Iterator[Finding]:
    works = draft.works
    if not works:
        message, fix = "还没有添加作品。", "请在“添加视频”里添加要报送的视频。"
        yield _field_finding("works", Level.FAIL, "works", message, fix)
    if campaign.most_works and len(works) > campaign.most_works:
        message = f"共有 {len(works)} 部作品，超过每单位 {campaign.most_works} 部的限额。"
        fix = f"请只保留 {campaign.most_works} 部。"
        yield _field_finding(
            "works", Level.FAIL, "works", message, fix, f"{len(works)} 部", f"{campaign.most_works} 部"
        )
    yield from _repeated(works, [bare_title(w.title) for w in works], "title", Level.WARN, "作品名称")
    yield from _repeated(works, [w.video.path for w in works], "video", Level.FAIL, "视频文件")


def _repeated(works: Iterable[Work], values: list[str], field: str, level: Level, what: str) -> Iterator[Finding]:
    counts = Counter(v for v in values if v)
    for work, value in zip(works, values, strict=True):
        if counts[value] > 1:
            message = f"有 {counts[value]} 部作品的{what}相同：{value}"
            fix = f"请改成不同的{what}，或移除多余的一部。"
            yield Finding(
                rule="duplicate", level=level, actual=value, message=message, fix=fix, work=work.id, field=field
            )


def same_film(work: str, other: str) -> Finding:
    """Return the finding that a work's film (`work`: its id) has the content of another file, called `other`."""
    return Finding(
        rule="duplicate", level=Level.FAIL, work=work, field="video", actual=f"与“{other}”内容相同",
        required="每部作品各是一个视频", message=f"这个视频与“{other}”内容完全相同，只是文件名不同。",
        fix="请移除其中一个。",
    )  # fmt: skip


def check_window(window: Window, today: date) -> Finding:
    """Say how many days are left; the window never blocks."""
    required = f"{window.opens} 至 {window.closes}"
    level, fix = Level.WARN, ""
    if today < window.opens:
        message = f"征集还没有开始，{(window.opens - today).days} 天后（{window.opens}）开始。"
        fix = "可以先准备，到期再报送。"
    elif today > window.closes:
        message = f"征集已于 {window.closes} 截止，过了 {(today - window.closes).days} 天。"
        fix = "请先与主办方确认是否还接收。"
    else:
        left = (window.closes - today).days
        level, message = Level.PASS, f"距截止还有 {left} 天（{window.closes}）。" if left else "今天截止。"
        if left <= 3:
            level, fix = Level.WARN, "请尽快盖章报送。"
    return Finding(
        rule="window", level=level, actual=str(today), required=required, clause=window.clause,
        message=message, fix=fix, field="window",
    )  # fmt: skip
