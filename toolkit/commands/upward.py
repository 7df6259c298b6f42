"""``nianbao status`` and ``nianbao rollup``: the state of the members' reports, and the own report with their sums."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from toolkit.commands.screen import SETTINGS_FILE, SettingsOption, TodayOption, console, first_of, plain_table, warn_of_dates
from toolkit.core.shipped import need_extra
from toolkit.forms import Address
from toolkit.report.jurisdiction import JURISDICTION_FILE, dates_of_another_year

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolkit.checks import Finding
    from toolkit.dispatch.settings import DispatchSettings
    from toolkit.dispatch.states import Step
    from toolkit.rollup.completeness import SubmissionStatus
    from toolkit.rollup.members import Members
    from toolkit.rollup.own_report import OwnReport

FolderArgument = Annotated[Path, typer.Argument(help="一个地区一年的文件夹，如 params/2024/云溪县", metavar="PATH")]
AreasOption = Annotated[
    int, typer.Option("--areas", min=0, help="份数很多时按下级地区统计：1 为下一级，2 为再下一级（只看，不写文件）", metavar="N")
]
OutputsOption = Annotated[Path, typer.Option(help="成品存放的文件夹，读过的数据记在这里的 rollup.duckdb", metavar="DIR")]
STYLES = {"missing": "red", "unreadable": "red", "draft": "red", "errors": "red", "warnings": "yellow", "fine": "green"}


def status(
    path: FolderArgument,
    remind: Annotated[bool, typer.Option("--remind", help="打印催报文字（未报、读不出、只报了草稿、有错误的单位）")] = False,
    mail: Annotated[bool, typer.Option("--mail", help="把催报文字用电子邮件发给这些单位，一天只发一次")] = False,
    notice: Annotated[bool, typer.Option("--notice", help="写出通报（DOCX）：逾期、退回、更正的单位")] = False,
    today: TodayOption = None,
    settings: SettingsOption = SETTINGS_FILE,
    areas: AreasOption = 0,
    outputs: OutputsOption = Path("outputs"),
) -> None:
    """各成员单位的报送情况：谁没报、谁晚了、谁有错；也可以按下级地区统计（--areas）。"""
    from toolkit.dispatch.settings import read_settings

    if areas:
        need_extra("county")
        from toolkit.commands.areas import print_area_standings

        day = today.date() if today else date.today()
        raise typer.Exit(int(print_area_standings(path, areas, outputs, day, read_settings(settings).post)))
    from toolkit.rollup.completeness import read_receipts, reminder, submission_statuses, submit_by, to_chase, year_of

    members = _members_of(path)
    chosen = read_settings(settings)
    receipts = read_receipts(members, chosen.post)
    day = today.date() if today else date.today()
    warn_of_dates(members.folder / JURISDICTION_FILE)
    rows = submission_statuses(members, day, _findings(members, day, outputs), receipts)
    _print_standings(members, rows)
    chased = to_chase(rows)
    for row in chased if remind else ():
        console.print()
        console.print(reminder(members.jurisdiction, year_of(members), row, submit_by(members), day))
    if mail:
        _mail_reminders(members, chased, chosen)
    if notice:
        _write_notice(members, rows, receipts.steps, day, outputs)
    raise typer.Exit(1 if chased else 0)


def _findings(members: Members, day: date, outputs: Path) -> dict[str, tuple[Finding, ...]]:
    """What the rules find in the members' reports; what was found before is kept beside the outputs."""
    from toolkit.core.tree import below_year, full_path
    from toolkit.rollup.stored_findings import STORE, stored_findings

    return stored_findings(members, day, outputs / below_year(str(full_path(members.folder))) / f".{STORE}")


def _write_notice(
    members: Members, rows: Sequence[SubmissionStatus], steps: Mapping[str, Sequence[Step]], day: date, outputs: Path
) -> None:
    from toolkit.building.batch import output_folder
    from toolkit.core.files import save_bytes
    from toolkit.rollup.members import own_file
    from toolkit.rollup.notice import notice, notice_name

    path = outputs / output_folder(own_file(members.folder)) / notice_name(members)
    save_bytes(path, notice(members, rows, steps, day))
    console.print(f"通报在 {path}，请核对后印发", style="green")


