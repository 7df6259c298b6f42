"""Figures of which the paper shows a part, or which it strikes out by other means than a short line: unclear, never blank."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path

from tests.importing.paper import DIGIT, Box, Shape, Sheet, draw_pdf, width_of
from tests.importing.test_pdf_shapes import assert_law, assert_nothing_wrong, filled


def raised_by_rise(sheet: Sheet, box: Box, text: str) -> bool:
    """A note's mark in type as large, raised by the text state (Ts)."""
    x = sheet.figure(box, text) + width_of(text)
    sheet.ops.append(f"BT /F1 9 Tf 4 Ts 1 0 0 1 {x:.2f} {sheet.foot(box):.2f} Tm (2) Tj 0 Ts ET")
    return False


def whole_by_rise(sheet: Sheet, box: Box, text: str) -> bool:
    """A whole figure raised by the text state."""
    x = (box[0] + box[2]) / 2 - width_of(text) / 2
    sheet.ops.append(f"BT /F1 9 Tf 3 Ts 1 0 0 1 {x:.2f} {sheet.foot(box) - 3:.2f} Tm ({text}) Tj 0 Ts ET")
    return True


def head_covered(sheet: Sheet, box: Box, text: str) -> bool:
    """A 1 is one without its head, too."""
    x = sheet.figure(box, text)
    sheet.fill((x - 1, sheet.foot(box) + 3.2, x + width_of(text) + 1, sheet.foot(box) + 9), 1)
    return set(text) == {"1"}


def in_a_hole(sheet: Sheet, box: Box, text: str) -> bool:
    """A digit before the figure in the hole of a clipping path, which shows everything around it."""
    x, y = sheet.figure(box, text), sheet.foot(box)
    hole = f"{x - DIGIT - 1:.2f} {y - 2:.2f} {DIGIT + 0.5:.2f} 12 re"
    sheet.ops.append(f"q {box[0]:.2f} {box[1]:.2f} {box[2] - box[0]:.2f} {box[3] - box[1]:.2f} re {hole} W* n")
    sheet.text(x - DIGIT, y, "9")
    sheet.ops.append("Q")
    return False


def struck_to_the_rulings(sheet: Sheet, box: Box, text: str) -> bool:
    """The line is as long as the cell is wide, like a ruling between two cells."""
    sheet.figure(box, text)
    sheet.line(box[0], sheet.foot(box) + 3.2, box[2], sheet.foot(box) + 3.2)
    return False


def struck_by_a_box(sheet: Sheet, box: Box, text: str) -> bool:
    """A filled box as thin as a line."""
    x, y = sheet.figure(box, text), sheet.foot(box)
    sheet.fill((x - 1, y + 2.9, x + width_of(text) + 1, y + 3.5), 0)
    return False


def crossed_out(sheet: Sheet, box: Box, text: str) -> bool:
    """Two short lines askew."""
    x, y = sheet.figure(box, text), sheet.foot(box)
    sheet.line(x - 1, y - 1, x + width_of(text) + 1, y + 7)
    sheet.line(x - 1, y + 7, x + width_of(text) + 1, y - 1)
    return False


def marked_as_furniture(sheet: Sheet, box: Box, text: str) -> bool:
    """A figure that the tags call no part of the text, and that is printed all the same."""
    sheet.ops.append("/Artifact BMC")
    sheet.figure(box, text)
    sheet.ops.append("EMC")
    return False


def tinted(sheet: Sheet, box: Box, text: str) -> bool:
    """A tint over half of the figure, through which it is seen whole."""
    x, y = sheet.figure(box, text), sheet.foot(box)
    sheet.ops.append(f"q /Half gs 1 1 0 rg {x + DIGIT / 2:.2f} {y - 3:.2f} {width_of(text):.2f} 14 re f Q")
    return True


SHAPES: tuple[Shape, ...] = (
    raised_by_rise, whole_by_rise, head_covered, in_a_hole, struck_by_a_box, struck_to_the_rulings, crossed_out,
    marked_as_furniture, tinted,
)  # fmt: skip


def test_figures_that_are_not_printed_whole(tmp_path: Path) -> None:
    """What looks like a ruling may make a row uncertain; the figures that are whole are read in the others."""
    of = filled(12)
    shapes = cycle(SHAPES)
    raw, certain = draw_pdf(of, lambda address: next(shapes))
    got = assert_nothing_wrong(of, raw, tmp_path)
    assert [str(at) for at, whole in certain.items() if not whole and got.cells[at].value is not None] == []
    assert sum(got.cells[at].value is not None for at, whole in certain.items() if whole and of.figures[at] is not None) > 20


def test_figures_that_are_whole(tmp_path: Path) -> None:
    of = filled(13)
    shapes = cycle((whole_by_rise, tinted))
    raw, certain = draw_pdf(of, lambda address: next(shapes))
    assert_law(of, raw, certain, tmp_path)
