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
from toolkit.importing.readers.pdf.tables import Drawn
from toolkit.importing.readers.pdf.visible import Seen
from toolkit.importing.recognition.labels import match_text, row_vocabulary, table_of_row

_FEWEST = 4  # lines of the first page that continues another
_SHARE = 0.8  # of the lines of a page that must be at heights of the other
_LEVEL = 0.7  # points


def side_by_side(pages: Sequence[Drawn]) -> list[Drawn]:
    """The sheets: every page that continues another one to the right is put beside it."""
    heights = [_heights(page) for page in pages]
    sheets: dict[int, list[int]] = {}
    for at, page in enumerate(pages):
        fewest = _FEWEST if len(sheets) == at else 1  # once one page continues another, one line is enough
        left = max(sheets, key=lambda number: _share(heights[at], heights[number]), default=None)
        continues = left is not None and _share(heights[at], heights[left]) >= _SHARE and len(heights[at]) >= fewest
        if left is not None and continues and not _has_labels(page):
            sheets[left].append(at)
        else:
            sheets[at] = [at]
    return [_together([pages[at] for at in group]) for group in sheets.values()]


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
        move = first.width
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
            letters=first.letters + page.letters,
            picture=None,
        )
    return first


def _moved(items: Sequence[Char], by: float) -> list[dict[str, Any]]:
    return [{**item, "x0": item["x0"] + by, "x1": item["x1"] + by} for item in items]
