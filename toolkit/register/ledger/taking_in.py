"""Take a ledger into the register: new requests are added, those it has already are left alone or brought up to date.

In: a ledger that was read, an open register. Out: ``Taken``. A request is known by its number; where a ledger has no numbers,
by day of receipt, applicant and what is asked, and new ones are numbered by year (2022-001). The same file twice adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from toolkit.register.ledger.reading import Ledger
from toolkit.register.requests import FIELD_BY_KEY, Request, changed_fields
from toolkit.register.store import Register

_KIND = "导入"


@dataclass(frozen=True)
class Taken:
    """What became of a ledger: numbers of the requests added, unchanged, changed; and those that differ, with the fields."""

    added: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    differing: tuple[tuple[str, tuple[str, ...]], ...] = ()


def take_in(ledger: Ledger, register: Register, *, update: bool = False) -> Taken:
    """Add what is new; with ``update`` change what differs to what the ledger says.

    Raises:
        NotKept, RegisterBusy: as the store; nothing of the ledger is added then.
    """
    known = {_key(request, ledger): request for request in register.requests(void=True)}
    new: list[Request] = []
    same, changed, differing = [], [], []
    for request in ledger.requests:
        old = known.get(_key(request, ledger))
        if old is None:
            new.append(request)
            continue
        wanted = replace(old, **{key: getattr(request, key) for key in ledger.keys if key != "number"})
        fields = [field.key for field in changed_fields(old, wanted)]
        if not fields:
            same.append(old.number)
        elif update:
            register.change(old, wanted, _KIND)
            changed.append(old.number)
        else:
            differing.append((old.number, tuple(FIELD_BY_KEY[key].label for key in fields)))
    added = register.add_all(_numbered(new, {request.number for request in known.values()}), _KIND)
    return Taken(tuple(one.number for one in added), tuple(same), tuple(changed), tuple(differing))


def _key(request: Request, ledger: Ledger) -> tuple[object, ...]:
    if ledger.is_numbered:
        return (request.number,)
    return request.received_on, request.applicant, request.subject


def _numbered(requests: Iterable[Request], taken: set[str]) -> list[Request]:
    """Numbers for requests that have none, in the order of the ledger."""
    found = []
    for request in requests:
        year = request.received_on.year if request.received_on else 0
        numbered = request if request.number else replace(request, number=next_number(year, taken))
        taken.add(numbered.number)
        found.append(numbered)
    return found


def next_number(year: int, taken: set[str]) -> str:
    """The first free number of a year: 2022-001."""
    at = 1 + sum(number.startswith(f"{year}-") for number in taken)
    while f"{year}-{at:03}" in taken:
        at += 1
    return f"{year}-{at:03}"
