"""Turn the rows of a ledger into requests; rows that are unclear are listed with cell and reason, nothing is guessed.

In: the bytes of a workbook or rows that were pasted, own heads and words of the office. Out: ``Ledger``: requests, unclear
rows, notes. A workbook that the register exported gives the same requests, with answers in parts and disputes from their
sheets. Rows that may be one request (a number that comes twice, the same row in two sheets) are named with the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from openpyxl.utils import get_column_letter

from toolkit.core.dates import chinese_day
from toolkit.importing.wording import one_line
from toolkit.register.ledger import words
from toolkit.register.ledger.columns import (
    DISPUTES,
    PARTS,
    CellUnclear,
    Columns,
    columns_of,
    knows_head,
    side_by_side,
    years_of_rows,
)
from toolkit.register.ledger.follow_ups import DISPUTE_HEADS, DISPUTES_SHEET, PART_HEADS, PARTS_SHEET, dispute_of, part_of
from toolkit.register.ledger.sheets import DayOnly, HiddenCell, NoResult, Sheet, read_sheets, sheets_of_rows
from toolkit.register.ledger.values import DateUnclear, is_yearless, read_count, read_date, read_money, strays
from toolkit.register.problems import FieldProblem, problems_of
from toolkit.register.requests import FIELD_BY_KEY, FIELDS, Dispute, PartAnswer, Request, identity

_DITTO = frozenset(("同上", "同前", "〃", "″", "上同", "同上行"))
# a table without any of these is no ledger
_TELLING = {field.key for field in FIELDS if field.kind == "date"} | {"applicant_kind", "outcome"}
_NO_DAYS = frozenset(("number", "answer_number", "applicant", "contact", "handler"))


@dataclass(frozen=True, slots=True)
class Unclear:
    """One row that was not taken: where, and why. The reason may quote the ledger: it is shown to the office only."""

    place: str
    reason: str
    row: int = 0

    def __str__(self) -> str:
        return f"{self.place}：{self.reason}"


@dataclass(frozen=True, slots=True)
class _Row:
    """Where a request was read: the row of a sheet, and the column of each field."""

    sheet: Sheet
    row: int
    columns: Mapping[str, int]
    is_yearless: bool = False

    @property
    def place(self) -> str:
        return f"{self.sheet.name}第 {self.row} 行"

    def reason(self, problem: FieldProblem) -> str:
        """A problem with the cell it is in, where the ledger has a column for the field."""
        column = self.columns.get(problem.key)
        return f"{problem}" + (f"（{get_column_letter(column)}{self.row} 格）" if column else "")


@dataclass(frozen=True)
class Ledger:
    """What a ledger says: ``keys`` are the fields that it has columns for."""

    requests: tuple[Request, ...] = ()
    unclear: tuple[Unclear, ...] = ()
    notes: tuple[str, ...] = ()
    keys: frozenset[str] = frozenset()
    is_numbered: bool = True
    places: Mapping[int, str] = field(default_factory=dict)  # by the position of the request


def read_ledger(raw: bytes, name: str, today: date, own: words.OwnWords = words.NO_OWN_WORDS) -> Ledger:
    """The requests of a ledger.

    Args:
        raw: the bytes of an .xlsx.
        name: what messages call the file.
        today: the day after which nothing can have happened.
        own: heads and words that only this office uses.

    Raises:
        CannotImport: no workbook that can be read.
    """
    reader = _Reader(own, today)
    for sheet in read_sheets(raw, name, reader.knows):
        reader.take(sheet)
    return reader.ledger()


def read_pasted(rows: Sequence[Sequence[str]], today: date, own: words.OwnWords = words.NO_OWN_WORDS) -> Ledger:
    """The requests of rows that were copied from a ledger with their heads; days without a year are of this year."""
    reader = _Reader(own, today)
    for sheet in sheets_of_rows(rows, "粘贴", reader.knows):
        reader.take(replace(sheet, year=sheet.year or today.year))
    return reader.ledger()


@dataclass
class _Reader:
    """Gathers what the sheets of one workbook say."""

    own: words.OwnWords
    today: date
    meaningful: dict[str, bool] = field(default_factory=dict)  # by head
    requests: list[Request] = field(default_factory=list)
    unclear: list[Unclear] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    places: list[_Row] = field(default_factory=list)
    doubts: dict[int, str] = field(default_factory=dict)  # by the position of the request
    parts: dict[str, list[PartAnswer]] = field(default_factory=dict)
    disputes: dict[str, list[Dispute]] = field(default_factory=dict)

    def knows(self, head: str) -> bool:
        """Whether a head means something; each text is looked up once, for most are asked about several times."""
        if head not in self.meaningful:
            self.meaningful[head] = knows_head(head, self.own.heads)
        return self.meaningful[head]

    def take(self, sheet: Sheet) -> None:
        self.notes += sheet.notes
        if sheet.name in (PARTS_SHEET, DISPUTES_SHEET):
            self._take_beside(sheet)
            return
        for table in side_by_side(sheet):
            self._take_table(table)

    def _take_table(self, sheet: Sheet) -> None:
        columns = columns_of(sheet, self.own.heads)
        if sheet.heads and not columns.keys & _TELLING:
            self.notes.append(f"工作表“{sheet.name}”里没有收到日期、申请人类别、办理结果等列，不像台账，没有读")
            return
        self.notes += columns.notes
        self.keys |= columns.keys
        if columns.year is not None:
            sheet = replace(sheet, years={**sheet.years, **years_of_rows(sheet, columns.year)})
        before = len(self.requests)
        for row, values in sheet.rows:
            self._take_row(sheet, row, values, columns)
        self._doubt_years(before)

    def _doubt_years(self, start: int) -> None:
        """Days of receipt without a year, whose order says that some are of the year before or after."""
        positions = [at for at in range(start, len(self.requests)) if self.places[at].is_yearless]
        days = [(at, day) for at in positions if (day := self.requests[at].received_on)]
        if len({day.year for _, day in days}) != 1:
            return
        for at, years in strays([day for _, day in days]).items():
            position, day = days[at]
            self.doubts[position] = (
                f"收到日期：“{chinese_day(day)}”没有写年份，按 {day.year} 年读与上下行的先后不合；"
                f"可能是 {day.year + years} 年的，请写明年份"
            )

    def _take_row(self, sheet: Sheet, row: int, values: Mapping[int, Any], columns: Columns) -> None:
        try:
            cells = columns.cells(values)
            if not cells:
                return
            request = self._request(cells, sheet, row)
        except CellUnclear as error:
            self.unclear.append(Unclear(sheet.cell(row, error.column), str(error), row))
            return
        column = columns.column_of("number")
        if column is not None and not request.number:
            self.unclear.append(Unclear(sheet.cell(row, column), "申请编号：没有填", row))
            return
        self.requests.append(request)
        at = {key: place for key in columns.keys if (place := columns.column_of(key))}
        at |= {key: place for key, (place, _) in cells.items()}
        self.places.append(_Row(sheet, row, at, is_yearless("received_on" in cells and cells["received_on"][1])))

    def _request(self, cells: Mapping[str, tuple[int, Any]], sheet: Sheet, row: int) -> Request:
        values: dict[str, Any] = {"number": ""}
        reason_word = one_line(str(cells.get(words.OUTCOME_REASON, (0, ""))[1]))
        cells = {key: cell for key, cell in cells.items() if key != words.OUTCOME_REASON}
        order = sorted(cells, key=lambda key: FIELD_BY_KEY[key].kind == "choice")  # an outcome's edition depends on the day
        for key in order:
            column, value = cells[key]
            if reason := _why_uncertain(key, value, sheet.year_of(row)):
                raise CellUnclear(column, f"{FIELD_BY_KEY[key].label}：{reason}")
            if key == "outcome" and reason_word:
                value = self._with_reason(one_line(str(value)), reason_word, values)
            try:
                values[key] = self._value(key, _day_itself(value), sheet, row, values)
            except (DateUnclear, ValueError) as error:
                raise CellUnclear(column, f"{FIELD_BY_KEY[key].label}：{error}") from error
        if values.get("outcome") == words.WITHDRAWN and not (values.get("withdrawn_on") or values.get("answered_on")):
            raise CellUnclear(cells["outcome"][0], "办理结果：撤回的没有写日期；填在“撤回日期”或“答复日期”里")
        return Request(**_with_closing(values))

    def _value(self, key: str, value: Any, sheet: Sheet, row: int, others: Mapping[str, Any]) -> Any:
        if one_line(str(value)) in _DITTO:
            raise ValueError(f"“{one_line(str(value))}”请写明")
        if isinstance(value, date) and key in _NO_DAYS:
            raise ValueError(f"Excel 把它改成了日期 {value:%Y-%m-%d}；请把这一列设为“文本”再填一次")
        match FIELD_BY_KEY[key].kind:
            case "date":
                return read_date(value, sheet.year_of(row), sheet.first_day)
            case "money":
                return read_money(value)
            case "count":
                return read_count(value)
            case "lines":
                return tuple(line.strip() for line in str(value).splitlines() if line.strip())
            case "choice":
                return self._choice(key, one_line(str(value)), others)
        return _text(value) if key in ("subject", "note", "void_reason") else one_line(_text(value))

    def _with_reason(self, word: str, reason: str, others: Mapping[str, Any]) -> str:
        """An outcome that names a group of rows, with the reason that its other column gives."""
        year = (others.get("answered_on") or others.get("received_on") or self.today).year
        own, joined = self.own.outcomes, f"{word}-{reason}"
        return joined if words.outcome_of(word, year, own) is None and words.outcome_of(joined, year, own) else word

    def _choice(self, key: str, word: str, others: Mapping[str, Any]) -> str:
        if not words.plain(word):
            return ""
        if key == "outcome":
            day = others.get("answered_on") or others.get("withdrawn_on") or others.get("received_on") or self.today
            choice = words.outcome_of(word, day.year, self.own.outcomes)
            expected = f"{day.year} 年格式的办理结果之一（不予公开、无法提供、不予处理的写明哪一种）"
        else:
            choice = words.kind_of(word, self.own.kinds) if key == "applicant_kind" else words.channel_of(word)
            expected = "申请人的六类之一，不是姓名或名称" if key == "applicant_kind" else "当面、邮寄、网络、传真、其他之一"
        if choice is None:
            raise ValueError(f"“{word}”认不出来，应为 {expected}")
        return choice

    def _take_beside(self, sheet: Sheet) -> None:
        """Answers in parts and disputes, which have separate sheets."""
        self.keys.add(PARTS if sheet.name == PARTS_SHEET else DISPUTES)
        names = {column: words.plain(head) for column, head in sheet.heads.items()}
        for row, values in sheet.rows:
            row_values = {names[column]: _day_itself(value) for column, value in values.items() if column in names}
            number = one_line(str(row_values.get(words.plain("申请编号"), "")))
            try:
                if sheet.name == PARTS_SHEET:
                    cells = [row_values.get(words.plain(head), "") for head in PART_HEADS[1:]]
                    part = part_of(cells, sheet.year_of(row), self.own.outcomes, sheet.first_day)
                    self.parts.setdefault(number, []).append(part)
                else:
                    cells = [row_values.get(words.plain(head), "") for head in DISPUTE_HEADS[1:]]
                    self.disputes.setdefault(number, []).append(dispute_of(cells, sheet.year_of(row), sheet.first_day))
            except (DateUnclear, ValueError) as error:
                self.unclear.append(Unclear(f"{sheet.name}第 {row} 行", str(error)))

    def ledger(self) -> Ledger:
        """What was gathered, checked row by row; a number that comes twice is unclear both times."""
        requests: list[Request] = []
        places: dict[int, str] = {}
        repeated = rows_of_other_sheets(self.requests, [at.sheet.name for at in self.places])
        for name, count in Counter(repeated.values()).items():
            self.notes.append(f"工作表“{name}”有 {count} 行与前面的工作表完全相同，只读一次")
        doubled = why_doubled(self.requests, repeated)
        for position, (request, at) in enumerate(zip(self.requests, self.places, strict=True)):
            if position in repeated:
                continue
            whole = replace(
                request, parts=tuple(self.parts.pop(request.number, ())), disputes=tuple(self.disputes.pop(request.number, ()))
            )
            problems = [] if whole.voided_on else problems_of(replace(whole, number=whole.number or "无"), self.today)
            reasons = [at.reason(problem) for problem in problems]
            if position in self.doubts:
                reasons.append(self.doubts[position])
            if position in doubled:
                reasons.append(doubled[position])
            if reasons:
                self.unclear.append(Unclear(at.place, "；".join(reasons), at.row))
            else:
                places[len(requests)] = at.place
                requests.append(whole)
        for name, waiting in ((PARTS_SHEET, self.parts), (DISPUTES_SHEET, self.disputes)):
            self.unclear += [Unclear(f"工作表“{name}”", f"申请编号“{number}”在台账里没有读到") for number in waiting]
        is_numbered = "number" in self.keys
        return Ledger(tuple(requests), tuple(self.unclear), tuple(self.notes), frozenset(self.keys), is_numbered, places)


def _why_uncertain(key: str, value: Any, year: int | None) -> str:
    """Why what a cell shows is not certain; "" when it is."""
    if isinstance(value, NoResult):
        return "公式没有算出的值，请在 Excel 中打开、另存一次再导入"
    if isinstance(value, HiddenCell):
        return f"“{value.text}”划掉了，或与底色同色看不见；请改好再导入"
    if isinstance(value, DayOnly) and key == "received_on" and year is not None and value.day.year != year:
        return f"单元格显示“{value}”，存的却是 {value.day.year} 年的，而这里是 {year} 年的台账；请写明年份"
    return ""


def _day_itself(value: Any) -> Any:
    return value.day if isinstance(value, DayOnly) else value


def _with_closing(values: dict[str, Any]) -> dict[str, Any]:
    """在办 is an open request, 撤回 a withdrawn one."""
    outcome = values.get("outcome")
    if outcome == words.OPEN:
        return values | {"outcome": ""}
    if outcome == words.WITHDRAWN:
        day = values.get("withdrawn_on") or values.get("answered_on")
        return values | {"outcome": "", "answered_on": None, "withdrawn_on": day}
    return values


def _text(value: Any) -> str:
    """Text of a cell; a number that Excel made of a text (13800000000.0) as it was typed."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def rows_of_other_sheets(requests: Sequence[Request], sheets: Sequence[str]) -> dict[int, str]:
    """The rows that a sheet before has word for word, with their sheet: that of a month beside that of the whole year."""
    first: dict[tuple[object, ...], int] = {}
    repeated = {}
    for position, request in enumerate(requests):
        before = first.setdefault(identity(request, by_number=bool(request.number)), position)
        if sheets[position] != sheets[before] and requests[before].says_the_same(request):
            repeated[position] = sheets[position]
    return repeated


def why_doubled(requests: Sequence[Request], left_out: Container[int]) -> dict[int, str]:
    """Why each of the rows that may be one request is not taken.

    Args:
        left_out: positions that do not count.
    """
    groups: dict[tuple[object, ...], list[int]] = {}
    for position, request in enumerate(requests):
        if position not in left_out:
            groups.setdefault(identity(request, by_number=bool(request.number)), []).append(position)
    reasons: dict[int, str] = {}
    for positions in groups.values():
        if len(positions) > 1:
            reasons |= dict.fromkeys(positions, _reason([requests[position] for position in positions]))
    return reasons


def _reason(rows: Sequence[Request]) -> str:
    if not rows[0].number:
        return f"收到日期、申请人、申请内容都相同的有 {len(rows)} 行；不是重复登记的，请给各行写上编号"
    advice = "分次答复的只留一行，前几次答复写在工作表“分次答复”里；不是同一件的，请改编号"
    if len({request.received_on.year for request in rows if request.received_on}) > 1:
        advice = "每年从头编号的，请在编号前加年份，如 2024-1；同一件登记了两次的，只留一行"
    return f"申请编号：“{rows[0].number}”在台账里有 {len(rows)} 行；{advice}"
