"""What the ledger of an office says of its members' reports and of the mail in quarantine."""

from __future__ import annotations

from pathlib import Path

from toolkit.dispatch.intake.store import RECEIVED_NAME, QuarantinedMail, quarantined_mail
from toolkit.dispatch.ledger import read_ledger
from toolkit.dispatch.states import Received, receipt_of, steps_by_file


def receipts(post: Path, year: int, place: str) -> dict[str, Received]:
    """By the name of the params file."""
    steps = steps_by_file(read_ledger(post / RECEIVED_NAME), year, place)
    return {file: receipt for file, of_file in steps.items() if (receipt := receipt_of(of_file))}


def in_quarantine(post: Path, year: int) -> dict[str, tuple[QuarantinedMail, ...]]:
    return quarantined_mail(list(read_ledger(post / RECEIVED_NAME)), year)
