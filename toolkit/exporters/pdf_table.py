"""Fit the tables of a report to the page before they are set.

In: a ``Table`` of merged cells. Out: the same as plain data with sizes in points, so that a statutory form keeps to
one page, no word runs over its cell, and labels break evenly. Estimated here, since measuring in Typst doubles the time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from math import ceil
from typing import Any

from toolkit.fonts import without_controls
from toolkit.sections.blocks import Cell, Table

WIDTH_POINTS, HEIGHT_POINTS = 156 / 25.4 * 72, 225 / 25.4 * 72  # type area (版心)
_TABLE_ROOM = HEIGHT_POINTS - 28.9 - 16  # a page with the heading of the table's part above it
_LONG_WORD = re.compile(r"[!-~]{20,}")


def printable(text: str) -> str:
    """``text`` without control characters, and with U+200B around the pieces of words longer than a third of a line."""
    return _LONG_WORD.sub(lambda word: re.sub(r".{1,4}", "\u200b\\g<0>", word[0]) + "\u200b", without_controls(text))


def wrap(row: str, ems: float = 41.0) -> Iterator[str]:
    """A row of text letter by letter, in rows of at most ``ems`` characters (two Latin letters count as one)."""
    start, width = 0, 0.0
    for place, character in enumerate(row):
        width += _ems(character)
        if width > ems:
            yield row[start:place]
            start, width = place, _ems(character)
    yield row[start:]


def fit_table(table: Table) -> dict[str, Any]:
    """One table for the template: sizes in points, ``height`` about what it will take, rows in ``groups``."""
    shares = table.widths or (1.0,) * table.columns
    columns = [share / sum(shares) * WIDTH_POINTS for share in shares]
    ordered = sorted(table.cells, key=lambda cell: (cell.row, cell.column))
    for size, inset, pad in _table_looks(table.columns):
        cells = [_fit_cell(cell, columns, inset, size) for cell in ordered]
        height = _height(table.rows, cells, pad)
        if height <= _TABLE_ROOM:
            break
    return {
        "kind": "table",
        "caption": printable(table.caption),
        "widths": list(shares),
        "size": size,
        "inset": inset,
        "pad": pad,
        "height": round(min(height, _TABLE_ROOM), 2),
        "groups": list(_groups(table, cells)),
    }


def _table_looks(columns: int) -> tuple[tuple[float, float, float], ...]:
    """Points of the text, of the blank beside and above it, from roomy to tight, so that a form keeps to one page."""
    if columns <= 6:
        return (10.5, 5, 5), (10, 4, 3)
    if columns <= 11:
        return (9, 2.5, 4), (9, 2.5, 3.2), (9, 2.5, 2.4), (8.5, 2, 2), (8, 2, 1.5), (7.5, 2, 1.5)
    return (8, 1, 5), (7.5, 1, 3)


def _fit_cell(cell: Cell, columns: Sequence[float], inset: float, size: float) -> dict[str, Any]:
    """A cell whose longest word fits, and whose label breaks into lines of like length (法律服 / 务机构)."""
    room = sum(columns[cell.column : cell.column + cell.colspan]) - 2 * inset
    text = printable(cell.text)
    longest = max((_ems(word) for word in re.findall(r"[!-~]+", text)), default=1.0)
    fitted = round(max(4.0, min(size, room / longest)), 2)
    lines = _lines(text, room, fitted)
    if lines > 1 and cell.align == "center":
        narrow = max(longest, ceil(_ems(text) / lines), 1) * fitted + 0.5
        inset += max(0.0, (room - narrow) / 2)
    return {
        "row": cell.row,
        "column": cell.column,
        "rowspan": cell.rowspan,
        "colspan": cell.colspan,
        "align": cell.align,
        "text": text,
        "size": fitted,
        "inset": round(inset, 2),
        "height": (lines * 1.35 - 0.35) * fitted,
        "role": cell.role,
    }


def _ems(text: str) -> float:
    """The width of a text in characters; a Latin letter or digit takes at most 0.55 of one."""
    return sum(0.55 if character < "\u0250" else 1.0 for character in text)


def _lines(text: str, room: float, size: float) -> int:
    return sum(max(1, ceil(_ems(part) * size / max(room, size))) for part in text.split("\n"))


def _height(rows: int, cells: Iterable[Mapping[str, Any]], pad: float) -> float:
    """About the points that a table takes on the page."""
    heights = [0.0] * rows
    for cell in sorted(cells, key=lambda cell: cell["rowspan"]):
        spanned = range(cell["row"], min(rows, cell["row"] + cell["rowspan"]))
        lacking = cell["height"] + 2 * pad - sum(heights[row] for row in spanned)
        heights[spanned[-1]] += max(0.0, lacking)
    return sum(heights)


def _groups(table: Table, cells: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Runs of rows: the head that repeats, heads inside the grid, and the rows between."""
    labels = dict.fromkeys(range(table.rows), True)
    for cell in cells:
        for row in range(cell["row"], min(table.rows, cell["row"] + cell["rowspan"])):
            labels[row] &= cell["role"] in ("caption", "head")

    def kind(cell: dict[str, Any]) -> str:
        return "repeated" if cell["row"] < table.head_rows else "once" if labels[cell["row"]] else ""

    for head, group in groupby(cells, kind):
        yield {"head": head, "cells": list(group)}
