"""What a page of a PDF draws: characters, rulings, pictures, and what lies over them; pages of one wide sheet side by side.

In: a page laid out. Out: a ``PageDrawing``, of which tables are made (``PdfPage``). A sheet that is wider than the paper
continues on other pages, which have their lines at the very heights of the first one and no label of a row; a program prints all
pages of the left side before those of the right side.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from toolkit.importing.limits import TooLarge
from toolkit.importing.readers.pdf.lines import Char, PageLine, char_lines
from toolkit.importing.readers.pdf.page import CLIPPED, MISLEADING, Box
from toolkit.importing.readers.pdf.visible import BEHIND, Picture, VisibleText, what_is_seen
from toolkit.importing.recognition.labels import match_text, row_vocabulary, table_of_row
from toolkit.importing.recognition.tables import is_figure
from toolkit.importing.source import Grid, Image, Piece

Edge = dict[str, Any]  # a ruling as pdfplumber gives it
IN_FIGURE = frozenset("0123456789.,，０１２３４５６７８９\ufffd")
_CHARS_A_PAGE = 60_000
_BROAD = 6.0  # points, of a line
_ASKEW = 1.5  # points: pdfplumber takes every line that is not level for an upright one
_BELOW = 0.2  # of the type size, from the baseline to the foot of a character
_FEWEST = 4  # lines of the first page that continues another
_SHARE = 0.9  # of the lines of a page that must be at heights of the other
_LEVEL = 0.7  # points
_STRIP = 2  # points; scanners cut pages into strips, and a lower picture is a ruling


@dataclass(frozen=True)
class PdfPage:
    """One page: its tables, the lines outside them, its pictures; ``letters`` counts characters of any kind.

    A page without text has what was recognised on it in place of its pictures.
    ``unseen`` are the figures in the file that the paper does not show. ``doubtful`` is why no figure of it is certain.
    ``misleading``: it has digits of a font that calls them by other names than their shapes.
    """

    number: int
    height: float
    grids: Sequence[tuple[float, Grid]]
    lines: Sequence[PageLine]
    images: Sequence[tuple[float, Piece]]
    letters: int = 0
    alts: Sequence[str] = field(default=())
    doubtful: str = ""
    unseen: Sequence[str] = ()
    misleading: bool = False

    @property
    def is_picture(self) -> bool:
        """Whether the page has no text but what a scanner put behind its picture, and nothing was recognised on it."""
        is_scan = not self.letters or self.doubtful == BEHIND
        return is_scan and bool(self.images) and all(isinstance(piece, Image) for _, piece in self.images)


@dataclass(frozen=True)
class PageDrawing:
    """What one page draws, before its tables are found. ``covers`` are boxes of watermarks and large pictures,
    ``furniture`` those of characters that the file marks as no part of the text, such as a head printed again.
    ``turned`` are letters on their side, as in the heads of narrow columns."""

    number: int
    width: float
    height: float
    seen: VisibleText
    edges: Sequence[Edge]
    images: Sequence[tuple[float, Piece]]
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


def draw(page: Any, name: str, picture: Picture | None) -> PageDrawing:
    """A laid-out page as what it shows.

    Raises:
        TooLarge: more characters than a page of a report can have.
    """
    if len(page.chars) > _CHARS_A_PAGE:
        raise TooLarge(name, f"第 {page.page_number} 页的字数超过 {_CHARS_A_PAGE}，没有读入")
    figures, alts = _figures(page)
    # not page furniture, nor a watermark that runs askew
    placed = (char for char in map(_on_baseline, page.chars) if char.get("tag") != "Artifact" and not _is_askew(char))
    chars = [char for char in placed if not any(_inside(char, box) for box in figures)]
    ruled = page.filter(_may_be_ruling)
    edges = _on_paper(ruled.edges, page.cropbox)
    visible_chars = what_is_seen(page, chars, picture, [edge for edge in edges if edge["orientation"] == "h"])
    strikes = {id(edge) for edge in visible_chars.strikes if not _is_border(edge, edges)}
    edges = [edge for edge in edges if id(edge) not in strikes]
    images = [
        (image["top"], Image(f"第 {page.page_number} 页", ""))
        for image in page.images
        if image["x1"] - image["x0"] > page.width / 4 and image["bottom"] - image["top"] > (60 if page.chars else _STRIP)
    ]
    slants = [box_of(line) for line in (*page.lines, *page.curves) if _is_slant(line)]
    covers = [box_of(item) for item in (*page.images, *filter(_is_askew, page.chars))]
    furniture = [box_of(char) for char in page.chars if char.get("tag") == "Artifact" and str(char["text"]) not in IN_FIGURE]
    number, letters, left = page.page_number, len(page.chars), page.cropbox[0]
    wide = page.cropbox[2] - left
    turned = [char for char in page.chars if char.get("tag") is None and _is_on_its_side(char)]
    return PageDrawing(
        number, wide, page.height, visible_chars, edges, images, letters, alts, slants, covers, furniture, picture, left, turned
    )


def box_of(item: Any) -> Box:
    return item["x0"], item["top"], item["x1"], item["bottom"]


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


def _is_askew(char: Char) -> bool:
    across, up = (abs(part) for part in char["matrix"][:2])
    # pdfminer calls a letter turned by less than a quarter upright
    return not char.get("upright", True) or min(across, up) > 0.2 * max(across, up)


def _is_on_its_side(char: Char) -> bool:
    """Whether a letter is turned by a quarter."""
    across, up = char["matrix"][:2]
    return bool(across == 0 and up and str(char["text"]) not in IN_FIGURE)


def _inside(char: Char, box: Box) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1)


def side_by_side(pages: Sequence[PageDrawing]) -> list[PageDrawing]:
    """The sheets: every page that continues another one to the right is put beside it."""
    heights = [_heights(page) for page in pages]
    sheets: dict[int, list[int]] = {}
    last = -1  # the sheet that the page before continues; the next page continues the sheet after that one
    for at, page in enumerate(pages):
        lefts = list(sheets)
        ordered = [*lefts[last + 1 :], *lefts[: last + 1]] if last >= 0 else lefts
        fewest = _FEWEST if last < 0 else 1  # once one page continues another, one line is enough
        fits = (left for left in ordered if len(heights[at]) >= fewest and _share(heights[at], heights[left]) >= _SHARE)
        left = None if _has_labels(page) else next(fits, None)
        if left is None:
            sheets[at] = [at]
        else:
            sheets[left].append(at)
            last = lefts.index(left)
    return [_together([pages[at] for at in group]) for group in sheets.values()]


def is_continuation(page: PdfPage) -> bool:
    """Whether a page may continue another one to the right: rows of figures, and no label of a row before them."""
    rows = [[match_text(cell.text) for cell in row.cells] for _, grid in page.grids for row in grid.rows]
    rows += [[match_text(text) for text in line.text.split()] for line in page.lines]
    figures = sum(bool(texts) and all(is_figure(text) or not text for text in texts) and any(texts) for texts in rows)
    labels = row_vocabulary("applications")
    return figures >= _FEWEST and not any(text in labels or table_of_row(text) for texts in rows for text in texts[:3] if text)


def _heights(page: PageDrawing) -> list[float]:
    return sorted({round(float(char["bottom"]), 1) for char in page.seen.chars if str(char["text"]).strip()})


def _share(heights: Sequence[float], among: Sequence[float]) -> float:
    """How many of some heights are among others, 0 to 1."""
    same = sum(any(abs(height - other) <= _LEVEL for other in among) for height in heights)
    return same / len(heights) if heights else 0.0


def _has_labels(page: PageDrawing) -> bool:
    rows = row_vocabulary("applications")
    texts = [match_text(line.text) for line in char_lines(page.seen.chars)]
    return any(text[: len(label)] == label for text in texts for label in rows) or any(map(table_of_row, texts))


def _together(pages: Sequence[PageDrawing]) -> PageDrawing:
    """Pages as one: each is moved by the width of those before it."""
    first, *others = pages
    for page in others:
        move = first.left + first.width - page.left
        first = replace(
            first,
            width=first.width + page.width,
            seen=VisibleText(
                [*first.seen.chars, *_moved(page.seen.chars, move)],
                [*first.seen.unseen, *_moved(page.seen.unseen, move)],
                first.seen.doubtful or page.seen.doubtful,
            ),
            edges=[*first.edges, *_moved(page.edges, move)],
            slants=[*first.slants, *((x0 + move, top, x1 + move, bottom) for x0, top, x1, bottom in page.slants)],
            images=[*first.images, *page.images],
            turned=[*first.turned, *_moved(page.turned, move)],
            letters=first.letters + page.letters,
            picture=None,
        )
    return first


def _moved(items: Sequence[Char], by: float) -> list[dict[str, Any]]:
    return [{**item, "x0": item["x0"] + by, "x1": item["x1"] + by} for item in items]
