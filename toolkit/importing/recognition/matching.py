"""Read one statutory table: which edition it is, which cell is which, what its labels should have been.

In: a ``Section``. Out: a ``TableReading``: the edition, every cell with its state, every label as it is
printed. Rows are matched by their labels, columns by their heads; where the two ways of recognising a column (its place
under the head, its number in the row) disagree, the cell is unclear.

Source: the labels and the order of print of ``toolkit/forms/editions``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from toolkit.forms import Address, Column, Form
from toolkit.importing.recognition.cells import CellReading, State, agreed, read_cell
from toolkit.importing.recognition.columns import Columns, columns_of, place_figures
from toolkit.importing.recognition.labels import TableLabels, agreement, best_label, editions_of, match_text
from toolkit.importing.recognition.proving import may_have_moved
from toolkit.importing.recognition.rows import match_rows
from toolkit.importing.recognition.tables import Section, is_figure, label_cells
from toolkit.importing.source import UNREADABLE, WRITTEN_OVER, GridCell, GridRow
from toolkit.importing.wording import fold, one_line, simplified
from toolkit.report.read_form import Observation

_SEVERAL_ROWS = "这一项有几行数字，不能确定是哪一行"
_MAY_HAVE_MOVED = "每格一行的文字里，这一行有空格且合计不符，数字可能错了位"


@dataclass(frozen=True)
class TableReading:
    """One table read. ``edition`` is "" when the labels fit every edition (part four is the same in all)."""

    key: str
    edition: str
    place: str
    cells: Mapping[Address, CellReading]
    observations: tuple[Observation, ...]
    labels: tuple[str, ...] = field(default=())


def read_table(section: Section, preferred: Form | None) -> TableReading:
    """Every cell of one table; ``preferred`` is the edition of the report's year, taken when the labels leave it open."""
    row_labels = section.labels()
    labels, sure = _edition([label.text for label in row_labels], section.key, preferred)
    columns = columns_of(section, labels)
    cells: dict[Address, CellReading] = {}
    observations: list[Observation] = []
    if labels.table.across:
        _read_across(section, labels, columns, cells)
    else:
        observations = _read_rows(section, labels, columns, cells)
    edition = labels.form.id if sure else ""
    printed = tuple(simplified(label.raw) for label in row_labels)
    return TableReading(section.key, edition, section.place, cells, tuple(observations), printed)


def _edition(printed: Sequence[str], key: str, preferred: Form | None) -> tuple[TableLabels, bool]:
    """The edition whose labels agree best, and whether any other agrees as well."""
    scored = sorted(
        ((agreement(printed, labels), labels.form is preferred, labels.form.first_year, labels) for labels in editions_of(key)),
        key=lambda item: item[:3],
        reverse=True,
    )
    return scored[0][3], len(scored) == 1 or scored[0][0] > scored[1][0]


def _read_across(section: Section, labels: TableLabels, columns: Columns, cells: dict[Address, CellReading]) -> None:
    """Part four: one row of figures under three rows of heads; of several rows none is certain."""
    table = labels.table
    addresses = [Address(table.key, row.key, column.key) for row in table.rows for column in table.columns]
    rows = [row for row in section.rows if any(text.strip() for text in row.texts)] or section.rows[:1]
    if not rows:
        return
    figures = place_figures(rows[0], columns, section.key)
    for name, address in zip(columns.keys, addresses, strict=True):
        reading = _reading(figures.get(name), labels, address, rows[0], columns)
        if len(rows) > 1 and reading.state in ("read", "repaired", "recognised", "blank"):
            why = f"表中有 {len(rows)} 行数字，不能确定是哪一行"
            reading = CellReading("unclear", None, " / ".join(_text_of(row) for row in rows), rows[0].place, why)
        cells[address] = reading


def _read_rows(section: Section, labels: TableLabels, columns: Columns, cells: dict[Address, CellReading]) -> list[Observation]:
    """Every other table: rows by their labels."""
    table = labels.table
    rows = match_rows(section, labels)
    surplus = {id(row) for row in rows.surplus}
    tall = {id(row) for row, below in pairwise(section.rows) if id(below) in surplus and _goes_on(row, below, section.key)}
    for key, row in rows.of_form.items():
        cells |= _row_readings(section, labels, columns, key, row)
        if id(row) in tall:
            cells |= {at: replace(cells[at], state="unclear", value=None, why=_SEVERAL_ROWS) for at in cells if at.row == key}
    for key, row in rows.again:
        later = _row_readings(section, labels, columns, key, row)
        if any(reading.raw for reading in later.values()):  # a label printed again on the next page has no figures
            cells |= {at: agreed(cells[at], reading, "这一行") for at, reading in later.items()}
    counted = {key for key, row in rows.of_form.items() if row.counted and _has_gaps(key, cells)}
    moved = {key for key in counted if may_have_moved(key, cells, table)}
    for at in [at for at in cells if at.row in moved]:
        cells[at] = replace(cells[at], state="unclear", value=None, why=_MAY_HAVE_MOVED)
    return [
        Observation("row-unread", f"{table.name} 有一行认不出是哪一项，没有读入：{text}", row.place, found=text,
                    next_step="请对照原文，属于哪一项的填到哪一项")
        for row, text in ((row, _text_of(row)) for row in rows.surplus)
    ]  # fmt: skip


