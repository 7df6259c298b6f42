"""Compare the shapes of glyphs with those of digits: as an outline draws them, and as a page prints them.

In: what draws a glyph; the digits of fonts whose outlines say nothing (Type 3, Type 1, fonts that are not in the file) with
their places, and the page as a sharp picture. Out: how much nearer a shape is to another digit than to the one it should be; the
fonts that print other digits than text extraction gives. A glyph is judged by an occurrence that is like some digit, for a ruling
or a neighbour may reach into others. ``digit_shapes.json`` has the digits of two dozen free fonts as bits, from the top left.

Source: ISO 32000-2, 9.6.4 (Type 3 fonts), 9.10 (extraction of text content).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

from pdfminer.pdffont import PDFFont, PDFType3Font

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
    begins, ends = (numpy.argwhere(change).tolist() for change in (steps > 0, steps < 0))
    for _, of_row in groupby(zip(begins, ends, strict=True), key=lambda run: run[0][0]):  # each row: its edges are ground
        runs = []
        for (_, start), (_, end) in of_row:
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


_CERTAIN, _LIKELY = 2.0, 1.4  # how much nearer a glyph must be to another digit than to its own: one, or two of them
_ALIKE = 0.1  # distance at most of a glyph from the digit that it is taken for: boxes for missing glyphs are like none
_WHOLE, _NO_OTHER = 0.16, 1.6  # the same of one digit of which a part may be missing, and how much nearer another may be
_NARROWEST = 0.6  # of the room of a digit
_STRANGE = 0.2  # distance of a drawing from every digit
_MOST_LOOKED_AT = 6  # occurrences of one glyph
_BELOW, _ABOVE = 0.25, 0.9  # of the type size: how far digits reach from their baseline
_SMALLEST = 3.0  # points
_FEWEST_PIXELS = 14  # height of a glyph that is compared
_SLANTS = (0.0, 0.12, 0.21, 0.3)  # of italics: how far the head leans over, of the height
_DARK = 0.5
Box = tuple[float, float, float, float]


@dataclass
class Printed:
    """The digits of one font on one page: by code the digit and the boxes, and the characters to mark."""

    digits: dict[int, int] = field(default_factory=dict)
    boxes: dict[int, list[Box]] = field(default_factory=dict)
    chars: list[Any] = field(default_factory=list)

    def add(self, code: int, digit: int, char: Any, size: float) -> None:
        """Add a character; ``size`` is that of its font before the text matrix."""
        self.digits[code] = digit
        self.chars.append(char)
        right, up, other_up, down = char.matrix[0], char.matrix[3], char.matrix[1], char.matrix[2]
        if right > 0 and up > 0 and abs(other_up) + abs(down) < 0.3 * right:
            self.boxes.setdefault(code, []).append(_box_of(char, size * up))


def _box_of(char: Any, size: float) -> Box:
    """Where the ink of a digit may be: from its baseline, for fonts misstate how far their letters reach; drawings have none."""
    if size < _SMALLEST:  # a font of drawings may have any size
        return char.x0, char.y0, char.x1, char.y1
    baseline = char.matrix[5]
    return char.x0, baseline - _BELOW * size, char.x1, baseline + _ABOVE * size


_doubts: WeakKeyDictionary[PDFFont, dict[int, float]] = WeakKeyDictionary()


def fonts_that_mislead(printed: Mapping[Any, Printed], crop: Any) -> Iterable[Any]:
    """The fonts whose printed digits contradict the file; ``crop`` gives the pixels of a box, ``None`` without a picture."""
    for font, digits in printed.items():
        if crop is None:
            if isinstance(font, PDFType3Font):
                yield font
            continue
        cache = _doubts.setdefault(font, {})
        for code, boxes in digits.boxes.items():
            if code not in cache:
                others = (box for other, places in digits.boxes.items() if other != code for box in places)
                doubt = _doubt(list(_shapes(boxes, others, crop)), digits.digits[code], font)
                cache |= {} if doubt is None else {code: doubt}
        doubts = cache.values()  # of all pages so far: a font that misleads on one does so on each
        if max(doubts, default=0.0) > _CERTAIN or sum(doubt > _LIKELY for doubt in doubts) > 1:
            yield font


def shows_digit(char: Any, size: float, crop: Any) -> bool:
    """Whether the page shows one digit whole: part of it may be covered or cut off. ``size``: of its font, before the matrix."""
    pixels, digit = crop(_box_of(char, size * abs(char.matrix[3]))), int(char.get_text())
    ink = _only_glyph(pixels)
    if ink is None or (digit != 1 and ink.shape[1] < _NARROWEST * pixels.shape[1]):
        return False
    shapes = (shape_of_ink(_upright(ink, slant)) for slant in _SLANTS)
    return any(likeness_of(shape)[digit] <= _WHOLE and doubt_of(shape, digit) <= _NO_OTHER for shape in shapes)


def _shapes(boxes: Sequence[Box], others: Iterable[Box], crop: Any) -> Iterable[Shape]:
    """The shapes of a glyph where no other digit is printed over it: two digits in one place tell of neither."""
    places_of_others = {place for box in others for place in _around(box)}
    for box in [box for box in boxes if _middle(box) not in places_of_others][:_MOST_LOOKED_AT]:
        ink = _only_glyph(crop(box))
        if ink is not None:
            yield min((shape_of_ink(_upright(ink, slant)) for slant in _SLANTS), key=lambda shape: min(likeness_of(shape)))


def _middle(box: Box) -> tuple[int, int]:
    return round((box[0] + box[2]) / 2), round((box[1] + box[3]) / 2)


def _around(box: Box) -> Iterable[tuple[int, int]]:
    x, y = _middle(box)
    return ((x + across, y + up) for across in (-1, 0, 1) for up in (-1, 0, 1))


def _doubt(shapes: Sequence[Shape], digit: int, font: Any) -> float | None:
    """How much the clearest occurrences of a glyph speak against its digit, ``None`` where it is like no digit at all.

    A drawing (Type 3) that is like no digit may be anything.
    """
    clear = [shape for shape in shapes if min(likeness_of(shape)) <= _ALIKE]
    if not clear:
        strange = shapes and isinstance(font, PDFType3Font) and min(min(likeness_of(shape)) for shape in shapes) > _STRANGE
        return _CERTAIN + 1 if strange else None
    return min(doubt_of(shape, digit) for shape in clear)


def _upright(ink: NDArray[Any], slant: float) -> NDArray[Any]:
    """A slanted glyph set upright: each row moved to the left, the more the higher it is."""
    import numpy

    if not slant:
        return ink
    high = len(ink)
    moved = numpy.zeros((high, ink.shape[1] + int(slant * high) + 1), bool)
    for row in range(high):
        at = int(slant * row)
        moved[row, at : at + ink.shape[1]] = ink[row]
    columns = numpy.flatnonzero(moved.any(axis=0))
    part: NDArray[Any] = moved[:, columns[0] : columns[-1] + 1]
    return part


def _only_glyph(pixels: NDArray[Any]) -> NDArray[Any] | None:
    """The ink of one glyph without blank edges and rulings; ``None`` where there is too little of it."""
    import numpy

    if not pixels.size or int(pixels.max()) - int(pixels.min()) < 60:
        return None
    low, high = int(pixels.min()), int(pixels.max())
    ink = pixels < low + _DARK * (high - low)
    if ink.mean() > _DARK:  # light digits on a dark ground
        ink = ~ink
    ink = ink.copy()
    ink[ink.all(axis=1)] = False
    ink[:, ink.all(axis=0)] = False
    rows, columns = numpy.flatnonzero(ink.any(axis=1)), numpy.flatnonzero(ink.any(axis=0))
    if not len(rows) or rows[-1] - rows[0] < _FEWEST_PIXELS:
        return None
    part: NDArray[Any] = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return part
