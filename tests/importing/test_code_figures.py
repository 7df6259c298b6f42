"""Compare the figures of a data code with what the paper shows: changed ones and those with a mark over them are named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from tests.importing.shapes import html_body, report
from toolkit.forms import Address
from toolkit.importing.published import import_source
from toolkit.importing.readers.formats import read_source
from toolkit.importing.recognition.cells import CellReading, State
from toolkit.importing.recognition.code_figures import differences, is_of_another_report, with_marks
from toolkit.importing.recognition.proving import PROVEN_BY_SUMS
from toolkit.importing.source import COVERED, FROM_CODE, SEALED, WRITTEN_OVER
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


def test_a_mark_over_a_figure_that_the_sums_prove_is_named() -> None:
    at = list(CODE.figures)[3]
    proven = CellReading("proven", 7, "7", why=PROVEN_BY_SUMS, picture=b"x")
    covered, vague = (CellReading("unclear", None, "7", why=why, picture=b"x") for why in (COVERED, "识别的把握不够"))
    assert with_marks({at: proven}, {at: covered}) == {at: covered}
    assert with_marks({at: proven}, {at: vague}) == {at: proven}


def test_a_stroke_through_the_table_is_no_change_of_every_figure() -> None:
    assert named([(number, "unclear", figure(number), COVERED) for number in range(7)]) == []


def test_figures_written_over_are_named_however_many_they_are() -> None:
    marks = [(figure(number), f"{figure(number)}（上面另有笔迹）", False) for number in range(7)]
    assert named([(number, "unclear", figure(number), WRITTEN_OVER) for number in range(7)]) == marks


def paper(changed: int, *, by: int = 1) -> dict[Address, CellReading]:
    """The figures of the code on paper, the first ones changed."""
    values = [Decimal(value or 0) + (by if number < changed else 0) for number, value in enumerate(CODE.figures.values())]
    return {at: CellReading("recognised", value, str(value)) for at, value in zip(CODE.figures, values, strict=True)}


def test_a_code_beside_pages_of_another_year_or_organ_is_of_another_report() -> None:
    for year, organ in ((OF.year + 1, ""), (None, "云水县柳湾镇人民政府"), (OF.year + 1, OF.organ.name)):
        assert is_of_another_report(CODE, paper(1), year, organ)
        assert not is_of_another_report(CODE, paper(0), year, organ)


def test_a_code_that_differs_in_most_figures_is_of_another_report() -> None:
    assert is_of_another_report(CODE, paper(150), OF.year, OF.organ.name)
    assert is_of_another_report(CODE, paper(150), None, "")
    assert not is_of_another_report(CODE, paper(60), None, "")


def test_changed_figures_are_of_the_same_report() -> None:
    assert not is_of_another_report(CODE, paper(20), OF.year, OF.organ.name)
    name = OF.organ.name
    for misread in (f"{name[:-1]}符", name[:-1], f"{name[:3]}·{name[3:]}", name[:2] + name[3:], name.removesuffix("人民政府")):
        assert not is_of_another_report(CODE, paper(20), OF.year, misread), misread


def test_an_organ_that_the_code_and_the_title_name_differently_is_named(tmp_path: Path) -> None:
    """Two reports of zeros only have the same figures."""
    (tmp_path / "年报.html").write_text(html_body(OF), encoding="utf-8")
    source = read_source(tmp_path / "年报.html")
    for organ, count in ((OF.organ.name, 0), ("云水县柳湾镇人民政府", 1)):
        got = import_source(replace(source, data_code=replace(CODE, organ=organ)))
        assert got.form is not None
        assert sum("数据码写的机关" in item.message for item in got.form.observations) == count
        assert got.report is not None
        assert got.report.organ.name == organ


def test_without_the_code_of_another_year_no_note_speaks_of_it(tmp_path: Path) -> None:
    (tmp_path / "年报.html").write_text(html_body(OF), encoding="utf-8")
    of_another_year = DataCode(OF.form.id, OF.year + 1, OF.organ.name, b"", CODE.figures)
    source = replace(read_source(tmp_path / "年报.html"), data_code=of_another_year, notes=(FROM_CODE, "共 9 页"))
    got = import_source(source, year=OF.year)
    assert got.data_code is None
    assert [note for note in got.notes if note in (FROM_CODE, "共 9 页")] == ["共 9 页"]
    assert got.form is not None
    assert any("数据码是另一份报告" in item.message for item in got.form.observations)
