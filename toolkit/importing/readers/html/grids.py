"""Turn tables that a page builds of other elements into tables: grids of a style sheet (``display: grid``), and rows by style
(``display: table``, flex boxes) or by role.

In: the parsed page and its style sheets. Out: the same page, in which such elements have the names of table parts, the items of
grids with the rows and columns that they take; and which of the tables do not tell how many columns a cell takes. Only what has
labels of the form is turned, for pages are laid out so too. Grids that count their columns by the width of the window, name their
lines, fill in columns first or have lost their merged cells are left as they are.

Source: CSS Display 3, 2.4; CSS Flexible Box Layout 1; CSS Grid Layout 2, 7.2 (explicit tracks), 8.3 (line-based placement), 8.5
(automatic placement); WAI-ARIA 1.2 (table, row, cell, aria-colspan).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

from bs4.element import Tag

from toolkit.importing.readers.html.cells import is_text
from toolkit.importing.readers.html.css import StyleSheets
from toolkit.importing.readers.html.properties import PLACING
from toolkit.importing.recognition.labels import has_labels, match_text
from toolkit.importing.recognition.tables import is_figure

_ROWS = ("table-row", "flex")
_PARTS = {"table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption"}
_DEEPEST = 4  # rows in the cells of rows: pages are laid out so, tables are not
_GROUPS = ("table-row-group", "table-header-group", "table-footer-group")
_REPEATED = re.compile(r"repeat\(\s*(\d{1,3})\s*,((?:[^()]|\([^()]*\))*)\)")
_TRACK = re.compile(r"(?:[^\s()]|\([^()]*\))+")
_SPAN = re.compile(r"span (\d{1,3})|(\d{1,3}) span")
_WIDEST, _TALLEST = 30, 120  # columns and rows; a form has fifteen and forty
_LONGEST = 1_000  # characters of a list of columns
_NO_BOX = ("absolute", "fixed")
_Place = tuple[int, int]  # row and column
_NO_ITEMS = ("script", "style", "template", "noscript", "link", "meta", "title", "base", "datalist", "dialog")


def make_tables(soup: Any, sheets: StyleSheets) -> frozenset[int]:
    """Name the parts of such tables as those of a table; give the tables in which merged cells leave no trace, by identity."""
    rows: dict[int, list[Any]] = {}
    holders: dict[int, Any] = {}
    depths: dict[int, int] = {}  # how many rows are around each row
    for element in [tag for tag in soup.find_all(True) if tag.name not in _PARTS and _is_row_of_boxes(tag, sheets)]:
        depths[id(element)] = next((depths[id(outer)] + 1 for outer in element.parents if id(outer) in depths), 0)
        if depths[id(element)] > _DEEPEST:
            continue
        holder = element.parent
        while holder.parent is not None and _is_group(holder, sheets):
            holder = holder.parent
        holders[id(holder)] = holder
        rows.setdefault(id(holder), []).append(element)
    made = {
        key: _cells(of)
        for key, of in rows.items()
        if has_labels(_texts(of)) and holders[key].name not in (*_PARTS, "body", "html")
    }
    made = {key: cells for key, cells in made.items() if not _are_in_another_order(cells, sheets)}
    for key, cells in made.items():
        _rename(holders[key], rows[key], cells)
    return frozenset(key for key, cells in made.items() if not _spans_are_known(cells))


def _is_row_of_boxes(tag: Any, sheets: StyleSheets) -> bool:
    if tag.get("role") == "row":
        return True
    style = sheets.of(tag) if tag.name in ("div", "span", "ul", "li", "dl", "section", "p") else {}
    return style.get("display") in _ROWS and not style.get("flex-direction", "row").startswith("column")


def _is_group(tag: Any, sheets: StyleSheets) -> bool:
    return tag.get("role") == "rowgroup" or sheets.of(tag).get("display") in _GROUPS


def _cells(rows: Iterable[Any]) -> list[list[Any]]:
    return [[child for child in row.children if isinstance(child, Tag)] for row in rows]


def _texts(rows: Iterable[Any]) -> list[str]:
    return [cell.get_text() for cells in _cells(rows) if len(cells) > 1 for cell in cells]


def _rename(holder: Any, rows: Sequence[Any], cells: Sequence[Sequence[Any]]) -> None:
    holder.name = "table"
    for row, inside in zip(rows, cells, strict=True):
        row.name = "tr"
        for cell in inside:
            cell.name = "td"
            for span in ("colspan", "rowspan"):
                if cell.get(f"aria-{span}"):
                    cell[span] = cell[f"aria-{span}"]


def _are_in_another_order(cells: Sequence[Sequence[Any]], sheets: StyleSheets) -> bool:
    """Whether some cell is shown elsewhere than its place in the page says."""
    return any(sheets.of(cell).get("order", "0") != "0" for row in cells for cell in row)


def _spans_are_known(cells: Sequence[Sequence[Any]]) -> bool:
    """Whether it is certain which columns a cell takes: cells have spans, or all rows the same number of cells."""
    return any(cell.get("colspan") for row in cells for cell in row) or len({len(row) for row in cells}) == 1


@dataclass(frozen=True, slots=True)
class _Item:
    """One item of a grid: where it begins, counted from 0 (``None``: wherever there is room), and what it takes."""

    element: Any
    row: int | None
    column: int | None
    rowspan: int
    colspan: int
    fresh: bool = False  # whether it begins the next row


def make_grids(soup: Any, sheets: StyleSheets) -> None:
    """Put the items of grids with labels of the form into cells of tables."""
    for grid in [tag for tag in soup.find_all(True) if tag.name not in ("table", "tr", "td", "th") and _is_grid(sheets.of(tag))]:
        width = _width(sheets.of(grid))
        items = list(_items(grid, sheets, width)) if width else []
        if all(items) and has_labels(item.element.get_text() for item in items if item):
            placed = _placed([item for item in items if item], width)
            if placed and not _is_shifted(placed, width):
                _make_table(soup, grid, placed, width, sheets)


def _is_grid(style: Mapping[str, str]) -> bool:
    ordinary = style.get("grid-auto-flow", "row") in ("row", "initial", "unset") and not style.keys() & {"grid", "grid-template"}
    return style.get("display") in ("grid", "inline-grid") and ordinary


def _width(style: Mapping[str, str]) -> int:
    """How many columns a grid has, 0 where nobody can tell."""
    tracks = style.get("grid-template-columns", "")
    if len(tracks) > _LONGEST:
        return 0
    tracks = _REPEATED.sub(lambda match: f"{match[2]} " * int(match[1]), tracks)
    count, between = len(_TRACK.findall(tracks)), _TRACK.sub("", tracks)
    return count if 1 < count <= _WIDEST and not between.strip() and not re.search(r"repeat|subgrid|\[|none|var\(", tracks) else 0


def _items(grid: Any, sheets: StyleSheets, width: int) -> Iterator[_Item | None]:
    """The items in the order of the page; ``None`` for one whose place is not worked out, as text beside the items."""
    for child in grid.children:
        style = sheets.of(child) if isinstance(child, Tag) else {}
        if not isinstance(child, Tag):
            yield from [None] if is_text(child) and str(child).strip() else []
        elif style.get("display") == "contents":
            yield from _items(child, sheets, width)
        elif _is_row(style, width):
            for at, item in enumerate(_items(child, sheets, width)):
                yield replace(item, fresh=not at) if item and item.row is None and item.rowspan == 1 else None
        elif style.get("display", "none" if _is_no_item(child) else "") != "none":
            across, down = _lines(style, "column", width), _lines(style, "row")
            moved = style.get("order", "0") != "0" or "grid-area" in style or style.get("position") in _NO_BOX
            yield _Item(child, down[0], across[0], down[1], across[1]) if across and down and not moved else None


def _is_row(style: Mapping[str, str], width: int) -> bool:
    """Whether an element is a grid in one row of the grid around it, with all of its columns."""
    is_subgrid = style.get("display") == "grid" and style.get("grid-template-columns") == "subgrid"
    return is_subgrid and _lines(style, "column", width) in ((0, width), (None, width)) and _lines(style, "row") == (None, 1)


def _is_no_item(child: Any) -> bool:
    """Whether browsers show nothing of an element, unless a style sheet says so."""
    return child.has_attr("hidden") or child.name in _NO_ITEMS or (child.name == "input" and child.get("type") == "hidden")


def _lines(style: Mapping[str, str], side: str, width: int = 0) -> tuple[int | None, int] | None:
    """Where an item begins on one side and how much it takes; ``None`` for lines by name or counted from the end.

    The last line of ``width`` columns is certain (1 / -1).
    """
    written = [name for name in (f"grid-{side}", f"grid-{side}-start", f"grid-{side}-end") if name in style]
    if len(written) > 1 and written[0] == f"grid-{side}":
        return None  # which of them counts depends on which was written last
    whole = style.get(f"grid-{side}", "").partition("/")
    start = style.get(f"grid-{side}-start", whole[0].strip() or "auto")
    end = style.get(f"grid-{side}-end", whole[2].strip() or "auto")
    end = str(width + 1) if width and end == "-1" else end
    spans = [_SPAN.fullmatch(line) for line in (start, end)]
    lines = [int(line) - 1 if re.fullmatch("[1-9][0-9]{0,2}", line) else None for line in (start, end)]
    if any(line is None and not span and text != "auto" for line, span, text in zip(lines, spans, (start, end), strict=True)):
        return None
    span = next((int(match[1] or match[2]) for match in spans if match), 1)
    if lines[1] is not None:
        first = lines[1] - span if lines[0] is None else min(lines[0], lines[1])
        return (first, max(1, abs(lines[1] - first))) if first >= 0 else None
    return lines[0], span


def _placed(items: list[_Item], width: int) -> dict[_Place, _Item]:
    """The items by row and column: those with both first, then the others row by row; none where they do not fit."""
    placed: dict[_Place, _Item] = {}
    taken: set[_Place] = set()
    last = 0, 0
    if sum(item.rowspan * item.colspan for item in items) > width * _TALLEST:
        return {}
    for item in sorted(items, key=lambda item: None in (item.row, item.column)):
        last = (max((row for row, _ in taken), default=-1) + 1, 0) if item.fresh else last
        place = next((place for place in _tries(item, last, width) if _fits(item, place, taken, width)), None)
        if place is None:
            return {}
        last = place if None in (item.row, item.column) else last
        placed[place] = item
        taken.update(_area(item, place))
    return placed


def _tries(item: _Item, last: _Place, width: int) -> Iterable[_Place]:
    """The places that an item may take, behind the last one without a place; none for a row that is not the next one."""
    if item.row is not None:
        return [] if item.column is None else [(item.row, item.column)]
    if item.column is not None:
        column = item.column
        return ((row, column) for row in range(last[0] + (column < last[1]), _TALLEST))
    return (divmod(at, width) for at in range(last[0] * width + last[1], _TALLEST * width))


def _fits(item: _Item, place: _Place, taken: Set[_Place], width: int) -> bool:
    inside = place[0] + item.rowspan <= _TALLEST and place[1] + item.colspan <= width
    return inside and taken.isdisjoint(_area(item, place))


def _area(item: _Item, place: _Place) -> Iterator[_Place]:
    return ((place[0] + down, place[1] + across) for down in range(item.rowspan) for across in range(item.colspan))


def _is_shifted(placed: Mapping[_Place, _Item], width: int) -> bool:
    """Whether merged cells may have left no trace.

    Either items that name no place leave one empty, or all items are of one place and labels are elsewhere than in the first row
    and column.
    """
    covered = {part for place, item in placed.items() for part in _area(item, place)}
    if len(covered) < width * (1 + max(covered)[0]) and any(item.column is None for item in placed.values()):
        return True
    if any(item.rowspan > 1 or item.colspan > 1 or item.column is not None for item in placed.values()):
        return False
    texts = {place: match_text(item.element.get_text()) for place, item in placed.items()}
    labels = {place for place, text in texts.items() if text and not is_figure(text)}
    return any(row and column for row, column in labels) or any(row and not column for row, column in texts.keys() - labels)


def _make_table(soup: Any, grid: Any, placed: Mapping[_Place, _Item], width: int, sheets: StyleSheets) -> None:
    """Put the items of a grid into cells, for one may be struck out or a control; places without an item are blank cells."""
    covered = {part for place, item in placed.items() for part in _area(item, place)}
    for row in range(max(covered)[0] + 1):
        line = soup.new_tag("tr")
        for place in ((row, column) for column in range(width)):
            if item := placed.get(place):
                cell = soup.new_tag("td", rowspan=str(item.rowspan), colspan=str(item.colspan))
                cell.append(item.element.extract())
                sheets.settle(item.element, PLACING)
                line.append(cell)
            elif place not in covered:
                line.append(soup.new_tag("td"))
        grid.append(line)
    grid.name = "table"
    sheets.settle(grid, (*PLACING, "display"))
