"""What the screen of the register shows: the rows of the list, and one request with its deadline, days, history and letters.

In: requests, the calendar of working days, today. Out: values for the browser as JSON can carry them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from toolkit.entry.register.typed import shown_lines, shown_texts
from toolkit.register.deadlines import deadline, explain
from toolkit.register.ledger.follow_ups import dispute_in_words, part_in_words
from toolkit.register.requests import CHANNELS, FIELD_BY_KEY, Field, Request, applicant_kinds, from_text, outcome_label
from toolkit.register.store import HistoryEntry
from toolkit.register.working_days import WorkCalendar

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
        "history": [[_at(item), item.who, item.kind, FIELD_BY_KEY[item.key].label] for item in history],
        "changes": _changes(history), "voided": request.void_reason if request.voided_on else "", "templates": list(templates),
        "likely": likely,
    }  # fmt: skip


def _at(item: HistoryEntry) -> str:
    return item.at[:16].replace("T", " ")


def _changes(history: Sequence[HistoryEntry]) -> list[list[Any]]:
    """The changes, the latest first: when, who, what was done, and of each field its name, the old and the new value."""
    grouped = [list(items) for _, items in groupby(history, key=lambda item: (item.at, item.who, item.kind))]
    return [
        [_at(items[0]), items[0].who, items[0].kind,
         [[FIELD_BY_KEY[item.key].label, _spoken(item.key, item.before), _spoken(item.key, item.after)] for item in items]]
        for items in reversed(grouped)
    ]  # fmt: skip


def _spoken(key: str, text: str) -> str:
    """A value of the history in words; what is no value of its field any more, such as an anonymised one, as it is."""
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
        return {"applicant_kind": applicant_kinds(), "channel": CHANNELS}[field.key].get(text, text)
    return text.replace("\n", "；")


def _outcome(request: Request) -> str:
    closed = request.closed_on
    if closed is None:
        return ""
    return outcome_label(request.outcome, closed.year) if request.answered_on else "撤回"
