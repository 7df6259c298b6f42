"""Wordings the rules were taught, found in a text that goes on, and near misses that say nothing.

``learnt.yaml`` was written by who wrote the rules, so it guards what was reached and measures nothing: the measure is
``test_held_out.py``, whose tables it shares.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.checks.test_held_out import CONTEXTS, codes_with_tables, report_with_tables
from tests.checks.wordings import found_in
from toolkit.core.shipped import read_table

LEARNT: dict[str, Any] = read_table(Path(__file__).with_name("learnt.yaml"))


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in LEARNT["found"].items() for text in texts])
def test_a_contradiction_is_found_behind_a_sentence_on_applications(code: str, text: str) -> None:
    assert code in codes_with_tables(CONTEXTS["after a sentence"] + text)


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("text", LEARNT["clean"])
def test_no_near_miss_raises_an_alarm(text: str, context: str) -> None:
    assert codes_with_tables(CONTEXTS[context] + text) == []


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("text", LEARNT["county"])
def test_a_county_speaks_of_its_offices_and_of_cases_it_decides(text: str, context: str) -> None:
    report, last = report_with_tables(CONTEXTS[context] + text)
    report = replace(report, organ=report.organ.model_copy(update={"name": "云溪县人民政府", "level": "county"}))
    assert [finding.code for finding in found_in(report, last)] == []
