"""Find sums of figures that a text states in words: 两类相加 68 件, 两种情形加起来 18 件, 两类案件合起来 8 件.

Takes the readings of a text, returns each such sum that no choice of as many figures before it makes. Time stays linear: only
the nearest figures are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from toolkit.checks.narrative.candidates.readings import Reading, TextReading
from toolkit.checks.narrative.relations.list_shapes import is_aside, same_unit

_ADDED = r"(?:相加|加起来|加在一起|加总|合起来|合在一起|合计|合并计算|并在一起)"
_SUM = re.compile(
    rf"(?P<several>[两二三四])(?:类|项|种|者|样|块|头|部分|方面)[^，。；：（）\d]{{0,6}}?{_ADDED}(?:是|为|共|一共|有|达)?\Z"
    r"|(?P<two>加上)[^，。；]{0,16}，?(?:合计|共计|总计|一共|总共|共)[^，。；\d]{0,4}\Z"  # 加上上年结转的 11 件，合计 228 件
)
_NUMBERS = {"两": 2, "二": 2, "三": 3, "四": 4}
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
        if several:
            yield from _wrong(item, several, _parts(item, before))
        before.append(item)


def _stated(text: TextReading, item: Reading) -> int:
    """Of how many figures a figure says to be the sum; 0 when it does not say so."""
    figure, words = item.figure, text.by_where[item.figure.where].plain.text
    if is_aside(item) or figure.about or item.tie.state == "agrees":
        return 0
    match = _SUM.search(words[max(0, figure.place - _WORDS) : figure.place])
    return _NUMBERS[match["several"] or "两"] if match is not None else 0


def _parts(item: Reading, before: Sequence[Reading]) -> list[Reading]:
    figure = item.figure
    near = (one for one in before[-_NEAREST:] if figure.sentence - one.figure.sentence <= _SENTENCES)
    return [one for one in near if not (is_aside(one) or one.figure.about) and same_unit(one.figure.unit, figure.unit)]


def _wrong(item: Reading, several: int, parts: Sequence[Reading]) -> Iterator[WrongSum]:
    choices = list(combinations(parts, several))
    sums = [WrongSum(item, several, choice) for choice in choices]
    if any(one.expected == item.figure.value for one in sums):
        return
    right = [one for one in sums if all(part.tie.state == "agrees" for part in one.parts)]
    if right:
        yield min(right, key=lambda one: abs(one.expected - item.figure.value))
