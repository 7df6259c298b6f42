"""The command ``nianbao``: every command of ``toolkit.commands`` under one name, and the exit codes.

Exit codes: 0 fine, 1 findings of severity error or a report failed, 2 could not read or wrong usage, 130 stopped by Ctrl+C or
SIGTERM.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.commands.screen import complaints, console
from toolkit.commands.usage import USAGE_ERROR, ChineseCommand, ChineseGroup, usage_sentence
from toolkit.commands.working_folder import in_working_folder
from toolkit.core.errors import NianbaoError
from toolkit.core.logs import log_unexpected_error, unexpected_sentence
from toolkit.core.machine import BETWEEN_COLLECTIONS, provide_ipython_folder, repair_environment
from toolkit.core.output import prepare_output

STOPPED = 130  # 128 and the number of SIGINT


def _print_version(requested: bool) -> None:
    if requested:
        console.print(f"nianbao {version('nianbao')}", highlight=False)
        raise typer.Exit


VERSION_OPTION = typer.Option("--version", help="显示版本", is_eager=True, callback=_print_version)


def read_options(_: Annotated[bool, VERSION_OPTION] = False) -> None:
    """政府信息公开工作年度报告：填报、校验、生成、上报、汇总。"""


Command = Callable[..., None]


# ---- the commands by module: only the module of the command that is asked for is imported, for the form shall open quickly


def _starting() -> dict[str, Command]:
    from toolkit.commands.starting import lab, new, start

    return {"lab": in_working_folder(lab), "new": in_working_folder(new), "start": in_working_folder(start)}


def _checking() -> dict[str, Command]:
    from toolkit.commands.checking import check, rules

    return {"check": in_working_folder(check), "rules": in_working_folder(rules)}


def _building() -> dict[str, Command]:
    from toolkit.commands.building import build

    return {"build": in_working_folder(build)}


def _upward() -> dict[str, Command]:
    from toolkit.commands.upward import rollup, status

    return {"status": in_working_folder(status), "rollup": in_working_folder(rollup)}


def _reviewing() -> dict[str, Command]:
    from toolkit.commands.reviewing import review

    return {"review": in_working_folder(review)}


def _publishing() -> dict[str, Command]:
    from toolkit.commands.publishing import published

    return {"published": in_working_folder(published)}


def _dispatching() -> dict[str, Command]:
    from toolkit.commands.dispatching import collect, read, send, sign

    return {command.__name__: in_working_folder(command) for command in (read, sign, send, collect)}


def _archiving() -> dict[str, Command]:
    from toolkit.commands.archiving import archive

    return {"archive": in_working_folder(archive)}


def _importing() -> dict[str, Command]:
    from toolkit.commands.importing import import_

    return {"import": in_working_folder(import_)}


def _installation() -> dict[str, Command]:
    from toolkit.commands.installation import doctor, init

    return {"init": init, "doctor": doctor}


_MODULES: tuple[tuple[tuple[str, ...], Callable[[], dict[str, Command]]], ...] = (
    (("lab", "new", "start"), _starting),
    (("check", "rules"), _checking),
    (("build",), _building),
    (("status", "rollup"), _upward),
    (("review",), _reviewing),
    (("published",), _publishing),
    (("read", "sign", "send", "collect"), _dispatching),
    (("archive",), _archiving),
    (("import",), _importing),
    (("init", "doctor"), _installation),
)


@cache
def app_of(asked: str = "") -> typer.Typer:
    """The command line with the commands of one module, or with all when ``asked`` is not a command."""
    modules = [commands for names, commands in _MODULES if asked in names] or [commands for _, commands in _MODULES]
    app = typer.Typer(
        cls=ChineseGroup,
        help="政府信息公开工作年度报告：填报、校验、生成、上报、汇总。",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(read_options)
    for commands in modules:
        for name, command in commands().items():
            app.command(name, cls=ChineseCommand)(command)
    if asked not in {name for names, _ in _MODULES for name in names}:
        from toolkit.commands.registering import register

        app.add_typer(register, name="register")
    return app


def main() -> None:
    """Run what was typed; program errors are one Chinese sentence and exit code 2."""
    # the processes that are started from here must not run a clerk's file that happens to be called like a module
    os.environ.setdefault("PYTHONSAFEPATH", "1")
    gc.set_threshold(BETWEEN_COLLECTIONS)
    repair_environment()
    provide_ipython_folder()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # told to end by the system: as by Ctrl+C, nothing left behind
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
