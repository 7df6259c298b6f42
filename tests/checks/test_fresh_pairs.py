"""Sentences of ordinary reports, each right and with one contradiction, about one invented report (``fresh_pairs.yaml``)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.checks.reading_cases import CODES, SmallReport, small_report
from toolkit.checks import Finding

DATA: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("fresh_pairs.yaml").read_text(encoding="utf-8"))
PAIRS: list[dict[str, str]] = DATA["pairs"]
# 结转下年的4件里，自然人2件 may be of those carried in; 企业申请9件，与上年持平 counts no kind of applicants for the reader
MISSED = 2
CELLS = {f"applications.{row}.{column}": value for row, cells in DATA["tables"].items() for column, value in cells.items()}


def report_saying(sentence: str) -> SmallReport:
    written = {key: DATA[key] for key in ("organ", "level", "year")}
    tables = {"tables": CELLS | DATA["cells"], "last_year_tables": DATA["last"]}
    return small_report({"id": "pair", **written, **tables, "text": {"依申请公开": sentence}, "expect": "clean"})


def findings(sentence: str) -> list[Finding]:
    return report_saying(sentence).findings()


def right_reports() -> list[SmallReport]:
    """The report once with each sentence as it is right."""
    return [report_saying(pair["text"].replace("{}", pair["right"])) for pair in PAIRS]


def is_found(pair: dict[str, str]) -> bool:
    words, at = pair["wrong"], pair["text"].index("{}")
    found = [item for item in findings(pair["text"].replace("{}", words)) if item.code in CODES[pair["code"]]]
    return any(item.start < at + len(words) and item.end > at for item in found)


@pytest.mark.parametrize("pair", PAIRS, ids=[pair["text"][:30] for pair in PAIRS])
def test_what_agrees_raises_no_alarm(pair: dict[str, str]) -> None:
    assert [item.message for item in findings(pair["text"].replace("{}", pair["right"]))] == []


@pytest.mark.parametrize("sentence", DATA["clean"])
def test_what_is_easily_misread_raises_no_alarm(sentence: str) -> None:
    assert [item.message for item in findings(sentence)] == []


def test_contradictions_are_found() -> None:
    missed = [pair["text"] for pair in PAIRS if not is_found(pair)]
    assert len(missed) <= MISSED, missed
