"""What the commands that work on a draft share: how they name it and its call, and opening both."""

import argparse
import sys
from pathlib import Path

from app.campaign import Campaign
from app.cli_arguments import ChineseParser
from app.draft import Draft
from app.pack import find_campaign
from app.storage import load_draft


def draft_parser(command: str, description: str) -> ChineseParser:
    """Return a parser of a command that is given a draft, and a call if it shall not be the draft's own."""
    parser = ChineseParser(command, description)
    parser.add_argument("draft", metavar="草稿", type=Path, help="草稿文件")
    parser.add_argument("--campaign", metavar="征集", default="", help="征集活动的名称或 .toml 文件；默认用草稿里的")
    return parser


def open_draft(options: argparse.Namespace) -> tuple[Draft, Campaign]:
    """Return the draft and its call; that an earlier state was opened is said on stderr. Raises AppError."""
    loaded = load_draft(options.draft)
    if loaded.notice:
        print(f"注意：{loaded.notice}", file=sys.stderr)
    return loaded.draft, find_campaign(options.campaign or loaded.draft.campaign)
