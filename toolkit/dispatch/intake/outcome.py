"""What became of one thing that came in: the outcome, with the sentence for the county's clerk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from toolkit.checks.finding import SEVERITY_NAMES, Finding, Severity, count_by_severity

Outcome = Literal["received", "corrected", "sealed", "copy", "draft", "older", "duplicate", "letter", "quarantined"]
OUTCOME_NAMES: dict[Outcome, str] = {
    "received": "收到", "corrected": "更正", "sealed": "盖章扫描件", "copy": "副本存档", "draft": "草稿", "older": "旧版存档",
    "duplicate": "重复", "letter": "来信", "quarantined": "隔离",
}  # fmt: skip
_COUNTED: tuple[Severity, ...] = ("error", "warning")


@dataclass(frozen=True, slots=True)
class Collected:
    """What became of one message, with the sentence for the county's clerk."""

    outcome: Outcome
    who: str  # the organ, or who says to have sent it
    message: str
    findings: tuple[Finding, ...] = ()  # what the rules find in a report that was taken in

    @property
    def verdict(self) -> str:
        """What the rules found, counted, in words; empty when there is nothing to do."""
        counts = count_by_severity(self.findings)
        parts = [f"{SEVERITY_NAMES[key]} {counts[key]} 处" for key in _COUNTED if counts[key]]
        return f"经校验有{'、'.join(parts)}" if parts else ""
