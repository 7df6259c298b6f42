"""Write the register as a workbook that the import reads back: requests, answers in parts, disputes, history.

In: requests and history. Out: the bytes of an .xlsx. It holds personal data; the caller saves it as private as the
register.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from toolkit.register.ledger.reading import DISPUTES_SHEET, PART_HEADS, PARTS_SHEET
from toolkit.register.requests import (
    CHANNELS,
    DISPUTE_KINDS,
    DISPUTE_RESULTS,
    FIELD_BY_KEY,
    FIELDS,
    Dispute,
    Field,
    Request,
    applicant_kinds,
    outcome_label,
)
from toolkit.register.store import HistoryEntry

LEDGER_SHEET, HISTORY_SHEET = "台账", "修改记录"
_WIDTHS = {"subject": 40, "note": 24, "outcome": 28, "attachments": 24}
_CREATED = datetime(2020, 1, 1)  # the same register gives the same bytes


def write_ledger(requests: Sequence[Request], history: Iterable[HistoryEntry] = ()) -> bytes:
    """The bytes of the workbook."""
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd", "strings_to_formulas": False,
                          "strings_to_urls": False, "strings_to_numbers": False})  # fmt: skip
    book.set_properties({"title": "依申请公开台账", "created": _CREATED})
    heads = book.add_format({"bold": True, "bg_color": "#E6EDF4", "text_wrap": True, "valign": "vcenter", "border": 1})
    fields = [field for field in FIELDS if field.kind not in ("parts", "disputes")]
    rows = [[in_words(field, request) for field in fields] for request in requests]
    _sheet(book, heads, LEDGER_SHEET, [field.label for field in fields], rows, [_WIDTHS.get(field.key, 12) for field in fields])
    _sheet(book, heads, PARTS_SHEET, PART_HEADS, _part_rows(requests))
    _sheet(
        book,
        heads,
        DISPUTES_SHEET,
        ["申请编号", "类别", "提起日期", "受理机关", "案号", "审结日期", "结果"],
        _dispute_rows(requests),
    )
    _sheet(book, heads, HISTORY_SHEET, ["时间", "谁", "哪一件", "做了什么", "改了什么", "原来", "改为"], _history_rows(history))
    book.close()
    return out.getvalue()


def in_words(field: Field, request: Request) -> Any:
    """A value as the workbook shows it: choices in words, days and amounts as such."""
    value = getattr(request, field.key)
    if field.key == "outcome":
        day = request.closed_on or request.received_on
        return outcome_label(value, day.year if day else 0) if value else ""
    if field.kind == "choice":
        return {"applicant_kind": applicant_kinds(), "channel": CHANNELS}[field.key].get(value, value)
    if field.kind == "lines":
        return "\n".join(value)
    return "" if value is None else value


def _part_rows(requests: Iterable[Request]) -> list[list[Any]]:
    return [
        [request.number, part.answered_on, outcome_label(part.outcome, part.answered_on.year), part.number]
        for request in requests for part in request.parts
    ]  # fmt: skip


def _dispute_rows(requests: Iterable[Request]) -> list[list[Any]]:
    return [_dispute_row(request.number, item) for request in requests for item in request.disputes]


def _dispute_row(number: str, item: Dispute) -> list[Any]:
    kind, result = DISPUTE_KINDS.get(item.kind, item.kind), DISPUTE_RESULTS.get(item.result, item.result)
    return [number, kind, item.filed_on, item.body, item.case_number, item.decided_on or "", result]


def _history_rows(history: Iterable[HistoryEntry]) -> list[list[Any]]:
    return [
        [item.at, item.who, item.number, item.kind, FIELD_BY_KEY[item.key].label, item.before, item.after] for item in history
    ]


def _sheet(
    book: Workbook, heads: Any, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], widths: Sequence[int] = ()
) -> Worksheet:
    sheet = book.add_worksheet(name)
    sheet.write_row(0, 0, columns, heads)
    sheet.freeze_panes(1, 1)
    for column in range(len(columns)):
        sheet.set_column(column, column, widths[column] if widths else 16)
    for at, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            _write(sheet, at, column, value)
    return sheet


def _write(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day))
    elif isinstance(value, Decimal | int):
        sheet.write_number(row, column, value)
    elif value:
        sheet.write_string(row, column, str(value))
