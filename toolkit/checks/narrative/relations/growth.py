"""Compute every growth of the text again: 比上年增加 n 件, 同比下降 p%, 与上年持平.

Takes the text with its cells and both years' reports, returns growths: the text's figure and the right one. Without
last year's report the change and the percentage of one sentence are compared with each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from toolkit.checks.narrative.candidates.context import Context
from toolkit.checks.narrative.candidates.fitting import sum_of
from toolkit.checks.narrative.candidates.quantities import read_quantity
from toolkit.checks.narrative.candidates.quantity import COUNTS, EVERYDAY, Quantity, total
from toolkit.checks.narrative.candidates.readings import Reading, TextReading, last_before
from toolkit.checks.narrative.candidates.slips import is_near
from toolkit.checks.narrative.figures import Figure
from toolkit.checks.narrative.relations.both_years import base_and_change, told_years
from toolkit.checks.narrative.relations.list_shapes import depths_of
from toolkit.checks.narrative.tokens import Token
from toolkit.checks.narrative.tokens.vocabulary import KEYS

_HEADS = ("new", "taken", "handled", "review.total", "suit.total", "direct.total", "after.total")
_CARRIED = ("carried_in", "carried_out", "carry")
_BESIDE = 4  # tokens before a figure that is reached, the edge among them
_WAYS = re.compile("(?P<up>增|上升|升|提|攀|涨)|(?P<down>减|下降|降|回落|下滑)")
_FIGURES = 8  # figures of a sentence looked back
_NEAR = 40  # tokens looked back for 比 and 同比
_PAIR = 2
Verdict = Literal["agrees", "truncated", "differs"]


@dataclass(frozen=True, slots=True)
class Growth:
    """One growth: ``now`` and ``before`` in figures, ``expected`` in the unit of the text (negative for a decrease)."""

    reading: Reading
    subject: Quantity
    now: Decimal
    before: Decimal
    said: Decimal
    expected: Decimal
    verdict: Verdict
    until: int = 0  # where its words end in the text as written, when they are behind ``reading``
    flat: bool = False  # 持平: ``reading`` is the figure it is said of
    ratio: bool = False  # 是上年的两倍, 翻一番: ``said`` and ``expected`` are times last year's figure


def find_growths(text: TextReading) -> tuple[Growth, ...]:
    """Every growth that can be computed again."""
    growths = [item for key, readings in text.by_sentence.items() for item in _growths(text, key, readings)]
    reached = [item for key, readings in text.by_sentence.items() for item in _reached(text, key, readings)]
    explained = (_explained(text, item) if item.verdict == "differs" and not item.flat else item for item in growths)
    return (*(item for item in explained if not _is_of_else(text, item)), *reached)


def _is_of_else(text: TextReading, growth: Growth) -> bool:
    """减少 4 项 where the cell rose or fell by 895: no slip of that amount, so that something else changed.

    The other way and the same amount is a word mistaken for its opposite; where a figure beside tells the cell, it is meant.
    """
    said, expected, figure = growth.said, growth.expected, growth.reading.figure
    if growth.verdict != "differs" or growth.flat or growth.ratio or _named(text, figure) is not None:
        return False  # 行政复议比上年增加 30 件
    if not growth.subject.addresses:
        return False  # the figures of both years are beside the change
    beside = text.of_sentence(figure.where, figure.sentence)
    if any(item.tie.state == "agrees" and item.tie.addresses == growth.subject.addresses for item in beside):
        return False
    if (said < 0) == (expected < 0):
        return figure.unit not in ("%", "倍") and not is_near(abs(said), abs(expected))
    return compare_share(-said, expected, figure) == "differs" if figure.unit == "%" else -said != expected


def _reached(text: TextReading, key: tuple[str, int], readings: list[Reading]) -> Iterator[Growth]:
    """由上年的 38 件下降到 46 件: the word for the way does not go with the two figures beside it."""
    words = text.by_where[key[0]].plain.text
    for before, reading in pairwise(readings):
        one, two = before.figure, reading.figure
        reach = next((token for token in two.left if token.kind == "reach"), None)
        beside = reach is not None and one.year == text.report.year - 1 and two.year is None and one.unit == two.unit != "%"
        exact = not (one.about or two.about or one.scope or two.scope)
        if reach is None or not beside or not exact or len(two.left) > _BESIDE:
            continue
        way = _WAYS.match(words, reach.start, reach.end)
        change = two.value - one.value
        if way is not None and change and (change > 0) != (way.lastgroup == "up"):
            subject = Quantity("text", "growth-misquoted", ())
            yield Growth(reading, subject, two.value, one.value, -change, change, "differs")


def _explained(text: TextReading, growth: Growth) -> Growth:
    """收到 46 件，自然人 33 件，企业 13 件，比去年的 40 件多 6 件: some figure of the sentence and last year's make it right.

    处罚 118 件、强制 6 件，处罚比上年的 97 件多 21 件: so may another cell whose figures of both years the sentence tells.
    """
    figure = growth.reading.figure
    near = [item for item in text.of_sentence(figure.where, figure.sentence) if item.figure.start < figure.start][-_FIGURES:]
    now = [item for item in near if item.figure.year is None and not item.figure.change and item.figure.unit in COUNTS]
    words = (*figure.left, *(now[-1].figure.left if now else ()))  # 企业申请 6 件，比上年少 4 件
    named = [token.value for token in words if token.kind == "applicant" or token.value in EVERYDAY]
    for column in (EVERYDAY.get(name, name) for name in named):
        other = _of_column(text, growth, column)
        if other is not None and other.verdict != "differs":
            return other
    bases = {item.figure.value for item in near if item.figure.year == text.report.year - 1}
    for item in now:
        quantity = item.quantity if (item.tie.kind, item.tie.state) == ("cell", "agrees") else None
        other = _against_last_year(text, growth.reading, quantity) if quantity is not None else None
        if other is not None and other.verdict != "differs" and other.before in bases:
            return other
    both_years = [(item.figure.value, before) for item in now for before in _before(text, growth, item)]
    for values in (*both_years, *_carried_over(text, growth)):
        other = _growth(growth.reading, growth.subject, *values)
        if other is not None and other.verdict != "differs":
            return other
    return growth


def _before(text: TextReading, growth: Growth, item: Reading) -> Iterator[Decimal]:
    """受理 13 件（含上年结转 1 件），比上年增加 5 件: last year's value of the cells that a figure tells, or of the text."""
    if growth.subject.name == "text":
        yield growth.before
    if item.quantity is not None and item.quantity.name in _HEADS and item.tie.state == "agrees":
        against = _against_last_year(text, growth.reading, item.quantity)
        if against is not None:
            yield against.before


