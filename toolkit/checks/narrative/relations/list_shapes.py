"""What a list of the text is, and which figures can be its head and its items.

Takes readings and the words between them; ``lists`` passes on ``TextList``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal

from toolkit.checks.narrative.candidates.quantity import EVERYDAY, Quantity
from toolkit.checks.narrative.candidates.readings import Reading
from toolkit.checks.narrative.tokens import Token
from toolkit.checks.narrative.tokens.chinese_numbers import Interval
from toolkit.checks.narrative.tokens.vocabulary import KEYS

# among: 其中, may name some only. whole: 共 N 条：A、B, names all. loose: side by side, perhaps a list, perhaps not.
Firmness = Literal["among", "whole", "loose"]
UNITS = frozenset(
    ("条", "件", "份", "篇", "期", "项", "个", "宗", "起", "例", "条次", "件次", "次", "",
     "场", "场次", "批次", "块次", "部", "册", "人次", "户", "家", "名", "人", "位", "座", "处", "台", "所", "万元", "亿元")
)  # fmt: skip
STOPS = frozenset(("grow", "fall", "compare", "past", "total", "carried_in", "carried_out", "carry", "new", "handled", "rate",
                   "share", "reach", "taken"))  # fmt: skip
_ONE_UNIT = {"场次": "场", "期次": "期"}
_PUBLISHED = frozenset(("篇", "则", "期"))
_ROWS = frozenset(("new", "taken", "handled", "manage", "carried_in", "carried_out"))  # stated beside a list, not in it
_CASES = frozenset(("", "件", "宗", "份"))
_ACTS = frozenset(("other", "manage"))
_FEWEST_NESTED, _MOST_NESTED = 4, 30  # figures of a list inside which others are


@dataclass(frozen=True)
class TextList:
    """A head and its items; ``firmness`` says what a sum that differs means."""

    head: Reading
    items: tuple[Reading, ...]
    firmness: Firmness
    closed: bool = False  # its last item ends the sentence, and no 等 or 主要 says that there are more
    again: bool = False  # it divides its head in another way, whatever other list does
    apart: bool = False  # its head is in a sentence before: nothing but the place says that the two belong together

    @cached_property
    def total(self) -> Interval:
        spans = [item.figure.span for item in self.items]
        return Interval(sum((span.low for span in spans), Decimal(0)), sum((span.high for span in spans), Decimal(0)))

    @cached_property
    def adds_up(self) -> bool:
        head = self.head.figure
        if head.step and any((item.figure.step or 0) < head.step for item in self.items):  # 6.3 万，其中 4.1 万、22231
            meets = self.total.meets(head.rounded) and self.total.low < head.rounded.high
        else:
            meets = self.total.meets(head.span)
        # 村民 7 件，公益组织和律所各 1 件，合起来 9 件
        return meets or sum((item.figure.value * _names_of_each(item) for item in self.items), Decimal(0)) in head.span

    @property
    def exceeds(self) -> bool:
        """More than the head, however its items may divide one another."""
        head, more = self.head.figure, self.total.low > self.head.figure.span.high
        before = self.firmness == "among" or (
            head.start < self.items[0].figure.start and head.sentence == self.items[0].figure.sentence
        )
        return more and not (before and head.unit in _CASES and self.least <= head.value)

    @cached_property
    def least(self) -> Decimal:
        """The sum without the items that divide the one before them."""
        return _least(self.items)

    @property
    def approximate(self) -> bool:
        return any(item.figure.about for item in (self.head, *self.items))

    @property
    def shown_sum(self) -> Decimal:
        return sum((item.figure.value for item in self.items), Decimal(0))


def _names_of_each(item: Reading) -> int:
    """How many names share a figure behind 各; 1 for any other figure."""
    left = item.figure.left
    names = sum(token.kind in KEYS or token.value in EVERYDAY for token in left if token.kind != "app")
    return max(names, 1) if any(token.kind == "each" for token in left) else 1


def _least(items: Sequence[Reading]) -> Decimal:
    """The items together without those that divide the one before: 公开 8 件，自然人 7 件、企业 1 件 are eight."""
    values, least, at = [item.figure.value for item in items[:_MOST_NESTED]], Decimal(0), 0
    while at < len(values):
        least += values[at]
        at = _end_of_parts(values, at)
    return least


def _end_of_parts(values: Sequence[Decimal], at: int) -> int:
    """Where the parts of a value end that follow it; the next place when what follows does not make it up."""
    summed = Decimal(0)
    for end in range(at + 1, len(values)):
        summed += values[end]
        if summed == values[at] and end > at + 1:
            return end + 1
        if summed > values[at]:
            break
    return at + 1


def speaks_of_all(between: Sequence[Token]) -> bool:
    """当面收到 1 件，全部申请均已办结，其中…: what 其中 divides is all of them, not the figure next to it."""
    first = next(at for at, token in enumerate(between) if token.kind == "among")
    kinds = [token.kind for token in between[:first]]
    if {"rest", "outcome"} <= {*kinds[kinds.index("sep") if "sep" in kinds else first :]}:
        return True  # 其他 3 件，其余均予以公开，其中居民 4 件
    return (
        "sep" in kinds and "all" in kinds and ("app" in kinds or "handled" in kinds) and kinds.index("all") > kinds.index("sep")
    )


def goes_on(head: Reading, item: Reading, *, firm: bool, first: bool) -> bool:
    """Whether the list begins or goes on with this figure: words of another row, a change, a new total end it."""
    stops = STOPS if firm else STOPS | _ACTS
    # 县政府办公室受理 22 件，县直部门受理 51 件: who received how many of them; 包括热线答疑 30 次、信箱回复 15 次
    other = any(token.kind == "other" for token in item.figure.left)  # 代表建议答复 12 件、政协提案答复 7 件
    if firm and (item.figure.scope or (not first and head.quantity is item.quantity is None) or other):
        stops = stops - {"new", "handled"}
    if is_aside(item) or stops & {token.kind for token in item.figure.left}:
        return False
    if item.quantity is None or item.quantity.certainty == "weak" or (firm and item.figure.scope and not head.figure.scope):
        return True
    own = head.quantity is None or _is_part(item.quantity, head.quantity) or (firm and item.quantity == head.quantity)
    return own and item.quantity.name not in _ROWS


def depths_of(tokens: tuple[Token, ...]) -> list[int]:
    """How many brackets are open at each token."""
    depths, depth = [], 0
    for token in tokens:
        if token.kind == "sep" and token.value == "（":
            depth += 1
        depths.append(depth)
        if token.kind == "sep" and token.value == "）":
            depth = max(0, depth - 1)
    return depths


def is_aside(reading: Reading) -> bool:
    """Shares, changes and other years' figures are no heads and no items."""
    return reading.figure.unit == "%" or reading.figure.change or reading.figure.year is not None


