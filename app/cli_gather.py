"""`weiying gather`: the packages and drafts of sub-units merged into one draft."""

import json
import sys
from pathlib import Path
from typing import Any

from app.cli_arguments import ChineseParser, UsageError
from app.cli_progress import show_step, wipe
from app.draft import Unit, bare_title
from app.gather import Gathered, Kind, gather
from app.origins import origin_text, save_origins
from app.pack import find_campaign
from app.storage import load_profile, save_draft

_KINDS: dict[Kind, str] = {"content": "视频内容完全相同", "title": "作品名称相同", "likeness": "画面相似"}


def gather_works(arguments: list[str]) -> int:
    """Run `weiying gather`; return 1 if something was refused or is there more than once. Raises AppError."""
    parser = ChineseParser("gather", "汇总下级单位的报送包和草稿：逐个核对，合并成一份草稿，找出重复的作品。")
    parser.add_argument("sources", metavar="报送包或草稿", type=Path, nargs="+", help="文件夹、ZIP 或草稿，可以有多个")
    parser.add_argument("--out", metavar="草稿", type=Path, required=True, help="合并成的草稿文件，不能已经存在")
    parser.add_argument("--films", metavar="文件夹", type=Path, help="ZIP 里的视频解压到哪里；默认是“草稿名_视频”")
    parser.add_argument("--campaign", metavar="征集", default="", help="征集活动的名称或 .toml 文件；默认最近的一次")
    parser.add_argument("--json", action="store_true", help="输出 JSON，供其他程序读取")
    options = parser.parse_args(arguments)
    out: Path = options.out
    for source in options.sources:
        if not source.exists():
            raise UsageError(f"找不到“{source}”。", "请检查路径，或确认 U 盘已插好。")
    if out.exists():
        raise UsageError(f"“{out}”已经存在。", "请换一个名称，以免覆盖。")
    if not out.absolute().parent.is_dir():
        raise UsageError(f"没有文件夹“{out.absolute().parent}”。", "请先建好文件夹，或换一个位置。")
    campaign = find_campaign(options.campaign)
    films = options.films or out.with_name(f"{out.stem}_视频")
    unit = load_profile() or Unit()
    gathered = gather(options.sources, films, campaign.id, unit, show_step, compared=_show_comparing)
    wipe()
    written = bool(gathered.draft.works)
    if written:
        save_draft(gathered.draft, out)
        save_origins(out, gathered.origins)
    if options.json:
        print(json.dumps(_as_json(out if written else None, gathered), ensure_ascii=False, indent=2))
    else:
        _print(out, gathered)
    return 1 if gathered.refused or gathered.duplicates else 0


def _as_json(out: Path | None, gathered: Gathered) -> dict[str, Any]:
    numbers = {work.id: number for number, work in enumerate(gathered.draft.works, 1)}
    works = []
    for work in gathered.draft.works:
        origin = gathered.origins[work.id]
        works.append(
            {
                "number": numbers[work.id],
                "id": work.id,
                "title": work.title,
                "film": work.video.path,
                "unit": origin.unit,
                "source": origin.source,
                "source_number": origin.number,
            }
        )
    return {
        "campaign": gathered.draft.campaign,
        "draft": str(out) if out else None,
        "works": works,
        "refused": [{"path": str(path), "reason": reason} for path, reason in gathered.refused],
        "duplicates": [{"kind": d.kind, "works": [numbers[w] for w in d.works]} for d in gathered.duplicates],
    }


def _print(out: Path, gathered: Gathered) -> None:
    works = gathered.draft.works
    units = len({origin.unit or origin.source for origin in gathered.origins.values()})
    if works:
        print(f"已把 {units} 个单位的 {len(works)} 部作品合并成一份草稿：")
        print(f"  {out}")
    else:
        print("没有收到作品，没有写草稿。")
    for number, work in enumerate(works, 1):
        film = "" if work.video.path else "　没有视频"
        print(f"  {number}. {_title(work.title)}　{origin_text(gathered.origins[work.id])}{film}")
    if gathered.refused:
        print(f"有 {len(gathered.refused)} 个没有收：")
    for path, reason in gathered.refused:
        print(f"  {path}：{reason}")
    if gathered.duplicates:
        print(f"可能重复的有 {len(gathered.duplicates)} 处，都保留在草稿里，请决定取舍：")
    numbers = {work.id: number for number, work in enumerate(works, 1)}
    for kind, ids in gathered.duplicates:
        print(f"  {_KINDS[kind]}：{'、'.join(f'第 {numbers[i]} 部' for i in ids)}")


def _title(title: str) -> str:
    return f"《{bare_title(title) or '（未命名）'}》"


def _show_comparing(done: int, total: int, name: str) -> None:
    if sys.stderr.isatty() and name:
        print(f"\r\x1b[K正在比对画面 {done + 1}/{total}：{name}"[:70], end="", file=sys.stderr, flush=True)
