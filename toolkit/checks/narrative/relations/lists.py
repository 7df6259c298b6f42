"""Find the lists of a text – 共 N 条，其中 A a 条、B b 条 – and whether they add up.

In goes a part with its readings, out come lists: the head, the items, how firmly the words say that the items make up the
head. A list ends where its items have reached the head; brackets and a second 其中 are lists inside a list.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from toolkit.checks.narrative.candidates.readings import Reading, TextReading, is_change
from toolkit.checks.narrative.candidates.quantity import Quantity
from toolkit.checks.narrative.figures import PartText
from toolkit.checks.narrative.tokens import Token
from toolkit.checks.narrative.tokens.chinese_numbers import Interval
from toolkit.checks.narrative.tokens.vocabulary import KEYS

# among: 其中, may name some only. whole: 共 N 条：A、B, names all. loose: side by side, perhaps a list, perhaps not.
Firmness = Literal["among", "whole", "loose"]
UNITS = frozenset(
    (
        "条",
        "件",
        "份",
        "篇",
        "期",
        "项",
        "个",
        "宗",
        "起",
        "例",
        "条次",
        "件次",
        "次",
        "",
        "场",
        "场次",
        "块次",
        "部",
        "册",
        "人次",
        "个",
        "户",
        "家",
    )
)
_STOPS = frozenset(
    (
        "grow",
        "fall",
        "compare",
        "past",
        "total",
        "carried_in",
        "carried_out",
        "carry",
        "new",
        "handled",
        "rate",
        "share",
        "reach",
        "taken",
    )
)
_ONE_UNIT = {"场次": "场", "期次": "期"}
_ROWS = frozenset(("new", "taken", "handled", "manage", "carried_in", "carried_out"))  # told beside a list, not in it
_ACTS = frozenset(("other", "manage"))
LONGEST = 60  # items and tokens looked at, so that the time stays linear in the text
NEAR = Decimal("0.1")  # a shortage below a tenth looks like an item forgotten, not like a list of some only


@dataclass(frozen=True, slots=True)
class TextList:
    """A head and its items; ``firmness`` says what a sum that differs means."""

    head: Reading
    items: tuple[Reading, ...]
    firmness: Firmness
    closed: bool = False  # its last item ends the sentence, and no 等 or 主要 says that there are more

    @property
    def total(self) -> Interval:
        spans = [item.figure.span for item in self.items]
        return Interval(sum((span.low for span in spans), Decimal(0)), sum((span.high for span in spans), Decimal(0)))

    @property
    def adds_up(self) -> bool:
        return self.total.meets(self.head.figure.span)

    @property
    def approximate(self) -> bool:
        return any(item.figure.about for item in (self.head, *self.items))

    @property
    def shown_sum(self) -> Decimal:
        return sum((item.figure.value for item in self.items), Decimal(0))


def find_lists(text: TextReading) -> tuple[TextList, ...]:
    """Every list of the text, also those that add up: their figures are tied by it."""
    return tuple(item for part in text.parts for item in _lists_of_part(text, part))


def _lists_of_part(text: TextReading, part: PartText) -> Iterator[TextList]:
    before: list[Reading] = []
    for at, sentence in enumerate(part.sentences):
        readings = text.of_sentence(part.where, at)
        if len(readings) > 1:
            yield from _Sentence(sentence, readings).lists()
            yield from _list_behind_semicolon(sentence, readings)
        if before and readings and any(token.kind == "among" for token in sentence[:2]):
            yield from _list_of_two_sentences(before, sentence, readings)
        before = readings or before if sentence[-1].value != "\n" else readings


def _list_of_two_sentences(before: Sequence[Reading], sentence: tuple[Token, ...], readings: list[Reading]) -> Iterator[TextList]:
    """``主动公开信息500条。其中，网站300条…``: the head stands in the sentence before."""
    for head in before[-8:]:
        found = _Sentence(sentence, [head, *readings]).items_after(0, firm=True)
        if found and _same_unit(head.figure.unit, found[0].figure.unit) and (len(before) == 1 or _meets(head, found)):
            yield TextList(head, tuple(found), "among")
            return
    yield from _more_than_any(before[-8:], sentence, readings)


def _list_behind_semicolon(sentence: tuple[Token, ...], readings: list[Reading]) -> Iterator[TextList]:
    """``发布信息 520 条；其中网站 230 条…``: nothing says which of the figures before ； is meant."""
    marks = [at for at in range(1, len(sentence)) if sentence[at].kind == "among" and sentence[at - 1].value == "；"]
    for mark in marks[:LONGEST]:
        at = bisect_left(readings, mark, key=lambda item: item.figure.index)
        if 0 < at < len(readings):
            yield from _more_than_any(readings[max(0, at - 8) : at], sentence, readings[at : at + LONGEST])


def _more_than_any(before: Sequence[Reading], sentence: tuple[Token, ...], after: list[Reading]) -> Iterator[TextList]:
    """Of several heads the one is meant that the items add up to, or none of them: more than the largest is too much."""
    heads = [head for head in before if head.figure.unit in UNITS and not _is_aside(head) and not _is_carried(head)]
    lists, depths = [], depths_of(sentence) if heads else []
    for head in heads:
        items = _Sentence(sentence, [head, *after], depths).items_after(0, firm=True)
        if not items or not _same_unit(head.figure.unit, items[0].figure.unit):
            continue
        lists.append(TextList(head, tuple(items), "among"))
    largest = max(lists, key=lambda item: item.head.figure.value, default=None)
    right = [item for item in lists if item.adds_up]
    yield from right
    if largest is not None and not right and (len(lists) == 1 or largest.total.low > largest.head.figure.span.high):
        yield largest


def _meets(head: Reading, items: Sequence[Reading]) -> bool:
    return TextList(head, tuple(items), "among").adds_up


class _Sentence:
    """The figures of one sentence with what stands between them."""

    def __init__(self, tokens: tuple[Token, ...], readings: list[Reading], depths: list[int] | None = None) -> None:
        self.tokens, self.depths = tokens, depths or depths_of(tokens)
        self.readings = [item for item in readings if not self._is_note(item)]

    def _is_note(self, reading: Reading) -> bool:
        """不予公开 2 件（18.2%），其中…: a percentage in brackets is said of the figure before it."""
        at = reading.figure.index
        around = [token.value for token in self.tokens[max(0, at - 1) : at + 2 : 2]] if reading.figure.unit == "%" else []
        return around == ["（", "）"]

    def lists(self) -> Iterator[TextList]:
        inside: set[int] = set()  # items of a list already found are no heads of loose ones: the time stays linear
        for at, head in enumerate(self.readings[:-1]):
            if head.figure.unit not in UNITS or _is_aside(head) or _is_carried(head) or self._counts_a_noun(head):
                continue
            firmness = self._firmness(at)
            if firmness is None or (firmness == "loose" and at in inside and head.quantity is None):
                continue
            items = self.items_after(at, firm=firmness != "loose")
            if len(items) >= (1 if firmness == "among" else 2):
                inside.update(range(at + 1, at + 1 + len(items)))
                firmness = "among" if firmness == "loose" and _divides(head, items) else firmness
                yield TextList(head, tuple(items), firmness, self._is_closed(head, items))
        yield from self._sums_behind()

    def _is_closed(self, head: Reading, items: Sequence[Reading]) -> bool:
        last = items[-1].figure.index
        between = self.tokens[head.figure.index : last + 2]
        behind = self.tokens[last + 1 : last + 2]
        ends = bool(behind) and behind[0].value in ("。", "；", "\n") and behind[0].start == self.tokens[last].end
        return ends and not any(token.value == "some" for token in between)

    def _counts_a_noun(self, reading: Reading) -> bool:
        """三条路径, 两件大事: a Chinese numeral with its noun behind it is no total."""
        token = self.tokens[reading.figure.index]
        following = self.tokens[reading.figure.index + 1 : reading.figure.index + 2]
        return token.chinese and not (following and following[0].kind == "sep" and following[0].start == token.end)

    def _between(self, at: int) -> tuple[Token, ...]:
        """The tokens between a figure and the next; for a head in the sentence before, those from the beginning."""
        figure, following = self.readings[at].figure, self.readings[at + 1].figure
        first = figure.index + 1 if figure.sentence == following.sentence else 0
        note = [token.value for token in self.tokens[first : first + 3 : 2]] == ["（", "）"]
        return self.tokens[first + 3 if note and first + 3 <= following.index else first : following.index]

    def _firmness(self, at: int) -> Firmness | None:
        if self.depths[self.readings[at].figure.index] > self.depths[self.readings[at + 1].figure.index]:
            return None  # 10 件申请（自然人 7 件、企业 3 件）的办理结果：公开 7 件
        between = self._between(at)
        kinds = {token.kind for token in between}
        inside = next((at for at, token in enumerate(between) if token.value == "inside"), -1)
        if inside >= 0:  # 12 件申请中网络申请 8 件; not 未结 1 件，结案中维持 12 件
            if not any(token.kind == "sep" for token in between[:inside]):
                return "among"
            if "among" not in kinds:
                return None
        if "among" in kinds and _speaks_of_all(between):
            return None
        if "among" in kinds:
            first = next(token for token in between if token.kind == "among")
            return (
                "among"
                if not any(token.value in "；。" and token.kind == "sep" for token in between[: between.index(first)])
                else None
            )
        seps = [token.value for token in between if token.kind == "sep"]
        if seps[:1] == ["（"]:
            return "whole"
        if "：" in seps[:2]:
            return "whole"
        if (seps[:1] and seps[0] in "，、") or "respectively" in kinds:
            return "whole" if any(token.kind == "total" for token in self.readings[at].figure.left) else "loose"
        return None

    def items_after(self, at: int, *, firm: bool) -> list[Reading]:
        """The items that follow a head, as far as they are of its kind, up to where they reach it."""
        head, items = self.readings[at].figure, list[Reading]()
        depth = self._depth_of_items(at)
        behind = firm and self._names_behind(at)
        sub: Reading | None = None
        rest = total = Decimal(0)
        for next_at in range(at + 1, min(len(self.readings), at + LONGEST)):
            item = self.readings[next_at]
            figure = item.figure
            if self.depths[figure.index] > depth or figure.unit == "%":
                continue
            between = self._between(next_at - 1)
            if self.depths[figure.index] < depth or not _goes_on(between, self.readings[at], item, firm=firm):
                break
            if items and any(token.kind == "among" for token in between):
                sub, rest = items[-1], items[-1].figure.value
            if sub is not None and rest > 0:  # an item of the list inside the list
                rest -= figure.value
                if rest >= 0:
                    continue
                sub = None
            if not _same_unit(figure.unit, head.unit) or not (_named(figure.left, between) or behind):
                break
            items.append(item)
            total += figure.value
            if len(items) > 1 and total == head.value and not figure.about:
                break
        return items

    def _names_behind(self, at: int) -> bool:
        """其中 22 条工作动态、18 条通知公告: the first figure stands next to 其中, so every name stands behind its figure."""
        between = self._between(at) if at + 1 < len(self.readings) else ()
        following = self.readings[at + 1].figure.index if between else 0
        return bool(between) and between[-1].kind == "among" and between[-1].end == self.tokens[following].start

    def _depth_of_items(self, at: int) -> int:
        return self.depths[self.readings[at + 1].figure.index] if at + 1 < len(self.readings) else 0

    def _sums_behind(self) -> Iterator[TextList]:
        """``网站 263 条，公众号 291 条，合计 554 条``."""
        for at, head in enumerate(self.readings):
            totals = [token for token in head.figure.left if token.kind == "total"]
            if at < 2 or not totals or any(token.kind in KEYS for token in head.figure.left):  # 科研机构和公益组织合计 3 件
                continue
            items = self._items_before(at)
            listed = TextList(head, tuple(items), "whole")
            # a mere 共 may begin something new, unless the sum is near it
            near = abs(listed.shown_sum - head.figure.value) <= head.figure.value * NEAR
            if len(items) > 1 and (totals[-1].end - totals[-1].start > 1 or (near and self._adds_row(at))):
                yield listed

    def _adds_row(self, at: int) -> bool:
        """``建议 9 件、提案 4 件，共 14 件``: nothing but 共 between the row and its sum."""
        left = self.readings[at].figure.left
        before, two = self._between(at - 1), self._between(at - 2)
        plain = [token.kind for token in left] == ["total", "edge"] and [token.value for token in before] == ["，", ""]
        return plain and any(token.value == "、" for token in two)

    def _items_before(self, at: int) -> list[Reading]:
        """The items a total behind them adds up, nearest last; none when something else stands among them."""
        head = self.readings[at].figure
        items: list[Reading] = []
        low = high = Decimal(0)
        for item in reversed(self.readings[max(0, at - LONGEST) : at]):
            figure = item.figure
            if figure.one and figure.unit == "项":  # 三项相加 2100 次
                continue
            if not _same_unit(figure.unit, head.unit) or _is_aside(item) or self.depths[figure.index] != self.depths[head.index]:
                return []
            items.insert(0, item)
            low, high = low + figure.span.low, high + figure.span.high
            if len(items) > 1 and low <= head.span.high and head.span.low <= high:
                return items
            if low > head.span.high and len(items) > 1:
                break
        stops = [{token.kind for token in item.figure.left} & _STOPS for item in items]
        if stops and items[0].quantity is None:
            stops[0] -= {"new", "handled"}  # 答复领导留言 20 件、网友留言 12 件，共 34 件
        return [] if any(stops) else items


def _speaks_of_all(between: Sequence[Token]) -> bool:
    """当面收到 1 件，全部申请均已办结，其中…: what 其中 divides is all of them, not the figure next to it."""
    first = next(at for at, token in enumerate(between) if token.kind == "among")
    kinds = [token.kind for token in between[:first]]
    return (
        "sep" in kinds and "all" in kinds and ("app" in kinds or "handled" in kinds) and kinds.index("all") > kinds.index("sep")
    )


def _goes_on(between: tuple[Token, ...], head: Reading, item: Reading, *, firm: bool) -> bool:
    """Whether the list goes on with this figure: words of another row, a change, a new total end it."""
    stops = _STOPS if firm else _STOPS | _ACTS
    if firm and item.figure.scope:  # 县政府办公室受理 22 件，县直部门受理 51 件: who received how many of them
        stops = stops - {"new", "handled"}
    if _is_aside(item) or stops & {token.kind for token in item.figure.left}:
        return False
    if any(token.kind == "sep" and token.value == "。" for token in between):
        return False
    if item.quantity is None or item.quantity.certainty == "weak" or (firm and item.figure.scope and not head.figure.scope):
        return True
    return item.quantity.name not in _ROWS and (head.quantity is None or _is_part(item.quantity, head.quantity))


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


def _is_aside(reading: Reading) -> bool:
    """Shares, changes and other years' figures are no heads and no items."""
    return reading.figure.unit == "%" or is_change(reading.figure) or reading.figure.year is not None


