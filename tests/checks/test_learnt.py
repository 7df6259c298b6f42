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


def test_a_contradiction_is_found_behind_a_sentence_on_applications() -> None:
    pairs = [(code, text) for code, texts in LEARNT["found"].items() for text in texts]
    assert [pair for pair in pairs if pair[0] not in codes_with_tables(CONTEXTS["after a sentence"] + pair[1])] == []


@pytest.mark.parametrize("context", CONTEXTS)
def test_no_near_miss_raises_an_alarm(context: str) -> None:
    assert [(text, codes) for text in LEARNT["clean"] if (codes := codes_with_tables(CONTEXTS[context] + text))] == []


@pytest.mark.parametrize("context", CONTEXTS)
def test_a_county_speaks_of_its_offices_and_of_cases_it_decides(context: str) -> None:
    assert [(text, codes) for text in LEARNT["county"] if (codes := codes_of_a_county(CONTEXTS[context] + text))] == []


def codes_of_a_county(text: str) -> list[str]:
    report, last = report_with_tables(text)
    report = replace(report, organ=report.organ.model_copy(update={"name": "云溪县人民政府", "level": "county"}))
    return [finding.code for finding in found_in(report, last)]
