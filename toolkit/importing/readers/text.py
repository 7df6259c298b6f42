"""Read plain text, as it is copied from a page: one cell per line, or a row per line with tabs.

In: the text. Out: a ``Source``. Merged cells leave no trace in such text, so the grids are not ``exact``: columns are
recognised by counting. Tables are looked for under the headings 二, 三, 四 only, since tabs indent paragraphs elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from itertools import pairwise

from toolkit.forms import all_forms, fullest_form
from toolkit.importing.narrative.headings import find_headings
from toolkit.importing.narrative.sorting import report_cuts
from toolkit.importing.recognition.labels import all_labels, all_row_labels, editions_of, groups_of, match_text, row_labels
from toolkit.importing.recognition.tables import STUB
from toolkit.importing.source import Grid, Line, Piece, RawCell, Source, make_grid

_SENTENCE = 60  # characters; a longer line under a heading with a table is text and no label
_CAPTION = re.compile(r"[（(]?图[ \u3000]?[\d一二三四五六七八九十]{1,2}(?:-\d{1,2})?[ \u3000：:、.．]")
_BLANK = re.compile(r"[ \u3000\xa0]+")
_LONGEST_ROW = 40  # cells; a form has fifteen
_APPLICANTS, _FEWEST_ROWS = 7, 10  # columns of figures in part three, and rows that it has at least
_BARS = str.maketrans("│┃┆┇║｜¦；", "|||||||;")
_RULE = re.compile(r":?[-+=─━═┄┈┌┬┐├┼┤└┴┘┏┳┓┣╋┫┗┻┛╔╦╗╠╬╣╚╩╝]{2,}:?")  # between the rows of a table drawn with characters
_LONG_RULE = re.compile(r"([-+=─━═—_*~#] ?){5,}|(\* ?){3,}")  # shorter ones stand for a blank
_FEWEST_MARKS = 3  # semicolons in a row of cells
_PIECES = 5  # lines over which a web page may break one label


def read_text(text: str, notes: tuple[str, ...] = ()) -> Source:
    """The pieces of a plain text."""
    return Source("text", tuple(text_pieces(text.split("\n"))), notes=notes)


def text_pieces(lines: Sequence[str]) -> Iterator[Piece]:
    """Lines of text as paragraphs and, under the headings that have tables, as grids; one report after the other."""
    cuts = report_cuts(lines, lambda start, end: any("结果维持" in match_text(line) for line in lines[start:end]))
    for start, end in pairwise(cuts):
        yield from _report_pieces(lines[:end], start)


def _report_pieces(lines: Sequence[str], at: int) -> Iterator[Piece]:
    """The pieces of the report that begins at one line."""
    headings = find_headings(["" for _ in lines[:at]] + list(lines[at:]))
    tables = {headings[part.key].line: part.key for part in fullest_form().parts if part.tables and part.key in headings}
    ends = sorted(heading.line for heading in headings.values())
    while at < len(lines):
        if lines[at].strip():
            yield Line(lines[at].strip(), f"第 {at + 1} 行")
        if at in tables:
            end = next((line for line in ends if line > at), len(lines))
            yield from _region(lines, at + 1, end)
            at = end
        else:
            at += 1


def tables_in_lines(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces with the lines under a heading of tables as rows, where none was recognised there: it has no rulings."""
    lines = [piece.text if isinstance(piece, Line) else "" for piece in pieces]
    headings = find_headings(lines)
    ends = sorted([*(heading.line for heading in headings.values()), len(pieces)])
    tables = {headings[part.key].line for part in fullest_form().parts if part.tables and part.key in headings}
    at = 0
    while at < len(pieces):
        yield pieces[at]
        end = next(end for end in ends if end > at)
        plain = at in tables and not any(isinstance(piece, Grid) for piece in pieces[at:end])
        for cells in _region(lines, at + 1, end) if plain else ():
            yield _placed(cells, lambda row: getattr(pieces[int(row) - 1], "place", ""))
        at = end if plain else at + 1


def _placed(piece: Piece, place: Callable[[str], str]) -> Piece:
    """A piece with the places of the file it comes from in place of the numbers of its lines."""
    if isinstance(piece, Grid):
        rows = tuple(replace(row, place=place(re.sub(r"\D", "", row.place))) for row in piece.rows)
        return replace(piece, rows=rows, place=rows[0].place)
    return replace(piece, place=place(re.sub(r"\D", "", piece.place)))


def _region(lines: Sequence[str], start: int, end: int) -> Iterator[Piece]:
    kept: list[tuple[int, str]] = []
    for at in range(start, end):
        if _is_sentence(lines[at].strip()):
            yield Line(lines[at].strip(), f"第 {at + 1} 行")
        else:
            kept.append((at, lines[at]))
    rows = _without_margin(list(_rows(kept)))
    if rows:
        grid = make_grid([[RawCell(text) for text in cells] for _, cells in rows], "", start, exact=False)
        counted = bool(_begins_of_rows(kept))
        placed = (
            replace(row, place=f"第 {first + 1} 行", counted=counted) for row, (first, _) in zip(grid.rows, rows, strict=True)
        )
        yield Grid(tuple(placed), f"第 {start + 1} 行起")


