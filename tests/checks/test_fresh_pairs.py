"""Sentences of ordinary reports, each right and with one contradiction, about two invented reports.

``fresh_pairs.yaml`` goes with the edition of 2021, ``fresh_pairs_2020.yaml`` with the first. ``clean`` are sentences that are
easily misread: they agree with the tables, or speak of something else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.checks.reading_cases import CODES, SmallReport, small_report
from toolkit.checks import run_case
from toolkit.checks.narrative.candidates.quantity import total
from toolkit.core.shipped import read_table

HERE = Path(__file__).parent
FILES: dict[str, dict[str, Any]] = {name: read_table(HERE / f"{name}.yaml") for name in ("fresh_pairs", "fresh_pairs_2020")}
PAIRS = [(name, pair) for name, data in FILES.items() for pair in data["pairs"]]
CLEAN = [(name, sentence) for name, data in FILES.items() for sentence in data["clean"]]
# 结转下年的4件里，自然人2件 may be of those carried in
MISSED = 1


def report_saying(name: str, sentence: str) -> SmallReport:
    data = FILES[name]
    rows = {f"applications.{row}.{column}": value for row, cells in data["tables"].items() for column, value in cells.items()}
    written = {key: data[key] for key in ("organ", "level", "year")} | {"id": "pair", "expect": "clean"}
    tables = {"tables": rows | data["cells"], "last_year_tables": data["last"]}
    return small_report({**written, **tables, "text": {"依申请公开": sentence}})


def right_reports() -> list[SmallReport]:
    """The reports once with each sentence as it is right."""
    return [report_saying(name, pair["text"].replace("{}", pair["right"])) for name, pair in PAIRS]


def is_found(name: str, pair: Mapping[str, str]) -> bool:
    words, at = pair["wrong"], pair["text"].index("{}")
    report = report_saying(name, pair["text"].replace("{}", words))
    found = [item for item in report.findings() if item.code in CODES[pair["code"]]]
    return any(item.start < at + len(words) and item.end > at for item in found)


def test_what_agrees_raises_no_alarm() -> None:
    sentences = [(name, pair["text"].replace("{}", pair["right"])) for name, pair in PAIRS]
    assert [(sentence, item.message) for name, sentence in sentences for item in report_saying(name, sentence).findings()] == []


def test_what_is_easily_misread_raises_no_alarm() -> None:
    assert [(sentence, item.message) for name, sentence in CLEAN for item in report_saying(name, sentence).findings()] == []


def test_contradictions_are_found() -> None:
    missed = [pair["text"] for name, pair in PAIRS if not is_found(name, pair)]
    assert len(missed) <= MISSED, missed


@pytest.mark.parametrize("value", ["31件", "", "三十一"])
def test_a_cell_that_cannot_be_read_is_compared_with_nothing(value: str) -> None:
    report = report_saying("fresh_pairs", "全年新收申请46件，其中自然人31件。办结45件，其中自然人33件。")
    case = replace(report.case, report=report.case.report.with_value(total("new", "natural_person"), value))
    comparisons = [item for item in run_case(case) if "新收·自然人" in item.message and item.code.startswith("text-")]
    assert comparisons == []
