"""Changes whose both years the sentence tells: 公开信息 150 条，上年为 120 条，增长 25%; 233 件，比 2019 年的 251 件减少 18 件.

Takes a change with the figures of its sentence, returns this year's and last year's figure where they are beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from toolkit.checks.narrative.candidates.readings import Reading
from toolkit.checks.narrative.tokens import Token

_FEW = 4  # tokens between a year and its figure: 2018年（7610 件）, 去年的 1800 件


def told_years(
    year: int, sentence: tuple[Token, ...], readings: Sequence[Reading], change: Reading
) -> tuple[Decimal, Decimal] | None:
    """This year's and last year's figure of the changed quantity; ``None`` when they are not beside it."""
    figures = [item for item in readings if item.figure.index < change.figure.index]
    counts = [item for item in figures if item.figure.unit != "%" and not item.figure.change]
    if len(counts) < 2 or counts[-1].figure.unit != counts[-2].figure.unit:
        return None
    first, second = counts[-2].figure, counts[-1].figure
    if first.about or second.about or first.scope != second.scope:
        return None
    before = [_of_last_year(year, sentence, item) for item in counts[-2:]]
    if before == [False, True]:
        return (first.value, second.value) if first.year is None else None
    if (before[0] or first.year == year - 1) and not before[1] and any(token.kind == "reach" for token in second.left):
        return second.value, first.value  # 由 62 件回落到 50 件，减少 12 件
    return None


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
