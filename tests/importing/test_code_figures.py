"""Compare the figures of a data code with what the paper shows: changed ones and those with a mark over them are named."""

from __future__ import annotations

from collections.abc import Sequence

from tests.importing.shapes import report
from toolkit.forms import Address
from toolkit.importing.recognition.cells import CellReading, State
from toolkit.importing.recognition.code_figures import differences
from toolkit.importing.source import COVERED, SEALED, WRITTEN_OVER
from toolkit.report.data_code import DataCode

OF = report()
CODE = DataCode(OF.form.id, OF.year, OF.organ.name, b"", {at: OF.figures[at] for at in OF.form.cells})  # type: ignore[misc]


def named(changed: Sequence[tuple[int, State, str, str]]) -> list[tuple[str, str, bool]]:
    """What differs on a paper that shows the figures of the code but for these cells: number, state, text, reason."""
    shown = {at: CellReading("recognised", value, str(value), picture=b"x") for at, value in CODE.figures.items()}
    cells: list[Address] = list(shown)
    for number, state, raw, why in changed:
        value = int(raw) if state == "recognised" else None
        shown[cells[number]] = CellReading(state, value, raw, why=why, picture=b"x")
    return [(item.in_code, item.on_paper, item.certain) for item in differences(shown, CODE)]


def figure(number: int) -> str:
    return str(list(CODE.figures.values())[number])


def test_nothing_differs_on_a_clean_paper() -> None:
    assert named([]) == []


def test_another_figure_differs() -> None:
    assert named([(3, "recognised", "4711", "")]) == [(figure(3), "4711", True)]
    assert named([(3, "unclear", "4711", "识别的把握不够")]) == [(figure(3), "4711", False)]


def test_a_mark_over_the_same_figure_is_named() -> None:
    """A stroke that makes a 7 of a 2 may still be read as a 2."""
    assert named([(3, "unclear", figure(3), COVERED)]) == [(figure(3), f"{figure(3)}（上面另有笔迹）", False)]
    assert named([(3, "unclear", figure(3), SEALED)]) == []
    assert named([(3, "unclear", figure(3), "识别的把握不够")]) == []


def test_a_stroke_through_the_table_is_no_change_of_every_figure() -> None:
    assert named([(number, "unclear", figure(number), COVERED) for number in range(7)]) == []


def test_figures_written_over_are_named_however_many_they_are() -> None:
    marks = [(figure(number), f"{figure(number)}（上面另有笔迹）", False) for number in range(7)]
    assert named([(number, "unclear", figure(number), WRITTEN_OVER) for number in range(7)]) == marks
