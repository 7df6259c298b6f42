"""The smallest mend of a table that does not add up: which cells most likely are wrong, and what they should be.

In: a report. Out: mends, the likeliest first. A mend is a smallest set of cells whose change makes every identity of
the table hold (error localisation after Fellegi and Holt); among sets of one size the slips people make come first.
Exact: every smallest set of up to ``MOST_CHANGES`` cells is found.

Source: Fellegi, Holt, "A Systematic Approach to Automatic Edit and Imputation", JASA 71 (1976).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from itertools import combinations

from toolkit.checks.finding import number_text
from toolkit.checks.fixes.statements import Statement, effect_of, statements_of
from toolkit.forms import Address, Table
from toolkit.report import Report, Value

MOST_CHANGES = 4  # with more cells wrong a table is better filled in again
MOST_MENDS = 3  # a longer list of equally likely ones does not help
_MOST_STEPS = 6_000  # keeps the search under 200 ms; a table that needs more has no mend a person would trust
_NO_REASON = 5
_SWAPPED, _DROPPED, _TOTAL, _SHIFTED = "数字颠倒了", "多写或漏写了一位数字", "总计没有随各项改过来", "填到了相邻的格子"

Coefficients = dict[Address, int]


@dataclass(frozen=True)
class Mend:
    """Cells to change as (address, value now, value it should have); ``resolves`` is how many identities then hold again.

    ``sentence`` is what a clerk reads, ``why`` what speaks for it; ``sure`` when no other mend is as likely. ``settled`` are
    the identities that hold again, each as its cells.
    """

    changes: tuple[tuple[Address, Value, int], ...]
    resolves: int
    sentence: str
    why: str
    sure: bool = True
    settled: frozenset[frozenset[Address]] = frozenset()


@dataclass(frozen=True, slots=True)
class _Equation:
    """Σ coefficient × change = ``rest``: what the cells of an identity must change by together."""

    terms: Coefficients
    rest: int


def suggest_mends(report: Report) -> tuple[Mend, ...]:
    """The likeliest mends of every table whose identities do not hold; none where nothing speaks for one of many."""
    if not any(_violated(report, table) for table in report.form.tables if table.identities):
        return ()
    statements = statements_of(report)
    suggestions = [mend for table in report.form.tables if table.identities for mend in _mends(report, table, statements)]
    order = list(report.form.cells)
    return tuple(sorted(suggestions, key=lambda mend: order.index(mend.changes[0][0])))


def _mends(report: Report, table: Table, statements: Sequence[Statement]) -> Iterator[Mend]:
    for candidates in _smallest_changes(report, table):
        rated = sorted((_rate(report, table, changes, statements) for changes in candidates), key=lambda item: item.key)
        best = [item for item in rated if item.key == rated[0].key]
        # a slip that fits several cells is certain only when the text tells which of them, and not by its kind alone
        alike = [item for item in rated if item.key[:2] == rated[0].key[:2]]
        sure = len(rated) == 1 or (len(alike) == 1 and best[0].supported)
        if len(best) <= MOST_MENDS and (sure or best[0].why):
            mends = (_mend(report, table, item.changes, item.why, sure=sure) for item in best)
            yield from (mend for mend in mends if mend.resolves > 0)


def _mend(report: Report, table: Table, changes: dict[Address, int], why: str, *, sure: bool) -> Mend:
    listed = tuple((address, report.figures[address], changes[address]) for address in report.form.cells if address in changes)
    mended = reduce(lambda done, item: done.with_value(*item), changes.items(), report)
    before, after = _violated(report, table), _violated(mended, table)
    left = len(after)
    resolves = len(before) - left
    likely = "很可能" if sure else "也可能"
    cells = "，".join(f"{report.form.label(address)} {likely}应为 {value}（现为 {_now(now)}）" for address, now, value in listed)
    return Mend(
        listed, resolves, f"{cells}：改正后 {resolves} 处不符{'' if left else '全部'}消除", why, sure, frozenset(before - after)
    )


def _violated(report: Report, table: Table) -> set[frozenset[Address]]:
    """The identities of the table that do not hold, in all its rows and columns, each as its cells."""
    return {frozenset(equation.terms) for equation in _equations(report, table, computed=True) if equation.rest}


def _now(value: Value) -> str:
    return number_text(value) if isinstance(value, int | Decimal) else value or "空"


# ---------------------------------------------------------------- which cells: the search


def _equations(report: Report, table: Table, *, computed: bool) -> list[_Equation]:
    """Every identity of the table in every row or column; cells that are no numbers count 0 and are free to change.

    ``computed``: totals left out are taken as computed and not as separate cells.
    """
    equations = []
    for identity in table.identities:
        for _, left, right in table.instances(identity):
            numbers = {address: _whole(report.figures.number(address)) for address in (*left, *right)}
            if computed and None in numbers.values():
                continue
            signs = dict.fromkeys(left, 1) | dict.fromkeys(right, -1)
            equations.append(_Equation(signs, -sum(sign * (numbers[address] or 0) for address, sign in signs.items())))
    return equations


def _whole(value: int | Decimal | None) -> int | None:
    return int(value) if value is not None and value == int(value) else None


def _smallest_changes(report: Report, table: Table) -> Iterator[list[dict[Address, int]]]:
    """For each part of the table that does not add up, every smallest set of cells that mends it, with the new values."""
    equations = _equations(report, table, computed=False)
    given = report.figures.given
    free = frozenset(cell for equation in equations for cell in equation.terms if _whole_number(given.get(cell)) is None)
    whole: _State | None = _State(tuple(equations))
    for cell in dict.fromkeys(cell for equation in equations for cell in equation.terms if cell in free):
        whole = whole.with_changed(cell) if whole else None
    for part in _parts(_independent(whole.equations)) if whole else ():
        search = _Search(report)
        for size in range(1, MOST_CHANGES + 1):
            changes = list(search.run(_State(part), size, free))
            if changes and not search.exhausted:
                yield changes
            if changes or search.exhausted:
                break


def _independent(equations: tuple[_Equation, ...]) -> list[_Equation]:
    """The identities without those that follow from the others: the column of totals, when the totals are computed."""
    pivots: list[tuple[Address, _Equation]] = []
    mends = []
    for equation in sorted(equations, key=lambda item: len(item.terms)):
        reduced = equation
        for cell, pivot in pivots:
            if cell in reduced.terms:
                reduced = _without(reduced, pivot, cell)
        if reduced.terms:
            pivots.append((next(iter(reduced.terms)), reduced))
            mends.append(equation)
    return mends


def _parts(equations: list[_Equation]) -> Iterator[tuple[_Equation, ...]]:
    """The identities in groups that share no cell, as columns do when the totals of the rows are blank."""
    left = list(equations)
    while left:
        part, cells = [left.pop()], set[Address]()
        cells.update(part[0].terms)
        while joined := [equation for equation in left if not cells.isdisjoint(equation.terms)]:
            part += joined
            cells.update(*(equation.terms for equation in joined))
            left = [equation for equation in left if equation not in joined]
        if any(equation.rest for equation in part):
            yield tuple(part)


def _whole_number(value: Value) -> int | None:
    return value if isinstance(value, int) else None


@dataclass(frozen=True, slots=True)
class _State:
    """The identities that are left when the chosen cells are taken out of them, and how those cells follow."""

    equations: tuple[_Equation, ...]
    chosen: tuple[Address, ...] = ()
    solved: tuple[tuple[Address, _Equation], ...] = ()

    def with_changed(self, cell: Address) -> _State | None:
        """The state in which ``cell`` may change too; ``None`` when an identity cannot hold any more."""
        with_cell = [equation for equation in self.equations if cell in equation.terms]
        if not with_cell:
            return _State(self.equations, (*self.chosen, cell), self.solved)
        pivot = min(with_cell, key=lambda equation: len(equation.terms))
        left = []
        for equation in self.equations:
            if equation is pivot:
                continue
            reduced = _without(equation, pivot, cell) if cell in equation.terms else equation
            if reduced.terms:
                left.append(reduced)
            elif reduced.rest:
                return None
        return _State(tuple(left), (*self.chosen, cell), (*self.solved, (cell, pivot)))

    def changes(self) -> dict[Address, Fraction]:
        """How much every chosen cell changes when all others stay."""
        values: dict[Address, Fraction] = {}
        for cell, equation in reversed(self.solved):
            others = sum(equation.terms[other] * change for other, change in values.items() if other in equation.terms)
            values[cell] = Fraction(equation.rest - others, equation.terms[cell])
        return values


def _without(equation: _Equation, pivot: _Equation, cell: Address) -> _Equation:
    """An implied identity: ``cell`` is eliminated from ``equation`` with the help of ``pivot``."""
    by, times = equation.terms[cell], pivot.terms[cell]
    terms = {other: factor * times for other, factor in equation.terms.items()}
    for other, factor in pivot.terms.items():
        value = terms.get(other, 0) - factor * by
        if value:
            terms[other] = value
        else:
            terms.pop(other, None)
    return _Equation(terms, equation.rest * times - pivot.rest * by)


class _Search:
    """Depth first over the cells of a violated identity: one of them must change."""

    def __init__(self, report: Report) -> None:
        self._figures = report.figures
        self._steps = 0

    @property
    def exhausted(self) -> bool:
        return self._steps > _MOST_STEPS

    def run(self, state: _State, left: int, banned: frozenset[Address]) -> Iterator[dict[Address, int]]:
        """Every way to make all identities hold with ``left`` more cells, none of them ``banned``."""
        self._steps += 1
        violated = [equation for equation in state.equations if equation.rest]
        if not violated:
            values = self._values(state)
            if values is not None:
                yield values
            return
        if self.exhausted or _apart(violated, left) > left:
            return
        # cells tried before are banned in the branches behind, so no set is met twice
        for cell in min(violated, key=lambda equation: len(equation.terms)).terms:
            if cell in banned:
                continue
            banned |= {cell}
            deeper = state.with_changed(cell)
            if deeper is not None:
                yield from self.run(deeper, left - 1, banned)

    def _values(self, state: _State) -> dict[Address, int] | None:
        """The new values of the cells that have a value; ``None`` when one is not a count."""
        values: dict[Address, int] = {}
        for cell, change in state.changes().items():
            now = _whole_number(self._figures.given.get(cell))
            if now is None or not change:
                continue  # a blank or a computed total follows from the others
            value = now + change
            if value < 0 or value.denominator != 1:
                return None
            values[cell] = int(value)
        return values or None


def _apart(violated: list[_Equation], enough: int) -> int:
    """How many violated identities share no cell: at least so many cells must change. Counting stops past ``enough``."""
    taken: set[Address] = set()
    count = 0
    for equation in sorted(violated, key=lambda item: len(item.terms)):
        if taken.isdisjoint(equation.terms):
            taken.update(equation.terms)
            count += 1
            if count > enough:
                break
    return count


# ---------------------------------------------------------------- which of them: the slips people make


@dataclass(frozen=True, slots=True)
class _Rated:
    """A set of changes with what speaks for it: fewer statements of the text made wrong, more made right, a likelier slip."""

    changes: dict[Address, int]
    key: tuple[int, int, int]
    why: str
    supported: bool


def _rate(report: Report, table: Table, changes: dict[Address, int], statements: Sequence[Statement]) -> _Rated:
    """How likely a set of changes is and what speaks for it."""
    olds = {cell: report.figures.given.get(cell) for cell in changes}
    steps = {cell: value - old for cell, value in changes.items() if isinstance(old := olds[cell], int)}
    right, wrong = effect_of(statements, steps)
    slip, why = _rate_slips(table, changes, olds)
    if len(changes) > 1 and any(statement.cells.keys() - steps.keys() for statement in right):
        right = ()  # of several cells there are hundreds of sets, and a total speaks for all that give it
    if right and not wrong:
        why = "，".join(f"正文写的是 {statement.value}" for statement in right[:1])
        slip = 0 if len(changes) > 1 else slip  # among cells that the text supports alike the likelier slip comes first
    return _Rated(changes, (len(wrong), -len(right), slip), why, bool(right) and not wrong)


def _rate_slips(table: Table, changes: Mapping[Address, int], olds: Mapping[Address, Value]) -> tuple[int, str]:
    """How likely people make these slips (0 the most), and what they are called."""
    if len(changes) > 1 and _moved(table, changes, olds):
        return 1, _SHIFTED
    pair = next((pair for pair in combinations(changes, 2) if _moved(table, {cell: changes[cell] for cell in pair}, olds)), ())
    alone = {cell: value for cell, value in changes.items() if cell not in pair}  # a figure in the wrong column, and another slip
    rates = [(1, _SHIFTED)] if pair else []
    rates += [_rate_one(table, cell, olds[cell], value) for cell, value in alone.items()]
    return sum(rate for rate, _ in rates), "，".join(dict.fromkeys(reason for _, reason in rates if reason))


def _rate_one(table: Table, cell: Address, old: Value, new: int) -> tuple[int, str]:
    was, becomes = str(old), str(new)
    if sorted(was) == sorted(becomes):
        return 1, _SWAPPED
    if _lacks_a_digit(was, becomes) or _lacks_a_digit(becomes, was):
        return 2, _DROPPED
    if table.row_by_key[cell.row].sum or table.column_by_key[cell.column].sum:
        return 3, _TOTAL
    same_length = len(was) == len(becomes) and sum(a != b for a, b in zip(was, becomes, strict=True)) == 1
    return (4, "") if same_length and old else (_NO_REASON, "")


def _lacks_a_digit(short: str, long: str) -> bool:
    """Whether ``short`` is ``long`` without one of its digits."""
    return len(long) == len(short) + 1 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def _moved(table: Table, changes: Mapping[Address, int], olds: Mapping[Address, Value]) -> bool:
    """The same values in other cells of one row or one column, side by side."""
    if sorted(changes.values()) != sorted(value for cell in changes if isinstance(value := olds[cell], int)):
        return False
    rows = sorted(list(table.row_by_key).index(cell.row) for cell in changes)
    columns = sorted(list(table.column_by_key).index(cell.column) for cell in changes)
    along_row = len(set(rows)) == 1 and columns[-1] - columns[0] < len(columns)
    along_column = len(set(columns)) == 1 and rows[-1] - rows[0] < len(rows)
    return along_row or along_column
