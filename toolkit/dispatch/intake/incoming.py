"""What comes in from a source of reports: mails or PDFs, each with a permanent name, and what became of each.

In: nothing. Out: ``Incoming``, the ``MailSource`` protocol that folders, Maildirs and mailboxes follow, and ``IntakeResult``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from toolkit.checks.finding import SEVERITY_NAMES, Finding, Severity, count_by_severity
from toolkit.core.errors import NianbaoError
from toolkit.dispatch.intake.examining import Kind
from toolkit.dispatch.intake.inspecting import IntakeLimits


class MailboxGone(NianbaoError):
    """The mail server closed the connection; stored mails are safe, the others follow in the next run."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One mail or PDF. ``source`` is its permanent name; ``dated`` when ``received_at`` is trusted.

    ``account`` is the owner of a file in a drop box, as the system knows it; empty anywhere else.
    """

    source: str
    kind: Kind
    raw: bytes
    received_at: datetime
    dated: bool = True
    refusal: str = ""
    handle: Any = None
    account: str = ""


class MailSource(Protocol):
    """A source of incoming reports.

    ``unread`` names what could not be read and needs a person; ``remarks`` says what a person may want to know. Both are
    complete when ``incoming`` has ended and ``finish`` was called.
    """

    unread: list[str]
    remarks: list[str]

    def incoming(self, skip: Callable[[str], bool]) -> Iterator[Incoming]:
        """Every unmarked item; items that ``skip`` accepts are only marked."""

    def mark(self, item: Incoming) -> None:
        """Mark at the source that an item is stored."""

    def finish(self) -> None:
        """Set the pending marks."""


def over_limit(size: int, limits: IntakeLimits) -> str:
    """The suffix of the name of a too large item: with a higher limit it counts as new."""
    return f":>{limits.message_bytes}" if size > limits.message_bytes else ""


Outcome = Literal["received", "corrected", "sealed", "copy", "draft", "older", "duplicate", "letter", "quarantined", "waiting"]
OUTCOME_NAMES: dict[Outcome, str] = {
    "received": "收到", "corrected": "更正", "sealed": "盖章扫描件", "copy": "副本存档", "draft": "草稿", "older": "旧版存档",
    "duplicate": "重复", "letter": "来信", "quarantined": "隔离", "waiting": "待收",
}  # fmt: skip
_COUNTED: tuple[Severity, ...] = ("error", "warning")


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """What became of one message, with the sentence for the county's clerk."""

    outcome: Outcome
    who: str  # the organ, or the claimed sender
    message: str
    findings: tuple[Finding, ...] = ()  # what the rules find in a report that was taken in

    @property
    def verdict(self) -> str:
        """What the rules found, counted, in words; empty when there is nothing to do."""
        counts = count_by_severity(self.findings)
        parts = [f"{SEVERITY_NAMES[key]} {counts[key]} 处" for key in _COUNTED if counts[key]]
        return f"经校验有{'、'.join(parts)}" if parts else ""
