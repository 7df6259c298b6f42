"""Wordings of published reports with the figures put in: right ones say nothing, and one figure that slipped is found.

``slips.yaml`` has the sentences with names for their figures. Each figure in turn is raised; some rule must see it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

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


def test_right_figures_raise_no_alarm() -> None:
    assert [(text, codes) for text in SLIPS["sentences"] if (codes := codes_with_tables(_filled(text)))] == []


def test_every_figure_that_slipped_is_found() -> None:
    slipped = [_filled(sentence, at) for sentence in SLIPS["sentences"] for at in range(len(_NAME.findall(sentence)))]
    assert [text for text in slipped if not codes_with_tables(text)] == []
