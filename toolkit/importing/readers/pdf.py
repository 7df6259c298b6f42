"""Read a PDF with text: ruled tables, also over several pages, and the text around them as paragraphs.

In: the bytes of a PDF. Out: a ``Source``. Page numbers, running heads and what a browser prints at the edges are left
out, and so is the lettering of charts. Pages without text (scans) are told and not guessed at. Scripts and links in
the file are never followed.
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from toolkit.importing.limits import LIMITS, CannotImport, Limits, TooLarge
from toolkit.importing.narrative.sorting import rows_with_captions
from toolkit.importing.readers.pdf_edges import closing_edges
from toolkit.importing.readers.pdf_lines import Char, Column, PageLine, cell_text, char_lines, paragraphs, text_column
from toolkit.importing.readers.pdf_page import lay_out
from toolkit.importing.readers.pdf_tags import Mark, TaggedCell, TaggedTable, tagged_tables
from toolkit.importing.readers.text import tables_in_lines
from toolkit.importing.recognition.tables import find_tables, has_every_table
from toolkit.importing.remarks import Remark
from toolkit.importing.source import Grid, GridSpot, Image, Line, Piece, RawCell, Source, grid_of_spots, make_grid

_EDGE = 0.085  # of the page's height: where page numbers and running heads stand
_NUMBER = re.compile(r"[-—–－ ]*(第)?\s*\d{1,4}\s*(页)?([/／,，共 ]+\d{1,4}\s*页?)?[-—–－ ]*")
_BROWSER = re.compile(r"https?://\S+|(?:file|ﬁle)://\S+|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}[,， ].{0,60}")
_SNAP = 2.5  # points by which lines of one ruling may differ
_CHARS_A_PAGE = 60_000
_LONGEST_CELL = 160
_LONGEST_HEAD = 40
_CHARS_BY_TAGS = 300_000  # of a whole file: its tables are read from the tags only with all of it in memory
_CAPTION = re.compile(r"图 ?[0-9]{1,2}[ \u2003\u3000].{2,60}")
Box = tuple[float, float, float, float]
# the libraries tell of every oddity of a file; what matters to a clerk is said in remarks
logging.getLogger("pdfminer").setLevel(logging.ERROR)


@dataclass(frozen=True)
class _Page:
    """One page: its tables, the lines outside them, its pictures; ``letters`` counts characters of any kind."""

    number: int
    height: float
    grids: Sequence[tuple[float, Grid]]
    lines: Sequence[PageLine]
    images: Sequence[tuple[float, Image]]
    letters: int = 0
    alts: Sequence[str] = field(default=())


def read_pdf(raw: bytes, name: str, limits: Limits = LIMITS) -> Source:
    """The pieces of a PDF.

    Raises:
        CannotImport: damaged, encrypted, without any text, or over a limit.
    """
    try:
        with pdfplumber.open(io.BytesIO(raw)) as document:
            if len(document.pages) > limits.pages:
                raise TooLarge(name, f"超过 {limits.pages} 页，不像一份年报，没有读入")
            title = document.metadata.get("Title", "")
            pages = list(_pages(document.pages, name))
            pieces = tuple(_pieces(pages))
            if not has_every_table(rows_with_captions(pieces)) and sum(page.letters for page in pages) < _CHARS_BY_TAGS:
                tagged = list(_tagged_pages(document.pages, name, tagged_tables(document, limits)))
                told = tuple(_pieces(tagged))
                pages, pieces = (tagged, told) if _rows(told) > _rows(pieces) else (pages, pieces)
            if not has_every_table(rows_with_captions(pieces)):
                pieces = tuple(tables_in_lines(pieces))
    except CannotImport:
        raise
    except PdfminerException as error:
        locked = isinstance(error.args[0] if error.args else None, PDFPasswordIncorrect)
        raise CannotImport(name, "PDF 加了打开密码，请先去掉密码" if locked else "PDF 已损坏，打不开；请重新下载") from error
    except RecursionError as error:
        raise TooLarge(name, "PDF 内部嵌套过深，没有读入") from error
    except Exception as error:  # pdfminer raises whatever a broken object makes it stumble over
        raise CannotImport(name, f"PDF 已损坏，读不下去（{type(error).__name__}）；请重新下载或换用 Word、网页版本") from error
    if not any(page.letters for page in pages):
        raise CannotImport(name, "PDF 里只有图片没有文字（扫描件），读不出来；请找 Word、网页或可复制文字的 PDF")
    return Source("pdf", pieces, title if isinstance(title, str) else "", tuple(_remarks(pages)))


def _rows(pieces: Sequence[Piece]) -> int:
    """How many rows of the form's tables are told."""
    return sum(len(section.rows) for section in find_tables(rows_with_captions(pieces)).sections)


