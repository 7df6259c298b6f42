"""Apply the rules to a report that changes under a clerk's hands: a rule runs again only when something it reads has changed.

In: one ``Case`` after the other, as a rule of the same report. Out: what ``run_case`` finds in each.
"""

from __future__ import annotations

from dataclasses import fields

from toolkit.checks.case import Case
from toolkit.checks.catalogue import place_findings, rules_for
from toolkit.checks.finding import Finding
from toolkit.report import Report

READ = tuple(item.name for item in fields(Report) if item.compare)  # attributes that a rule may look at
_BESIDE = tuple(item.name for item in fields(Case) if item.name != "report")


class Rerun:
    """The findings of the last case, by rule."""

    def __init__(self) -> None:
        self._last: Case | None = None
        self._found: dict[str, tuple[Finding, ...]] = {}

    def run(self, case: Case) -> list[Finding]:
        """As ``run_case``."""
        changed = changes(self._last, case)
        self._found = {
            rule.code: self._found[rule.code] if rule.code in self._found and rule.reads and not rule.reads & changed
            else rule.run(case)
            for rule in rules_for(case)
        }  # fmt: skip
        self._last = case
        return place_findings((finding for found in self._found.values() for finding in found), case.report)


def changes(before: Case | None, now: Case) -> frozenset[str]:
    """The attributes of the report that differ; all of them when anything beside the report differs, or its form."""
    if before is None or any(getattr(before, name) is not getattr(now, name) for name in _BESIDE):
        return frozenset(READ)
    if before.report.form is not now.report.form:
        return frozenset(READ)
    return frozenset(name for name in READ if getattr(before.report, name) != getattr(now.report, name))
