"""The limits of one message from outside; kept apart from what opens files, so that settings are read quickly."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IntakeLimits:
    """Limits of one message. One of our reports has some 10 pages, 600 objects and 600 kB."""

    message_bytes: int = 40_000_000
    pdf_bytes: int = 25_000_000
    pages: int = 300
    objects: int = 50_000
    attachment_bytes: int = 2_000_000
    mail_parts: int = 100
    seconds: float = 30.0
    scan_seconds: float = 180.0  # recognising the pages of a scan takes some seconds each
    memory_bytes: int = 1_500_000_000
    scan_memory_bytes: int = 4_000_000_000  # of addresses; a third of it is used


LIMITS = IntakeLimits()
