"""Sums prove recognised figures and take misread ones back; what is doubtful becomes a figure only where every sum says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from tests.importing.scans import random_report
from toolkit.forms import Address
from toolkit.importing.recognition.cells import CellReading
from toolkit.importing.recognition.proving import prove
from toolkit.importing.source import TEXT_DIFFERS, WRITTEN_OVER
from toolkit.report import Report, read_report

SAMPLE = Path(__file__).resolve().parents[2] / "params/2024/云溪县/松石镇.yaml"
GRANTED = Address("applications", "granted", "natural_person")


@pytest.fixture
def report() -> Report:
    return random_report(read_report(SAMPLE), Random(3))


def recognised(report: Report) -> dict[Address, CellReading]:
    return {
        address: CellReading("recognised", report.figures[address], str(report.figures[address]), picture=b"png")
        for address in report.form.cells
    }


def doubtful(raw: str) -> CellReading:
    return CellReading("unclear", None, raw, why="看不清", picture=b"png")


def test_every_figure_in_sums_that_hold_is_proven_and_the_others_stay_recognised(report: Report) -> None:
    states = {address: cell.state for address, cell in prove(recognised(report), report.form).items()}
    assert {state for address, state in states.items() if address.table in ("applications", "disputes")} == {"proven"}
    assert {state for address, state in states.items() if address.table not in ("applications", "disputes")} == {"recognised"}


def test_a_figure_that_no_sum_fits_is_taken_back(report: Report) -> None:
    cells = recognised(report)
    cells[GRANTED] = replace(cells[GRANTED], value=int(str(report.figures[GRANTED])) + 3)
    proven = prove(cells, report.form)
    assert (proven[GRANTED].state, proven[GRANTED].value) == ("unclear", None)
    wrong = [address for address, cell in proven.items() if cell.value not in (None, report.figures[address])]
    assert wrong == []


@pytest.mark.parametrize("seed", range(40))
def test_a_misread_figure_never_passes_as_proven_and_never_as_recognised_where_sums_are(report: Report, seed: int) -> None:
    random = Random(seed)
    cells = recognised(report)
    summed = [address for address in cells if address.table in ("applications", "disputes")]
    misread = random.sample(summed, random.randint(1, 3))
    for address in misread:
        value = int(str(report.figures[address]))
        cells[address] = replace(cells[address], value=value + random.choice((-1, 1)) * random.choice((1, 2, 5, 10)))
    proven = prove(cells, report.form)
    assert not [address for address in misread if proven[address].state == "proven"]


def test_what_a_seal_covers_is_proven_only_by_what_it_looks_like(report: Report) -> None:
    right = str(report.figures[GRANTED])
    cells = recognised(report)
    assert prove({**cells, GRANTED: doubtful(right)}, report.form)[GRANTED].value == report.figures[GRANTED]
    assert prove({**cells, GRANTED: doubtful("987")}, report.form)[GRANTED].state == "unclear"
    assert prove({**cells, GRANTED: doubtful("［？］")}, report.form)[GRANTED].state == "unclear"


def test_what_is_written_over_is_never_proven(report: Report) -> None:
    """The sums say what was printed, and not what somebody meant by writing over it."""
    cell = replace(doubtful(str(report.figures[GRANTED])), why=WRITTEN_OVER)
    assert prove({**recognised(report), GRANTED: cell}, report.form)[GRANTED].state == "unclear"


def test_two_doubtful_parts_of_one_sum_prove_nothing(report: Report) -> None:
    other = Address("applications", "granted", "business")
    cells = recognised(report)
    proven = prove({**cells, GRANTED: doubtful("1"), other: doubtful("1")}, report.form)
    assert proven[GRANTED].state == proven[other].state == "unclear"


def test_two_doubtful_parts_of_one_sum_are_proven_where_another_sum_states_each(report: Report) -> None:
    cells = recognised(report)
    other = Address("applications", "granted", "business")
    unclear = {address: doubtful(str(report.figures[address])) for address in (GRANTED, other)}
    proven = prove({**cells, **unclear}, report.form)
    assert [(proven[at].state, proven[at].value) for at in unclear] == [("proven", report.figures[at]) for at in unclear]


def test_two_doubtful_parts_of_one_sum_that_make_up_for_each_other_are_not_proven(report: Report) -> None:
    """Their own sum holds, those of their columns do not; in part four no other sum states them."""
    pairs = [
        (GRANTED, Address("applications", "granted", "business")),
        (Address("disputes", "review", "upheld"), Address("disputes", "review", "pending")),
    ]
    for one, other in pairs:
        cells = recognised(report)
        moved = {one: doubtful(str(int(str(report.figures[one])) + 1)), other: doubtful(str(int(str(report.figures[other])) - 1))}
        proven = prove({**cells, **moved}, report.form)
        assert [proven[at].state for at in moved] == ["unclear", "unclear"]


def test_what_a_sentence_contradicts_is_never_proven(report: Report) -> None:
    cell = replace(doubtful(str(report.figures[GRANTED])), why=f"{TEXT_DIFFERS}“4件”")
    assert prove({**recognised(report), GRANTED: cell}, report.form)[GRANTED].state == "unclear"
