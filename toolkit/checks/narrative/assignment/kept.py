"""Keep the decisions on figures by their own words: while a clerk types, only the sentence that changes is weighed again.

In: the evidence of the whole report, and how a figure is decided by it. Out: the figure decided, wherever its sentence is now.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from toolkit.checks.narrative.assignment.evidence import Evidence
from toolkit.checks.narrative.candidates.fitting import sum_of
from toolkit.checks.narrative.candidates.readings import Reading

WINDOW = (80, 30)  # characters before and behind a figure that are looked at


class Decisions:
    """The decisions on a report by ``decide``; the same figure where its own words change nothing."""

    def __init__(self, evidence: Evidence, decide: Callable[[Evidence, Reading], Reading]) -> None:
        self._evidence, self._decide = evidence, decide
        self._by_sentence: dict[tuple[str, int], dict[int, Reading | None]] = {}

    def of(self, item: Reading) -> Reading:
        figure = item.figure
        sentence = figure.where, figure.sentence
        decisions = self._by_sentence.get(sentence)
        if decisions is None:
            decisions = self._by_sentence[sentence] = _of_sentence(self._evidence, *sentence)
        if figure.index not in decisions:
            decided = self._decide(self._evidence, item)
            decisions[figure.index] = None if decided is item else decided
        decision = decisions[figure.index]
        if decision is None or decision.figure is figure:
            return decision or item
        return replace(decision, figure=figure, tie=replace(decision.tie, start=figure.start, end=figure.end))


class _Words(NamedTuple):
    """A sentence with what is around it, as written and as plain text, wherever it is in its part."""

    written: str
    before: int  # characters before the sentence
    plain: str
    plain_before: int
    where: str


class _Last:
    """The last decisions on a sentence, and the evidence that they were made by."""

    def __init__(self) -> None:
        self.evidence: object = None
        self.decisions: dict[int, Reading | None] = {}


@lru_cache(maxsize=512)
def _last_of(_: _Words) -> _Last:
    return _Last()


def _of_sentence(evidence: Evidence, where: str, at: int) -> dict[int, Reading | None]:
    """The decisions on a sentence by the places of its figures, ``None`` for a figure that stays as it is."""
    text, part, listed = evidence.text, evidence.text.by_where[where], evidence.listed
    first, last = part.sentences[at - 1][-1].end if at else 0, part.sentences[at][-1].end
    start, end = part.plain.span(first, last)
    before, behind = WINDOW
    written = part.plain.original[max(0, start - before) : end + behind]
    plain = part.plain.text[max(0, first - before) : last + behind]
    kept = _last_of(_Words(written, min(start, before), plain, min(first, before), where))
    compared, denied = [], False
    for item in text.of_sentence(where, at):
        tie, quantity = item.tie, item.quantity
        of_cell = (tie.kind, tie.state, tie.addresses, tie.expected)
        compared.append((of_cell, quantity, item.takes_carried, item.candidate, item.candidates, id(item) in listed))
        denied = denied or (quantity is not None and sum_of(text.report, quantity.addresses) == 0)
    report = text.report
    now = (
        compared, report.year, report.organ, report.figures, text.agreeing_cells, evidence.finishes_carried_in,
        evidence.unknown_words.denied if denied else None,
    )  # fmt: skip
    if kept.evidence != now:
        kept.evidence, kept.decisions = now, {}
    return kept.decisions
