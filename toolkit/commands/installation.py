"""``nianbao init`` and ``nianbao doctor``: a new working folder, and a check of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.commands.screen import console

MARKS = {"ok": ("好", "green"), "note": ("注意", "yellow"), "bad": ("不行", "red")}


def init(
    folder: Annotated[Path, typer.Argument(help="新文件夹的名字；已有的文件不动", metavar="FOLDER")],
    sample: Annotated[bool, typer.Option("--sample/--no-sample", help="放不放虚构的样例县")] = True,
) -> None:
    """建一个工作文件夹：填报数据、笔记本、设置和样例。"""
    from toolkit.core.workspace import lay_out

    laid = lay_out(folder, sample=sample)
    console.print(f"已建好 {folder}：新放 {len(laid.made)} 个文件" + (f"，原有 {len(laid.kept)} 个没有动" if laid.kept else ""))
    console.print("下一步：进入这个文件夹，运行 nianbao lab 填报，或 nianbao build params 生成样例年报。")


def doctor() -> None:
    """检查本机：Python、字体、软件包、磁盘、权限、邮件设置和时间，每项一行，不行的写明怎么办。"""
    from toolkit.dispatch.settings import read_settings
    from toolkit.jupyter.health import examine

    results = list(examine(Path.cwd(), read_settings))
    for result in results:
        word, color = MARKS[result.state]
        console.print(word, style=color, end="　")
        console.print(f"{result.name}：{result.text}")
    if any(result.state == "bad" for result in results):
        raise typer.Exit(1)
