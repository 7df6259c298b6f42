"""Assign the figures of a list together: a head, its items, and the parts of the tables that they tell.

Takes the read text, returns a ``Division`` for each list that some whole of the tables fits. The items that have the values of
parts, and no words against them, are those parts; one item may be left, and it stands for the parts that are left. A figure is
wrong only where no assignment of its list is free of contradiction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from decimal import Decimal
from functools import lru_cache, partial
from itertools import accumulate
from typing import NamedTuple

from toolkit.checks.narrative.assignment.division_search import Division, Run
from toolkit.checks.narrative.assignment.list_entries import Entry, counts_cases, entries_of
from toolkit.checks.narrative.assignment.wholes import FLOW, REST, Cells, Names, Whole, Wholes
from toolkit.checks.narrative.candidates.quantity import ORGANIZATIONS
from toolkit.checks.narrative.candidates.readings import Reading, TextReading
from toolkit.checks.narrative.candidates.slips import is_near

_AHEAD = 30  # figures behind a head, and before it, that are looked at
_HEADS = 3  # figures of the sentence before that a list may divide
_KINDS = frozenset(("natural_person", *ORGANIZATIONS))
_FLOW = frozenset(FLOW)


class ReadDivision(NamedTuple):
    """A list of the text: its head and items, and the odd one with its cells, ``None`` where all of them agree."""

    readings: tuple[Reading, ...]
    odd: Reading | None
    cells: Cells
    expected: Decimal


def divisions_of(text: TextReading) -> Iterator[ReadDivision]:
    """Every list that the parts of a whole fit, at most with one odd figure that no other list explains."""
    found = list(_all_divisions(text))
    right = {id(reading) for item in found if item.odd is None for reading in item.readings}
    parts = {id(reading) for item in found if item.odd is None for reading in item.readings[1:]}
    seen = set[int]()
    for item in found:
        if item.odd is None:
            yield item
            continue
        own = {id(item.odd), id(item.readings[-1])}
        if not own & seen and id(item.odd) not in right and not _is_summed(text, item, item.odd, parts):
            seen |= own
            yield item


def _is_summed(text: TextReading, item: ReadDivision, odd: Reading, parts: Set[int]) -> bool:
    """Whether the figures of the list make up another figure before them, or some with the odd one the figure right before.

    ``parts`` are the items, by ``id``, of lists without an odd figure.
    """
    head, *items = item.readings
    if odd is head and all((one.tie.kind, one.tie.state) == ("cell", "agrees") for one in items):
        return False  # 直接起诉 4 件，维持 3 件、纠正 1 件，还有 1 件尚未审结: each item has its own words
    where, last = odd.figure.where, items[-1].figure.sentence
    beside = (one for at in range(odd.figure.sentence - 1, last + 1) for one in text.of_sentence(where, at))
    near = [one for one in beside if counts_cases(one) and one.figure.year is None]
    own = {id(one) for one in items}
    at = next(place for place, one in enumerate(near) if one is odd)
    first = next(place for place, one in enumerate(near) if one is items[0])
    whole = sum((one.figure.value for one in items), Decimal(0))
    heads = [one for one in near[:first] if id(one) not in parts and one is not head]
    if odd is not head and any(one.figure.value == whole for one in heads):
        return True
    row = next((place + 1 for place in range(at, -1, -1) if id(near[place]) not in own), 0)  # 29, 2, 27 件 side by side are parts
    cells = odd.quantity.addresses if odd.quantity is not None else ()
    one_kind = len(cells) == 1 and cells[0].column in _KINDS  # of applicants, which is no sum of others
    return _makes_up([one.figure.value for one in near], at, row, sums=not one_kind)


def _makes_up(numbers: Sequence[Decimal], at: int, row: int, *, sums: bool) -> bool:
    """Figures up to the one at this place make up the one before them, outside its row; or those before it make it up."""
    together = numbers[at]
    for begin in range(at - 1, max(0, at - _AHEAD) - 1, -1):
        if numbers[begin] == together and begin < min(at - 1, row):
            return True
        together += numbers[begin]
        if sums and together - numbers[at] == numbers[at] and begin < at - 1:
            return True
    return False


def _all_divisions(text: TextReading) -> Iterator[ReadDivision]:
    """The divisions of each sentence that has a figure without a cell of its value, or follows one: the others agree."""
    wholes = _kept_wholes(Wholes(text.report.figures))
    for part in text.parts:
        before = _Listed((), ())
        if not any(item.figure.where == part.where and _is_open(item) for item in text.readings):
            continue
        for at, sentence in enumerate(part.sentences):
            counted = tuple([item for item in text.of_sentence(part.where, at) if counts_cases(item)])
            if counted:
                own = _Listed(counted, entries_of(text, part, at, counted))
                everything = (*before.readings, *counted)
                searched = any(map(_is_open, (*before.readings[-_HEADS:], *counted)))
                for places, odd, cells, expected in _of_sentence(wholes, own.entries, before.entries) if searched else ():
                    readings = tuple([everything[place] for place in places])
                    yield ReadDivision(readings, None if odd is None else readings[odd], cells, expected)
                before = own
            elif sentence[-1].value == "\n":
                before = _Listed((), ())


def _is_open(item: Reading) -> bool:
    """A figure without a cell of its value, or with the value of another row than its words name first."""
    meant = item.candidates[0].quantity.addresses if item.candidates else item.tie.addresses
    agrees = item.tie.state == "agrees" and item.tie.addresses == meant
    return not agrees and counts_cases(item)


class _Listed(NamedTuple):
    """Figures that count cases, and what their words name."""

    readings: tuple[Reading, ...]
    entries: tuple[Entry, ...]


@lru_cache(maxsize=8)
def _kept_wholes(wholes: Wholes) -> Wholes:
    return wholes


Places = tuple[tuple[int, ...], int | None, Cells, Decimal]


@lru_cache(maxsize=512)
def _of_sentence(wholes: Wholes, entries: tuple[Entry, ...], before: tuple[Entry, ...]) -> tuple[Places, ...]:
    """The divisions of a sentence by places among the figures of the one before and its own.

    They are kept: while a clerk types, only the sentence that changes is searched again.
    """
    places = {id(entry): at for at, entry in enumerate(entries, len(before))}
    return tuple(
        ((head, *(places[id(entry)] for entry in one.entries[1:])), one.odd, one.cells, one.expected)
        for head, one in _search_sentence(wholes, entries, before)
    )


def _search_sentence(wholes: Wholes, entries: Sequence[Entry], before: Sequence[Entry]) -> Iterator[tuple[int, Division]]:
    """Each division with the place of its head."""
    for place, head in enumerate(entries[:-1]):
        for found in _of_head(
            wholes, head, entries[place + 1 : place + 1 + _AHEAD], entries[max(0, place - _AHEAD) : place], same=True
        ):
            yield len(before) + place, found
    row = [entry for entry in before if entry.names & _KINDS]
    for place, head in list(enumerate(before))[-_HEADS:]:
        if len(row) > 1 and head in row and entries and not entries[0].names & head.names:
            continue  # 10 件，9 件来自自然人，1 件来自企业。公开 5 件…: the next sentence divides the ten
        yield from ((place, found) for found in _of_head(wholes, head, entries[:_AHEAD], before, same=False))


def _of_head(wholes: Wholes, head: Entry, behind: Sequence[Entry], before: Sequence[Entry], *, same: bool) -> Iterator[Division]:
    """The division of a figure by those behind it: the first without an odd one, else the first with one."""
    named = wholes.of(head.value, partial(_may_be, head))
    if not named and _is_sure(head):
        return
    runs = [Run(items) for items in _extents(head, behind) if len(items) > 1]
    odd: list[Division] = []
    for found in (found for run in runs for whole in named for found in run.divisions(whole, head)):
        if found.odd is None:
            yield found
            return
        odd.append(found)
    odd = [one for one in odd[:1] if (same and head.fixed) or not _is_of_another_whole(wholes, one, named=same)]
    yield from odd or _wrong_head(wholes, head, runs, before, same=same)


def _wrong_head(wholes: Wholes, head: Entry, runs: Sequence[Run], before: Sequence[Entry], *, same: bool) -> Iterator[Division]:
    """97 件里个人 89 件、企业 7 件, where 96 came in: the parts agree with the tables, their head does not."""
    if _is_sure(head):
        return
    for run in runs:
        linked = same and _is_linked(head, run.items[0])
        for value in run.sums:
            explained = head.value + run.items[0].value == value or (not linked and any(one.value == value for one in before))
            near = head.value != value and value in wholes and is_near(head.value, value)
            if explained or not near or _is_divided(head, run.items):
                continue
            for whole in wholes.of(value, None if linked and not head.names else partial(_is_named, head)):
                found = next((one for one in run.divisions(whole, head) if _are_parts(one, whole)), None)
                if found is not None:
                    yield Division(found.entries, 0, whole.cells, whole.value)
                    return


def _is_sure(head: Entry) -> bool:
    """It agrees by sure words, or is no figure that a list divides."""
    return head.apart or head.each or head.fixed


def _is_linked(head: Entry, first: Entry) -> bool:
    """9 件（…）, 9 件：…, 9 件里…: the figures behind divide the one before, whatever its words are."""
    return not head.among and (first.mark == "：" or first.inside or first.depth > head.depth)


def _are_parts(found: Division, whole: Whole) -> bool:
    named = sum(bool(item.names & whole.axis) for item in found.entries[1:])
    return found.odd is None and (named > 1 or len(found.entries) > 3)


def _is_of_another_whole(wholes: Wholes, division: Division, *, named: bool = True) -> bool:
    """新收的来自个人 14 件、企业 3 件, where 19 were handled: together they are all that came in, which stands elsewhere.

    ``named``: the words of the head, or of the first item, must name that other whole.
    """
    head, *items = division.entries
    together, run = sum((item.value for item in items), Decimal(0)), Run(items)
    others = wholes.of(together, lambda names: not named or _may_be(head, names) or items[0].names & names)
    return any(found.odd is None for whole in others for found in run.divisions(whole, head))


def _may_be(head: Entry, whole: Names) -> bool:
    """The words of a head may name the whole; one kind of applicants must be named."""
    names, column = head.names - {REST}, whole & _KINDS
    return (not names and not column) or (bool(names & whole) and column <= names)


def _is_divided(head: Entry, items: Sequence[Entry]) -> bool:
    """公开类 38 件：予以公开 31 件、部分公开 7 件；不公开…: the first of the figures behind make up the head."""
    sums = accumulate(item.value for item in items)
    return any(together == head.value for at, together in enumerate(sums) if at)


def _is_named(head: Entry, whole: Names) -> bool:
    """The words of a head name the whole, and no other; 收到 N 件 may count those carried in, but need not."""
    flow = head.names & _FLOW
    return bool(head.names & whole) and flow <= whole and not {"new", "carried_in"} <= whole


def _extents(head: Entry, behind: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    """The runs of figures that may divide a head: its bracket, up to ；, and the whole sentence."""
    if not behind:
        return
    if behind[0].depth > head.depth:
        end = next((at for at, item in enumerate(behind) if item.depth <= head.depth), len(behind))
        yield behind[:end]
    stop = next((at for at, item in enumerate(behind) if item.depth < head.depth), len(behind))
    level = [item for item in behind[:stop] if item.depth == head.depth]
    ends = [at for at, item in enumerate(level) if item.mark == "；" and at]
    for end in dict.fromkeys((*ends[:1], len(level))):
        yield level[:end]
