"""`weiying package` and `weiying verify`: the verified package, made and checked."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from app.cli_arguments import ChineseParser
from app.cli_open import draft_parser, open_draft
from app.cli_progress import show_step, wipe
from app.exporters.packing import Packed
from app.exporters.verify import Verified, verify
from app.sizes import size_text
from app.submitting import check, submit
from app.validators.media import CHINA


def make_package(arguments: list[str]) -> int:
    """Run `weiying package`; return 1 if something is missing from the package. Raises AppError."""
    parser = draft_parser("package", "把草稿的视频、表格和盖章扫描件打成一个报送包，边复制边核对。")
    parser.add_argument("--out", metavar="文件夹", type=Path, required=True, help="报送包放在哪里，如 U 盘")
    parser.add_argument(
        "--scans", metavar="文件夹", type=Path, help="盖章扫描件的文件夹；默认是草稿旁边的“草稿名_盖章扫描件”"
    )
    parser.add_argument("--zip", action="store_true", help="打成一个 ZIP 压缩包（视频不再压缩）")
    parser.add_argument("--json", action="store_true", help="输出 JSON，供其他程序读取")
    options = parser.parse_args(arguments)
    draft, campaign = open_draft(options)
    today = datetime.now(CHINA).date()
    order = check(draft, options.draft, campaign, today, scans=options.scans)
    packed, _, forgotten = submit(order, options.out, today, as_zip=options.zip, progress=show_step)
    wipe()
    if forgotten:
        print(f"注意：这次打包没有记进历史。{forgotten}", file=sys.stderr)
    if options.json:
        print(json.dumps(_packed_as_json(packed, campaign.id), ensure_ascii=False, indent=2))
    else:
        _print_packed(packed)
    return 1 if packed.missing else 0


def verify_package(arguments: list[str]) -> int:
    """Run `weiying verify`; return 1 if the package is not what its manifests say. Raises AppError."""
    parser = ChineseParser("verify", "核对报送包：内容是否齐全、有没有改动。")
    parser.add_argument("package", metavar="报送包", type=Path, help="报送包的文件夹或 ZIP 文件")
    parser.add_argument("--json", action="store_true", help="输出 JSON，供其他程序读取")
    options = parser.parse_args(arguments)
    verified = verify(options.package, progress=show_step)
    wipe()
    if options.json:
        print(json.dumps(_verified_as_json(options.package, verified), ensure_ascii=False, indent=2))
    else:
        _print_verified(options.package, verified)
    return 1 if verified.problems else 0


def _packed_as_json(packed: Packed, campaign: str) -> dict[str, Any]:
    return {
        "campaign": campaign,
        "package": str(packed.path),
        "complete": not packed.missing,
        "missing": list(packed.missing),
        "unstamped": list(packed.unstamped),
        "files": packed.files,
        "bytes": packed.size,
        "manifest_sha256": packed.manifest_sha256,
        "resumed_bytes": packed.resumed,
    }


def _print_packed(packed: Packed) -> None:
    if packed.resumed:
        print(f"接着上次的进度：{size_text(packed.resumed)} 已在上次写好，这次核对无误。")
    print(f"报送包已写好并核对无误，共 {packed.files} 个文件，{size_text(packed.size)}：")
    print(f"  {packed.path}")
    if packed.missing:
        print("这个包还不完整，名称和说明里已写明“未完成”。还缺少或不合要求：")
    for text in packed.missing:
        print(f"  {text}")
    if packed.unstamped:
        print("请留意，还没有放入盖章扫描件：")
    for text in packed.unstamped:
        print(f"  {text}")
    print(f"校验值（清单的 SHA-256）：{packed.manifest_sha256}")


def _verified_as_json(path: Path, verified: Verified) -> dict[str, Any]:
    return {
        "package": str(path),
        "ok": not verified.problems,
        "complete": verified.complete,
        "files": verified.files,
        "bytes": verified.size,
        "manifest_sha256": verified.manifest_sha256,
        "problems": [problem._asdict() for problem in verified.problems],
    }


def _print_verified(path: Path, verified: Verified) -> None:
    if not verified.problems:
        print(f"“{path.name}”内容齐全，没有改动：共 {verified.files} 个文件，{size_text(verified.size)}。")
        if not verified.complete:
            print("注意：打包时就注明了“未完成”，缺少的内容见包里的“报送说明.txt”。")
        print(f"校验值（清单的 SHA-256）：{verified.manifest_sha256}")
        return
    print(f"“{path.name}”与清单不符，有 {len(verified.problems)} 处：")
    for problem in verified.problems:
        print(f"  {problem.message}")
    print("怎么办：请向报送单位要一份新的报送包，或重新拷贝后再核对。")