def _is_carried(reading: Reading) -> bool:
    """办结 11 件，结转 2 件，其中予以公开 5 件: what 其中 divides is not what was carried over."""
    return reading.quantity is not None and reading.quantity.name in ("carried_in", "carried_out")


def _same_unit(one: str, other: str) -> bool:
    """培训 6 场次，其中镇级 3 场: one word for the other; 条次 may count a 条 several times and is another."""
    return _ONE_UNIT.get(one, one) == _ONE_UNIT.get(other, other)


def _named(left: tuple[Token, ...], between: tuple[Token, ...]) -> bool:
    """An item has a name before its figure (or is dealt out by 分别)."""
    if not between:
        return True
    edges = [token for token in between if token.kind == "sep"]
    start = edges[-1].end if edges else between[0].start
    return left[-1].end - start > 1 or any(token.kind == "respectively" for token in between)


def _divides(head: Reading, items: Sequence[Reading]) -> bool:
    """行政复议 9 件，维持 5 件，纠正 1 件; 办结 14 件，予以公开 7 件…: results of the same cases."""
    whole = head.quantity
    return whole is not None and all(item.quantity is not None and _is_part(item.quantity, whole) for item in items)


def _is_part(part: Quantity, whole: Quantity) -> bool:
    """An outcome of what was handled, an applicant of what came in, a result of the same disputes, one kind of lawsuit."""
    if whole.name in ("handled", "manage"):
        return part.code == "text-outcome"
    if whole.name == "new":
        return part.name.startswith("new.")
    if whole.code == part.code == "text-outcome":
        return set(part.addresses) < set(whole.addresses)
    if not (whole.code == part.code == "text-disputes" and whole.name.endswith(".total")):
        return False
    rows, own = {address.row for address in whole.addresses}, {address.row for address in part.addresses}
    return own < rows or (own == rows and not part.name.endswith(".total"))
