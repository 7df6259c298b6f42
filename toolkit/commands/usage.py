"""What was typed wrong, in Chinese: the command line's own complaints come in English only."""

from __future__ import annotations

import re
from typing import Any

import typer

# Typer brings a copy of click under a private name; this class is the public way to it.
USAGE_ERROR: type[Exception] = next(
    base for base in typer.BadParameter.__mro__ if base.__name__ == "UsageError" and issubclass(base, Exception)
)


def usage_sentence(error: Any) -> str:
    """A complaint about the command line in one sentence, with where to read on; without a command, the help itself."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return str(error.format_message())
    command = error.ctx.command_path if error.ctx else "nianbao"
    return f"{_what(error)}。用法见 {command} --help"


def _what(error: Any) -> str:
    match type(error).__name__:
        case "NoSuchOption":
            return f"没有 {error.option_name} 这个选项" + _meant(error.possibilities)
        case "MissingParameter":
            return f"缺少 {_name(error)}"
        case "BadParameter":
            return f"{_name(error)} 填得不对：{_reason(error)}"
        case "BadOptionUsage":
            return f"选项 {error.option_name} 后面缺少内容"
    quoted = re.findall(r"'([^']+)'", error.format_message())
    if error.format_message().startswith("No such command") and quoted:
        return f"没有 {quoted[0]} 这个命令" + _meant(quoted[1:])
    return f"命令写得不对（{error.format_message()}）"


def _meant(possibilities: list[str] | None) -> str:
    return f"，是不是 {'、'.join(sorted(possibilities))}" if possibilities else ""


def _name(error: Any) -> str:
    """A parameter as the help calls it."""
    if error.param_hint or not error.param:
        return str(error.param_hint or "参数")
    return str(error.param.opts[0] if error.param.opts[0].startswith("-") else error.param.metavar or error.param.name)


def _reason(error: Any) -> str:
    """Our own reasons are Chinese already; the others are about numbers."""
    message = str(error.message)
    if any("\u4e00" <= character <= "\u9fff" for character in message):
        return message
    number = getattr(error.param, "type", error.param)  # older versions of Typer keep the bounds in the type
    lowest, highest = getattr(number, "min", None), getattr(number, "max", None)
    bounds = [f"不小于 {lowest}"] * (lowest is not None) + [f"不大于 {highest}"] * (highest is not None)
    return f"应为{'、'.join(bounds)}{' 的' if bounds else ''}整数"