def _pages(pages: Iterable[Any], name: str) -> Iterator[_Page]:
    """Every page with its ruled tables."""
    tables = 0
    for page in map(lay_out, pages):
        drawn = _drawn(page, name)
        chars = drawn.chars
        grids: list[tuple[float, Grid]] = []
        for cells in _tables(page, chars):
            tables += 1
            grid = _grid(cells, chars, f"第 {page.page_number} 页第 {len(grids) + 1} 个表格", tables)
            grids.append((min(cell[1] for cell in cells), grid))
            chars = [char for char in chars if not any(_within(char, cell) for cell in cells)]
        yield drawn.page(grids, chars)
        page.close()  # a page keeps all it drew otherwise


def _tagged_pages(pages: Iterable[Any], name: str, tables: Sequence[TaggedTable]) -> Iterator[_Page]:
    """Every page with the tables that the tags tell; a table stands on the page where its text begins."""
    drawn = [_drawn(lay_out(page), name) for page in pages] if tables else []
    marks = {mark for table in tables for row in table for cell in row for mark in cell.marks}
    chars: dict[Mark, list[Char]] = {}
    for page in drawn:
        for char in page.chars:
            if char.get("mcid") is not None:
                chars.setdefault((page.number, char["mcid"]), []).append(char)
    grids: dict[int, list[tuple[float, Grid]]] = {}
    for number, table in enumerate(tables, 1):
        begun = min((mark for row in table for cell in row for mark in cell.marks if mark in chars), default=None)
        if begun is not None:
            rows = [[RawCell(_tagged_text(cell, chars), cell.colspan, cell.rowspan) for cell in row] for row in table]
            place = f"第 {begun[0]} 页起第 {number} 个表格"
            grids.setdefault(begun[0], []).append((chars[begun][0]["top"], make_grid(rows, place, number)))
    for page in drawn:
        rest = [char for char in page.chars if (page.number, char.get("mcid")) not in marks]
        yield page.page(grids.get(page.number, []), rest)


def _tagged_text(cell: TaggedCell, chars: Mapping[Mark, Sequence[Char]]) -> str:
    """The text of a cell, page by page: its lines are told by where its characters stand."""
    on_pages = groupby(cell.marks, key=itemgetter(0))
    return "\n".join(cell_text(char for mark in marks for char in chars.get(mark, ())) for _, marks in on_pages)


@dataclass(frozen=True)
class _Drawn:
    """What one page draws, before its tables are told."""

    number: int
    height: float
    chars: Sequence[Char]
    images: Sequence[tuple[float, Image]]
    letters: int
    alts: Sequence[str]

    def page(self, grids: Sequence[tuple[float, Grid]], rest: Sequence[Char]) -> _Page:
        """The page with its tables, and the characters that stand in none as lines."""
        return _Page(self.number, self.height, grids, char_lines(rest, self.number), self.images, self.letters, self.alts)


def _drawn(page: Any, name: str) -> _Drawn:
    if len(page.chars) > _CHARS_A_PAGE:
        raise TooLarge(name, f"第 {page.page_number} 页的字数超过 {_CHARS_A_PAGE}，没有读入")
    figures, alts = _figures(page)
    chars = [char for char in page.chars if _is_text(char) and not any(_inside(char, box) for box in figures)]
    images = [
        (image["top"], Image(f"第 {page.page_number} 页", ""))
        for image in page.images
        if image["x1"] - image["x0"] > page.width / 4 and image["bottom"] - image["top"] > 60
    ]
    return _Drawn(page.page_number, page.height, chars, images, len(page.chars), alts)


def _figures(page: Any) -> tuple[list[Box], list[str]]:
    """Where the figures of a tagged PDF stand, and their text alternatives."""
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


def _is_text(char: Char) -> bool:
    """Not what the file itself marks as page furniture, and not a watermark that runs askew."""
    across, up = (abs(part) for part in char["matrix"][:2])
    askew = min(across, up) > 0.2 * max(across, up)  # pdfminer calls a letter turned by less than a quarter upright
    return bool(char.get("tag") != "Artifact" and char.get("upright", True) and not askew)


def _tables(page: Any, chars: Sequence[Char]) -> Iterator[list[Box]]:
    """The cells of each ruled table. A frame around text is none: backgrounds are no rulings, and a cell that holds
    a page of text is no cell."""
    ruled = page.filter(lambda item: item["object_type"] != "rect" or item["stroke"] or min(item["width"], item["height"]) < 4)
    across, down = closing_edges(ruled.edges)
    settings = {"explicit_horizontal_lines": across, "explicit_vertical_lines": down}
    for table in ruled.find_tables(settings):
        cells = [cell for cell in table.cells if sum(_within(char, cell) for char in chars) < _LONGEST_CELL]
        texts = [sum(_within(char, cell) for char in chars) for cell in cells]
        # the first line of heads may stand alone above a page break
        if any(texts) and (len(cells) >= 4 or (len(cells) > 1 and max(texts) < _LONGEST_HEAD)):
            yield cells


