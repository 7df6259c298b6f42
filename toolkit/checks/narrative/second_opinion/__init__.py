"""A second opinion on what figures count and clauses deny, learnt from reports: it withdraws an alarm or softens it, and warns of
slips in words that nothing else reads. An error never rests on it alone.

Tests by another name:
    features, opinion, training: tests/checks/test_second_opinion.py
"""

from toolkit.checks.narrative.second_opinion.opinion import NONE, class_of, denial_chances, figure_chances

__all__ = ["NONE", "class_of", "denial_chances", "figure_chances"]
