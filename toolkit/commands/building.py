"""``nianbao build``: finished reports from params files, with progress, a table and the three lists."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Self

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.table import Column, Table
from rich.text import Text

from toolkit.building.record import RunResult
from toolkit.commands.screen import Screen, complaints, console, existing_files
from toolkit.core.errors import UsageError
from toolkit.core.settings import (
    FORMATS,
    ON_REQUEST,
    BatchSettings,
    RunSettings,
    configured_copies,
    copies_of,
    wants_data_code,
    with_copies,
)

MOST_ROWS = 60  # of the table of finished reports; a province has thousands, too many for a screen


def build(
    paths: Annotated[list[str], typer.Argument(help="填报数据文件、文件夹，或 s3:// 一类的地址", metavar="PATH…")],
    to: Annotated[str, typer.Option(help=f"要生成的格式，另有 {'、'.join(ON_REQUEST)}", metavar="FORMATS")] = ",".join(FORMATS),
    copies: Annotated[str, typer.Option(help="PDF 做哪几种：报送稿、发布稿（用逗号隔开）", metavar="COPIES")] = "",
    outputs: Annotated[str, typer.Option(help="成品存放的文件夹或地址", metavar="DIR")] = "outputs",
    jobs: Annotated[int, typer.Option(help="同时生成几份", min=1, metavar="N")] = 2,
    cluster: Annotated[str, typer.Option(help="交给 Dask 集群生成，写调度程序的地址", metavar="tcp://…")] = "",
    force: Annotated[bool, typer.Option("--force", help="没有变化的也重新生成")] = False,
    draft: Annotated[bool, typer.Option("--draft", help="有错误也生成，每页标“草稿”")] = False,
    stock: Annotated[bool, typer.Option("--stock", help="用 papermill 自带的引擎（慢，用于对照）")] = False,
) -> None:
    """生成年报（PDF、HTML、DOCX、XLSX）；没有变化的不重做。"""
    if not outputs:
        raise typer.BadParameter("后面是空的，请写明文件夹", param_hint="--outputs")
    chosen = copies_of([name for name in re.split("[,，、]", copies) if name.strip()], "--copies") or configured_copies(Path())
    run = RunSettings(
        formats=with_copies(_formats(to), chosen),
        draft=draft,
        engine="" if stock else "nianbao",
        data_code=wants_data_code(Path()),
    )
    settings = BatchSettings(outputs=outputs, jobs=jobs, force=force, cluster=cluster, run=run)
    results: list[RunResult] = []
    try:
        results.extend(_built(paths, settings))
    except KeyboardInterrupt:
        _print_results(results, settings)
        raise
    raise typer.Exit(_print_results(results, settings))


def _built(paths: Sequence[str], settings: BatchSettings) -> Iterable[RunResult]:
    """The results in order of completion, displayed and logged."""
    from toolkit.building.addresses import is_address, report_files
    from toolkit.building.batch import plan_jobs, run_jobs
    from toolkit.building.build_log import BuildLog

    folders = [Path(path) for path in paths if not is_address(path)]
    files = [str(file) for file in existing_files(folders)] if folders else []
    files += [file for place in paths if is_address(place) for file in report_files(place)]
    jobs = plan_jobs(files, str(settings.outputs))
    if not jobs:
        raise UsageError(f"{'、'.join(paths)} 中没有填报数据（.yaml 文件）")
    with BuildLog(str(settings.outputs), datetime.now, complaints.print) as log, BuildProgress(len(jobs)) as progress:
        log.begin(len(jobs), formats=list(settings.run.formats), draft=settings.run.draft, cluster=settings.cluster)
        for result in run_jobs(jobs, settings):
            log.report(result)
            progress.advance(result)
            yield result


def _formats(text: str) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    unknown = [part for part in chosen if part not in (*FORMATS, *ON_REQUEST)]
    if unknown or not chosen:
        raise typer.BadParameter(
            f"不认识的格式 {'、'.join(unknown) or '（空）'}，可选 {'、'.join((*FORMATS, *ON_REQUEST))}", param_hint="--to"
        )
    return chosen


def _print_results(results: Sequence[RunResult], settings: BatchSettings) -> int:
    """The three lists; the exit code."""
    groups: dict[str, list[RunResult]] = {"finished": [], "failed": [], "not_started": []}
    for result in sorted(results, key=lambda result: result.name):
        groups[result.state].append(result)
    _print_finished(groups["finished"], str(settings.outputs))
    for state, name in (("failed", "失败"), ("not_started", "未能开始")):
        for result in groups[state]:
            console.print(f"{name}：{result.name}", style="red")
            console.print("  " + result.message.replace("\n", "\n  "))
    for result in groups["finished"]:
        if result.message:
            console.print(f"请注意：{result.name}")
            console.print(f"  {result.message}")
    unchanged = sum(result.unchanged for result in results)
    skipped = f"（其中 {unchanged} 份没有变化，未重做）" if unchanged else ""
    console.print(
        f"完成 {len(groups['finished'])} 份{skipped}，失败 {len(groups['failed'])} 份，未能开始 {len(groups['not_started'])} 份"
    )
    return 1 if groups["failed"] or groups["not_started"] else 0


def _print_finished(results: Sequence[RunResult], outputs: str) -> None:
    built = [result for result in results if not result.unchanged]
    if not built:
        return
    if len(built) > MOST_ROWS:
        console.print(f"已完成 {len(built)} 份（存放在 {outputs}，清单见其中的 build.jsonl）")
        return
    table = Table(title=f"已完成，存放在 {outputs}：", title_justify="left")
    for name in ("年报", "成品", "用时（秒）"):
        table.add_column(name, overflow="fold", no_wrap=name == "用时（秒）", justify="right" if name == "用时（秒）" else "left")
    for result in built:
        names = " ".join(dict.fromkeys(path.suffix.lstrip(".").upper() for path in result.files[1:]))
        # year, place and organ identify the report as well as its long title, and are its path
        folder = result.folder.removeprefix(outputs).strip("/\\")
        table.add_row(folder + ("（草稿）" if result.draft else ""), names, f"{result.seconds:.1f}")
    console.print(table)


LINE_SECONDS = 30  # between two lines where there is no screen


def pace(per_second: float) -> str:
    """How fast reports are made; a slow machine, or one that only begins, takes many seconds a report."""
    return f"{per_second:.1f} 份/秒" if per_second >= 0.2 else f"{1 / per_second:.0f} 秒/份"


class _RateColumn(ProgressColumn):
    """How fast reports are made of late."""

    def render(self, task: Task) -> Text:
        return Text(pace(task.speed) if task.speed else "")


class BuildProgress:
    """What is printed between start and end; failures are printed as they come."""

    def __init__(self, total: int) -> None:
        self._console = Screen(stderr=True, highlight=False, markup=False, soft_wrap=True)
        self._on_screen = self._console.is_terminal  # asking takes a while, and each report would
        whole = Column(no_wrap=True)  # in a narrow window it is the bar that gives way
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(table_column=whole),
            _RateColumn(table_column=whole), TextColumn("剩余"), TimeRemainingColumn(table_column=whole),
            console=self._console, transient=True,
        )  # fmt: skip
        self._task = self._bar.add_task("生成年报", total=total)
        self._total, self._done = total, 0
        self._begun = self._last_line = time.monotonic()

    def __enter__(self) -> Self:
        if self._on_screen:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._on_screen:  # elsewhere it would leave a blank line
            self._bar.stop()

    def advance(self, result: RunResult) -> None:
        self._done += 1
        if self._on_screen:
            self._bar.advance(self._task)
        if result.state != "finished":
            first = result.message.splitlines()[0]
            self._bar.console.print(f"✗ {first}" if first.startswith(result.name) else f"✗ {result.name}：{first}", style="red")
        if not self._on_screen and time.monotonic() - self._last_line > LINE_SECONDS:
            self._tell()

    def _tell(self) -> None:
        self._last_line = time.monotonic()
        rate = self._done / (self._last_line - self._begun)
        remaining = (self._total - self._done) / rate
        self._console.print(f"已处理 {self._done}/{self._total} 份，{pace(rate)}，约剩 {remaining:.0f} 秒")
