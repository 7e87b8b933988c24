"""What click says of wrong usage and around help, in the spoken language.

Click knows its sentences only in English. The few that our commands can draw from it are told again in Chinese; one
that a later click words in another way stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import click

from jifen.cli.language import say

_SENTENCES = (
    (r"Missing command\.", "缺少命令"),
    (r"Missing argument '(.+?)'\.?(.*)", "缺少参数 {0}{1}"),
    (r"Missing option '(.+?)'\.?(.*)", "缺少选项 {0}{1}"),
    (r"No such option:? '?(.+?)'?\.", "没有选项 {0}"),
    (r"No such command '(.+?)'\.", "没有命令“{0}”"),
    (r"Got unexpected extra arguments? \((.+)\)", "多出了参数 {0}"),
    (r"Option '(.+?)' requires an argument\.", "选项 {0} 需要一个值"),
    (r"Option '(.+?)' requires (\d+) arguments\.", "选项 {0} 需要 {1} 个值"),
    (r"Option '(.+?)' does not take a value\.", "选项 {0} 不需要值"),
    (r"Invalid value for (.+?): (.+)", "{0}的值不对：{1}"),
    (r"Invalid value: (.+)", "值不对：{0}"),
)
_PARTS = (
    (r"'([^']*)' is not one of (.+)\.", "“{0}”应为{1}之一"),
    (r"'([^']*)' is not a valid integer\.", "“{0}”不是整数"),
    (r"'([^']*)' is not a valid float\.", "“{0}”不是数字"),
    (r"(\S+) is not in the range (.+)\.", "{0} 不在 {1} 的范围内"),
    (r"(?:File|Directory|Path) '([^']*)' does not exist\.", "没有“{0}”"),
    (r"(?:File|Directory|Path) '([^']*)' is a file\.", "“{0}”是文件"),
    (r"(?:File|Directory|Path) '([^']*)' is a directory\.", "“{0}”是文件夹"),
    (r"\s*\(Did you mean one of: (.+)\?\)", "（是否应为{0}？）"),
    (r"\s*(?:\()?Did you mean (.+?)\?(?:\))?", "（是否应为{0}？）"),
    (r"\s*\(Possible options: (.+)\)", "（可用的有{0}）"),
    (r"\s*Choose from:\s*", "，可用："),
)
_HEADINGS = {"Options": "选项", "Commands": "命令", "Arguments": "参数"}
_USAGE = {"[OPTIONS]": "[选项]", "COMMAND [ARGS]": "命令 [参数]"}
_NUMBER = re.compile(r"\bINTEGER(?: RANGE)?\b")
_BRACKETS = re.compile(r"\[([^\]]+)\]$")
_EXTRAS = (
    (r"required", "required", "必填"),
    (r"default: ", "default: ", "默认 "),
    (r"(\S+)<=x<=(\S+)", r"\1 to \2", r"\1 至 \2"),
    (r"x>=(\S+)", r"at least \1", r"至少 \1"),
)
_SHOW_HELP = "Show this message and exit."


def usage_said(message: str) -> str:
    """A sentence of click in the spoken language."""
    return say(message, _in_chinese(message))


def _in_chinese(message: str) -> str:
    for pattern, chinese in _SENTENCES:
        if found := re.match(pattern, message, re.DOTALL):
            message = chinese.format(*found.groups()) + message[found.end() :]
            break
    for pattern, chinese in _PARTS:
        message = re.sub(pattern, lambda found, zh=chinese: zh.format(*found.groups()), message)  # type: ignore[misc]
    return re.sub(r"'([^']*)'", r"“\1”", message).replace("”, “", "”、“")


class SpokenGroup(click.Group):
    """A group whose page has the sentence of each of its commands in full, where click would cut it short."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        named = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, one.help or "") for name, one in named if one is not None])


class SpokenHelp(click.HelpFormatter):
    """Help with its headings in the spoken language."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        for english, chinese in _USAGE.items():
            args = args.replace(english, say(english, chinese))
        super().write_usage(prog, args, prefix or say("Usage: ", "用法："))

    def write_heading(self, heading: str) -> None:
        spoken = say(f"{heading}:", f"{_HEADINGS.get(heading, heading)}：")
        self.write(f"{'':>{self.current_indent}}{spoken}\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        spoken = [
            (
                _NUMBER.sub("NUMBER", term),
                say(told, "显示帮助。") if told == _SHOW_HELP else _BRACKETS.sub(_extra_said, told),
            )
            for term, told in rows
        ]
        super().write_dl(spoken, col_max, col_spacing)


def _extra_said(found: re.Match[str]) -> str:
    """What click adds to an option in brackets, as people say it."""
    extra = found[1]
    for pattern, english, chinese in _EXTRAS:
        extra = re.sub(pattern, say(english, chinese), extra)
    return f"[{extra.replace('; ', say('; ', '；'))}]"
