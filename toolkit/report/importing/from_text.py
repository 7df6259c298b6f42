"""Read plain text, as it is copied from a page: one cell per line, or a row per line with tabs.

In: the text. Out: a ``Source``. Merged cells leave no trace in such text, so the grids are not ``exact``: columns are
told by counting. Tables are looked for under the headings 二, 三, 四 only, since tabs indent paragraphs elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from toolkit.forms import all_forms
from toolkit.report.importing.headings import find_headings
from toolkit.report.importing.labels import match_text, part_two_tables, row_vocabulary, vocabulary
from toolkit.report.importing.source import Grid, Line, Piece, RawCell, Source, make_grid
from toolkit.report.importing.tables import STUB

_SENTENCE = 60  # characters; a longer line under a heading with a table is text and no label
_PIECES = 5  # lines over which a web page may break one label


def read_text(text: str, notes: tuple[str, ...] = ()) -> Source:
    """The pieces of a plain text."""
    return Source("text", tuple(text_pieces(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))), notes=notes)


def text_pieces(lines: Sequence[str]) -> Iterator[Piece]:
    """Lines of text as paragraphs and, under the headings that have tables, as grids."""
    headings = find_headings(lines)
    tables = {headings[part.key].line: part.key for part in all_forms()[-1].parts if part.tables and part.key in headings}
    ends = sorted(heading.line for heading in headings.values())
    at = 0
    while at < len(lines):
        if lines[at].strip():
            yield Line(lines[at].strip(), f"第 {at + 1} 行")
        if at in tables:
            end = next((line for line in ends if line > at), len(lines))
            yield from _region(lines, at + 1, end)
            at = end
        else:
            at += 1


def _region(lines: Sequence[str], start: int, end: int) -> Iterator[Piece]:
    kept: list[tuple[int, str]] = []
    for at in range(start, end):
        if len(lines[at].strip()) > _SENTENCE and "\t" not in lines[at].strip():
            yield Line(lines[at].strip(), f"第 {at + 1} 行")
        else:
            kept.append((at, lines[at]))
    rows = list(_rows(kept))
    if rows:
        grid = make_grid([[RawCell(text) for text in cells] for _, cells in rows], "", start, exact=False)
        placed = (replace(row, place=f"第 {first + 1} 行") for row, (first, _) in zip(grid.rows, rows, strict=True))
        yield Grid(tuple(placed), f"第 {start + 1} 行起")


def _rows(lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows of cells, each with the number of its first line."""
    filled = [text for _, text in lines if text.strip()]
    if any("\t" in text.strip() for text in filled):
        yield from _rows_on_lines(lines)
        return
    tabbed = sum(text.startswith("\t") for _, text in lines)
    if tabbed > len(filled) / 2 and any(not text.strip("\n") for _, text in lines):
        yield from _rows_between_blank_lines(lines)
    else:
        yield from _rows_by_label([(at, text.strip()) for at, text in lines if text.strip() or text.startswith("\t")])


def _rows_on_lines(lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
    """A row per line; a label with a line break in it goes on in the first cell of the next line."""
    held: tuple[int, list[str]] | None = None
    for at, text in lines:
        if not text.strip():
            continue
        cells = text.split("\t")
        if held and cells[0].strip() and held[1][-1].strip() and match_text(held[1][-1] + cells[0]) in _all_words():
            held = held[0], [*held[1][:-1], held[1][-1] + cells[0], *cells[1:]]
            continue
        if held:
            yield held
        held = at, cells
    if held:
        yield held


def _rows_between_blank_lines(lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
    """Cells begin with a tab, rows end at a blank line; a line without a tab goes on in the cell above."""
    first, cells = 0, list[str]()
    for at, text in lines:
        if text.startswith("\t"):
            first = first if cells else at
            cells.append(text[1:])
        elif text.strip() and cells:
            cells[-1] += "\n" + text
        elif cells:
            yield first, cells
            cells = []
    if cells:
        yield first, cells


def _rows_by_label(lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
    """One cell per line and nothing between rows: a row begins with its label."""
    first, cells = 0, list[str]()
    closed = False
    for at, text in _whole_labels(lines):
        label = match_text(text)
        begins = closed or _begins_row(label, [match_text(cell) for cell in cells])
        if begins and cells:
            yield first, cells
            cells = []
        first = first if cells else at
        cells.append(text)
        closed = label in _ENDS
    if cells:
        yield first, cells


_ENDS = {"申请人情况", *(match_text(table.caption) for form in all_forms() for table in form.tables if table.caption)}


def _begins_row(label: str, before: Sequence[str]) -> bool:
    """Whether a label opens a new row behind the cells of the row under way."""
    if not before:
        return False
    groups = _groups()
    rows = row_vocabulary("applications") | {word for key in part_two_tables() for word in row_vocabulary(key)}
    if label in _ENDS or label == STUB or label == "行政复议":
        return True
    if before[-1] == "总计" and "自然人" in before:
        return True  # the second line of heads in part three
    figures = sum(_is_digits(cell) for cell in before)
    if label in rows:
        return bool(figures) or before[-1] not in groups
    return _is_digits(label) and "行政复议" in before and not figures


@cache
def _groups() -> set[str]:
    tables = [form.table_by_key["applications"] for form in all_forms()]
    return {match_text(group) for table in tables for row in table.rows for group in row.groups}


def _is_digits(text: str) -> bool:
    return re.fullmatch(r"[-+−]?[0-9.,]+\D{0,2}|", text) is not None


def _whole_labels(lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Labels that were broken over lines put together again, where the pieces make a label of the form."""
    words = _all_words()
    at = 0
    while at < len(lines):
        number, text = lines[at]
        step = 1
        if match_text(text) not in words:
            for count in range(2, _PIECES + 1):
                joined = "".join(part for _, part in lines[at : at + count])
                if match_text(joined) in words:
                    text, step = joined, count
                    break
        yield number, text
        at += step


@cache
def _all_words() -> frozenset[str]:
    return frozenset(word for form in all_forms() for table in form.tables for word in vocabulary(table.key))
