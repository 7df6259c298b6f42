"""``nianbao check``: the findings of one or many params files, for people or as JSON; ``nianbao rules``: the catalogue."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from toolkit.checks.presenting import by_code, by_organ, exit_code, lines_for, remark_lines, summary, to_json
from toolkit.commands.screen import JsonOption, PathArguments, TodayOption, console, existing_files
from toolkit.core.errors import ParamsUnreadable
from toolkit.core.output import print_utf8

STYLES = {
    "file": "bold", "error": "red", "warning": "yellow", "notice": "cyan", "quote": "default", "mend": "green",
    "remark": "bright_black", "plain": "default",
}  # fmt: skip


def check(
    paths: PathArguments,
    as_json: JsonOption = False,
    explain: Annotated[bool, typer.Option("--explain", help="逐个列出文字中的数：当作表格的哪一格、为什么")] = False,
    today: TodayOption = None,
    jobs: Annotated[int, typer.Option(help="文件很多时同时用几个进程", min=1, metavar="N")] = os.cpu_count() or 1,
) -> None:
    """校验填报数据，逐条列出问题，文字与同一文件夹的其他单位相比；多份时最后按机关、按规则列表。"""
    from toolkit.checks.running import check_files

    if explain:
        _explain(paths)
        return
    every = []
    for checked in check_files(existing_files(paths), today=today.date() if today else None, jobs=jobs):
        every.append(checked)
        for line in () if as_json else lines_for(checked):
            console.print(line.text, style=STYLES[line.tone])
    if as_json:
        print_utf8(json.dumps(to_json(every), ensure_ascii=False, indent=2))
    else:
        for line in remark_lines(every):
            console.print(line.text, style=STYLES[line.tone])
        if len(every) > 1:
            _print_tables(by_organ(every), by_code(every))
        console.print(summary(every))
    raise typer.Exit(exit_code(every))


def _explain(paths: list[Path]) -> None:
    """Print the interpretation of each figure of the texts, and why; unreadable files are reported as by ``check``."""
    from toolkit.checks.assembly import assemble, read_known
    from toolkit.checks.narrative.explaining import explain_figures

    unread = False
    for file in existing_files(paths):
        console.print(str(file), style=STYLES["file"])
        report = read_known(file)
        if isinstance(report, ParamsUnreadable):
            unread = True
            console.print(str(report), style=STYLES["error"], markup=False)
            continue
        explained = explain_figures(report, assemble(report, file).last_year)
        for line in (line for item in explained for line in item.lines()):
            console.print(line, style=STYLES["plain" if line.startswith(" ") else "quote"], highlight=False, markup=False)
        if not explained:
            console.print("文字中没有数", style=STYLES["remark"])
    if unread:
        raise typer.Exit(2)


def _print_tables(organs: list[tuple[str, ...]], codes: list[tuple[str, ...]]) -> None:
    for heads, rows in (
        (("机关", "年度", "错误", "警告", "提示", "主要问题"), organs),
        (("规则", "级别", "处数", "单位数", "要求"), codes),
    ):
        table = Table(*heads)
        for row in rows:
            table.add_row(*row)
        if rows:
            console.print(table)


def rules() -> None:
    """列出全部校验规则：代码、要求、级别、依据、错误示例和正确示例（Markdown）。"""
    from toolkit.checks.examples import catalogue_page

    print_utf8(catalogue_page().removesuffix("\n"))
