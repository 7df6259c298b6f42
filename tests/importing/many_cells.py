"""Many cases in one document: each stands in a row of part three, so that a document is written and read once for all of them.

The figure of such a row's cell is a mark, which agrees with the total of no other row: nothing can be repaired from sums.
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.importing.shapes import report
from toolkit.forms import Address
from toolkit.importing import CellReading, Imported
from toolkit.report import Report

COLUMN = "business"
CELL = f"applications.granted.{COLUMN}"
MARK = 777_777  # the figure of that cell in a document with one case
MANY = 18  # cases in one document


def with_mark() -> Report:
    of = report()
    return of.with_value(next(address for address in of.form.cells if str(address) == CELL), MARK)


def reading_of_mark(got: Imported) -> CellReading:
    return next(reading for address, reading in got.cells.items() if str(address) == CELL)


def mark_of(at: int) -> int:
    """The figure that stands for the case ``at`` of a document; no two marks differ by as little as the other cells add."""
    return 700_000 + 1_000 * at


def marked_report(count: int) -> tuple[Report, list[Address]]:
    """A report with ``count`` marks, and their cells in the same order."""
    of = report()
    cells = [cell for cell in of.form.cells if (cell.table, cell.column) == ("applications", COLUMN) and cell not in of.form.sums]
    marked = cells[1 : count + 1]
    for at, cell in enumerate(marked):
        of = of.with_value(cell, mark_of(at))
    return of, marked


def read_marked(got: Imported, of: Report, marked: Sequence[Address]) -> list[CellReading]:
    """What comes of the marked cells; every other cell must be right, but for the totals of their rows."""
    assert got.report is not None
    doubtful = {*marked, *(cell._replace(column="total") for cell in marked)}
    assert {cell for cell in of.form.cells if got.report.figures[cell] != of.figures[cell]} <= doubtful
    return [got.cells[cell] for cell in marked]