def is_carried(reading: Reading) -> bool:
    """办结 11 件，结转 2 件，其中予以公开 5 件: what 其中 divides is not what was carried over."""
    return reading.quantity is not None and reading.quantity.name in ("carried_in", "carried_out")


def same_unit(one: str, other: str) -> bool:
    """培训 6 场次，其中镇级 3 场: one word for the other; 条次 may count a 条 several times and is another."""
    return _ONE_UNIT.get(one, one) == _ONE_UNIT.get(other, other)


def is_counted_in(item: str, head: str) -> bool:
    """信息 60 条，其中 28 篇报道、24 则提醒: whatever was published is counted in 条 as well; 218 件次，其中 121 件咨询."""
    return same_unit(item, head) or (head == "条" and item in _PUBLISHED) or (item != "" and head == f"{item}次")


def named(left: tuple[Token, ...], between: tuple[Token, ...]) -> bool:
    """An item has a name before its figure (or is dealt out by 分别)."""
    if not between:
        return True
    edges = [token for token in between if token.kind == "sep"]
    start = edges[-1].end if edges else between[0].start
    return left[-1].end - start > 1 or any(token.kind == "respectively" for token in between)


def divides(head: Reading, items: Sequence[Reading]) -> bool:
    """行政复议 9 件，维持 5 件，纠正 1 件; 办结 14 件，予以公开 7 件…: results of the same cases."""
    whole = head.quantity
    return whole is not None and all(item.quantity is not None and _is_part(item.quantity, whole) for item in items)


def sorts_papers(items: Sequence[Reading]) -> bool:
    """制发文件 134 份，主动公开 47 份、依申请公开 52 份、不予公开 35 份: every document is one of the three."""
    kinds = [{(token.kind, token.value) for token in item.figure.left} for item in items]
    names = (("publish", ""), ("app", ""), ("outcome", "refused"))
    return len(items) == len(names) and all(name in words for name, words in zip(names, kinds, strict=True))


def _is_part(part: Quantity, whole: Quantity) -> bool:
    """An outcome of what was handled, an applicant of what came in, a result of the same disputes, one kind of lawsuit."""
    if whole.name in ("handled", "manage"):
        return part.code == "text-outcome"
    if whole.name == "new":
        return part.name.startswith("new.")
    if whole.code == part.code == "text-outcome":
        if set(part.addresses) <= set(whole.either):
            return True  # 公开 38 件，其中全部公开 30 件、部分公开 8 件
        totals = {cell._replace(column="total") for cell in part.addresses}  # 公开 13 件，其中自然人 6 件、企业 7 件
        return part.addresses != whole.addresses and totals <= set(whole.addresses)
    if not (whole.code == part.code == "text-disputes" and whole.name.endswith(".total")):
        return False
    rows, own = {address.row for address in whole.addresses}, {address.row for address in part.addresses}
    return own < rows or (own == rows and not part.name.endswith(".total"))
