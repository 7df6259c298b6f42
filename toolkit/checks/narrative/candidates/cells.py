"""Tie the figures of the text to cells and channels: in goes a report, out come the readings, each figure once.

A figure belongs to a cell, to a list of the text, to a channel, is a percentage, a growth, another year's, or is tied to
nothing (shown, not a finding). Lists, growths and percentages build on this reading (``text_analysis``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Literal

from toolkit.checks.narrative.candidates.context import (
    TOPICS,
    Context,
    asks_for_else,
    begin_sentence,
    follow,
    up_to_next_figure,
)
from toolkit.checks.narrative.candidates.neighbours import Around, clause_before, from_neighbours
from toolkit.checks.narrative.candidates.outcomes import bare_published
from toolkit.checks.narrative.candidates.quantities import FOREIGN, read_quantity
from toolkit.checks.narrative.candidates.quantity import DISPUTE_ROWS, Quantity, taken, total
from toolkit.checks.narrative.figures import Figure, PartText, read_part
from toolkit.checks.narrative.tokens import Token
from toolkit.checks.narrative.tokens.chinese_numbers import Interval
from toolkit.forms import Address
from toolkit.report import Report

Kind = Literal["cell", "list", "channel", "percentage", "growth", "other_year", "untied"]
State = Literal["agrees", "differs", "untied"]
_CASES = frozenset(("", "件", "宗", "起", "例", "份"))
_BESIDE = 24  # characters between 新收 13 件 and 上年结转 1 件
PARTS = ("narrative.overview", "narrative.problems", "narrative.other")


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
    explained: bool = False  # clear words, and yet another cell has this value: a warning, not an error
    candidate: Quantity | None = None  # what a doubtful figure may count, for the decision on the whole report

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
        return {key: frozenset(token.kind for token in self.by_where[key[0]].sentences[key[1]]) for key in self.by_sentence}

    @cached_property
    def by_place(self) -> dict[tuple[str, int, int], Reading]:
        """Readings by part, sentence and token."""
        return {(item.figure.where, item.figure.sentence, item.figure.index): item for item in self.readings}

    def of_sentence(self, where: str, sentence: int) -> list[Reading]:
        return self.by_sentence.get((where, sentence), [])

    @cached_property
    def by_sentence(self) -> dict[tuple[str, int], list[Reading]]:
        """Readings of each sentence, in order."""
        found: dict[tuple[str, int], list[Reading]] = {}
        for item in self.readings:
            found.setdefault((item.figure.where, item.figure.sentence), []).append(item)
        return found

    @cached_property
    def sure_by_name(self) -> dict[str, list[Reading]]:
        """The places that surely tell a quantity, by its name."""
        found: dict[str, list[Reading]] = {}
        for item in self.readings:
            if item.sure and item.quantity is not None:
                found.setdefault(item.quantity.name, []).append(item)
        return found

    @cached_property
    def told_rightly(self) -> frozenset[str]:
        """The names of the quantities that some place tells as the tables have them."""
        return frozenset(name for name, items in self.sure_by_name.items() if any(item.tie.state == "agrees" for item in items))


def last_before(readings: Sequence[Reading], index: int) -> Reading | None:
    """The figure before a token of its sentence, found without looking at all of them."""
    at = bisect_left(readings, index, key=lambda item: item.figure.index)
    return readings[at - 1] if at else None


def read_cells(report: Report, last_year: Report | None = None) -> TextReading:
    """The text with every figure tied to cells or not at all: what lists, growths and percentages build on."""
    parts = tuple(read_part(report, where) for where in PARTS)
    readings = [item for part in parts for item in _read_part(report, last_year, part)]
    return TextReading(report, last_year, parts, _told_in_pieces(readings))


def _told_in_pieces(readings: list[Reading]) -> tuple[Reading, ...]:
    """1 件征求第三方意见，结转下年度，另 1 件…结转下年度: what a sentence tells in pieces is right when they add up."""
    _part_new_from_carried(readings)
    pieces: dict[tuple[str, int, str], list[int]] = {}
    for at, item in enumerate(readings):
        if item.quantity is not None and item.tie.state == "differs" and item.tie.kind == "cell" and not item.figure.about:
            pieces.setdefault((item.figure.where, item.figure.sentence, item.quantity.name), []).append(at)
    scoped = Counter((item.figure.where, item.figure.sentence) for item in readings if item.figure.scope)
    for (where, sentence, _), places in pieces.items():
        together = [readings[at] for at in places]
        whole = together[0].tie.expected or 0
        adds_up = len(together) > 1 and sum(item.figure.value for item in together) == whole
        # 县本级 4 件，各乡镇 3 件，县直部门 5 件: who received how many
        shared_out = scoped[where, sentence] > 1 and all(item.figure.scope and item.figure.value < whole for item in together)
        if adds_up or shared_out:
            for at in places:
                item, quantity = readings[at], readings[at].quantity
                tie = replace(item.tie, state="agrees", reason="几处之和与表格一致")
                readings[at] = replace(item, tie=tie, quantity=quantity and replace(quantity, certainty="weak"))
    return tuple(readings)


def _part_new_from_carried(readings: list[Reading]) -> None:
    """新收 13 件；上年结转 1 件；办结 11 件: those carried in stand beside, so the figure before is not 收办总数."""
    for at, item in enumerate(readings):
        if not item.takes_carried or item.quantity is None or not any(token.value in _ONLY_NEW for token in item.figure.left):
            continue
        if at and _is_carried_beside(readings[at - 1], item):  # 上年结转 2 件，今年新增 11 件
            readings[at] = _as_new_only(item)
            continue
        following = readings[at + 1] if at + 1 < len(readings) else None
        if following is None or following.figure.sentence != item.figure.sentence:
            continue
        if following.quantity is None or following.quantity.name != "carried_in":
            continue
        near = following.figure.where == item.figure.where and following.figure.end - item.figure.end < _BESIDE
        named = [token.kind for token in following.figure.left if token.kind != "sep"]
        if near and named[0] == "carried_in":  # not 其中上年结转 1 件
            readings[at] = _as_new_only(item)


_ONLY_NEW = ("fresh", "added")


def _as_new_only(item: Reading) -> Reading:
    assert item.quantity is not None
    tie = replace(item.tie, state="differs", addresses=item.quantity.addresses, reason="与表格不一致")
    return replace(item, tie=tie, takes_carried=False)


def _is_carried_beside(before: Reading, item: Reading) -> bool:
    same = (before.figure.where, before.figure.sentence) == (item.figure.where, item.figure.sentence)
    named = [token.kind for token in before.figure.left if token.kind != "sep"]
    plus = any(token.kind == "total" for token in item.figure.left)
    return same and before.quantity is not None and before.quantity.name == "carried_in" and named[0] == "carried_in" and not plus


def _read_part(report: Report, last_year: Report | None, part: PartText) -> Iterator[Reading]:
    context = Context(year=report.year)
    figures = iter(part.figures)
    figure = next(figures, None)
    for at, sentence in enumerate(part.sentences):
        if figure is None or figure.sentence != at:  # nothing to read, but what the text speaks of goes on
            topic = next((TOPICS[token.kind] for token in reversed(sentence) if token.kind in TOPICS), context.topic)
            context = replace(context, topic=topic)
            continue
        opens = at == 0 or part.sentences[at - 1][-1].value == "\n"
        context = begin_sentence(context, part, sentence, report.organ, opens=opens)
        before: list[tuple[Figure, Quantity | None]] = []  # what the figures of the sentence so far count
        for index, token in enumerate(sentence):
            context = follow(context, token, sentence[index - 1].kind if index else "")
            if figure is not None and (figure.sentence, figure.index) == (at, index):
                context = _at_figure(context, figure, sentence)
                around = Around(tuple(before), up_to_next_figure(sentence, index), clause_before(sentence, figure))
                reading = _read_figure(report, last_year, figure, context, around)
                before = [*before[-1:], (reading.figure, reading.quantity)]
                context = _remember(context, reading)
                yield reading
                figure = next(figures, None)


def _at_figure(context: Context, figure: Figure, sentence: tuple[Token, ...]) -> Context:
    words = {token.kind for token in figure.left}
    # 年内未办结的 2 件申请 are not all of the year's
    counting = "neg" not in words and ("total" in words or figure.left[0].kind == "now")
    behind = [token.kind for token in sentence[figure.index + 1 : figure.index + 4]]
    within = behind == ["sep", "among", "outcome"] and sentence[figure.index + 1].value == "（"
    return replace(context, lead=figure.lead, counting=counting, within=within)


def _remember(context: Context, reading: Reading) -> Context:
    """The context behind a figure: what it counted is what the next ones are told of."""
    quantity, words = reading.quantity, reading.figure.left
    if quantity is None or quantity.certainty == "weak":
        context = _remember_doubt(context, reading, words)
    if quantity is None:
        return context
    if quantity.certainty != "weak" and quantity.name in _HEADS:
        head = _HEADS[quantity.name]
        same = context.heads_at == reading.figure.sentence
        heads = (context.heads if same else frozenset()) | {head}
        context = replace(
            context, head=head, among=False, topic="app", heads=heads, heads_at=reading.figure.sentence
        )  # fmt: skip
    elif quantity.code == "text-carried" and quantity.certainty == "sure":
        context = replace(context, topic="app")
    if quantity.name == "handled":
        context = replace(context, done=True)
    if quantity.code == "text-disputes":
        disputes = tuple(key for key in quantity.name.partition(".")[0].split("+") if key)
        told = context.told | frozenset(disputes if quantity.name.endswith(".total") else ())
        context = replace(context, disputes=disputes, told=told)
    return replace(context, show=True) if any(token.kind == "show" for token in words) else context


_HEADS = {"new": "new", "taken": "new", "handled": "total", "manage": "total"}  # the row that a list behind the figure divides


def _remember_doubt(context: Context, reading: Reading, words: tuple[Token, ...]) -> Context:
    foreign = words[0].kind in DISPUTE_ROWS and reading.figure.lead >= FOREIGN
    candidate = reading.candidate or reading.quantity
    # 土地确权类行政复议 6 件、行政诉讼 4 件: both of the same other business
    kind = candidate is not None and candidate.code == "text-disputes" and any(token.kind == "part" for token in words)
    apart = context.apart or foreign or kind
    some = context.some or any(token.kind == "part" and token.value == "way" for token in words)
    if asks_for_else(words):
        return replace(context, topic="other", aside=True, apart=apart, some=some)
    return replace(context, apart=apart, some=some) if (apart, some) != (context.apart, context.some) else context


def _read_figure(
    report: Report,
    last_year: Report | None,
    figure: Figure,
    context: Context,
    around: Around,
) -> Reading:
    quantity = None
    if figure.unit != "%" and not is_change(figure):
        quantity = read_quantity(figure.left, figure.right, context, report.form, figure.unit)
        if quantity is None and figure.unit in _CASES:
            quantity = bare_published(figure.left, figure.right, context)
        quantity = from_neighbours(report.form, figure, quantity, context, around)
    if quantity is None:
        return Reading(figure, _tie(figure, "untied", "untied", reason="没有对应的表格数据"))
    if last_year is not None and _adds_to_last_year(report, last_year, figure, quantity):
        return Reading(figure, _tie(figure, "growth", "agrees", reason="与上年数据比较"))
    if figure.one or context.some_months:
        quantity = replace(quantity, certainty="weak")
    if figure.year is not None or figure.scope == "other":
        return _elsewhere(last_year, figure, quantity)
    return _compared(report, figure, quantity)


def _adds_to_last_year(report: Report, last_year: Report, figure: Figure, quantity: Quantity) -> bool:
    """新增申请 4 件 where four more came in than last year."""
    if not any(token.value == "added" for token in figure.left) or quantity.name != "new":
        return False
    now, was = sum_of(report, quantity.addresses), sum_of(last_year, (total("new"),))
    return now is not None and was is not None and figure.value == now - was


def is_change(figure: Figure) -> bool:
    """比上年增加 6 件: the word next to the figure says how much it changed."""
    return any(token.kind in ("grow", "fall") for token in figure.left[-4:]) and not any(
        token.kind == "reach" for token in figure.left
    )


def _elsewhere(last_year: Report | None, figure: Figure, quantity: Quantity) -> Reading:
    """Another year's figure, compared with that year's report when it is last year's and at hand."""
    if figure.scope == "other":
        return Reading(figure, _tie(figure, "untied", "untied", reason="说的是其他范围的数"), None)
    kept = (
        last_year is not None
        and figure.year == last_year.year
        and all(address in last_year.form.cells for address in quantity.addresses)
    )
    expected = sum_of(last_year, quantity.addresses) if kept and last_year is not None else None
    if expected is None or quantity.certainty != "sure":
        return Reading(figure, _tie(figure, "other_year", "untied", reason="其他年度的数"), quantity)
    state: State = "agrees" if expected in figure.span else "differs"
    return Reading(figure, _tie(figure, "other_year", state, quantity.addresses, expected, "上年报告中的数"), quantity)


