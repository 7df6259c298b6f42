"""The command ``nianbao``: every command of ``toolkit.commands`` under one name, and the exit codes.

Exit codes: 0 fine, 1 findings of severity error or a report failed, 2 could not read or wrong usage, 130 stopped by Ctrl+C or
SIGTERM.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import typer

import toolkit
from toolkit.commands.screen import complaints, console
from toolkit.commands.usage import USAGE_ERROR, ChineseCommand, ChineseGroup, usage_sentence
from toolkit.commands.working_folder import in_working_folder
from toolkit.core.errors import NianbaoError
from toolkit.core.logs import log_unexpected_error, unexpected_sentence
from toolkit.core.machine import provide_ipython_folder, repair_environment, tune_collector
from toolkit.core.output import discard_output, prepare_output

STOPPED = 130  # 128 and the number of SIGINT


def _print_version(requested: bool) -> None:
    if requested:
        console.print(f"nianbao {toolkit.__version__}", highlight=False)
        raise typer.Exit


VERSION_OPTION = typer.Option("--version", help="显示版本", is_eager=True, callback=_print_version)


def read_options(_: Annotated[bool, VERSION_OPTION] = False) -> None:
    """政府信息公开工作年度报告：填报、校验、生成、上报、汇总。"""


# The module of each command: only that of the command that is asked for is imported, for the form shall open quickly.
_HOMES = {
    "lab": "starting", "new": "starting", "start": "starting", "check": "checking", "rules": "checking", "build": "building",
    "status": "upward", "rollup": "upward", "review": "reviewing", "published": "publishing", "read": "dispatching",
    "sign": "dispatching", "send": "dispatching", "collect": "dispatching", "archive": "archiving", "import": "importing",
    "init": "starting", "doctor": "starting",
}  # fmt: skip
_ANYWHERE = ("init", "doctor")  # the others run in the folder that holds ``params/``


def _command(name: str) -> Callable[..., None]:
    module = import_module(f"toolkit.commands.{_HOMES[name]}")
    command: Callable[..., None] = getattr(module, "import_" if name == "import" else name)
    return command if name in _ANYWHERE else in_working_folder(command)


@cache
def app_of(asked: str = "") -> typer.Typer:
    """The command line with the commands of one module, or with all when ``asked`` is not a command."""
    app = typer.Typer(
        cls=ChineseGroup,
        help="政府信息公开工作年度报告：填报、校验、生成、上报、汇总。",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(read_options)
    for name in [name for name, home in _HOMES.items() if home == _HOMES.get(asked)] or _HOMES:
        app.command(name, cls=ChineseCommand)(_command(name))
    if asked not in _HOMES:
        from toolkit.commands.registering import register

        app.add_typer(register, name="register")
    return app


def main() -> None:
    """Run what was typed; program errors are one Chinese sentence and exit code 2."""
    # the processes that are started from here must not run a clerk's file that happens to be called like a module
    os.environ.setdefault("PYTHONSAFEPATH", "1")
    tune_collector()
    repair_environment()
    provide_ipython_folder()
    # the system asks it to end, or somebody presses Ctrl+Break or closes the window (Windows): as by Ctrl+C
    for number in (signal.SIGTERM, getattr(signal, "SIGBREAK", signal.SIGTERM)):
        signal.signal(number, signal.default_int_handler)
    prepare_output()
    try:
        code = app_of(*sys.argv[1:2])(prog_name="nianbao", standalone_mode=False)
    except USAGE_ERROR as error:
        complaints.print(usage_sentence(error), style="red")
        sys.exit(2)
    except NianbaoError as error:
        complaints.print(str(error), style="red")
        sys.exit(2)
    except (KeyboardInterrupt, typer.Abort):
        code = STOPPED
    except Exception as error:
        log = log_unexpected_error(" ".join(sys.argv))
        complaints.print(unexpected_sentence(error, log), style="red")
        discard_output()
        sys.exit(2)
    if code == STOPPED:  # newer versions of Typer answer Ctrl+C with this code, and say nothing
        complaints.print("已停止；已完成的都在，再运行一次即可接着做。", style="yellow")
    sys.exit(code)


if TYPE_CHECKING:
    app: typer.Typer  # with all commands


def __getattr__(name: str) -> typer.Typer:
    if name == "app":
        return app_of()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
