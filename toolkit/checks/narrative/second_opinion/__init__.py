"""A second opinion on what a figure counts, learnt from reports: it withdraws an alarm or softens it, and never raises one.

Tests by another name:
    features, opinion, training: tests/checks/test_second_opinion.py
"""

from toolkit.checks.narrative.second_opinion.opinion import class_of, likelihood

__all__ = ["class_of", "likelihood"]
