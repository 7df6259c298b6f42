"""Take tables apart that are side by side in one grid: last year's beside this year's, on one sheet or in one table; leave out a
first column that only counts rows (序号, 行次, the index of a data frame), which is neither a label nor a figure.

In: pieces in reading order. Out: the same pieces, a grid in which labels of the form are twice in a row as several: its rows of
words, the tables from left to right. A year above one of them (2023年, 上年同期) is quoted in its place. A column counts rows
when its head says so, or when its cells are the numbers of the rows one after the other.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import replace
from functools import cache
from itertools import pairwise

from toolkit.importing.recognition.labels import all_labels, all_row_labels, editions_of, match_text, part_two_tables
from toolkit.importing.recognition.tables import STUB, is_figure
from toolkit.importing.source import Grid, GridCell, GridRow, Piece

_FEWEST = 2  # rows with the same label twice
_YEAR = re.compile(
    r"[（(【]?(?P<year>(?:19|20)\d{2}年?度?|[上去]年度?(?:同期)?|同期|[本今]年度?)(?:数据?|情况|统计)?表?[）)】]?[:：]?"
)
_COUNTING = frozenset(
    match_text(head) for head in ("序号", "编号", "行次", "行号", "栏次", "代码", "No.", "No", "序", "#", "Unnamed: 0")
)
_NUMBER = re.compile(r"[（(]?([0-9]{1,4})[)）.、]?")
_FEWEST_COUNTED = 6  # rows
_ABREAST = "这一行有两张并排的表，不能确定是哪一张的数字"


def tables_apart(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces, every grid with tables side by side as one grid for each."""
    for piece in pieces:
        repeated = _repeated_labels(piece) if isinstance(piece, Grid) else {}
        if not isinstance(piece, Grid) or len({row for row, _ in repeated}) < _FEWEST:
            yield piece
            continue
        most = max(map(len, repeated.values()))
        cuts = [min(columns[at] for columns in repeated.values() if len(columns) > at) for at in range(1, most)]
        if all(bisect(cuts, column) == at for columns in repeated.values() for at, column in enumerate(columns)):
            yield from _sides(piece, cuts)
        else:
            yield _doubted(piece, {row for row, _ in repeated})


def _repeated_labels(grid: Grid) -> dict[tuple[int, str], list[int]]:
    """The columns of every label that is more than once in its row, with something between: merged cells may be filled."""
    places: dict[tuple[int, str], list[int]] = {}
    for number, row in enumerate(grid.rows):
        for cell in row.cells if row.exact else ():
            text = match_text(cell.text) if cell.text else ""
            if text in _once_in_a_row():
                places.setdefault((number, text), []).append(cell.column)
    apart = {at: [column for column in columns if column - 1 not in columns] for at, columns in places.items()}
    return {at: columns for at, columns in apart.items() if len(columns) > 1}


@cache
def _once_in_a_row() -> frozenset[str]:
    """The labels that no table has twice in a row."""
    keys = ("applications", *part_two_tables())
    heads = {label for key in keys for labels in editions_of(key) for label in (*labels.columns, *labels.heads)}
    return (all_row_labels() | {"行政复议", "行政诉讼", "未经复议直接起诉", "复议后起诉"}) - heads | {STUB}


def _sides(grid: Grid, cuts: Sequence[int]) -> Iterator[Grid]:
    """The rows of words, and the tables between the cuts; a row of figures has nothing on one side at times."""
    words: list[GridRow] = []
    tables: list[tuple[GridRow, ...]] = []
    years: list[set[str]] = [set() for _ in (0, *cuts)]
    inside = False
    for row in grid.rows:
        parts = tuple(_part(row, start, end) for start, end in pairwise((0, *cuts, row.width)))
        inside = _is_of_table(row) and (inside or any(text.strip() for part in parts[1:] for text in part.texts))
        if inside or (tables and _is_remark(row, parts[0])):
            tables.append(parts)
            continue
        words.append(replace(parts[0], cells=tuple(cell for cell in parts[0].cells if not _YEAR.fullmatch(cell.text.strip()))))
        for at, part in enumerate(parts):
            find = _YEAR.search if at else _YEAR.fullmatch
            years[at].update(match["year"] for cell in part.cells if (match := find(cell.text.strip())))
    yield replace(grid, rows=tuple(words))
    for at, (rows, named) in enumerate(zip(zip(*tables, strict=True), years, strict=True), 1):
        name = f"左起第 {at} 张" if len(cuts) > 1 else ("左侧", "右侧")[at - 1]
        yield Grid(tuple(rows), f"{grid.place}{name}" + (f"“{min(named)}”" if len(named) == 1 else ""))


