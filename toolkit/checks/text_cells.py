"""Tie the figures of the text to cells and channels: in goes a report, out come the readings, each figure once.

A figure belongs to a cell, to a list of the text, to a channel, is a percentage, a growth, another year's, or is tied to
nothing (shown, not a finding). Lists, growths and percentages build on this reading (``text_analysis``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Literal

from toolkit.checks.chinese_numbers import Interval
from toolkit.checks.text_figures import Figure, PartText, read_part
from toolkit.checks.text_quantities import DISPUTE_ROWS, Context, Quantity, read_quantity, taken, total, unknown_inside
from toolkit.checks.text_tokens import Token
from toolkit.forms import Address
from toolkit.report import Report

Kind = Literal["cell", "list", "channel", "percentage", "growth", "other_year", "untied"]
State = Literal["agrees", "differs", "untied"]
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


def read_cells(report: Report, last_year: Report | None = None) -> TextReading:
    """The text with every figure tied to cells or not at all: what lists, growths and percentages build on."""
    parts = tuple(read_part(report, where) for where in PARTS)
    readings = tuple(item for part in parts for item in _read_part(report, last_year, part))
    return TextReading(report, last_year, parts, readings)


def _read_part(report: Report, last_year: Report | None, part: PartText) -> Iterator[Reading]:
    context = Context()
    before: Reading | None = None
    figures = iter(part.figures)
    figure = next(figures, None)
    for at, sentence in enumerate(part.sentences):
        if figure is None or figure.sentence != at:  # nothing to read, but what the text speaks of goes on
            context.topic = next((_TOPICS[token.kind] for token in reversed(sentence) if token.kind in _TOPICS), context.topic)
            continue
        _begin_sentence(context, part, sentence)
        states: list[tuple[bool, str, tuple[str, ...]]] = []
        for index, token in enumerate(sentence):
            _follow(context, token, states)
            if figure is not None and (figure.sentence, figure.index) == (at, index):
                reading = _read_figure(report, last_year, figure, context, before)
                before = reading
                _remember(context, reading)
                yield reading
                figure = next(figures, None)


def _begin_sentence(context: Context, part: PartText, sentence: tuple[Token, ...]) -> None:
    context.among = context.show = context.aside = False
    context.disputes, context.told = (), frozenset()
    context.doc = next((token.value for token in sentence if token.kind == "doc"), "")
    kinds = {token.kind for token in sentence}
    context.papers = {"publish", "app", "outcome"} <= kinds and not kinds & {"new", "handled", "carried_in", "carried_out"}
    disputes = [index for index, token in enumerate(sentence) if token.kind in DISPUTE_ROWS]
    context.judging = bool(disputes) and context.topic != "app" and _judges(part, sentence, disputes[0])


def _judges(part: PartText, sentence: tuple[Token, ...], at: int) -> bool:
    """办理行政复议案件 120 件: said by the organ that decides on them, not of its own disclosure."""
    text = part.plain.text[sentence[0].start : sentence[-1].end]
    verbs = any(token.kind in ("manage", "handled", "new") for token in sentence[max(0, at - 2) : at])
    return verbs and "信息公开" not in text and "政府信息" not in text


_TOPICS = {"app": "app", "publish": "other", "other": "other", "act": "other", "review": "dispute", "suit": "dispute"}


def _follow(context: Context, token: Token, states: list[tuple[bool, str, tuple[str, ...]]]) -> None:
    """What a word changes in the reading of those after it; brackets give back what was before them."""
    if token.kind in _TOPICS:
        context.topic = _TOPICS[token.kind]
    if token.kind in ("act", "other"):
        context.aside = True
    elif token.kind in ("app", "publish") and token.end - token.start > len("申请"):
        context.aside = False
    if token.kind in DISPUTE_ROWS:
        context.disputes = _disputes_so_far(context, token)
    elif token.kind == "among":
        context.among = True
    elif token.kind == "sep":
        _follow_mark(context, token.value, states)


def _follow_mark(context: Context, mark: str, states: list[tuple[bool, str, tuple[str, ...]]]) -> None:
    if mark == "；":
        context.aside = False
    if mark in "，；。\n（":
        context.show = False
    if mark == "（":
        states.append((context.among, context.head, context.disputes))
    elif mark == "）" and states:
        context.among, context.head, context.disputes = states.pop()


def _disputes_so_far(context: Context, token: Token) -> tuple[str, ...]:
    """复议、诉讼 named side by side are meant together until one of them gets a figure."""
    if token.kind in ("direct", "after") or (context.disputes in (("review",), ("suit",)) and token.kind in context.disputes):
        return (token.kind,)
    together = not context.among and len(context.disputes) == 1 and {*context.disputes, token.kind} == {"review", "suit"}
    return (*context.disputes, token.kind) if together else (token.kind,)


def _remember(context: Context, reading: Reading) -> None:
    quantity = reading.quantity
    if quantity is None:
        return
    if quantity.name in ("new", "taken") and quantity.certainty != "weak":
        context.head, context.among, context.topic = "new", False, "app"
    elif quantity.name in ("handled", "manage") and quantity.certainty != "weak":
        context.head, context.among, context.topic = "total", False, "app"
    elif quantity.code == "text-carried" and quantity.certainty == "sure":
        context.topic = "app"
    if quantity.code == "text-disputes":
        context.disputes = tuple(key for key in quantity.name.partition(".")[0].split("+") if key)
        context.told |= frozenset(context.disputes if quantity.name.endswith(".total") else ())
    if quantity.name in ("new", "taken", "handled", "manage") and quantity.certainty != "weak":
        same = context.heads_at == reading.figure.sentence
        context.heads, context.heads_at = (context.heads if same else frozenset()) | {context.head}, reading.figure.sentence
    if any(token.kind == "show" for token in reading.figure.left):
        context.show = True


def _read_figure(report: Report, last_year: Report | None, figure: Figure, context: Context, before: Reading | None) -> Reading:
    quantity = None
    if figure.unit != "%" and not is_change(figure):
        words = {token.kind for token in figure.left}
        # 年内未办结的 2 件申请 are not all of the year's
        context.counting = "neg" not in words and ("total" in words or figure.left[0].kind == "now")
        quantity = read_quantity(figure.left, figure.right, context, report.form, figure.unit)
        quantity = quantity or _of_another_year(figure, before)
    if quantity is None:
        return Reading(figure, _tie(figure, "untied", "untied", reason="没有对应的表格数据"))
    if figure.one:
        quantity = replace(quantity, certainty="weak")
    if figure.year is not None or figure.scope == "other":
        return _elsewhere(last_year, figure, quantity)
    return _compared(report, figure, quantity)


def _of_another_year(figure: Figure, before: Reading | None) -> Quantity | None:
    """收到申请 12 件（2023年为 9 件）: the same thing, another year."""
    if (
        before is None
        or figure.year is None
        or before.figure.sentence != figure.sentence
        or figure.index - before.figure.index > 6
    ):
        return None
    named = {token.kind for token in figure.left} <= {"year", "past", "soft", "edge"}
    told = before.quantity is not None and before.quantity.certainty == "sure" and before.figure.year is None
    return before.quantity if named and told and before.figure.unit == figure.unit and not unknown_inside(figure.left) else None


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
        return Reading(figure, _tie(figure, "other_year", "untied", reason="其他年度的数"))
    state: State = "agrees" if expected in figure.span else "differs"
    return Reading(figure, _tie(figure, "other_year", state, quantity.addresses, expected, "上年报告中的数"), quantity)


def _compared(report: Report, figure: Figure, quantity: Quantity) -> Reading:
    span = figure.span if figure.unit != "元" or quantity.name != "fees" else _in_wan(figure)
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
    if quantity.at_most and _is_more_than_all(report, figure, expected):
        quantity = replace(quantity, certainty="likely")
    if quantity.certainty == "weak":
        return Reading(figure, _tie(figure, "untied", "untied", reason="可能只是其中一部分，未与表格核对"))
    return Reading(figure, _tie(figure, "cell", "differs", quantity.addresses, expected, "与表格不一致"), quantity)


def _is_more_than_all(report: Report, figure: Figure, whole: Decimal) -> bool:
    """收到网上申请 20 件 where 13 were there at all, those carried in among them."""
    return figure.span.low > whole + (report.number("applications", "carried_in", "total") or 0)


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
    values = [report.figures.number(address) for address in addresses]
    return (
        None
        if not values or any(value is None for value in values)
        else sum((Decimal(value or 0) for value in values), Decimal(0))
    )


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
