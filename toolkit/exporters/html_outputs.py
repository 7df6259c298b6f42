"""Turn the HTML output of a cell that someone added into blocks: text line by line, tables as tables.

Scripts, styles and all other markup fall away; the cells of a table keep their places (a ``DataFrame`` of pandas).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from lxml import etree, html
from lxml.html.builder import P

from toolkit.core.text import printable
from toolkit.sections.blocks import Block, Cell, CellRole, Paragraph, Run, Table

_BLOCKS = ("p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "ul", "ol", "section", "caption")
_MOST_SPAN = 1000  # columns or rows, as HTML 4.9.11 has it
_END_OF_PAGE = re.compile(r"(?i)</(?:body|html)\s*>")  # lxml drops what follows
_TABLE = "\ufdd0"  # stands for a table in the text; Unicode gives it to programs, and no printable text contains it


def read_html(source: str) -> tuple[Block, ...]:
    """Paragraphs and tables of an HTML fragment, in order; a table within a table is text of its cell."""
    source = _END_OF_PAGE.sub("", printable(source))
    page = html.document_fromstring(f"<div>{source}</div>", html.HTMLParser(huge_tree=True))
    etree.strip_elements(page, etree.Comment, "script", "style", with_tail=False)
    for tag in page.iter(*_BLOCKS):
        tag.text, tag.tail = (f"\n{printable(text or '')}" for text in (tag.text, tag.tail))
    for entry in page.iter("td", "th"):
        entry.text = f" {printable(entry.text or '')}"
    tables = page.xpath("//table[not(ancestor::table)]")
    for table in tables:
        for caption in table.findall("caption"):
            table.addprevious(caption)
        # text between the tags of a table comes before it, as in a browser
        loose = " ".join(table.xpath(".//text()[not(ancestor::td or ancestor::th)]"))
        table.addprevious(P(f"\n{printable(loose)}\n"))
        table.tail = f"{_TABLE}{printable(table.tail or '')}"
        table.drop_tree()
    return tuple(_blocks(page.text_content().split(_TABLE), tables))


def _blocks(texts: Sequence[str], tables: Sequence[Any]) -> Iterator[Block]:
    """The lines of each text as paragraphs, and behind it the table that follows."""
    for text, table in zip_longest(texts, tables):
        yield from (Paragraph((Run(words),)) for line in text.split("\n") if (words := _one_line(line)))
        if table is not None:
            rows = [row.xpath("td | th") for row in table.xpath("(. | * | */*)[td or th]")]
            yield from _table(rows)


def _span(entry: Any, name: str) -> int:
    digits = str(entry.get(name, "")).strip()
    return max(1, min(int(digits), _MOST_SPAN)) if digits.isascii() and digits.isdigit() and len(digits) < 6 else 1


def _one_line(text: str) -> str:
    return " ".join(printable(text).split())  # a character reference may name any character


def _table(rows: list[list[Any]]) -> Iterator[Table]:
    placed = list(_place(rows))
    if not placed:
        return
    columns = max(cell.column + cell.colspan for cell in placed)
    occupied = {
        (cell.row + down, cell.column + right) for cell in placed for down in range(cell.rowspan) for right in range(cell.colspan)
    }
    # a row that is too short is filled up
    blank = [Cell(row, column, "") for row in range(len(rows)) for column in range(columns) if (row, column) not in occupied]
    heads = next((number for number, row in enumerate(rows) if not all(entry.tag == "th" for entry in row)), len(rows))
    cells = tuple(replace(cell, role=_role(cell, heads)) for cell in (*placed, *blank))
    label = "、".join(cell.text for cell in cells if cell.row < heads and cell.text) or "表格"
    yield Table("", label, len(rows), columns, cells, head_rows=heads if heads < len(rows) else 0)


def _role(cell: Cell, heads: int) -> CellRole:
    return "head" if cell.row < heads and cell.role == "stub" else cell.role


def _place(rows: list[list[Any]]) -> Iterator[Cell]:
    """Cells where the spans of those before leave room (HTML 4.9.12, forming a table)."""
    occupied: set[tuple[int, int]] = set()
    for number, row in enumerate(rows):
        column = 0
        for entry in row:
            colspan = _span(entry, "colspan")
            while (number, column) in occupied:
                column += 1
            free = next((at for at in range(1, colspan) if (number, column + at) in occupied), colspan)
            down = min(_span(entry, "rowspan"), len(rows) - number)
            occupied |= {(number + below, column + right) for below in range(down) for right in range(free)}
            role: CellRole = "stub" if entry.tag == "th" else "value"
            yield Cell(number, column, _one_line(entry.text_content()), role, down, free)
            column += free
