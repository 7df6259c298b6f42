"""What the text states of a table, as equations that a mend makes right or wrong.

In: a report. Out: statements – the cells that people write, how often each counts, the value that the text tells for their sum.
A blank total is the sum of its parts, so a sentence on a total speaks for each of its cells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from toolkit.checks.narrative.analysis import read_text
from toolkit.checks.narrative.candidates.readings import Reading
from toolkit.forms import Address
from toolkit.report import Report


@dataclass(frozen=True, slots=True)
class Statement:
    """``cells``: written cells and how often each counts in the sum; ``value``: what the text tells; ``now``: their sum."""

    cells: Mapping[Address, int]
    value: int
    now: int
    loose: bool = False  # of doubtful words: it may speak for a mend, and speaks against none


def statements_of(report: Report) -> tuple[Statement, ...]:
    """What the narrative tells of single cells, totals and subtotals, each once."""
    statements: dict[tuple[frozenset[tuple[Address, int]], int], Statement] = {}
    for reading in read_text(report).readings:
        addresses, loose = _addresses(reading), False
        if not addresses:
            addresses, loose = _perhaps(reading), True
        value = reading.figure.value
        if not addresses or value != int(value) or reading.figure.about:
            continue
        cells = Counter(cell for address in addresses for cell in _written(report, address))
        numbers = [report.figures.number(cell) for cell in cells]
        if all(isinstance(number, int) for number in numbers):
            now = sum(int(number or 0) * cells[cell] for cell, number in zip(cells, numbers, strict=True))
            statements.setdefault((frozenset(cells.items()), int(value)), Statement(cells, int(value), now, loose))
    return tuple(statements.values())


def _addresses(reading: Reading) -> tuple[Address, ...]:
    """The cells a figure is compared with; a doubtful one that is not taken for its cell states nothing."""
    if reading.tie.kind != "cell" or reading.quantity is None or reading.quantity.each:
        return ()
    return reading.tie.addresses


def _perhaps(reading: Reading) -> tuple[Address, ...]:
    """The cells that a figure of doubtful words most likely counts, for the whole organ and this year."""
    figure, first = reading.figure, reading.candidates[0].quantity if reading.candidates else None
    own = not (figure.scope or figure.about or figure.year is not None or figure.one or figure.change)
    return first.addresses if own and first is not None and not first.each else ()


def _written(report: Report, address: Address) -> Iterator[Address]:
    """The cell itself, or the parts of a total that is computed."""
    if address in report.figures.given or address not in report.form.sums:
        yield address
        return
    for part in report.form.sums[address][0]:
        yield from _written(report, part)


def effect_of(
    statements: Sequence[Statement], steps: Mapping[Address, int]
) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
    """The statements that these changes make right, and those that they make wrong or leave wrong in another way."""
    right, wrong = [], []
    for statement in statements:
        step = sum(step * statement.cells.get(cell, 0) for cell, step in steps.items())
        if not step:
            continue
        after = statement.now + step
        if after == statement.value:
            right.append(statement)
        elif statement.now == statement.value and not statement.loose:
            wrong.append(statement)
    return tuple(right), tuple(wrong)