def _compared(report: Report, figure: Figure, quantity: Quantity) -> Reading:
    span = figure.rounded if figure.unit != "元" or quantity.name != "fees" else _in_wan(figure)
    if quantity.each:
        expected = next(
            (value for part in quantity.each if (value := sum_of(report, part)) is not None and value not in span), None
        )
        expected = sum_of(report, quantity.each[0]) if expected is None else expected
    else:
        expected = sum_of(report, quantity.addresses)
    if expected is None:
        return Reading(figure, _tie(figure, "untied", "untied", quantity.addresses, reason="表格尚未填写"), quantity)
    if expected in span:
        fits = quantity.doubt == "wording" and expected != 0  # free wording that fits its cell is taken for it
        quantity = replace(quantity, certainty="likely", doubt="") if fits else quantity
        return Reading(figure, _tie(figure, "cell", "agrees", quantity.addresses, expected, "与表格一致"), quantity)
    other = _other_meaning(report, quantity)
    for alternative in other:
        value = sum_of(report, alternative.addresses)
        if value is not None and value in span:
            tie = _tie(
                figure,
                "cell",
                "agrees",
                alternative.addresses,
                value,
                "与表格一致（收办总数）" if alternative.name == "taken" else "与表格一致",
            )
            return Reading(figure, tie, quantity, takes_carried=quantity.name == "new")
    if quantity.certainty == "weak" and quantity.at_most and _is_more_than_all(report, figure, quantity, expected):
        quantity = replace(quantity, certainty="likely")
    if quantity.certainty == "weak":
        reason = "可能只是其中一部分，未与表格核对" if quantity.doubt != "wording" else "说法不能确定，未与表格核对"
        return Reading(figure, _tie(figure, "untied", "untied", reason=reason), candidate=quantity)
    return Reading(figure, _tie(figure, "cell", "differs", quantity.addresses, expected, "与表格不一致"), quantity)


