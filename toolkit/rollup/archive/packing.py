"""Pack the archive of a year: the files that were gathered, and a page that lists the contents (说明.pdf).

In: what was gathered. Out: a bag as a ZIP file. The same files give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from toolkit.exporters.document import make_document
from toolkit.exporters.pdf.setting import set_pdf
from toolkit.rollup.archive.bag import write_bag
from toolkit.rollup.archive.gathering import ArchiveContents, FiledOrgan
from toolkit.sections.blocks import Block, Front, Heading, Title, paragraph, plain_table

PAGE_NAME = "说明.pdf"
_REPORT = (
    "通过的那一版（没有通过的，最后收到的一版）：年报（PDF/A，内附填报数据）或 Word、扫描件；填报数据.yaml 是全部数字和文字，"
    "用记事本就能打开；本机关另有网页、Word、Excel"
)
_FOLDERS = (
    ("说明.pdf", "本页（PDF/A）"),
    ("年报/单位/", _REPORT),
    ("来件/单位/", "收到的每一版和它的填报数据，文件名开头是收到的时间（世界时）；盖章扫描件在旁边"),
    ("审核意见/", "退回时的审核意见单（Word）"),
    ("公开/单位/", "公开的页面，取下来时的样子"),
    ("名单/", "成员单位、期限和要求"),
    ("台账/", "办理过程.csv：每一步的时间、经手人和填报数据的校验值；两个 .jsonl 是程序的原始台账，一行一条"),
)  # fmt: skip
_HOW = (
    "manifest-sha256.txt 列出每个文件的 SHA-256，tagmanifest-sha256.txt 再列出它和其他说明文件的；这是国际通用的 BagIt 格式"
    "（RFC 8493）。核对：nianbao archive 本文件 --verify；没有本程序的，解压后用任何能算 SHA-256 的工具（如 sha256sum -c "
    "manifest-sha256.txt）。移交时另行记下程序给出的“档案校验值”，以后核对时它不变，整个档案就没有动过。"
)


def pack(gathered: ArchiveContents, folder: Path) -> tuple[Path, str]:
    """Write the archive into a folder; its path and the SHA-256 that stands for the whole.

    Raises:
        CannotWrite: disk full, no permission.
    """
    path = folder / f"{gathered.title}.zip"
    files = {**gathered.files, PAGE_NAME: set_pdf(make_document(_blocks(gathered)))}
    info = {
        "Source-Organization": gathered.office,
        "External-Description": gathered.title,
        "External-Identifier": f"{gathered.office} {gathered.year}",
        "Payload-Files": str(len(files)),
    }
    return path, write_bag(path, files, info)


def _blocks(gathered: ArchiveContents) -> Iterator[Block]:
    yield Front(gathered.title, gathered.office, gathered.year, "")
    name = f"{gathered.year}年政府信息公开工作年度报告"
    yield Title((gathered.office, name, "档案说明"))
    until = f"台账记到 {gathered.until}。" if gathered.until else ""
    yield paragraph(
        f"本档案共 {len(gathered.organs)} 份年报、{len(gathered.files) + 1} 个文件。{until}不含依申请公开台账和申请人的信息。"
    )
    yield Heading(1, "一、内容")
    yield plain_table("folders", "内容", ("位置", "是什么"), _FOLDERS, widths=(24, 76), left=(0, 1))
    yield Heading(1, "二、各单位的年报")
    heads = ("单位", "办理情况", "收到", "通过", "版数", "存档的文件", "签名", "备注")
    rows = [_row(item) for item in gathered.organs]
    yield plain_table("organs", "各单位的年报", heads, rows, widths=(20, 14, 11, 11, 6, 12, 11, 15), left=(0, 5, 6, 7))
    if published := [item for item in gathered.organs if item.published]:
        pages = [(item.name, item.published) for item in published]
        yield Heading(1, "三、公开情况")
        yield plain_table("published", "公开情况", ("单位", "公开日期和地址"), pages, widths=(36, 64), left=(0, 1))
    yield Heading(1, f"{'四' if published else '三'}、怎样核对")
    yield paragraph(_HOW)


def _row(item: FiledOrgan) -> tuple[str, ...]:
    versions = str(item.versions) if item.versions else ""
    report = item.report or "没有成品"
    return item.name, item.state, item.received, item.accepted, versions, report, item.signature, item.remark