def rollup(
    path: FolderArgument,
    partial: Annotated[bool, typer.Option("--partial", help="没有报齐也汇总已报的单位")] = False,
    overlapping: Annotated[bool, typer.Option("--overlapping", help="2019 版项目数量也相加（各单位互有重叠）")] = False,
    cell: Annotated[str, typer.Option(help="只看一格由哪些单位组成，如 applications.new.total", metavar="CELL")] = "",
    areas: AreasOption = 0,
    outputs: OutputsOption = Path("outputs"),
    csv: Annotated[Path | None, typer.Option("--csv", help="按地区汇总的全部数据写成这个表格文件", metavar="FILE")] = None,
    settings: SettingsOption = SETTINGS_FILE,
) -> None:
    """把各成员单位的年报汇总成本地区自己的填报数据；也可以只看各下级地区的合计（--areas）。"""
    if areas:
        need_extra("county")
        from toolkit.commands.areas import print_area_sums

        print_area_sums(path, areas, outputs, cell, csv)
        return
    if csv:
        raise typer.BadParameter("要和 --areas 一起用", param_hint="--csv")
    from toolkit.rollup.own_report import roll_up

    members = _members_of(path)
    warn_of_dates(members.folder / JURISDICTION_FILE)
    rolled = roll_up(members, partial=partial, overlapping=overlapping)
    if cell:
        _print_shares(rolled, cell)
        return
    if _make_last_year(members):  # of which organ, contact and links are taken over
        rolled = roll_up(members, partial=partial, overlapping=overlapping)
    _save_own(rolled)
    _print_sums(rolled)
    if names := [item.name for item in members.left_out]:
        console.print(f"只汇总了 {len(members.summed)} 个单位，没有计入 {len(names)} 个：{'、'.join(names)}", style="yellow")
    _print_strangers(members)
    _print_doubtful(members)
    _print_drafts(members, settings)


def _save_own(own_report: OwnReport) -> None:
    """Write the own report; a new file gets every key, so that what is missing can be filled in where a finding points."""
    from toolkit.core.files import save_bytes
    from toolkit.report.starting import whole_text
    from toolkit.report.writing import write_report

    if own_report.path.exists():
        write_report(own_report.report, own_report.path)
    else:
        save_bytes(own_report.path, whole_text(own_report.report).encode("utf-8"))


def _make_last_year(members: Members) -> bool:
    """Make last year's own report of last year's members, when there is none: the checks compare with it."""
    from toolkit.rollup.own_report import NotComplete, missing_last_year

    last_year = missing_last_year(members)
    if isinstance(last_year, NotComplete):
        lacking = first_of([*last_year.missing, *last_year.unreadable])
        console.print(f"没有上年的汇总数据；上年缺 {lacking} 的填报数据，也汇总不出来，与上年的比较没有做", style="yellow")
    elif last_year is not None:
        _save_own(last_year)
        console.print(
            f"已由 {last_year.report.year} 年各单位的数据汇总出 {last_year.path}，供与上年比较；上年公开的年报与此不同的，"
            "用 nianbao import 加 --force 读入那一份"
        )
        return True
    return False


def _members_of(path: Path) -> Members:
    from toolkit.rollup.members import read_members

    if not path.is_dir():
        raise typer.BadParameter(f"{path} 不是文件夹", param_hint="PATH")
    return read_members(path)


def _mail_reminders(members: Members, chased: Sequence[SubmissionStatus], settings: DispatchSettings) -> None:
    from toolkit.core.errors import UsageError
    from toolkit.dispatch.ledger import only_one
    from toolkit.dispatch.letters.sending import open_outbox
    from toolkit.rollup.completeness import submit_by, year_of
    from toolkit.rollup.reminding import remind

    if any(item.path == "dates.organs_submit_by" for item in dates_of_another_year(members.folder / JURISDICTION_FILE)):
        wrong = members.jurisdiction.dates.organs_submit_by
        raise UsageError(f"报送期限 {wrong} 的年份不对，催报没有发；请先改正 {JURISDICTION_FILE} 的 dates")
    with only_one(settings.post):
        outbox = open_outbox(settings, tell=console.print)
        reminders = remind(
            chased, members.jurisdiction, year_of(members), submit_by(members), settings.mail.need_sender(), outbox
        )
        for item in reminders:
            console.print(f"催报 {item.organ}：{item.message}", style="green" if item.state in ("sent", "already") else "red")


def _print_standings(members: Members, rows: Sequence[SubmissionStatus]) -> None:
    from toolkit.rollup.completeness import STATE_NAMES, copying_groups, remarks, submit_by, worst_first

    groups = copying_groups(rows)
    grouped = {row.member.file for group in groups for row in group}
    title = f"{members.jurisdiction.name}　期限 {submit_by(members)}"
    table = plain_table("单位", "校验", "错", "警", "收到", "办理", title=title)
    notes = []
    for row in worst_first(rows):
        figures = (str(row.errors), str(row.warnings)) if row.is_here else ("", "")
        status = row.status.words if row.status.stage not in ("missing", "draft") else ""
        table.add_row(_short_name(members, row), STATE_NAMES[row.state], *figures, row.came_on, status, style=STYLES[row.state])
        sentences = remarks(replace(row, first_finding="") if row.member.file in grouped else row)
        if text := "；".join((*sentences, *(f"已确认 {reason}" for reason in row.confirmed))):
            notes.append(f"{_short_name(members, row)}：{text}")
    console.print(table)
    notes += [
        f"文字互相雷同的 {len(group)} 个：{'、'.join(_short_name(members, row) for row in group)}（相同多少见 nianbao check）"
        for group in groups
    ]
    for note in notes:  # in whole lines: in a column of eighty characters they would take five each
        console.print(note, style="bright_black")
    counts = {name: sum(row.state == state for row in rows) for state, name in STATE_NAMES.items()}
    console.print(f"成员单位 {len(rows)} 个：" + "，".join(f"{name} {count}" for name, count in counts.items() if count))
    _print_strangers(members)


