"""Count a year's requests by month or quarter: received, answered, in time, days, outcomes, applicants; no names, no numbers.

In: requests and the calendar of working days. Out: ``Statistics``: counts by key and month, which add up over organs. The mean
of days is kept as a sum and a count, so that a jurisdiction's mean is the mean of all its requests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from toolkit.register.deadlines import deadline
from toolkit.register.requests import Request, applicant_kinds, counted_outcome, outcomes_of
from toolkit.register.working_days import WorkCalendar

RECEIVED, HANDLED, IN_TIME, LATE, WITHDRAWN, DAYS = "received", "handled", "in_time", "late", "withdrawn", "days"
NAMES = {
    RECEIVED: "新收", HANDLED: "办结", IN_TIME: "按期答复", LATE: "逾期答复", WITHDRAWN: "撤回", DAYS: "答复所用工作日合计",
}  # fmt: skip
MEAN = "平均工作日"
QUARTERS = tuple(tuple(range(start, start + 3)) for start in (1, 4, 7, 10))


@dataclass(frozen=True)
class Statistics:
    """Counts of a year by (key, month); a key is one of ``NAMES``, ``applicant:`` or ``outcome:`` and a key of part three."""

    year: int
    counts: Mapping[tuple[str, int], int] = field(default_factory=dict)
    organs: int = 1

    def count(self, key: str, months: Iterable[int]) -> int:
        return sum(self.counts.get((key, month), 0) for month in months)

    def mean_days(self, months: tuple[int, ...]) -> float | None:
        """Working days from receipt to answer, on average; ``None`` without an answer."""
        answers = self.count(IN_TIME, months) + self.count(LATE, months)
        return round(self.count(DAYS, months) / answers, 1) if answers else None


def statistics_of(requests: Iterable[Request], year: int, calendar: WorkCalendar) -> Statistics:
    """The statistics of one organ: requests count in the month of receipt, and in the month in which they were closed."""
    counts: Counter[tuple[str, int]] = Counter()
    for request in requests:
        received, closed = request.received_on, request.closed_on
        if received and received.year == year:
            counts[RECEIVED, received.month] += 1
            counts[f"applicant:{request.applicant_kind}", received.month] += 1
        if received and closed and closed.year == year:
            counts.update(_closed(request, received, closed, calendar))
    return Statistics(year, counts)


def _closed(request: Request, received: date, closed: date, calendar: WorkCalendar) -> Counter[tuple[str, int]]:
    month = closed.month
    counts = Counter({(HANDLED, month): 1, (f"outcome:{counted_outcome(request)}", month): 1})
    if request.answered_on is None:
        counts[WITHDRAWN, month] += 1
    else:
        counts[IN_TIME if deadline(request, calendar, closed).in_time else LATE, month] += 1
        counts[DAYS, month] += calendar.working_days_between(received, closed)
    return counts


def sum_statistics(parts: Iterable[Statistics], year: int) -> Statistics:
    listed = list(parts)
    total: Counter[tuple[str, int]] = Counter()
    for part in listed:
        total.update(part.counts)
    return Statistics(year, total, sum(part.organs for part in listed))


@dataclass(frozen=True)
class StatisticsTable:
    """Statistics as they are printed: heads, and rows of a name and a value for each head after it; ``None`` is a blank."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[float | None, ...]], ...]


def statistics_table(statistics: Statistics, *, by_quarter: bool) -> StatisticsTable:
    """The table by month or by quarter, with the year at the end; the mean of days follows the counts of answers."""
    whole = tuple(range(1, 13))
    parts = QUARTERS if by_quarter else tuple((month,) for month in whole)
    names = [f"第{'一二三四'[at]}季度" if by_quarter else f"{at + 1} 月" for at in range(len(parts))]
    columns = (*parts, whole)
    rows: list[tuple[str, tuple[float | None, ...]]] = [
        (label, tuple(statistics.count(key, months) for months in columns))
        for key, label in keys_of(statistics.year).items()
        if key != DAYS
    ]
    rows.insert(len(NAMES) - 1, (MEAN, tuple(statistics.mean_days(months) for months in columns)))
    return StatisticsTable(("项目", *names, "全年"), tuple(rows))


def members_table(members: Mapping[str, Statistics]) -> StatisticsTable:
    """What each organ received and answered in the year: counts of organs, no names of persons."""
    whole = tuple(range(1, 13))
    keys = (RECEIVED, HANDLED, IN_TIME, LATE, WITHDRAWN)
    listed = [*members.items(), ("合计", sum_statistics(members.values(), 0))]
    rows = tuple((name, (*(counted.count(key, whole) for key in keys), counted.mean_days(whole))) for name, counted in listed)
    return StatisticsTable(("单位", *(NAMES[key] for key in keys), MEAN), rows)


def keys_of(year: int) -> dict[str, str]:
    """Every key of a year's statistics with its name, in the order of the table."""
    kinds = {f"applicant:{key}": f"新收·{label}" for key, label in applicant_kinds().items()}
    rows = {f"outcome:{key}": f"办结·{label}" for key, label in outcomes_of(year).items()}
    return NAMES | kinds | rows
