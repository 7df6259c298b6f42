"""What a source of reports yields: one mail or PDF after the other, each with a name for good.

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
    """The mail server went away; what was taken in is safe, the rest comes with the next run."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One mail or PDF. ``source`` names it within its place for good; ``dated`` when ``received_at`` is to be trusted."""

    source: str
    kind: Kind
    raw: bytes
    received_at: datetime
    dated: bool = True
    refusal: str = ""
    handle: Any = None


class MailSource(Protocol):
    """A place reports come in from.

    ``unread`` names what could not be read and needs a person; ``remarks`` says what a person may want to know. Both are
    complete when ``incoming`` has ended and ``finish`` was called.
    """

    unread: list[str]
    remarks: list[str]

    def incoming(self, skip: Callable[[str], bool]) -> Iterator[Incoming]:
        """Everything not marked yet; what ``skip`` knows by its source is only marked."""

    def mark(self, item: Incoming) -> None:
        """Remember at the source that this is on disk."""

    def finish(self) -> None:
        """Make the marks that wait."""


def over_limit(size: int, limits: IntakeLimits) -> str:
    """What is added to the name of something too large: under a higher limit it has not been seen before."""
    return f":>{limits.message_bytes}" if size > limits.message_bytes else ""
