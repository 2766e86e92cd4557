"""The rules of one film file, held against what MediaInfo says of it.

How the notice is read (design.md): whole seconds count; pixels as displayed, longer side first; the file's format
is both the brand inside and the name; the file's date only raises a warning. A fact that a rule needs and that is
not known fails that rule: nothing passes unread.
"""

from datetime import datetime, timedelta, timezone

from app.campaign import Campaign, FrameRateRule, RangeRule, Severity, VideoRules, WorkType, fits
from app.media import MediaFacts, Problem, clock_text
from app.validators.container import check_container
from app.validators.finding import Finding, Level

# China keeps one time zone, without summer time since 1991.
CHINA = timezone(timedelta(hours=8))
# As Windows' Explorer shows sizes, which is where the user compares.
MEGABYTE = 1024 * 1024

_CODEC_NAMES = {"AVC": "H.264（AVC）", "HEVC": "H.265（HEVC）"}

_PROBLEMS = {
    Problem.MISSING: ("找不到这个文件", "文件可能已被移走、改名，或所在的 U 盘已拔出；请放回原处，或移除后重新添加。"),
    Problem.DENIED: ("没有读取这个文件的权限", "请把文件复制到自己的文件夹（如桌面）后重新添加。"),
    Problem.NOT_A_FILE: ("这不是普通文件", "请添加视频文件本身；文件夹请用“添加文件夹”。"),
    Problem.EMPTY: ("这是一个空文件（0 字节）", "文件没有复制完整；请从原处重新复制或重新导出。"),
    Problem.NOT_MEDIA: ("这不是视频文件", "文件名像视频，内容却不是；请重新导出或找回原来的视频。"),
    Problem.CHANGED: ("文件正在被写入或改动", "请等导出或复制完成后重新检查。"),
    Problem.CRASHED: ("读取这个文件时出错", "文件可能已损坏；请用播放器打开确认，必要时重新导出。"),
    Problem.TIMEOUT: ("读取这个文件超时", "请把文件复制到本机硬盘后重新检查；仍然超时则文件可能已损坏，请重新导出。"),
    Problem.UNREADABLE: ("读不了这个文件", "请检查存储设备，或把文件复制到本机硬盘后重新检查。"),
}


def check_film(film: MediaFacts | Problem, name: str, campaign: Campaign, type_name: str = "") -> list[Finding]:
    """Return what the call's rules say of one film, passes included; the first finding is `readable`.

    `name` is the file's name with its extension; `type_name` the type it is submitted as, empty for the shortest
    that its length fits. A file that cannot be read has that one finding.
    """
    if isinstance(film, Problem):
        message, fix = _PROBLEMS[film]
        return [_finding("readable", Level.FAIL, message, "可以打开的视频文件", "", f"{message}。", fix)]
    if not film.video_tracks:
        return [_no_picture(film)]
    rules = campaign.video
    found = [_finding("readable", Level.PASS, "可以读取", "可以打开的视频文件", "", "文件可以读取。")]
    found += _integrity(film)
    if rules.container:
        found.append(check_container(film, name, rules.container))
    found += _picture(film, rules)
    work_type = campaign.type_named(type_name) if type_name else campaign.type_for(film.duration_ms)
    found.append(_duration(film, work_type, campaign))
    found += _stream(film, rules)
    return found


def verdict(findings: list[Finding]) -> str:
    """Return `unreadable`, `fail` or `pass` for the findings of one film."""
    failed = [f.rule for f in findings if f.level is Level.FAIL]
    return "unreadable" if "readable" in failed else "fail" if failed else "pass"


def _finding(rule: str, level: Level, actual: str, required: str, clause: str, message: str, fix: str = "") -> Finding:
    return Finding(
        rule=rule, level=level, actual=actual, required=required, clause=clause, message=message, fix=fix, field="video"
    )


def _no_picture(film: MediaFacts) -> Finding:
    if film.truncated:
        actual, message = "文件不完整", "文件不完整，缺少播放所需的索引，任何人都打不开。"
        fix = "文件没有导出或复制完；请从原处重新复制，或重新导出。"
    elif film.audio_codec:
        actual, message = "只有声音，没有画面", "文件里只有声音，没有画面。"
        fix = "请添加带画面的成片；若成片本有画面，请重新导出。"
    else:
        actual, message = "没有画面", "文件里没有可以播放的画面。"
        fix = "请用播放器打开确认，必要时重新导出。"
    return _finding("readable", Level.FAIL, actual, "可以播放的画面", "", message, fix)


