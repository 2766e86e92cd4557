"""The command line: the whole product without a window. Its words and its JSON are stable."""

import sys
from collections.abc import Sequence
from pathlib import Path

from app import __version__
from app.cli_arguments import UsageError
from app.errors import AppError

_COMMANDS = ("check", "export", "package", "verify", "mail", "sheet", "gather", "demo")


def wants(arguments: Sequence[str]) -> bool:
    """Say whether these arguments are for the command line, not for the window (nothing, or a draft to open)."""
    if not arguments:
        return False
    return arguments[0] in _COMMANDS or arguments[0].startswith("-") or not Path(arguments[0]).is_file()


def main(arguments: list[str]) -> int:
    """Run one command; return 0 (all pass), 1 (something does not meet the call) or 2 (wrong usage or input)."""
    for stream in (sys.stdout, sys.stderr):
        # A file name that is no UTF-8 prints as \\udcXX, which is also how JSON escapes it.
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    try:
        name, *rest = arguments
        if name in {"-h", "--help"}:
            sys.stdout.write(_HELP)
            return 0
        if name == "--version":
            print(f"微影报送助手 {__version__}")
            return 0
        if name not in _COMMANDS:
            known = "、".join(_COMMANDS)
            raise UsageError(f"没有“{name}”这个命令或文件。", f"可用的命令：{known}；用 --help 查看用法。")
        return _run(name, rest)
    except AppError as error:
        print(f"错误：{error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("已取消。", file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 2


def _run(name: str, arguments: list[str]) -> int:
    """Run a command; only what it needs is imported, for `check` must start fast."""
    if name == "check":
        from app import cli_check

        return cli_check.check(arguments)
    if name in {"package", "verify"}:
        from app import cli_package

        return cli_package.make_package(arguments) if name == "package" else cli_package.verify_package(arguments)
    if name == "mail":
        from app import cli_mail

        return cli_mail.make_mails(arguments)
    if name == "sheet":
        from app import cli_sheet

        return cli_sheet.make_sheet(arguments)
    if name == "gather":
        from app import cli_gather

        return cli_gather.gather_works(arguments)
    from app import cli_draft

    return cli_draft.export(arguments) if name == "export" else cli_draft.demo(arguments)


_HELP = """微影报送助手：检查视频、填写表格、导出可以盖章的文件。

用法：
  weiying                                   打开窗口（后面可以跟一个草稿文件）
  weiying check [选项] 文件或文件夹…        检查视频是否符合征集要求
  weiying export 草稿 --out 文件夹 [选项]   导出承诺书、报名表和汇总表
  weiying package 草稿 --out 文件夹 [选项]  把视频、表格和扫描件打成报送包并核对
  weiying verify 报送包                     核对收到的报送包：缺少、改动或多出什么
  weiying mail 草稿 报送包 --out 文件夹     安排报送包怎样用电子邮件发出，写好邮件草稿（.eml）
  weiying sheet 草稿 --out 文件.pdf         写出小程序报送的对照表，逐项照着填
  weiying gather 报送包… --out 草稿 [选项]  汇总下级单位的报送包和草稿，合并成一份
  weiying demo --out 文件夹                 生成示范视频和草稿，检查、填表走一遍
  weiying --version                         显示版本

最前面可以加 --data-dir 文件夹：草稿和单位信息都放在这个文件夹里（便携使用）。
每个命令后加 --help 查看它的选项。
退出码：0 全部合格；1 有不合格或缺少的内容；2 用法有误或文件读不了。
"""
