"""Count the figures of parts three and four of a year from the register.

In: the tallies of all requests (what a count needs of one, and nothing personal) and the disputes. Out: ``Counts``: every
cell except totals, with the requests it counts. The identities hold by construction: new and carried in are the requests
that were open at some time of the year, handled and carried out are the same ones parted by the day they were closed. What is
carried out of a year is carried into the next one by the same condition.

Source: 2021 and 2019 editions, part three (note in the corner) and part four; the rows are found by the roles of the edition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from toolkit.forms import Address, Form, form_for_year
from toolkit.register.requests import TABLE, role

DISPUTES = "disputes"
PENDING = "pending"


class Tally(NamedTuple):
    """What counting needs of a request; days are ISO text, an open request is closed on ``""``."""

    number: str
    received_on: str
    closed_on: str
    kind: str
    outcome: str


class DisputeTally(NamedTuple):
    """What counting needs of a review or lawsuit; ``number`` is that of its request."""

    number: str
    kind: str
    filed_on: str
    decided_on: str
    result: str


class FeeTally(NamedTuple):
    """Fee notice and payment of a request."""

    number: str
    notice_on: str
    paid_on: str
    yuan: Decimal


@dataclass(frozen=True)
class Tallies:
    """All that is counted of a register."""

    requests: Sequence[Tally] = ()
    disputes: Sequence[DisputeTally] = ()
    fees: Sequence[FeeTally] = ()

    @cached_property
    def first_year(self) -> int:
        """The year of the first request; 0 without requests."""
        return min((int(item.received_on[:4]) for item in self.requests), default=0)


@dataclass(frozen=True)
class Counts:
    """The counts of one year: by cell the numbers (编号) of the requests it counts; notices and amount of the fee."""

    year: int
    form: Form
    requests: Mapping[Address, tuple[str, ...]]
    fee_notices: int = 0
    fee_yuan: Decimal = Decimal(0)

    @property
    def totals(self) -> set[Address]:
        """The totals of parts three and four, which are computed from the counts."""
        return {address for address in self.form.sums if address.table in (TABLE, DISPUTES)}

    @property
    def states_fee(self) -> bool:
        """Whether the edition asks for the processing fee in part six."""
        return any(part.must_mention for part in self.form.parts)

    @cached_property
    def figures(self) -> dict[Address, int]:
        """Every cell of parts three and four except totals."""
        return {address: len(self.requests.get(address, ())) for address in counted_cells(self.form)}

    def behind(self, address: Address) -> tuple[str, ...]:
        """The numbers of the requests that a cell counts, for totals as well, each once."""
        if address not in self.form.sums:
            return tuple(dict.fromkeys(self.requests.get(address, ())))
        numbers = (number for part in self.form.sums[address][0] for number in self.behind(part))
        return tuple(dict.fromkeys(numbers))


def counted_cells(form: Form) -> list[Address]:
    return [address for address in form.cells if address.table in (TABLE, DISPUTES) and address not in form.sums]


def count_year(tallies: Tallies, year: int) -> Counts:
    """The counts of one year.

    Raises:
        NoSuchForm: no edition serves the year.
    """
    form = form_for_year(year)
    numbers = _count_requests(tallies.requests, year, form)
    if DISPUTES in form.table_by_key:
        numbers |= _count_disputes(tallies.disputes, year)
    start, end = _bounds(year)
    return Counts(
        year, form, {address: tuple(listed) for address, listed in numbers.items()},
        fee_notices=sum(start <= fee.notice_on <= end for fee in tallies.fees),
        fee_yuan=sum((fee.yuan for fee in tallies.fees if start <= fee.paid_on <= end), Decimal(0)),
    )  # fmt: skip


def _bounds(year: int) -> tuple[str, str]:
    """The first and the last day of a year as ISO text."""
    return f"{year}-01-01", f"{year}-12-31"


def _count_requests(tallies: Iterable[Tally], year: int, form: Form) -> dict[Address, list[str]]:
    """Each request of the year is counted twice: as it came into the year, and as it left it."""
    start, end = _bounds(year)
    by_row: dict[tuple[str, str], list[str]] = {}
    new, carried_in, carried_out = role(form, "new"), role(form, "carried_in"), role(form, "carried_out")
    for number, received_on, closed_on, kind, outcome in tallies:
        if received_on > end or (closed_on and closed_on < start):
            continue
        by_row.setdefault((new if received_on >= start else carried_in, kind), []).append(number)
        by_row.setdefault((outcome if closed_on and closed_on <= end else carried_out, kind), []).append(number)
    return {Address(TABLE, row, kind): numbers for (row, kind), numbers in by_row.items()}


def _count_disputes(tallies: Iterable[DisputeTally], year: int) -> dict[Address, list[str]]:
    """A dispute counts in the year of its decision; one not decided by the end of the year is pending."""
    start, end = _bounds(year)
    numbers: dict[Address, list[str]] = {}
    for number, kind, filed_on, decided_on, result in tallies:
        if filed_on > end or (decided_on and decided_on < start):
            continue
        column = result if decided_on and decided_on <= end else PENDING
        numbers.setdefault(Address(DISPUTES, kind, column), []).append(number)
    return numbers
