"""`weiying export` and `weiying demo`: from a draft to the forms."""

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

from app import stamping
from app.campaign import Campaign
from app.cli_arguments import ChineseParser
from app.cli_open import draft_parser, open_draft
from app.demo import make_demo
from app.draft import Draft
from app.errors import AppError
from app.exporters.export import Exported, export_all
from app.exporters.forms import mark_of
from app.film_reading import only_facts, read_films
from app.pack import find_campaign
from app.stamping import load_record, save_record
from app.validators import Finding, Level, validate
from app.validators.media import CHINA


def export(arguments: list[str]) -> int:
    """Run `weiying export`: write the forms, list what is missing; return 1 if there is any. Raises AppError."""
    parser = draft_parser("export", "导出草稿的全部表格：承诺书、报名表、汇总表，和合订的全部表格。")
    parser.add_argument("--out", metavar="文件夹", type=Path, required=True, help="表格放在哪里")
    parser.add_argument("--json", action="store_true", help="输出 JSON，供其他程序读取")
    options = parser.parse_args(arguments)
    draft, campaign = open_draft(options)
    films = read_films(draft, options.draft)
    exported = export_all(draft, campaign, only_facts(films), options.out, progress=_show_progress)
    _remember(exported, options.draft)
    findings = [f for f in validate(draft, campaign, _today(), films) if f.level is not Level.PASS]
    if options.json:
        print(json.dumps(_as_json(campaign, exported.files, draft, findings), ensure_ascii=False, indent=2))
    else:
        _print_result(options.out, exported.files, draft, findings)
    return 1 if any(f.level is Level.FAIL for f in findings) else 0


def demo(arguments: list[str]) -> int:
    """Run `weiying demo`: three real films, a filled draft, the check and the forms. Raises AppError."""
    parser = ChineseParser("demo", "生成三部示范视频和一份填好的草稿，检查并导出，说明结果放在哪里。")
    parser.add_argument("--out", metavar="文件夹", type=Path, required=True, help="示范文件放在哪里")
    parser.add_argument("--campaign", metavar="征集", default="", help="征集活动的名称或 .toml 文件；默认最近的一次")
    options = parser.parse_args(arguments)
    make_demo(options.out, find_campaign(options.campaign), _today(), lambda line: print(line, flush=True))
    return 0


def _remember(done: Exported, draft_path: Path) -> None:
    """Note for the board which forms were exported; they are there even where that cannot be written."""
    try:
        record = load_record(draft_path)
        save_record(stamping.exported(record, map(mark_of, done.forms)), draft_path)
    except AppError as error:
        print(f"注意：没有记下这些表格已经导出。{error}", file=sys.stderr)


def _today() -> date:
    """Return today's date in China, where the call's days are counted."""
    return datetime.now(CHINA).date()


def _where(finding: Finding, draft: Draft) -> str:
    """Return the name of the work that a finding is about, empty for the submission."""
    for number, work in enumerate(draft.works, 1):
        if work.id == finding.work:
            return f"第 {number} 部《{work.title}》：" if work.title else f"第 {number} 部："
    return ""


def _as_json(campaign: Campaign, files: tuple[Path, ...], draft: Draft, findings: list[Finding]) -> dict[str, Any]:
    missing = [
        {"work": f.work, "field": f.field, "rule": f.rule, "level": f.level, "message": f.message, "fix": f.fix}
        for f in findings
    ]
    return {"campaign": campaign.id, "files": [str(path) for path in files], "missing": missing}


def _print_result(out: Path, files: tuple[Path, ...], draft: Draft, findings: list[Finding]) -> None:
    print(f"已写出 {len(files)} 个文件，在“{out.resolve()}”：")
    for path in files:
        print(f"  {path.relative_to(out)}")
    for level, heading in (
        (Level.FAIL, "还缺少或不合要求："),
        (Level.MANUAL, "还要人工确认："),
        (Level.WARN, "请留意："),
    ):
        listed = [f for f in findings if f.level is level]
        if listed:
            print(heading)
        for finding in listed:
            print(f"  {_where(finding, draft)}{finding.message}{finding.fix}")


def _show_progress(done: int, total: int, name: str) -> None:
    if sys.stderr.isatty():
        line = f"正在写 {done + 1}/{total}：{name}" if name else ""
        print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
