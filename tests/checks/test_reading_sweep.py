"""Every figure of the clean small reports, changed once: how many changes are found, by what the figure was tied to.

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
from toolkit.checks import Case
from toolkit.checks.narrative.ties import Tie

OPEN = read_small_reports(Path(__file__).with_name("reading_open.yaml"))
CLEAN = [report for report in OPEN if not report.kind]
FLOOR = {"text-new": 85, "text-handled": 85, "text-carried": 80, "text-outcome": 85, "text-disputes": 85, "text-article20": 90}


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
    wanted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for report in CLEAN:
        for kind, _, changed in _changed(report):
            wanted[kind] += 1
            found[kind] += bool(changed.findings())
    return wanted, found


@pytest.mark.sweep
def test_most_changes_of_a_figure_are_found() -> None:
    wanted, found = sweep()
    table = {kind: f"{found[kind]}/{count}" for kind, count in sorted(wanted.items())}
    print(table)
    short = {kind: table[kind] for kind, floor in FLOOR.items() if found[kind] * 100 < floor * wanted[kind]}
    assert short == {}
