"""File a scan that came in (盖章扫描件): beside the electronic copy of the same report, or alone as params to be confirmed.

In: what a confined process read on the scan, the place of the member, the intake. Out: files and ``Collected``. A scan of the
same params as a copy that was received is filed beside that copy; one of other figures is refused with the cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from toolkit.checks.assembly import judge_file
from toolkit.core.errors import ParamsUnreadable
from toolkit.dispatch.intake.inspecting import RefusedPdf
from toolkit.dispatch.intake.outcome import Collected
from toolkit.dispatch.intake.scans import ScanBack, compare_with
from toolkit.dispatch.intake.store import Intake, ReportPlace, is_draft, received_record
from toolkit.dispatch.ledger import LedgerRecord, timestamp
from toolkit.report.reading import read_report
from toolkit.report.scanned import keep_scanned

_SHOWN = 3  # cells that differ, in a sentence
_NEXT = "请与该单位核对以哪一份为准：电子版对的，请它重新打印盖章；扫描件对的，请它改正填报数据后重新报送"


@dataclass(frozen=True)
class Arrival:
    """One scan as it came: what the ledger says of it, when it came, its bytes, and the time now."""

    about: LedgerRecord
    received_at: datetime
    data: bytes
    now: datetime


def check_scan(place: ReportPlace, scan: ScanBack | None, intake: Intake) -> None:
    """Stop a scan that cannot be filed.

    Raises:
        RefusedPdf: its paper differs from its own code, or its figures from the electronic copy.
    """
    assert scan
    if scan.differences:
        raise RefusedPdf(f"扫描件的纸面与数据码不符（output-differs）：{_first(scan.differences)}", _NEXT)
    if _is_copy(place, scan, intake) or not _formal(place, intake):
        return
    with suppress(ParamsUnreadable, OSError):
        told = compare_with(read_report(intake.params_path(place)), scan)
        if told:
            raise RefusedPdf(f"扫描件与已收到的电子版不符：{_first(told)}", _NEXT)


def _first(sentences: Sequence[str]) -> str:
    more = f"等共 {len(sentences)} 处" if len(sentences) > _SHOWN else ""
    return "；".join(sentences[:_SHOWN]) + more


def _formal(place: ReportPlace, intake: Intake) -> list[LedgerRecord]:
    return [record for record in intake.versions(place) if not is_draft(record)]


def _is_copy(place: ReportPlace, scan: ScanBack, intake: Intake) -> bool:
    """Whether the code names the params of a copy that was received."""
    return bool(scan.code) and any(str(record.get("digest", "")).startswith(scan.code) for record in _formal(place, intake))


def keep_scan(place: ReportPlace, arrival: Arrival, scan: ScanBack, intake: Intake) -> Collected:
    """File a scan; on return it is on disk and in the ledger."""
    if _formal(place, intake):
        name = intake.store_scan(place, arrival.received_at, arrival.data)
        same = _is_copy(place, scan, intake)
        intake.record(
            {"event": "scan", "at": timestamp(arrival.now), **place.key, **arrival.about, "version": name, "same": same}
        )
        told = "与已收到的电子版是同一份数据" if same else "数字与已收到的电子版一致"
        left = f"，有 {len(scan.unconfirmed)} 格看不清，没有核对" if scan.unconfirmed and not same else ""
        return Collected("sealed", place.member.name, f"{place.year} 年年报的盖章扫描件，{told}{left}")
    version = intake.store(place, arrival.received_at, arrival.data, scan.params)
    facts = {"version": version, "digest": scan.code, "scan": True, "unconfirmed": len(scan.unconfirmed)}
    keep_scanned(intake.params_path(place), scan.cells)
    intake.record(received_record(place, arrival.now, **arrival.about, **facts))
    findings = judge_file(intake.params_path(place), today=arrival.now.date()).findings
    source = "数字取自数据码" if scan.code else f"数字是识别出来的，有 {len(scan.unconfirmed)} 格要人工确认"
    message = f"{place.year} 年年报的盖章扫描件，没有收到电子版，{source}；文字部分请对照原件核对"
    return Collected("received", place.member.name, message, findings)