def _without_margin(rows: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Rows without the blank cells to the right of every row: a sheet is copied with all its columns."""
    width = max((at for _, cells in rows for at, cell in enumerate(cells, 1) if cell.strip()), default=0)
    return [(first, cells[:width]) for first, cells in rows]


def _is_sentence(line: str) -> bool:
    """A long line without anything between cells, or the caption of a chart."""
    words = line.split()
    is_long = sum(map(len, words)) > _SENTENCE and len(words) < _PIECES
    marked = line.translate(_BARS)
    with_marks = marked.count(";") >= _FEWEST_MARKS and not marked.endswith("。")
    is_row = "\t" in line or "|" in marked or with_marks
    return (is_long and not is_row and not _RULE.fullmatch(line.strip())) or _CAPTION.match(line) is not None


def _rows(lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows of cells, each with the number of its first line."""
    lines = [(at, text.translate(_BARS)) for at, text in lines]
    filled = [text for _, text in lines if text.strip() and not _RULE.fullmatch(text.strip(" |"))]
    if any("\t" in text.strip() for text in filled):
        yield from _rows_on_lines(lines)
        return
    split = _splitter(filled)
    if split:
        yield from _rows_on_lines([(at, "\t".join(split(text.strip()))) for at, text in lines])
        return
    lines = [(at, text) for at, text in lines if not _LONG_RULE.fullmatch(text.strip())]
    tabbed = sum(text.startswith("\t") for _, text in lines)
    if tabbed > len(filled) / 2 and any(not text.strip("\n") for _, text in lines):
        yield from _rows_between_blank_lines(lines)
    elif begun := _begins_of_rows(lines):
        yield from _rows_by_label(lines[: begun[0]])
        ends = [at + 1 + _APPLICANTS for at in begun]
        for start, end in zip([begun[0], *ends], ends, strict=False):
            yield lines[start][0], [text for _, text in lines[start:end]]
        yield from _rows_by_label(lines[ends[-1] :])
    else:
        yield from _rows_by_label(lines)


def _splitter(filled: Sequence[str]) -> Callable[[str], list[str]] | None:
    """How lines fall into cells that have no tabs between them: at marks, at blanks, or (``None``) each is one cell."""
    for mark in "|;":
        if sum(mark in text.strip(f" {mark}") for text in filled) * 2 > len(filled):
            return partial(_split_at, mark)
    words = [_BLANK.split(text.strip()) for text in filled]
    rows = sum(len(line) > 1 and _is_digits(line[-1]) for line in words)
    return _split_words if rows * 4 >= len(words) > 0 else None


def _split_at(mark: str, text: str) -> list[str]:
    inside = text.strip().removeprefix("|").removesuffix("|") if mark == "|" else text
    cells = [cell.strip() for cell in inside.split(mark)]
    return [] if all(map(_RULE.fullmatch, cells)) else cells


def _split_words(text: str) -> list[str]:
    """Words between blanks; those that make one label of the form (规 章) are one cell."""
    words, cells = _BLANK.split(text), list[str]()
    at = 0
    while at < len(words):
        runs = ("".join(words[at:end]) for end in range(min(len(words), at + _PIECES), at, -1))
        run = next((run for run in runs if match_text(run) in all_labels()), words[at])
        step = next(count for count in range(1, len(words) - at + 1) if len("".join(words[at : at + count])) >= len(run))
        cells.append(run)
        at += step
    return cells


def _rows_on_lines(lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
    """A row per line; a label with a line break in it goes on in the first cell of the next line."""
    held: tuple[int, list[str]] | None = None
    for at, text in lines:
        if not text.strip():
            continue
        cells = text.split("\t")
        if held and cells[0].strip() and held[1][-1].strip() and match_text(held[1][-1] + cells[0]) in all_labels():
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


def _begins_of_rows(lines: Sequence[tuple[int, str]]) -> list[int]:
    """Where the rows of part three begin in lines of one cell each, blank ones too, as LibreOffice saves a table as text.

    Behind a label are its figures, then the cells of the groups that the next label is in; none where the lines are not as many.
    """
    groups = _groups_of_rows()
    begun = [(at, label) for at, (_, text) in enumerate(lines) if (label := match_text(text)) in groups]
    counts = [(until - at - 1 - _APPLICANTS, groups[label]) for (at, _), (until, label) in pairwise(begun)]
    figures = (match_text(text) for at, _ in begun for _, text in lines[at + 1 : at + 1 + _APPLICANTS])
    end = begun[-1][0] + _APPLICANTS + 1 if begun else 0
    behind = any(text.strip() and _is_digits(match_text(text)) for _, text in lines[end:])  # a figure too many in the last row
    whole = len(begun) >= _FEWEST_ROWS and len(lines) >= end and not behind
    return (
        [at for at, _ in begun]
        if whole and all(left in above for left, above in counts) and all(map(_is_digits, figures))
        else []
    )


@cache
def _groups_of_rows() -> dict[str, frozenset[int]]:
    """By label of a row of part three in how many groups it is, in any edition."""
    rows = [row for labels in editions_of("applications") for row in labels.table.rows]
    labels = row_labels("applications")
    return {label: frozenset(len(row.groups) for row in rows if match_text(row.label) == label) for label in labels}


def _rows_by_label(lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
    """One cell per line and nothing between rows: a row begins with its label."""
    first, cells = 0, list[str]()
    closed = False
    for at, text in _whole_labels([(at, text.strip()) for at, text in lines if text.strip() or text.startswith("\t")]):
        label = match_text(text)
        begins = closed or len(cells) > _LONGEST_ROW or _begins_row(label, [match_text(cell) for cell in cells])
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
    if label in _ENDS or label == STUB or label == "行政复议":
        return True
    if before[-1] == "总计" and "自然人" in before:
        return True  # the second line of heads in part three
    figures = sum(_is_digits(cell) for cell in before)
    if label in all_row_labels():
        return bool(figures) or before[-1] not in groups_of("applications")
    return _is_digits(label) and "行政复议" in before and not figures


def _is_digits(text: str) -> bool:
    return re.fullmatch(r"[-+−]?[0-9.,]+\D{0,2}|", text) is not None


def _whole_labels(lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Labels that were broken over lines put together again, where the pieces make a label of the form."""
    words = all_labels()
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
