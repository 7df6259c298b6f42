"""The cells that the words of a figure might mean as well: takes the read text, returns their values.

A figure with the value of such a cell, which the text does not tell rightly, may count that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from toolkit.checks.narrative.candidates.fitting import sum_of
from toolkit.checks.narrative.candidates.quantity import ORGANIZATIONS, Quantity, total
from toolkit.checks.narrative.candidates.readings import TextReading
from toolkit.forms import Address
from toolkit.report import Report

Cells = tuple[Address, ...]
COLUMNS = ("natural_person", *ORGANIZATIONS, "total")
_ROWS = ("new", "carried_in", "total", "carried_out")


@dataclass(frozen=True)
class OtherCells:
    """The cells of a report, looked up once for each set of cells that words name."""

    text: TextReading
    _kept: dict[Cells, frozenset[Decimal]] = field(default_factory=dict)

    def values(self, quantity: Quantity) -> frozenset[Decimal]:
        """The values of the other cells that the same words might mean, without those that the text tells rightly."""
        values = self._kept.get(quantity.addresses)
        if values is None:
            values = self._kept[quantity.addresses] = self._find(quantity)
        return values

    def _find(self, quantity: Quantity) -> frozenset[Decimal]:
        own, report = set(quantity.addresses), self.text.report
        table = quantity.addresses[0].table
        if table == "applications":
            cells: Iterable[Cells] = _cells_of_applications(report, quantity)
        else:
            row = quantity.addresses[0].row
            cells = [(cell,) for cell in report.form.cells if cell.table == table and (table != "documents" or cell.row == row)]
        others = (sum_of(report, cell) for cell in cells if set(cell) != own and self._filled(cell) not in self._right_filled)
        return frozenset(value for value in others if value)

    def _filled(self, cells: Cells) -> frozenset[Address]:
        """The cells that are not 0: a group of outcomes with one reason is that reason."""
        return frozenset(cell for cell in cells if self.text.report.figures.number(cell))

    @cached_property
    def _right_filled(self) -> frozenset[frozenset[Address]]:
        return frozenset(self._filled(cells) for cells in self.text.agreeing_cells)


def _cells_of_applications(report: Report, quantity: Quantity) -> Sequence[Cells]:
    columns = tuple(dict.fromkeys(cell.column for cell in quantity.addresses))
    if columns != ("total",):
        return [(total(row, column),) for row in _ROWS[:3] for column in COLUMNS if (row, column) != ("carried_in", "total")]
    outcomes = report.form.table_by_key["applications"].outcomes
    groups = [tuple(total(row) for row in outcome.rows) for outcome in outcomes]
    taken = (total("new"), total("carried_in"))
    # what was handled is not all there was to handle where some was carried out
    left = quantity.name == "handled" and report.number("applications", "carried_out", "total")
    # 确未制作也未保存，因而无法提供的计 12 件 may count the one reason
    own = [(cell,) for cell in quantity.addresses] if len(quantity.addresses) > 1 else []
    return [*((total(row),) for row in _ROWS), *([] if left else [taken]), *groups, *own]
