"""Keep the decisions on figures by their own words: while a clerk types, only the sentence that changes is weighed again.

In: the evidence of the whole report, and how a figure is decided by it. Out: the figure decided, wherever its sentence is now.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from toolkit.checks.narrative.assignment.evidence import Evidence
from toolkit.checks.narrative.candidates.fitting import sum_of
from toolkit.checks.narrative.candidates.readings import Reading

WINDOW = (80, 30)  # characters before and behind a figure that are looked at


class _Surroundings:
    """A sentence with its figures as they were compared, and what the rest of the report says of them. Two are equal when the
    same is said, wherever it is in the text."""

    __slots__ = ("key", "words")

    def __init__(self, evidence: Evidence, where: str, at: int) -> None:
        text, part, listed = evidence.text, evidence.text.by_where[where], evidence.listed
        first, last = part.sentences[at - 1][-1].end if at else 0, part.sentences[at][-1].end
        start, end = part.plain.span(first, last)
        before, behind = WINDOW
        self.words = part.plain.original[max(0, start - before) : end + behind]
        compared, denied = [], False
        for item in text.of_sentence(where, at):
            tie, quantity = item.tie, item.quantity
            of_cell = (tie.kind, tie.state, tie.addresses, tie.expected)
            compared.append((of_cell, quantity, item.takes_carried, item.candidate, item.candidates, id(item) in listed))
            denied = denied or (quantity is not None and sum_of(text.report, quantity.addresses) == 0)
        report = text.report
        self.key = (
            self.words, min(start, before), where, part.plain.text[max(0, first - before) : last + behind], min(first, before),
            compared, report.figures, report.year, report.organ, text.agreeing_cells, evidence.finishes_carried_in,
            evidence.unknown_words.denied if denied else None,
        )  # fmt: skip

    def __hash__(self) -> int:
        return hash(self.words)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Surroundings) and self.key == other.key


class Decisions:
    """The decisions on a report by ``decide``; the same figure where its own words change nothing."""

    def __init__(self, evidence: Evidence, decide: Callable[[Evidence, Reading], Reading]) -> None:
        self._evidence, self._decide = evidence, decide
        self._by_sentence: dict[tuple[str, int], dict[int, Reading | None]] = {}

    def of(self, item: Reading) -> Reading:
        figure = item.figure
        sentence = figure.where, figure.sentence
        kept = self._by_sentence.get(sentence)
        if kept is None:
            kept = self._by_sentence[sentence] = _kept(_Surroundings(self._evidence, *sentence))
        if figure.index not in kept:
            decided = self._decide(self._evidence, item)
            kept[figure.index] = None if decided is item else decided
        decision = kept[figure.index]
        if decision is None or decision.figure is figure:
            return decision or item
        return replace(decision, figure=figure, tie=replace(decision.tie, start=figure.start, end=figure.end))


@lru_cache(maxsize=512)
def _kept(_: _Surroundings) -> dict[int, Reading | None]:
    """The decisions on a sentence by the places of its figures, ``None`` for a figure that stays as it is."""
    return {}
