"""Turn what was typed or pasted into the screen of the register into a request, and a request into what the screen shows.

In: texts by key of a field. Out: a request, or problems with the field they are about; dates, kinds and outcomes are read as
in ledgers, so that 3.5, 公民 and 不存在 are understood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from toolkit.register.ledger import words
from toolkit.register.ledger.dates import DateUnclear, read_date
from toolkit.register.ledger.writing import in_words
from toolkit.register.problems import FieldProblem
from toolkit.register.requests import CHANNELS, FIELDS, Field, Request, applicant_kinds, outcomes_of

SHOWN = tuple(
    field for field in FIELDS if field.kind not in ("parts", "disputes") and field.key not in ("voided_on", "void_reason")
)


def field_descriptions(today: date) -> list[dict[str, Any]]:
    """The fields of the form for the browser: key, label, kind, and the words that may be chosen."""
    choices = {
        "channel": list(CHANNELS.values()), "applicant_kind": list(applicant_kinds().values()),
        "outcome": list(outcomes_of(today.year).values()),
    }  # fmt: skip
    return [{"key": item.key, "label": item.label, "kind": item.kind, "choices": choices.get(item.key, [])} for item in SHOWN]


def shown_texts(request: Request) -> dict[str, str]:
    """What the form shows of a request."""
    return {field.key: str(in_words(field, request)) for field in SHOWN}


def typed_request(base: Request, texts: Mapping[str, str], today: date) -> tuple[Request, list[FieldProblem]]:
    """The request with what was typed; fields that cannot be understood are left as they were and named."""
    values: dict[str, Any] = {}
    problems: list[FieldProblem] = []
    day = base.closed_on or base.received_on or today
    for field in sorted(SHOWN, key=lambda item: item.key == "outcome"):
        if field.key not in texts or texts[field.key] == shown_texts(base).get(field.key):
            continue
        try:
            values[field.key] = _value(field, texts[field.key].strip(), values.get("answered_on") or day, today)
        except ValueError as error:
            problems.append(FieldProblem(field.key, str(error)))
    return replace(base, **values), problems


def _value(field: Field, text: str, day: date, today: date) -> Any:
    """One value.

    Raises:
        ValueError: it means nothing certain; the text says what was expected.
    """
    match field.kind:
        case "date":
            return read_date(text or None, today.year)
        case "money" | "count":
            return _number(field, text)
        case "lines":
            return tuple(line.strip() for line in text.splitlines() if line.strip())
        case "choice":
            return _choice(field, text, day)
    return text


def _number(field: Field, text: str) -> Decimal | int | None:
    try:
        number = Decimal(text.removesuffix("元")) if text else None
    except InvalidOperation:
        raise DateUnclear(f"“{text}”不是数") from None
    return int(number) if number is not None and field.kind == "count" else number


def _choice(field: Field, text: str, day: date) -> str:
    if not text:
        return ""
    readers = {"channel": words.channel_of, "applicant_kind": words.kind_of}
    found = readers[field.key](text) if field.key in readers else words.outcome_of(text, day.year)
    if found is None or found in (words.OPEN, words.WITHDRAWN):
        raise ValueError(f"“{text}”认不出来；请从列出的里面选一个")
    return found
