"""Show a batch while it runs: a bar with rate and time left on a screen, a line now and then in a log file."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.table import Column
from rich.text import Text

from toolkit.building.record import RunResult
from toolkit.commands.screen import Screen

LINE_SECONDS = 30  # between two lines where there is no screen


class _RateColumn(ProgressColumn):
    """Reports per second, of late."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f} 份/秒" if task.speed else "")


class BuildProgress:
    """What is printed between start and end; failures are printed as they come."""

    def __init__(self, total: int, *, quiet: bool = False) -> None:
        self._console = Screen(stderr=True, highlight=False, markup=False, soft_wrap=True)
        whole = Column(no_wrap=True)  # in a narrow window it is the bar that gives way
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(table_column=whole),
            _RateColumn(table_column=whole), TextColumn("剩余"), TimeRemainingColumn(table_column=whole),
            console=self._console, transient=True, disable=quiet,
        )  # fmt: skip
        self._task = self._bar.add_task("生成年报", total=total)
        self._total, self._done = total, 0
        self._begun = self._told = time.monotonic()

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._console.is_terminal:  # elsewhere it would leave a blank line
            self._bar.stop()

    def advance(self, result: RunResult) -> None:
        self._done += 1
        self._bar.advance(self._task)
        if result.state != "finished":
            first = result.message.splitlines()[0]
            self._bar.console.print(f"✗ {first}" if first.startswith(result.name) else f"✗ {result.name}：{first}", style="red")
        if not self._console.is_terminal and time.monotonic() - self._told > LINE_SECONDS:
            self._tell()

    def _tell(self) -> None:
        self._told = time.monotonic()
        rate = self._done / (self._told - self._begun)
        remaining = (self._total - self._done) / rate
        self._console.print(f"已处理 {self._done}/{self._total} 份，每秒 {rate:.1f} 份，约剩 {remaining:.0f} 秒")
