"""Shared by the commands: the console, and the typed paths."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console, ConsoleDimensions
from rich.table import Table
from rich.text import Text

from toolkit.core.errors import UsageError
from toolkit.core.text import sign_name
from toolkit.core.tree import SETTINGS_NAME

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


_NARROWEST = 40  # columns: in fewer the tables lose words, and the terminal itself breaks lines that are too long


class Screen(Console):
    """A console that shows control characters by name: the subject of a mail must not command the terminal (ESC)."""

    @property
    def size(self) -> ConsoleDimensions:
        terminal = super().size
        return ConsoleDimensions(max(terminal.width, _NARROWEST), terminal.height)

    @size.setter
    def size(self, new_size: tuple[int, int]) -> None:
        self._width, self._height = new_size

    def render_str(self, text: str, *args: Any, **options: Any) -> Text:
        return super().render_str(_CONTROLS.sub(lambda match: f"〔{sign_name(match[0])}〕", text), *args, **options)


console = Screen(highlight=False, markup=False, soft_wrap=True)
complaints = Screen(highlight=False, markup=False, soft_wrap=True, stderr=True)  # errors are not output of a command
SETTINGS_FILE = Path(SETTINGS_NAME)


SettingsOption = Annotated[Path, typer.Option("--settings", help="设置文件", metavar="FILE")]
TodayOption = Annotated[
    datetime | None, typer.Option("--today", help="按哪一天算，默认今天", metavar="YYYY-MM-DD", formats=["%Y-%m-%d"])
]
ParamsOption = Annotated[Path, typer.Option(help="填报数据所在的文件夹", metavar="DIR")]
OutputsOption = Annotated[Path, typer.Option(help="成品存放的文件夹", metavar="DIR")]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取")]
PathArguments = Annotated[list[Path], typer.Argument(help="填报数据文件或文件夹", metavar="PATH…")]


def plain_table(*heads: str, title: str = "") -> Table:
    """A table without rules; names and words break at the edge of their column, so that nothing is cut off."""
    table = Table(*heads, box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), title_justify="left", title=title or None)
    for column in table.columns:
        column.overflow = "fold"
    return table


def first_of(names: Sequence[object], most: int = 10) -> str:
    """The first of many names, and their number."""
    return "、".join(map(str, names[:most])) + (f" 等 {len(names)} 个" if len(names) > most else "")


def existing_files(paths: Sequence[Path]) -> list[Path]:
    """The params files under the typed paths; warn about near misses (``.yml``, ``.yaml.txt``).

    Raises:
        typer.BadParameter: a path is not there.
        UsageError: no params file is among them, or a folder cannot be opened.
    """
    from toolkit.report.jurisdiction import jurisdiction_of
    from toolkit.report.neighbours import folders_named_like_params, misnamed_files, original_of, params_files

    try:
        missing = [str(path) for path in paths if not path.exists()]
    except PermissionError as error:
        raise UsageError(f"打不开 {error.filename}：没有读取权限") from error
    if missing:
        raise typer.BadParameter(f"找不到 {'、'.join(missing)}", param_hint="PATH")
    for file in misnamed_files(paths):
        complaints.print(f"没有处理 {file}：填报数据的文件名应以 .yaml 结尾，请改名", style="yellow")
    for folder in folders_named_like_params(paths):
        complaints.print(f"没有处理 {folder}：它是文件夹，填报数据应是文件", style="yellow")
    files = list(params_files(paths))
    if not files:
        raise UsageError(f"{'、'.join(map(str, paths))} 中没有填报数据（.yaml 文件）；可用 nianbao new 新建一份")
    for file in files:
        if original := original_of(file):
            complaints.print(
                f"请注意 {file}：像是 {original.name} 的副本，同一个单位请只留一份；是另一个单位的，请改正机关名称",
                style="yellow",
            )
    lists = {listed for folder in {file.parent for file in files} if (listed := jurisdiction_of(folder / "_"))}
    warn_of_dates(*sorted(lists))
    return files


def warn_of_clock(doubts: Sequence[str]) -> None:
    """Say that the computer's day may be wrong, before and beside what is done on it."""
    for doubt in doubts:
        complaints.print(f"请注意：{doubt}", style="yellow")


def warn_of_dates(*lists: Path) -> None:
    """Name the dates of member lists that are another year's and therefore not used."""
    from toolkit.report.jurisdiction import dates_of_another_year

    for problem in (problem for listed in lists for problem in dates_of_another_year(listed)):
        complaints.print(f"期限的年份不对：{problem}；改正以前按条例的期限算", style="yellow")
