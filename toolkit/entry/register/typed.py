"""Turn what was typed into the screen of the register into a request, and a request into what the screen shows.

In: texts by key of a field, and the lines of answers in parts, reviews and lawsuits. Out: a request, or problems with the field
they are about; dates, kinds and outcomes are read as in ledgers, so that 3.5, 公民 and 不存在 are understood.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from toolkit.forms import all_forms
from toolkit.importing.wording import one_line
from toolkit.register.ledger import words
from toolkit.register.ledger.follow_ups import (
    DISPUTE_HEADS,
    PART_HEADS,
    dispute_in_words,
    dispute_of,
    part_in_words,
    part_of,
)
from toolkit.register.ledger.values import read_count, read_date, read_money
from toolkit.register.ledger.writing import in_words
from toolkit.register.problems import FieldProblem
from toolkit.register.requests import (
    CHANNELS,
    DISPUTE_KINDS,
    DISPUTE_RESULTS,
    FIELDS,
    Field,
    Request,
    applicant_kinds,
    outcomes_of,
)

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
    """What the form shows of a request."""
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
