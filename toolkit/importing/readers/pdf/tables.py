"""Find the ruled tables of a page of a PDF, and put the characters between the rulings together as cells.

In: a page as it was drawn (``PageDrawing``). Out: grids, and the page without them. Tables that are open at a side are closed: at
a page break no line is drawn, and some tables have no outer frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges, snap_edges
from pdfplumber.utils.geometry import filter_edges, obj_to_edges

from toolkit.importing.readers.pdf.cell_content import CharIndex, cell_content
from toolkit.importing.readers.pdf.drawn import IN_FIGURE, Edge, PageDrawing, PdfPage
from toolkit.importing.readers.pdf.lines import Char
from toolkit.importing.readers.pdf.page import Box
from toolkit.importing.source import Grid, GridSpot, grid_of_spots

_SNAP = 2.5  # points by which lines of one ruling may differ
_JOIN = 3.0  # points between rulings that belong together, and between the end of a ruling and the one that closes it
_SHORTEST = 4.0  # points; what is shorter is the end of a ruling drawn as a thin box
_LOWEST_ROW = 11.0  # points; a shorter stroke is a mark or part of a letter and no ruling
_LONGEST_CELL = 160
_LONGEST_HEAD = 40
_STACKED = 1.03  # of the type size, between the feet of digits one under the other: no row of a table is so low


def ruled_tables(drawn: PageDrawing, first: int) -> PdfPage:
    """The page with its ruled tables; ``first`` is the number of the first of them in the file."""
    chars, unseen = _in_columns(_in_runs(drawn.seen.chars)), list(drawn.seen.unseen)
    drawn = replace(drawn, seen=replace(drawn.seen, chars=chars))
    grids: list[tuple[float, Grid]] = []
    seen = CharIndex(chars)
    in_tables: set[int] = set()
    for cells in _tables(drawn.edges, CharIndex([*chars, *unseen])):
        place = f"第 {drawn.number} 页第 {len(grids) + 1} 个表格"
        grids.append((min(cell[1] for cell in cells), _grid(cells, drawn, seen, place, first + len(grids))))
        in_tables |= {id(char) for cell in cells for char in seen.within(cell)}
    return drawn.page(grids, [char for char in chars if id(char) not in in_tables])


def _in_runs(chars: Sequence[Char]) -> list[Char]:
    """The characters, those of a figure with where it begins and ends (``run``).

    A figure too wide for its cell reaches over the ruling; where the tags show that it is one text, all of it counts
    as standing in its middle (``middle``).
    """
    ordered = sorted(chars, key=lambda char: (char.get("mcid") or 0, round(float(char["bottom"]), 1), float(char["x0"])))
    runs: list[list[Char]] = []
    for char in ordered:
        if runs and _continues(runs[-1][-1], char):
            runs[-1].append(char)
        else:
            runs.append([char])
    out: list[Char] = []
    for run in runs:
        ends = min(char["x0"] for char in run), max(char["x1"] for char in run)
        more = {"run": ends} | ({"middle": sum(ends) / 2} if run[0].get("mcid") is not None else {})
        out += [{**char, **more} for char in run] if len(run) > 1 else run
    return out


def _continues(left: Char, right: Char) -> bool:
    """Whether two characters are neighbours in one figure."""
    figure = all(str(char["text"]) in IN_FIGURE for char in (left, right))
    level = left.get("mcid") == right.get("mcid") and abs(left["bottom"] - right["bottom"]) < 0.15 * left["size"]
    return bool(figure and level and -0.5 < (right["x0"] - left["x1"]) / left["size"] < 0.3)


def _in_columns(chars: Sequence[Char]) -> list[Char]:
    """The characters, digits that stand one under the other as closely as in one figure with where these begin and end."""
    places: dict[int, list[Char]] = {}
    for char in chars:
        if str(char["text"]) in IN_FIGURE:
            places.setdefault(round((char["x0"] + char["x1"]) / 2), []).append(char)
    ends: dict[int, tuple[float, float]] = {}
    for column in places.values():
        column.sort(key=lambda char: float(char["bottom"]))
        for above, below in pairwise(column):
            if 0.5 < (below["bottom"] - above["bottom"]) / max(above["size"], 1) < _STACKED and above["size"] == below["size"]:
                span = ends.get(id(above), (above["top"], 0))[0], below["bottom"]
                ends[id(above)] = ends[id(below)] = span
    return [{**char, "stack": ends[id(char)]} if id(char) in ends else char for char in chars]


def _tables(edges: Sequence[Edge], chars: CharIndex) -> Iterator[list[Box]]:
    """The cells of each ruled table. A frame around text is not a table: a cell that holds a page of text does not count."""
    added = [edge for sides in _closing_edges(edges) for side in sides for edge in obj_to_edges(side)]
    snapped = _snapped([*filter_edges(edges, min_length=1), *added])
    joined = merge_edges(snapped, 0, _JOIN, _JOIN, _JOIN)
    crossings = edges_to_intersections(filter_edges(joined, min_length=3), _JOIN, _JOIN)
    for table in cells_to_tables(intersections_to_cells(crossings)):
        counted = [(cell, len(chars.within(cell))) for cell in table]
        cells = [cell for cell, count in counted if count < _LONGEST_CELL]
        texts = [count for _, count in counted if count < _LONGEST_CELL]
        # the first line of heads may stand alone above a page break
        if any(texts) and (len(cells) >= 4 or (len(cells) > 1 and max(texts) < _LONGEST_HEAD)):
            yield cells


def _closing_edges(edges: Iterable[Edge]) -> tuple[list[Edge], list[Edge]]:
    """Horizontal and vertical rulings to add: through ends in a row, when nothing crosses one of them."""
    long = [edge for edge in edges if max(edge["x1"] - edge["x0"], edge["bottom"] - edge["top"]) > _SHORTEST]
    merged = merge_edges(long, _JOIN, _JOIN, _JOIN, _JOIN)  # every cell may draw its own piece of a ruling
    drawn = [edge for edge in merged if max(edge["x1"] - edge["x0"], edge["bottom"] - edge["top"]) > _LOWEST_ROW]
    across = [edge for edge in drawn if edge["orientation"] == "h"]
    down = [edge for edge in drawn if edge["orientation"] == "v"]
    lying = [_edge(x0, x1, at, at) for at, x0, x1 in _open_ends(down, across, ("top", "bottom"), ("x0", "x1"))]
    upright = [_edge(at, at, top, bottom) for at, top, bottom in _open_ends(across, down, ("x0", "x1"), ("top", "bottom"))]
    return lying, upright


def _open_ends(
    rulings: Sequence[Edge], crossing: Sequence[Edge], along: tuple[str, str], over: tuple[str, str]
) -> list[tuple[float, float, float]]:
    """Rows of ends of which one has nothing across it: the place, and where the first and the last of them stand."""
    spots = sorted((edge[end], edge[over[0]]) for edge in rulings for end in along)
    rows: list[list[tuple[float, float]]] = []
    for spot in spots:
        if rows and spot[0] - rows[-1][-1][0] <= _JOIN:
            rows[-1].append(spot)
        else:
            rows.append([spot])
    return [
        (row[0][0], min(at for _, at in row), max(at for _, at in row))
        for row in rows
        if len(row) > 1 and not all(any(_crosses(edge, *spot, along, over) for edge in crossing) for spot in row)
    ]


def _crosses(edge: Edge, end: float, at: float, along: tuple[str, str], over: tuple[str, str]) -> bool:
    return bool(abs(edge[along[0]] - end) <= _JOIN and edge[over[0]] - _JOIN <= at <= edge[over[1]] + _JOIN)


def _edge(x0: float, x1: float, top: float, bottom: float) -> Edge:
    return {"object_type": "line", "x0": x0, "x1": x1, "top": top, "bottom": bottom, "width": x1 - x0, "height": bottom - top}


def _snapped(edges: Sequence[Edge]) -> list[Edge]:
    """The edges with upright pieces of one ruling at one place; a table above or below has its rulings elsewhere."""
    upright = sorted((edge for edge in edges if edge["orientation"] == "v"), key=lambda edge: float(edge["top"]))
    bands: list[list[Edge]] = []
    end = float("-inf")
    for edge in upright:
        if edge["top"] > end + _JOIN:
            bands.append([])
        bands[-1].append(edge)
        end = max(end, edge["bottom"])
    level = [edge for edge in edges if edge["orientation"] == "h"]
    return [*level, *(edge for band in bands for edge in snap_edges(band, _JOIN, 0))]


def _grid(cells: Sequence[Box], drawn: PageDrawing, seen: CharIndex, place: str, number: int) -> Grid:
    """Cells given as boxes as a grid: the rulings become rows and columns, a cell over several gets spans."""
    across = _rulings(edge for cell in cells for edge in (cell[0], cell[2]))
    down = _rulings(edge for cell in cells for edge in (cell[1], cell[3]))
    spots = []
    for box in cells:
        left, right = _nearest(across, box[0]), _nearest(across, box[2])
        top, bottom = _nearest(down, box[1]), _nearest(down, box[3])
        if right > left and bottom > top:
            spots.append(GridSpot(top, left, bottom - top, right - left, *cell_content(box, drawn, seen)))
    return grid_of_spots(spots, place, number)


def _rulings(edges: Iterable[float]) -> list[float]:
    out: list[float] = []
    for edge in sorted(edges):
        if not out or edge - out[-1] > _SNAP:
            out.append(edge)
    return out


def _nearest(rulings: Sequence[float], edge: float) -> int:
    return min(range(len(rulings)), key=lambda at: abs(rulings[at] - edge))
