"""Stories for the rules: one faultless report, and what a case does otherwise."""

from __future__ import annotations

from typing import Any

from toolkit.checks import Case, Finding, run_case
from toolkit.checks.examples import example_case, faultless

__all__ = ["case", "faultless", "found", "of_code"]


def case(**written: Any) -> Case:
    """A case in the words of ``examples.yaml``: ``cells``, ``text``, ``add``, ``organ``, ``year``, ``last_year`` …"""
    return example_case(written)


def of_code(code: str, **written: Any) -> list[Finding]:
    """What one rule finds in a case."""
    return [finding for finding in run_case(case(**written)) if finding.code == code]


def found(code: str, **written: Any) -> list[tuple[str, str]]:
    """Severity and the words found, for tables of cases."""
    return [(finding.severity, finding.found) for finding in of_code(code, **written)]
