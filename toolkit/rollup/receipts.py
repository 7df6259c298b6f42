"""Read the ledger's records of a jurisdiction's members: receipts, decisions, mails in quarantine.

In: the members and the folder of mail. Out: receipts by file, mails in quarantine by address and by organ.
"""

from __future__ import annotations

from pathlib import Path

from toolkit.core.tree import full_path
from toolkit.dispatch.intake.store import RECEIVED_NAME, quarantined_mail, received_by_file
from toolkit.dispatch.ledger import read_ledger
from toolkit.dispatch.states import steps_by_file
from toolkit.rollup.completeness import Receipts, year_of
from toolkit.rollup.members import Members


def read_receipts(members: Members, post: Path) -> Receipts:
    """Everything the ledger below ``post`` says of these members' year."""
    year = year_of(members)
    place = place_of(members.folder, year)
    steps = steps_by_file(read_ledger(post / RECEIVED_NAME), year, place)
    return Receipts(received_by_file(post, year, place), quarantined_mail(post, year), steps)


def place_of(folder: Path, year: int) -> str:
    """A jurisdiction's folder as the ledger calls it: counted from that of the year."""
    parts = full_path(folder).parts
    return "/".join(parts[parts.index(str(year)) + 1 :]) if str(year) in parts else folder.name
