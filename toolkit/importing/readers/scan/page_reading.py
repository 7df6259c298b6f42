"""Read a page of a scan: every cell of its tables as text with its certainty, and the text around them.

In: a picture of a page. Out: its pieces. Labels are given as the form has them where the recogniser nearly read them; figures
come with their cut-outs; those that are not certain are marked, and none is made up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice

import cv2
import numpy

from toolkit.importing.readers.scan.cell_text import (
    CUTS,
    Ink,
    beside_figures,
    find_ink,
    is_sealed,
    letter_height,
    line_picture,
    looks_written,
)
from toolkit.importing.readers.scan.figure_reading import UNCERTAIN, FigureText, read_figures
from toolkit.importing.readers.scan.lines import find_lines, read_text
from toolkit.importing.readers.scan.pictures import PagePicture
from toolkit.importing.readers.scan.recognising import Recognised, Recogniser, recogniser
from toolkit.importing.readers.scan.rulings import CellBox, RuledTable, find_tables, without_rulings
from toolkit.importing.readers.scan.straight import Page, straighten
from toolkit.importing.readers.scan.table_labels import LabelReading, as_label, count_words, has_words, is_label, labels_in_place
from toolkit.importing.source import UNREADABLE, Grid, GridSpot, Line, Piece, grid_of_spots


@dataclass(frozen=True)
class PageReading:
    """One page as it was recognised; ``number`` is its printed number, 0 for none, ``at`` its place in the file."""

    at: int
    number: int
    pieces: tuple[Piece, ...]
    sealed: tuple[str, ...] = ()
    handwritten: bool = False


_LINES_TRIED, _MOST_TRIED = 4, 16
_TRIED_WIDTH = 400  # pixels
_FULL_LINE = 7  # letters of a line that count
_LEGIBLE = 0.85
_SHORTEST_WORDS = 2  # letters
_DUBIOUS, _SHORT = 0.6, 3.0  # certainty of a reading; width of a short line in heights
_LONGEST_LABEL = 20  # letters of a text that may be a label that was misread
_RUNS = 2  # in which a line down may go through rows of figures


def read_page(picture: PagePicture) -> PageReading:
    """Tables and text of one page, whichever way it lies."""
    reader = recogniser()
    page = upright(straighten(picture.rgb), reader)
    tables = find_tables(page)
    read = [read_table(table, reader, f"{picture.place}第 {at} 个表格", at) for at, table in enumerate(tables, 1)]
    grids = [(table.top, grid) for table, (grid, _) in zip(tables, read, strict=True)]
    text = read_text(page, [(table.top, table.bottom) for table in tables], reader)
    lines = [(top, Line(line, picture.place)) for top, line in text.paragraphs if line]
    placed: list[tuple[int, Piece]] = [*grids, *lines]
    pieces = tuple(piece for _, piece in sorted(placed, key=lambda item: item[0]))
    return PageReading(picture.number, text.number, pieces, text.sealed, any(written for _, written in read))


def upright(page: Page, reader: Recogniser) -> Page:
    """The page turned so that it can be read: of the four ways that of which a few lines read best.

    A page without a line outside its tables is turned by the words in them, and one without words by its figures.
    """
    ways = (0, 2, 1, 3) if page.gray.shape[0] >= page.gray.shape[1] else (1, 3, 0, 2)
    best, sure = ways[0], 0.0
    for way in ways:
        certainty = _legibility(page.turned(way), reader)
        if certainty > sure:
            best, sure = way, certainty
        if sure >= _LEGIBLE:
            return page.turned(best)
    bare = replace(page, gray=without_rulings(page.gray))
    for certainty_of, measured in ((_legibility, bare), (_legibility_of_figures, page)):
        certainties = {way: certainty_of(measured.turned(way), reader) for way in ways}
        most = max(ways, key=certainties.__getitem__)
        if certainties[most] > sure:
            best, sure = most, certainties[most]
        if sure:
            break
    return page.turned(best)


def _legibility(page: Page, reader: Recogniser) -> float:
    """How certain the recogniser is of the letters of a few lines, 0 to 1; on a page that lies on its side lines are short.

    The longest lines of a page may all be rows of figures, which say nothing, or short labels with a line of the table.
    """
    boxes = [box for box in find_lines(page, ()) if box.right - box.left > 3 * (box.bottom - box.top)]
    chosen = sorted(boxes, key=lambda box: box.left - box.right)[:_MOST_TRIED]
    pictures = [line_picture(page, (box.left, box.top, min(box.right, box.left + _TRIED_WIDTH), box.bottom), 0) for box in chosen]
    lines: list[float] = []
    certainty = 0.0
    while len(lines) < len(pictures) and certainty < _LEGIBLE:
        words = reader.read(pictures[len(lines) : len(lines) + _LINES_TRIED])
        counts = [count_words(item.text.replace("一", "")) for item in words]  # on its side each line of a table is a 一
        lines += [min(count, _FULL_LINE) / _FULL_LINE * item.average for count, item in zip(counts, words, strict=True)]
        best = [line for line in sorted(lines)[-_LINES_TRIED:] if line]
        certainty = sum(best) / len(best) if best else 0.0
    return certainty


def _legibility_of_figures(page: Page, reader: Recogniser) -> float:
    """How surely some figures in the tables of a page are read; below a page break there may be no words."""
    cells = ((table.page, find_ink(table.page, box)) for table in find_tables(page) for box in table.cells)
    pictures = [line_picture(of, ink.lines[0], 0) for of, ink in islice((cell for cell in cells if cell[1].lines), _MOST_TRIED)]
    read = reader.read(pictures)
    return sum(item.certainty for item in read if item.text.isdecimal()) / max(1, len(read))


def read_table(table: RuledTable, reader: Recogniser, place: str, number: int) -> tuple[Grid, bool]:
    """One table as a grid, and whether its figures look written by hand."""
    inks = [find_ink(table.page, box) for box in table.cells]
    height = letter_height(inks)
    inks = [find_ink(table.page, box, height) for box in table.cells]
    lines = [(at, line) for at, ink in enumerate(inks) for line in ink.lines]
    read = reader.read([line_picture(table.page, line, height) for _, line in lines])
    by_cell: dict[int, list[Recognised]] = {}
    for (at, _), reading in zip(lines, read, strict=True):
        by_cell.setdefault(at, []).append(reading)
    bare = {at: inks[at] for at, found in by_cell.items() if len(found) == 1 and _may_be_figure(found[0], inks[at])}
    figures = read_figures(table.page, bare, {at: by_cell[at][0] for at in bare}, reader)
    figures = {at: figure for at, figure in figures.items() if not has_words(figure.text)}
    by_cell |= _labels_again(table.page, {at: inks[at] for at in by_cell if at not in figures}, by_cell, height, reader)
    cells = [figures.get(at) or _label([item.text.strip() for item in by_cell.get(at, [])]) for at in range(len(table.cells))]
    cut = cells_of_cut_rows(table.cells, [cell.text for cell in cells], figures.keys()) | beside_figures(inks, figures)
    cut |= cells_at_broken_lines(table.cells, figures.keys())
    cells = [FigureText(UNREADABLE, UNCERTAIN) if at in cut else cell for at, cell in enumerate(cells)]
    in_place = labels_in_place(_label_readings(table, cells, figures, by_cell))
    spots = []
    for at, box in enumerate(table.cells):
        cell = FigureText(in_place[at]) if at in in_place else cells[at]
        if not cell.text and box.bottom - box.top < height:  # too low for a figure: a line that is none cuts one in two
            cell = FigureText(UNREADABLE, UNCERTAIN)
        picture = cut_out(table, at) if (at in figures and at not in in_place) or cell.doubt else b""
        spots.append(GridSpot(box.row, box.column, box.rowspan, box.colspan, cell.text, cell.doubt, picture))
    written = [inks[at] for at in figures if not is_sealed(table.page, table.cells[at])]
    return grid_of_spots(spots, place, number), looks_written(written)


def cells_of_cut_rows(boxes: Sequence[CellBox], texts: Sequence[str], figures: Collection[int]) -> set[int]:
    """The blank cells of a row that a stroke cut in two: the row above or below has figures and no label."""
    of_row: dict[int, list[int]] = {}
    for at, box in enumerate(boxes):
        if box.rowspan == 1:
            of_row.setdefault(box.row, []).append(at)
    bare = {row for row, cells in of_row.items() if not any(has_words(texts[at]) for at in cells)}
    bare = {row for row in bare if any(at in figures for at in of_row[row])}
    cut: set[int] = set()
    for row, cells in of_row.items():
        blank = [at for at in cells if not texts[at]]
        labelled = any(has_words(texts[at]) for at in cells) and not any(at in figures for at in cells)
        if labelled and 2 * len(blank) >= len(cells) and {row - 1, row + 1} & bare:
            cut.update(blank)
    return cut


def cells_at_broken_lines(boxes: Sequence[CellBox], figures: Collection[int]) -> set[int]:
    """The cells beside a line down that ends and begins again among figures: strokes of digits one below the other.

    In the rows between, one figure has the whole cell. A line that ends once, where a table has merged cells, is none of these.
    """
    spanning: dict[int, set[int]] = {}  # by edge: the rows in which a figure goes across it
    ending: dict[int, dict[int, list[int]]] = {}  # by edge and row: the cells that it parts
    counted = {boxes[at].row for at in figures}
    for at, box in enumerate(boxes):
        if box.rowspan > 1 or box.row not in counted:
            continue
        for edge in range(box.column + 1, box.column + box.colspan) if at in figures else ():
            spanning.setdefault(edge, set()).add(box.row)
        for edge in (box.column, box.column + box.colspan):
            ending.setdefault(edge, {}).setdefault(box.row, []).append(at)
    broken: set[int] = set()
    for edge, rows in spanning.items():
        parted = ending.get(edge, {})
        runs = [is_parted for is_parted, _ in groupby(sorted({*rows, *parted}), key=parted.__contains__)]
        if sum(runs) > _RUNS:
            broken.update(at for cells in parted.values() for at in cells)
    return broken


def _labels_again(
    page: Page, inks: Mapping[int, Ink], by_cell: Mapping[int, Sequence[Recognised]], height: float, reader: Recogniser
) -> dict[int, list[Recognised]]:
    """Short texts that are no label of the form, read once more, cut out otherwise: those that then are one."""
    labels: dict[int, list[Recognised]] = {}
    for cut in CUTS[1:]:
        unlike = [at for at in inks if at not in labels and not is_label(_joined(by_cell[at]))]
        short = [at for at in unlike if 0 < len(_joined(by_cell[at])) <= _LONGEST_LABEL]
        lines = [(at, line) for at in short for line in inks[at].lines]
        readings = reader.read([line_picture(page, line, height, cut) for _, line in lines])
        again: dict[int, list[Recognised]] = {}
        for (at, _), reading in zip(lines, readings, strict=True):
            again.setdefault(at, []).append(reading)
        labels |= {at: of_cell for at, of_cell in again.items() if is_label(_joined(of_cell))}
    return labels


def _label_readings(
    table: RuledTable, cells: Sequence[FigureText], figures: Mapping[int, FigureText], by_cell: Mapping[int, Sequence[Recognised]]
) -> dict[int, LabelReading]:
    """The cells that hold labels: those left of all figures, above all figures, or in a row of words without figures."""
    certain = [table.cells[at] for at, figure in figures.items() if not figure.doubt]
    rows, columns = {box.row for box in certain}, {box.column for box in certain}
    readings: dict[int, LabelReading] = {}
    for at, box in enumerate(table.cells):
        above = box.row < min(rows, default=0) or (box.row not in rows and has_words(cells[at].text))
        if at in by_cell and (above or box.column < min(columns, default=0)):
            hidden = at in figures or is_sealed(table.page, box)
            certainty = 0.0 if hidden else min(line.certainty for line in by_cell[at])
            readings[at] = LabelReading(cells[at].text, certainty, box.colspan)
    return readings


def _joined(lines: Sequence[Recognised]) -> str:
    return "".join(line.text.strip() for line in lines)


def _may_be_figure(reading: Recognised, ink: Ink) -> bool:
    """Whether a line holds no words, or is short and was hardly read: a lone digit is at times read with a letter behind it."""
    left, top, right, bottom = ink.lines[0]
    return not has_words(reading.text) or (reading.certainty < _DUBIOUS and right - left < _SHORT * (bottom - top))


def _label(lines: Sequence[str]) -> FigureText:
    """A cell without a figure: a label, a blank, or an unreadable one."""
    text = as_label("".join(lines))
    if not lines or count_words(text) > _SHORTEST_WORDS or is_label(text):
        return FigureText(text)  # a shorter word that is no label is a scribble that was taken for a letter
    return FigureText(text or UNREADABLE, UNCERTAIN)


def cut_out(table: RuledTable, at: int) -> bytes:
    """The picture of one cell with a little around it, as PNG."""
    box = table.cells[at]
    part = table.page.rgb[max(0, box.top - 8) : box.bottom + 8, max(0, box.left - 8) : box.right + 8]
    _, data = cv2.imencode(".png", cv2.cvtColor(part, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_PNG_COMPRESSION, 6])
    return bytes(numpy.asarray(data).tobytes())
