"""Fit the tables of a report to the page before they are set.

In: a ``Table`` of merged cells. Out: the table as plain data in several looks, so that a statutory form fits into what is left
of a page, no word runs over its cell, and labels break evenly. Heights are estimated here, since measuring in Typst takes as
long as setting; Typst sets a report again until no table changes its look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from toolkit.core.text import printable
from toolkit.exporters.label_lines import by_sense, count_lines, ems, even_blank, longest_word
from toolkit.sections.blocks import Align, Cell, Table

WIDTH_POINTS, HEIGHT_POINTS = 156 / 25.4 * 72, 225 / 25.4 * 72  # type area (版心)
_LINE = 28.9  # points, as all that follows; as in report.typ
_TABLE_ROOM = HEIGHT_POINTS - _LINE - 16  # a page with the heading of the table's part above it
_LIST_BEGINNING = 90.0  # points of a list that begin on a page: its heads and a few rows
_SMALLEST = 7.5  # points, what real reports go down to
_CODE_WIDTH = 41.0  # characters of a row of code
_LONG_WORD = re.compile(r"[!-~]{20,}")


def breakable(text: str) -> str:
    """``text`` without control characters, and with U+200B around the pieces of words longer than a third of a line."""
    return _LONG_WORD.sub(lambda word: re.sub(r".{1,4}", "\u200b\\g<0>", word[0]) + "\u200b", printable(text))


def wrap(row: str) -> Iterator[str]:
    """A row of code letter by letter, in rows of at most 41 characters (two Latin letters count as one)."""
    start, width = 0, 0.0
    for place, character in enumerate(row):
        width += ems(character)
        if width > _CODE_WIDTH:
            yield row[start:place]
            start, width = place, ems(character)
    yield row[start:]


def fit_table(table: Table) -> dict[str, Any]:
    """One table for the template: cells in ``groups`` of rows, and ``looks`` from loose to tight, in points.

    The template takes the first look whose ``height`` (about what the table will take) the page has room for. A look
    says in ``fits`` only of the cells that differ from its ``size`` and ``inset``, by their place among all cells.
    """
    shares = table.widths or (1.0,) * table.columns
    columns = [share / sum(shares) * WIDTH_POINTS for share in shares]
    ordered = sorted(table.cells, key=lambda cell: (cell.row, cell.column))
    across = [sum(columns[cell.column : cell.column + cell.colspan]) for cell in ordered]
    cells = [_broken(cell, room) for cell, room in zip(ordered, across, strict=True)]
    looks = [_look(table.rows, cells, across, look) for look in _table_looks(table.columns)]
    fitting = [look for look in looks if look["height"] <= _TABLE_ROOM] or looks[-1:]
    # a list goes on over pages like text; a table of figures that fits on one is never torn
    together = _TABLE_ROOM if any(cell.address for cell in cells) else _LIST_BEGINNING
    return {
        "kind": "table",
        "caption": breakable(table.caption),
        "widths": list(shares),
        "groups": list(_groups(table, cells)),
        "looks": [look | _heights(look["height"], together) for look in fitting],
    }


def _heights(height: float, together: float) -> dict[str, float]:
    """What a table takes of a page at most, and how much of it must be on the page on which it begins."""
    return {"height": min(height, round(_TABLE_ROOM, 2)), "together": min(height, round(together, 2))}


def _broken(cell: Cell, room: float) -> Cell:
    text = by_sense(breakable(cell.text), room, _SMALLEST)
    return cell if text == cell.text else replace(cell, text=text)


def _look(rows: int, cells: Sequence[Cell], across: Sequence[float], look: tuple[float, float, float]) -> dict[str, Any]:
    size, inset, pad = look
    fits = [_fit(cell.text, cell.align, room - 2 * inset, inset, size) for cell, room in zip(cells, across, strict=True)]
    return {
        "size": size,
        "inset": inset,
        "pad": pad,
        "height": round(_height(rows, cells, [height + 2 * pad for _, _, height in fits]), 2),
        "fits": {
            str(place): [smaller, wider] for place, (smaller, wider, _) in enumerate(fits) if smaller != size or wider != inset
        },
    }


def _table_looks(columns: int) -> tuple[tuple[float, float, float], ...]:
    """Sizes of text and padding in points, from loose to tight, so that a table fits on one page."""
    if columns <= 6:
        return (10.5, 5, 5), (10.5, 5, 4), (10, 4, 3), (9.5, 4, 3), (9, 4, 2.5)
    if columns <= 11:
        return (9, 2.5, 4), (9, 2.5, 3.2), (9, 2.5, 2.4), (8.5, 2, 2), (8, 2, 1.5), (7.5, 2, 1.5)
    return (8, 1, 5), (7.5, 1, 3), (7.5, 1, 2)


class _Fit(NamedTuple):
    """One cell in one look: text size, padding, line height, in points."""

    size: float
    inset: float
    height: float


@lru_cache(maxsize=4096)  # the labels are those of every report, and most figures are 0
def _fit(text: str, align: Align, room: float, inset: float, size: float) -> _Fit:
    """A cell whose longest word fits, and whose label has lines of similar length."""
    fitted = round(max(4.0, min(size, room / longest_word(text))), 2)
    lines = count_lines(text, room, fitted)
    if align == "center":
        inset += even_blank(text, room, fitted)
    return _Fit(fitted, round(inset, 2), (lines * 1.35 - 0.35) * fitted)


def _height(rows: int, cells: Sequence[Cell], taken: Sequence[float]) -> float:
    """The approximate height of a table in points; ``taken`` are the heights of its cells with padding."""
    heights = [0.0] * rows
    higher = []
    for cell, needed in zip(cells, taken, strict=True):
        if cell.rowspan > 1:
            higher.append((cell, needed))
        elif needed > heights[cell.row]:
            heights[cell.row] = needed
    for cell, needed in sorted(higher, key=lambda pair: pair[0].rowspan):
        last = min(rows, cell.row + cell.rowspan)
        heights[last - 1] += max(0.0, needed - sum(heights[cell.row : last]))
    return sum(heights)


def _groups(table: Table, cells: Sequence[Cell]) -> Iterator[dict[str, Any]]:
    """Groups of rows: the table's header, headers inside the grid, and the rows after each."""
    labels = dict.fromkeys(range(table.rows), True)
    for cell in cells:
        for row in range(cell.row, min(table.rows, cell.row + cell.rowspan)):
            labels[row] &= cell.role in ("caption", "head")

    def kind(cell: Cell) -> str:
        return "outer" if cell.row < table.head_rows else "inner" if labels[cell.row] else ""

    placed = iter(range(len(cells)))
    for head, group in groupby(cells, kind):
        yield {"head": head, "cells": [_cell_json(cell, next(placed)) for cell in group]}


def _cell_json(cell: Cell, place: int) -> dict[str, Any]:
    """``grid`` has the arguments of Typst's cell: a row is not split over pages, except beside a label of several rows."""
    grid: dict[str, Any] = {"x": cell.column, "y": cell.row, "breakable": cell.rowspan > 1}
    if cell.rowspan > 1:
        grid["rowspan"] = cell.rowspan
    if cell.colspan > 1:
        grid["colspan"] = cell.colspan
    data: dict[str, Any] = {"place": str(place), "grid": grid, "text": cell.text}
    # what few cells have is left out of the others
    if cell.align != "center":
        data["align"] = cell.align
    if "\n" in cell.text or "\u200b" in cell.text:
        data["pieces"] = True
    if cell.role == "corner" and cell.rowspan > 1:
        data["note"] = True  # the form prints 本列数据的勾稽关系为… in 楷体
    return data
