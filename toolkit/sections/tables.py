"""Turn one report into the statutory tables of parts two, three and four."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from toolkit.forms import Address, Form, PrintedCell, print_part
from toolkit.report import Report, Value
from toolkit.report.model import value_text
from toolkit.sections.blocks import Cell, Table

DETAIL_COLUMN = 2  # 1.属于国家秘密 … of part three are aligned at their left edge


def table(report: Report, part: str) -> Table:
    """The table of a part (``disclosure``, ``applications``, ``disputes``) with the report's figures.

    Blanks print empty, dirty cells as they were written; totals left out print as computed.
    """
    shape = _shape(report.form, part)
    figures = report.figures
    cells = (cell if address is None else _figure(cell, figures[address]) for cell, address in shape.places)
    return replace(shape.table, cells=tuple(cells))


class _Shape(NamedTuple):
    """The table of an edition without figures: each cell with the address of its figure."""

    table: Table
    places: tuple[tuple[Cell, Address | None], ...]


@cache
def _shape(form: Form, part: str) -> _Shape:
    printed = print_part(form, part)
    blank = Table(
        key=part,
        label=f"{printed.name}　{printed.label.partition('、')[2]}",
        rows=printed.rows,
        columns=printed.columns,
        cells=(),
        head_rows=printed.head_rows,
        widths=form.part(part).widths,
        sums=_sums(form, {cell.address for cell in printed.cells if cell.address}),
    )
    return _Shape(blank, tuple((_blank(cell), cell.address) for cell in printed.cells))


def _blank(cell: PrintedCell) -> Cell:
    return Cell(
        row=cell.row,
        column=cell.column,
        text=cell.text if cell.address is None else "",
        role=cell.role,
        rowspan=cell.rowspan,
        colspan=cell.colspan,
        align="left" if cell.role == "stub" and cell.column == DETAIL_COLUMN else "center",
        address=str(cell.address) if cell.address else "",
    )


def _figure(cell: Cell, value: Value) -> Cell:
    text = value_text(value)
    number = "" if isinstance(value, str) else text
    return Cell(cell.row, cell.column, text, cell.role, cell.rowspan, cell.colspan, cell.align, cell.address, number)


def sum_of_counts(report: Report, cells: Iterable[Address]) -> Decimal | None:
    """The sum of cells; ``None`` when one is blank, no number, negative or not in the edition: the checks report those."""
    numbers = [report.figures.number(cell) for cell in cells]
    counts = [Decimal(number) for number in numbers if number is not None and number >= 0]
    return sum(counts, Decimal(0)) if counts and len(counts) == len(numbers) else None


def _sums(form: Form, cells: set[Address]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The cells of each total; a corner total is the sum of its row."""
    return tuple(
        (str(total), tuple(str(part) for part in alternatives[0])) for total, alternatives in form.sums.items() if total in cells
    )
