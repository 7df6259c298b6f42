"""File a copy that came in (a sealed scan, a Word or Excel file): beside the electronic report, or alone as params to confirm.

In: what a confined process read in the copy, the place of the member, the intake. Out: files and ``IntakeResult``. A copy of the
same figures as a report that was received is filed beside that report; one of other figures is refused with the cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from toolkit.checks import Finding
from toolkit.checks.assembly import judge_file
from toolkit.core.errors import ParamsUnreadable
from toolkit.dispatch.intake.documents import with_organ
from toolkit.dispatch.intake.incoming import IntakeResult, Outcome
from toolkit.dispatch.intake.inspecting import RefusedPdf
from toolkit.dispatch.intake.scans import ReadCopy, compare_with
from toolkit.dispatch.intake.store import SEALED_SCAN, Intake, ReportPlace, is_draft, received_record
from toolkit.dispatch.ledger import LedgerRecord, timestamp
from toolkit.forms import Address, form_for_year
from toolkit.report.embedded import report_digest
from toolkit.report.reading import read_report, report_from_yaml
from toolkit.report.scanned import keep_scanned

_SHOWN = 3  # cells that differ, in a sentence
_NEXT = "请与该单位核对以哪一份为准：电子版对的，请它重新打印盖章；扫描件对的，请它改正填报数据后重新报送"
_NEXT_DOCUMENT = "请与该单位核对以哪一份为准；确是更正的，请它改正填报数据、重新生成 PDF 后报送"
_DOCUMENT_NAMES = {"docx": "Word版", "xlsx": "Excel版"}


@dataclass(frozen=True)
class Arrival:
    """One report or copy as it came: what the ledger says of it, when it came, its bytes, and the time now."""

    about: LedgerRecord
    received_at: datetime
    data: bytes
    now: datetime


def check_copy(place: ReportPlace, copy: ReadCopy | None, intake: Intake) -> None:
    """Stop a copy that cannot be filed.

    Raises:
        RefusedPdf: its paper differs from its own code, or its figures from the electronic copy.
    """
    assert copy
    if copy.differences:
        raise RefusedPdf(f"扫描件的纸面与数据码不符（output-differs）：{_first(copy.differences)}", _NEXT)
    if _is_copy(place, copy, intake) or not _formal(place, intake):
        return
    if copy.format != "scan" and not _electronic(place, intake):  # a later Word file corrects an earlier one
        return
    with suppress(ParamsUnreadable, OSError):
        sentence = compare_with(read_report(intake.params_path(place)), copy)
        if sentence:
            next_step = _NEXT if copy.format == "scan" else _NEXT_DOCUMENT
            raise RefusedPdf(f"{copy.kind}与已收到的电子版不符：{_first(sentence)}", next_step)


def _first(sentences: Sequence[str]) -> str:
    more = f"等共 {len(sentences)} 处" if len(sentences) > _SHOWN else ""
    return "；".join(sentences[:_SHOWN]) + more


def _formal(place: ReportPlace, intake: Intake) -> list[LedgerRecord]:
    return [record for record in intake.versions(place) if not is_draft(record)]


def _electronic(place: ReportPlace, intake: Intake) -> bool:
    """Whether a PDF with its data was received."""
    return any(not record.get("copied") and not record.get("scan") for record in _formal(place, intake))


def _is_copy(place: ReportPlace, scan: ReadCopy, intake: Intake) -> bool:
    """Whether the code names the params of a copy that was received."""
    return bool(scan.code) and any(str(record.get("digest", "")).startswith(scan.code) for record in _formal(place, intake))


def keep_copy(place: ReportPlace, arrival: Arrival, copy: ReadCopy, intake: Intake) -> IntakeResult:
    """File a copy; on return it is on disk and in the ledger."""
    if copy.format == "scan":
        return _keep_scan(place, arrival, copy, intake)
    keep = _keep_beside if _electronic(place, intake) else _keep_document
    return keep(place, arrival, copy, intake)


def _keep_scan(place: ReportPlace, arrival: Arrival, scan: ReadCopy, intake: Intake) -> IntakeResult:
    if _formal(place, intake):
        name = intake.store_copy(place, arrival.received_at, arrival.data, SEALED_SCAN)
        same = _is_copy(place, scan, intake)
        intake.record(
            {"event": "scan", "at": timestamp(arrival.now), **place.key, **arrival.about, "version": name, "same": same}
        )
        sentence = "与已收到的电子版是同一份数据" if same else "数字与已收到的电子版一致"
        unread = "" if same else _unread_cells(scan, place)
        return IntakeResult("sealed", place.member.name, f"{place.year} 年年报的盖章扫描件，{sentence}{unread}")
    version = intake.store(place, arrival.received_at, arrival.data, scan.params)
    facts = {"version": version, "digest": scan.code, "scan": True, "unconfirmed": len(scan.unconfirmed)}
    keep_scanned(intake.params_path(place), scan.cells)
    intake.record(received_record(place, arrival.now, **arrival.about, **facts))
    open_cells = f"数字是识别出来的，有 {len(scan.unconfirmed)} 格要人工确认" if scan.unconfirmed else "数字都已读出"
    source = "数字取自数据码" if scan.code else open_cells
    message = f"{place.year} 年年报的盖章扫描件，没有收到电子版，{source}；文字部分请对照原件核对"
    return IntakeResult("received", place.member.name, message, findings_of(place, arrival, intake))


def _unread_cells(scan: ReadCopy, place: ReportPlace) -> str:
    """Which cells of a scan could not be compared, in words."""
    if not scan.unread:
        return ""
    names = [form_for_year(place.year).label(Address.parse(name)) for name in scan.unread[:_SHOWN]]
    more = " 等" if len(scan.unread) > _SHOWN else ""
    return f"；有 {len(scan.unread)} 格看不清，没有核对，请对照原件：{'、'.join(names)}{more}"


def _keep_beside(place: ReportPlace, arrival: Arrival, copy: ReadCopy, intake: Intake) -> IntakeResult:
    """A Word or Excel file of the same figures as the report that was received."""
    name = intake.store_copy(place, arrival.received_at, arrival.data, _DOCUMENT_NAMES[copy.format], f".{copy.format}")
    intake.record({"event": "copy", "at": timestamp(arrival.now), **place.key, **arrival.about, "version": name})
    return IntakeResult("copy", place.member.name, f"{place.year} 年年报的 {copy.kind}，数字与已收到的电子版一致，不作为现行版本")


def _keep_document(place: ReportPlace, arrival: Arrival, copy: ReadCopy, intake: Intake) -> IntakeResult:
    """A Word or Excel file instead of a PDF: params that an officer has to compare with it (待核对)."""
    before = _formal(place, intake)
    if any(record["pdf_sha256"] == arrival.about["pdf_sha256"] for record in before):
        return note_duplicate(place, arrival, intake)
    named = with_organ(copy, place.member)
    shelved = copy.draft and bool(before)
    name = intake.store(place, arrival.received_at, arrival.data, named.params, in_force=not shelved, suffix=f".{copy.format}")
    digest = report_digest(report_from_yaml(named.params.encode("utf-8")))
    facts: LedgerRecord = {"version": name, "digest": digest, "copied": copy.format, "unconfirmed": len(copy.unconfirmed)}
    intake.record(received_record(place, arrival.now, **arrival.about, **facts, **({"draft": True} if copy.draft else {})))
    left = f"，有 {len(copy.unconfirmed)} 格没有读出" if copy.unconfirmed else ""
    original = intake.version_folder(place) / f"{name}.{copy.format}"
    message = f"{place.year} 年年报，由 {copy.kind}读入，待核对{left}；请对照原件 {original} 核对"
    outcome: Outcome = "draft" if copy.draft else "corrected" if before else "received"
    if copy.draft:
        message = f"{place.year} 年年报的草稿（{copy.kind}），正式报告还没有报来"
    return IntakeResult(outcome, place.member.name, message, () if shelved else findings_of(place, arrival, intake))


def note_duplicate(place: ReportPlace, arrival: Arrival, intake: Intake) -> IntakeResult:
    intake.record({"event": "duplicate", "at": timestamp(arrival.now), **place.key, **arrival.about})
    return IntakeResult("duplicate", place.member.name, "与已收到的相同，不再处理")


def findings_of(place: ReportPlace, arrival: Arrival, intake: Intake) -> tuple[Finding, ...]:
    return judge_file(intake.params_path(place), today=arrival.now.date()).findings
