"""Wordings of published reports with the figures put in: right ones say nothing, and one figure that slipped is found.

``slips.yaml`` has the sentences with names for their figures. Each figure in turn is raised; some rule must see it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.checks.test_held_out import codes_with_tables
from toolkit.core.shipped import read_table

SLIPS: dict[str, Any] = read_table(Path(__file__).with_name("slips.yaml"))
_NAME = re.compile(r"\{(\w+)\}")


def _filled(sentence: str, slip: int = -1) -> str:
    """The sentence with its figures; the one at place ``slip`` is too large."""
    places = iter(range(sentence.count("{")))

    def value(found: re.Match[str]) -> str:
        right = SLIPS["values"][found[1]]
        return str(right + (10 if isinstance(right, float) else 6) if next(places) == slip else right)

    return _NAME.sub(value, sentence)


@pytest.mark.parametrize("sentence", SLIPS["sentences"])
def test_right_figures_raise_no_alarm(sentence: str) -> None:
    assert codes_with_tables(_filled(sentence)) == []


@pytest.mark.parametrize("sentence", SLIPS["sentences"])
def test_every_figure_that_slipped_is_found(sentence: str) -> None:
    missed = [text for at in range(len(_NAME.findall(sentence))) if not codes_with_tables(text := _filled(sentence, at))]
    assert missed == []