def _integrity(film: MediaFacts) -> list[Finding]:
    required = "完整、未加密、可以播放"
    if film.truncated:
        fix = "文件没有导出或复制完；请从原处重新复制，或重新导出。"
        return [_finding("integrity", Level.FAIL, "文件不完整", required, "", "文件不完整，后面的内容缺失。", fix)]
    if film.encrypted:
        fix = "请从剪辑软件导出不加密（不带版权保护）的文件。"
        return [_finding("integrity", Level.FAIL, "已加密", required, "", "文件已加密，收到的人无法播放。", fix)]
    if film.video_tracks > 1:
        actual = f"{film.video_tracks} 条视频轨"
        message = f"文件里有 {film.video_tracks} 条视频轨，播放器可能放错；这里按第一条检查。"
        return [
            _finding("integrity", Level.WARN, actual, "1 条视频轨", "", message, "请重新导出，只保留成片一条视频轨。")
        ]
    return [_finding("integrity", Level.PASS, "完整", required, "", "文件完整。")]


def _picture(film: MediaFacts, rules: VideoRules) -> list[Finding]:
    """Return what is said of the picture's size and of which way up it is."""
    if not film.width or not film.height:
        rule, clause = rules.resolution, rules.resolution.clause if rules.resolution else ""
        message = "读不到画面尺寸。"
        unknown = _finding("resolution", Level.FAIL, "不详", "", clause, message, "请重新导出后再检查。")
        return [unknown] if rule else []
    return [*_resolution(film.width, film.height, rules), *_orientation(film.width, film.height, rules)]


def _resolution(width: int, height: int, rules: VideoRules) -> list[Finding]:
    rule = rules.resolution
    if rule is None:
        return []
    long_side, short_side = max(width, height), min(width, height)
    actual = f"{width}×{height}"
    if rule.exact:
        required = "或".join(f"{a}×{b}" for a, b in rule.exact)
        if any((long_side, short_side) == (max(size), min(size)) for size in rule.exact):
            return [_finding("resolution", Level.PASS, actual, required, rule.clause, f"画面 {actual}，符合要求。")]
        fix = f"请在剪辑软件里把导出尺寸设为 {required}，重新导出。"
        message = f"画面是 {actual}，要求是 {required}。"
        return [_finding("resolution", Level.FAIL, actual, required, rule.clause, message, fix)]
    if rule.minimum is None:
        return []
    least_long, least_short = rule.minimum
    required = f"不低于 {least_long}×{least_short}"
    if long_side >= least_long and short_side >= least_short:
        return [_finding("resolution", Level.PASS, actual, required, rule.clause, f"画面 {actual}，{required}。")]
    message = f"画面只有 {actual}，低于要求的 {least_long}×{least_short}。"
    if long_side >= least_long and long_side / short_side > least_long / least_short:
        message += f"宽银幕画面裁去了上下黑边，高度不足 {least_short}。"
        fix = f"请把工程设为 {least_long}×{least_short} 或 1920×1080（画面上下留黑边），重新导出。"
    else:
        fix = (
            f"请从原始工程以 {least_long}×{least_short} 或更高的尺寸（如 1920×1080）重新导出；只放大小画面不会变清晰。"
        )
    return [_finding("resolution", Level.FAIL, actual, required, rule.clause, message, fix)]


_WAYS = {"landscape": "横屏", "portrait": "竖屏", "square": "方形"}


def _orientation(width: int, height: int, rules: VideoRules) -> list[Finding]:
    rule = rules.orientation
    if rule is None:
        return []
    way = "landscape" if width > height else "portrait" if width < height else "square"
    accepted = "或".join(_WAYS[w] for w in rule.accepts)
    required = f"{accepted}（{'或'.join(rule.ratios)}）" if rule.ratios else accepted
    actual = f"{_WAYS[way]}（{width}×{height}）"
    right_ratio = not rule.ratios or any(_is_ratio(width, height, ratio) for ratio in rule.ratios)
    if way in rule.accepts and right_ratio:
        return [_finding("orientation", Level.PASS, actual, required, rule.clause, f"画幅为{_WAYS[way]}。")]
    level = Level(rule.otherwise)
    if way not in rule.accepts:
        message = f"画面是{_WAYS[way]}，通知面向的是{accepted}作品。"
        fix = f"请与主办方确认是否接受{_WAYS[way]}作品；不接受时请改剪为{accepted}版。"
    else:
        message = f"画幅比例不是 {'或'.join(rule.ratios)}。"
        fix = f"请把工程的画幅比例设为 {'或'.join(rule.ratios)}，重新导出。"
    return [_finding("orientation", level, actual, required, rule.clause, message, fix)]