def is_last_years(text: TextReading, reading: Reading) -> bool:
    """复议 25 件（尚未审结 2 件），较上年 29 件减少 4 件: what another cell that the sentence tells was last year.

    对2019年底前的 17 件进行评估，3 件失效、14 件有效: or documents behind a figure of the year that is of no cell.
    """
    figure, last = reading.figure, text.last_year
    before = last_before(text.of_sentence(figure.where, figure.sentence), figure.index)
    if before is not None and before.figure.year == figure.year and reading.tie.addresses[0].table == "documents":
        return before.quantity is None
    ties = [item.tie for item in text.of_sentence(figure.where, figure.sentence) if item.tie.state == "agrees"]
    return last is not None and any(
        tie.kind == "cell" and {*tie.addresses} <= last.form.cells.keys() and sum_of(last, tie.addresses) in figure.span
        for tie in ties
    )


def _carried_over(text: TextReading, growth: Growth) -> Iterator[tuple[Decimal, Decimal]]:
    """今年末没有结转，比去年末少 1 件: what was carried in is what was carried out the year before."""
    figure = growth.reading.figure
    if any(token.kind in _CARRIED for token in _tokens(text, (figure.where, figure.sentence))[: figure.index]):
        left, brought = (sum_of(text.report, (total(row),)) for row in ("carried_out", "carried_in"))
        if left is not None and brought is not None:
            yield left, brought


