"""Turn what was typed into the screen of the register into a request, and a request into what the screen shows.

In: texts by key of a field, and the lines of answers in parts, reviews and lawsuits. Out: a request, or problems with the field
they are about; dates, kinds and outcomes are read as in ledgers, so that 3.5, 公民 and 不存在 are understood.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any

from toolkit.forms import all_forms
from toolkit.importing.wording import one_line
from toolkit.register.deadlines import deadline, explain
from toolkit.register.ledger import words
from toolkit.register.ledger.follow_ups import DISPUTE_HEADS, PART_HEADS, dispute_in_words, dispute_of, part_in_words, part_of
from toolkit.register.ledger.values import read_count, read_date, read_money
from toolkit.register.ledger.writing import in_words
from toolkit.register.problems import FieldProblem
from toolkit.register.requests import (
    CHANNELS,
    DISPUTE_KINDS,
    DISPUTE_RESULTS,
    FIELD_BY_KEY,
    FIELDS,
    Field,
    Request,
    applicant_kinds,
    choice_label,
    from_text,
    outcome_label,
    outcomes_of,
)
from toolkit.register.store import HistoryEntry
from toolkit.register.working_days import WorkCalendar

Lines = Sequence[Sequence[str]]
SHOWN = tuple(
    field for field in FIELDS if field.kind not in ("parts", "disputes") and field.key not in ("voided_on", "void_reason")
)
# where the form is parted, by the first field of each group
_GROUPS = {
    "number": "申请", "correction_asked_on": "补正、征求意见、延期", "fee_notice_on": "信息处理费", "answered_on": "答复",
    "attachments": "附件和备注",
}  # fmt: skip


def field_descriptions() -> list[dict[str, Any]]:
    """The fields of the form for the browser: key, label, kind, the words that may be chosen, the heading above it."""
    choices = {"channel": list(CHANNELS.values()), "applicant_kind": list(applicant_kinds().values())}
    return [
        {"key": item.key, "label": item.label, "kind": item.kind, "choices": choices.get(item.key, []),
         "group": _GROUPS.get(item.key, "")}
        for item in SHOWN
    ]  # fmt: skip


def line_descriptions() -> dict[str, Any]:
    """The columns of answers in parts and of disputes: label, and the words to choose from (``outcome``: those of the year)."""
    chosen: dict[str, list[str]] = {"类别": list(DISPUTE_KINDS.values()), "结果": list(DISPUTE_RESULTS.values())}
    return {
        "parts": [[head, "outcome" if head == "办理结果" else []] for head in PART_HEADS[1:]],
        "disputes": [[head, chosen.get(head, [])] for head in DISPUTE_HEADS[1:]],
    }


def editions() -> list[list[Any]]:
    """The outcomes that may be chosen by the year of the answer: first year, last year (0: still used), labels."""
    return [[form.first_year, form.last_year or 0, list(outcomes_of(form.first_year).values())] for form in all_forms()]


def shown_texts(request: Request) -> dict[str, str]:
    return {field.key: str(in_words(field, request)) for field in SHOWN}


def shown_lines(request: Request) -> dict[str, list[list[str]]]:
    """The lines of answers in parts and of disputes as the form shows them."""
    return {
        "parts": [[str(cell) for cell in part_in_words(part)] for part in request.parts],
        "disputes": [[str(cell) for cell in dispute_in_words(item)] for item in request.disputes],
    }


def typed_request(
    base: Request, texts: Mapping[str, str], today: date, lines: Mapping[str, Lines] | None = None
) -> tuple[Request, list[FieldProblem]]:
    """The request with what was typed; fields that cannot be understood are left as they were and named.

    Args:
        base: the request as the screen showed it.
        texts: what the boxes hold, by key of the field; a field that is left out stays as it was.
        today: what days without a year belong to.
        lines: the lines of ``parts`` and ``disputes``, the same.
    """
    values: dict[str, Any] = {}
    problems: list[FieldProblem] = []
    before = shown_texts(base)
    day = base.closed_on or base.received_on or today
    for field in sorted(SHOWN, key=lambda item: item.key == "outcome"):
        if field.key not in texts or texts[field.key] == before[field.key]:
            continue
        try:
            values[field.key] = _value(field, texts[field.key].strip(), values.get("answered_on") or day, today)
        except ValueError as error:
            problems.append(FieldProblem(field.key, str(error)))
    readers: dict[str, Callable[[Sequence[Any], int], Any]] = {"parts": part_of, "disputes": dispute_of}
    for key, reader in readers.items():
        typed = [list(line) for line in (lines or {}).get(key, ()) if any(cell.strip() for cell in line)]
        if key in (lines or {}) and typed != shown_lines(base)[key]:
            values[key] = _lines(key, typed, reader, today, problems)
    return replace(base, **{key: value for key, value in values.items() if value is not _UNCLEAR}), problems


_UNCLEAR = object()


def _lines(key: str, typed: Lines, reader: Callable[[Sequence[Any], int], Any], today: date, problems: list[FieldProblem]) -> Any:
    lines = []
    for number, line in enumerate(typed, 1):
        try:
            lines.append(reader(line, today.year))
        except ValueError as error:
            problems.append(FieldProblem(key, f"第 {number} 行的{error}"))
            return _UNCLEAR
    return tuple(lines)


def _value(field: Field, text: str, day: date, today: date) -> Any:
    """One value.

    Raises:
        ValueError: it means nothing certain; the text says what was expected.
    """
    match field.kind:
        case "date":
            return read_date(text or None, today.year)
        case "money":
            return read_money(text)
        case "count":
            return read_count(text)
        case "lines":
            return tuple(line.strip() for line in text.splitlines() if line.strip())
        case "choice":
            return _choice(field, text, day)
    return text if field.key in ("subject", "note") else one_line(text)


def _choice(field: Field, text: str, day: date) -> str:
    if not text:
        return ""
    readers = {"channel": words.channel_of, "applicant_kind": words.kind_of}
    choice = readers[field.key](text) if field.key in readers else words.outcome_of(text, day.year)
    if choice == words.WITHDRAWN:
        raise ValueError("撤回的只填“撤回日期”，办理结果不填")
    if choice == words.OPEN:
        raise ValueError("还没有办结的，办理结果不填")
    if choice is None:
        raise ValueError(f"“{text}”认不出来；请从列出的里面选一个")
    return choice


_ORDER = {"late": 0, "today": 1, "soon": 2, "running": 3, "waiting_fee": 4, "waiting_correction": 5, "closed": 6, "voided": 7}


def shown_rows(requests: Iterable[Request], calendar: WorkCalendar, today: date) -> list[list[Any]]:
    """The list: what is due first comes first, then what was closed, the latest first."""
    rows = [(request, deadline(request, calendar, today)) for request in requests]
    rows.sort(key=lambda item: item[0].number)
    rows.sort(key=lambda item: item[0].closed_on or date.min, reverse=True)
    rows.sort(
        key=lambda item: (
            _ORDER["soon" if item[1].overdue else item[1].state],
            item[1].due_on or today if item[0].closed_on is None else date.min,
        )
    )
    return [
        [
            request.row, request.number, f"{request.received_on or ''}", clock.state, clock.text, f"{clock.due_on or ''}",
            applicant_kinds().get(request.applicant_kind, ""), request.applicant, request.subject, _outcome(request),
        ]
        for request, clock in rows
    ]  # fmt: skip


def shown_request(
    request: Request, calendar: WorkCalendar, today: date, history: Sequence[HistoryEntry], templates: Sequence[str], likely: str
) -> dict[str, Any]:
    """One request as the form shows it.

    Args:
        request: the request; one that is not kept yet has ``row`` 0.
        calendar: the calendar of working days.
        today: the day from which the days that are left are counted.
        history: its changes, the oldest first.
        templates: the letters that can be made.
        likely: the one among them that is needed next.
    """
    clock = deadline(request, calendar, today)
    return {
        "row": request.row, "texts": shown_texts(request), "lines": shown_lines(request), "deadline": clock.text,
        "state": clock.state, "due": f"{clock.due_on or ''}", "notes": list(clock.notes),
        "days": [[f"{day.day:%Y-%m-%d}", day.number, day.reason] for day in explain(request, calendar)],
        "changes": _changes(history), "voided": request.void_reason if request.voided_on else "", "templates": list(templates),
        "likely": likely,
    }  # fmt: skip


def _changes(history: Sequence[HistoryEntry]) -> list[list[Any]]:
    """The changes, the latest first: when, who, what was done, and of each field its name, the old and the new value."""
    grouped = [list(items) for _, items in groupby(history, key=lambda item: (item.at, item.who, item.kind))]
    return [
        [items[0].at[:16].replace("T", " "), items[0].who, items[0].kind,
         [[FIELD_BY_KEY[item.key].label, _spoken(item.key, item.before), _spoken(item.key, item.after)] for item in items]]
        for items in reversed(grouped)
    ]  # fmt: skip


def _spoken(key: str, text: str) -> str:
    """A value of the history in words; an invalid one, such as an anonymised one, unchanged."""
    field = FIELD_BY_KEY[key]
    try:
        return _in_words(field, text) if text else ""
    except (ValueError, KeyError):
        return text


def _in_words(field: Field, text: str) -> str:
    if field.kind == "parts":
        return "；".join(" ".join(map(str, part_in_words(item))).strip() for item in from_text(field, text))
    if field.kind == "disputes":
        return "；".join(" ".join(str(cell) for cell in dispute_in_words(item) if cell) for item in from_text(field, text))
    if field.key == "outcome":
        return outcome_label(text, 0)
    if field.kind == "choice":
        return choice_label(field, text)
    return text.replace("\n", "；")


def _outcome(request: Request) -> str:
    closed = request.closed_on
    if closed is None:
        return ""
    return outcome_label(request.outcome, closed.year) if request.answered_on else "撤回"
