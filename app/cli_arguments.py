"""argparse in Chinese: every word it says to a user is ours, and a mistake is one line."""

import argparse
import re
from typing import NoReturn

from app.errors import AppError


class UsageError(AppError):
    """The command line is written wrongly."""


_MISTAKES = [
    (re.compile(r"the following arguments are required: (.*)"), r"缺少：\1"),
    (re.compile(r"unrecognized arguments: (.*)"), r"不认识的参数：\1"),
    (re.compile(r"argument (\S+)(?:/\S+)?: expected one argument"), r"\1 后面缺少内容"),
    (re.compile(r"argument (\S+)(?:/\S+)?: ignored explicit argument (.*)"), r"\1 后面不应有内容 \2"),
    (re.compile(r"ambiguous option: (\S+) could match (.*)"), r"\1 不明确，可能是 \2"),
]


class ChineseParser(argparse.ArgumentParser):
    """A parser for one command; its mistakes are UsageErrors instead of exits."""

    def __init__(self, command: str, description: str) -> None:
        super().__init__(
            prog=f"weiying {command}", description=description, add_help=False, formatter_class=_ChineseFormatter
        )
        self._positionals.title = "参数"
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="help", help="显示这段说明")

    def error(self, message: str) -> NoReturn:
        """Raise UsageError with argparse's message in Chinese."""
        for pattern, chinese in _MISTAKES:
            if pattern.fullmatch(message):
                raise UsageError(f"{pattern.sub(chinese, message)}。", f"用 {self.prog} --help 查看用法。")
        raise UsageError("命令写法有误。", f"用 {self.prog} --help 查看用法。")


class _ChineseFormatter(argparse.HelpFormatter):
    def add_usage(self, usage, actions, groups, prefix=None):  # type: ignore[no-untyped-def]
        super().add_usage(usage, actions, groups, "用法：")
