"""Search one assignment of a list: which items are which parts of a whole of the tables.

Takes a whole and items, returns a ``Division`` for each assignment. The items that have the values of parts, and no words
against them, are those parts; at most one item is left, and it stands for the parts that are left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from toolkit.checks.narrative.assignment.list_entries import Entry
from toolkit.checks.narrative.assignment.wholes import FLOW, REST, Cells, Names, Whole
from toolkit.checks.narrative.candidates.quantity import ORGANIZATIONS
from toolkit.checks.narrative.candidates.slips import NEXT, is_near

_STEPS = 400  # of one search
_FLOW = frozenset(FLOW)


class Division(NamedTuple):
    """The head and the items of a list; the place of the odd one and its cells, or ``None`` where all of them agree."""

    entries: tuple[Entry, ...]
    odd: int | None
    cells: Cells
    expected: Decimal


class Run:
    """Figures behind a head, and where those end that divide one of them."""

    def __init__(self, items: Sequence[Entry]) -> None:
        self.items = items
        self.ends = [_end_of_parts(items, at) for at in range(len(items))]

    @property
    def sums(self) -> set[Decimal]:
        """What the items make together, with those that divide others and without."""
        found, at = Decimal(0), 0
        while at < len(self.items):
            found, at = found + self.items[at].value, self.ends[at]
        return {found, sum((item.value for item in self.items), Decimal(0))}

    def divisions(self, whole: Whole, head: Entry) -> Iterator[Division]:
        """The assignments of the items to the parts of a whole; what 其中 names first may be none of them."""
        aside = self.items[0].among and not self.items[0].names
        for first in (0, 1) if aside else (0,):
            if len(self.items) > first + 1:
                yield from _Search(whole, self).go(first, (), frozenset(), None, head)


class _Search:
    """Tries to assign items to the parts of one whole, at most one of them to what the others leave."""

    def __init__(self, whole: Whole, run: Run) -> None:
        self.whole, self.items, self.ends, self.steps = whole, run.items, run.ends, 0

    def go(self, at: int, taken: tuple[Entry, ...], used: Names, odd: Entry | None, head: Entry) -> Iterator[Division]:
        self.steps += 1
        if self.steps > _STEPS:
            return
        left = [name for name in self.whole.leaves if name not in used]
        if at >= len(self.items) or not left:
            yield from self._closed(taken, left, odd, head)
            return
        item = self.items[at]
        if item.apart or (item.names & _FLOW and not item.names & self.whole.axis):  # of other business, or another head
            yield from self._closed(taken, left, odd, head)
            return
        for names in self._choices(item, left):
            for following in self._following(at):
                yield from self.go(following, (*taken, item), used | names, odd, head)
        if odd is None and self._may_be_odd(item):
            for following in self._following(at):
                yield from self.go(following, (*taken, item), used, item, head)

    def _following(self, at: int) -> list[int]:
        """The places of the next item: right behind, behind those that divide this one, or behind what 其中 names."""
        places = [at + 1, self.ends[at]]
        if at + 1 < len(self.items) and self.items[at + 1].among:
            places.append(at + 2)
        return list(dict.fromkeys(places))

    def _choices(self, item: Entry, left: Sequence[str]) -> Iterator[Names]:
        """The parts still left that have the value of an item and that its words may name."""
        own = item.names & self.whole.axis
        if not own and not self._may_name(item):
            return
        if item.each and len(own) > 1:  # 企业、律所各 2 件
            if own <= set(left) and all(self.whole.leaves[name] == item.value for name in own):
                yield own
            return
        # 不予处理 1 件 tells all of its reasons, but where the list divides them
        grouped = len(own) > 1 and not own <= self.whole.names and any(own <= group for group in self.whole.groups)
        sets = [frozenset((name,)) for name in left if not grouped and (not own or name in own)]
        sets += [own & set(left)] if len(own) > 1 else []
        sets += [group & set(left) for group in self.whole.groups if not own or own >= group]
        yield from dict.fromkeys(names for names in sets if names and self.whole.values_of(names) == item.value)

    def _may_name(self, item: Entry) -> bool:
        """Without a word for a part, an item names nothing else than the whole."""
        other = item.names - self.whole.axis - {REST}
        return not other or bool(other & self.whole.names)

    def _may_be_odd(self, item: Entry) -> bool:
        """Not one behind 其中 whose words name nothing."""
        return not item.fixed and (not item.among or (item is self.items[0] and bool(item.names)))

    def _closed(self, taken: tuple[Entry, ...], left: Sequence[str], odd: Entry | None, head: Entry) -> Iterator[Division]:
        if odd is None:
            if not left:
                yield Division((head, *taken), None, self.whole.cells, head.value)
            return
        own = odd.names & self.whole.axis
        if not left or (own and not set(left) <= own) or (not own and not self._may_name(odd)):
            return
        expected = self._expected(odd, left)
        one = self._are_one(left)
        if expected == odd.value and (own or one or REST in odd.names):
            yield Division((head, *taken), None, self.whole.cells, head.value)
        elif expected != odd.value and one and self._is_wrong(taken, odd, head, expected):
            yield Division((head, *taken), taken.index(odd) + 1, self.whole.cells_of(left[:1] if odd.each else left), expected)

    def _expected(self, odd: Entry, left: Sequence[str]) -> Decimal:
        """What the parts that are left make together; 各 2 件 says that each has the same."""
        if not odd.each:
            return self.whole.values_of(left)
        values = {self.whole.leaves[name] for name in left}
        return min(values) if len(values) == 1 and set(left) == odd.names & self.whole.axis else odd.value

    def _are_one(self, left: Sequence[str]) -> bool:
        """What is left for the odd figure is one part, or parts that share one figure."""
        return len(left) == 1 or any(set(left) <= group for group in self.whole.groups) or set(left) <= {*ORGANIZATIONS}

    def _is_wrong(self, taken: tuple[Entry, ...], odd: Entry, head: Entry, expected: Decimal) -> bool:
        """Whether the odd figure stands among the others as one of them, and is no other figure again."""
        others = [item for item in taken if item is not odd]
        if not odd.names & self.whole.axis and not self._is_unnamed_part(others, odd, head, expected):
            return False
        marks = [item.mark for item in taken[1:] if item is not odd]
        return bool(others) and (odd is taken[0] or odd.mark != "；" or "；" in marks)

    def _is_unnamed_part(self, others: Sequence[Entry], odd: Entry, head: Entry, expected: Decimal) -> bool:
        """给了信息的 12 件: no word names it, but it is beside parts that are named, and near what they leave.

        A figure that those behind it divide is a head: 其余 67 件已答复。新提出的 64 件，个人 51 件，单位 13 件.
        """
        at = next(place for place, item in enumerate(self.items) if item is odd)
        if odd.value in {item.value for item in (head, *others)} or self.ends[at] > at + 1:
            return False
        if len(others) > 1:
            return is_near(odd.value, expected)
        known = any(item.names & self.whole.axis for item in others)
        return known and len(others) + 1 == len(self.items) and abs(odd.value - expected) <= NEXT


def _end_of_parts(items: Sequence[Entry], at: int) -> int:
    """Where the figures end that divide the one at this place."""
    summed = Decimal(0)
    for end in range(at + 1, len(items)):
        summed += items[end].value
        if summed == items[at].value and end > at + 1:
            return end + 1
        if summed > items[at].value:
            break
    return at + 1
