"""Lay out the bars of a chart: counts in, marks in points (and the height they take) out.

Three layouts: bars one under the other, bars cut into results, columns in groups of years. Every bar carries its
number, so no axis with ticks is needed; fills differ in lightness, so a grey printer loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from toolkit.sections.marks import INK, PAPER, SOFT_INK, Bar, Fill, Mark, RuleMark, TextMark, text_width, wrap_text

WIDTH = 442.0  # 156 mm, the type area of GB/T 9704-2012, in points
NARROW = 246.0  # 328 pixels, what a phone of 360 leaves between its margins
_BESIDE = 360.0  # labels stand beside their bars from this width on, else above them
TEXT, SMALL = 10.0, 9.0

# Lightness (L* of CIELAB): blue 20, red 46, steel 77, grey 79, paper 100; red and green never meet
BLUE = Fill("#1b3158")
STEEL = Fill("#b3c0d4", text=INK)
ROUGHLY = Fill("#dfe6f0", hatch="///", hatch_color="#1b3158", edge="#1b3158", text=INK)
RESULTS = {
    "upheld": Fill("#1b3158"),
    "corrected": Fill("#b84a42"),
    "other": Fill("#c4c4c4", text=INK),
    "pending": Fill(PAPER, hatch="////", hatch_color="#9a9a9a", edge="#555555", text=INK),
}
THIS_YEAR = Fill("#9b1c1c")
YEARS_BEFORE = (Fill("#858585"), Fill("#adadad"), Fill("#d2d2d2"))  # last year, the year before, …


@dataclass(frozen=True, slots=True)
class BarRow:
    """One line of a bar chart: label, count, text after the bar; ``minor`` is a kind within a group."""

    label: str
    count: Decimal
    value: str
    fill: Fill
    minor: bool = False


def lay_bars(lines: Sequence[BarRow], width: float = WIDTH) -> tuple[list[Mark], float]:
    """Horizontal bars with labels to their left, or above them in a narrow picture; the zero line is the only axis."""
    return _bars_beside(lines, width) if width >= _BESIDE else _bars_below(lines, width)


def _bars_beside(lines: Sequence[BarRow], page: float) -> tuple[list[Mark], float]:
    labels = [wrap_text(line.label, SMALL if line.minor else TEXT, 172) for line in lines]
    sizes = [SMALL if line.minor else TEXT for line in lines]
    left = 8 + max(text_width(row, size) for rows, size in zip(labels, sizes, strict=True) for row in rows)
    room = page - left - 8 - max(text_width(line.value, size) for line, size in zip(lines, sizes, strict=True))
    most = max(line.count for line in lines)
    marks: list[Mark] = []
    y = 4.0
    for index, (line, rows, size) in enumerate(zip(lines, labels, sizes, strict=True)):
        if index and not line.minor:
            y += 5
        pitch = max(len(rows) * (size + 2), 14 if line.minor else 18)
        middle, thick = y + pitch / 2, 8 if line.minor else 13
        marks += _stacked_label(rows, left - 6, middle, size, SOFT_INK if line.minor else INK)
        marks += _bar_and_value(line, left, middle, thick, room * float(line.count / most), size)
        y += pitch
    marks.append(RuleMark(left, 2, left, y + 2))
    return marks, y + 6


def _bars_below(lines: Sequence[BarRow], page: float) -> tuple[list[Mark], float]:
    most = max(line.count for line in lines)
    marks: list[Mark] = []
    y = 0.0
    for line in lines:
        size, left, thick = (SMALL, 8.0, 7) if line.minor else (TEXT, 1.0, 11)
        y += 2 if line.minor else 7
        rows = wrap_text(line.label, size, page - left)
        marks += [TextMark(left, y + (at + 0.5) * (size + 3), row, size, color=SOFT_INK if line.minor else INK)
                  for at, row in enumerate(rows)]  # fmt: skip
        y += len(rows) * (size + 3)
        room = page - left - 8 - text_width(line.value, size)
        marks += _bar_and_value(line, left, y + 7, thick, room * float(line.count / most), size)
        y += 14
    return marks, y + 4


def _bar_and_value(line: BarRow, left: float, middle: float, thick: float, width: float, size: float) -> Iterator[Mark]:
    width = max(width, 1.2)  # what is there is seen
    yield Bar(left, middle - thick / 2, width, thick, line.fill)
    yield TextMark(left + width + 5, middle, line.value, size, bold=not line.minor)


def _stacked_label(rows: Sequence[str], x: float, middle: float, size: float, color: str) -> Iterator[TextMark]:
    first = middle - (len(rows) - 1) * (size + 2) / 2
    for index, row in enumerate(rows):
        yield TextMark(x, first + index * (size + 2), row, size, "right", color)


def lay_stacks(blocks: dict[str, dict[str, Decimal]], labels: dict[str, str], width: float = WIDTH) -> tuple[list[Mark], float]:
    """One bar per block, divided into results; a number too wide for its segment is placed after the bar.

    At least one count is above zero. In a narrow picture the name of a block and its total stand above its bar.
    """
    beside = width >= _BESIDE
    left = 8 + max(text_width(name, TEXT) for name in blocks) if beside else 1.0
    present = [key for key in labels if any(block[key] for block in blocks.values())]
    key, y = _key_marks(left, present, labels, width)
    marks: list[Mark] = list(key)
    most = max(sum(block.values(), Decimal(0)) for block in blocks.values())
    room = width - left - 12  # small pieces are widened, so that they are seen
    for _ in range(3 if beside else 0):  # shorter bars push more numbers behind them, which shortens the bars
        room = width - left - 10 - max(text_width(_total_words(block, labels, most, room), TEXT) for block in blocks.values())
    top = y - 4
    for name, block in blocks.items():
        words = _total_words(block, labels, most, room)
        above = [] if beside else [name, *wrap_text(words, TEXT, width - left, 3)]
        marks += [TextMark(left, y + 7 + at * 13, row, TEXT, color=INK if at == 0 else SOFT_INK) for at, row in enumerate(above)]
        y += 13 * len(above) + (4 if above else 0)
        x = left + sum(_piece_width(block[item], most, room) for item in present)
        marks += _pieces(block, present, most, room, left, y)
        if beside:
            color = INK if sum(block.values()) else SOFT_INK
            marks.append(TextMark(left - 6, y + 10, name, TEXT, "right"))
            marks.append(TextMark(x + 5, y + 10, words, TEXT, color=color, bold=color == INK))
        y += 29 if any(block.values()) or beside else 4
    if beside:
        marks.append(RuleMark(left, top, left, y - 5))
    return marks, y - 1


def _piece_width(count: Decimal, most: Decimal, room: float) -> float:
    return max(float(count / most) * room, 3.0) if count > 0 else 0.0


def _pieces(
    block: dict[str, Decimal], present: Sequence[str], most: Decimal, room: float, left: float, y: float
) -> Iterator[Mark]:
    """The pieces of one bar with their numbers."""
    x = left
    for key in (key for key in present if block[key] > 0):
        width = _piece_width(block[key], most, room)
        yield Bar(x, y, width - 0.8, 20, RESULTS[key])  # a white line between the pieces
        yield from _number_on_bar(str(block[key]), x, width, y + 10, RESULTS[key])
        x += width


def _key_marks(left: float, present: Sequence[str], labels: dict[str, str], page: float) -> tuple[list[Mark], float]:
    """The key in as many lines as it needs, and where the bars begin."""
    marks: list[Mark] = []
    x, y = left, 3.0
    for key in present:
        needed = 18 + text_width(labels[key], SMALL)
        if x > left and x + needed > page:
            x, y = left, y + 15
        marks += [Bar(x, y, 14, 10, RESULTS[key]), TextMark(x + 18, y + 5, labels[key], SMALL)]
        x += needed + 16
    return marks, y + 23


def _number_on_bar(text: str, x: float, width: float, middle: float, fill: Fill) -> Iterator[Mark]:
    needed = text_width(text, TEXT) + 4
    if needed > width:
        return
    if fill.hatch:  # figures stay readable on a plate without hatching
        yield Bar(x + (width - needed) / 2, middle - 6.5, needed, 13, Fill(fill.color))
    yield TextMark(x + width / 2, middle, text, TEXT, "center", fill.text, bold=True)


def _total_words(block: dict[str, Decimal], labels: dict[str, str], most: Decimal, room: float) -> str:
    total = sum(block.values(), Decimal(0))
    if not total:
        return "未发生"
    narrow = [key for key, count in block.items() if count and float(count / most) * room < text_width(str(count), TEXT) + 4]
    if not narrow:
        return f"共{total}件"
    return f"共{total}件（含{'、'.join(f'{labels[key]}{block[key]}' for key in narrow)}）"


def lay_columns(series: dict[str, list[Decimal | None]], years: Sequence[int], width: float = WIDTH) -> tuple[list[Mark], float]:
    """Columns in groups, the years from left to right, this year in red; every column carries number and year.

    At least one count is above zero. With four years the text above and below the columns is a little smaller. A narrow
    picture has at most two groups in a row.
    """
    most = max(count for counts in series.values() for count in counts if count is not None)
    names, beside = list(series), width >= _BESIDE
    in_row = len(names) if beside else _PAIR
    marks: list[Mark] = []
    top = 0.0
    for first in range(0, len(names), in_row):
        row = {name: series[name] for name in names[first : first + in_row]}
        highest = max((count for counts in row.values() for count in counts if count is not None), default=Decimal(0))
        tall = _TALL if beside else max(_LOW * float(highest / most), 2.0)
        marks += _column_row(row, years, highest or Decimal(1), width / in_row, top, tall)
        top += tall + 50
    return marks, top


_PAIR, _TALL, _LOW = 2, 120.0, 80.0  # groups in a row of a narrow picture; height of the highest column


def _column_row(
    series: dict[str, list[Decimal | None]], years: Sequence[int], most: Decimal, group: float, above: float, tall: float
) -> Iterator[Mark]:
    """One row of groups, each ``group`` points wide, from ``above`` down."""
    top = above + 16.0
    bottom, gap = top + tall, 10.0
    column = min((group - gap) / len(years), 34.0)
    fills = [*reversed(YEARS_BEFORE[: len(years) - 1]), THIS_YEAR]
    size = min(TEXT, TEXT * column / max(text_width(str(most), TEXT) + 2, 1))
    for index, (label, counts) in enumerate(series.items()):
        middle = group * (index + 0.5)
        x = middle - column * len(years) / 2
        for year, count, fill in zip(years, counts, fills, strict=True):
            height = 0.0 if count is None else max(float(count / most) * (bottom - top), 1.0 if count else 0.0)
            if height:
                yield Bar(x + 1.5, bottom - height, column - 3, height, fill)
            value, centre = "未填" if count is None else str(count), x + column / 2
            yield TextMark(centre, bottom - height - 8, value, size, "center", bold=fill is THIS_YEAR)
            yield TextMark(centre, bottom + 9, str(year), min(SMALL, column / 2.4), "center", SOFT_INK)
            x += column
        yield RuleMark(middle - group / 2 + gap / 2, bottom, middle + group / 2 - gap / 2, bottom)
        yield TextMark(middle, bottom + 25, label, TEXT, "center")
