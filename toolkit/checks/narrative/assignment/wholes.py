"""What the tables divide: wholes with the parts that make them up, by applicants, by results and by kinds of disputes.

Takes the figures of a report, passes on each ``Whole`` whose parts add up to it. Cells of 0 are no parts, and a whole needs two.

Source: the form, parts three and four: the sums of rows and columns, and 新收＋上年结转＝办结＋结转下年度.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from typing import NamedTuple

from toolkit.checks.narrative.candidates.quantity import DISPUTE_ROWS, EVERYDAY, ORGANIZATIONS, total
from toolkit.checks.narrative.tokens import Token
from toolkit.forms import Address, Form, Outcome, form_by_id
from toolkit.report import Figures

COLUMNS = ("natural_person", *ORGANIZATIONS)
REST = "rest"  # 其余: what is left of others
_RESULTS = ("upheld", "corrected", "other", "pending")
_DISPUTES = ("review", "direct_lawsuit", "lawsuit_after_review")
FLOW = ("new", "carried_in", "total", "carried_out")
_OF_FLOW = {
    "new": ("new",), "handled": ("total",), "manage": ("new", "carried_in", "total"), "carried_in": ("carried_in",),
    "carried_out": ("carried_out",), "carry": ("carried_in", "carried_out"),
}  # fmt: skip

Names = frozenset[str]
Cells = tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """Cells, their sum and the parts that make it up. ``names`` are the rows or columns that words name the whole by.

    ``parts`` are the cells of every part by the row or column that words may name, ``leaves`` the values that are not 0.
    """

    names: Names
    cells: Cells
    value: Decimal
    leaves: Mapping[str, Decimal]
    parts: Mapping[str, Cells]
    axis: Names  # the names of the parts
    groups: tuple[Names, ...] = ()  # parts that often share one figure: the rows of an outcome

    def values_of(self, names: Iterable[str]) -> Decimal:
        return sum([self.leaves[name] for name in names if name in self.leaves], Decimal(0))

    def cells_of(self, names: Iterable[str]) -> Cells:
        return tuple(cell for name in names for cell in self.parts[name])


class _Shape(NamedTuple):
    """A whole of the form, whatever the figures are."""

    names: Names
    cells: Cells
    parts: Mapping[str, Cells]
    axis: Names
    groups: tuple[Names, ...] = ()


class Wholes:
    """The wholes of a report by their value; the parts are looked up only of those that are asked for.

    Two are equal when they are of one and the same figures: equal ones would be compared cell by cell.
    """

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        self._found: dict[int, Whole | None] = {}  # by the ``id`` of the shape

    def __hash__(self) -> int:
        return id(self.figures)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Wholes) and self.figures is other.figures

    def __contains__(self, value: Decimal) -> bool:
        return value in self._by_value

    def of(self, value: Decimal, fits: Callable[[Names], object] | None = None) -> list[Whole]:
        """The wholes of a value that at least two parts make up, and whose names fit."""
        shapes = [shape for shape in self._by_value.get(value, ()) if fits is None or fits(shape.names)]
        return [whole for shape in shapes if (whole := self._divided(shape, value)) is not None]

    @cached_property
    def values(self) -> tuple[Decimal, ...]:
        return tuple(Decimal(value) for value in self._by_value)

    @cached_property
    def _numbers(self) -> dict[Address, int | Decimal]:
        """The cells that are neither blank nor 0."""
        return {cell: number for cell in self.figures.form.cells if (number := self.figures.number(cell))}

    @cached_property
    def _by_value(self) -> Mapping[int | Decimal, Sequence[_Shape]]:
        found: dict[int | Decimal, list[_Shape]] = {}
        for shape in _shapes(self.figures.form.id):
            if value := self._sum(shape.cells):
                found.setdefault(value, []).append(shape)
        return found

    def _sum(self, cells: Cells) -> int | Decimal:
        numbers = self._numbers
        return numbers.get(cells[0], 0) if len(cells) == 1 else sum([numbers.get(cell, 0) for cell in cells])

    def _divided(self, shape: _Shape, value: Decimal) -> Whole | None:
        if id(shape) not in self._found:
            leaves = {name: Decimal(part) for name, cells in shape.parts.items() if (part := self._sum(cells))}
            adds_up = len(leaves) > 1 and sum(leaves.values()) == value
            whole = Whole(shape.names, shape.cells, value, leaves, shape.parts, shape.axis, shape.groups)
            self._found[id(shape)] = whole if adds_up else None
        return self._found[id(shape)]


@cache
def _shapes(form: str) -> tuple[_Shape, ...]:
    outcomes = form_by_id(form).outcomes
    return (*_by_applicants(outcomes), *_by_results(outcomes), *_disputes())


def _shape(names: Sequence[str], cells: Cells, parts: Mapping[str, Cells], groups: Sequence[Names] = ()) -> _Shape:
    return _Shape(frozenset(names), cells, parts, frozenset(parts), tuple(groups))


def _by_applicants(outcomes: Sequence[Outcome]) -> Iterator[_Shape]:
    rows = [row for outcome in outcomes for row in outcome.rows]
    several = [outcome.rows for outcome in outcomes if len(outcome.rows) > 1]
    for some in (*((name,) for name in (*FLOW, *rows)), ("new", "carried_in"), *several):
        parts = {column: tuple(total(row, column) for row in some) for column in COLUMNS}
        yield _shape(some, tuple(total(row) for row in some), parts)


def _by_results(outcomes: Sequence[Outcome]) -> Iterator[_Shape]:
    groups = [frozenset(outcome.rows) for outcome in outcomes]
    rows = [row for outcome in outcomes for row in outcome.rows]
    for column in ("total", *COLUMNS):
        by_row = {row: (total(row, column),) for row in (*rows, *FLOW)}
        names = () if column == "total" else (column,)
        received, taken = ("new", "carried_in", *names), (total("new", column), total("carried_in", column))
        yield _shape(("total", *names), by_row["total"], {row: by_row[row] for row in rows}, groups)
        yield _shape(received, taken, {row: by_row[row] for row in (*rows, "carried_out")}, groups)
        yield _shape(received, taken, {row: by_row[row] for row in ("new", "carried_in")})
        yield _shape(received, taken, {row: by_row[row] for row in ("total", "carried_out")})
        for outcome in outcomes:
            cells = tuple(total(row, column) for row in outcome.rows)
            yield _shape((*outcome.rows, *names), cells, {row: by_row[row] for row in outcome.rows})


def _disputes() -> Iterator[_Shape]:
    for some in (_DISPUTES[:1], _DISPUTES[1:2], _DISPUTES[2:], _DISPUTES[1:], _DISPUTES):
        by_result = {name: _cells(some, name) for name in _RESULTS}
        closed = {name: by_result[name] for name in _RESULTS[:-1]}
        yield _shape(some, _cells(some, "total"), by_result)
        yield _shape((*some, *closed), tuple(cell for cells in closed.values() for cell in cells), closed)
        for name in ("total", *_RESULTS):
            by_row = {row: (Address("disputes", row, name),) for row in some}
            yield _shape(some if name == "total" else (name,), _cells(some, name), by_row)


def _cells(rows: Sequence[str], column: str) -> Cells:
    return tuple(Address("disputes", row, column) for row in rows)


def names_of(words: Iterable[Token], form: Form) -> Names:
    """The rows and columns that the words beside a figure name; ``rest`` for 其余. 因不掌握无法提供 names the one row."""
    named = [frozenset(_named(token, form)) for token in words]
    return frozenset(name for one in named for name in one if not any(other and other < one for other in named))


def _named(token: Token, form: Form) -> Sequence[str]:
    kind, value = token.kind, token.value
    if kind == "applicant" or value in EVERYDAY:
        return ORGANIZATIONS if value == "organizations" else (EVERYDAY.get(value, value),)
    if kind in ("outcome", "reason"):
        return next((outcome.rows for outcome in form.outcomes if outcome.key == value), (value,))
    if kind == "result":
        return _RESULTS[:-1] if value == "closed" else (value,)
    if kind in DISPUTE_ROWS:
        return DISPUTE_ROWS[kind]
    if kind == "rest" or value in ("others", "other_organization"):
        return (REST,)
    return _OF_FLOW.get(kind, ())
