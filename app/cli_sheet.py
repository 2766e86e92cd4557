"""`weiying sheet`: what a mini-program asks for, field by field, as PDF."""

from pathlib import Path

from app.cli_open import draft_parser, open_draft
from app.errors import AppError
from app.exporters.fonts import Fonts
from app.exporters.pdf_form import render
from app.exporters.upload_sheet import sheet_form, upload_sheet
from app.files import write_whole
from app.film_reading import only_facts, read_films


def make_sheet(arguments: list[str]) -> int:
    """Run `weiying sheet`; return 1 if a field is empty. Raises AppError."""
    parser = draft_parser("sheet", "写出小程序报送的对照表（PDF）：每部作品的各项内容，按小程序的栏目排好。")
    parser.add_argument("--out", metavar="文件", type=Path, required=True, help="对照表写成哪个 PDF 文件")
    options = parser.parse_args(arguments)
    draft, campaign = open_draft(options)
    channel = next((c for c in campaign.channels if c.kind == "mini-program"), None)
    if channel is None:
        raise AppError(f"“{campaign.title}”没有小程序这种报送方式。", "请按通知写明的其他方式报送。")
    sections = upload_sheet(draft, campaign, channel, only_facts(read_films(draft, options.draft)))
    write_whole(options.out, render([sheet_form(sections, channel)], Fonts.load()))
    print(f"对照表已写好：{options.out}")
    empty = [f"{section.title}：{field.label}" for section in sections for field in section.fields if not field.value]
    if empty:
        print("还没有填写：")
    for text in empty:
        print(f"  {text}")
    return 1 if empty else 0
