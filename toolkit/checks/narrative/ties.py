"""What every figure of a report's text is tied to, for the form, an import or a page to show.

In: a report, and last year's. Out: one ``Tie`` for each figure. The reading itself is ``text_analysis``.
"""

from __future__ import annotations

from toolkit.checks.narrative.analysis import read_text
from toolkit.checks.narrative.candidates.readings import Tie
from toolkit.report import Report

__all__ = ["Tie", "tie_figures"]


def tie_figures(report: Report, last_year: Report | None = None) -> tuple[Tie, ...]:
    """Every figure of the narrative with what it is tied to, in order of the text.

    Source: catalogue, part three; every figure appears exactly once.
    """
    return read_text(report, last_year).ties
