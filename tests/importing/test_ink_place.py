"""A figure with a digit added by pen no longer stands in its cell where print would put it."""

from __future__ import annotations

import pytest
from PIL import ImageDraw

from tests.importing.test_ink_weight import Alter, page
from toolkit.importing.readers.scan.cell_text import Ink
from toolkit.importing.readers.scan.ink_place import out_of_place


def before(draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float]) -> None:
    """A 7 as dark and straight as the print, before the first digit."""
    x0, y0, _, y1 = box
    draw.line([(x0 - 13, y0 + 1), (x0 - 3, y0 + 1), (x0 - 9, y1)], fill=0, width=2)


def behind(draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float]) -> None:
    _, y0, x1, y1 = box
    draw.line([(x1 + 3, y0 + 1), (x1 + 13, y0 + 1), (x1 + 7, y1)], fill=0, width=2)


@pytest.mark.parametrize(("alter", "place"), [(before, 0), (behind, -1)])
@pytest.mark.parametrize("seed", range(4))
def test_figures_with_a_digit_added_are_out_of_place(alter: Alter, place: int, seed: int) -> None:
    """Read as if the digit were printed, which its weight does not tell."""
    altered = (3, 17, 42, 66)
    _, inks, texts = page(dict.fromkeys(altered, alter), seed)
    read = {at: (f"7{text}" if place == 0 else f"{text}7") if at in altered else text for at, text in texts.items()}
    assert out_of_place(inks, read) == set(altered)


@pytest.mark.parametrize("seed", range(4))
def test_printed_figures_are_in_place(seed: int) -> None:
    _, inks, texts = page({}, seed)
    assert out_of_place(inks, texts) == set()


@pytest.mark.parametrize("added", [0, 10])
def test_the_only_figure_of_two_digits_is_in_the_middle_as_the_others_are(added: int) -> None:
    """All others have one digit and stand at one distance from the left, too; a digit added by pen moves the middle."""
    _, inks, _ = page({})
    row = sorted(inks)[:15]
    boxes = {at: ((inks[at].box.left + inks[at].box.right) / 2, *inks[at].lines[0][1::2]) for at in row}
    moved = {at: Ink(inks[at].box, ((middle - 5, top, middle + 5, bottom),)) for at, (middle, top, bottom) in boxes.items()}
    middle, top, bottom = boxes[row[9]]
    moved[row[9]] = Ink(inks[row[9]].box, ((middle - 10 - added / 2, top, middle + 10 - added / 2, bottom),))
    texts = {at: "10" if at == row[9] else "0" for at in row}
    assert out_of_place(moved, texts) == ({row[9]} if added else set())


def test_a_column_that_is_set_in_its_own_way_is_in_place() -> None:
    _, inks, texts = page({})
    moved = {
        at: Ink(ink.box, tuple((left + 20, top, right + 20, bottom) for left, top, right, bottom in ink.lines))
        if ink.box.column == 9
        else ink
        for at, ink in inks.items()
    }
    assert out_of_place(moved, texts) == set()


def test_a_digit_that_the_type_sets_lower_is_in_place() -> None:
    """The 4 of 楷体."""
    _, inks, texts = page({})
    moved = {
        at: Ink(ink.box, tuple((left, top, right, bottom + 4) for left, top, right, bottom in ink.lines))
        if "4" in texts[at]
        else ink
        for at, ink in inks.items()
    }
    assert out_of_place(moved, texts) == set()


@pytest.mark.parametrize("by", [-3, 3])
def test_figures_on_stickers_are_off_their_row(by: int) -> None:
    """The figures of print stuck over others, a little too high or too low."""
    _, inks, texts = page({})
    stuck = (3, 17, 42, 66)
    moved = {
        at: Ink(ink.box, tuple((left, top + by, right, bottom + by) for left, top, right, bottom in ink.lines))
        if at in stuck
        else ink
        for at, ink in inks.items()
    }
    assert out_of_place(moved, texts) == set(stuck)
