"""The command line's help and complaints in Chinese (docs/decisions/0011-command-line.md)."""

from __future__ import annotations

import re
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

# Typer brings a copy of click under a private name; this class is the public way to it.
USAGE_ERROR: type[Exception] = next(
    base for base in typer.BadParameter.__mro__ if base.__name__ == "UsageError" and issubclass(base, Exception)
)

_ABOUT_FILES = {
    "does not exist": "找不到 {}",
    "is a directory": "{} 是文件夹，应为文件",
    "is a file": "{} 是文件，应为文件夹",
    "is not readable": "{} 没有读取权限",
}
# what Typer writes into a help text, as it is aligned there
_HELP = (
    (r"^Usage: ", "用法："),
    (r"\[OPTIONS\]", "[选项]"),
    (r"COMMAND \[ARGS\]\.\.\.", "命令 …"),
    (r"^Arguments:$", "参数："),
    (r"^Options:$", "选项："),
    (r"^Commands:$", "命令："),
    (r"\{([^{}]+?)…?\}(\.\.\.)?", lambda match: match[1] + ("…" if match[2] else "")),
    (r" <[a-z][^<>]*>(?=  )", lambda match: " " * len(match[0])),  # the type of an argument, in Python's words
    (r"Show\s+this\s+message\s+and\s+exit\.", "显示这份说明"),
    (r"\[default:\s+", "[默认 "),
    (r"(?<=[\[ ])x>=(\d+)(?=[;\]])", r"不小于 \1"),
    (r"(?<=[\[ ])(\d+)<=x<=(\d+)(?=[;\]])", r"\1 至 \2"),
    (r"(?<=[\[ ])required\]", "必填]"),
)


class _InChinese:
    """A command whose help is in Chinese."""

    def get_help(self, ctx: Any) -> str:
        text: str = super().get_help(ctx)  # type: ignore[misc]
        for english, chinese in _HELP:
            text = re.sub(english, chinese, text, flags=re.MULTILINE)
        return text


class ChineseCommand(_InChinese, TyperCommand):
    """One command."""


class ChineseGroup(_InChinese, TyperGroup):
    """The command with all subcommands."""


def usage_sentence(error: Any) -> str:
    """A complaint about the command line in one sentence, with a pointer to the help; without a command, the help itself."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return str(error.format_message())
    command = error.ctx.command_path if error.ctx else "nianbao"
    return f"{_what(error)}。用法见 {command} --help"


def _what(error: Any) -> str:
    match type(error).__name__:
        case "NoSuchOption":
            return f"没有 {error.option_name} 这个选项" + _suggestion(error.possibilities)
        case "MissingParameter":
            return f"缺少 {_name(error)}"
        case "BadParameter":
            return f"{_name(error)} 填得不对：{_reason(error)}"
        case "BadOptionUsage":
            wrong = "不能跟" if "does not take" in error.format_message() else "缺少"
            return f"选项 {error.option_name} 后面{wrong}内容"
    if surplus := re.search(r"unexpected extra arguments?(?:\(s\))? \((.*)\)", error.format_message()):
        return f"多写了 {surplus[1]}（名称里有空格的，两边要加引号）"
    quoted = re.findall(r"'([^']+)'", error.format_message())
    if error.format_message().startswith("No such command") and quoted:
        return f"没有 {quoted[0]} 这个命令" + _suggestion(quoted[1:])
    return f"命令写得不对（{error.format_message()}）"


def _suggestion(possibilities: list[str] | None) -> str:
    return f"，是不是 {'、'.join(sorted(possibilities))}" if possibilities else ""


def _name(error: Any) -> str:
    """A parameter as the help calls it."""
    if error.param_hint or not error.param:
        return str(error.param_hint or "参数")
    return str(error.param.opts[0] if error.param.opts[0].startswith("-") else error.param.metavar or error.param.name)


def _reason(error: Any) -> str:
    """Our own reasons are Chinese already; the others are about files, days and numbers."""
    message = str(error.message)
    for english, chinese in _ABOUT_FILES.items():  # first: the name of the file may be Chinese
        if hit := re.search(f"'(.*)' {english}", message):
            return chinese.format(hit[1])
    if "does not match the format" in message:
        return "应为 2025-01-20 这样写的日期"
    if any("\u4e00" <= character <= "\u9fff" for character in message):
        return message
    number = getattr(error.param, "type", error.param)  # older versions of Typer keep the bounds in the type
    lowest, highest = getattr(number, "min", None), getattr(number, "max", None)
    bounds = [f"不小于 {lowest}"] * (lowest is not None) + [f"不大于 {highest}"] * (highest is not None)
    return f"应为{'、'.join(bounds)}{' 的' if bounds else ''}整数"
