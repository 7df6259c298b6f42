"""Bring the statements in free words together: in goes the read text, out comes what contradicts the tables.

A statement is left alone where the reader of fixed words has read the same words, and where the text tells the cells rightly
elsewhere: then the words mean something else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from toolkit.checks.narrative.candidates.fitting import sum_of
from toolkit.checks.narrative.candidates.quantity import DISPUTE_ROWS, total
from toolkit.checks.narrative.candidates.readings import Reading, TextReading
from toolkit.checks.narrative.relations.denials import Claim
from toolkit.checks.narrative.relations.growth import Growth
from toolkit.checks.narrative.relations.list_shapes import TextList
from toolkit.checks.narrative.relations.shares import Share
from toolkit.checks.narrative.statements.counts import Count
from toolkit.checks.narrative.statements.crossing import Crossing
from toolkit.checks.narrative.statements.dispute_results import dispute_results, wrong_sums
from toolkit.checks.narrative.statements.item_changes import wrong_item_changes
from toolkit.checks.narrative.statements.of_sentence import contradictions_of
from toolkit.checks.narrative.statements.polarity import Statement
from toolkit.checks.narrative.statements.portions import Portion
from toolkit.checks.narrative.statements.rankings import Ranking
from toolkit.checks.narrative.statements.rates import wrong_rates
from toolkit.checks.narrative.statements.trends import Trend
from toolkit.forms import Address

_DISPUTES = frozenset((*DISPUTE_ROWS, "result", "loss"))
_TOGETHER = (("new", "carried_in"), ("granted", "partly_granted"))  # rows that are often told together
_ROWS = ("review", "direct_lawsuit", "lawsuit_after_review")
_SEVERAL = (*combinations(_ROWS, 2), _ROWS)
_BESIDE = 30  # characters between a figure and what is said of all that it counts
_MOST = 60  # figures of a sentence looked at
_CASES = frozenset(("", "件", "宗", "起", "例", "份"))


@dataclass(frozen=True, slots=True)
class Statements:
    """What the text says in free words and the tables contradict."""

    polar: tuple[Statement, ...] = ()
    portions: tuple[Portion, ...] = ()
    trends: tuple[Trend, ...] = ()
    counts: tuple[Count, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    rankings: tuple[Ranking, ...] = ()


def find_statements(
    text: TextReading,
    claims: Sequence[Claim],
    shares: Sequence[Share],
    growths: Sequence[Growth],
    lists: Sequence[TextList],
) -> Statements:
    """Every contradiction in free words; linear in the length of the text."""
    agreeing = {cell for item in text.readings if item.tie.state == "agrees" for cell in item.tie.addresses}
    polar, counts, portions, trends, carried, crossings, rankings, free = contradictions_of(text, agreeing)
    portions = (*portions, *wrong_rates(text))
    results, sums = (*dispute_results(text), *free), (*wrong_sums(text), *wrong_item_changes(text), *carried)
    if not (results or sums or polar or counts or portions or trends or crossings or rankings):
        return Statements()
    figures = [item.reading.figure for item in shares] + [item.reading.figure for item in growths]
    read = _places((claim.where, claim.start, claim.end) for claim in claims)
    judged = _places((figure.where, figure.start, figure.end) for figure in figures)
    statements = _CellFigures(text)
    return Statements(
        (*(item for item in polar if statements.contradicts(item) and not _is_read(item, read)), *results),
        tuple(item for item in portions if not _is_read(item, judged)),
        tuple(item for item in trends if not _is_read(item, judged)),
        (*statements.unexplained(counts, lists), *sums),
        crossings,
        rankings,
    )


Places = frozenset[tuple[str, int]]


def _places(spans: Iterable[tuple[str, int, int]]) -> Places:
    return frozenset((where, at) for where, start, end in spans for at in range(start, end))


def _is_read(item: Statement | Portion | Trend, places: Places) -> bool:
    return any((item.where, at) in places for at in range(item.start, item.end))


class _CellFigures:
    """What the figures of the text tell, looked up once for each set of cells."""

    def __init__(self, text: TextReading) -> None:
        self.text = text
        self._telling: dict[tuple[Address, ...], list[Reading]] = {}
        self._values: dict[str, frozenset[Decimal | int | None]] = {}
        self._by_start = {(item.figure.where, item.figure.start): item for item in text.readings}

    def contradicts(self, item: Statement) -> bool:
        """Whether the tables deny the statement and no figure elsewhere tells its cells rightly."""
        value = sum_of(self.text.report, item.part)
        if item.some:
            return value == 0 and bool(sum_of(self.text.report, item.whole))
        whole = sum_of(self.text.report, item.whole) if item.whole else Decimal(0)
        if value is None or value == whole or (item.whole and not whole):
            return False
        telling = (one for one in self._readings(item.part) if _is_elsewhere(one, item))
        # of all: a figure of the whole group tells none of its rows
        return not any(not item.whole or set(one.tie.addresses) <= set(item.part) for one in telling)

    def unexplained(self, counts: Sequence[Count], lists: Sequence[TextList]) -> Iterator[Count]:
        """The counts whose cells are told nowhere and whose values no other cell and no list explains."""
        listed = {item.figure.start for entry in lists if entry.adds_up for item in (entry.head, *entry.items)}
        often = Counter(item.cells for item in counts)
        for item in counts:
            exactly = item.cells in self.text.agreeing_cells
            exactly = exactly or any(set(one.tie.addresses) in (set(item.cells), set()) for one in self._readings(item.cells))
            if item.start in listed or exactly or often[item.cells] > 1 or self._is_complement(item):
                continue
            if item.value not in self._values_of(item.cells[0].table):
                yield item

    def _readings(self, cells: tuple[Address, ...]) -> list[Reading]:
        """The figures that tell one of the cells, or may: of cases, tied to nothing else, with the value of the cells."""
        if cells not in self._telling:
            value = sum_of(self.text.report, cells)
            self._telling[cells] = [item for item in self.text.readings if self._tells(item, cells, value)]
        return self._telling[cells]

    def _tells(self, reading: Reading, cells: tuple[Address, ...], value: Decimal | None) -> bool:
        tie, figure = reading.tie, reading.figure
        if (tie.kind, tie.state) == ("cell", "agrees"):
            return bool(figure.value) and bool(set(cells) & set(tie.addresses))
        if tie.kind != "untied" or figure.value != value or figure.unit not in _CASES or figure.year is not None:
            return False
        return cells[0].table != "disputes" or bool(self.text.kinds[figure.where, figure.sentence] & _DISPUTES)

    def _values_of(self, table: str) -> frozenset[Decimal | int | None]:
        """The values of the cells of a table, and of those that are often told together."""
        if table not in self._values:
            report = self.text.report
            together = [tuple(total(row) for row in pair) for pair in _TOGETHER]
            if table == "disputes":  # 合起来纠正了 3 件
                columns = report.form.columns(table)
                together = [tuple(Address(table, row, one) for row in rows) for one in columns for rows in _SEVERAL]
            cells = [report.figures.number(cell) for cell in report.form.cells if cell.table == table]
            self._values[table] = frozenset((*cells, *(sum_of(report, one) for one in together)))
        return self._values[table]

    def _is_complement(self, item: Count) -> bool:
        """结案 17 件、未结 1 件: with another figure of the sentence it makes up the cell."""
        own = self._by_start[item.where, item.start].figure
        beside = self.text.of_sentence(own.where, own.sentence)[:_MOST]
        return any(item.value + one.figure.value == item.expected for one in beside if one.figure.start != item.start)


def _is_elsewhere(reading: Reading, item: Statement) -> bool:
    """Not the figure of the statement itself: 没有一件作不予公开处理."""
    figure = reading.figure
    return figure.where != item.where or not item.start <= figure.start < item.end
