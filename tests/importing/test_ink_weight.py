"""A figure that somebody wrote over, struck out or added to is told by its ink, whatever it was read as."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import numpy
import pytest
from PIL import Image, ImageDraw

from toolkit.importing.readers.scan.cell_text import Ink, find_ink, is_clean, looks_written
from toolkit.importing.readers.scan.ink_weight import weigh
from toolkit.importing.readers.scan.rulings import CellBox
from toolkit.importing.readers.scan.straight import Page, straighten

WIDE, HIGH, COLUMNS, ROWS = 90, 40, 10, 8
SIZE = 24  # of the type, in pixels
Alter = Callable[[ImageDraw.ImageDraw, tuple[float, float, float, float]], None]


def strike(draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float]) -> None:
    x0, y0, x1, y1 = box
    draw.line((x0 - 3, (y0 + y1) / 2, x1 + 3, (y0 + y1) / 2), fill=0, width=2)


def seven(draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float]) -> None:
    """A 7 written over the first digit."""
    x0, y0, _, y1 = box
    draw.line([(x0 - 4, y0 + 1), (x0 + 9, y0 + 1), (x0 + 3, y1)], fill=0, width=2)


def scribble(draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float]) -> None:
    x0, y0, x1, y1 = box
    draw.line([(x0, y0), (x1, y1), (x1, y0), (x0, y1), (x0, y0)], fill=0, width=2)


def page(alter: dict[int, Alter], seed: int = 1, narrow: float = 0) -> tuple[Page, dict[int, Ink], dict[int, str]]:
    """A table without rulings; some of its cells altered. With ``narrow`` each 1 is that many pixels nearer to its neighbours."""
    random = Random(seed)
    picture = Image.new("L", (WIDE * COLUMNS, HIGH * ROWS), 255)
    draw = ImageDraw.Draw(picture)
    boxes, texts = {}, {}
    for at in range(COLUMNS * ROWS):
        row, column = divmod(at, COLUMNS)
        left, top = column * WIDE, row * HIGH
        texts[at] = str(random.choice((random.randint(0, 9), random.randint(10, 99), random.randint(100, 4999))))
        if narrow:
            x = left + 10.0
            for digit in texts[at]:
                x -= narrow if digit == "1" else 0
                draw.text((x, top + HIGH / 2), digit, fill=0, font_size=SIZE, anchor="lm")
                x += draw.textlength(digit, font_size=SIZE) + 2 - (narrow if digit == "1" else 0)
        else:
            draw.text((left + WIDE / 2, top + HIGH / 2), texts[at], fill=0, font_size=SIZE, anchor="mm")
        if at in alter:
            alter[at](draw, draw.textbbox((left + WIDE / 2, top + HIGH / 2), texts[at], font_size=SIZE, anchor="mm"))
        boxes[at] = CellBox(row, column, 1, 1, left, top, left + WIDE, top + HIGH)
    gray = numpy.asarray(picture)
    none = numpy.zeros(gray.shape, bool)
    made = Page(numpy.stack([gray] * 3, axis=2), gray, none, none)
    return made, {at: find_ink(made, box) for at, box in boxes.items()}, texts


@pytest.mark.parametrize("alter", [strike, seven, scribble])
@pytest.mark.parametrize("seed", range(4))
def test_figures_that_are_written_over(alter: Alter, seed: int) -> None:
    assert weigh(*page(dict.fromkeys((3, 17, 42, 66), alter), seed)) == ({3, 17, 42, 66}, set())


def test_the_ink_of_a_red_pen_is_weighed_and_that_of_a_seal_is_not() -> None:
    made, inks, texts = page({17: seven})
    red = numpy.zeros_like(made.red)
    box = inks[17].box
    red[box.top + 10 : box.top + 30, box.left + 30 : box.left + 34] = True
    assert weigh(replace(made, red=red), inks, texts) == ({17}, set())
    assert weigh(replace(made, red=red, seal=red), inks, texts) == (set(), set())


@pytest.mark.parametrize("misread", ["²", "③", "٣", "，"])
def test_a_sign_that_is_no_digit_leaves_the_other_figures_weighed(misread: str) -> None:
    made, inks, texts = page({17: seven})
    assert weigh(made, inks, texts | {30: misread}) == ({17}, set())


@pytest.mark.parametrize("seed", range(4))
def test_printed_figures(seed: int) -> None:
    assert weigh(*page({}, seed)) == (set(), set())


def test_figures_that_were_misread() -> None:
    """An 8 that was taken for a 1 is too dark, a 1 that was taken for an 8 too light."""
    made, inks, texts = page({})
    dark = next(at for at, text in texts.items() if "8" in text)
    light = next(at for at, text in texts.items() if "1" in text and at != dark)
    misread = {**texts, dark: texts[dark].replace("8", "1"), light: texts[light].replace("1", "8")}
    assert weigh(made, inks, misread) == ({dark}, {light})


def test_a_struck_figure_is_not_clean() -> None:
    made, inks, texts = page({12: strike})
    assert [at for at, ink in inks.items() if not is_clean(made, ink, texts[at], 17.0)] == [12]


@pytest.mark.parametrize(
    ("upper", "lower", "count"),
    [((6, 13), (17, 26), 1), ((6, 13), (13, 26), 1), ((2, 18), (24, 39), 2)],
    ids=["a thin 5 in two pieces", "whole", "two lines"],
)
def test_a_digit_that_falls_apart_is_one_line(upper: tuple[int, int], lower: tuple[int, int], count: int) -> None:
    gray = numpy.full((40, 60), 255, numpy.uint8)
    for first, last in (upper, lower):
        gray[first:last, 20:32] = 0
    none = numpy.zeros(gray.shape, bool)
    cell = Page(numpy.stack([gray] * 3, axis=2), gray, none, none)
    assert len(find_ink(cell, CellBox(0, 0, 1, 1, 0, 0, 60, 40), 18).lines) == count


@pytest.mark.parametrize(("shade", "clean"), [(0, True), (205, True), (250, False)])
def test_a_digit_with_strokes_that_a_copy_hardly_shows_is_clean(shade: int, clean: bool) -> None:
    """A 7: its bar, its hook and its stem with ``shade`` between them."""
    gray = numpy.full((40, 60), 255, numpy.uint8)
    gray[10:26, 28:32] = gray[10:13, 20:36] = gray[10:18, 20:22] = shade
    gray[10:12, 20:36] = gray[20:26, 28:32] = gray[14:18, 20:22] = 0
    none = numpy.zeros(gray.shape, bool)
    cell = Page(numpy.stack([gray] * 3, axis=2), gray, none, none)
    assert is_clean(cell, find_ink(cell, CellBox(0, 0, 1, 1, 0, 0, 60, 40), 16), "7", 16.0) is clean


def lines(place: Callable[[Random, int], float], *, high: tuple[int, int] = (20, 20)) -> list[Ink]:
    """Forty figures in rows of two heights; ``place`` gives how far below the top of its cell each begins."""
    random = Random(3)
    inks = []
    for at in range(40):
        cell = (40, 90)[at // 10 % 2]
        top = place(random, cell)
        inks.append(
            Ink(CellBox(at // 10, at % 10, 1, 1, 0, 0, 90, cell), ((30, round(top), 60, round(top) + random.randint(*high)),))
        )
    return inks


def test_print_at_the_top_or_foot_of_high_cells_is_no_handwriting() -> None:
    for place in (lambda _, cell: 6, lambda _, cell: cell - 26, lambda _, cell: cell / 2 - 10):
        assert not looks_written(lines(place))


def test_figures_that_dance_or_differ_in_height_are_handwriting() -> None:
    assert looks_written(lines(lambda random, cell: cell / 2 - 10 + random.randint(-9, 9)))
    assert looks_written(lines(lambda _, cell: cell / 2 - 10, high=(14, 30)))


def test_red_ink_is_a_seal_only_where_it_is_large() -> None:
    picture = Image.new("RGB", (1700, 2400), "white")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((300, 300, 700, 700), outline=(220, 30, 30), width=8)
    draw.line([(1000, 1000), (1020, 1000), (1008, 1030)], fill=(200, 20, 20), width=4)  # a 7 of a red pen
    draw.line((200, 1500, 1500, 1500), fill=(200, 20, 20), width=4)
    made = straighten(numpy.asarray(picture))
    parts = {"ring": (slice(290, 710), slice(290, 710)), "seven": (slice(990, 1040), slice(990, 1030)),
             "stroke": (slice(1490, 1510), slice(190, 1510))}  # fmt: skip
    assert {name: bool(made.red[part].any()) for name, part in parts.items()} == dict.fromkeys(parts, True)
    assert {name for name, part in parts.items() if made.seal[part].any()} == {"ring"}