def _print_strangers(members: Members) -> None:
    copies = [f"{name}（{original}）" for name, original in members.copies.items()]
    if copies:
        console.print(
            f"像是副本的文件（括号里是原件）：{'、'.join(copies)}；没有计入，请核对后只留一份；是另一个单位的，请改正机关名称",
            style="yellow",
        )
    if others := [name for name in members.strangers if name not in members.copies]:
        mend = f"没有计入；属于本地区的，请补进 {JURISDICTION_FILE} 的 members，文件名以 .yaml 结尾"
        console.print(f"名单以外的文件：{'、'.join(others)}（{mend}）", style="yellow")


def _short_name(members: Members, row: SubmissionStatus) -> str:
    """The member's name without the jurisdiction's in front, which all share."""
    area = members.jurisdiction.name.removesuffix("人民政府")
    rest = row.member.name.removeprefix(area)
    return row.member.name if rest.startswith("人民政府") else rest


def _print_doubtful(members: Members) -> None:
    """Members whose reports have errors, which make the sum wrong."""
    from toolkit.rollup.completeness import member_findings

    findings, listed = member_findings(members, date.today()), members.jurisdiction.members
    counts = {
        item.name: sum(one.severity == "error" for one in findings.get(item.file, ())) for item in listed if not item.vertical
    }
    wrong = {name: errors for name, errors in counts.items() if errors}
    if wrong:
        named = "、".join(f"{organ}（{errors} 处）" for organ, errors in wrong.items())
        console.print(f"有 {len(wrong)} 个单位的年报还有错误，合计会跟着错：{named}。请先催改，再汇总一次", style="yellow")


def _print_drafts(members: Members, settings: Path) -> None:
    """Members with a draft only: their figures may still change."""
    from toolkit.dispatch.settings import read_settings
    from toolkit.dispatch.states import receipt_of
    from toolkit.rollup.completeness import read_receipts

    steps = read_receipts(members, read_settings(settings).post).steps
    receipts = ((item.name, receipt_of(steps.get(item.file, ()))) for item in members.jurisdiction.members)
    drafts = [name for name, receipt in receipts if receipt and receipt.draft]
    if drafts:
        named = "、".join(drafts)
        console.print(
            f"有 {len(drafts)} 个单位报来的只是草稿，数字可能还会变：{named}。请催报正式报告，再汇总一次", style="yellow"
        )


def _print_shares(own_report: OwnReport, cell: str) -> None:
    from toolkit.checks.finding import number_text
    from toolkit.core.errors import UsageError

    form = own_report.report.form
    address = form.cell(cell)
    if address is None:
        raise UsageError(f"没有“{cell}”这一格；写法如 applications.new.total（表.行.列）")
    total = own_report.sums.figures.number(address)
    console.print(f"{form.label(address)}：" + (number_text(total) if total is not None else "各单位互有重叠，未相加"))
    for share in sorted(own_report.sums.shares[address], key=lambda item: -(item.value or 0)):
        console.print(f"  {share.organ}　{number_text(share.value) if share.value is not None else '（空）'}")


def _print_sums(own_report: OwnReport) -> None:
    form, figures = own_report.report.form, own_report.sums.figures
    addresses = [Address("applications", row, "total") for row in ("new", "carried_in", "total", "carried_out")]
    table = Table("汇总结果", "合计", "组成单位数")
    for address in [address for address in addresses if address in form.cells] or list(figures)[:4]:
        table.add_row(
            form.label(address), str(figures.number(address)), str(sum(bool(s.value) for s in own_report.sums.shares[address]))
        )
    console.print(table)
    console.print(
        f"已写入 {own_report.path}：{len(figures.given)} 格相加"
        + (f"，{len(own_report.sums.not_added)} 格互有重叠未相加" if own_report.sums.not_added else "")
    )
    for address, organs in list((own_report.sums.incomplete or {}).items())[:5]:
        console.print(f"  {form.label(address)}：{'、'.join(organs)} 没有填", style="yellow")
    console.print("文字部分已按汇总数起草，请补写后再校验、生成。")
