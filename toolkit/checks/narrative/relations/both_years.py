"""Changes whose both years the sentence tells: 公开信息 150 条，上年为 120 条，增长 25%; 233 件，比 2019 年的 251 件减少 18 件.

Takes a change with the figures of its sentence, returns this year's and last year's figure where they are beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from toolkit.checks.narrative.candidates.readings import Reading
from toolkit.checks.narrative.tokens import Token

_FEW = 4  # tokens between a year and its figure: 2018年（7610 件）, 去年的 1800 件
_BEHIND = 12  # characters behind a figure that may name it
_NEAR = 40  # tokens between two years and their figures
_OF_CHANGE = frozenset(("grow", "fall", "compare", "past", "year", "now", "soft", "sep", "publish", "show", "total", "edge"))
# what does not tell one quantity from another: 2023年公众号推送信息 640 条，2024年推送 800 条
_ANY = re.compile(
    r"20\d\d年|[全今本当去上同]年|年度?|截至|期|主动|依法|公开|发布|各类|各种|政府|政务|信息|数量|[共总合]计|一共|累计|分别"
    r"|[我本全][镇乡县市区局街道]+|[\d.,万余多约\W为达是有到则的共总量了由从升至增加长而]|条|件|次|个|篇|期|场"
)


def told_years(
    year: int, words: str, sentence: tuple[Token, ...], readings: Sequence[Reading], end: int, unit: str
) -> tuple[Decimal, Decimal] | None:
    """This year's and last year's figure of the quantity whose change, in ``unit``, stands at token ``end``.

    ``None`` when they are not beside it.
    """
    figures = [item for item in readings if item.figure.index < end]
    counts = [item for item in figures if item.figure.unit != "%" and not item.figure.change]
    if len(counts) < 2 or counts[-1].figure.unit != counts[-2].figure.unit:
        return None
    first, second = counts[-2].figure, counts[-1].figure
    other_unit = unit not in ("%", "倍", second.unit)
    divided = any(token.kind == "among" for token in sentence[: first.index])  # 537 条，其中动态 240 条，总量比上年的 489 条多
    if first.about or second.about or first.scope != second.scope or other_unit or divided:
        return None
    if first.step or second.step:
        return None  # 由 1.25 万件增至 1.59 万件，净增 3432 件: what is rounded tells no exact change
    before = [_of_last_year(year, sentence, item) for item in counts[-2:]]
    if before == [False, True]:
        return (first.value, second.value) if first.year is None else None
    if (before[0] or first.year == year - 1) and not before[1] and any(token.kind == "reach" for token in second.left):
        return second.value, first.value  # 由 62 件回落到 50 件，减少 12 件
    steps = [item.figure for item in figures if item.figure.change and item.figure.index > second.index]
    if steps and all(step.value == abs(first.value - second.value) for step in steps):
        end = steps[0].index  # 前一年是 21 件，这一年是 28 件，多出 7 件，涨了 33.3%
    between = sentence[second.index + 1 : end]
    marks = sum(token.kind == "sep" and token.value != "（" for token in between)
    if marks > 1 or not all(token.kind in _OF_CHANGE for token in between) or any(token.value == "；" for token in between):
        return None
    years = _years_before(year, sentence, first.index, second.index)
    if years == (year - 1, year) and _same_name(words, sentence, first.index, second.index):
        return second.value, first.value  # 2022年公开 300 条，2023年公开 420 条，上升 40%
    return (first.value, second.value) if years == (year, year - 1) and first.year != 0 else None


def _years_before(year: int, sentence: tuple[Token, ...], first: int, second: int) -> tuple[int | None, int | None]:
    """The years of two figures, each before its own, or both before 分别."""
    start = next(
        (at + 1 for at in range(first - 1, max(-1, first - _NEAR), -1) if _separates(sentence[at])), max(0, first - _NEAR)
    )
    before, between = (_years_in(year, sentence[one:end]) for one, end in ((start, first), (first + 1, second)))
    if any(token.kind == "respectively" for token in sentence[start:first]):
        return (before[0], before[1]) if len(before) == 2 and not between else (None, None)
    return (before[0] if len(before) == 1 else None, between[0] if len(between) == 1 else None)


def _separates(token: Token) -> bool:
    return token.kind == "figure" or (token.kind == "sep" and token.value in "；。")


def _years_in(year: int, tokens: Sequence[Token]) -> list[int]:
    """Each year once: 2023年全年, 去年（2023年）; none where a month is named."""
    years: dict[int, None] = {}
    for token in tokens:
        if token.kind in ("period", "date", "range") or token.value in ("many", "since"):
            return []
        if token.kind in ("year", "past") or (token.kind == "now" and not (years and token.value)):
            years[int(token.value) if token.kind == "year" else year - (token.kind == "past")] = None
    return list(years)


def _same_name(words: str, sentence: tuple[Token, ...], first: int, second: int) -> bool:
    """Whether the second figure is called by nothing that the first is not called by."""
    begin = max((token.end for token in sentence[:first] if _separates(token)), default=max(0, sentence[0].start - _NEAR))
    before = re.split("[。；！？\n]", words[begin : sentence[first].start])[-1]
    behind, behind_first = (
        re.split("[，。；、（]", words[sentence[at].end : sentence[at].end + _BEHIND])[0] for at in (second, first)
    )
    name = _ANY.sub("", words[sentence[first].end : sentence[second].start] + behind)
    return set(name) <= set(before + behind_first)


def base_and_change(
    year: int, sentence: tuple[Token, ...], readings: Sequence[Reading], change: Reading
) -> tuple[Decimal, Decimal] | None:
    """与 2020 年（8 件）相比，增加 2 件，增长 20%: last year's figure and the change in figures give the percentage."""
    at = next(at for at, item in enumerate(readings) if item is change)
    if at < 2 or change.figure.unit != "%" or not readings[at - 1].figure.change:
        return None
    base, step = readings[at - 2].figure, readings[at - 1].figure
    exact = not (base.about or step.about) and base.unit == step.unit != "%" and not base.change
    if not exact or not _of_last_year(year, sentence, readings[at - 2]):
        return None
    falls = any(token.kind == "fall" for token in step.left)
    return base.value + (-step.value if falls else step.value), base.value


def _of_last_year(year: int, sentence: tuple[Token, ...], item: Reading) -> bool:
    index = item.figure.index
    for token in reversed(sentence[max(0, index - _FEW) : index]):
        if token.kind == "year":
            return token.value == str(year - 1)
        if token.kind == "past":
            return token.value == "last"
        if token.kind not in ("soft", "sep", "compare") or (token.kind == "sep" and token.value != "（"):
            return False
    return False
