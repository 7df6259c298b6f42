"""The items of a source of reports: mails or PDFs, each with a permanent name.

In: nothing. Out: ``Incoming``, the ``MailSource`` protocol that folders, Maildirs and mailboxes follow, and what they share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

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
