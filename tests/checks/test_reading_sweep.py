"""Every figure of the clean small reports, changed once: how many changes are found, by what the figure was tied to.

And cells of their tables, with the totals left out: how often the cell and its value are the first mend.

A change is a slip of the keys: one digit changed, or two neighbours swapped. Figures of a list that names some only, and those
that are tied to nothing, cannot be held against anything.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.checks.reading_cases import SmallReport, read_small_reports
from toolkit.checks import Case, run_case
from toolkit.checks.fixes.localisation import suggest_mends
from toolkit.checks.narrative.ties import Tie
from toolkit.forms import Address
from toolkit.report import Figures, Report

IDENTITIES = {"applications-balance", "applications-results-sum", "disputes-sum"}
FLOOR = {"text-new": 85, "text-handled": 85, "text-carried": 80, "text-outcome": 85, "text-disputes": 85, "text-article20": 90}


def _clean(name: str) -> list[SmallReport]:
    return [report for report in read_small_reports(Path(__file__).with_name(f"reading_{name}.yaml")) if not report.kind]


def _slip(figure: str, chance: random.Random) -> str:
    if len(figure) == 1:
        return str(int(figure) + 1 if figure != "9" else 8)
    if figure[-1] not in (figure[-2], "0") and chance.random() < 0.4:
        return figure[:-2] + figure[-1] + figure[-2]
    at = chance.randrange(len(figure))
    digit = (int(figure[at]) + chance.choice((1, 2, 9))) % 10
    return figure[:at] + str(digit or (3 if at == 0 else 0)) + figure[at + 1 :]


def _changed(report: SmallReport) -> Iterator[tuple[str, Tie, SmallReport]]:
    """What each figure is tied to (a rule's code for a cell, else the kind of tie), and the report with that figure changed."""
    chance, text = random.Random(report.id), report.case.text
    for reading, tie in zip(text.readings, text.ties, strict=True):
        if not re.fullmatch(r"\d+\D{0,3}", tie.text) or tie.state != "agrees":
            continue
        digits = re.match(r"\d+", tie.text)[0]  # type: ignore[index]
        part = tie.where.partition(".")[2]
        words = getattr(report.case.report.narrative, part)
        wrong = words[: tie.start] + _slip(digits, chance) + words[tie.start + len(digits) :]
        narrative = report.case.report.narrative.model_copy(update={part: wrong})
        kind = reading.quantity.code if tie.kind == "cell" and reading.quantity else tie.kind
        yield kind, tie, replace(report, case=Case(replace(report.case.report, narrative=narrative), report.case.last_year))


def sweep() -> tuple[Counter[str], Counter[str]]:
    """How many changes there are and how many are found, by what the figures are tied to."""
    expected: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for report in _clean("open"):
        for kind, _, changed in _changed(report):
            expected[kind] += 1
            found[kind] += bool(changed.findings())
    return expected, found


@pytest.mark.sweep
def test_most_changes_of_a_figure_are_found() -> None:
    expected, found = sweep()
    table = {kind: f"{found[kind]}/{count}" for kind, count in sorted(expected.items())}
    print(table)
    short = {kind: table[kind] for kind, floor in FLOOR.items() if found[kind] * 100 < floor * expected[kind]}
    assert short == {}


def _with_parts_only(report: Report) -> Report:
    """The report with every total left out, as most are sent."""
    parts = {cell: value for cell, value in report.figures.items() if cell not in report.form.sums and value is not None}
    return replace(report, figures=Figures(report.form, parts))


def _slips(report: Report, table: str, chance: random.Random) -> Iterator[tuple[Address, int, Report]]:
    """Three cells of a table, each with a slip that makes an identity fail."""
    cells = [cell for cell, value in report.figures.items() if cell.table == table and value and cell not in report.form.sums]
    for cell in chance.sample(cells, min(3, len(cells))):
        right = report.figures[cell]
        assert isinstance(right, int)
        wrong = report.with_value(cell, int(_slip(str(right), chance)))
        if _fails(wrong) and not _fails(report):
            yield cell, right, wrong


def _tells(report: Report, cell: Address) -> bool:
    """Whether a figure of the text tells the cell, or the total of its row: nothing else can say which cell is wrong."""
    ties = (tie for tie in Case(report).text.ties if (tie.kind, tie.state) == ("cell", "agrees"))
    own = [{place for place in tie.addresses if report.figures.number(place)} for tie in ties]
    whole = [{cell._replace(column="total")}] if cell.table == "applications" else []
    return any(places in ({cell}, *whole) for places in own)


def _fails(report: Report) -> bool:
    return bool(IDENTITIES & {item.code for item in run_case(Case(report))})


@pytest.mark.sweep
@pytest.mark.parametrize(("table", "floor"), [("applications", 80), ("disputes", 80)])
def test_the_wrong_cell_is_the_first_mend(table: str, floor: int) -> None:
    chance, slips, mended, surely_wrong = random.Random(7), 0, 0, []
    for report in (*_clean("open"), *_clean("fresh")):
        whole = report.case.report
        if table == "applications" and not any(cell.column != "total" and value for cell, value in _applications(whole)):
            continue  # only the totals are given
        base = _with_parts_only(whole) if table == "applications" else whole
        for cell, right, wrong in _slips(base, table, chance):
            mends = suggest_mends(wrong)
            first = bool(mends) and [(place, value) for place, _, value in mends[0].changes] == [(cell, right)]
            in_text = _tells(base, cell)
            slips += in_text
            mended += in_text and first
            surely_wrong += [mend.sentence for mend in mends if mend.sure and not first]
            assert all(mend.resolves > 0 for mend in mends)
    print(f"{table}: {mended}/{slips}")
    assert mended * 100 >= floor * slips
    assert table == "applications" or surely_wrong == []  # what fits several cells of table four is only 也可能


def _applications(report: Report) -> Iterator[tuple[Address, object]]:
    return ((cell, value) for cell, value in report.figures.items() if cell.table == "applications")
