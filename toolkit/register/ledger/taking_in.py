"""Take a ledger into the register: new requests are added, those it has already are left alone or brought up to date.

In: a ledger that was read, an open register. Out: ``LedgerImport``. A request is identified by its number; where a ledger has
no numbers, by day of receipt, applicant and subject, and new ones are numbered by year (2022-001). The same file twice adds
nothing, sorted or not; a row that looks like a request of the register which the file no longer has is not added but reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from toolkit.register.requests import FIELD_BY_KEY, IDENTIFYING, Request, changed_fields, identity, to_text
from toolkit.register.store import ANONYMOUS, PERSONAL, Register

if TYPE_CHECKING:  # the screen numbers requests and reads no workbook
    from toolkit.register.ledger.reading import Ledger

_KIND = "导入"


@dataclass(frozen=True)
class LedgerImport:
    """The outcome of an import: numbers of the requests.

    ``differing``: requests that differ from the ledger, with the labels of the fields. ``doubtful``: rows that may be an
    edited request of the register, each as its place and the reason.
    """

    added: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    differing: tuple[tuple[str, tuple[str, ...]], ...] = ()
    doubtful: tuple[tuple[str, str], ...] = ()


def take_in(ledger: Ledger, register: Register, *, update: bool = False) -> LedgerImport:
    """Add new requests; with ``update`` change those that differ to the values of the ledger.

    Raises:
        NotKept, RegisterBusy: as the store; nothing of the ledger is added then.
    """
    stored = register.requests(void=True)
    by_key = {identity(request, by_number=ledger.is_numbered): request for request in stored}
    pairs = [(request, by_key.get(identity(request, by_number=ledger.is_numbered))) for request in ledger.requests]
    matched = {old.row for _, old in pairs if old is not None}
    unmatched = [old for old in stored if old.row not in matched and old.voided_on is None]
    new, doubtful = _parted([(at, request) for at, (request, old) in enumerate(pairs) if old is None], unmatched, ledger)
    same, changed, differing = [], [], []
    for at, (request, old) in enumerate(pairs):
        if old is None:
            continue
        if _is_another(request, old, ledger):
            doubtful += ((ledger.places.get(at, ""), _of_another_year(request, old)),)
            continue
        updated = replace(old, **{key: getattr(request, key) for key in _compared(old, ledger)})
        fields = [field.key for field in changed_fields(old, updated)]
        if not fields:
            same.append(old.number)
        elif update:
            register.change(old, updated, _KIND)
            changed.append(old.number)
        else:
            differing.append((old.number, tuple(FIELD_BY_KEY[key].label for key in fields)))
    added = register.add_all(_numbered(new, {request.number for request in stored}), _KIND)
    return LedgerImport(tuple(one.number for one in added), tuple(same), tuple(changed), tuple(differing), doubtful)


def _is_another(request: Request, old: Request, ledger: Ledger) -> bool:
    """Whether a number is that of another request: of another year, with nothing in common that identifies it."""
    if not ledger.is_numbered or request.received_on is None or old.received_on is None:
        return False
    named = [] if _is_anonymous(old) else [key for key in ("applicant", "subject") if key in ledger.keys]
    return request.received_on.year != old.received_on.year and all(getattr(request, key) != getattr(old, key) for key in named)


def _of_another_year(request: Request, old: Request) -> str:
    year = request.received_on.year if request.received_on else 0
    recorded_year = old.received_on.year if old.received_on else 0
    return (
        f"编号“{request.number}”在台账里是 {recorded_year} 年收到的另一件，没有读入；"
        f"每年从头编号的，请在编号前加年份，如 {year}-{request.number}"
    )


def _compared(old: Request, ledger: Ledger) -> list[str]:
    """The fields that a ledger may change; what was anonymised stays so."""
    anonymous = _is_anonymous(old)
    return [key for key in ledger.keys if key != "number" and not (anonymous and key in PERSONAL)]


def _is_anonymous(request: Request) -> bool:
    return any(to_text(FIELD_BY_KEY[key], getattr(request, key)) == ANONYMOUS for key in PERSONAL)


def _parted(
    rows: Iterable[tuple[int, Request]], unmatched: Sequence[Request], ledger: Ledger
) -> tuple[list[Request], tuple[tuple[str, str], ...]]:
    """Rows that are new, and rows that may be a request the file does not have any more: edited, or numbered otherwise."""
    new, doubtful = [], []
    for at, request in rows:
        like = next((old for old in unmatched if _is_like(request, old, ledger)), None)
        if like is None:
            new.append(request)
            continue
        differ = "、".join(FIELD_BY_KEY[key].label for key in ("number", *IDENTIFYING)
                          if key in ledger.keys and getattr(request, key) != getattr(like, key))  # fmt: skip
        advice = f"是同一件的，请在台账里改那一件的{differ}；是另一件的，请单独登记"
        doubtful.append((ledger.places.get(at, ""), f"像是已有的“{like.number}”改过了{differ}，没有读入；{advice}"))
    return new, tuple(doubtful)


def _is_like(request: Request, old: Request, ledger: Ledger) -> bool:
    """Whether a row may be an old request: all that identifies it is the same, without numbers all but one; of one that was
    anonymised the days and the kind of applicant."""
    if not ledger.is_numbered and _is_anonymous(old):
        days = (request.received_on, request.closed_on, request.applicant_kind)
        return days == (old.received_on, old.closed_on, old.applicant_kind)
    parts = [key for key in IDENTIFYING if key in ledger.keys]
    equal = [key for key in parts if getattr(request, key) and getattr(request, key) == getattr(old, key)]
    if ledger.is_numbered:
        return len(equal) == len(IDENTIFYING)
    return ("subject" in equal and len(equal) >= 2) or {"received_on", "applicant"} <= set(equal)


def _numbered(requests: Iterable[Request], numbers: set[str]) -> list[Request]:
    """Numbers for requests that have none, in the order of the ledger."""
    result = []
    for request in requests:
        year = request.received_on.year if request.received_on else 0
        numbered = request if request.number else replace(request, number=next_number(year, numbers))
        numbers.add(numbered.number)
        result.append(numbered)
    return result


def next_number(year: int, numbers: set[str]) -> str:
    """The first free number of a year: 2022-001."""
    at = 1 + sum(number.startswith(f"{year}-") for number in numbers)
    while f"{year}-{at:03}" in numbers:
        at += 1
    return f"{year}-{at:03}"