def _of_column(text: TextReading, growth: Growth, column: str) -> Growth | None:
    """申请量增加 5 件，其中企业申请减少 4 件: the change of one kind of applicants."""
    cell = total("new", column)
    if text.last_year is None or cell not in text.report.form.cells or cell not in text.last_year.form.cells:
        return None
    before, now = sum_of(text.last_year, (cell,)), sum_of(text.report, (cell,))
    return None if before is None or now is None else _growth(growth.reading, growth.subject, now, before)


def _growths(text: TextReading, key: tuple[str, int], readings: list[Reading]) -> Iterator[Growth]:
    sentence = _tokens(text, key)
    if text.kinds[key].isdisjoint(("grow", "fall", "flat")):
        return
    changes: list[tuple[Reading, Quantity]] = []
    depths, now = depths_of(sentence), Decimal(0)
    subjects: dict[int, Reading | None] = {}  # by depth: a bracket between a figure and its growth does not part them
    heads: dict[int, Reading | None] = {}  # the last subject that is no kind of applicants
    last_named: Quantity | None = None  # 申请量较去年增加 4 件，增幅 50%
    for reading in readings:
        depth = depths[reading.figure.index]
        subject = subjects.get(depth)
        if not reading.figure.change:
            kept = subject if _beside(reading.figure) or counts_applicants(reading) else None
            subjects[depth] = reading if is_subject(reading) else kept
            heads[depth] = heads.get(depth) if counts_applicants(reading) else subjects[depth]
            compared = _last_years(reading, text.report.year - 1)  # 与上年新收 8 件相比，增幅达 33.3%
            last_named = compared or (last_named if _beside(reading.figure) else None)
            continue
        if reading.figure.scope:
            continue  # 全县 474 件，乡镇比上年多 46 件: of a part, whose figures no table has
        named = _named(text, reading.figure)
        last_named = named or last_named
        quantity = named or (
            (subject.quantity if subject else last_named) if not _unknown_before(sentence, reading.figure) else None
        )
        compares = _compares(sentence, reading.figure, text.report.year - 1)
        growth = _against_last_year(text, reading, quantity) if quantity is not None and compares else None
        head = heads.get(depth)
        open_yet = compares and not named and (growth is None or growth.verdict == "differs")
        if open_yet and quantity is not None and head is not None and head.quantity is not None:
            growth = _against_last_year(text, reading, head.quantity) or growth  # 23 件，自然人 17 件、企业 6 件，比上年多 12 件
        growth = growth or _beside_in_text(text, sentence, readings, reading)
        if growth is not None:
            yield growth
        elif quantity is None or not compares:
            continue
        elif subject is not None:
            changes.append((reading, quantity))
            now = subject.figure.value
    yield from _unchanged(text, sentence, readings)
    if changes:
        yield from _against_each_other(changes, now)


def _beside_in_text(text: TextReading, sentence: tuple[Token, ...], readings: list[Reading], change: Reading) -> Growth | None:
    """The change against the two figures that the sentence tells, when it names last year's."""
    unknown = _unknown_before(sentence, change.figure) > 1  # 公车从 286 辆减到 271 辆，用电降了 4.1%
    if unknown and change.figure.unit not in COUNTS:
        return None
    year, words, figure = text.report.year, text.by_where[change.figure.where].plain.text, change.figure
    years = told_years(year, words, sentence, readings, figure.index, figure.unit)
    years = years or base_and_change(year, sentence, readings, change)
    growth = _growth(change, Quantity("text", "growth-misquoted", ()), *years) if years else None
    far = unknown and growth is not None and not is_near(growth.said, growth.expected)
    return None if far else growth  # 2019年 68 件，一年之间多出 19 件