def _is_more_than_all(report: Report, figure: Figure, quantity: Quantity, whole: Decimal) -> bool:
    """收到网上申请 20 件 where 13 were there at all, those carried in among them."""
    more = 0 if quantity.code == "text-outcome" else report.number("applications", "carried_in", "total") or 0
    return figure.span.low > whole + more


def _in_wan(figure: Figure) -> Interval:
    return Interval(figure.span.low / 10000, figure.span.high / 10000)


def _other_meaning(report: Report, quantity: Quantity) -> tuple[Quantity, ...]:
    """收到 N 件 may count those carried in; 办理 N 件 and 自然人 N 件 may be what came in or was finished."""
    if quantity.name == "new" and report.number("applications", "carried_in", "total"):
        return (taken(),)
    if quantity.either:
        return (replace(quantity, addresses=quantity.either, either=()),)
    if quantity.name == "manage":
        return (Quantity("new", "text-new", (total("new"),)), taken())
    return ()


def sum_of(report: Report, addresses: tuple[Address, ...]) -> Decimal | None:
    """The sum of cells, ``None`` when one is blank or not a number."""
    if any(_is_unfilled(report, address) for address in addresses):
        return None
    values = [report.figures.number(address) for address in addresses]
    return (
        None
        if not values or any(value is None for value in values)
        else sum((Decimal(value or 0) for value in values), Decimal(0))
    )


def _is_unfilled(report: Report, address: Address) -> bool:
    """A column of applicants whose row has a total and no applicant at all: the columns are still to be filled in."""
    if address.table != "applications" or address.column == "total":
        return False
    columns = report.form.table_by_key["applications"].column_by_key
    parts = (report.number("applications", address.row, column) for column in columns if column != "total")
    return bool(report.number("applications", address.row, "total")) and not any(parts)


def _tie(
    figure: Figure,
    kind: Kind,
    state: State,
    addresses: tuple[Address, ...] = (),
    expected: Decimal | None = None,
    reason: str = "",
) -> Tie:
    about = bool(figure.about)
    return Tie(figure.where, figure.start, figure.end, figure.text, figure.value, about, kind, state, addresses, expected, reason)
