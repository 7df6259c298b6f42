"""Compare the shape of a glyph with those of digits.

In: what draws a glyph. Out: its ``Shape``, and how much nearer it is to another digit than to the one it should be.
``digit_shapes.json`` has the digits of two dozen free fonts (Noto, DejaVu, Latin Modern, STIX, Fandol, Arphic) as bits, from
the top left corner.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import NDArray

Draw = Callable[[Any], None]  # draws a glyph with a pen of fontTools
SIZE = 16  # rows and columns of a shape
_FINE = 3  # points of the drawing per row and column of a shape
_MOST_POINTS = 3_000
_AS_NEAR = 1.15  # above, the number of holes counts too
_HOPELESS = 2.0
# how many holes each digit may have: 0 with a dot in it, 4 and 6 open, 6 and 9 with an end that touches
_HOLES = ({1, 2, 3}, {0}, {0, 1}, {0}, {0, 1}, {0}, {0, 1, 2}, {0}, {2, 3}, {0, 1, 2})


class Shape(NamedTuple):
    """A glyph: which parts of its box are ink (0 to 1, from the top), and how many holes it has."""

    ink: NDArray[Any]
    holes: int


def shape_of(draw: Draw) -> Shape | None:
    """The shape that an outline has, as tall as its box; ``None`` for a blank."""
    import numpy

    pen = _polygons()
    draw(pen)
    polygons = [numpy.array(polygon, float) for polygon in pen.polygons if len(polygon) > 2]
    points = numpy.concatenate(polygons) if polygons else numpy.zeros((1, 2))
    low, high = points.min(0), points.max(0)
    if len(points) > _MOST_POINTS or high[1] <= low[1]:
        return None
    rows = SIZE * _FINE
    origin = numpy.array([(low[0] + high[0]) / 2, low[1]])
    turns = numpy.zeros((rows, rows), int)
    for polygon in polygons:
        _wind(turns, (polygon - origin) * rows / (high[1] - low[1]) + [rows / 2, 0])
    ink = (turns != 0)[::-1]
    return Shape(ink.reshape(SIZE, _FINE, SIZE, _FINE).mean((1, 3)), _holes(ink))


def shape_of_ink(ink: NDArray[Any]) -> Shape:
    """The shape of a glyph in a picture, as tall as the picture: rows and columns of pixels, true where there is ink."""
    import numpy

    count = SIZE * _FINE
    rows = ((numpy.arange(count) + 0.5) * ink.shape[0] / count).astype(int)
    columns = numpy.floor((numpy.arange(count) + 0.5 - count / 2) * ink.shape[0] / count + ink.shape[1] / 2).astype(int)
    inside = (columns >= 0) & (columns < ink.shape[1])
    fine = ink[rows][:, columns.clip(0, ink.shape[1] - 1)] & inside
    return Shape(fine.reshape(SIZE, _FINE, SIZE, _FINE).mean((1, 3)), _holes(fine))


def _polygons() -> Any:
    """A pen that keeps outlines as polygons."""
    from fontTools.pens.basePen import BasePen

    class Polygons(BasePen):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(None)
            self.polygons: list[list[tuple[float, float]]] = []

        def _moveTo(self, point: Any) -> None:  # noqa: N802
            self.polygons.append([point])

        def _lineTo(self, point: Any) -> None:  # noqa: N802
            self.polygons[-1].append(point)

        def _curveToOne(self, first: Any, second: Any, end: Any) -> None:  # noqa: N802
            start = self.polygons[-1][-1]
            for t in (1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6, 1.0):
                weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
                points = zip(weights, (start, first, second, end), strict=True)
                x, y = map(sum, zip(*((weight * at[0], weight * at[1]) for weight, at in points), strict=True))
                self.polygons[-1].append((x, y))

    return Polygons()


def _wind(turns: NDArray[Any], polygon: NDArray[Any]) -> None:
    """Count how often a polygon goes around the middle of each point (nonzero winding rule)."""
    import numpy

    count = len(turns)
    middles = numpy.arange(count) + 0.5
    for (x0, y0), (x1, y1) in zip(polygon, numpy.roll(polygon, -1, 0), strict=True):
        low, high = sorted((y0, y1))
        for row in range(max(0, int(numpy.ceil(low - 0.5))), min(count, int(numpy.ceil(high - 0.5)))):
            crossing = x0 + (row + 0.5 - y0) * (x1 - x0) / (y1 - y0)
            turns[row, middles > crossing] += 1 if y1 > y0 else -1


def _holes(ink: NDArray[Any]) -> int:
    """How many pieces of ground a glyph encloses."""
    import numpy

    ground = numpy.pad(~ink, 1, constant_values=True)
    steps = numpy.diff(ground.astype(numpy.int8), axis=1, prepend=0, append=0)
    pieces: list[int] = []  # the piece of each run of ground: its own number, or that of one that it belongs to
    above: list[tuple[int, int, int]] = []
    for row in steps:
        runs = []
        for start, end in zip(numpy.flatnonzero(row > 0).tolist(), numpy.flatnonzero(row < 0).tolist(), strict=True):
            pieces.append(len(pieces))
            runs.append((start, end, len(pieces) - 1))
            for first, last, number in above:
                if first < end and start < last:
                    pieces[_piece_of(pieces, number)] = _piece_of(pieces, len(pieces) - 1)
        above = runs
    return sum(number == piece for number, piece in enumerate(pieces)) - 1


def _piece_of(pieces: list[int], number: int) -> int:
    while pieces[number] != number:
        number = pieces[number]
    return number


def doubt_of(shape: Shape, digit: int) -> float:
    """How much nearer a shape is to another digit than to this one: 1 for as near, more for nearer."""
    distances = ((_references() - shape.ink) ** 2).mean((2, 3)).min(1)
    others = min(float(distances[other]) for other in range(10) if other != digit)
    doubt = float(distances[digit]) / max(others, 1e-6)
    return doubt if doubt < _AS_NEAR or shape.holes in _HOLES[digit] else _HOPELESS + doubt


def likeness_of(shape: Shape) -> list[float]:
    """How far a shape is from each digit: 0 for the same, 1 for ink and ground exchanged."""
    return [float(distance) for distance in ((_references() - shape.ink) ** 2).mean((2, 3)).min(1)]


@cache
def _references() -> NDArray[Any]:
    """The reference shapes by digit: an array of 10 digits, so many fonts, and the bits of a shape."""
    import numpy

    data = json.loads(Path(__file__).with_name("digit_shapes.json").read_text(encoding="utf-8"))
    bits = [numpy.frombuffer(bytes.fromhex(text), numpy.uint8) for shapes in data["digits"] for text in shapes]
    return numpy.unpackbits(numpy.stack(bits), axis=1).reshape(10, -1, SIZE, SIZE).astype(float)
