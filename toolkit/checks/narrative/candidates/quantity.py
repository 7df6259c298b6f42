"""What a figure of the text may count: the ``Quantity``, the words that name one, and how far they are known.

Source: labels of the form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from toolkit.checks.narrative.tokens import Token
from toolkit.checks.narrative.tokens.vocabulary import KEYS
from toolkit.forms import Address

Certainty = Literal["sure", "likely", "weak"]
# Why a reading is weak: free wording that may mean the cell, a part of what it counts, only the place where the figure is told,
# or (empty) most likely another thing.
Doubt = Literal["", "wording", "part"]
DISPUTE_ROWS: dict[str, tuple[str, ...]] = {
    "review": ("review",), "direct": ("direct_lawsuit",), "after": ("lawsuit_after_review",),
    "suit": ("direct_lawsuit", "lawsuit_after_review"),
}  # fmt: skip
ORGANIZATIONS = ("business", "research", "public_welfare", "legal_service", "other_organization")
EVERYDAY = {"who": "natural_person", "person": "natural_person", "firm": "business"}  # values of words for a column
COUNTS = frozenset(("", "件", "宗", "起", "例", "份", "条", "项", "个", "件次", "次", "条次"))


@dataclass(frozen=True, slots=True)
class Quantity:
    """What is counted. The figure is the sum of the cells; with ``each`` every one of these parts has that figure."""

    name: str  # the same for the same thing, wherever the text states it
    code: str
    addresses: tuple[Address, ...]
    certainty: Certainty = "sure"
    each: tuple[tuple[Address, ...], ...] = ()
    either: tuple[Address, ...] = ()  # what the words may mean as well: 自然人 10 件 of those received or of those handled
    doubt: Doubt = ""
    at_most: bool = False  # weak, for a part is told, and yet no part is more than the whole
    explains: bool = False  # only what the words may mean as well: no figure is wrong because it differs from it


def total(row: str, column: str = "total") -> Address:
    return Address("applications", row, column)


def taken() -> Quantity:
    """收办总数: what came in this year and what was carried in."""
    return Quantity("taken", "text-new", (total("new"), total("carried_in")), explains=True)


def code_of(cells: Sequence[Address]) -> str:
    """The rule that compares a figure with these cells of one table."""
    rows = {cell.row for cell in cells}
    if cells[0].table != "applications":
        return "text-disputes" if cells[0].table == "disputes" else "text-article20"
    if rows <= {"new", "carried_in"}:
        return "text-new" if "new" in rows else "text-carried"
    return "text-handled" if rows == {"total"} else "text-carried" if rows == {"carried_out"} else "text-outcome"


def unknown_between(words: Sequence[Token]) -> int:
    """Characters that are no word we know between the first word that counts and the figure."""
    first = next((index for index, token in enumerate(words) if token.kind in KEYS and token.kind != "app"), 0)
    return unknown_inside(words[first:])


def unknown_after_last(words: Sequence[Token]) -> int:
    """Characters that are no word we know between the last word that counts and the figure."""
    last = next((index for index in range(len(words) - 1, -1, -1) if words[index].kind in KEYS), 0)
    return unknown_inside(words[last:])


def unknown_inside(words: Sequence[Token]) -> int:
    """Characters between the first and the last of these tokens that belong to none; a masked name counts as unknown."""
    explained = sum(token.end - token.start for token in words if token.kind != "mask")
    return words[-1].end - words[0].start - explained if words else 0
