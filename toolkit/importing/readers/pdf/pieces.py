"""Put the pages of a PDF in reading order: paragraphs, tables and pictures, without what is printed at the edges.

In: pages with their tables found. Out: pieces. Page numbers, running heads and what a browser prints at the edges are left
out, and so is the lettering of charts; a paragraph may go on over a page break.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from toolkit.importing.readers.pdf.lines import Column, PageLine, paragraphs, text_column
from toolkit.importing.readers.pdf.tables import PdfPage
from toolkit.importing.source import Grid, Image, Line, Piece

_EDGE = 0.085  # of the page's height: where page numbers and running heads are
_NUMBER = re.compile(r"[-—–－ ]*(第)?\s*\d{1,4}\s*(页)?([/／,，共 ]+\d{1,4}\s*页?)?[-—–－ ]*")
_BROWSER = re.compile(r"https?://\S+|(?:file|ﬁle)://\S+|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}[,， ].{0,60}")
_FULL = 2.6  # of the type size: what a full line leaves free at most
_CAPTION = re.compile(r"图 ?[0-9]{1,2}[ \u2003\u3000].{2,60}")


def pieces_of(pages: Sequence[PdfPage]) -> Iterator[Piece]:
    """Text, tables and pictures of all pages in reading order."""
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
            chars = [item[2] for item in group]
            if is_line:
                held += [line for line in chars if isinstance(line, PageLine)]
                continue
            yield from _lines(held, column)
            held = []
            yield from (piece for piece in chars if isinstance(piece, Grid | Image))
    yield from _lines(held, column)
    yield from (Image("", alt) for page in pages for alt in page.alts)


def _lines(lines: Sequence[PageLine], column: Column) -> Iterator[Line]:
    for paragraph in paragraphs(lines, column):
        level = 1 if paragraph.size > column.size + 2.5 else 0
        yield Line(paragraph.text.strip(), f"第 {paragraph.page} 页", level)


def _without_lettering(lines: Sequence[PageLine], column: Column) -> list[PageLine]:
    """Lines without the captions of charts, and without their lettering: small type above a caption (图 1 …).

    A caption that fills its line is kept, for it may go on: a workbook prints the words of the chart behind it.
    """
    kept: list[PageLine] = []
    for line in lines:
        caption = _CAPTION.fullmatch(line.text.strip())
        if caption:
            while kept and kept[-1].size < column.size - 1.5:
                kept.pop()
        if not caption or line.x1 > column.right - _FULL * column.size:
            kept.append(line)
    return kept


def _running_heads(pages: Sequence[PdfPage]) -> set[str]:
    """Texts that stand at the edge of three pages or more."""
    counts = Counter(
        _without_digits(line.text) for page in pages for line in page.lines if _at_edge(line, page)
    )  # fmt: skip
    return {text for text, count in counts.items() if count >= 3}


def _without_digits(text: str) -> str:
    return re.sub(r"\d+", "0", "".join(text.split()))


def _at_edge(line: PageLine, page: PdfPage) -> bool:
    return line.top < page.height * _EDGE or line.bottom > page.height * (1 - _EDGE)


def _is_edge(line: PageLine, page: PdfPage, repeated: set[str]) -> bool:
    if not _at_edge(line, page):
        return False
    text = line.text.strip()
    return bool(_NUMBER.fullmatch(text) or _BROWSER.match(text) or _without_digits(text) in repeated)