def _is_ratio(width: int, height: int, ratio: str) -> bool:
    """Say whether a picture has a ratio, give or take a hundredth: sizes must be whole pixels."""
    across, down = (int(part) for part in ratio.split(":"))
    return abs(width / height / (across / down) - 1) < 0.01


def _duration(film: MediaFacts, work_type: WorkType | None, campaign: Campaign) -> Finding:
    if film.duration_ms is None:
        fix = "请用播放器打开确认能播到结尾，再重新导出。"
        return _finding("duration", Level.FAIL, "不详", "", "", "读不到时长。", fix)
    actual = clock_text(film.duration_ms)
    if work_type is None:
        return _finding("duration", Level.FAIL, actual, "", "", "没有这种作品类型。", "请重新选择作品类型。")
    required = _bounds_text(work_type)
    if fits(work_type, film.duration_ms):
        message = f"时长 {actual}，符合{work_type.name}的要求。"
        return _finding("duration", Level.PASS, actual, required, work_type.clause, message)
    seconds = film.duration_ms // 1000
    too_long = work_type.max_seconds is not None and seconds > work_type.max_seconds
    by = seconds - int(work_type.max_seconds or 0) if too_long else int(work_type.min_seconds or 0) - seconds
    other = campaign.type_for(film.duration_ms)
    instead = (
        f"，或改报“{other.name}”（{_bounds_text(other)}）"
        if other and other is not work_type and fits(other, film.duration_ms)
        else ""
    )
    if too_long:
        message = f"时长 {actual}，超过{work_type.name}的上限 {clock_text(int((work_type.max_seconds or 0) * 1000))}。"
        fix = f"请剪短 {_length_text(by)}{instead}。"
    else:
        message = f"时长 {actual}，不到{work_type.name}的下限 {clock_text(int((work_type.min_seconds or 0) * 1000))}。"
        fix = f"请加长 {_length_text(by)}{instead}。"
    return _finding("duration", Level.FAIL, actual, required, work_type.clause, message, fix)


def _bounds_text(work_type: WorkType) -> str:
    low = f"不少于 {clock_text(int(work_type.min_seconds * 1000))}" if work_type.min_seconds else ""
    high = f"不超过 {clock_text(int(work_type.max_seconds * 1000))}" if work_type.max_seconds else ""
    return "，".join(part for part in (low, high) if part) or "不限"


def _length_text(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} 分 {rest} 秒" if minutes else f"{rest} 秒"


def _stream(film: MediaFacts, rules: VideoRules) -> list[Finding]:
    found: list[Finding] = []
    if rules.codec:
        found += _codec("video", film.video_codec, rules.codec.video, rules.codec.clause)
        found += _codec("audio", film.audio_codec, rules.codec.audio, rules.codec.clause)
    if rules.bit_rate:
        kilobits = None if film.bit_rate is None else film.bit_rate / 1000
        found.append(_range("bit_rate", "码率", "kbps", kilobits, rules.bit_rate, "请在导出设置里调整码率"))
    if rules.frame_rate:
        found.append(_frame_rate(film.frame_rate, rules.frame_rate))
    if rules.file_size:
        megabytes = None if film.size_bytes is None else film.size_bytes / MEGABYTE
        fix = "请在导出设置里调整码率"
        found.append(_range("file_size", "文件大小", "MB", megabytes, rules.file_size, fix))
    if rules.created:
        found.append(_created(film.created, rules))
    return found


