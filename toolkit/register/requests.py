"""One request for information (政府信息公开申请) as frozen data, with its answers in parts, its reviews and lawsuits.

``Request`` is the one list of what a request holds: the store, the workbook, the form in JupyterLab and the letters take
keys, Chinese names and kinds of value from ``FIELDS``. ``None`` and ``""`` are blanks.

Source: 《中华人民共和国政府信息公开条例》（国务院令第711号）第二十九至三十六条; the tables of parts three and four.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, get_type_hints

from toolkit.core.errors import NoSuchForm
from toolkit.forms import Form, Row, all_forms, form_for_year, row_label

FieldKind = Literal["text", "lines", "date", "choice", "money", "count", "parts", "disputes"]
TABLE = "applications"
CHANNELS = {"in_person": "当面", "post": "邮寄", "online": "网络", "fax": "传真", "other": "其他"}
DISPUTE_KINDS = {"review": "行政复议", "direct_lawsuit": "未经复议直接起诉", "lawsuit_after_review": "复议后起诉"}
DISPUTE_RESULTS = {"upheld": "结果维持", "corrected": "结果纠正", "other": "其他结果"}
EXTENSION_DAYS = 20  # working days at most (条例第三十三条)


@dataclass(frozen=True, slots=True)
class PartAnswer:
    """One answer before the last, where a request is answered in parts; ``outcome`` is a row of part three."""

    answered_on: date
    outcome: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Dispute:
    """行政复议或行政诉讼 over a request; without ``decided_on`` it is pending (尚未审结)."""

    kind: str
    filed_on: date
    body: str = ""
    case_number: str = ""
    decided_on: date | None = None
    result: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a request: Chinese name, kind of value, key; ``personal`` fields are blanked by anonymising."""

    label: str
    kind: FieldKind = "text"
    personal: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One request; ``row`` and ``version`` are the store's and no part of what the request says."""

    number: Annotated[str, Field("申请编号")]
    received_on: Annotated[date | None, Field("收到日期", "date")] = None
    channel: Annotated[str, Field("收到方式", "choice")] = ""
    applicant_kind: Annotated[str, Field("申请人类别", "choice")] = ""
    applicant: Annotated[str, Field("申请人", personal=True)] = ""
    contact: Annotated[str, Field("联系方式", personal=True)] = ""
    subject: Annotated[str, Field("申请内容", personal=True)] = ""
    handler: Annotated[str, Field("承办人")] = ""
    correction_asked_on: Annotated[date | None, Field("补正告知日期", "date")] = None
    correction_due_on: Annotated[date | None, Field("补正期限", "date")] = None
    correction_answered_on: Annotated[date | None, Field("收到补正日期", "date")] = None
    third_party_asked_on: Annotated[date | None, Field("征求意见日期", "date")] = None
    third_party_answered_on: Annotated[date | None, Field("收到意见日期", "date")] = None
    extended_on: Annotated[date | None, Field("延期告知日期", "date")] = None
    extension_days: Annotated[int | None, Field("延长工作日", "count")] = None
    fee_notice_on: Annotated[date | None, Field("收费通知日期", "date")] = None
    fee_yuan: Annotated[Decimal | None, Field("收费金额（元）", "money")] = None
    fee_paid_on: Annotated[date | None, Field("缴费日期", "date")] = None
    answered_on: Annotated[date | None, Field("答复日期", "date")] = None
    outcome: Annotated[str, Field("办理结果", "choice")] = ""
    answer_number: Annotated[str, Field("答复文号")] = ""
    withdrawn_on: Annotated[date | None, Field("撤回日期", "date")] = None
    parts: Annotated[tuple[PartAnswer, ...], Field("分次答复", "parts")] = ()
    disputes: Annotated[tuple[Dispute, ...], Field("复议诉讼", "disputes")] = ()
    attachments: Annotated[tuple[str, ...], Field("附件", "lines", personal=True)] = ()
    note: Annotated[str, Field("备注", personal=True)] = ""
    voided_on: Annotated[date | None, Field("作废日期", "date")] = None
    void_reason: Annotated[str, Field("作废原因", personal=True)] = ""
    row: int = 0
    version: int = 0

    @property
    def closed_on(self) -> date | None:
        """The day from which nothing is left to do: the last answer, or the withdrawal."""
        return self.answered_on or self.withdrawn_on

    def says_the_same(self, other: Request) -> bool:
        """Whether two records agree in every field of ``FIELDS``."""
        return all(getattr(self, field.key) == getattr(other, field.key) for field in FIELDS)


FIELDS: tuple[Field, ...] = tuple(
    replace(about, key=key)
    for key, kind in get_type_hints(Request, include_extras=True).items()
    for about in getattr(kind, "__metadata__", ())
)
FIELD_BY_KEY = {field.key: field for field in FIELDS}
IDENTIFYING = ("received_on", "applicant", "subject")  # where a ledger has no numbers
SINGLE_FIELDS = tuple(field for field in FIELDS if field.kind not in ("parts", "disputes"))  # the others have many lines


# ---- what the forms say of applicants and outcomes


