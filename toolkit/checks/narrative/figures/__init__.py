"""Second stage: every figure of the text with the words of its clause, whose figure it is and of which year.

Tests by another name:
    causes, clauses, organs: tests/checks/test_narrative_stages.py
    figure, years: tests/checks/test_text_cells.py
"""

from toolkit.checks.narrative.figures.clauses import HARD, PartText, read_text
from toolkit.checks.narrative.figures.figure import Figure

__all__ = ["HARD", "Figure", "PartText", "read_text"]
