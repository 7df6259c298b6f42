"""The rules a report is checked by, and what they find.

Names are imported when they are first used: a finding is read without the rules and the reader of texts.

Tests by another name:
    case, finding, examples: tests/checks/test_catalogue.py
    presenting: tests/checks/test_running.py
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.checks.case import Case, OutputDifference
    from toolkit.checks.catalogue import RULES_VERSION, all_rules, rules_for, run_case
    from toolkit.checks.finding import Finding, Severity, count_by_severity, has_errors

__all__ = [
    "RULES_VERSION", "Case", "Finding", "OutputDifference", "Severity", "all_rules", "count_by_severity", "has_errors",
    "rules_for", "run_case",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    homes = map(import_module, ("toolkit.checks.finding", "toolkit.checks.case", "toolkit.checks.catalogue"))
    return next(vars(home)[name] for home in homes if name in vars(home))