def _goes_on(row: GridRow, below: GridRow, key: str) -> bool:
    """Whether the row below has figures and nothing under the label of this one: those of another year or part of the organ.

    Drawings alone are no such row: a stroke may have cut one row in two.
    """
    label = label_cells(row, key)[-1:]
    if not label or not (row.exact and below.exact and row.grid == below.grid):
        return False
    filled = [cell for cell in below.cells if cell.text.strip()]
    is_beside = all(cell.column >= label[0].column + label[0].colspan for cell in filled)
    return is_beside and any(is_figure(match_text(cell.text)) for cell in filled if cell.text != UNREADABLE)


def _has_gaps(row: str, cells: Mapping[Address, CellReading]) -> bool:
    """Whether some cells of a row are blank and others are not."""
    return len({reading.state == "blank" for at, reading in cells.items() if at.row == row}) > 1


def _row_readings(section: Section, labels: TableLabels, columns: Columns, key: str, row: GridRow) -> dict[Address, CellReading]:
    """The cells of one row."""
    figures = place_figures(row, columns, section.key)
    readings: dict[Address, CellReading] = {}
    for column in labels.table.columns:
        address = Address(labels.table.key, key, column.key)
        cell = figures.get(column.key)
        reading = _reading(cell, labels, address, row, columns)
        doubt = _merged(cell, row, section.key) or (other_unit(section, row, column) if reading.value else "")
        if doubt and reading.value is not None:
            reading = replace(reading, state="unclear", value=None, why=doubt)
        readings[address] = reading
    return readings


def _merged(cell: GridCell | None, row: GridRow, key: str) -> str:
    """Why a figure may not be that of its row: its cell goes on in the rows below, and the label's does not."""
    label = label_cells(row, key)[-1:]
    if cell is None or not label or cell.rowspan <= label[0].rowspan:
        return ""
    return f"一个数字合并在 {cell.rowspan} 行里，不能确定是哪一行的"


def _reading(cell: GridCell | None, labels: TableLabels, address: Address, row: GridRow, columns: Columns) -> CellReading:
    if cell is None:
        return CellReading("unclear", None, _text_of(row), row.place, "不能确定这一格对应原文的哪一格")
    if cell.doubtful:
        return CellReading("unclear", None, one_line(cell.text), row.place, cell.doubtful, cell.picture)
    reading = read_cell(cell.text, labels.form.cells[address], row.place)
    if cell.picture:
        state: State = "recognised" if reading.state in ("read", "repaired") and reading.value is not None else reading.state
        reading = replace(reading, state=state, picture=cell.picture)
        if reading.value is not None and reading.raw.startswith("-") and labels.form.cells[address].type != "change":
            return replace(reading, state="unclear", value=None, why=WRITTEN_OVER)
    if columns.assumed and reading.state in ("read", "repaired", "recognised") and reading.value is not None:
        return CellReading("unclear", None, reading.raw, row.place, "没有表头，不能确定是哪一列")
    return reading


def _text_of(row: GridRow) -> str:
    return " | ".join(" ".join(text.split()) for text in row.texts)[:80]


_MONEY = re.compile(
    r"(?<![一-鿿])((?:人民币)?[百千万亿]*[元圆])|[单單]位[：:为是]?(?:人民币)?([百千万亿]*[元圆])|以([百千万亿]*元)为?[单單]位"
)
_BRACKETED = re.compile(r"[（(【][百千万亿]*元[）)】]")
_COUNTS = re.compile(r"[单單]位[：:为是]?([十百千万亿]+)(?=[件条项个次人])")


def other_unit(section: Section, row: GridRow, column: Column) -> str:
    """Why a row's figures in a column are in another unit than the form's."""
    texts = list(_beside(section, row, column))
    if column.type != "money":
        named = next((match[1] for text in texts for match in _COUNTS.finditer(text)), "")
        return f"表中写的单位是{named}件，没有换算" if named else ""
    units = {unit for text in texts for unit in _units(text)}
    other = sorted(units - {column.unit or "元"})
    return f"表中写的单位是{'、'.join(other)}，格式要求{column.unit or '元'}，没有换算" if other else ""


def _units(text: str) -> Iterator[str]:
    for match in _MONEY.finditer(text):
        yield next(group for group in match.groups() if group).removeprefix("人民币").replace("圆", "元")


def _beside(section: Section, row: GridRow, column: Column) -> Iterator[str]:
    """What may name the unit of a column: its head, the labels of the row, the caption, and lines around the table."""
    if column.type == "money":
        heads = [simplified(fold(text)) for head in section.heads for text in head.texts]
        yield best_label(match_text(column.label), heads)[0]
    yield from (simplified(fold(cell.text)) for cell in label_cells(row, section.key))
    yield simplified(fold(section.caption))
    rows = [*section.heads, *section.rows]
    for text in map(simplified, map(fold, dict.fromkeys(text for item in rows for text in item.around))):
        if "单位" in text or _BRACKETED.fullmatch(text):
            yield text
