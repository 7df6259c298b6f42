"""``nianbao lab``, ``new``, ``start``: begin a year's report; ``init``, ``doctor``: a working folder, a check of this machine."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.commands.screen import ParamsOption, complaints, console, first_of
from toolkit.core.errors import UsageError
from toolkit.core.machine import FIRST_YEAR, LAST_YEAR
from toolkit.core.tree import PARAMS, current_folder, find_folder

if TYPE_CHECKING:
    from toolkit.report.jurisdiction import Jurisdiction


def lab(
    place: Annotated[
        str,
        typer.Argument(
            help="打开哪一份，如 云溪县/望江镇、2024/云溪县/望江镇；不写则在开始页上选", metavar="[JURISDICTION/ORGAN]"
        ),
    ] = "",
    port: Annotated[int, typer.Option(help="端口；0 表示自动选", metavar="N", min=0, max=65535)] = 0,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="自动打开浏览器")] = True,
    overview: Annotated[bool, typer.Option("--overview", help="打开县里看的年报总览，而不是填报表")] = False,
    register: Annotated[bool, typer.Option("--register", help="打开依申请公开台账，而不是填报表")] = False,
) -> None:
    """在 JupyterLab（中文界面）中打开填报表，或县里看的年报总览。"""
    from toolkit.jupyter.lab import NOTEBOOK, OVERVIEW, REGISTER, LabSettings, open_lab, provide_notebook

    folder, notebook = current_folder(), OVERVIEW if overview else REGISTER if register else NOTEBOOK
    if overview and find_folder(folder) is None:
        raise UsageError(
            f"{folder} 和它的上级文件夹里都没有 params，没有可以总览的年报；请到放填报数据的文件夹里运行，或用 --folder 写明"
        )
    if place and (overview or register):
        raise UsageError("--overview、--register 后面不写机关，打开以后再选")
    if overview and register:
        raise UsageError("--overview 和 --register 只写一个")
    opened = None
    if place:
        from toolkit.entry.start.deep_link import find_by_place  # reads reports, which takes as long to load as all the rest

        opened = find_by_place(folder / PARAMS, place)
    for name in dict.fromkeys((notebook, REGISTER)):
        provide_notebook(folder, name)
    raise typer.Exit(open_lab(LabSettings(folder=folder, port=port, browser=browser, notebook=notebook, opened=opened)))


def new(
    year: Annotated[int, typer.Argument(help="报告年度，如 2024", metavar="YEAR", min=1000, max=9999)],
    place: Annotated[str, typer.Argument(help="所属地区/机关，如 嘉祥县/孟姑集镇", metavar="JURISDICTION/ORGAN")],
    params: ParamsOption = Path("params"),
    xlsx: Annotated[bool, typer.Option("--xlsx", help="改为新建一份 Excel 填报表，填好后用 nianbao import 读入")] = False,
) -> None:
    """新建一份填报数据；有上一年数据的，带入机关、联系方式和结转数。"""
    from toolkit.report.starting import new_params
    from toolkit.report.workbook_form import new_workbook

    created = (new_workbook if xlsx else new_params)(params, year, place)
    _warn_of_year(year)
    console.print(f"已新建 {created.path}" + (f"（带入了 {year - 1} 年的机关信息和结转数）" if created.carried else ""))


def start(
    year: Annotated[int, typer.Argument(help="报告年度，如 2025", metavar="YEAR", min=1000, max=9999)],
    place: Annotated[str, typer.Argument(help="地区，如 云溪县；省市下面的写 某市/云溪县", metavar="JURISDICTION")],
    members: Annotated[
        Path | None, typer.Option("--members", help="成员单位的 Excel 或 CSV 名单；不写则沿用上一年的", metavar="FILE")
    ] = None,
    params: ParamsOption = Path("params"),
    outputs: Annotated[Path, typer.Option(help="发给各单位的文件放在哪里", metavar="DIR")] = Path("outputs"),
) -> None:
    """县里开始新的一年：建成员名单，给每个单位准备带入上年数据的填报数据和 Excel 填报表。"""
    from toolkit.rollup.beginning import begin_year
    from toolkit.rollup.member_table import unread_columns

    begun = begin_year(params, outputs, year, place, members)
    dates = begun.jurisdiction.dates
    _warn_of_year(year)
    console.print(f"{'已建立' if begun.new_list else '已有'}成员名单 {begun.listed}：{len(begun.jurisdiction.members)} 个单位，"
                  f"报送期限 {dates.organs_submit_by}，公开期限 {dates.publish_by}；请打开核对")  # fmt: skip
    console.print(
        f"发给各单位的填报数据（.yaml）、Excel 填报表和通知（DOCX）在 {begun.folder}："
        f"带入 {year - 1} 年数据的 {len(begun.carried)} 个，"
        f"空白的 {len(begun.blank)} 个"
    )
    if without := [item.name for item in begun.jurisdiction.members if not item.email]:
        console.print(f"没有写邮箱的 {len(without)} 个，报来的邮件会被隔离：{first_of(without)}", style="yellow")
    if begun.new_list and members is not None and (unread := unread_columns(members)):
        console.print(f"名单里的这几列没有读：{'、'.join(unread)}", style="cyan")
    for address, names in _shared_addresses(begun.jurisdiction).items():
        console.print(f"{'、'.join(names)} 用同一个邮箱 {address}：报来的各份按标题里的机关分开收", style="cyan")
    if begun.unreadable:
        console.print(f"上年数据读不出、没有带入的：{first_of(begun.unreadable)}", style="yellow")


def _warn_of_year(year: int) -> None:
    from toolkit.report.starting import doubt_of_year

    today = date.today()
    wrong_clock = "" if FIRST_YEAR <= today.year <= LAST_YEAR else f"电脑的时钟不对，现在是 {today}；年度对不对请自己核对"
    if doubt := wrong_clock or doubt_of_year(year, today):
        complaints.print(f"请注意：{doubt}", style="yellow")


def _shared_addresses(jurisdiction: Jurisdiction) -> dict[str, list[str]]:
    """The files of members that have one address, by address."""
    by_address: dict[str, list[str]] = {}
    for item in jurisdiction.members:
        if item.email:
            by_address.setdefault(item.email.lower(), []).append(item.file)
    return {address: files for address, files in by_address.items() if len(files) > 1}


MARKS = {"ok": ("好", "green"), "note": ("注意", "yellow"), "bad": ("不行", "red")}


def init(
    folder: Annotated[Path, typer.Argument(help="新文件夹的名字；已有的文件不动", metavar="FOLDER")],
    sample: Annotated[bool, typer.Option("--sample/--no-sample", help="放不放虚构的样例县")] = True,
) -> None:
    """建一个工作文件夹：填报数据、笔记本、设置和样例。"""
    from toolkit.core.workspace import lay_out

    laid = lay_out(folder, sample=sample)
    console.print(f"已建好 {folder}：新放 {len(laid.made)} 个文件" + (f"，原有 {len(laid.kept)} 个没有动" if laid.kept else ""))
    console.print(
        "下一步：进入这个文件夹，运行 nianbao lab 填报" + ("，或 nianbao build params 生成样例年报。" if sample else "。")
    )


def doctor() -> None:
    """检查本机：Python、字体、软件包、磁盘、权限、邮件设置和时间，每项一行，不行的写明怎么办。"""
    from toolkit.dispatch.settings import read_settings
    from toolkit.jupyter.health import examine

    results = list(examine(current_folder(), read_settings))
    for result in results:
        word, color = MARKS[result.state]
        console.print(word, style=color, end="　")
        console.print(f"{result.name}：{result.text}")
    if any(result.state == "bad" for result in results):
        raise typer.Exit(1)
