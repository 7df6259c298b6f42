"""Read what is typed into a cell of a grid or a box beside it (条数, 收费通知件数, 收取金额), and say what is wrong with it.

In: text as typed, and what the desk could not take (未采用). Out: values as the params file holds them, what a cell shows, and
findings at the boxes, so that the list of findings knows no second kind of complaint. Text other than a number stays as typed:
the checks say so. ``web/figures.js`` does the same in the browser, for the totals.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.checks import Finding
from toolkit.checks.finding import cell_finding
from toolkit.core.text import cleaned
from toolkit.entry.desk.changes import RefusedValue
from toolkit.entry.session.office_words import brief, place_name
from toolkit.forms import Address, Column
from toolkit.register.ledger.values import DateUnclear, read_date
from toolkit.report import Report, Value
from toolkit.report.cell_text import mentions_about, read_figure
from toolkit.report.scanned import ScannedCell, keep_scanned, read_scanned

# codes of findings that only the form has: no params file can hold these
REFUSED, BLANK, CARRIED = "box-refused", "box-blank", "carried-over"
MONEY = frozenset({"processing_fee.amount_yuan"})
COUNTS = frozenset({"processing_fee.notices"})
DAYS = frozenset({"organ.published_on"})
_STEP = "改好以前，这一处没有写进填报数据"
_WHOLE, _AMOUNT, _SHORT = "不小于 0 的整数", "不小于 0 的数，最多两位小数", "不超过 15 位的数"
_YUAN_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class BoxValue:
    """A count as it was understood: a number, text that is not a number, or ``None``; ``approximate`` for 约 and 余."""

    value: int | str | None
    approximate: bool = False


def read_count(text: str) -> BoxValue:
    """The count that a text means; ``350余条`` and ``约500`` are 350 and 500, approximately."""
    typed = cleaned(text).strip()
    if not typed:
        return BoxValue(None)
    reading = read_figure(typed)
    return BoxValue(typed) if reading.value is None else BoxValue(int(reading.value), reading.approximate)


def read_box(path: str, text: str) -> Any:
    """The value of a field by its path: a number or a day for those that hold one, the text as typed otherwise."""
    if path in MONEY:
        amount = read_figure(cleaned(text), money=True).exact
        return text.strip() if amount is None else amount
    if path in COUNTS:
        count = read_figure(cleaned(text)).exact
        return text.strip() if count is None else count
    return _read_day(text) if path in DAYS else text


def _read_day(text: str) -> str:
    """A day as the params file writes it, however it was typed (2025年1月20日, 20250120); other text as it is."""
    try:
        day = read_date(cleaned(text).strip() or None)
    except DateUnclear:
        return text.strip()
    return day.isoformat() if day else ""


def refused_findings(report: Report, pending: Mapping[str, RefusedValue]) -> Iterator[Finding]:
    """What the desk holds beside the report, as findings at its boxes.

    Yields:
        Errors for invalid numbers and names; for boxes of a channel that are still empty an error with the code
        ``box-blank``, which the form counts as 待填.
    """
    for path, refused in pending.items():
        if path == "channels" and isinstance(refused.value, list):
            yield from _channel_findings(refused.value)
        elif path == "organ.name":
            yield _organ_name(report, str(refused.value or ""))
        else:
            yield _field(report, path, refused.value)


def _channel_findings(rows: list[Any]) -> Iterator[Finding]:
    for at, row in enumerate(rows):
        name, count = str(row.get("name") or ""), row.get("count")
        called = f"渠道“{name}”" if name else f"第 {at + 1} 个渠道"
        if not name:
            yield _finding(BLANK, f"channels.{at}.name", f"{called}还没有填名称", "请填写渠道名称，不要的渠道请按“删除”")
        if count is None or count == "":
            yield _finding(BLANK, f"channels.{at}.count", f"{called}还没有填条数", "没有发布的请填 0，不要的渠道请按“删除”")
        elif not isinstance(count, int) or count < 0:
            about = "约" if mentions_about(str(count)) else ""
            yield _finding(
                REFUSED, f"channels.{at}.count", f"{called}的条数应是{_expected(str(count))}，现为“{brief(count)}”",
                f"请只填数字，约数勾上“约数”；{_STEP}", found=str(count), repair=_offer(str(count), before=about),
            )  # fmt: skip


def _organ_name(report: Report, typed: str) -> Finding:
    still = f"改好以前，填报数据里仍是“{report.organ.name}”"
    if not typed.strip():
        return _finding(REFUSED, "organ.name", "机关全称还没有填", f"请填写机关全称；{still}")
    if len(typed) > 80:
        return _finding(REFUSED, "organ.name", f"机关全称有 {len(typed)} 字，不能超过 80 字", f"请只填机关全称；{still}")
    return _finding(REFUSED, "organ.name", '机关全称里不能有 / \\ : * ? " < > | 和 ..', f"请只填机关全称；{still}", found=typed)


def _field(report: Report, path: str, value: Any) -> Finding:
    name, typed = place_name(report.form, path), brief(value)
    if path not in MONEY | COUNTS:
        return _finding(REFUSED, path, f"{name}不能填“{typed}”", f"请改正；{_STEP}", found=typed)
    repair = _offer(typed, money=path in MONEY)
    message = f"{name}应是{_expected(typed, money=path in MONEY)}，现为“{typed}”"
    return _finding(REFUSED, path, message, f"请只填数字；{_STEP}", found=typed, repair=repair)


def carried_findings(report: Report, carried: Collection[str]) -> Iterator[Finding]:
    """One notice for all values carried over from last year that were not looked at yet."""
    if not carried:
        return
    first = next((address for address in report.form.cells if f"figures.{address}" in carried), None)
    table, row, column = first or ("", "", "")
    yield Finding(
        CARRIED, "notice", f"有 {len(carried)} 处是从上一年带过来的，标着“带入”", table, row, column,
        where="" if first else min(carried), next_step="请逐处核对，改过的不再标明",
    )  # fmt: skip


def _expected(typed: str, *, money: bool = False) -> str:
    """What the box takes, named after what is wrong with the text."""
    if read_figure(typed, money=money).reason == "too_long":
        return _AMOUNT if money and "." in typed else _SHORT
    return _AMOUNT if money else _WHOLE


def _offer(typed: str, *, money: bool = False, before: str = "") -> str:
    """The number to offer for what was typed, with ``before`` in front; "" when there is none that the box could hold."""
    reading = read_figure(typed, money=money)
    if reading.exact is not None or reading.offer is None or reading.offer < 0:
        return ""  # a number that was refused is offered no second time
    return f"{before}{reading.offer}" if round(reading.offer, _YUAN_DECIMALS) == reading.offer else ""


def _finding(code: str, where: str, message: str, next_step: str, found: str = "", repair: str = "") -> Finding:
    return Finding(code, "error", message, where=where, next_step=next_step, found=found, repair=repair)


def typed_value(text: str, column: Column) -> Value:
    """The value of a cell of ``column`` that was given ``text``: ``None`` for a blank, a number, or the text as it is.

    Inexact text (``11①``, ``约500``, ``12 1``) stays as typed for the checks, as does a count with decimals.
    """
    text = cleaned(text).strip()
    if not text:
        return None
    reading = read_figure(text, money=column.type == "money", unit=column.unit)
    if reading.exact is not None:
        return reading.exact
    fraction = read_figure(text, money=True).exact if reading.reason == "fraction" else None
    return text if fraction is None else fraction


SCANNED = "scan-unconfirmed"  # a code of findings that only the form has
_LOOK = "请看旁边从扫描件截下的图：对的按回车确认，不对的直接输入"
_TYPE = "请看旁边从扫描件截下的图，照图输入"


class ScannedCells:
    """What waits, by address; ``confirm`` takes cells off and keeps the rest on the disk."""

    def __init__(self, params: Path) -> None:
        self._params = params
        self.waiting: Mapping[str, ScannedCell] = read_scanned(params)

    def confirm(self, addresses: Iterable[str]) -> None:
        """A person has looked at these cells.

        Raises:
            CannotWrite: no permission, disk full.
        """
        confirmed = set(addresses) & self.waiting.keys()
        if confirmed:
            self.waiting = {name: cell for name, cell in self.waiting.items() if name not in confirmed}
            keep_scanned(self._params, self.waiting)


def scan_findings(report: Report, waiting: Mapping[str, ScannedCell]) -> Iterator[Finding]:
    for name, cell in waiting.items():
        address = Address.parse(name)
        if address in report.form.cells:
            doubt = f"像是“{cell.seen}”" if cell.seen else "读不出来"
            message = f"从扫描件识别为“{cell.seen}”，还没有确认" if cell.certain else f"扫描件上看不清，{doubt}"
            step = _TYPE if report.figures.number(address) is None else _LOOK
            yield cell_finding(report.form, address, SCANNED, "warning", message, next_step=step)
