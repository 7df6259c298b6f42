"""One page of a scan as it was recognised, and the pages of a file as one run of pieces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from toolkit.importing.source import Grid, Piece


@dataclass(frozen=True)
class PageReading:
    """One page as it was recognised; ``number`` is its printed number, 0 for none, ``at`` its place in the file."""

    at: int
    number: int
    pieces: tuple[Piece, ...]
    sealed: tuple[str, ...] = ()
    handwritten: bool = False


def numbered(pages: Iterable[PageReading]) -> tuple[Piece, ...]:
    """The pieces of all pages, their grids numbered through."""
    pieces: list[Piece] = []
    number = 0
    for piece in (piece for page in pages for piece in page.pieces):
        if isinstance(piece, Grid):
            number += 1
            pieces.append(replace(piece, rows=tuple(replace(row, grid=number) for row in piece.rows)))
        else:
            pieces.append(piece)
    return tuple(pieces)
