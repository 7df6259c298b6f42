"""The command ``nianbao``: every command of ``toolkit.commands`` under one name, and the exit codes.

Exit codes: 0 fine, 1 findings of severity error or a report failed, 2 could not read or wrong usage, 130 stopped by Ctrl+C or
SIGTERM.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from toolkit.commands.building import build
from toolkit.commands.checking import check, rules
from toolkit.commands.dispatching import collect, read, send, sign
from toolkit.commands.importing import import_
from toolkit.commands.installation import doctor, init
from toolkit.commands.screen import complaints, console
from toolkit.commands.starting import lab, new
from toolkit.commands.upward import rollup, status
from toolkit.commands.usage import USAGE_ERROR, ChineseCommand, ChineseGroup, usage_sentence
from toolkit.commands.working_folder import in_working_folder
from toolkit.core.errors import NianbaoError
from toolkit.core.logs import log_unexpected_error
from toolkit.core.machine import provide_ipython_folder, repair_environment
from toolkit.core.output import prepare_output
from toolkit.core.write_failures import reason

STOPPED = 130  # 128 and the number of SIGINT

app = typer.Typer(
    cls=ChineseGroup,
    help="政府信息公开工作年度报告：填报、校验、生成、上报、汇总。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (lab, new, check, rules, build, status, rollup, read, sign, send, collect):
    app.command(cls=ChineseCommand)(in_working_folder(command))
app.command("import", cls=ChineseCommand)(in_working_folder(import_))
app.command(cls=ChineseCommand)(init)
app.command(cls=ChineseCommand)(doctor)


def _print_version(wanted: bool) -> None:
    if wanted:
        console.print(f"nianbao {version('nianbao')}", highlight=False)
        raise typer.Exit


VERSION_OPTION = typer.Option("--version", help="显示版本", is_eager=True, callback=_print_version)


@app.callback()
def read_options(_: Annotated[bool, VERSION_OPTION] = False) -> None:
    """政府信息公开工作年度报告：填报、校验、生成、上报、汇总。"""


def main() -> None:
    """Run what was typed; program errors are one Chinese sentence and exit code 2."""
    # the processes that are started from here must not run a clerk's file that happens to be called like a module
    os.environ.setdefault("PYTHONSAFEPATH", "1")
    repair_environment()
    provide_ipython_folder()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # told to end by the system: as by Ctrl+C, nothing left behind
    prepare_output()
    try:
        code = app(prog_name="nianbao", standalone_mode=False)
    except USAGE_ERROR as error:
        complaints.print(usage_sentence(error), style="red")
        sys.exit(2)
    except NianbaoError as error:
        complaints.print(str(error), style="red")
        sys.exit(2)
    except (KeyboardInterrupt, typer.Abort):
        code = STOPPED
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:  # what a command writes itself, it tells of itself
            complaints.print(f"输出写不下去：{reason(error)}", style="red")
            sys.exit(2)
        log = log_unexpected_error(" ".join(sys.argv))
        complaints.print(f"程序出错（{type(error).__name__}）" + (f"，详情已记入 {log}" if log else ""), style="red")
        sys.exit(2)
    if code == STOPPED:  # newer versions of Typer answer Ctrl+C with this code, and say nothing
        complaints.print("已停止；已完成的都在，再运行一次即可接着做。", style="yellow")
    sys.exit(code)
