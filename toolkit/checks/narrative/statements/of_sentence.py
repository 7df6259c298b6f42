"""What the free words of one sentence say that its tables contradict: takes a sentence with its figures, returns statements.

Most sentences contradict nothing. Those are kept: while a clerk types, only the sentence that changes is searched again.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

from toolkit.checks.narrative.candidates.quantity import total
from toolkit.checks.narrative.candidates.readings import TextReading
from toolkit.checks.narrative.figures.kept import AROUND
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
from toolkit.report import Report

_CARRIED = (total("carried_in"), total("carried_out"))


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
    tables = _same_tables(_Tables(text.report, text.last_year))
    covered = tuple([cell for cell in _CARRIED if cell in agreeing])
    together = tuple(list[object]() for _ in Contradictions._fields)
    for sentence in outlined_sentences(text):
        if _may_speak(sentence, text.report.form) and not _is_silent(_SentenceKey(sentence, tables, covered)):
            for items, found in zip(together, _of_sentence(sentence, tables, covered), strict=True):
                items.extend(found)
    return Contradictions._make(map(tuple, together))


def _may_speak(sentence: OutlinedSentence, form: Form) -> bool:
    """Whether a sentence has figures or words that a statement may be made of; half of them have none."""
    speaks = bool(sentence.readings) or any(outline.speaks for outline in sentence.outlines)
    return speaks or sentence_of(sentence, form) is not None


class _Tables:
    """A report and the one before. Two are equal when their tables are."""

    __slots__ = ("last_year", "report")

    def __init__(self, report: Report, last_year: Report | None) -> None:
        self.report, self.last_year = report, last_year

    def __hash__(self) -> int:
        given = self.report.figures.given  # with the values: equal hashes would compare all cells
        return hash((self.report.year, len(given), frozenset(given.values())))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Tables) and self._values() == other._values()

    def _values(self) -> tuple[object, ...]:
        last = self.last_year
        return self.report.year, self.report.figures, last and last.figures


@lru_cache(maxsize=16)
def _same_tables(tables: _Tables) -> _Tables:
    """The first of equal tables, which are then told apart without a look at their cells."""
    return tables


class _SentenceKey:
    """A sentence with its figures as they were compared. Two are equal when the same is said, in the same place of the report
    and beside the same tables, wherever it is in the text."""

    __slots__ = ("covered", "key", "sentence", "tables")

    def __init__(self, sentence: OutlinedSentence, tables: _Tables, covered: tuple[Address, ...]) -> None:
        self.sentence: OutlinedSentence | None = sentence
        self.tables, self.covered = tables, covered
        part, start, words, topic, _, _, readings = sentence
        end, around = start + len(words), max(0, start - AROUND)
        ties = [(item.tie, item.figure, item.quantity) for item in readings]
        compared = [(tie.kind, tie.state, tie.addresses, quantity, figure.scope, figure.year) for tie, figure, quantity in ties]
        written = part.plain.words(start, end)
        self.key = (part.where, topic, covered, written, start - around, part.plain.text[around : end + AROUND], compared)

    def forget(self) -> None:
        """Let go of the whole text: the cache keeps this as its key."""
        self.sentence = None

    def __hash__(self) -> int:
        return hash((id(self.tables), self.key[3]))  # many organs write the same sentence

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _SentenceKey) and self.tables is other.tables and self.key == other.key


@lru_cache(maxsize=2048)
def _is_silent(spoken: _SentenceKey) -> bool:
    """Whether a sentence says nothing that the tables contradict."""
    found = _of_sentence(spoken.sentence, spoken.tables, spoken.covered) if spoken.sentence is not None else Contradictions()
    spoken.forget()
    return not any(found)


def _of_sentence(outlined: OutlinedSentence, tables: _Tables, covered: Collection[Address]) -> Contradictions:
    report, last_year = tables.report, tables.last_year
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