def _last_years(reading: Reading, last_year: int) -> Quantity | None:
    is_last_year = reading.tie.kind == "other_year" and reading.figure.year == last_year and not reading.figure.scope
    return reading.quantity if is_last_year and reading.quantity is not None and reading.quantity.certainty != "weak" else None


def _beside(figure: Figure) -> bool:
    """较上年的 8 件增长 50%: last year's figure between does not change what is spoken of."""
    return figure.unit == "%" or any(token.kind in ("compare", "past") for token in figure.left)


def _unchanged(text: TextReading, sentence: tuple[Token, ...], readings: list[Reading]) -> Iterator[Growth]:
    """与上年持平, about the figure before it."""
    for at, token in enumerate(sentence):
        before = last_before(readings, at) if token.kind == "flat" else None
        if before is None or not is_subject(before) or at - before.figure.index > 8:
            continue
        between = sentence[before.figure.index + 1 : at]
        explained = sum(word.end - word.start for word in between) == token.start - sentence[before.figure.index].end
        quantity = before.quantity
        growth = _against_last_year(text, before, quantity, flat=True) if quantity is not None and explained else None
        if growth is not None and any(word.kind in ("compare", "past") for word in between):
            yield growth


def _tokens(text: TextReading, key: tuple[str, int]) -> tuple[Token, ...]:
    return text.by_where[key[0]].sentences[key[1]]


def is_subject(reading: Reading) -> bool:
    """A figure of a cell that a change may refer to: clear words, or free ones that fit the cell exactly."""
    quantity, figure = reading.quantity, reading.figure
    whole = not (figure.scope or figure.about or figure.year is not None or figure.one)
    fits = whole and quantity is not None and quantity.certainty == "likely" and reading.tie.state == "agrees"
    return (reading.sure or fits) and quantity is not None and reading.tie.kind == "cell" and not quantity.each


def counts_applicants(reading: Reading) -> bool:
    """自然人 17 件、企业 6 件: a kind of applicants of the figure before."""
    words = (*reading.figure.left, *reading.figure.right)
    return any(token.kind == "applicant" or token.value in EVERYDAY for token in words)


def _named(text: TextReading, figure: Figure) -> Quantity | None:
    """申请量同比增长 50%: what changed is named beside the change."""
    if not any(token.kind in KEYS for token in figure.left):
        return None
    kinds = ("grow", "fall", "compare", "past", "year", "now")
    words = tuple(token._replace(kind="soft") if token.kind in kinds else token for token in figure.left)
    quantity = read_quantity(words, (), Context(topic="app", done=True), text.report.form, "件")
    return quantity if quantity is not None and quantity.certainty != "weak" and not quantity.each else None


def _unknown_before(sentence: tuple[Token, ...], figure: Figure) -> int:
    """Characters of the clause before the change that no word explains: 公众号粉丝比上年增加."""
    first = figure.index
    while first and figure.index - first < _NEAR and sentence[first - 1].kind not in ("sep", "figure"):
        first -= 1
    start = sentence[first - 1].end if first else sentence[first].start
    return sentence[figure.index].start - start - sum(token.end - token.start for token in sentence[first : figure.index])


def _compares(sentence: tuple[Token, ...], figure: Figure, last_year: int) -> bool:
    """Compared with last year, not with the month before or a year further back."""
    before = sentence[max(0, figure.index - _NEAR) : figure.index]
    compared = [token for token in before if token.kind in ("compare", "past")]
    further = any(
        token.kind == "year" and index and before[index - 1].kind == "compare" and int(token.value) != last_year
        for index, token in enumerate(before)
    )
    alone = any(token.kind in ("grow", "fall") and token.value == "alone" for token in figure.left)  # 增幅为 40%
    compares = bool(compared) and compared[-1].value not in ("other", "many", "since")
    return not further and (alone or compares or (not compared and _states_both_years(before, last_year)))


