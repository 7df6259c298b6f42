"""Compare figures whose words name no cell with the cells that the text gives nowhere.

Takes the text with its readings, returns such figures with the cell that each misses. The words are not looked at, so only two
kinds of slips count: the digits of the cell in another order, and last year's figure of the cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from toolkit.checks.narrative.candidates.quantity import EVERYDAY, Quantity, code_of
from toolkit.checks.narrative.candidates.readings import Reading, TextReading
from toolkit.checks.narrative.candidates.slips import SMALL
from toolkit.forms import Address

# by table: kinds of words of which a sentence that speaks of its figures has one
_TOPICS = {
    "applications": frozenset(("app", "new", "handled", "outcome", "reason", "carried_in", "carried_out")),
    "disputes": frozenset(("review", "suit", "direct", "after")),
    "documents": frozenset(("doc",)),
    "permits": frozenset(("act",)),
    "enforcement": frozenset(("act",)),
}
_LONG = 10_000  # a figure whose digits are no accident, whatever part of the organ its sentence names
_UNITS = frozenset(("件", "宗", "起", "例", "份"))
_ASIDE = frozenset(("other", "publish"))


def untold_cells(text: TextReading, explained: frozenset[int]) -> Iterator[tuple[int, Quantity]]:
    """The figures, by ``id``, that are a slip of a cell which the text gives nowhere; ``explained`` have a meaning already."""
    cells = _cells_by_slip(text)
    for item in text.readings if cells else ():
        if item.quantity is None and item.figure.value in cells and _is_plain(item) and id(item) not in explained:
            missed = [cell for cell in cells[item.figure.value] if _may_be_meant(text, item, cell)]
            if len({text.report.figures.number(cell) for cell in missed}) == 1:
                yield id(item), Quantity(f"{missed[0].row}.{missed[0].column}", code_of(missed[:1]), tuple(missed[:1]), "weak")


def _cells_by_slip(text: TextReading) -> dict[Decimal, list[Address]]:
    """The cells that the text gives nowhere, by the slips of their values that no other cell has."""
    figures, told = text.report.figures, {cell for cells in text.agreeing_cells for cell in cells}
    taken = {Decimal(figures.number(cell) or 0) for cell in figures.form.cells} | {
        item.figure.value for item in text.readings if item.quantity is not None
    }
    written = {item.figure.value for item in text.readings}
    cells: dict[Decimal, list[Address]] = {}
    for cell in figures.form.cells:
        value = figures.number(cell)
        if not value or value < SMALL or cell.table not in _TOPICS or cell in told or value in written:
            continue
        before = text.last_year.figures.number(cell) if text.last_year is not None else None
        for slip in {Decimal(before or 0), *_swapped(str(value))} - taken:
            cells.setdefault(slip, []).append(cell)
    return cells


def _may_be_meant(text: TextReading, item: Reading, cell: Address) -> bool:
    """Whether the sentence speaks of the cell's table, and the words before the figure name its kind of applicants."""
    speaks = text.kinds[item.figure.where, item.figure.sentence] & _TOPICS[cell.table]
    of_all = cell.column == "total" or cell.table not in ("applications", "disputes")
    return bool(speaks) and (of_all or any(EVERYDAY.get(token.value, token.value) == cell.column for token in item.figure.left))


def _swapped(digits: str) -> Iterator[Decimal]:
    """The number with two neighbouring digits in the other order."""
    for at in range(len(digits) - 1):
        yield Decimal(digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :])


def _is_plain(item: Reading) -> bool:
    figure = item.figure
    of_part = figure.scope and figure.value < _LONG
    aside = of_part or figure.about or figure.year is not None or figure.one or figure.change
    of_others = any(token.kind in _ASIDE or token.value == "inside" for token in figure.left)
    return not aside and not of_others and figure.unit in _UNITS and figure.value >= SMALL
