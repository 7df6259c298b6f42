"""The rules a report is checked by, and what they find.

Tests by another name:
    case, finding, examples: tests/checks/test_catalogue.py
    presenting: tests/checks/test_running.py
"""

from toolkit.checks.case import Case, OutputDifference
from toolkit.checks.catalogue import RULES_VERSION, all_rules, rules_for, run_case
from toolkit.checks.finding import Finding, Severity, count_by_severity, has_errors
from toolkit.checks.narrative.likeness import TextIndex
from toolkit.report.read_form import ReadForm

__all__ = [
    "RULES_VERSION",
    "Case",
    "Finding",
    "OutputDifference",
    "ReadForm",
    "Severity",
    "TextIndex",
    "all_rules",
    "count_by_severity",
    "has_errors",
    "rules_for",
    "run_case",
]
