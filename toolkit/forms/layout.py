"""Turn a part of the form into its printed grid: every cell with its place, span and role.

Part two is one grid of four columns with a caption row per item of article 20; part three carries three rows of
merged heads and three columns of merged labels; part four is one row of fifteen figures under three rows of heads.
The entry form, the report, the workbook and the importers all read the same grid.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Literal

from toolkit.forms.definition import Address, Form, Part, Row, Table, row_label

Role = Literal["caption", "corner", "head", "stub", "value"]


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """One cell as printed; ``row`` and ``column`` count from 0. ``address`` is set for figures only."""

    row: int
    column: int
    text: str
    role: Role
    rowspan: int = 1
    colspan: int = 1
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """The grid of one part: ``head_rows`` of merged headers at the top (0 in part two, where headers are inside)."""

    part: str
    name: str
    label: str
    rows: int
    columns: int
    head_rows: int
    cells: tuple[PrintedCell, ...]


@cache
def print_part(form: Form, key: str) -> PrintedTable:
    """The printed grid of part two, three or four (``disclosure``, ``applications``, ``disputes``)."""
    part = form.part(key)
    tables = [form.table_by_key[name] for name in part.tables]
    if tables[0].across:
        return _print_across(part, tables[0])
    if tables[0].column_title:
        return _print_crossed(part, tables[0])
    return _print_stacked(part, tables)


def _print_stacked(part: Part, tables: list[Table]) -> PrintedTable:
    cells: list[PrintedCell] = []
    width = max(len(table.columns) for table in tables)
    line = 0
    for table in tables:
        cells.append(PrintedCell(line, 0, table.caption, "caption", colspan=1 + width))
        cells.append(PrintedCell(line + 1, 0, table.stub, "corner"))
        cells += [
            PrintedCell(line + 1, 1 + at, column.label, "head", colspan=_fill(table, at, width))
            for at, column in enumerate(table.columns)
        ]
        for down, row in enumerate(table.rows, start=line + 2):
            cells.append(PrintedCell(down, 0, row.label, "stub"))
            cells += [
                PrintedCell(down, 1 + at, "", "value", 1, _fill(table, at, width), Address(table.key, row.key, column.key))
                for at, column in enumerate(table.columns)
            ]
        line += 2 + len(table.rows)
    return PrintedTable(part.key, tables[0].name, part.heading, line, 1 + width, 0, tuple(cells))


def _fill(table: Table, at: int, width: int) -> int:
    """The last column of a narrow table takes the rest of the ``width``, in columns."""
    return width - at if at == len(table.columns) - 1 else 1


def _print_crossed(part: Part, table: Table) -> PrintedTable:
    stub, width = table.stub_columns, len(table.columns)
    cells = [
        PrintedCell(0, 0, table.corner, "corner", rowspan=3, colspan=stub),
        PrintedCell(0, stub, table.column_title, "head", colspan=width),
    ]
    for group, members in groupby(enumerate(table.columns), key=lambda item: item[1].groups):
        listed = list(members)
        if group:
            cells.append(PrintedCell(1, stub + listed[0][0], group[0], "head", colspan=len(listed)))
        cells += [
            PrintedCell(2 if group else 1, stub + at, column.label, "head", rowspan=1 if group else 2) for at, column in listed
        ]
    for down, row in enumerate(table.rows, start=3):
        cells += _stub_cells(table, row, down)
        cells += [
            PrintedCell(down, stub + at, "", "value", address=Address(table.key, row.key, column.key))
            for at, column in enumerate(table.columns)
        ]
    return PrintedTable(part.key, table.name, part.heading, 3 + len(table.rows), stub + width, 3, tuple(cells))


def _stub_cells(table: Table, row: Row, down: int) -> Iterator[PrintedCell]:
    """The labels to the left of a row; a group's label spans its rows from the first one."""
    for depth in range(len(row.groups)):
        members = [other for other in table.rows if other.groups[: depth + 1] == row.groups[: depth + 1]]
        if members[0] is row:
            yield PrintedCell(down, depth, row.groups[depth], "stub", rowspan=len(members))
    depth = len(row.groups)
    yield PrintedCell(down, depth, row.label, "stub", colspan=table.stub_columns - depth)


def _print_across(part: Part, table: Table) -> PrintedTable:
    width = len(table.columns)
    cells: list[PrintedCell] = []
    for group, members in groupby(enumerate(table.rows), key=lambda item: item[1].groups):
        listed = list(members)
        start = listed[0][0] * width
        if group:
            cells.append(PrintedCell(0, start, group[0], "head", colspan=width * len(listed)))
        for at, row in listed:
            cells.append(PrintedCell(1 if group else 0, at * width, row.label, "head", colspan=width))
            cells += [
                PrintedCell(2 if group else 1, at * width + across, column.label, "head", rowspan=1 if group else 2)
                for across, column in enumerate(table.columns)
            ]
    cells += [
        PrintedCell(3, at * width + across, "", "value", address=Address(table.key, row.key, column.key))
        for at, row in enumerate(table.rows)
        for across, column in enumerate(table.columns)
    ]
    ordered = tuple(sorted(cells, key=lambda cell: (cell.row, cell.column)))
    return PrintedTable(part.key, table.name, part.heading, 4, width * len(table.rows), 3, ordered)


def describe(form: Form, address: Address) -> str:
    """Row and column of a figure in words, for a screen reader: ``（一）予以公开，自然人``."""
    table = form.table_by_key[address.table]
    return f"{row_label(table, table.row_by_key[address.row])}，{table.column_by_key[address.column].label}"
