"""Put the pages of a sheet side by side that is wider than the paper, as a spreadsheet prints it.

In: the pages as they were drawn. Out: the same pages, each with the pages that continue it to the right. Such a page
has its lines at the very heights of the first one and no label of a row; a program prints all pages of the left side
before those of the right side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from toolkit.importing.readers.pdf.lines import Char, char_lines
from toolkit.importing.readers.pdf.tables import Drawn, PdfPage
from toolkit.importing.readers.pdf.visible import Seen
from toolkit.importing.recognition.labels import match_text, row_vocabulary, table_of_row
from toolkit.importing.recognition.tables import is_figure

_FEWEST = 4  # lines of the first page that continues another
_SHARE = 0.9  # of the lines of a page that must be at heights of the other
_LEVEL = 0.7  # points


def side_by_side(pages: Sequence[Drawn]) -> list[Drawn]:
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


def _heights(page: Drawn) -> list[float]:
    return sorted({round(float(char["bottom"]), 1) for char in page.seen.chars if str(char["text"]).strip()})


def _share(heights: Sequence[float], among: Sequence[float]) -> float:
    """How many of some heights are among others, 0 to 1."""
    same = sum(any(abs(height - other) <= _LEVEL for other in among) for height in heights)
    return same / len(heights) if heights else 0.0


def _has_labels(page: Drawn) -> bool:
    rows = row_vocabulary("applications")
    texts = [match_text(line.text) for line in char_lines(page.seen.chars)]
    return any(text[: len(label)] == label for text in texts for label in rows) or any(map(table_of_row, texts))


def _together(pages: Sequence[Drawn]) -> Drawn:
    """Pages as one: each is moved by the width of those before it."""
    first, *others = pages
    for page in others:
        move = first.left + first.width - page.left
        first = replace(
            first,
            width=first.width + page.width,
            seen=Seen(
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
