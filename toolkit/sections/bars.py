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


def lay_bars(lines: Sequence[BarRow]) -> tuple[list[Mark], float]:
    """Horizontal bars with labels to their left and values after them; the zero line is the only axis."""
    labels = [wrap_text(line.label, SMALL if line.minor else TEXT, 172) for line in lines]
    sizes = [SMALL if line.minor else TEXT for line in lines]
    left = 8 + max(text_width(row, size) for rows, size in zip(labels, sizes, strict=True) for row in rows)
    room = WIDTH - left - 8 - max(text_width(line.value, size) for line, size in zip(lines, sizes, strict=True))
    most = max(line.count for line in lines)
    marks: list[Mark] = []
    y = 4.0
    for index, (line, rows, size) in enumerate(zip(lines, labels, sizes, strict=True)):
        if index and not line.minor:
            y += 5
        pitch = max(len(rows) * (size + 2), 14 if line.minor else 18)
        middle, thick = y + pitch / 2, 8 if line.minor else 13
        marks += _stacked_label(rows, left - 6, middle, size, SOFT_INK if line.minor else INK)
        width = max(float(line.count / most) * room, 1.2)  # what is there is seen
        marks.append(Bar(left, middle - thick / 2, width, thick, line.fill))
        marks.append(TextMark(left + width + 5, middle, line.value, size, bold=not line.minor))
        y += pitch
    marks.append(RuleMark(left, 2, left, y + 2))
    return marks, y + 6


def _stacked_label(rows: Sequence[str], x: float, middle: float, size: float, color: str) -> Iterator[TextMark]:
    first = middle - (len(rows) - 1) * (size + 2) / 2
    for index, row in enumerate(rows):
        yield TextMark(x, first + index * (size + 2), row, size, "right", color)


def lay_stacks(blocks: dict[str, dict[str, Decimal]], labels: dict[str, str]) -> tuple[list[Mark], float]:
    """One bar per block, divided into results; a number too wide for its segment is placed after the bar.

    At least one count is above zero.
    """
    left = 8 + max(text_width(name, TEXT) for name in blocks)
    present = [key for key in labels if any(block[key] for block in blocks.values())]
    marks: list[Mark] = list(_key_marks(left, present, labels))
    most = max(sum(block.values(), Decimal(0)) for block in blocks.values())
    room = WIDTH - left
    for _ in range(3):  # shorter bars push more numbers behind them, which shortens the bars
        room = WIDTH - left - 10 - max(text_width(_total_words(block, labels, most, room), TEXT) for block in blocks.values())
    y = 26.0
    for name, block in blocks.items():
        middle = y + 10
        marks.append(TextMark(left - 6, middle, name, TEXT, "right"))
        x = left
        for key in (key for key in present if block[key] > 0):
            width = max(float(block[key] / most) * room, 3.0)
            marks.append(Bar(x, y, width - 0.8, 20, RESULTS[key]))  # a white line between the pieces
            marks += _number_on_bar(str(block[key]), x, width, middle, RESULTS[key])
            x += width
        color = INK if sum(block.values()) else SOFT_INK
        marks.append(TextMark(x + 5, middle, _total_words(block, labels, most, room), TEXT, color=color, bold=color == INK))
        y += 29
    marks.append(RuleMark(left, 22, left, y - 5))
    return marks, y - 1


def _key_marks(left: float, present: Sequence[str], labels: dict[str, str]) -> Iterator[Mark]:
    x = left
    for key in present:
        yield Bar(x, 3, 14, 10, RESULTS[key])
        yield TextMark(x + 18, 8, labels[key], SMALL)
        x += 18 + text_width(labels[key], SMALL) + 16


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


def lay_columns(series: dict[str, list[Decimal | None]], years: Sequence[int]) -> tuple[list[Mark], float]:
    """Columns in groups, the years from left to right, this year in red; every column carries number and year.

    At least one count is above zero. With four years the text above and below the columns is a little smaller.
    """
    top, bottom = 16.0, 136.0
    most = max(count for counts in series.values() for count in counts if count is not None)
    group, gap = WIDTH / len(series), 10.0
    column = min((group - gap) / len(years), 34.0)
    fills = [*reversed(YEARS_BEFORE[: len(years) - 1]), THIS_YEAR]
    size = min(TEXT, TEXT * column / max(text_width(str(most), TEXT) + 2, 1))
    marks: list[Mark] = []
    for index, (label, counts) in enumerate(series.items()):
        middle = group * (index + 0.5)
        x = middle - column * len(years) / 2
        for year, count, fill in zip(years, counts, fills, strict=True):
            height = 0.0 if count is None else max(float(count / most) * (bottom - top), 1.0 if count else 0.0)
            if height:
                marks.append(Bar(x + 1.5, bottom - height, column - 3, height, fill))
            value, centre = "未填" if count is None else str(count), x + column / 2
            marks.append(TextMark(centre, bottom - height - 8, value, size, "center", bold=fill is THIS_YEAR))
            marks.append(TextMark(centre, bottom + 9, str(year), min(SMALL, column / 2.4), "center", SOFT_INK))
            x += column
        marks.append(RuleMark(middle - group / 2 + gap / 2, bottom, middle + group / 2 - gap / 2, bottom))
        marks.append(TextMark(middle, bottom + 25, label, TEXT, "center"))
    return marks, bottom + 34
