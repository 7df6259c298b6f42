"""Find the ruled tables of a page of a PDF, and put the characters between the rulings together as cells.

In: a page as it was drawn (``Drawn``). Out: grids, and the page without them. Where a cell shows something that is no
text, or text that is not shown, the cell says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges, snap_edges
from pdfplumber.utils.geometry import filter_edges, obj_to_edges

from toolkit.importing.limits import TooLarge
from toolkit.importing.readers.pdf.cell_content import IN_FIGURE, box_of, cell_content, within
from toolkit.importing.readers.pdf.edges import Edge, closing_edges
from toolkit.importing.readers.pdf.lines import Char, PageLine, char_lines
from toolkit.importing.readers.pdf.page import CLIPPED, MISLEADING, Box
from toolkit.importing.readers.pdf.visible import Picture, Seen, what_is_seen
from toolkit.importing.source import Grid, GridSpot, Image, grid_of_spots

_SNAP = 2.5  # points by which lines of one ruling may differ
_JOIN = 3.0  # points between rulings that belong together
_CHARS_A_PAGE = 60_000
_LONGEST_CELL = 160
_LONGEST_HEAD = 40
_STACKED = 1.03  # of the type size, between the feet of digits one under the other: no row of a table is so low
_BROAD = 6.0  # points, of a line
_ASKEW = 1.5  # points: pdfplumber takes every line that is not level for an upright one
_BELOW = 0.2  # of the type size, from the baseline to the foot of a character


@dataclass(frozen=True)
class PdfPage:
    """One page: its tables, the lines outside them, its pictures; ``letters`` counts characters of any kind.

    ``unseen`` are the figures in the file that the paper does not show. ``doubtful`` is why no figure of it is certain.
    ``misleading``: it has digits of a font that calls them by other names than their shapes.
    """

    number: int
    height: float
    grids: Sequence[tuple[float, Grid]]
    lines: Sequence[PageLine]
    images: Sequence[tuple[float, Image]]
    letters: int = 0
    alts: Sequence[str] = field(default=())
    doubtful: str = ""
    unseen: Sequence[str] = ()
    misleading: bool = False


@dataclass(frozen=True)
class Drawn:
    """What one page draws, before its tables are found. ``covers`` are boxes of watermarks and large pictures,
    ``furniture`` those of characters that the file marks as no part of the text, such as a head printed again.
    ``turned`` are letters on their side, as in the heads of narrow columns."""

    number: int
    width: float
    height: float
    seen: Seen
    edges: Sequence[Edge]
    images: Sequence[tuple[float, Image]]
    letters: int
    alts: Sequence[str]
    slants: Sequence[Box] = ()
    covers: Sequence[Box] = ()
    furniture: Sequence[Box] = ()
    picture: Picture | None = None
    left: float = 0.0  # where its paper begins
    turned: Sequence[Char] = ()

    def page(self, grids: Sequence[tuple[float, Grid]], rest: Sequence[Char]) -> PdfPage:
        """The page with its tables, and the characters that are in none of them as lines."""
        lines = char_lines(rest, self.number)
        hidden = [char for char in self.seen.unseen if str(char["text"]).isdigit() and char.get("tag") != CLIPPED]
        unseen = [line.text for line in char_lines(hidden)]
        misleading = any(char.get("tag") == MISLEADING for char in self.seen.chars)
        doubtful = self.seen.doubtful
        return PdfPage(self.number, self.height, grids, lines, self.images, self.letters, self.alts, doubtful, unseen, misleading)


def draw(page: Any, name: str, picture: Picture | None) -> Drawn:
    """A laid-out page as what it shows.

    Raises:
        TooLarge: more characters than a page of a report can have.
    """
    if len(page.chars) > _CHARS_A_PAGE:
        raise TooLarge(name, f"第 {page.page_number} 页的字数超过 {_CHARS_A_PAGE}，没有读入")
    figures, alts = _figures(page)
    placed = map(_on_baseline, page.chars)
    chars = [char for char in placed if _is_text(char) and not any(_inside(char, box) for box in figures)]
    ruled = page.filter(_may_be_ruling)
    edges = _on_paper(ruled.edges, page.cropbox)
    visible_chars = what_is_seen(page, chars, picture, [edge for edge in edges if edge["orientation"] == "h"])
    strikes = {id(edge) for edge in visible_chars.strikes if not _is_border(edge, edges)}
    edges = [edge for edge in edges if id(edge) not in strikes]
    images = [
        (image["top"], Image(f"第 {page.page_number} 页", ""))
        for image in page.images
        if image["x1"] - image["x0"] > page.width / 4 and image["bottom"] - image["top"] > 60
    ]
    slants = [box_of(line) for line in (*page.lines, *page.curves) if _is_slant(line)]
    covers = [box_of(item) for item in (*page.images, *filter(_is_askew, page.chars))]
    furniture = [box_of(char) for char in page.chars if char.get("tag") == "Artifact" and str(char["text"]) not in IN_FIGURE]
    number, letters, left = page.page_number, len(page.chars), page.cropbox[0]
    wide = page.cropbox[2] - left
    turned = [char for char in page.chars if char.get("tag") is None and _is_on_its_side(char)]
    return Drawn(
        number, wide, page.height, visible_chars, edges, images, letters, alts, slants, covers, furniture, picture, left, turned
    )


def ruled_tables(drawn: Drawn, first: int) -> PdfPage:
    """The page with its ruled tables; ``first`` is the number of the first of them in the file."""
    chars, unseen = _in_columns(_in_runs(drawn.seen.chars)), list(drawn.seen.unseen)
    drawn = replace(drawn, seen=replace(drawn.seen, chars=chars))
    grids: list[tuple[float, Grid]] = []
    for cells in _tables(drawn.edges, [*chars, *unseen]):
        place = f"第 {drawn.number} 页第 {len(grids) + 1} 个表格"
        grids.append((min(cell[1] for cell in cells), _grid(cells, drawn, place, first + len(grids))))
        chars = [char for char in chars if not any(within(char, cell) for cell in cells)]
    return drawn.page(grids, chars)


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


def _figures(page: Any) -> tuple[list[Box], list[str]]:
    """Where the figures of a tagged PDF are, and their text alternatives."""
    boxes: list[Box] = []
    alts: list[str] = []
    try:
        waiting = list(page.structure_tree)
    except Exception:  # a broken structure tree costs the text alternatives, not the text
        return [], []
    while waiting:
        element = waiting.pop()
        if element.get("type") == "Figure":
            alts += [str(element["alt_text"])] if element.get("alt_text") else []
            box = element.get("attributes", {}).get("BBox")
            if isinstance(box, list) and len(box) == 4:
                boxes.append((box[0], page.height - box[3], box[2], page.height - box[1]))
        waiting += element.get("children", [])
    return boxes, alts


def _on_baseline(char: Char) -> Char:
    """The character with its box around its baseline, where its font misstates how far letters reach below (cairo)."""
    size, foot = float(char["size"]), float(char["matrix"][5])
    below = (foot - char["y0"]) / max(size, 1.0)
    if not char.get("upright", True) or char["matrix"][1] or char["x0"] < char["matrix"][4] - 0.2 * size or -0.05 <= below <= 0.5:
        return char
    bottom = char["bottom"] + char["y0"] - foot + _BELOW * size
    return {**char, "top": bottom - size, "bottom": bottom}


def _on_paper(edges: Iterable[Edge], paper: Box) -> list[Edge]:
    """The rulings as far as the paper reaches; lines that are neither level nor upright do not count."""
    cut = []
    for edge in (edge for edge in edges if edge["orientation"]):
        x0, x1 = max(edge["x0"], paper[0]), min(edge["x1"], paper[2])
        if min(edge["x1"] - edge["x0"], edge["bottom"] - edge["top"]) > _ASKEW:
            continue
        if x0 <= x1 and edge["bottom"] >= paper[1] and edge["top"] <= paper[3]:
            cut.append({**edge, "x0": x0, "x1": x1, "width": x1 - x0})
    return cut


def _may_be_ruling(item: Any) -> bool:
    """Not a background, not a stroke broad enough to cover text, and not the outline of a digit that was converted to paths."""
    sides = sorted((item["width"], item["height"]))
    if item["object_type"] == "line" and float(item.get("linewidth") or 0) > _BROAD:
        return False
    if item["object_type"] == "curve" or (item["object_type"] == "rect" and item["stroke"]):
        return bool(sides[0] < 3 or sides[1] > 10)
    return bool(item["object_type"] != "rect" or sides[0] < 4)


def _is_slant(line: Any) -> bool:
    """A line askew, and not the outline of a digit."""
    return bool(min(line["width"], line["height"]) > 2.5 and max(line["width"], line["height"]) > 5.5)


def _is_border(line: Char, edges: Sequence[Edge]) -> bool:
    """Whether a level line goes from one upright ruling to another: as far as a cell, whatever text is above it."""
    near = [edge["x0"] for edge in edges if edge["orientation"] == "v" and edge["top"] - 2 <= line["top"] <= edge["bottom"] + 2]
    return all(any(abs(x - end) <= 1.5 for x in near) for end in (line["x0"], line["x1"]))


def _is_text(char: Char) -> bool:
    """Not what the file itself marks as page furniture, and not a watermark that runs askew."""
    return char.get("tag") != "Artifact" and not _is_askew(char)


def _is_askew(char: Char) -> bool:
    across, up = (abs(part) for part in char["matrix"][:2])
    # pdfminer calls a letter turned by less than a quarter upright
    return not char.get("upright", True) or min(across, up) > 0.2 * max(across, up)


def _is_on_its_side(char: Char) -> bool:
    """Whether a letter is turned by a quarter."""
    across, up = char["matrix"][:2]
    return bool(across == 0 and up and str(char["text"]) not in IN_FIGURE)


def _tables(edges: Sequence[Edge], chars: Sequence[Char]) -> Iterator[list[Box]]:
    """The cells of each ruled table. A frame around text is not a table: a cell that holds a page of text does not count."""
    added = [edge for sides in closing_edges(edges) for side in sides for edge in obj_to_edges(side)]
    snapped = _snapped([*filter_edges(edges, min_length=1), *added])
    joined = merge_edges(snapped, 0, _JOIN, _JOIN, _JOIN)
    crossings = edges_to_intersections(filter_edges(joined, min_length=3), _JOIN, _JOIN)
    for table in cells_to_tables(intersections_to_cells(crossings)):
        counted = [(cell, sum(within(char, cell) for char in chars)) for cell in table]
        cells = [cell for cell, count in counted if count < _LONGEST_CELL]
        texts = [count for _, count in counted if count < _LONGEST_CELL]
        # the first line of heads may stand alone above a page break
        if any(texts) and (len(cells) >= 4 or (len(cells) > 1 and max(texts) < _LONGEST_HEAD)):
            yield cells


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


def _grid(cells: Sequence[Box], drawn: Drawn, place: str, number: int) -> Grid:
    """Cells given as boxes as a grid: the rulings become rows and columns, a cell over several gets spans."""
    across = _rulings(edge for cell in cells for edge in (cell[0], cell[2]))
    down = _rulings(edge for cell in cells for edge in (cell[1], cell[3]))
    spots = []
    for box in cells:
        left, right = _nearest(across, box[0]), _nearest(across, box[2])
        top, bottom = _nearest(down, box[1]), _nearest(down, box[3])
        if right > left and bottom > top:
            spots.append(GridSpot(top, left, bottom - top, right - left, *cell_content(box, drawn)))
    return grid_of_spots(spots, place, number)


def _inside(char: Char, box: Box) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1)


def _rulings(edges: Iterable[float]) -> list[float]:
    out: list[float] = []
    for edge in sorted(edges):
        if not out or edge - out[-1] > _SNAP:
            out.append(edge)
    return out


def _nearest(rulings: Sequence[float], edge: float) -> int:
    return min(range(len(rulings)), key=lambda at: abs(rulings[at] - edge))