def _states_both_years(words: Sequence[Token], last_year: int) -> bool:
    """2023年收到 42 件，今年收到 57 件，添了 15 件."""
    kinds = [(token.kind, token.value if token.kind == "year" else "") for token in words]
    if kinds.count(("figure", "")) != _PAIR or ("year", str(last_year)) not in kinds:
        return False
    own = [at for at, kind in enumerate(kinds) if kind in (("now", ""), ("year", str(last_year + 1)))]
    return bool(own) and kinds.index(("year", str(last_year))) < kinds.index(("figure", "")) < own[-1]


def _against_last_year(text: TextReading, reading: Reading, quantity: Quantity, *, flat: bool = False) -> Growth | None:
    last = text.last_year
    if last is None or any(address not in last.form.cells for address in quantity.addresses):
        return None
    cell = quantity.addresses[0]
    other_unit = cell.column == "decisions" and reading.figure.unit == "项"  # 行政许可上年 115 项，减 5 项
    if other_unit or (text.report.form.cells[cell].type == "money" and reading.figure.unit in COUNTS):  # 金额 6 万元，多 1 项
        return None
    before, now = sum_of(last, quantity.addresses), sum_of(text.report, quantity.addresses)
    if before is None or now is None:
        return None
    if flat:  # 基本持平 is said of a small change as well
        same = abs(now - before) * 10 <= before
        return Growth(reading, quantity, now, before, Decimal(0), now - before, "agrees" if same else "differs", flat=True)
    return _growth(reading, quantity, now, before)


def _against_each_other(changes: list[tuple[Reading, Quantity]], now: Decimal) -> Iterator[Growth]:
    """183 件，比上年增加 131 件，同比增长 251.9%: the change gives last year's figure, that the percentage."""
    counts = [reading for reading, _ in changes if reading.figure.unit in COUNTS and not reading.figure.about]
    shares = [reading for reading, _ in changes if reading.figure.unit == "%"]
    if len(counts) == len(shares) == 1 and changes[0][1] == changes[-1][1]:
        growth = _growth(shares[0], changes[0][1], now, now - _signed(counts[0].figure))
        if growth is not None:
            yield growth


def _signed(figure: Figure) -> Decimal:
    falls = [token.kind for token in figure.left if token.kind in ("grow", "fall")]
    return -figure.value if falls[-1] == "fall" else figure.value


def _growth(reading: Reading, quantity: Quantity, now: Decimal, before: Decimal) -> Growth | None:
    figure, stated = reading.figure, _signed(reading.figure)
    if figure.unit in ("%", "倍"):
        if before <= 0:
            return None
        stated = stated * 100 if figure.unit == "倍" else stated
        expected = (now - before) / before * 100
        verdict = compare_share(stated, expected, figure)
    elif figure.unit not in COUNTS and quantity.addresses:
        return None
    else:
        expected = now - before
        span = figure.span
        verdict = "agrees" if (expected < 0) == (stated < 0) and abs(expected) in span else "differs"
    return Growth(reading, quantity, now, before, stated, expected, verdict)


def compare_share(said: Decimal, expected: Decimal, figure: Figure) -> Verdict:
    """A percentage of the text against the exact one: right to its last digit (never stricter than ±0.05), cut off, or wrong."""
    digits = figure.text.partition(".")[2]
    places = sum(char.isdigit() for char in digits)
    unit = Decimal(1).scaleb(-places) * (100 if figure.unit == "倍" else 1)
    if figure.about:
        span = figure.span
        return "agrees" if span.low - 1 <= abs(expected) <= span.high + 1 and (said < 0) == (expected < 0) else "differs"
    if abs(said - expected) <= max(Decimal("0.05"), unit / 2):
        return "agrees"
    cut = abs(expected) - abs(said)
    return "truncated" if 0 < cut < unit and (said < 0) == (expected < 0) else "differs"
