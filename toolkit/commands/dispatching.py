"""``nianbao read``, ``sign``, ``send``, ``collect``: read, sign, send and collect finished PDFs."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.commands.screen import (
    SETTINGS_FILE,
    OutputsOption,
    ParamsOption,
    PathArguments,
    SettingsOption,
    complaints,
    console,
    existing_files,
    first_of,
    warn_of_clock,
    warn_of_dates,
)
from toolkit.core.dates import now
from toolkit.core.errors import NianbaoError, UsageError
from toolkit.core.machine import refuse_wrong_clock

if TYPE_CHECKING:
    from toolkit.dispatch.intake.reading_back import ReadBack
    from toolkit.dispatch.intake.scans import ReadCopy
    from toolkit.dispatch.intake.store import Intake
    from toolkit.dispatch.settings import DispatchSettings

_STYLES = {"sent": "green", "already": "green", "written": "green", "refused": "red", "unanswered": "yellow", "not_ready": "red"}
_OUTCOME_STYLES = {
    "received": "green",
    "corrected": "green",
    "sealed": "green",
    "draft": "yellow",
    "copy": "green",
    "letter": "yellow",
    "quarantined": "red",
    "waiting": "red",
}


def read(
    file: Annotated[Path, typer.Argument(help="年报 PDF，或打印后的扫描件", metavar="FILE.pdf")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="写到这个文件，不写则显示在屏幕上", metavar="FILE")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="替换已有的文件")] = False,
    settings: SettingsOption = SETTINGS_FILE,
) -> None:
    """从年报 PDF 或它的扫描件中读回填报数据，并核对页面上的表格和签名。"""
    from toolkit.core.files import save_bytes
    from toolkit.dispatch.intake.confined import Confined
    from toolkit.dispatch.intake.reading_back import Trust
    from toolkit.dispatch.intake.scans import ReadCopy
    from toolkit.dispatch.settings import read_settings
    from toolkit.dispatch.signatures.checking import check_trust_list

    if not file.is_file():
        raise typer.BadParameter(f"{file} 是文件夹，应为文件" if file.is_dir() else f"找不到 {file}", param_hint="FILE.pdf")
    refuse_wrong_clock()
    chosen = read_settings(settings)
    check_trust_list(chosen.trusted)
    with Confined(chosen.limits, Trust(chosen.trusted), workers=1) as confined:
        back = confined.read_pdf(file.read_bytes())
    sound = _print_scan(back) if isinstance(back, ReadCopy) else _print_read_back(back)
    data = back.params.encode("utf-8")
    if output is None:
        sys.stdout.buffer.write(data)
    elif output.is_file() and not force and output.read_bytes() != data:
        raise UsageError(f"{output} 已经存在，没有覆盖；要替换请加 --force")
    else:
        save_bytes(output, data)
    raise typer.Exit(int(not sound))


def _print_read_back(back: ReadBack) -> bool:
    """What a PDF with its data gave back, and whether all of it agrees."""
    from toolkit.dispatch.signatures.checking import GOOD

    complaints.print(f"《{back.title}》{'（草稿）' if back.draft else ''}　规则版本 {back.rules_version or '未写明'}")
    complaints.print(f"数据校验值 SHA-256 {back.digest}")
    complaints.print(f"签名：{back.signature.message}", style="" if back.signature.state in GOOD else "red")
    for difference in back.differences:
        complaints.print(f"不符：{difference}　[output-differs]", style="red")
    if not back.differences:
        complaints.print("页面上的表格与随附数据一致", style="green")
    if back.draft:
        complaints.print("这是草稿，每页都印着“草稿”，不能作为正式报告报送、公开", style="yellow")
    return not back.differences and back.signature.state in GOOD


def _print_scan(scan: ReadCopy) -> bool:
    """What a scan gave back, and whether nothing of it is left for a person."""
    complaints.print(f"《{scan.title}》　扫描件")
    if scan.code:
        complaints.print(f"各表的数字取自数据码；填报数据的校验值 SHA-256 以 {scan.code} 开头", style="green")
    else:
        complaints.print(f"没有数据码，数字是识别出来的，有 {len(scan.unconfirmed)} 格要人工确认", style="yellow")
    for difference in scan.differences:
        complaints.print(f"不符：{difference}　[output-differs]", style="red")
    return not scan.differences and not scan.unconfirmed


def sign(paths: PathArguments, outputs: OutputsOption = Path("outputs"), settings: SettingsOption = SETTINGS_FILE) -> None:
    """给已生成的年报 PDF 加上电子签名（密码放在环境变量 NIANBAO_SIGNATURE_PASSWORD）。"""
    from toolkit.core.files import save_bytes
    from toolkit.dispatch.letters.reporting_up import finished_path, finished_report
    from toolkit.dispatch.settings import SIGNATURE_PASSWORD, read_settings, secret_from
    from toolkit.dispatch.signatures.signing import open_signer, sign_pdf

    failed = False
    with open_signer(read_settings(settings).signature, secret_from(SIGNATURE_PASSWORD)) as signer:
        for params in existing_files(paths):
            try:
                finished = finished_report(params, outputs)
                path = finished_path(params, finished.report, outputs, "pdf")
                save_bytes(path, sign_pdf(finished.enclosures[0].data, signer, finished.report.organ.name))
                console.print(f"已签名 {path}", style="green")
            except NianbaoError as error:
                failed = True
                console.print(f"{params}：{error}", style="red")
    raise typer.Exit(int(failed))


def send(
    paths: PathArguments,
    outputs: OutputsOption = Path("outputs"),
    settings: SettingsOption = SETTINGS_FILE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="不发送，只把邮件写成 .eml 供查看")] = False,
    letter: Annotated[bool, typer.Option("--letter", help="不发送，只写出报送函（DOCX），供打印盖章")] = False,
) -> None:
    """用电子邮件报送已生成的年报；报送过且没有变化的不重复，改过的作为更正报送。"""
    from toolkit.dispatch.ledger import doubts_of_clock, only_one
    from toolkit.dispatch.letters.reporting_up import send_all
    from toolkit.dispatch.letters.sending import open_outbox
    from toolkit.dispatch.settings import read_settings

    chosen = read_settings(settings)
    files = existing_files(paths)
    if letter:
        written = [_write_cover(file, outputs, chosen) for file in files]
        raise typer.Exit(int(not all(written)))
    refuse_wrong_clock()
    states = set()
    with only_one(chosen.post):
        outbox = open_outbox(chosen, tell=console.print, offline=dry_run)
        warn_of_clock(doubts_of_clock(outbox.ledger.records, now()))
        for sent in send_all(files, outputs, chosen.mail, outbox, dry_run=dry_run):
            states.add(sent.state)
            kind = "（更正）" if sent.correction else ""
            to = f" → {sent.to}" if sent.to else ""
            console.print(f"{sent.params.stem}{to}：{kind}{sent.message}", style=_STYLES[sent.state])
    raise typer.Exit(int(bool(states - {"sent", "already", "written"})))


def _write_cover(params: Path, outputs: Path, settings: DispatchSettings) -> bool:
    """Write the 报送函 of one report; whether it could be written."""
    from toolkit.dispatch.letters.reporting_up import write_cover

    try:
        console.print(f"报送函在 {write_cover(params, outputs, settings.mail, now())}", style="green")
    except NianbaoError as error:
        console.print(f"{params}：{error}", style="red")
        return False
    return True


def collect(
    source: Annotated[
        Path | None, typer.Argument(help="Maildir 或放有 PDF、扫描件、Word、Excel、.eml 的文件夹；不写则收邮箱", metavar="SOURCE")
    ] = None,
    params: ParamsOption = Path("params"),
    settings: SettingsOption = SETTINGS_FILE,
    jobs: Annotated[int, typer.Option(help="同时打开几份", min=1, metavar="N")] = 2,
) -> None:
    """收取各单位报来的年报：核对后存为填报数据，有问题的隔离并写明原因。"""
    from toolkit.dispatch.intake.collecting import Rules, collect
    from toolkit.dispatch.intake.confined import Confined
    from toolkit.dispatch.intake.incoming import OUTCOME_NAMES
    from toolkit.dispatch.intake.reading_back import Trust
    from toolkit.dispatch.intake.sources import Folder, open_source
    from toolkit.dispatch.intake.store import QUARANTINE, open_intake
    from toolkit.dispatch.ledger import doubts_of_clock, only_one
    from toolkit.dispatch.settings import IMAP_PASSWORD, read_settings, secret_from
    from toolkit.dispatch.signatures.checking import check_trust_list

    refuse_wrong_clock()
    chosen = read_settings(settings)
    check_trust_list(chosen.trusted)
    quarantine = (chosen.post / QUARANTINE).resolve()
    again = source is not None and quarantine in (source.resolve(), *source.resolve().parents)
    rules = Rules(chosen.signature.required, again)
    counts: Counter[str] = Counter()
    passed_over: list[str] = []
    unread: list[str] = []
    remarks: list[str] = []
    intake: Intake | None = None
    try:
        with only_one(chosen.post):
            intake = open_intake(params, chosen.post)  # before a server is asked, and with no other run writing its ledger
            before = list(intake.ledger.records)
            with (
                Confined(chosen.limits, Trust(chosen.trusted), jobs) as confined,
                open_source(source, chosen, secret_from(IMAP_PASSWORD)) as opened,
            ):
                unread, remarks = opened.unread, opened.remarks
                for item in collect(opened, intake, confined, rules):
                    counts[item.outcome] += 1
                    style = _OUTCOME_STYLES.get(item.outcome, "")
                    detail = "；".join(text for text in (item.message, item.verdict) if text)
                    console.print(f"{OUTCOME_NAMES[item.outcome]}：{item.who}　{detail}", style=style)
                if not counts and not unread:
                    console.print("没有新的来件")
                warn_of_clock(doubts_of_clock(before, rules.now(), intake.ledger.records[len(before) :]))
                if source is not None:
                    passed_over = [*unread, *(opened.passed_over() if isinstance(opened, Folder) and not again else ())]
    finally:
        # also when the server went away in between
        if counts:
            console.print("，".join(f"{name} {counts[outcome]}" for outcome, name in OUTCOME_NAMES.items() if counts[outcome]))
        _print_unread(unread if source is None else (), remarks)
        for error in intake.all_unreadable if intake is not None else ():
            console.print(f"成员名单读不出，它的成员报来的都隔离了：{error}", style="red")
        warn_of_dates(*(intake.used_lists if intake is not None else ()))
    if passed_over:
        console.print(
            f"没有处理：{first_of(passed_over)}。只收 PDF、扫描的图片、.docx、.xlsx 和 .eml；"
            "压缩包请先解压，旧格式请另存或用 nianbao import 读入",
            style="yellow",
        )
    if counts["quarantined"]:
        console.print(f"隔离的在 {chosen.post / QUARANTINE}，每件附有原因和下一步怎么办", style="yellow")
    raise typer.Exit(int(bool(counts["quarantined"] or counts["waiting"] or unread)))


_READ_BY_HAND = "；请在邮箱网页或邮件软件里打开它，把附件另存到一个文件夹，用 nianbao collect 加上这个文件夹收取，或请该单位重发"


def _print_unread(unread: Sequence[str], remarks: Sequence[str]) -> None:
    """Name the mails that could not be fetched, one by one: each needs a person."""
    for name in unread:
        console.print(f"没有收到：{name}{_READ_BY_HAND}", style="red")
    for remark in remarks:
        console.print(f"请注意：{remark}", style="yellow")
