"""Bring the statements in free words together: in goes the read text, out comes what contradicts the tables.

A statement is left alone where the reader of fixed words has read the same words, and where the text tells the cells rightly
elsewhere: then the words mean something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from toolkit.checks.narrative.candidates.fitting import sum_of
from toolkit.checks.narrative.candidates.quantity import DISPUTE_ROWS, total
from toolkit.checks.narrative.candidates.readings import Reading, TextReading
from toolkit.checks.narrative.relations.denials import Claim
from toolkit.checks.narrative.relations.growth import Growth
from toolkit.checks.narrative.relations.list_shapes import TextList
from toolkit.checks.narrative.relations.shares import Share
from toolkit.checks.narrative.statements.clauses import clauses_of
from toolkit.checks.narrative.statements.counts import Count, doubtful_counts
from toolkit.checks.narrative.statements.polarity import Statement, polar_statements
from toolkit.checks.narrative.statements.portions import Portion, wrong_portions
from toolkit.checks.narrative.statements.trends import Trend, wrong_trends
from toolkit.forms import Address

_DISPUTES = frozenset((*DISPUTE_ROWS, "result", "loss"))
_TOGETHER = (("new", "carried_in"), ("granted", "partly_granted"))  # rows that are often told together
_CASES = frozenset(("", "件", "宗", "起", "例", "份"))


@dataclass(frozen=True, slots=True)
class Statements:
    """What the text says in free words and the tables contradict."""

    polar: tuple[Statement, ...] = ()
    portions: tuple[Portion, ...] = ()
    trends: tuple[Trend, ...] = ()
    counts: tuple[Count, ...] = ()


def find_statements(
    text: TextReading,
    claims: Sequence[Claim],
    shares: Sequence[Share],
    growths: Sequence[Growth],
    lists: Sequence[TextList],
) -> Statements:
    """Every contradiction in free words; linear in the length of the text."""
    report, polar, portions, trends = text.report, list[Statement](), list[Portion](), list[Trend]()
    counts: list[Count] = []
    for clause in clauses_of(text):
        polar += polar_statements(clause, report.form, report.year)
        counts += doubtful_counts(clause, report)
        portions += wrong_portions(clause, report)
        trends += wrong_trends(clause, report, text.last_year)
    read = [(claim.where, claim.start, claim.end) for claim in claims]
    figures = [item.reading.figure for item in shares] + [item.reading.figure for item in growths]
    judged = [(figure.where, figure.start, figure.end) for figure in figures]
    return Statements(
        tuple(item for item in polar if _contradicts(text, item) and not _is_read(item, read)),
        tuple(item for item in portions if not _is_read(item, judged)),
        tuple(item for item in trends if not _is_read(item, judged)),
        tuple(_unexplained(text, counts, lists)),
    )


def _unexplained(text: TextReading, counts: Sequence[Count], lists: Sequence[TextList]) -> Iterator[Count]:
    """The counts whose cells are told nowhere and whose values no other cell and no list explains."""
    listed = {item.figure.start for entry in lists if entry.adds_up for item in (entry.head, *entry.items)}
    for item in counts:
        others = {text.report.figures.number(cell) for cell in text.report.form.cells if cell.table == item.cells[0].table}
        others |= {sum_of(text.report, tuple(total(row) for row in pair)) for pair in _TOGETHER}
        told = _is_told(text, item.cells, exactly=True) or any(one is not item and one.cells == item.cells for one in counts)
        if item.value not in others and item.start not in listed and not told and not _is_complement(text, item):
            yield item


def _is_complement(text: TextReading, item: Count) -> bool:
    """结案 17 件、未结 1 件: with another figure of the sentence it makes up the cell."""
    own = next(one.figure for one in text.readings if (one.figure.where, one.figure.start) == (item.where, item.start))
    beside = text.of_sentence(own.where, own.sentence)
    return any(item.value + one.figure.value == item.expected for one in beside if one.figure.start != item.start)


def _is_read(item: Statement | Portion | Trend, spans: Iterable[tuple[str, int, int]]) -> bool:
    return any(where == item.where and start < item.end and item.start < end for where, start, end in spans)


def _contradicts(text: TextReading, item: Statement) -> bool:
    value = sum_of(text.report, item.part)
    if value is None:
        return False
    if item.whole:
        whole = sum_of(text.report, item.whole)
        return bool(whole) and value != whole and not _is_told(text, item.part, item)
    return value != 0 and not _is_told(text, item.part, item)


def _is_told(text: TextReading, cells: tuple[Address, ...], own: Statement | None = None, *, exactly: bool = False) -> bool:
    """Whether a figure tells one of the cells, or may: of cases, tied to nothing else, with the value of the cells."""
    return any(True for _ in _telling(text, cells, own, exactly=exactly))


def _telling(text: TextReading, cells: tuple[Address, ...], own: Statement | None, *, exactly: bool) -> Iterator[Address]:
    value, wanted = sum_of(text.report, cells), set(cells)
    for reading in text.readings:
        tie, figure = reading.tie, reading.figure
        if own is not None and figure.where == own.where and own.start <= figure.start < own.end:
            continue  # 没有一件作不予公开处理
        if (tie.kind, tie.state) == ("cell", "agrees") and figure.value:
            if wanted == set(tie.addresses) or (not exactly and wanted & set(tie.addresses)):
                yield tie.addresses[0]
        elif tie.kind == "untied" and figure.value == value and figure.unit in _CASES and _may_tell(text, reading, cells):
            yield cells[0]


def _may_tell(text: TextReading, reading: Reading, cells: tuple[Address, ...]) -> bool:
    figure = reading.figure
    named = cells[0].table != "disputes" or bool(text.kinds[figure.where, figure.sentence] & _DISPUTES)
    return named and figure.year is None