def _part(row: GridRow, start: int, end: int) -> GridRow:
    """The cells of a row that begin in a range of columns."""
    cells = (cell for cell in row.cells if start <= cell.column < end)
    moved = tuple(replace(cell, column=cell.column - start, colspan=min(cell.colspan, end - cell.column)) for cell in cells)
    return replace(row, cells=moved, width=end - start)


def _is_remark(row: GridRow, first: GridRow) -> bool:
    """Whether a row has words behind its first table only: a remark on a table there."""
    texts = [text.strip() for text in row.texts if text.strip()]
    return bool(texts) and not any(text.strip() for text in first.texts) and not all(map(_YEAR.fullmatch, texts))


def _is_of_table(row: GridRow) -> bool:
    """Whether a row has labels or figures of a table."""
    texts = [match_text(text) for text in row.texts if text.strip()]
    return any(text in all_labels() or (is_figure(text) and not _YEAR.fullmatch(text)) for text in texts)


def _doubted(grid: Grid, rows: Set[int]) -> Grid:
    """The grid with every figure in doubt that is in some of its rows."""

    def doubted(cell: GridCell) -> GridCell:
        return replace(cell, doubtful=cell.doubtful or _ABREAST) if is_figure(match_text(cell.text)) else cell

    made = (replace(row, cells=tuple(map(doubted, row.cells))) if number in rows else row for number, row in enumerate(grid.rows))
    return replace(grid, rows=tuple(made))


def without_row_numbers(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces, grids without their numbers of rows."""
    for piece in pieces:
        yield _without(piece) if isinstance(piece, Grid) and _counts_rows(piece) else piece


def _counts_rows(grid: Grid) -> bool:
    """Whether the first column holds the numbers of rows, or blanks, and nothing else but its head."""
    texts = [match_text(row.cells[0].text) for row in grid.rows if row.cells and _is_of_first_column(row)]
    numbers = [int(match[1]) for text in texts if (match := _NUMBER.fullmatch(text))]
    others = [text for text in texts if text and not _NUMBER.fullmatch(text)]
    if others and set(others) <= _COUNTING:
        return all(after > before for before, after in pairwise(_restarting(numbers)))
    return not others and len(numbers) >= _FEWEST_COUNTED and all(after in (before + 1, 1) for before, after in pairwise(numbers))


def _restarting(numbers: Sequence[int]) -> Sequence[int]:
    """The numbers, where those of the next table begin at 1 again as if they went on."""
    out: list[int] = []
    base = 0
    for number in numbers:
        if out and number == 1:
            base = out[-1]
        out.append(base + number)
    return out


def _is_of_first_column(row: GridRow) -> bool:
    """Whether the first cell of a row stands in the first column alone: a merged title or caption does not."""
    return row.cells[0].column == 0 and row.cells[0].colspan == 1 and len(row.cells) > 1


def _without(grid: Grid) -> Grid:
    rows = []
    for row in grid.rows:
        cells = row.cells[1:] if row.cells and _is_of_first_column(row) else row.cells
        moved = (
            replace(cell, column=max(0, cell.column - 1), colspan=cell.colspan - (cell.column == 0 and cell.colspan > 1))
            for cell in cells
        )
        rows.append(replace(row, cells=tuple(moved), width=max(0, row.width - 1)))
    return replace(grid, rows=tuple(rows))
