"""Turn tables that a page builds of other elements into tables: by style (``display: table``, rows of flex boxes) or by role.

In: the parsed page and its style sheets. Out: the same page, in which such elements have the names of table parts, and which of
these tables do not tell how many columns a cell takes. Only tables with labels of the form are turned, for pages are laid out
so too.

Source: CSS Display 3, 2.4; CSS Flexible Box Layout 1; WAI-ARIA 1.2 (table, row, cell, aria-colspan).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bs4.element import Tag

from toolkit.importing.readers.html.css import StyleSheets
from toolkit.importing.recognition.labels import has_labels

_ROWS = ("table-row", "flex")
_PARTS = {"table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption"}
_DEEPEST = 4  # rows in the cells of rows: pages are laid out so, tables are not
_GROUPS = ("table-row-group", "table-header-group", "table-footer-group")


def make_tables(soup: Any, sheets: StyleSheets) -> frozenset[int]:
    """Name the parts of such tables as those of a table; give the tables in which merged cells leave no trace, by identity."""
    text = str(soup)
    if not any(sign in text for sign in ('role="row"', *_ROWS)):
        return frozenset()
    rows: dict[int, list[Any]] = {}
    holders: dict[int, Any] = {}
    depths: dict[int, int] = {}  # how many rows are around each row
    for element in soup.find_all(lambda tag: tag.name not in _PARTS and _is_row(tag, sheets)):
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


def _is_row(tag: Any, sheets: StyleSheets) -> bool:
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
