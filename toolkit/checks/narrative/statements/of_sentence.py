"""What the free words of one sentence say that its tables contradict: takes a sentence with its figures, returns statements.

Most sentences contradict nothing. Those are kept: while a clerk types, only the sentence that changes is searched again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from toolkit.checks.narrative.candidates.quantity import total
from toolkit.checks.narrative.candidates.readings import TextReading
from toolkit.checks.narrative.figures.figure import AROUND
from toolkit.checks.narrative.statements.applicants import wrong_applicants
from toolkit.checks.narrative.statements.clauses import OutlinedSentence, clauses_of, outlined_sentences
from toolkit.checks.narrative.statements.counts import Count, doubtful_counts
from toolkit.checks.narrative.statements.crossing import Crossing, wrong_crossings
from toolkit.checks.narrative.statements.denied_parts import (
    carried_counts,
    claimed_reasons,
    denied_carry,
    denied_rows,
    first_ever,
)
from toolkit.checks.narrative.statements.polarity import Statement, polar_statements
from toolkit.checks.narrative.statements.portions import Portion, wrong_portions
from toolkit.checks.narrative.statements.rankings import Ranking, wrong_rankings
from toolkit.checks.narrative.statements.sentences import sentence_of
from toolkit.checks.narrative.statements.trends import Trend, wrong_trends
from toolkit.forms import Address, Form
from toolkit.report import Figures, Report

_CARRIED = (total("carried_in"), total("carried_out"))
_LOOKS = 4  # of a sentence that are kept: several organs, or a digit and the next


class Contradictions(NamedTuple):
    """What sentences say and the tables contradict; ``carried`` are the counts of what was carried over, ``free`` denials."""

    polar: tuple[Statement, ...] = ()
    counts: tuple[Count, ...] = ()
    portions: tuple[Portion, ...] = ()
    trends: tuple[Trend, ...] = ()
    carried: tuple[Count, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    rankings: tuple[Ranking, ...] = ()
    free: tuple[Statement, ...] = ()


def contradictions_of(text: TextReading, agreeing: Collection[Address]) -> Contradictions:
    """The statements of all sentences, in order; ``agreeing`` are the cells that the text tells rightly."""
    report, last_year = text.report, text.last_year
    covered = tuple([cell for cell in _CARRIED if cell in agreeing])
    together = tuple(list[object]() for _ in Contradictions._fields)
    for sentence in outlined_sentences(text):
        if _may_speak(sentence, report.form):
            for items, found in zip(together, _kept_of_sentence(sentence, report, last_year, covered), strict=True):
                items.extend(found)
    return Contradictions._make(map(tuple, together))


def _may_speak(sentence: OutlinedSentence, form: Form) -> bool:
    """Whether a sentence has figures or words that a statement may be made of; half of them have none."""
    return bool(sentence.readings) or sentence.speaks or sentence_of(sentence, form) is not None


class _SentenceKey:
    """A sentence with its figures as they were compared. Two are equal when the same is said, in the same place of the report,
    wherever it is in the text."""

    __slots__ = ("key",)

    def __init__(self, sentence: OutlinedSentence, *beside: object) -> None:
        part, start, words, topic, _, _, _, readings = sentence
        end, around = start + len(words), max(0, start - AROUND)
        ties = [(item.tie, item.figure, item.quantity) for item in readings]
        compared = [
            (tie.kind, tie.state, tie.addresses, tie.expected, quantity, figure.scope, figure.year)
            for tie, figure, quantity in ties
        ]
        written = part.plain.words(start, end)
        self.key = (part.where, topic, beside, written, start - around, part.plain.text[around : end + AROUND], compared)

    def __hash__(self) -> int:
        return hash(self.key[3])  # many organs write the same sentence

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _SentenceKey) and self.key == other.key


class _NotedFigures(Figures):
    """Figures that note the numbers of the cells that are looked at."""

    __slots__ = ("figures", "seen")

    def __init__(self, figures: Figures) -> None:
        self.form, self.figures = figures.form, figures
        self.seen: _Numbers = {}

    def number(self, address: Address) -> int | Decimal | None:
        self.seen[address] = value = self.figures.number(address)
        return value


_Numbers = dict[Address, int | Decimal | None]


class _Look(NamedTuple):
    """What was seen in the cells of this year and of last year that a sentence was compared with, and what was found; ``start``
    is where the sentence begins in the text as written."""

    now: _Numbers
    before: _Numbers
    start: int
    found: Contradictions


@lru_cache(maxsize=2048)
def _looks_at(_: _SentenceKey) -> list[_Look]:
    """The last looks of a sentence at tables, the latest at the end; a key in a cell leaves most sentences as they were."""
    return []


def _kept_of_sentence(
    sentence: OutlinedSentence, report: Report, last_year: Report | None, covered: tuple[Address, ...]
) -> Contradictions:
    was = last_year.figures if last_year is not None else report.figures
    looks = _looks_at(
        _SentenceKey(sentence, covered, report.year, report.form.id, last_year is not None and (last_year.year, was.form.id))
    )
    start, _ = sentence.part.plain.span(sentence.start, sentence.start)
    for look in reversed(looks):
        same = _has(report.figures, look.now) and _has(was, look.before)
        if same and (look.start == start or not any(look.found)):
            return look.found
    now, before = _NotedFigures(report.figures), _NotedFigures(was)
    of_last_year = last_year and replace(last_year, figures=before)
    found = _of_sentence(sentence, replace(report, figures=now), of_last_year, covered)
    looks[:] = [*looks[1 - _LOOKS :], _Look(now.seen, before.seen, start, found)]
    return found


def _has(figures: Figures, numbers: _Numbers) -> bool:
    return all(figures.number(address) == value for address, value in numbers.items())


def _of_sentence(
    outlined: OutlinedSentence, report: Report, last_year: Report | None, covered: Collection[Address]
) -> Contradictions:
    problems = outlined.part.where == "narrative.problems"  # part five speaks of some of them, and of plans
    clauses = tuple(clauses_of(outlined))
    found = Contradictions(
        tuple(
            [
                item
                for clause in clauses
                for item in polar_statements(clause, report.form, report.year)
                if item.whole or not problems
            ]
        ),
        () if problems else tuple([item for clause in clauses for item in doubtful_counts(clause, report)]),
        tuple([item for clause in clauses for item in wrong_portions(clause, report)]),
        tuple([item for clause in clauses for item in wrong_trends(clause, report, last_year)]),
    )
    sentence = sentence_of(outlined, report.form)
    if sentence is None:
        return found
    return found._replace(
        carried=() if problems else tuple(carried_counts(sentence, report, covered)),
        crossings=(*wrong_crossings(sentence, report), *wrong_applicants(sentence, report)),
        rankings=tuple(wrong_rankings(sentence, report)),
        free=(
            *denied_rows(sentence, report),
            *denied_carry(sentence, report),
            *claimed_reasons(sentence, report),
            *first_ever(sentence, report, last_year),
        ),
    )