@cache
def applicant_kinds() -> Mapping[str, str]:
    """The kinds of applicants (columns of part three) by key; the same in every edition."""
    return all_forms()[-1].applicant_kinds


@cache
def form_of(year: int) -> Form | None:
    """The edition that serves a year; ``None`` where there is none."""
    try:
        return form_for_year(year)
    except NoSuchForm:
        return None


def role(form: Form, name: str) -> str:
    """The key of the row of part three that has a role (``new``, ``withdrawn``)."""
    return form.table_by_key[TABLE].roles[name]


@cache
def outcome_rows(form: Form) -> tuple[Row, ...]:
    """The rows of part three that are outcomes, in the order of print."""
    table = form.table_by_key[TABLE]
    keys = {key for outcome in table.outcomes for key in outcome.rows}
    return tuple(row for row in table.rows if row.key in keys)


@cache
def outcomes_of(year: int) -> Mapping[str, str]:
    """The outcomes of the edition of a year by key, as people say them: （三）不予公开1.属于国家秘密."""
    form = form_of(year)
    return {row.key: row_label(form.table_by_key[TABLE], row) for row in outcome_rows(form)} if form else {}


def choice_label(field: Field, key: str) -> str:
    """The channel or kind of applicant in words; the key itself when it is none."""
    return {"applicant_kind": applicant_kinds(), "channel": CHANNELS}[field.key].get(key, key)


def outcome_label(key: str, year: int) -> str:
    """An outcome in words, also one of another edition; the key itself when no edition has it."""
    labels = outcomes_of(year)
    if key in labels:
        return labels[key]
    return next((of[key] for form in reversed(all_forms()) if key in (of := outcomes_of(form.first_year))), key)


def counted_outcome(request: Request) -> str:
    """The row of part three in which a closed request is counted; ``""`` while it is open.

    A withdrawn request belongs to 其他处理. Answers in parts of which one grants something count as 部分公开 and as nothing
    else (区分处理的，只计这一情形); of several refusals the last answer counts.
    """
    closed = request.closed_on
    form = form_of(closed.year) if closed else None
    if form is None:
        return ""
    if request.answered_on is None:
        return role(form, "withdrawn")
    outcomes = {request.outcome, *(part.outcome for part in request.parts)}
    public = {role(form, "public"), role(form, "separated")}
    return role(form, "separated") if len(outcomes) > 1 and outcomes & public else request.outcome


def number_key(number: str) -> str:
    """A number as it is compared: ``竹溪２０２２－００１`` is ``竹溪2022-001``."""
    return "".join(unicodedata.normalize("NFKC", number).split()).casefold()


def identity(request: Request, *, by_number: bool) -> tuple[object, ...]:
    """What two records of one request have in common: the number, or in a ledger without numbers day, applicant and subject."""
    return (number_key(request.number),) if by_number else tuple(getattr(request, key) for key in IDENTIFYING)


# ---- values as text: the store, the workbook's sheets and the history keep them so


def to_text(field: Field, value: Any) -> str:
    """A value of a field as text; blanks are ``""``."""
    if value is None or value == "" or value == ():
        return ""
    if field.kind == "date":
        return str(value.isoformat())
    if field.kind == "lines":
        return "\n".join(value)
    if field.kind in ("parts", "disputes"):
        return "\n".join("\t".join(_cell(getattr(item, part.name)) for part in fields(item)) for item in value)
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def from_text(field: Field, text: str) -> Any:
    """The value that ``to_text`` wrote.

    Raises:
        ValueError: the text is invalid for a field of this kind.
    """
    match field.kind:
        case "date":
            return date.fromisoformat(text) if text else None
        case "money":
            return Decimal(text) if text else None
        case "count":
            return int(text) if text else None
        case "lines":
            return tuple(text.split("\n")) if text else ()
        case "parts":
            return tuple(_part(line.split("\t")) for line in text.split("\n")) if text else ()
        case "disputes":
            return tuple(_dispute(line.split("\t")) for line in text.split("\n")) if text else ()
    return text


def as_texts(request: Request) -> dict[str, str]:
    return {field.key: to_text(field, getattr(request, field.key)) for field in FIELDS}


def from_texts(texts: Mapping[str, str], *, row: int, version: int) -> Request:
    """The request of such texts; missing ones are blanks."""
    values = {field.key: from_text(field, texts.get(field.key, "")) for field in FIELDS}
    return Request(**values, row=row, version=version)


def changed_fields(before: Request, after: Request) -> Iterable[Field]:
    """The fields in which two records differ."""
    return [field for field in FIELDS if getattr(before, field.key) != getattr(after, field.key)]


def _cell(value: Any) -> str:
    """One value of a line; what would end it is a blank."""
    return "" if value is None else " ".join(str(value).split())


def _part(cells: list[str]) -> PartAnswer:
    answered_on, outcome, number = cells
    return PartAnswer(date.fromisoformat(answered_on), outcome, number)


def _dispute(cells: list[str]) -> Dispute:
    kind, filed_on, body, case_number, decided_on, result = cells
    decided = date.fromisoformat(decided_on) if decided_on else None
    return Dispute(kind, date.fromisoformat(filed_on), body, case_number, decided, result)
