"""The limits of one message from outside; kept apart from what opens files, so that settings are read quickly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

_Count = Annotated[int, Field(gt=0)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]  # sockets refuse more than some years; no wait takes a day
_Memory = Annotated[int, Field(ge=200_000_000)]  # the process that opens a file needs 150 MB before it has opened any


@dataclass(frozen=True, slots=True)
class IntakeLimits:
    """Limits of one message. One of our reports has some 10 pages, 600 objects and 600 kB."""

    message_bytes: _Count = 40_000_000
    pdf_bytes: _Count = 25_000_000
    pages: _Count = 300
    objects: _Count = 50_000
    attachment_bytes: _Count = 2_000_000
    mail_parts: _Count = 100
    seconds: Seconds = 30.0
    scan_seconds: Seconds = 180.0  # recognising the pages of a scan takes some seconds each
    memory_bytes: _Memory = 1_500_000_000
    scan_memory_bytes: _Memory = 4_000_000_000  # of addresses; a third of it is used


LIMITS = IntakeLimits()
