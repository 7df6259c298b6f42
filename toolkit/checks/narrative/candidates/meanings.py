"""Find what each figure of a text may count: takes a part, returns its ``Meaning`` values.

Nothing here depends on the tables, so that a changed cell reads no text again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from toolkit.checks.narrative.candidates.article20 import goes_on_with_act, total_of_documents
from toolkit.checks.narrative.candidates.carried import left_of_year_before
from toolkit.checks.narrative.candidates.context import (
    TOPICS,
    Context,
    asks_for_else,
    begin_sentence,
    cases_apart,
    follow,
    up_to_next_figure,
)
from toolkit.checks.narrative.candidates.degrees import candidates_of
from toolkit.checks.narrative.candidates.doubts import FOREIGN
from toolkit.checks.narrative.candidates.neighbours import Around, clause_before, from_neighbours, own_clause, topic_before
from toolkit.checks.narrative.candidates.outcomes import bare_published
from toolkit.checks.narrative.candidates.quantities import read_quantity
from toolkit.checks.narrative.candidates.quantity import COUNTS, DISPUTE_ROWS, Quantity, unknown_inside
from toolkit.checks.narrative.candidates.readings import Candidate, Meaning
from toolkit.checks.narrative.figures import Figure, PartText, read_text
from toolkit.checks.narrative.figures.causes import other_matters
from toolkit.checks.narrative.plain_text import PlainText
from toolkit.checks.narrative.tokens import Token
from toolkit.checks.narrative.tokens.vocabulary import KEYS
from toolkit.forms import Form, all_forms
from toolkit.report import Organ, Report

# 新收 56 件，不包括上年结转的 6 件
# 公开 26 件，只公开一部分的 7 件计算在内; 公开 12 件，其中 3 件区分处理后部分公开; 同意公开 5 件，4 件全文公开，1 件…
_PART_WITHIN = re.compile(
    r"(?:申请)?[，（：][^。；\d]{0,16}(?:部分公开|公开一部分|公开了?部分)[^。；，]{0,8}\d{0,5}[件份宗]?(?:[^。；，]{0,4})"
    r"(?:在内|在其中|其中|算入|计入)|(?:申请)?[，（：](?:其中|内有|包括)?[\d一二两三四五六七八九十]{1,5}[件份宗]"
    r"[^，。；]{0,30}(?:部分公开|全文公开|全部公开)(?=[，。；）])"
)
_WITHOUT_CARRIED = re.compile(
    "(?:申请|件)?（[^）；]{0,8}(?:结转|遗留|转入)[^）；]{0,10}(?:单列|另计|另列|不计|不在其内|除外)"
    "|(?:申请|件)?[，（](?:其中)?(?:均|都)?(?:不含|不包括|不包含|不计|未含|未包括|未计|除)(?:入|算)?[^，。；）！？\n]{0,6}(?:上|去|往|前|20\\d\\d)年"
)
_NO_PART = PartText("", PlainText("", "", ()), (), (), ())
_DAYS = frozenset(("个工作日", "日", "天"))
_CASES = frozenset(("", "件", "宗", "起", "例", "份"))
_VERB = 4  # words before 中 among which a verb is looked for
_ALL = 8  # words before 其中 among which 全部办结 is looked for
_PART = 8  # words behind a figure in which its part is named
_LEAD = 2  # unknown characters before 28 件里: 在这


def meanings_of(report: Report, where: str) -> tuple[PartText, tuple[Meaning, ...]]:
    """One part of the narrative, and every figure of it with its candidates; both in order of the text."""
    text = getattr(report.narrative, where.removeprefix("narrative."))
    return _read(where, text, report.organ, report.year, report.form.id)


@lru_cache(maxsize=16)
def _read(where: str, text: str, organ: Organ, year: int, edition: str) -> tuple[PartText, tuple[Meaning, ...]]:
    part = read_text(where, text, organ, year)
    form = next(form for form in all_forms() if form.id == edition)
    return part, tuple(_meanings(part, organ, year, form))


def _meanings(part: PartText, organ: Organ, year: int, form: Form) -> Iterator[Meaning]:
    context = Context(year=year)
    figures = iter(part.figures)
    figure = next(figures, None)
    for at, sentence in enumerate(part.sentences):
        if figure is None or figure.sentence != at:  # nothing to read, but what the text speaks of goes on
            topic = next((TOPICS[token.kind] for token in reversed(sentence) if token.kind in TOPICS), context.topic)
            context = context._replace(topic=topic)
            continue
        own: list[Figure] = []
        while figure is not None and figure.sentence == at:
            own.append(figure)
            figure = next(figures, None)
        opens = at == 0 or part.sentences[at - 1][-1].value == "\n"
        words = part.plain.text[part.sentences[at - 1][-1].end if at else 0 : sentence[-1].end]
        of_sentence, context = _read_sentence(
            _Sentence((words, opens, context, organ, form.id), part, sentence, tuple(own), form)
        )
        yield from (Meaning(one, candidates) for one, candidates in zip(own, of_sentence, strict=True))


class _Sentence:
    """One sentence with its context. Two of them are equal when they say the same in the same context, wherever
    they stand: while a clerk types, only the sentence that changes is read again."""

    __slots__ = ("figures", "form", "key", "part", "tokens")

    def __init__(
        self, key: tuple[str, bool, Context, Organ, str], part: PartText, tokens: tuple[Token, ...], figures: tuple[Figure, ...],
        form: Form,
    ) -> None:  # fmt: skip
        self.key, self.part, self.tokens, self.figures, self.form = key, part, tokens, figures, form

    def forget(self) -> None:
        """Let go of the whole text: the cache keeps a sentence as its key, and a clerk strikes thousands of keys."""
        self.part, self.tokens, self.figures = _NO_PART, (), ()

    def __hash__(self) -> int:
        words, opens, context, organ, _ = self.key
        return hash((words, opens, context, organ.name))  # many organs write the same sentence

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Sentence) and self.key == other.key


@lru_cache(maxsize=2048)
def _read_sentence(item: _Sentence) -> tuple[tuple[tuple[Candidate, ...], ...], Context]:
    """The candidates of each figure of the sentence, and the context behind it."""
    words, opens, context, organ, _ = item.key
    sentence, readings = item.tokens, list[tuple[Candidate, ...]]()
    context = begin_sentence(context, item.part, sentence, organ, opens=opens)
    before: list[tuple[Figure, Quantity | None]] = []  # what the figures of the sentence so far count
    figures = {figure.index: figure for figure in item.figures}
    aside, caused = cases_apart(item.part, sentence), False
    named_apart = {at: True for at, is_apart in aside.items() if is_apart}
    others = aside if aside and all(aside.values()) else {**other_matters(words, sentence), **named_apart}
    for index, token in enumerate(sentence):
        if caused and token.value == "；":  # a cause ends there
            context, caused = context._replace(apart=False), False
        words_before = _VERB if token.value == "inside" else _ALL if token.kind == "among" else 0
        context = follow(context, token, sentence[max(0, index - words_before) : index])
        if index in figures:
            figure = figures[index]
            context = _at_figure(context, figure, sentence, item.part.plain.text)
            without = _WITHOUT_CARRIED.match(item.part.plain.text, token.end) is not None
            context = context._replace(carried_aside=without) if without != context.carried_aside else context
            around = Around(
                tuple(before), up_to_next_figure(sentence, index), clause_before(sentence, figure), own_clause(sentence, figure),
                topic_before(sentence, figure),
            )  # fmt: skip
            context = context._replace(apart=others.get(index, context.apart))
            caused = others.get(index, caused)
            quantity = _quantity(item.form, figure, context, around) or _told_before(figure, context, sentence)
            before = [*before[-1:], (figure, quantity)]
            context = _remember(context, figure, quantity)
            readings.append(candidates_of(figure, quantity, context, item.form))
    item.forget()
    return tuple(readings), context


def _quantity(form: Form, figure: Figure, context: Context, around: Around) -> Quantity | None:
    if figure.unit == "%" or figure.change or (figure.unit in _CASES and figure.value % 1):  # 人均 9.5 件
        return None
    quantity = left_of_year_before(around.own, figure.right, context) if figure.unit in COUNTS else None
    quantity = quantity or read_quantity(figure.left, figure.right, context, form, figure.unit)
    if quantity is None and figure.unit in _CASES:
        quantity = bare_published(figure.left, figure.right, context) or total_of_documents(figure, context, form)
    if quantity is None or (quantity.certainty == "weak" and quantity.name in ("handled", "manage")):
        quantity = goes_on_with_act(figure, context, form) or quantity
    quantity = from_neighbours(form, figure, quantity, context, around)
    if quantity is not None and quantity.code == "text-outcome" and _divides_something_else(figure, around):
        return replace(quantity, certainty="weak", doubt="")
    if quantity is not None and (figure.one or context.some_months or _is_within_days(figure, around)):
        return replace(quantity, certainty="weak")
    return quantity


def _divides_something_else(figure: Figure, around: Around) -> bool:
    """审核补贴名单 204 份，其中不予公开 5 份: what 其中 divides has a name, which is no word of the tables."""
    head, quantity = around.before[-1] if around.before else (figure, None)
    divided = {"among", "outcome"} <= {token.kind for token in figure.left} and head.unit[:1] == figure.unit[:1]
    kinds = {token.kind for token in head.left}
    named = "docpart" in kinds or head.lead + unknown_inside(head.left) >= FOREIGN
    return divided and quantity is None and named and kinds.isdisjoint(KEYS)


def _is_within_days(figure: Figure, around: Around) -> bool:
    """10 至 20 个工作日答复 17 件: those that took so long."""
    last = around.before[-1][0] if around.before else figure
    return last.unit in _DAYS and figure.index - len(figure.left) == last.index


def _told_before(figure: Figure, context: Context, sentence: tuple[Token, ...]) -> Quantity | None:
    """行政复议 28 件。28 件里维持 18 件: a head that names nothing is the whole of its value in the sentence before."""
    behind = sentence[figure.index + 1 : figure.index + 2]
    if not behind or behind[0].value != "inside" or any(token.kind in KEYS for token in figure.left) or figure.lead > _LEAD:
        return None
    named = {quantity.name: quantity for value, quantity in context.told_before if value == figure.value}
    return replace(named.popitem()[1], certainty="likely") if len(named) == 1 else None


def _at_figure(context: Context, figure: Figure, sentence: tuple[Token, ...], text: str) -> Context:
    words = {token.kind for token in figure.left}
    # 年内未办结的 2 件申请 are not all of the year's
    counting = "neg" not in words and ("total" in words or figure.left[0].kind == "now")
    within = _is_divided_by_outcomes(sentence[figure.index + 1 : figure.index + _PART])
    within = within or _PART_WITHIN.match(text, sentence[figure.index].end) is not None
    return context._replace(lead=figure.lead, counting=counting, within=within)


def _is_divided_by_outcomes(behind: Sequence[Token]) -> bool:
    """公开 38 件（含部分公开 8 件）, 公开 38 件，其中全部公开 30 件: what was granted in part, or whole, is a part of it."""
    words = [at for at, token in enumerate(behind) if token.kind not in ("sep", "among", "soft", "all")][:1]
    opens = any(token.kind == "among" or token.value == "（" for at in words for token in behind[:at])
    return opens and behind[words[0]].value in ("granted", "partly_granted", "given")


def _remember(context: Context, figure: Figure, quantity: Quantity | None) -> Context:
    """The context behind a figure: the next figures refer to what it counted."""
    if quantity is None or quantity.certainty == "weak":
        context = _remember_doubt(context, figure, quantity)
    if quantity is None:
        return context
    if quantity.certainty == "sure" and (quantity.name in _HEADS or quantity.name.endswith(".total")):
        context = context._replace(told=(*context.told, (figure.value, quantity)))
    if quantity.certainty != "weak" and quantity.name in _HEADS:
        head = _HEADS[quantity.name]
        heads = (context.heads if context.heads_here else frozenset()) | {head}
        context = context._replace(head=head, among=False, topic="app", heads=heads, heads_here=True)
    elif quantity.code == "text-carried" and quantity.certainty == "sure":
        context = context._replace(topic="app", after_carried_in=context.after_carried_in or quantity.name == "carried_in")
    if quantity.name == "handled":
        context = context._replace(done=True)
    columns = {cell.column for cell in quantity.addresses} - {"total"} if quantity.addresses[0].table == "applications" else set()
    if quantity.code != "text-outcome":
        context = context._replace(column=next(iter(columns), "") if len(columns) == 1 else "")
    if not columns:
        context = context._replace(divided=_rows_that_divide(quantity))
    if quantity.code == "text-disputes":
        rows, _, column = quantity.name.partition(".")
        disputes = tuple(key for key in rows.split("+") if key)
        named = context.named_disputes | frozenset(disputes if quantity.name.endswith(".total") else ())
        counted = "" if column in ("total", "closed") else column
        context = context._replace(disputes=disputes, named_disputes=named, counted=counted)
    return context._replace(show=True) if any(token.kind == "show" for token in figure.left) else context


_HEADS = {"new": "new", "taken": "new", "handled": "total", "manage": "total"}  # the row that a list behind the figure divides


def _rows_that_divide(quantity: Quantity) -> tuple[str, ...]:
    """The rows of an outcome, or of what was carried over, that kinds of applicants behind it may divide."""
    divides = quantity.code in ("text-outcome", "text-carried")
    return tuple(dict.fromkeys(cell.row for cell in quantity.addresses)) if divides else ()


def _remember_doubt(context: Context, figure: Figure, quantity: Quantity | None) -> Context:
    words = figure.left
    foreign = words[0].kind in DISPUTE_ROWS and figure.lead >= FOREIGN
    unknown = (
        quantity is None and figure.unit in _CASES and figure.lead >= FOREIGN and not any(word.kind in KEYS for word in words)
    )
    apart = context.apart or foreign or (unknown and bool(context.disputes))
    some = context.some or any(token.kind == "part" and token.value == "way" for token in words)
    if asks_for_else(words):
        return context._replace(topic="other", aside=True, apart=apart, some=some)
    return context._replace(apart=apart, some=some) if (apart, some) != (context.apart, context.some) else context
