"""Find the statutory tables among all rows of a source, whatever its grids look like.

In: the rows of every grid in reading order. Out: one ``Section`` per statutory table found, its heads and its rows of
figures distinguished. Tables that run over several pages, stand one under the other in one grid or each in its own,
with or without captions, come out the same; other tables of the page are left aside and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from toolkit.forms import all_forms
from toolkit.importing.recognition.cells import FORMULA_ERROR, HASHES, SCIENTIFIC
from toolkit.importing.recognition.labels import (
    ALIKE,
    alike,
    all_labels,
    all_row_labels,
    best_label,
    editions_of,
    is_label,
    match_text,
    part_two_tables,
    row_labels,
    row_vocabulary,
    table_of_caption,
    table_of_row,
    vocabulary,
)
from toolkit.importing.source import UNREADABLE, GridCell, GridRow
from toolkit.importing.wording import core, number_of, one_line
from toolkit.report.cell_text import BLANK_MARKS

STUB = "信息内容"
_UNREADABLE = match_text(UNREADABLE)
_REPLACED = "\ufffd"
_FEWEST_OUTCOMES = 8  # cells of a row of part four, which has fifteen
_NEARLY = 0.85  # likeness of the label of a row to its halves, where one was misread
_TALLEST = 30  # rows that one merged label spans at most
CROSSED = ("applications", "disputes")
_FIGURE = re.compile(r"[-+−增减加少约]*[0-9][0-9,.，]*([^0-9]{0,3}|[\[（【〔].{1,20})")


@dataclass(frozen=True, slots=True)
class Label:
    """One label of a table: ``text`` folded for comparing, ``raw`` as it stands in the source, and its place."""

    text: str
    raw: str
    place: str


@dataclass
class Section:
    """One statutory table as it stands in the source; ``key`` is "" until a row tells which it is."""

    key: str
    place: str
    caption: str = ""
    heads: list[GridRow] = field(default_factory=list)
    rows: list[GridRow] = field(default_factory=list)

    def head_labels(self) -> list[str]:
        """The folded labels above the figures, in reading order; the corner is one of them."""
        return [text for row in self.heads for text in map(match_text, row.texts) if text]

    def labels(self) -> list[Label]:
        """Every label of the table in reading order."""
        parts = [(self.caption, self.place)] if self.caption else []
        parts += [(text, row.place) for row in self.heads for text in row.texts]
        parts += [(cell.text, row.place) for row in self.rows for cell in label_cells(row, self.key)]
        labels = (Label(match_text(text), one_line(text), place) for text, place in parts)
        return [label for label in labels if label.text]


@dataclass(frozen=True)
class RecognisedTables:
    """The tables of one source; ``ignored`` are the places of rows that belong to none, ``notes`` the text in them."""

    sections: tuple[Section, ...]
    ignored: tuple[str, ...] = ()
    notes: tuple[Label, ...] = ()


def find_tables(rows: Iterable[GridRow]) -> RecognisedTables:
    """The statutory tables in order; a table that is there twice comes twice."""
    finder = _Finder()
    for row in _joined(list(rows)):
        finder.take(row)
    sections: list[Section] = []
    for section in finder.sections:
        if sections and section.key == sections[-1].key and not _rows_of(section) & _rows_of(sections[-1]):
            sections[-1].rows += section.rows  # its last rows on another page, under the head once more
        elif section.key:
            sections.append(section)
    return RecognisedTables(tuple(sections), tuple(dict.fromkeys(finder.ignored)), tuple(finder.notes))


def has_every_table(rows: Iterable[GridRow]) -> bool:
    """Whether the tables of some edition are all there, with as many rows as it has."""
    rows_of = {section.key: len(section.rows) for section in find_tables(rows).sections}
    return any(
        all(rows_of.get(table.key, 0) >= (1 if table.across else len(table.rows)) for table in form.tables)
        for form in all_forms()
    )


def _rows_of(section: Section) -> set[str]:
    """What names the rows of a section; part four has one row without a name."""
    cells = [label_cells(row, section.key) for row in section.rows]
    return {match_text(found[-1].text) if found else "" for found in cells}


def label_cells(row: GridRow, key: str) -> list[GridCell]:
    """The cells of a row of figures that are labels: those up to the last label, blanks left out."""
    last = last_label(row, key)
    return [cell for cell in row.cells[: last + 1] if match_text(cell.text) and not is_figure(match_text(cell.text))]


def last_label(row: GridRow, key: str) -> int:
    """Which cell of a row is its last label; −1 when it has none. Text behind a figure does not count."""
    last = -1
    for at, cell in enumerate(row.cells):
        text = match_text(cell.text)
        if key != "disputes" and text in row_labels(key):
            return at
        if is_label(text, key):
            last = at
        elif is_figure(text) and not (last < 0 and _is_row_number(row, at, key)):
            break
    return last


def _is_row_number(row: GridRow, at: int, key: str) -> bool:
    """Whether a figure is the first cell of a row and the label of a row comes right behind it."""
    before = any(cell.text.strip() for cell in row.cells[:at])
    return not before and at + 1 < len(row.cells) and match_text(row.cells[at + 1].text) in row_vocabulary(key)


class _Finder:
    """Walks over the rows and sorts them into sections."""

    def __init__(self) -> None:
        self.sections: list[Section] = []
        self.ignored: list[str] = []
        self.notes: list[Label] = []  # rows of text in a grid of the form: a remark under its figures
        self.grid = -1
        self.attached = False  # whether a row of the grid under way belongs to a statutory table

    @property
    def current(self) -> Section | None:
        return self.sections[-1] if self.sections else None

    def take(self, row: GridRow) -> None:
        texts = [text for text in map(match_text, row.texts) if text]
        self.attached = self.attached and row.grid == self.grid
        fresh, self.grid = not self.attached, row.grid
        section = self.current
        if not texts and (fresh or section is None):
            return
        start = _start(texts)
        self.attached = self.attached or start is not None
        if start in CROSSED and section is not None and section.key == start and not _is_whole(section):
            if not section.rows and row.texts not in [head.texts for head in section.heads]:
                section.heads.append(row)
        elif start is not None:
            self._open(start, row, texts)
        elif _is_first_row(texts) and (section is None or section.key != "applications" or _is_whole(section)):
            self.attached = True
            self.sections.append(Section("applications", row.place, rows=[row]))  # its heads are lost
        elif section is not None and self._belongs(section, row, texts, fresh):
            self.attached = True
        elif any(map(is_figure, texts)):
            self.ignored.append(row.place)
        elif self.attached and texts:
            raw = one_line(" ".join(text for text in row.texts if text.strip()))
            self.notes.append(Label("".join(texts), raw, row.place))

    def _open(self, key: str, row: GridRow, texts: Sequence[str]) -> None:
        caption = table_of_caption(texts[0]) if texts else ""
        section = self.current
        if caption:
            self.sections.append(Section(caption, row.place, caption=next(text for text in row.texts if text.strip())))
            if {*texts} > {texts[0]}:  # caption and head in one row
                self.sections[-1].heads.append(replace(row, cells=row.cells[1:]))
        elif key in part_two_tables() or not key:
            if section is None or section.rows or section.heads or not section.caption:
                section = Section("", row.place)
                self.sections.append(section)
            section.heads.append(row)
        else:
            self.sections.append(Section(key, row.place))
            self.sections[-1].heads.append(row)

    def _belongs(self, section: Section, row: GridRow, texts: Sequence[str], fresh: bool) -> bool:
        if len(texts) == 1 and not is_figure(texts[0]) and best_label(texts[0], all_labels())[1] < ALIKE:
            return False  # a title or a remark put over or under the table
        if section.key in CROSSED:
            is_known = self._take_crossed(section, row, texts, fresh)
            if is_known or not fresh:
                return is_known
        label = next((text for text in texts if not is_figure(text)), "")
        table = table_of_row(label)
        if table and not section.key:
            section.key = table
        elif table and (section.key != table):
            self.sections.append(Section(table, row.place))
        elif not table and (fresh or section.key not in ("", *part_two_tables())):
            return False
        self.sections[-1].rows.append(row)
        return True

    def _take_crossed(self, section: Section, row: GridRow, texts: Sequence[str], fresh: bool) -> bool:
        """A row of part three or four: more of its head, figures, or neither."""
        words = vocabulary(section.key)
        figures = [text for text in texts if is_figure(text)]
        of_rows = set(texts) & row_vocabulary("applications") if section.key == "applications" else set()
        if not section.rows and texts and not figures and not of_rows:
            section.heads.append(row)
            return True
        if texts and all(text in words for text in texts) and not of_rows:
            return True  # the head once more, on the next page
        if fresh and section.key == "disputes" and section.rows and len(row.cells) < _FEWEST_OUTCOMES:
            return False  # the figures of a chart below the table
        is_known = any(text in words for text in texts) or (section.key == "disputes" and bool(figures))
        if fresh and not is_known and not (not section.rows and figures):
            return False
        section.rows.append(row)
        return True


def _start(texts: Sequence[str]) -> str | None:
    """The table that begins with this row; "" when it is one of part two and the next row tells which."""
    if not texts:
        return None
    if table_of_caption(texts[0]):
        return table_of_caption(texts[0])
    if texts[0].startswith(STUB) and not any(map(is_figure, texts)):
        return ""
    joined = "".join(texts)
    if "申请人情况" in joined or {"自然人", "总计"} <= set(texts) or texts[0].startswith("（本列数据的勾稽关系"):
        return "applications"
    return "disputes" if "行政诉讼" in texts and "行政复议" in texts else None


def _is_first_row(texts: Sequence[str]) -> bool:
    first = editions_of("applications")[0].rows[0]
    return bool(texts) and core(texts[0]) == core(first) and any(map(is_figure, texts[1:]))


def _is_whole(section: Section) -> bool:
    fewest = min(len(labels.rows) for labels in editions_of(section.key)) if section.key == "applications" else 1
    return len(section.rows) >= fewest


@lru_cache(maxsize=4096)
def is_figure(text: str) -> bool:
    """Whether a folded text can only be a figure or a mark in place of one."""
    if text == _UNREADABLE or (_REPLACED in text and not any("\u4e00" <= character <= "\u9fff" for character in text)):
        return True  # a reader saw a figure there and could not read it
    if any(pattern.fullmatch(text) for pattern in (HASHES, FORMULA_ERROR, SCIENTIFIC)):
        return True
    return text in BLANK_MARKS or (_FIGURE.fullmatch(text) is not None and not number_of(text))


def _joined(rows: list[GridRow]) -> list[GridRow]:
    """Rows that a page break cut in two, put together; a head printed again may stand between the halves."""
    out: list[GridRow] = []
    above: int | None = None  # the last row before the page break, while its other half may still come
    for row in rows:
        if out and out[-1].grid != row.grid:
            above = len(out) - 1
        whole = _join(out[above], row) if above is not None else None
        if above is not None and whole is not None:
            out[above], above = whole, None
            continue
        out.append(_mend_groups(out, row) if above is not None else row)
        if above is not None and not _is_head_again(row):
            above = None
    return out


def _mend_groups(out: list[GridRow], row: GridRow) -> GridRow:
    """The row without the ends of merged labels that began before the page break; they go back to their beginnings."""
    cells = list(row.cells)
    for at, cell in enumerate(cells):
        rest = match_text(cell.text)
        if rest and not is_figure(rest) and rest not in all_labels() and _complete(out, cell.text):
            cells[at] = replace(cell, text="")
    return replace(row, cells=tuple(cells))


def _complete(out: list[GridRow], rest: str) -> bool:
    """Put the end of a label behind its beginning in the rows above, and tell whether there was one."""
    labels = all_labels()
    for back in range(len(out) - 1, max(-1, len(out) - 1 - _TALLEST), -1):
        for at, cell in enumerate(out[back].cells):
            begun = match_text(cell.text)
            if begun and begun not in labels and begun + match_text(rest) in labels:
                whole = replace(cell, text=cell.text + rest)
                out[back] = replace(out[back], cells=(*out[back].cells[:at], whole, *out[back].cells[at + 1 :]))
                return True
    return False


def _is_head_again(row: GridRow) -> bool:
    texts = [text for text in map(match_text, row.texts) if text]
    return all(text in vocabulary("applications") and text not in row_vocabulary("applications") for text in texts)


def _join(above: GridRow, below: GridRow) -> GridRow | None:
    """Both halves of a row as one: its label began above and ends below, its figures stand in one half."""
    parts = [[(at, match_text(cell.text)) for at, cell in enumerate(row.cells) if cell.text.strip()] for row in (above, below)]
    labels = [[(at, text) for at, text in half if not is_figure(text)] for half in parts]
    if not labels[0] or not labels[1] or all(len(half) > len(words) for half, words in zip(parts, labels, strict=True)):
        return None
    (top, begun), (bottom, rest) = labels[0][-1], labels[1][-1]
    whole = _whole(begun, rest)
    if whole is None:
        return None
    whole_row, at, other = (above, top, below) if len(parts[0]) > len(labels[0]) else (below, bottom, above)
    text = (above.cells[top].text if begun in whole else "") + (below.cells[bottom].text if rest in whole else "")
    groups = {cell.column: cell.text for cell in other.cells if cell.column < whole_row.cells[at].column}
    cells = [replace(cell, text=groups.get(cell.column, "")) if not cell.text.strip() else cell for cell in whole_row.cells]
    return replace(whole_row, cells=(*cells[:at], replace(cells[at], text=text), *cells[at + 1 :]))


def _whole(begun: str, rest: str) -> tuple[str, ...] | None:
    """The parts that make the label of a row: both halves, or one that a reader of scans has completed already."""
    rows = all_row_labels()
    if begun in rows and rest not in rows and alike(rest, begun[-len(rest) :]) >= ALIKE:
        return (begun,)
    if rest in rows and begun not in rows and alike(begun, rest[: len(begun)]) >= ALIKE:
        return (rest,)
    is_one = rest not in rows and (begun + rest in rows or (begun not in rows and best_label(begun + rest, rows)[1] >= _NEARLY))
    return (begun, rest) if is_one else None
