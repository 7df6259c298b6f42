"""Second stage: every figure of the text with the words of its clause, whose figure it is and of which year."""

from toolkit.checks.narrative.figures.clauses import HARD, Figure, PartText, read_part

__all__ = ["HARD", "Figure", "PartText", "read_part"]