def _codec(kind: str, actual: str | None, accepts: tuple[str, ...], clause: str) -> list[Finding]:
    if not accepts or (kind == "audio" and actual is None):
        return []
    what = "视频编码" if kind == "video" else "音频编码"
    required = "或".join(_CODEC_NAMES.get(c, c) for c in accepts)
    shown = _CODEC_NAMES.get(actual or "", actual or "不详")
    if actual in accepts:
        return [_finding("codec", Level.PASS, shown, required, clause, f"{what}为 {shown}。")]
    message = f"{what}是 {shown}，要求是 {required}。"
    fix = f"请在剪辑软件的导出设置里把{what}选为 {required}，重新导出。"
    return [_finding("codec", Level.FAIL, shown, required, clause, message, fix)]


def _range(rule: str, what: str, unit: str, value: float | None, bounds: RangeRule, fix: str) -> Finding:
    low = f"不低于 {bounds.minimum:g} {unit}" if bounds.minimum else ""
    high = f"不超过 {bounds.maximum:g} {unit}" if bounds.maximum else ""
    required = "，".join(part for part in (low, high) if part)
    if value is None:
        message = f"读不到{what}。"
        return _finding(
            rule, _unknown(bounds.otherwise), "不详", required, bounds.clause, message, "请重新导出后再检查。"
        )
    actual = f"{value:.1f} {unit}"
    too_low = bounds.minimum is not None and value < bounds.minimum
    too_high = bounds.maximum is not None and value > bounds.maximum
    if not too_low and not too_high:
        return _finding(rule, Level.PASS, actual, required, bounds.clause, f"{what} {actual}，符合要求。")
    side = "低于" if too_low else "超过"
    limit = bounds.minimum if too_low else bounds.maximum
    message = f"{what} {actual}，{side}要求的 {limit:g} {unit}。"
    return _finding(
        rule, Level(bounds.otherwise), actual, required, bounds.clause, message, f"{fix}，重新导出（{required}）。"
    )


def _frame_rate(value: float | None, rule: FrameRateRule) -> Finding:
    wanted = "或".join(f"{rate:g}" for rate in rule.accepts)
    low = f"不低于 {rule.minimum:g}" if rule.minimum else ""
    high = f"不超过 {rule.maximum:g}" if rule.maximum else ""
    required = "，".join(part for part in (wanted, low, high) if part) + " 帧/秒"
    if value is None:
        level = _unknown(rule.otherwise)
        return _finding("frame_rate", level, "不详", required, rule.clause, "读不到帧率。", "请重新导出后再检查。")
    actual = f"{value:g} 帧/秒"
    good = not rule.accepts or any(abs(value - rate) <= 0.01 for rate in rule.accepts)
    good = good and (rule.minimum is None or value >= rule.minimum - 0.01)
    good = good and (rule.maximum is None or value <= rule.maximum + 0.01)
    if good:
        return _finding("frame_rate", Level.PASS, actual, required, rule.clause, f"帧率 {actual}，符合要求。")
    fix = f"请在剪辑软件的导出设置里把帧率设为 {required}，重新导出。"
    message = f"帧率 {actual}，要求是 {required}。"
    return _finding("frame_rate", Level(rule.otherwise), actual, required, rule.clause, message, fix)


def _unknown(otherwise: Severity) -> Level:
    """Return how a value that cannot be read counts: never as a pass."""
    return Level.FAIL if otherwise == "fail" else Level.WARN


def _created(created: str | None, rules: VideoRules) -> Finding:
    """Compare the file's own date in China's zone: an encoder may write another, so it only ever warns."""
    rule = rules.created
    assert rule is not None
    earliest = rule.earliest
    required = f"{earliest.year} 年（含）之后" if (earliest.month, earliest.day) == (1, 1) else f"{earliest} 之后（含）"
    if created is None:
        message, fix = "文件里没有记录创作时间。", "请在作品信息里如实填写创作时间。"
        return _finding("created", Level.MANUAL, "文件未记录", required, rule.clause, message, fix)
    day = datetime.fromisoformat(created).astimezone(CHINA).date()
    actual = f"文件日期 {day}"
    if day >= earliest:
        return _finding("created", Level.PASS, actual, required, rule.clause, f"{actual}，符合要求。")
    message = f"{actual}，早于要求的 {required}；文件日期可能是转码或复制时写的，不一定是创作时间。"
    fix = "请确认作品的创作时间符合要求；不符合的不能报送。"
    return _finding("created", Level.WARN, actual, required, rule.clause, message, fix)
