"""Turn one report into the statutory tables of parts two, three and four."""

from __future__ import annotations

from decimal import Decimal

from toolkit.forms import Address, Form, PrintedCell, print_part
from toolkit.report import Report, Value
from toolkit.sections.blocks import Cell, Table

DETAIL_COLUMN = 2  # 1.属于国家秘密 … of part three stand one below the other, so they begin at one edge
# shares of the width: three columns of labels and seven of figures in part three, as printed
_WIDTHS = {
    "disclosure": (34.0, 22.0, 22.0, 22.0),
    "applications": (7.7, 11.3, 28.5, 8.0, 7.0, 7.0, 8.5, 8.5, 6.5, 7.0),
}


def table(report: Report, part: str) -> Table:
    """The table of a part (``disclosure``, ``applications``, ``disputes``) with the report's figures.

    Blanks print empty, dirty cells as they were written; totals left out print as computed.
    """
    printed = print_part(report.form, part)
    return Table(
        key=part,
        label=f"{printed.name}　{printed.label.partition('、')[2]}",
        rows=printed.rows,
        columns=printed.columns,
        cells=tuple(_cell(report, cell) for cell in printed.cells),
        head_rows=printed.head_rows,
        widths=_WIDTHS.get(part, ()),
        sums=_sums(report.form, {cell.address for cell in printed.cells if cell.address}),
    )


def _cell(report: Report, cell: PrintedCell) -> Cell:
    value = report.figures[cell.address] if cell.address else None
    text = cell.text if cell.address is None else value_text(value)
    return Cell(
        row=cell.row,
        column=cell.column,
        text=text,
        role=cell.role,
        rowspan=cell.rowspan,
        colspan=cell.colspan,
        align="left" if cell.role == "stub" and cell.column == DETAIL_COLUMN else "center",
        address=str(cell.address) if cell.address else "",
        number="" if value is None or isinstance(value, str) else value_text(value),
    )


def value_text(value: Value) -> str:
    """A figure as the form wants it: digits only, money with its decimals as given, a blank as nothing."""
    if value is None:
        return ""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _sums(form: Form, shown: set[Address]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Which cells are totals of which; a corner total is taken along its row."""
    return tuple(
        (str(total), tuple(str(part) for part in alternatives[0])) for total, alternatives in form.sums.items() if total in shown
    )
