"""Find sums and exceptions that a text states in words: 两类相加 68 件, 两种情形加起来 18 件, 除 3 件外，其余均予以公开.

Takes the readings of a text, returns each sum that no choice of as many figures before it makes, and each exception that the
whole before it and the rest behind it do not leave. Time stays linear: only the nearest figures are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import accumulate, combinations, pairwise

from toolkit.checks.narrative.candidates.fitting import sum_of
from toolkit.checks.narrative.candidates.quantity import total
from toolkit.checks.narrative.candidates.readings import Reading, TextReading
from toolkit.checks.narrative.candidates.slips import SMALL, is_near, is_typing_slip
from toolkit.checks.narrative.relations.list_shapes import is_aside, same_unit
from toolkit.checks.narrative.tokens import Token

_ADDED = "(?:[相累叠]加|加总|合计|合并计算|汇总|归总|(?:加|合|并|凑|归|拢|算|归拢|归并)(?:在一起|到一起|起来|到一处))"
_KINDS = "(?:类|项|种|者|样|块|头|部分|方面|笔|边|下|堆|拨|批|摊|处|股|档|栏|路)"
_SUM = re.compile(
    rf"(?P<several>[两二三四五六七八]){_KINDS}[^，。；：（）\d]{{0,6}}?"
    rf"(?:，?{_ADDED}(?:，[^，。；：（）\d]{{0,14}})?(?:[便就恰正]?[是为]|共|一共|有|达|得)?(?:[^，。；：（）\d]{{0,12}}的)?"
    r"|共计?应?(?:办理|处理|答复))\Z"  # 两项共应办理 125 件
    r"|(?P<all>以上|上述)[^，。；：（）\d]{0,12}(?:共计|合计|总计|一共|总共)\Z"  # 以上各类培训参训共计 592 人次
    r"|(?P<two>加上)[^，。；]{0,16}，?(?:合计|共计|总计|一共|总共|共)[^，。；\d]{0,4}\Z"  # 加上上年结转的 11 件，合计 228 件
)
# 共 34 件，即新收的 29 件与结转的 4 件之和: the words before the first part, between the parts, behind them
_MADE_OF = re.compile(r"[，：（—]+(?:这个?数|这)?(?:[正恰]?[即是由为系]|就是|也就是|等于)[^，。；\d]{0,12}\Z")
_JOINED = re.compile(r"(?:[^，。；\d]{0,6}(?P<added>加上?)|[^，。；\d]{0,6}[与和及同跟])[^，。；\d]{0,12}\Z")
_LESS = re.compile("[减扣除]")  # 由上年留下的 1 件与今年收到的 16 件相加，再减去未办结的 1 件
_ADDED_UP = re.compile(rf"(?:的?[总之]和|{_ADDED})")
_NAMES = re.compile(r"[^，。；：（）、\d]+(?:、[^，。；：（）、\d]+)+\Z")
_NUMBERS = {"两": 2, **{numeral: number for number, numeral in enumerate("二三四五六七八", 2)}}
_ALL = -1
_PAIR = 2
_NEARLY = Decimal("0.25")  # a row of three and more that misses its sum by more is another row
_WORDS = 24  # characters before a figure that may say of what it is the sum
_NEAREST, _SENTENCES = 12, 2  # figures before it, and sentences before its own


@dataclass(frozen=True, slots=True)
class WrongSum:
    """A figure that says to be the sum of ``several`` others, and the nearest sum that they make."""

    reading: Reading
    several: int
    parts: tuple[Reading, ...]

    @property
    def expected(self) -> Decimal:
        return sum((item.figure.value for item in self.parts), Decimal(0))


def wrong_sums_of_figures(text: TextReading) -> Iterator[WrongSum]:
    """The sums of a stated number of figures that none of the figures before them make."""
    by_part: dict[str, list[Reading]] = {}
    for item in text.readings:
        before = by_part.setdefault(item.figure.where, [])
        several = _stated(text, item)
        parts = _parts(item, before) if several else ()
        if several == _ALL:
            beside = [one for one in before[-_NEAREST:] if one.figure.sentence == item.figure.sentence and not is_aside(one)]
            parts = tuple(one for one in beside if one in parts)
            mixed = accumulate(one.figure.value for one in reversed(beside))  # 解读 8 篇，公告 51 条，以上合计 59 条
            several = 0 if item.figure.value in mixed else len(parts)
        if several > 1:
            yield from _wrong(item, several, parts)
        before.append(item)
    for (where, _), readings in text.by_sentence.items():
        for item, one, two in zip(readings, readings[1:], readings[2:], strict=False):
            if _is_made_of(text.by_where[where].plain.text, item, one, two):
                yield from _wrong(item, 2, (one, two))


def _is_made_of(words: str, item: Reading, one: Reading, two: Reading) -> bool:
    """应当答复的共 139 件，即新收 128 件加上年结转 9 件: whether the words make the first figure the sum of the others."""
    figures = [each.figure for each in (item, one, two)]
    first, second = (words[a.place + len(a.text) : b.place] for a, b in pairwise(figures))
    joined = _JOINED.match(second) if _MADE_OF.match(first) else None
    if any(is_aside(each) or each.figure.about for each in (item, one, two)) or len({each.unit for each in figures}) > 1:
        return False
    behind = figures[2].place + len(figures[2].text)
    if joined is None or _LESS.search(words, behind, behind + _WORDS):
        return False
    return bool(joined["added"] or _ADDED_UP.match(words, behind))


@dataclass(frozen=True, slots=True)
class WrongException:
    """A figure that says how many of a whole are not in a cell, and how many are not."""

    reading: Reading
    whole: Reading
    rest: Decimal
    expected: Decimal


def wrong_exceptions(text: TextReading) -> Iterator[WrongException]:
    """办结 14 件，除 3 件外，其余均予以公开, where 10 were granted: 3 and 10 do not make 14."""
    for (where, number), readings in text.by_sentence.items():
        sentence = text.by_where[where].sentences[number]
        for at, item in enumerate(readings[1:], 1):
            if not _is_excepted(sentence, item):
                continue
            value = item.figure.value
            whole = next((one for one in reversed(readings[:at]) if _is_whole(one) and one.figure.value > value), None)
            rests = _rests(text, sentence, item) if whole is not None else ()
            if whole is None or not rests or whole.figure.value - value in rests:
                continue
            expected = whole.figure.value - rests[0]
            if expected > 0 and is_typing_slip(value, expected):
                yield WrongException(item, whole, rests[0], expected)


def _is_excepted(sentence: Sequence[Token], item: Reading) -> bool:
    """除 3 件外，其余均…: 外 right behind a figure that no other word names."""
    figure = item.figure
    behind = sentence[figure.index + 1 : figure.index + 2]
    named = any(token.end > token.start for token in figure.left)
    return bool(behind) and behind[0].kind == "outside" and behind[0].start == sentence[figure.index].end and not named


def _is_whole(item: Reading) -> bool:
    quantity = item.quantity
    return item.tie.state == "agrees" and quantity is not None and quantity.name in ("handled", "manage", "new")


def _rests(text: TextReading, sentence: Sequence[Token], item: Reading) -> tuple[Decimal, ...]:
    """What the one result behind 其余均 may count; 公开 may be said of those granted in part as well."""
    clauses = 0
    named: list[Token] = []
    for token in sentence[item.figure.index + 1 : item.figure.index + 1 + _NEAREST]:
        clauses += token.kind == "sep"
        if token.kind == "figure" or clauses > 1 or token.value in ("。", "；"):
            break
        named.append(token)
    kinds = {token.kind for token in named}
    outcomes = {token.value for token in named if token.kind == "outcome"}
    if "all" not in kinds or len(outcomes) != 1 or kinds & {"reason", "applicant", "neg"}:
        return ()
    outcome = outcomes.pop()
    rows = next((group.rows for group in text.report.form.outcomes if group.key == outcome), (outcome,))
    value = sum_of(text.report, tuple(total(row) for row in rows))
    partly = sum_of(text.report, (total("partly_granted"),)) or Decimal(0)
    if value is None:
        return ()
    return (value, value + partly) if outcome == "granted" else (value,)


def _stated(text: TextReading, item: Reading) -> int:
    """Of how many figures a figure says to be the sum; 0 when it does not say so, ``_ALL`` for those of its sentence.

    补偿、物业、占道三类合计 19 件 are three kinds by name, not the three figures before, unless these have the names.
    """
    figure, words = item.figure, text.by_where[item.figure.where].plain.text
    if is_aside(item) or figure.about or item.tie.state == "agrees":
        return 0
    begin = max(0, figure.place - _WORDS)
    match = _sum_in(words[begin : figure.place])
    if match is None:
        return 0
    names = _NAMES.search(match.string, 0, match.start()) if match["several"] else None
    if names is not None and not all(name in words[: begin + names.start()] for name in names[0].split("、")):
        return 0
    return _ALL if match["all"] else _NUMBERS[match["several"] or "两"]


@lru_cache(maxsize=1024)  # while a clerk types, the words before one figure change
def _sum_in(words: str) -> re.Match[str] | None:
    return _SUM.search(words)


def _is_of_one_sentence(one: Reading, other: Reading) -> bool:
    return (one.figure.where, one.figure.sentence) == (other.figure.where, other.figure.sentence)


def _parts(item: Reading, before: Sequence[Reading]) -> tuple[Reading, ...]:
    figure = item.figure
    near = (one for one in before[-_NEAREST:] if figure.sentence - one.figure.sentence <= _SENTENCES)
    return tuple(one for one in near if not (is_aside(one) or one.figure.about) and same_unit(one.figure.unit, figure.unit))


def _wrong(item: Reading, several: int, parts: tuple[Reading, ...]) -> Iterator[WrongSum]:
    choices = list(combinations(parts, several))
    sums = [WrongSum(item, several, choice) for choice in choices]
    if any(one.expected == item.figure.value for one in sums):
        return
    value = item.figure.value
    right = [one for one in sums if all(part.tie.state == "agrees" for part in one.parts) and is_near(value, one.expected)]
    # 网站 734 条，公众号 291 条，前两项合起来 1015 条: no table has them, so only a slip is wrong
    beside = [
        parts[at : at + several] for at in range(len(parts)) if all(one.quantity is None for one in parts[at : at + several])
    ]
    row = [one for one in beside if len(one) > _PAIR and one == tuple(each for each in parts if _is_of_one_sentence(each, item))]
    right = right or [
        one
        for one in sums
        if (one.parts in beside and value >= SMALL and is_typing_slip(value, one.expected))
        or (one.parts in row and abs(one.expected - value) <= value * _NEARLY)
    ]
    if right:
        yield min(right, key=lambda one: abs(one.expected - value))
