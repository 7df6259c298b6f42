"""``nianbao review``: look at a member's report, return it with an opinion, or accept it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.commands.checking import STYLES
from toolkit.commands.screen import (
    SETTINGS_FILE,
    PathArguments,
    SettingsOption,
    TodayOption,
    console,
    existing_files,
    warn_of_clock,
)
from toolkit.core import dates
from toolkit.core.errors import NianbaoError, ParamsUnreadable, UsageError

if TYPE_CHECKING:
    from toolkit.dispatch.ledger import Ledger
    from toolkit.dispatch.letters.sending import Outbox
    from toolkit.dispatch.settings import DispatchSettings
    from toolkit.report.opinion import Opinion
    from toolkit.rollup.reviewing import Review

DayOption = Annotated[
    datetime | None,
    typer.Option("--answer-by", help="退回的，哪一天以前答复，默认 5 天", metavar="YYYY-MM-DD", formats=["%Y-%m-%d"]),
]
RemarkOption = Annotated[
    list[str] | None,
    typer.Option(
        "--remark", help="自己的意见，可写几条；针对一格或一部分的写成 applications.new.total=意见、overview=意见", metavar="TEXT"
    ),
]


def review(
    paths: PathArguments,
    returned: Annotated[bool, typer.Option("--return", help="退回，并写出审核意见单（DOCX）")] = False,
    accept: Annotated[bool, typer.Option("--accept", help="通过这一版；以后再报来的是更正")] = False,
    remark: RemarkOption = None,
    answer_by: DayOption = None,
    by: Annotated[str, typer.Option("--by", help="审核人，默认是登录本机的用户名", metavar="NAME")] = "",
    mail: Annotated[bool, typer.Option("--mail", help="退回的，把审核意见单用电子邮件发给单位")] = False,
    dismiss: Annotated[
        str, typer.Option("--dismiss", help="PATH 是隔离的来件，写明不用处理的原因，以后不再提示", metavar="REASON")
    ] = "",
    today: TodayOption = None,
    outputs: Annotated[Path, typer.Option(help="审核意见单存放的文件夹", metavar="DIR")] = Path("outputs"),
    settings: SettingsOption = SETTINGS_FILE,
) -> None:
    """审核成员单位的年报：看问题和办理经过，退回（--return），或者通过（--accept）。"""
    from toolkit.core.machine import refuse_wrong_clock, user_name
    from toolkit.dispatch.intake.store import RECEIVED_NAME
    from toolkit.dispatch.ledger import Ledger, doubts_of_clock, only_one
    from toolkit.dispatch.settings import read_settings

    if returned and accept:
        raise UsageError("--return 和 --accept 只能写一个")
    chosen, now = read_settings(settings), dates.now()
    if dismiss or accept or returned:
        refuse_wrong_clock(now)
    if dismiss:
        _dismiss(paths, dismiss, by or user_name(), chosen.post, now)
        return
    files = existing_files(paths)
    day, due = today.date() if today else now.date(), answer_by.date() if answer_by else None
    with only_one(chosen.post):
        ledger = Ledger(chosen.post / RECEIVED_NAME)
        warn_of_clock(doubts_of_clock(ledger.records, now, ledger.records))
        desk = _Desk(ledger, by or user_name(), now, day, outputs, chosen.mail.sender)
        outbox = _outbox(chosen) if returned and mail else None
        outcomes = [
            _decided(
                desk, file, lambda item: desk.give_back(item, remark or (), due, outbox) if returned else desk.look(item, accept)
            )
            for file in files
        ]
    if desk.unchanged:
        named = f"{len(desk.unchanged)} 个单位" if len(desk.unchanged) > 1 else desk.unchanged[0]
        console.print(f"已经通过、没有变化的：{named}", style="green")
    raise typer.Exit(int(not all(outcomes)))


def _dismiss(folders: Sequence[Path], reason: str, hand: str, post: Path, now: datetime) -> None:
    from toolkit.dispatch.intake.store import RECEIVED_NAME
    from toolkit.dispatch.ledger import Ledger, dismiss_mail, only_one

    with only_one(post):
        ledger = Ledger(post / RECEIVED_NAME)
        for folder in folders:
            console.print(f"不再提示 {folder.name}（{dismiss_mail(ledger, folder, reason, hand, now)}）", style="green")


def _decided(desk: _Desk, file: Path, decide: Callable[[Review], bool]) -> bool:
    """Decide on one report; what is wrong with it is printed and keeps no other from being decided on."""
    from toolkit.rollup.reviewing import open_review

    try:
        return decide(open_review(file, desk.ledger, desk.today))
    except ParamsUnreadable as error:
        console.print(f"读不出来：{error.problems[0]}", style="red")
    except NianbaoError as error:
        console.print(str(error), style="red")
    return False


@dataclass(frozen=True)
class _Desk:
    """The officer's desk: the ledger, whose hand, when, where sheets are put and who sends them."""

    ledger: Ledger
    hand: str
    now: datetime
    today: date
    outputs: Path
    sender: str
    unchanged: list[str] = field(default_factory=list)  # members whose accepted report is the same

    def look(self, item: Review, accept: bool) -> bool:
        """Show a report, which is then 审核中, or accept it."""
        from toolkit.rollup.reviewing import accept_report, begin_review

        if accept:
            if accept_report(item, self.ledger, self.hand, self.now):
                console.print(f"通过 {item.member.name}", style="green")
            else:
                self.unchanged.append(item.member.name)
        else:
            _print_review(item)
            begin_review(item, self.ledger, self.hand, self.now)
        return True

    def give_back(self, item: Review, remarks: Sequence[str], due: date | None, outbox: Outbox | None) -> bool:
        """Return a report with the opinion; whether the mail left, if one was to go."""
        from toolkit.rollup.reviewing import make_opinion, return_report

        opinion = make_opinion(item, remarks, self.hand, self.today, due)
        sheet = _write_sheet(item, opinion, self.outputs)
        return_report(item, opinion, self.ledger, self.now)
        console.print(f"退回 {item.member.name}：{len(opinion.items)} 条意见，审核意见单在 {sheet}", style="yellow")
        return outbox is None or _mail(item, opinion, sheet, self.sender, outbox)


