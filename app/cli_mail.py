"""`weiying mail`: how a package goes by e-mail, and the mails as drafts."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from app.campaign import Campaign, Channel
from app.cli_arguments import UsageError
from app.cli_open import draft_parser, open_draft
from app.cli_progress import show_step, wipe
from app.errors import AppError
from app.exporters.eml import write_mails
from app.exporters.mail_files import lay_out, read_package
from app.exporters.mail_plan import MailPlan, loads, plan_mails, reminders
from app.validators.media import CHINA


def make_mails(arguments: list[str]) -> int:
    """Run `weiying mail`: print the plan, write the drafts. Raises AppError."""
    parser = draft_parser("mail", "安排报送包怎样用电子邮件发出：几封、哪些作附件；并写好邮件草稿（.eml）。")
    parser.add_argument("package", metavar="报送包", type=Path, help="报送包的文件夹或 ZIP 文件")
    parser.add_argument("--out", metavar="文件夹", type=Path, required=True, help="邮件草稿放在哪里；不要放进报送包里")
    parser.add_argument("--mb", metavar="数字", default="", help="一封邮件最多多少 MB；默认按征集的规定")
    parser.add_argument("--films-large", action="store_true", help="视频一律用超大附件，少发几封邮件")
    parser.add_argument("--attachments", action="store_true", help="附件另按邮件各放一个文件夹，供网页邮箱一次选上")
    parser.add_argument("--json", action="store_true", help="输出 JSON，供其他程序读取")
    options = parser.parse_args(arguments)
    draft, campaign = open_draft(options)
    channel = _channel(campaign, options.mb)
    if options.out.absolute().is_relative_to(options.package.absolute()):
        raise UsageError(f"“{options.out}”在报送包里面，写进去报送包就核对不上了。", "请用 --out 换一个文件夹。")
    package = read_package(options.package)
    if not package.complete:
        print("注意：这个报送包注明了“未完成”，缺少的内容见包里的“报送说明.txt”。", file=sys.stderr)
    plan = plan_mails(draft, campaign, channel, package.files, films_large=options.films_large)
    notes = reminders(plan, campaign, channel, datetime.now(CHINA).date())
    written = write_mails(plan, options.out, show_step)
    folders = lay_out(loads(plan), options.out, show_step) if options.attachments else []
    wipe()
    if options.json:
        answer = _as_json(campaign, plan, notes, written, folders)
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _print(plan, notes, written, folders)
    return 0


def _channel(campaign: Campaign, megabytes: str) -> Channel:
    """Return the call's first e-mail channel, with another limit where one is given."""
    channel = next((c for c in campaign.channels if c.kind == "email"), None)
    if channel is None:
        raise AppError(f"“{campaign.title}”没有电子邮件这种报送方式。", "请按通知写明的其他方式报送。")
    if not megabytes:
        return channel
    try:
        return msgspec.convert(msgspec.structs.asdict(channel) | {"attachment_mb": float(megabytes)}, Channel)
    except (ValueError, msgspec.ValidationError) as error:
        raise UsageError(f"--mb 后面应是大于 0 的数字，不是“{megabytes}”。", "例如：--mb 20。") from error


def _as_json(
    campaign: Campaign, plan: MailPlan, notes: list[str], written: list[Path], folders: list[Path]
) -> dict[str, Any]:
    mails = [
        {
            "file": str(path),
            "to": mail.address,
            "subject": mail.subject,
            "text": mail.text,
            "attachments": [{"name": file.name, "bytes": file.size} for file in mail.attachments],
        }
        for path, mail in zip(written, plan.mails, strict=True)
    ]
    return {
        "campaign": campaign.id,
        "mails": mails,
        "large": [{"name": file.name, "path": str(file.path), "bytes": file.size} for file in plan.large],
        "stick": [{"name": file.name, "path": str(file.path), "bytes": file.size} for file in plan.stick],
        "plan": list(plan.words),
        "reminders": notes,
        "folders": [str(folder) for folder in folders],
    }


def _print(plan: MailPlan, notes: list[str], written: list[Path], folders: list[Path]) -> None:
    for line in (*plan.words, *notes):
        print(line)
    print("邮件草稿已写好，用 Outlook、Foxmail 等邮件程序打开，看过后发送：")
    for path in written:
        print(f"  {path}")
    if plan.large:
        print("超大附件不在草稿里，发送前请在邮件程序或网页邮箱里自己添加。")
    if folders:
        print("附件已按邮件放好：")
    for folder in folders:
        print(f"  {folder}")
