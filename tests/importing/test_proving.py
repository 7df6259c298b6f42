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
from toolkit.importing.source import WRITTEN_OVER
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
