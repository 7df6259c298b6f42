"""Decide to which figure a list belongs: takes the lists that the words allow, returns those that hold in the whole report.

A list whose items make up its head stands. One whose sum differs is dropped where something else explains it: its head is the
sum of another list, its items make up another figure before them, or all of its figures agree with the tables.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate, pairwise

from toolkit.checks.narrative.candidates.fitting import sum_of
from toolkit.checks.narrative.candidates.readings import Parts, Reading, TextReading
from toolkit.checks.narrative.candidates.slips import SMALL, is_near
from toolkit.checks.narrative.relations.list_shapes import TextList, is_carried
from toolkit.checks.narrative.relations.sentence_lists import NEAR

_BEFORE = 8  # figures before a list that it may belong to


def settled(text: TextReading, lists: Sequence[TextList], parts: Parts) -> tuple[TextList, ...]:
    """The lists that the report as a whole leaves standing; ``parts`` are those of heads that the tables divide."""
    satisfied = {id(entry.head) for entry in lists if entry.adds_up}
    left = (entry for entry in lists if entry.adds_up or not _is_divided(entry, parts))
    return tuple(entry for entry in left if entry.adds_up or not _is_explained(text, entry, satisfied))


def _is_explained(text: TextReading, entry: TextList, satisfied: set[int]) -> bool:
    """``satisfied`` are the heads, by ``id``, of the lists that add up."""
    if id(entry.head) in satisfied and not entry.again:
        return True
    if _divide_the_first(text, entry.items) or (entry.apart and _makes_up_another_head(text, entry)):
        return True
    if _sets_one_aside(entry):
        return True
    first = entry.items[0]  # 指南 12 条，其中网站 31 条: more than the figure right before it
    beyond = first.figure.value > entry.head.figure.value and _is_among(first) and entry.firmness == "among"
    if entry.exceeds and not (beyond or _may_be_slip(entry) or _misses_a_cell(text, entry)):
        return True  # no parts of the head
    if all(_is_right(item) for item in (entry.head, *entry.items)) or _are_cells_of_row(text, entry):
        return True
    rest = any(token.kind == "rest" for token in first.figure.left)  # 产品 133 个，图解 76 个，其余为文字 34 个、视频 23 个
    whole = entry.shown_sum + (entry.head.figure.value if rest else 0)
    heads = [head.figure.value for head in _heads_before(text, entry)]
    together = entry.shown_sum in accumulate(reversed(heads))  # 建议 16 件、提案 23 件，其中主办 25 件、协办 14 件
    return together or whole in heads or _goes_on(text, entry)


def _is_divided(entry: TextList, parts: Parts) -> bool:
    """Figures of the list are parts of its head in the tables and make it up with others: 其中某类 16 件，其中国家秘密 4 件…."""
    own = parts.get((entry.head.figure.where, entry.head.figure.start), frozenset())
    return not entry.again and any((item.figure.where, item.figure.start) in own for item in entry.items)


def _divide_the_first(text: TextReading, items: Sequence[Reading]) -> bool:
    """公开的总数是 9 件；没给的 3 件，企业 1 件、个人 2 件: the items behind the first are its parts and closer together."""
    first, *others = (item.figure.value for item in items)
    if len(others) < 2 or first != sum(others, Decimal(0)):
        return False
    figures = [item.figure for item in items]
    sentence = text.by_where[figures[0].where].sentences[figures[0].sentence]
    marks = [{token.value for token in sentence[a.index : b.index] if token.kind == "sep"} for a, b in pairwise(figures)]
    return "、" not in marks[0] and all(mark == {"、"} for mark in marks[1:])


def _sets_one_aside(entry: TextList) -> bool:
    """不予公开 17 件，其中某类 12 件，国家秘密 1 件…: it adds up without an item of unknown words behind 其中."""
    items = entry.items
    places = [at for at, item in enumerate(items) if not item.candidates and _is_among(item)]
    return len(items) > 2 and any(replace(entry, items=(*items[:at], *items[at + 1 :])).adds_up for at in places)


def _is_among(item: Reading) -> bool:
    return any(token.kind == "among" for token in item.figure.left)


def _misses_a_cell(text: TextReading, entry: TextList) -> bool:
    """Whether an item in free wording, which was not compared with its cell, differs from it."""
    guesses = [(item.figure.span, item.candidate) for item in entry.items if item.candidate is not None]
    cells = [(span, sum_of(text.report, guess.addresses)) for span, guess in guesses]
    return any(expected and expected not in span for span, expected in cells)


def _may_be_slip(entry: TextList) -> bool:
    """Whether one figure of a list, typed wrongly, explains that it does not add up."""
    head, gap = entry.head.figure.value, entry.shown_sum - entry.head.figure.value
    if gap > head < SMALL:
        return False  # small figures are a slip of any other: 会议 2 次、推进会 3 次，批示 4 次 is no list
    if abs(gap) <= head * NEAR:
        return True
    pairs = [(head, entry.shown_sum), *((item.figure.value, item.figure.value - gap) for item in entry.items)]
    return any(right > 0 and is_near(value, right) for value, right in pairs)


def _makes_up_another_head(text: TextReading, entry: TextList) -> bool:
    """收到 4 件，村民 2 件、企业 2 件。其中公开 3 件，不掌握 1 件: the items make up another figure before them, or two.

    新申请 5 件，旧件 1 件。其中公开 3 件…: or what two figures of it make together.
    """
    head, whole = entry.head.figure, entry.shown_sum
    values = [
        item.figure.value for item in text.of_sentence(head.where, head.sentence)[-_BEFORE:] if item.figure.unit == head.unit
    ]
    return whole in values or any(one + two == whole for one, two in pairwise(values))


def _goes_on(text: TextReading, entry: TextList) -> bool:
    """8 件：维持 3 件，纠正 1 件，其他 3 件，1 件待判: with the figures behind it or its sum the list makes up its head."""
    last, whole = entry.items[-1].figure, entry.shown_sum
    readings = text.of_sentence(last.where, last.sentence)
    first = bisect_right(readings, last.index, key=lambda item: item.figure.index)
    behind = [item for item in readings[first:] if not item.figure.one] + text.of_sentence(last.where, last.sentence + 1)
    for item in behind[:_BEFORE]:
        if item.figure.unit == last.unit and whole < entry.head.figure.value and not is_carried(item):
            whole += item.figure.value
    if behind and any(token.kind == "total" for token in behind[0].figure.left):
        value, whole, short = behind[0].figure.value, entry.shown_sum, entry.shown_sum < entry.head.figure.value
        goes_on = short and value == whole and len(readings) > first + 1
        # 其中 A、B、C，三项共计…: the sum is wrong, not the list
        wrong = short and behind[0] is not entry.head and 0 < abs(value - whole) <= whole * NEAR
        closes = value == entry.head.figure.value + entry.shown_sum  # 信函 4 件，邮件 1 件，合计 5 件
        return goes_on or wrong or closes
    return whole == entry.head.figure.value and whole != entry.shown_sum


def _is_right(item: Reading) -> bool:
    return (item.tie.kind, item.tie.state) == ("cell", "agrees")


def _are_cells_of_row(text: TextReading, entry: TextList) -> bool:
    """制作规范性文件 4 件、公开 4 件、累计公开 16 件: each figure is a cell of the row that the first names."""
    first = min((entry.head, *entry.items), key=lambda item: item.figure.start)
    if not _is_right(first) or first.tie.addresses[0].table != "documents":
        return False
    row, figures = first.tie.addresses[0].row, text.report.figures
    values = [figures.number(cell) for cell in text.report.form.cells if (cell.table, cell.row) == ("documents", row)]
    return all(item.figure.value in values for item in (entry.head, *entry.items))


def _heads_before(text: TextReading, entry: TextList) -> Iterator[Reading]:
    """The figures of the sentence before the items, of the same unit, that are not items themselves."""
    first, own = entry.items[0].figure, {id(item) for item in entry.items}
    before = [item for item in text.of_sentence(first.where, first.sentence) if item.figure.index < first.index]
    return (item for item in before[-_BEFORE:] if item.figure.unit == entry.head.figure.unit and id(item) not in own)
