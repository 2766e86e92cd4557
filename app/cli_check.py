"""`weiying check`: hold film files against a call."""

import json
import sys
import unicodedata
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from app.campaign import Campaign
from app.cli_arguments import ChineseParser, UsageError
from app.discover import Skipped, discover
from app.media import MediaFacts, Problem, clock_text
from app.pack import find_campaign
from app.probe import Probed, ProbePool
from app.validators import Finding, Level, check_film, verdict

_FACTS = (
    "container", "brand", "width", "height", "rotation", "duration_ms", "video_codec", "audio_codec", "frame_rate",
    "bit_rate", "size_bytes", "created", "truncated", "encrypted",
)  # fmt: skip
_FINDING = ("rule", "level", "actual", "required", "clause", "message", "fix")
_WORDS = {"pass": "合格", "fail": "不合格", "unreadable": "无法读取"}
_LEVELS = {Level.FAIL: "不合格", Level.WARN: "提示", Level.MANUAL: "需人工确认"}
# What the person named and cannot be opened is a mistake of the call, not a film that fails.
_NOT_THERE = {Problem.MISSING, Problem.DENIED}


class Checked(NamedTuple):
    """One film, what is known of it, and what the call says of it."""

    probed: Probed
    type_name: str | None
    findings: list[Finding]

    @property
    def verdict(self) -> str:
        """`pass`, `fail` or `unreadable`."""
        return verdict(self.findings)


def check(arguments: list[str]) -> int:
    """Run `weiying check`. Raises AppError (exit status 2) for wrong usage and for a path that cannot be read."""
    parser = ChineseParser("check", "检查视频是否符合征集要求；文件夹会连同下级文件夹一起检查。")
    parser.add_argument("paths", metavar="文件或文件夹", nargs="+", type=Path, help="要检查的视频或文件夹")
    parser.add_argument("--campaign", metavar="征集", default="", help="征集活动的名称或 .toml 文件；默认最近的一次")
    parser.add_argument("--type", metavar="类型", default="auto", help="按哪种作品类型检查；默认 auto，按时长判断")
    parser.add_argument("--json", action="store_true", help="输出 JSON，供其他程序读取")
    options = parser.parse_args(arguments)
    campaign = find_campaign(options.campaign)
    type_name = "" if options.type == "auto" else options.type
    if type_name and campaign.type_named(type_name) is None:
        known = "、".join(t.name for t in campaign.types)
        raise UsageError(f"没有“{type_name}”这种作品类型。", f"可用的类型：{known}，或 auto。")
    found = discover(options.paths)
    if not found.files:
        raise UsageError(f"“{options.paths[0]}”里没有视频文件。", "请检查路径是否正确。")
    checked = check_files(list(found.files), campaign, type_name)
    if options.json:
        print(json.dumps(_as_json(campaign, checked), ensure_ascii=False, indent=2))
    else:
        _print_table(campaign, checked, found.skipped)
    sys.stdout.flush()
    lost = [c.probed for c in checked if c.probed.problem in _NOT_THERE and c.probed.path in options.paths]
    if lost:
        reason = "没有这个文件" if lost[0].problem is Problem.MISSING else "没有读取权限"
        raise UsageError(f"“{lost[0].path}”读不了：{reason}。", "请检查路径是否正确。")
    return 0 if all(c.verdict == "pass" for c in checked) else 1


def check_files(files: list[Path], campaign: Campaign, type_name: str) -> list[Checked]:
    """Look into files and hold them against a call; the answers are in the files' order.

    On a terminal, standard error shows how far it is.
    """
    results: dict[Path, Probed] = {}
    with ProbePool() as pool:
        for probed in pool.probe(files):
            results[probed.path] = probed
            _show_progress(len(results), len(files), probed.path.name)
    _show_progress(0, 0, "")
    return [_checked(results[file], campaign, type_name) for file in files]


def _checked(probed: Probed, campaign: Campaign, type_name: str) -> Checked:
    film: MediaFacts | Problem = probed.facts or probed.problem or Problem.UNREADABLE
    findings = check_film(film, probed.path.name, campaign, type_name)
    fitting = campaign.type_for(film.duration_ms) if isinstance(film, MediaFacts) and film.video_tracks else None
    return Checked(probed, type_name or (fitting.name if fitting else None), findings)


def _as_json(campaign: Campaign, checked: list[Checked]) -> dict[str, Any]:
    return {"campaign": campaign.id, "files": [_file_as_json(c) for c in checked]}


def _file_as_json(checked: Checked) -> dict[str, Any]:
    facts = msgspec.to_builtins(checked.probed.facts or MediaFacts())
    return {
        "path": str(checked.probed.path),
        "verdict": checked.verdict,
        "type": checked.type_name,
        "facts": {name: facts[name] for name in _FACTS},
        "findings": [{name: getattr(f, name) for name in _FINDING} for f in checked.findings],
    }


def _print_table(campaign: Campaign, checked: list[Checked], skipped: tuple[Skipped, ...]) -> None:
    print(f"征集：{campaign.title}")
    widest = min(48, max(_width(str(c.probed.path)) for c in checked))
    for one in checked:
        facts = one.probed.facts or MediaFacts()
        cells = [_padded(_WORDS[one.verdict], 8), _padded(str(one.probed.path), widest)]
        if facts.duration_ms is not None:
            cells.append(clock_text(facts.duration_ms))
        if facts.width and facts.height:
            cells.append(f"{facts.width}×{facts.height}")
        if one.type_name:
            cells.append(one.type_name)
        print("  ".join(cells))
        for finding in one.findings:
            if finding.level is not Level.PASS:
                _print_finding(finding)
    for path, reason in ((s.path, s.reason) for s in skipped):
        print(f"{_padded('已跳过', 8)}  {path}：{reason}")
    counts = {word: sum(_WORDS[c.verdict] == word for c in checked) for word in _WORDS.values()}
    print(f"共 {len(checked)} 个文件：" + "，".join(f"{n} 个{word}" for word, n in counts.items() if n) + "。")


def _print_finding(finding: Finding) -> None:
    print(f"    [{_LEVELS[finding.level]}] {finding.message}")
    if finding.fix:
        print(f"        怎么办：{finding.fix}")
    if finding.clause:
        print(f"        依据：{finding.clause}")


def _width(text: str) -> int:
    """Return how many columns a text takes in a terminal."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _padded(text: str, width: int) -> str:
    return text + " " * max(0, width - _width(text))


def _show_progress(done: int, total: int, name: str) -> None:
    """Show on a terminal how many of the files are done; total 0 wipes the line."""
    if not sys.stderr.isatty():
        return
    line = f"正在检查 {done}/{total}：{name}" if total else ""
    while _width(line) > 78:
        line = line[:-1]
    print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
