"""``nianbao archive``: pack a year for the archive, and verify what was packed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.commands.screen import SETTINGS_FILE, OutputsOption, SettingsOption, console, first_of
from toolkit.core.errors import UsageError

if TYPE_CHECKING:
    from toolkit.dispatch.settings import DispatchSettings
    from toolkit.rollup.archive.gathering import ArchiveContents


def archive(
    path: Annotated[
        Path,
        typer.Argument(
            help="一个地区一年的文件夹（如 params/2024/云溪县）、一份填报数据；核对时是打好的包或解压后的文件夹", metavar="PATH"
        ),
    ],
    verify: Annotated[bool, typer.Option("--verify", help="核对打好的包：改动的、缺少的、多出的文件，每个签名")] = False,
    digest: Annotated[str, typer.Option("--digest", help="核对时与这个档案校验值比较（移交时记下的）", metavar="SHA256")] = "",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="放在哪个文件夹，默认与成品一起", metavar="DIR")] = None,
    outputs: OutputsOption = Path("outputs"),
    settings: SettingsOption = SETTINGS_FILE,
) -> None:
    """把一年的年报、填报数据、来件、台账打成一个归档包，附校验清单；也核对这样的包。"""
    from toolkit.dispatch.settings import read_settings

    chosen = read_settings(settings)
    if not path.exists():
        raise typer.BadParameter(f"找不到 {path}", param_hint="PATH")
    if verify:
        raise typer.Exit(int(not _verify(path, digest, chosen)))
    if digest:
        raise UsageError("--digest 要和 --verify 一起用")
    from toolkit.building.batch import output_folder
    from toolkit.rollup.archive.gathering import pack
    from toolkit.rollup.members import own_file

    gathered = _gathered(path, outputs, chosen)
    folder = output or outputs / output_folder(own_file(path) if path.is_dir() else path)
    written, total = pack(gathered, folder)
    console.print(f"归档包 {written}：{len(gathered.organs)} 份年报，{len(gathered.files) + 1} 个文件", style="green")
    console.print(f"档案校验值 {total}\n移交时请记下这个值；以后用 nianbao archive 包 --verify 核对")
    for what, names in _open_ends(gathered):
        console.print(f"{what} {len(names)} 个：{first_of(names)}", style="yellow")


def _gathered(path: Path, outputs: Path, settings: DispatchSettings) -> ArchiveContents:
    from toolkit.rollup.archive.gathering import gather_area, gather_organ
    from toolkit.rollup.members import read_members

    if path.is_dir():
        return gather_area(read_members(path), settings.post, outputs)
    if path.suffix != ".yaml":
        raise UsageError(f"{path} 不是填报数据；打包写地区的文件夹或一份填报数据（.yaml），核对归档包请加 --verify")
    return gather_organ(path, settings.post, outputs)


def _open_ends(gathered: ArchiveContents) -> list[tuple[str, list[str]]]:
    """What is not finished yet, when an archive is packed too early."""
    members = [item for item in gathered.organs if item.state != "本机关"]
    ends = [
        ("还没有通过、公开的", [item.name for item in members if not item.state.startswith(("通过", "已公开"))]),
        ("没有成品文件的", [item.name for item in gathered.organs if not item.report]),
    ]
    return [(what, names) for what, names in ends if names]


def _verify(path: Path, digest: str, settings: DispatchSettings) -> bool:
    """Print what is wrong with an archive; whether it is whole."""
    from toolkit.dispatch.intake.confined import Confined
    from toolkit.dispatch.intake.reading_back import Trust
    from toolkit.dispatch.signatures.checking import check_trust_list
    from toolkit.rollup.archive.verifying import verify_archive

    if settings.trusted:
        check_trust_list(settings.trusted)
    with Confined(settings.limits, Trust(settings.trusted)) as confined:
        verified = verify_archive(path, confined, settings.limits)
    for what, names in (
        ("改动过", verified.bag.changed), ("缺少", verified.bag.missing), ("多出", verified.bag.additional),
        ("名称不合规，没有打开", verified.bag.unsafe), ("年报与填报数据不符", verified.differing),
        ("签名有问题", verified.signatures.failing),
    ):  # fmt: skip
        for name in names:
            console.print(f"{what}：{name}", style="red")
    same = not digest or digest.strip().lower() == verified.bag.digest
    if not same:
        console.print(f"档案校验值与记下的不同：现在是 {verified.bag.digest}", style="red")
    if verified.is_whole and same:
        console.print(f"完好：{verified.bag.files} 个文件与清单一致，{verified.reports} 份 PDF 与填报数据一致", style="green")
        if signed := verified.signatures.signed:
            unknown = verified.signatures.not_checked
            unjudged = f"；其中 {unknown} 份没有信任名单可对，未核对签名人" if unknown else ""
            console.print(f"签名 {signed} 份，都是签名以后没有改动过的{unjudged}", style="green")
        console.print(f"档案校验值 {verified.bag.digest}")
    return verified.is_whole and same
