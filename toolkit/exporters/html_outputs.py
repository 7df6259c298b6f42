"""Turn the HTML output of a cell that someone added into blocks: text line by line, tables as tables.

Scripts, styles and all other markup fall away; what stands in a table stays where it stands (a ``DataFrame`` of pandas).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from toolkit.core.text import printable
from toolkit.sections.blocks import Block, Cell, CellRole, Paragraph, Run, Table

_BLOCKS = {"p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "ul", "ol", "section", "caption"}
_MOST_SPAN = 1000  # columns or rows, as HTML 4.9.11 has it


def read_html(source: str) -> tuple[Block, ...]:
    """Paragraphs and tables of an HTML fragment, in order; a table within a table is text of its cell."""
    parser = _Reader()
    parser.feed(printable(source))
    parser.close()
    return tuple(parser.blocks())


@dataclass
class _Entry:
    """One ``td`` or ``th``."""

    head: bool
    rowspan: int
    colspan: int
    parts: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Gathers lines of text and, between them, tables as rows of entries."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._found: list[str | list[list[_Entry]]] = []
        self._silent = self._depth = 0
        self._rows: list[list[_Entry]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style")
        self._depth += tag == "table"
        if tag == "table" and self._depth == 1:
            self._rows = []
        elif tag == "tr" and self._depth == 1:
            self._rows.append([])
        elif tag in ("td", "th") and self._depth == 1:
            if not self._rows:
                self._rows.append([])
            named = dict(attrs)
            self._rows[-1].append(_Entry(tag == "th", _span(named.get("rowspan")), _span(named.get("colspan"))))
        else:
            self._write("\n" if tag in _BLOCKS else " " if tag in ("tr", "td", "th") else "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style") and self._silent > 0
        if tag == "table" and self._depth == 1:
            self._found.append(self._rows)
        elif tag in _BLOCKS:
            self._write("\n")
        self._depth -= tag == "table" and self._depth > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._write(data)

    def _write(self, text: str) -> None:
        if self._depth and self._rows and self._rows[-1]:
            self._rows[-1][-1].parts.append(text)
        elif not self._depth or text.strip():
            self._found.append(text if not self._depth else f"\n{text}\n")

    def blocks(self) -> Iterator[Block]:
        """What was read; a table that never ends counts as one."""
        if self._depth:
            self._found.append(self._rows)
        lines: list[str] = []
        for item in [*self._found, []]:
            if isinstance(item, str):
                lines.append(item)
                continue
            for line in "".join(lines).split("\n"):
                if words := _one_line(line):
                    yield Paragraph((Run(words),))
            lines = []
            yield from _table([row for row in item if row])


def _span(attribute: str | None) -> int:
    digits = (attribute or "").strip()
    return max(1, min(int(digits), _MOST_SPAN)) if digits.isascii() and digits.isdigit() and len(digits) < 6 else 1


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _table(rows: list[list[_Entry]]) -> Iterator[Table]:
    placed = list(_place(rows))
    if not placed:
        return
    columns = max(cell.column + cell.colspan for cell in placed)
    occupied = {
        (cell.row + down, cell.column + right) for cell in placed for down in range(cell.rowspan) for right in range(cell.colspan)
    }
    # a row that is too short is filled up
    blank = [Cell(row, column, "") for row in range(len(rows)) for column in range(columns) if (row, column) not in occupied]
    heads = next((number for number, row in enumerate(rows) if not all(entry.head for entry in row)), len(rows))
    cells = tuple(replace(cell, role=_role(cell, heads)) for cell in (*placed, *blank))
    label = "、".join(cell.text for cell in cells if cell.row < heads and cell.text) or "表格"
    yield Table("", label, len(rows), columns, cells, head_rows=heads if heads < len(rows) else 0)


def _role(cell: Cell, heads: int) -> CellRole:
    return "head" if cell.row < heads and cell.role == "stub" else cell.role


def _place(rows: list[list[_Entry]]) -> Iterator[Cell]:
    """Cells where the spans of those before leave room (HTML 4.9.12, forming a table)."""
    occupied: set[tuple[int, int]] = set()
    for number, row in enumerate(rows):
        column = 0
        for entry in row:
            while (number, column) in occupied:
                column += 1
            free = next((at for at in range(1, entry.colspan) if (number, column + at) in occupied), entry.colspan)
            down = min(entry.rowspan, len(rows) - number)
            occupied |= {(number + below, column + right) for below in range(down) for right in range(free)}
            yield Cell(number, column, _one_line("".join(entry.parts)), "stub" if entry.head else "value", down, free)
            column += free
