"""A third trial on sentences by someone who had not seen the rules: 90 that contradict the tables, 128 that do not.

``held_out_third.yaml``, first run, before anything was mended for them: 80 of 90 found after a sentence of context, 78 alone,
14 and 12 false alarms in 128; by rule in docs/evaluation.md. What was missed and mistaken was mended afterwards, so what stands
here keeps it from getting worse and measures nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checks.test_held_out import CONTEXTS, FEW_CONTEXTS
from tests.checks.test_held_out_second import codes_of
from toolkit.core.shipped import read_table

THIRD: list[dict[str, Any]] = read_table(Path(__file__).with_name("held_out_third.yaml"))["texts"]
WRONG = [entry for entry in THIRD if "wrong" in entry]
TRUE = [entry["text"] for entry in THIRD if "wrong" not in entry]
FLOOR = {"alone": 90, "after a sentence": 89}  # of 90, as measured after the mending


@pytest.mark.parametrize("context", FEW_CONTEXTS)
def test_as_many_contradictions_are_found_as_before(context: str) -> None:
    missed = [entry["text"] for entry in WRONG if not set(entry["wrong"]) & set(codes_of(entry["text"], CONTEXTS[context]))]
    assert (len(WRONG), len(TRUE)) == (90, 128)
    assert len(WRONG) - len(missed) >= FLOOR[context], missed


@pytest.mark.parametrize("context", FEW_CONTEXTS)
def test_no_true_sentence_raises_an_alarm(context: str) -> None:
    assert [(text, codes) for text in TRUE if (codes := codes_of(text, CONTEXTS[context]))] == []
