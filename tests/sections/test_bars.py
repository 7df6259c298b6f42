"""Bars stay inside the page, can be told apart in grey, and each carries its number."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise

import pytest

from toolkit.sections.bars import (
    BLUE,
    NARROW,
    RESULTS,
    ROUGHLY,
    STEEL,
    THIS_YEAR,
    WIDTH,
    YEARS_BEFORE,
    BarRow,
    lay_bars,
    lay_columns,
    lay_stacks,
)
from toolkit.sections.marks import Bar, Fill, Mark, TextMark, text_width

RESULT_NAMES = {"upheld": "结果维持", "corrected": "结果纠正", "other": "其他结果", "pending": "尚未审结"}


def luminance(color: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def lightness(color: str) -> float:
    return float(116 * luminance(color) ** (1 / 3) - 16)


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *pairwise(RESULTS.values()),  # pieces of one bar
        (RESULTS["upheld"], RESULTS["other"]),  # when nothing was corrected
        (RESULTS["corrected"], RESULTS["pending"]),
        (BLUE, STEEL),  # result and reason
        (BLUE, ROUGHLY),
        *pairwise((THIS_YEAR, *YEARS_BEFORE)),
    ],
)
def test_neighbours_differ_on_a_grey_printer(one: Fill, other: Fill) -> None:
    assert abs(lightness(one.color) - lightness(other.color)) >= 12


@pytest.mark.parametrize("fill", [*RESULTS.values(), BLUE, STEEL, ROUGHLY])
def test_numbers_on_bars_are_readable(fill: Fill) -> None:
    assert contrast(fill.color, fill.text) >= 4.5


def ends(marks: Iterable[Mark]) -> list[float]:
    found = []
    for mark in marks:
        if isinstance(mark, Bar):
            found += [mark.x, mark.x + mark.width]
        elif isinstance(mark, TextMark):
            width = text_width(mark.text, mark.size)
            start = mark.x - {"left": 0, "center": width / 2, "right": width}[mark.anchor]
            found += [start, start + width]
    return found


def block(*counts: int) -> dict[str, Decimal]:
    return dict(zip(RESULT_NAMES, map(Decimal, counts), strict=True))


@pytest.mark.parametrize(
    "marks",
    [
        lay_bars([BarRow("甲", Decimal(1), "1", BLUE), BarRow("很长的渠道名称" * 20, Decimal(10**12), str(10**12), ROUGHLY)]),
        lay_bars([BarRow("W" * 300, Decimal(1), "1余", BLUE)]),  # one word without a place to break
        lay_stacks({"行政复议": block(120, 1, 1, 0), "行政诉讼（未经复议直接起诉）": block(1, 0, 1, 0)}, RESULT_NAMES),
        lay_stacks({"行政复议": block(99999, 88888, 77777, 66666), "行政诉讼（复议后起诉）": block(0, 0, 0, 0)}, RESULT_NAMES),
        lay_columns({"新收申请": [Decimal(1), None, Decimal(98765), Decimal(3)], "办理完毕": [None] * 4}, range(2021, 2025)),
    ],
    ids=["long and large", "one long word", "small beside large", "large", "four years"],
)
def test_nothing_stands_outside_the_page(marks: tuple[list[Mark], float]) -> None:
    assert min(ends(marks[0])) >= 0
    assert max(ends(marks[0])) <= WIDTH


NARROW_ONES = [
    lay_bars([BarRow("甲", Decimal(1), "1", BLUE), BarRow("很长的渠道名称" * 20, Decimal(10**12), str(10**12), ROUGHLY)], NARROW),
    lay_bars([BarRow("W" * 300, Decimal(1), "1余", BLUE), BarRow("乙", Decimal(0), "0", STEEL, minor=True)], NARROW),
    lay_stacks({"行政复议": block(120, 1, 1, 0), "行政诉讼（未经复议直接起诉）": block(1, 0, 1, 0)}, RESULT_NAMES, NARROW),
    lay_stacks({"行政复议": block(99999, 88888, 77777, 66666), "行政诉讼": block(0, 0, 0, 0)}, RESULT_NAMES, NARROW),
    lay_columns({str(name): [Decimal(1), None, Decimal(98765), Decimal(3)] for name in range(5)}, range(2021, 2025), NARROW),
]


@pytest.mark.parametrize(
    "marks", NARROW_ONES, ids=["long and large", "one long word", "small beside large", "large", "four years"]
)
def test_on_a_phone_nothing_stands_outside_and_no_text_meets_another(marks: tuple[list[Mark], float]) -> None:
    assert min(ends(marks[0])) >= 0
    assert max(ends(marks[0])) <= NARROW
    texts = [mark for mark in marks[0] if isinstance(mark, TextMark)]
    assert max(mark.y + mark.size / 2 for mark in texts) <= marks[1]
    boxes = [(ends([mark])[0], ends([mark])[1], mark.y - mark.size / 2, mark.y + mark.size / 2) for mark in texts]
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            apart = one[1] <= other[0] or other[1] <= one[0] or one[3] <= other[2] or other[3] <= one[2]
            assert apart, (one, other)


def test_every_number_of_the_wide_chart_is_on_the_narrow_one() -> None:
    blocks = {"行政复议": block(120, 1, 1, 0), "行政诉讼": block(1, 0, 1, 0)}
    wide, narrow = ("".join(mark.text for mark in lay_stacks(blocks, RESULT_NAMES, width)[0] if isinstance(mark, TextMark))
                    for width in (WIDTH, NARROW))  # fmt: skip
    assert sorted(wide) == sorted(narrow)


def test_a_number_without_room_on_its_piece_stands_behind_the_bar() -> None:
    marks, _ = lay_stacks({"行政复议": block(120, 1, 0, 0)}, RESULT_NAMES)
    said = [mark.text for mark in marks if isinstance(mark, TextMark)]
    assert "共121件（含结果纠正1）" in said
    assert "120" in said
    assert "1" not in said
    assert min(mark.width for mark in marks if isinstance(mark, Bar)) > 2  # still to be seen


def test_only_results_that_occurred_are_in_the_key() -> None:
    marks, _ = lay_stacks({"行政复议": block(1, 0, 0, 2), "行政诉讼（复议后起诉）": block(0, 0, 0, 0)}, RESULT_NAMES)
    said = [mark.text for mark in marks if isinstance(mark, TextMark)]
    assert said[:2] == ["结果维持", "尚未审结"]
    assert "结果纠正" not in said
    assert "未发生" in said


def test_a_year_that_was_not_filled_in_has_no_column() -> None:
    marks, _ = lay_columns({"新收申请": [None, Decimal(4)]}, [2023, 2024])
    assert [mark.text for mark in marks if isinstance(mark, TextMark)] == ["未填", "2023", "4", "2024", "新收申请"]
    assert [mark.fill for mark in marks if isinstance(mark, Bar)] == [THIS_YEAR]