def _inside(char: Char, box: Box) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1)


def _grid(cells: Sequence[Box], chars: Sequence[Char], place: str, number: int) -> Grid:
    """Cells given as boxes as a grid: the rulings become rows and columns, a cell over several gets spans."""
    across = _rulings(edge for cell in cells for edge in (cell[0], cell[2]))
    down = _rulings(edge for cell in cells for edge in (cell[1], cell[3]))
    spots = []
    for box in cells:
        left, right = _nearest(across, box[0]), _nearest(across, box[2])
        top, bottom = _nearest(down, box[1]), _nearest(down, box[3])
        if right > left and bottom > top:
            text = cell_text(char for char in chars if _within(char, box))
            spots.append((top, left, bottom - top, right - left, text))
    return grid_of_spots((GridSpot(*spot) for spot in spots), place, number)


def _within(char: Char, box: Box) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= x < box[2] and box[1] <= y < box[3])


def _rulings(edges: Iterable[float]) -> list[float]:
    out: list[float] = []
    for edge in sorted(edges):
        if not out or edge - out[-1] > _SNAP:
            out.append(edge)
    return out


def _nearest(rulings: Sequence[float], edge: float) -> int:
    return min(range(len(rulings)), key=lambda at: abs(rulings[at] - edge))


def _pieces(pages: Sequence[_Page]) -> Iterator[Piece]:
    """Text, tables and pictures of all pages in reading order; a paragraph may go on over a page break."""
    repeated = _running_heads(pages)
    inner = {page.number: [line for line in page.lines if not _is_edge(line, page, repeated)] for page in pages}
    column = text_column([line for lines in inner.values() for line in lines])
    kept = {number: _without_lettering(lines, column) for number, lines in inner.items()}
    held: list[PageLine] = []
    for page in pages:
        items = sorted(
            [(line.top, 0, line) for line in kept[page.number]] + [(top, 1, grid) for top, grid in page.grids]
            + [(top, 2, image) for top, image in page.images],
            key=lambda item: (item[0], item[1]),
        )  # fmt: skip
        for is_line, group in groupby(items, key=lambda item: item[1] == 0):
            found = [item[2] for item in group]
            if is_line:
                held += [line for line in found if isinstance(line, PageLine)]
                continue
            yield from _lines(held, column)
            held = []
            yield from (piece for piece in found if isinstance(piece, Grid | Image))
    yield from _lines(held, column)
    yield from (Image("", alt) for page in pages for alt in page.alts)


def _lines(lines: Sequence[PageLine], column: Column) -> Iterator[Line]:
    for paragraph in paragraphs(lines, column):
        level = 1 if paragraph.size > column.size + 2.5 else 0
        yield Line(paragraph.text.strip(), f"第 {paragraph.page} 页", level)


def _without_lettering(lines: Sequence[PageLine], column: Column) -> list[PageLine]:
    """Lines without the lettering of charts: what stands in small type above a caption (图 1 …)."""
    kept: list[PageLine] = []
    for line in lines:
        if _CAPTION.fullmatch(line.text.strip()):
            while kept and kept[-1].size < column.size - 1.5:
                kept.pop()
        else:
            kept.append(line)
    return kept


def _running_heads(pages: Sequence[_Page]) -> set[str]:
    """Texts that stand at the edge of three pages or more."""
    counts = Counter(
        _without_digits(line.text) for page in pages for line in page.lines if _at_edge(line, page)
    )  # fmt: skip
    return {text for text, count in counts.items() if count >= 3}


def _without_digits(text: str) -> str:
    return re.sub(r"\d+", "0", "".join(text.split()))


def _at_edge(line: PageLine, page: _Page) -> bool:
    return line.top < page.height * _EDGE or line.bottom > page.height * (1 - _EDGE)


def _is_edge(line: PageLine, page: _Page, repeated: set[str]) -> bool:
    if not _at_edge(line, page):
        return False
    text = line.text.strip()
    return bool(_NUMBER.fullmatch(text) or _BROWSER.match(text) or _without_digits(text) in repeated)


def _remarks(pages: Sequence[_Page]) -> Iterator[Remark]:
    scans = [str(page.number) for page in pages if not page.letters and page.images]
    if scans:
        yield Remark("page-scanned", "error", f"第 {'、'.join(scans)} 页是图片，没有文字，读不出来", f"第 {scans[0]} 页",
                     next_step="请对照原文填写这几页的内容")  # fmt: skip
