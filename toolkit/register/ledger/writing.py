"""Write the register as a workbook that the import reads back: requests, answers in parts, disputes, history.

In: requests and history. Out: the bytes of an .xlsx. It holds personal data; the caller saves it as private as the
register.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from toolkit.register.ledger.follow_ups import (
    DISPUTE_HEADS,
    DISPUTES_SHEET,
    PART_HEADS,
    PARTS_SHEET,
    dispute_in_words,
    part_in_words,
)
from toolkit.register.requests import FIELD_BY_KEY, SINGLE_FIELDS, Field, Request, choice_label, outcome_label
from toolkit.register.store import HistoryEntry

if TYPE_CHECKING:  # the screen shows values in words and writes no workbook
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

LEDGER_SHEET, HISTORY_SHEET = "台账", "修改记录"
_WIDTHS = {"subject": 40, "note": 24, "outcome": 28, "attachments": 24}
_CREATED = datetime(2020, 1, 1)  # the same register gives the same bytes


def write_ledger(requests: Sequence[Request], history: Iterable[HistoryEntry] = ()) -> bytes:
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd", "strings_to_formulas": False,
                          "strings_to_urls": False, "strings_to_numbers": False})  # fmt: skip
    book.set_properties({"title": "依申请公开台账", "created": _CREATED})
    heads = book.add_format({"bold": True, "bg_color": "#E6EDF4", "text_wrap": True, "valign": "vcenter", "border": 1})
    labels, widths = [field.label for field in SINGLE_FIELDS], [_WIDTHS.get(field.key, 12) for field in SINGLE_FIELDS]
    rows = [[in_words(field, request) for field in SINGLE_FIELDS] for request in requests]
    _sheet(book, heads, LEDGER_SHEET, labels, rows, widths)
    parts = [[request.number, *part_in_words(part)] for request in requests for part in request.parts]
    _sheet(book, heads, PARTS_SHEET, PART_HEADS, parts)
    disputes = [[request.number, *dispute_in_words(item)] for request in requests for item in request.disputes]
    _sheet(book, heads, DISPUTES_SHEET, DISPUTE_HEADS, disputes)
    changes = [
        (item.at, item.who, item.number, item.kind, FIELD_BY_KEY[item.key].label, item.before, item.after) for item in history
    ]
    _sheet(book, heads, HISTORY_SHEET, ["时间", "谁", "哪一件", "做了什么", "改了什么", "原来", "改为"], changes)
    book.close()
    return as_of_one_system(out.getvalue())


def as_of_one_system(package: bytes) -> bytes:
    """A workbook whose directory names one system as its maker: the same register gives the same bytes on Windows as well.

    Source: APPNOTE.TXT (ZIP) 4.3.12, 4.4.2: the upper byte of "version made by"; 4.3.16: where the directory begins.
    """
    data, at = bytearray(package), int.from_bytes(package[-6:-2], "little")
    while data[at : at + 4] == b"PK\x01\x02":
        data[at + 5] = 3  # UNIX
        at += 46 + sum(int.from_bytes(data[at + place : at + place + 2], "little") for place in (28, 30, 32))
    return bytes(data)


def in_words(field: Field, request: Request) -> Any:
    """A value as the workbook shows it: choices in words, days and amounts as such."""
    value = getattr(request, field.key)
    if field.key == "outcome":
        day = request.closed_on or request.received_on
        return outcome_label(value, day.year if day else 0) if value else ""
    if field.kind == "choice":
        return choice_label(field, value)
    if field.kind == "lines":
        return "\n".join(value)
    return "" if value is None else value


def _sheet(
    book: Workbook, heads: Any, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], widths: Sequence[int] = ()
) -> None:
    sheet = book.add_worksheet(name)
    sheet.write_row(0, 0, columns, heads)
    sheet.freeze_panes(1, 1)
    for column in range(len(columns)):
        sheet.set_column(column, column, widths[column] if widths else 16)
    for at, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            _write(sheet, at, column, value)


def _write(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day))
    elif isinstance(value, Decimal | int):
        sheet.write_number(row, column, value)
    elif value:
        sheet.write_string(row, column, str(value))
