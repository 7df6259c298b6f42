"""``nianbao import``: published reports of any format become params files; three lists and a table show the result."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from toolkit.checks.finding import has_errors
from toolkit.checks.presenting import lines_for
from toolkit.commands.checking import STYLES
from toolkit.commands.screen import complaints, console, first_of
from toolkit.core.dates import chinese_day
from toolkit.core.errors import UsageError
from toolkit.core.tree import PARAMS

if TYPE_CHECKING:
    from toolkit.commands.import_batch import ImportResult


def import_(
    files: Annotated[
        list[Path],
        typer.Argument(help="已发布的年报（Word、WPS、网页、PDF、Excel、纯文本、扫描件、照片）或文件夹", metavar="FILE…"),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="存为哪个填报数据文件（.yaml）或放进哪个文件夹", metavar="PARAMS")
    ] = None,
    year: Annotated[int | None, typer.Option(help="报告年度；文件里没写或写错时用", metavar="YEAR", min=1000, max=9999)] = None,
    force: Annotated[bool, typer.Option("--force", help="替换已有的填报数据文件")] = False,
) -> None:
    """把已发布的年报读成填报数据，读不准的逐条列出。"""
    from toolkit.commands.import_batch import import_files
    from toolkit.importing.filing import files_to_import, passed_over

    missing = [str(path) for path in files if not path.exists()]
    if missing:
        raise typer.BadParameter(f"找不到 {'、'.join(missing)}", param_hint="FILE")
    documents, others = files_to_import(files), passed_over(files)
    if opinions := _keep_opinions(documents):
        documents = [path for path in documents if path not in opinions]
        if not documents:
            return
    if not documents:
        raise typer.BadParameter(
            f"{'、'.join(map(str, files))} 中没有年报（Word、WPS、网页、PDF、Excel、纯文本、扫描件）", param_hint="FILE"
        )
    if output is not None and output.suffix in (".yaml", ".yml") and len(documents) > 1:
        raise typer.BadParameter("有多份文件时，-o 应是文件夹", param_hint="--output")
    results: list[ImportResult] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=complaints, transient=True) as progress:
        task = progress.add_task("导入", total=len(documents))
        for result in import_files(documents, output, year=year, force=force):
            results.append(result)
            progress.advance(task)
    _print(results)
    if others:
        console.print(f"没有处理：{first_of(others)}。压缩包请先解压", style="yellow")
    raise typer.Exit(_exit_code(results))


def _keep_opinions(documents: Sequence[Path]) -> list[Path]:
    """Keep the opinions on returned reports beside their params; the files that held one."""
    from toolkit.importing.opinion import find_opinion, place_of_opinion
    from toolkit.report.opinion import save_opinion

    saved = []
    for path in documents:
        if opinion := find_opinion(path):
            place = place_of_opinion(opinion, Path(PARAMS))
            if place is None:
                raise UsageError(f"{path} 是《{opinion.organ}》{opinion.year} 年年报的审核意见单，这里没有它的填报数据")
            save_opinion(opinion, place)
            until = f"{chinese_day(opinion.answer_by)}前答复"
            console.print(
                f"审核意见单（第{opinion.round}次，{len(opinion.items)} 条，{until}）已放到 {place} 旁边，"
                "打开填报表或运行 nianbao check 就能逐条看到",
                style="green",
            )
            saved.append(path)
    return saved


def _exit_code(results: Sequence[ImportResult]) -> int:
    if not results or all(result.state != "finished" for result in results):
        return 2
    errors = any(has_errors(result.document) for result in results)
    return int(errors or any(result.state != "finished" for result in results))


def _print(results: Sequence[ImportResult]) -> None:
    for result in results:
        _print_findings(result)
    console.print(_table([result for result in results if result.imported]))
    names = {"finished": "完成", "failed": "失败", "not_started": "未能开始"}
    for state, name in list(names.items())[1:]:
        for result in results:
            if result.state == state:
                console.print(f"{name}：{result.source}", style="red")
                console.print(f"  {result.message}")
    console.print("，".join(f"{name} {sum(result.state == state for result in results)} 份" for state, name in names.items()))


def _print_findings(result: ImportResult) -> None:
    if result.imported is None or not (result.checked or result.imported.notes):
        return
    console.print(f"{result.source}" + (f" → {result.target}" if result.target else ""))
    for line in lines_for(result.checked) if result.checked else ():
        console.print(line.text, style=STYLES[line.tone])
    for note in result.imported.notes:
        console.print(f"  说明 {note}", style="cyan")


def _table(results: Sequence[ImportResult]) -> Table:
    from toolkit.importing.recognition.cells import OF_SCANS, STATE_NAMES

    present = {state for result in results if result.imported for state, number in result.imported.count().items() if number}
    states = [state for state in STATE_NAMES if state in present or state not in OF_SCANS]
    names = (STATE_NAMES[state] for state in states)
    table = Table("文件", "年度", *names, "问题", "用时（秒）", title="各文件读入的格数", title_justify="left")
    for result in results:
        assert result.imported is not None
        number_of = result.imported.count()
        counts = (str(number_of.get(state, 0)) for state in states)
        serious = sum(finding.severity != "notice" for finding in result.checked.findings) if result.checked else 0
        table.add_row(result.source.name, str(result.imported.year or "？"), *counts, str(serious), f"{result.seconds:.1f}")
    return table
