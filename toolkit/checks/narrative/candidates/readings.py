"""A figure with what it may count and what it was compared with: the values that the stages hand on.

A ``Meaning`` is what the words say, with a degree for each candidate; it does not depend on the tables. A ``Reading`` is a
meaning that was compared with them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal, NamedTuple

from toolkit.checks.narrative.candidates.quantity import Quantity
from toolkit.checks.narrative.figures import Figure, PartText
from toolkit.forms import Address
from toolkit.report import Report

Kind = Literal["cell", "list", "channel", "percentage", "growth", "other_year", "fee", "apart", "untied"]
State = Literal["agrees", "differs", "untied"]
Place = tuple[str, int]  # the part of the narrative, and where a figure begins
Parts = Mapping[Place, frozenset[Place]]  # heads of lists with the figures that are their parts
_SUITS = (Address("disputes", "direct_lawsuit", "total"), Address("disputes", "lawsuit_after_review", "total"))
PARTS = ("narrative.overview", "narrative.problems", "narrative.other")


class Candidate(NamedTuple):
    """One thing that a figure may count; ``degree`` (0–100) is how strongly the words say so."""

    quantity: Quantity
    degree: int


class Meaning(NamedTuple):
    """A figure and what it may count, the strongest candidate first; none when its words name nothing of the tables."""

    figure: Figure
    candidates: tuple[Candidate, ...] = ()

    @property
    def quantity(self) -> Quantity | None:
        return self.candidates[0].quantity if self.candidates else None


@dataclass(frozen=True, slots=True)
class Tie:
    """One figure of the text and what it was compared with. ``reason`` says in Chinese why it is tied or is not."""

    where: str
    start: int
    end: int
    text: str
    value: Decimal
    approximate: bool
    kind: Kind
    state: State
    addresses: tuple[Address, ...] = ()
    expected: Decimal | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure, what it counts and its tie; ``takes_carried`` when 收到 N 件 is the figure with those carried in."""

    figure: Figure
    tie: Tie
    quantity: Quantity | None = None
    takes_carried: bool = False
    candidate: Quantity | None = None  # what a doubtful figure may count, for the decision on the whole report
    candidates: tuple[Candidate, ...] = ()  # everything that its words may mean, the strongest first
    degree: int = 0  # how surely the report contradicts the figure, when the whole of it was read
    grounds: tuple[str, ...] = ()  # in Chinese, what in the report raised or lowered the degree

    @property
    def sure(self) -> bool:
        """Exact, the whole organ's and this year's: it may stand beside another figure of the text."""
        figure = self.figure
        whole = not (figure.scope or figure.about or figure.year is not None or figure.one)
        return whole and self.quantity is not None and self.quantity.certainty == "sure"


@dataclass(frozen=True)
class TextReading:
    """The whole text of a report, read once: its parts, and every figure with what it counts."""

    report: Report
    last_year: Report | None
    parts: tuple[PartText, ...]
    readings: tuple[Reading, ...]

    @cached_property
    def by_where(self) -> dict[str, PartText]:
        """The parts by their path."""
        return {part.where: part for part in self.parts}

    @cached_property
    def kinds(self) -> dict[tuple[str, int], frozenset[str]]:
        """The kinds of words of each sentence that has a figure."""
        return {key: self.by_where[key[0]].kinds[key[1]] for key in self.by_sentence}

    @cached_property
    def by_place(self) -> dict[tuple[str, int, int], Reading]:
        """Readings by part, sentence and token."""
        return {(item.figure.where, item.figure.sentence, item.figure.index): item for item in self.readings}

    def of_sentence(self, where: str, sentence: int) -> list[Reading]:
        return self.by_sentence.get((where, sentence), [])

    @cached_property
    def by_sentence(self) -> dict[tuple[str, int], list[Reading]]:
        """Readings of each sentence, in order."""
        grouped: dict[tuple[str, int], list[Reading]] = {}
        for item in self.readings:
            grouped.setdefault((item.figure.where, item.figure.sentence), []).append(item)
        return grouped

    @cached_property
    def sure_by_name(self) -> dict[str, list[Reading]]:
        """The places that surely tell a quantity, by its name."""
        grouped: dict[str, list[Reading]] = {}
        for item in self.readings:
            if item.sure and item.quantity is not None:
                grouped.setdefault(item.quantity.name, []).append(item)
        return grouped

    @cached_property
    def agreeing_cells(self) -> frozenset[tuple[Address, ...]]:
        """The cells that some figure of the text states as the table has them.

        A row's only kind of applicants is its total; lawsuits of one kind, where there are none of the other, are all of them.
        """
        cells = {item.tie.addresses for item in self.readings if (item.tie.kind, item.tie.state) == ("cell", "agrees")}
        number = self.report.figures.number
        own = [each[0] for each in cells if len(each) == 1 and each[0].table == "applications"]
        wholes = [(cell, cell._replace(column="total")) for cell in own]
        suits = {_SUITS for one, other in (_SUITS, _SUITS[::-1]) if (one,) in cells and ((other,) in cells or not number(other))}
        return frozenset(cells | suits | {(whole,) for cell, whole in wholes if number(cell) == number(whole)})

    @cached_property
    def told_rightly(self) -> frozenset[str]:
        """The names of the quantities that some place tells as the tables have them."""
        return frozenset(name for name, items in self.sure_by_name.items() if any(item.tie.state == "agrees" for item in items))


def last_before(readings: Sequence[Reading], index: int) -> Reading | None:
    """The figure before a token of its sentence, found without looking at all of them."""
    at = bisect_left(readings, index, key=lambda item: item.figure.index)
    return readings[at - 1] if at else None