def _write_sheet(item: Review, opinion: Opinion, outputs: Path) -> Path:
    from toolkit.building.batch import output_folder
    from toolkit.core.files import save_bytes
    from toolkit.dispatch.letters.cover import opinion_sheet, sheet_name

    path = outputs / output_folder(item.params) / sheet_name(opinion)
    save_bytes(path, opinion_sheet(opinion, item.report))
    return path


def _outbox(settings: DispatchSettings) -> Outbox:
    from toolkit.dispatch.letters.sending import open_outbox

    settings.mail.need_sender()
    return open_outbox(settings, tell=console.print)


def _mail(item: Review, opinion: Opinion, sheet: Path, sender: str, outbox: Outbox) -> bool:
    """Send the opinion; whether it left."""
    from toolkit.dispatch.letters.cover import opinion_letter

    if not item.member.email:
        console.print("  成员名单里没有邮箱地址，请把审核意见单另行送达", style="red")
        return False
    to = f"{item.member.name} <{item.member.email}>"
    letter = opinion_letter(opinion, sheet.read_bytes(), sender=sender, to=to, date=outbox.now())
    outbox.prepare(letter, {"returned": item.member.name, "year": opinion.year, "round": opinion.round})
    delivery = outbox.deliver(letter.message_id)
    console.print(f"  {delivery.message}", style="green" if delivery.outcome == "sent" else "red")
    return delivery.outcome == "sent"


def _print_review(item: Review) -> None:
    """The way of the report so far, what was done about the last opinion, and what the rules find."""
    from toolkit.checks.finding import SEVERITY_NAMES
    from toolkit.report.opinion import DONE_NAMES

    console.print(f"{item.member.name}　{item.status.words}")
    for step in item.steps:
        console.print(
            f"  {step.day}　{step.name}" + (f"　{step.hand}" if step.hand else "") + (f"　{step.note}" if step.note else "")
        )
    for answer in item.answers:
        style = "red" if answer.done == "open" else "green"
        answer_text = DONE_NAMES[answer.done] if answer.done == "open" else f"{DONE_NAMES[answer.done]}：{answer.words}"
        console.print(f"  意见 {answer.item.number}　{answer.item.message}", style=style)
        console.print(f"    {answer_text}", style=style)
    for finding in item.verdict.findings:
        if finding.severity != "notice":
            reason = f"（已确认：{finding.confirmed}）" if finding.confirmed else ""
            console.print(
                f"  {SEVERITY_NAMES[finding.severity]}　{finding.message}{reason}", style=STYLES.get(finding.severity, "")
            )
