"""Turn grids of a style sheet (``display: grid``) that hold a table of the form into tables.

In: the parsed page and its style sheets. Out: the same page, in which the items of such grids are cells in rows, each with the
rows and columns that it takes. Grids that count their columns by the width of the window, name their lines, fill in columns first
or have lost their merged cells are left as they are.

Source: CSS Grid Layout 2, 7.2 (explicit tracks), 8.3 (line-based placement), 8.5 (automatic placement).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bs4.element import Tag

from toolkit.importing.readers.html.cells import is_text
from toolkit.importing.readers.html.css import StyleSheets
from toolkit.importing.readers.html.properties import PLACING
from toolkit.importing.recognition.labels import has_labels, match_text
from toolkit.importing.recognition.tables import is_figure

_REPEATED = re.compile(r"repeat\(\s*(\d{1,3})\s*,((?:[^()]|\([^()]*\))*)\)")
_TRACK = re.compile(r"(?:[^\s()]|\([^()]*\))+")
_SPAN = re.compile(r"span (\d{1,3})|(\d{1,3}) span")
_WIDEST, _TALLEST = 60, 500  # columns and rows; a form has fifteen and forty
_NO_BOX = ("absolute", "fixed")


@dataclass(frozen=True, slots=True)
class _Item:
    """One item of a grid: where it begins, counted from 0 (``None``: wherever there is room), and what it takes."""

    element: Any
    row: int | None
    column: int | None
    rowspan: int
    colspan: int


def make_grids(soup: Any, sheets: StyleSheets) -> None:
    """Name the items of grids with labels of the form as cells, and put them into rows."""
    for grid in soup.find_all(lambda tag: tag.name not in ("table", "tr", "td", "th") and _is_grid(sheets.of(tag))):
        items = list(_items(grid, sheets))
        width = _width(sheets.of(grid))
        if width and all(items) and has_labels(item.element.get_text() for item in items if item):
            placed = _placed([item for item in items if item], width)
            if not _is_shifted(placed):
                _rename(soup, grid, placed, width, sheets)


def _is_grid(style: Mapping[str, str]) -> bool:
    ordinary = style.get("grid-auto-flow", "row") in ("row", "initial", "unset") and not style.keys() & {"grid", "grid-template"}
    return style.get("display") in ("grid", "inline-grid") and ordinary


def _width(style: Mapping[str, str]) -> int:
    """How many columns a grid has, 0 where nobody can tell."""
    tracks = _REPEATED.sub(lambda match: f"{match[2]} " * int(match[1]), style.get("grid-template-columns", ""))
    count = len(_TRACK.findall(tracks))
    return count if 1 < count <= _WIDEST and not re.search(r"repeat|subgrid|\[|none", tracks) else 0


def _items(grid: Any, sheets: StyleSheets) -> Iterator[_Item | None]:
    """The items in the order of the page; ``None`` for one whose place is not worked out, as text beside the items."""
    for child in grid.children:
        style = sheets.of(child) if isinstance(child, Tag) else {}
        if not isinstance(child, Tag):
            yield from [None] if is_text(child) and str(child).strip() else []
        elif style.get("display") == "contents":
            yield from _items(child, sheets)
        elif style.get("display") != "none":
            across, down = (_place(style, side) for side in ("column", "row"))
            moved = style.get("order", "0") != "0" or "grid-area" in style or style.get("position") in _NO_BOX
            yield _Item(child, down[0], across[0], down[1], across[1]) if across and down and not moved else None


def _place(style: Mapping[str, str], side: str) -> tuple[int | None, int] | None:
    """Where an item begins on one side and how much it takes; ``None`` for lines by name or counted from the end."""
    whole = style.get(f"grid-{side}", "").partition("/")
    start = style.get(f"grid-{side}-start", whole[0].strip() or "auto")
    end = style.get(f"grid-{side}-end", whole[2].strip() or "auto")
    spans = [_SPAN.fullmatch(line) for line in (start, end)]
    lines = [int(line) - 1 if re.fullmatch("[1-9][0-9]{0,2}", line) else None for line in (start, end)]
    if any(line is None and not span and text != "auto" for line, span, text in zip(lines, spans, (start, end), strict=True)):
        return None
    span = next((int(match[1] or match[2]) for match in spans if match), 1)
    if lines[1] is not None:
        first = lines[1] - span if lines[0] is None else min(lines[0], lines[1])
        return (first, max(1, abs(lines[1] - first))) if first >= 0 else None
    return lines[0], span


def _placed(items: list[_Item], width: int) -> dict[tuple[int, int], _Item]:
    """The items by row and column: those with both first, then the others row by row; none where they do not fit."""
    taken: set[tuple[int, int]] = set()
    placed: dict[tuple[int, int], _Item] = {}

    def put(item: _Item, row: int, column: int) -> None:
        placed[row, column] = item
        taken.update((row + down, column + across) for down in range(item.rowspan) for across in range(item.colspan))

    def fits(item: _Item, row: int, column: int) -> bool:
        inside = ((row + down, column + across) for down in range(item.rowspan) for across in range(item.colspan))
        return column + item.colspan <= width and taken.isdisjoint(inside)

    for item in items:
        if item.row is not None and item.column is not None:
            if not fits(item, item.row, item.column):
                return {}
            put(item, item.row, item.column)
    row = column = 0
    for item in (item for item in items if item.row is None or item.column is None):
        if item.row is not None or item.colspan > width:
            return {}  # a place in a row that is not the next one
        if item.column is not None:
            row, column = row + (item.column < column), item.column
        while not fits(item, row, column) and row < _TALLEST:
            row, column = (row + 1, column) if item.column is not None else divmod(row * width + column + 1, width)
        put(item, row, column)
    return placed


def _is_shifted(placed: Mapping[tuple[int, int], _Item]) -> bool:
    """Whether merged cells left no trace: no item takes or names a place, and labels are not all in the first row and column."""
    if any(item.rowspan > 1 or item.colspan > 1 or item.column is not None for item in placed.values()):
        return False
    texts = {place: match_text(item.element.get_text()) for place, item in placed.items()}
    labels = {place for place, text in texts.items() if text and not is_figure(text)}
    return any(row and column for row, column in labels) or any(row and not column for row, column in texts.keys() - labels)


def _rename(soup: Any, grid: Any, placed: Mapping[tuple[int, int], _Item], width: int, sheets: StyleSheets) -> None:
    """Put the cells of a grid into rows of a table; where the grid has no item there is a blank cell."""
    if not placed:
        return
    covered = {
        (row + down, column + across)
        for (row, column), item in placed.items() for down in range(item.rowspan) for across in range(item.colspan)
    }  # fmt: skip
    rows = []
    for row in range(max(row for row, _ in covered) + 1):
        rows.append(soup.new_tag("tr"))
        for column in range(width):
            if (row, column) in placed:
                item = placed[row, column]
                cell = item.element.extract()
                cell.name, cell["rowspan"], cell["colspan"] = "td", str(item.rowspan), str(item.colspan)
                sheets.settle(cell, PLACING)
                rows[-1].append(cell)
            elif (row, column) not in covered:
                rows[-1].append(soup.new_tag("td"))
    grid.name = "table"
    grid.extend(rows)
    sheets.settle(grid, (*PLACING, "display"))
