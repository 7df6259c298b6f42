"""Find the lists of a text – 共 N 条，其中 A a 条、B b 条 – and whether they add up.

Takes a part with its readings, returns lists: the head, the items, how firmly the words say that the items make up the
head. A list ends where its items have reached the head; brackets and a second 其中 are lists inside a list.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from itertools import combinations, groupby, pairwise
from typing import NamedTuple

from toolkit.checks.narrative.candidates.readings import Reading, TextReading
from toolkit.checks.narrative.candidates.slips import is_near
from toolkit.checks.narrative.figures import PartText
from toolkit.checks.narrative.figures.figure import AROUND
from toolkit.checks.narrative.relations.list_shapes import UNITS, Firmness, TextList, depths_of, is_aside, is_carried, same_unit
from toolkit.checks.narrative.relations.sentence_lists import LONGEST, NEAR, Sentence, is_way
from toolkit.checks.narrative.tokens import Token

_SORTS = re.compile(
    r"(?:从|按照?|依|就|以)[^，。；\d]{1,10}(?:看|分|划分|区分|统计|归类|计)[，：]"
    r"|(?:政府)?(?:信息)?(?:公开)?申请的?(?:内容|事项|类型|类别)(?:为|是|分为|分别为|包括|涉及)[，：]?"
)
_WAYS = re.compile(
    r"(?:收件|申请|提交|受理|接收|来件|递交|收到)(?:的)?(?:方式|渠道|途径|形式|来源)(?:(?:看|分|为|是|上|包括)?[，：]|[是为有](?=[一-鿿]{2,4}\d))"
    r"|(?<![^。；\n])(?:从|按|就)?(?:渠道|途径|方式)(?:上|看|来看|上看|分|划分)?[，：]"
)
_RECEIVED = ("new", "taken")
_SORTS_OF = frozenset(("类", "种", "大类", "方面", "块"))  # units of what a list divides its head into
_NEAREST = 8  # figures of the sentence before


def find_lists(text: TextReading) -> tuple[TextList, ...]:
    """Every list of the text, also those that add up: their figures are tied by it."""
    return tuple(item for part in text.parts for item in _lists_of_part(text, part))


def _lists_of_part(text: TextReading, part: PartText) -> Iterator[TextList]:
    before: list[Reading] = []
    divided: list[Reading] = []  # what sentences with 从…看 divide, one behind the other
    received: list[Reading] = []  # what the part states of applications received
    for at, sentence in enumerate(part.sentences):
        readings = _without_rates(part, at, text.of_sentence(part.where, at))
        if not readings:
            before, divided = before if sentence[-1].value != "\n" else [], []
            continue
        received += [item for item in readings if _is_received(item)]
        if len(readings) > 1:
            yield from _lists_of_sentence(part, at, readings, received)
        if before and any(token.kind == "among" for token in sentence[:2]) and _begins(part, at):
            yield from _list_of_two_sentences(before, sentence, readings)
        elif before and _sorts(part, sentence, part.sentences[at - 1][-1].end):
            divided = divided or before
            for inside in _sorted(part, sentence, readings):
                for item in _list_of_two_sentences(_last_of_year(divided, inside), sentence, inside):
                    entry = replace(item, again=True, closed=_names_all(sentence, item))
                    if entry.adds_up or _nearly(entry, divided):
                        yield entry
            before = readings
            continue
        elif again := [item for item in before if _is_named_again(item, sentence)]:
            yield from _list_of_two_sentences(again[-1:], sentence, readings)
        before, divided = readings, []


def _without_rates(part: PartText, at: int, readings: list[Reading]) -> list[Reading]:
    """信息 13652 条，日均更新 37 条: a rate for each day is no head and no item.

    Nor are the four of 分作四类, and what refers back to an item: 有 7 件与旧改有关，这 7 件里又有 4 件….
    """
    readings = [item for item in readings if item.figure.unit not in _SORTS_OF or not _follows_another(part, at, item)]
    again = [number for number, item in enumerate(readings) if number and _refers_back(part, item)]
    end = next((number for number in again if any(_is_same(one, readings[number]) for one in readings[:number])), None)
    readings = readings[:end]
    if part.kinds[at].isdisjoint(("distribute", "period")):
        return readings
    rates = ("distribute", ""), ("period", "each")
    others = [item for item in readings if not any(token[:2] in rates for token in item.figure.left)]
    # 信息 8934 条，其中每日通报 343 条、科普 1096 条…: an item by its name
    named = len(others) < len(readings) and any(entry.adds_up for entry in Sentence(part.sentences[at], readings).lists())
    return readings if named else others


def _refers_back(part: PartText, item: Reading) -> bool:
    return part.plain.text.startswith("这", item.figure.place - 1)


def _is_same(one: Reading, other: Reading) -> bool:
    return one.figure.value == other.figure.value


def _follows_another(part: PartText, at: int, item: Reading) -> bool:
    return any(token.kind == "figure" for token in part.sentences[at][: item.figure.index])


def _lists_of_sentence(part: PartText, at: int, readings: list[Reading], received: list[Reading]) -> Iterator[TextList]:
    shapes, speaks = _shapes(_Worded(part, part.sentences[at], readings))
    for head, items, firmness, closed in shapes:
        yield TextList(readings[head], tuple([readings[place] for place in items]), firmness, closed)
    if speaks and received:
        yield from _halves_of_year(part, readings, received)
        yield from _ways_of_applying(part, at, readings, received)


class _Shape(NamedTuple):
    """A list by the places of its figures among those of the sentence."""

    head: int
    items: tuple[int, ...]
    firmness: Firmness
    closed: bool


class _Worded:
    """The figures of a sentence with what they count. Two are equal when the same is said of the same figures, wherever they
    stand: while a clerk types, only the sentence that changes is searched for lists again."""

    __slots__ = ("key", "readings", "sentence")

    def __init__(self, part: PartText, sentence: tuple[Token, ...], readings: list[Reading]) -> None:
        self.sentence, self.readings = sentence, readings
        first, last = sentence[0].start, sentence[-1].end
        around = max(0, first - AROUND)
        counted = [(item.quantity, item.figure.scope, item.figure.year) for item in readings]
        self.key = (first - around, part.plain.text[around : last + AROUND], counted)

    def forget(self) -> None:
        """Let go of the tokens of the whole text: the cache keeps this as its key."""
        self.sentence, self.readings = (), []

    def __hash__(self) -> int:
        return hash(self.key[1])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Worded) and self.key == other.key


@lru_cache(maxsize=2048)
def _shapes(worded: _Worded) -> tuple[tuple[_Shape, ...], bool]:
    """The lists inside a sentence, and whether it names ways to apply or a half of the year."""
    sentence, readings = worded.sentence, worded.readings
    places = {id(item): at for at, item in enumerate(readings)}
    lists = (*Sentence(sentence, readings).lists(), *_list_behind_semicolon(sentence, readings))
    speaks = any(is_way(item.figure) or any(token.kind == "period" for token in item.figure.left) for item in readings)
    worded.forget()
    shapes = [
        _Shape(places[id(one.head)], tuple([places[id(item)] for item in one.items]), one.firmness, one.closed) for one in lists
    ]
    return tuple(shapes), speaks


def _is_received(item: Reading) -> bool:
    """What came in, by sure words or by any that have the table's value."""
    is_certain = item.sure or (item.tie.kind, item.tie.state) == ("cell", "agrees")
    return is_certain and item.quantity is not None and item.quantity.name in _RECEIVED


def _nearly(item: TextList, before: Sequence[Reading]) -> bool:
    """A list of published things whose sum is near its head: 从渠道看 may divide something else than the figure before.

    Of applications (按内容分，…、其他 4 件) only one that names all, and whose sum nothing else before makes up.
    """
    head, quantity = item.head.figure.value, item.head.quantity
    if quantity is not None:
        values = [one.figure.value for one in before[-_NEAREST:]]
        if not item.closed or not _is_received(item.head) or item.shown_sum in {*values, *map(sum, combinations(values, 2))}:
            return False
    return len(item.items) > 1 and abs(item.shown_sum - head) <= head * NEAR


def _names_all(sentence: tuple[Token, ...], item: TextList) -> bool:
    """Three kinds or more with the end of the sentence behind them and no 等, or 其他 as the last of them."""
    last = item.items[-1].figure
    behind = sentence[last.index + 1 : last.index + 2]
    ends = bool(behind) and behind[0].kind == "sep" and behind[0].start == sentence[last.index].end
    named = len(item.items) > 2 and ends and not any(token.value == "some" for token in sentence[: last.index])
    return named or any(token.kind == "rest" for token in last.left)


def _sorts(part: PartText, sentence: tuple[Token, ...], start: int) -> bool:
    """从渠道看，网站 210 条…; 按载体分，…: the words name first by what they divide the figure of the sentence before."""
    return bool(_SORTS.match(part.plain.text, start, sentence[-1].end))


def _sorted(part: PartText, sentence: tuple[Token, ...], readings: Sequence[Reading]) -> Iterator[list[Reading]]:
    """从内容看，征收类 33 件、…；从渠道看，网络 15 件、…: the figures of each of these, up to the next ；."""
    marks = [at for at, token in enumerate(sentence) if token.value == "；"]
    for first, last in pairwise([-1, *marks, len(sentence)]):
        inside = [item for item in readings if first < item.figure.index < last]
        if inside and (first < 0 or _sorts(part, sentence, sentence[first].end)):
            yield inside


def _begins(part: PartText, at: int) -> bool:
    """。其中，网站 300 条; not 。标准目录涵盖 26 个领域: hardly a character before the word that divides."""
    among = next(token for token in part.sentences[at] if token.kind == "among")
    return among.start - part.sentences[at - 1][-1].end <= len("其中")


def _is_named_again(item: Reading, sentence: tuple[Token, ...]) -> bool:
    """行政处罚 65 件。处罚中，公共场所 29 件…: the sentence begins with the name of what the figure counts."""
    name = sentence[0]
    again = [token.value for token in sentence[1:3]] == ["inside", "，"]
    return again and any((name.kind, name.value) == (token.kind, token.value) for token in item.figure.left)


def _last_of_year(before: Sequence[Reading], readings: Sequence[Reading]) -> list[Reading]:
    """收到申请 303 件，增长 7.83%（上年 281 件）。从申请人看，…: what is divided is the figure of the year in the items' unit."""
    of_year = [item for item in before if item.figure.year is None and same_unit(item.figure.unit, readings[0].figure.unit)]
    received = [item for item in of_year if _is_received(item)]
    return received[-1:] or of_year[-1:] or list(before[-1:])


def _halves_of_year(part: PartText, readings: list[Reading], received: list[Reading]) -> Iterator[TextList]:
    """全年收到 18 件，上半年 7 件，下半年 11 件: the halves make up what the year's figure before them counts."""
    for one, two in pairwise(readings):
        if not (_is_of(part, one, "上半年") and _is_of(part, two, "下半年")) or one.figure.unit != two.figure.unit:
            continue
        named = any(token.kind in ("new", "app") for token in (*one.figure.left, *two.figure.left))
        if named and received[-1].figure.unit == one.figure.unit:
            yield TextList(received[-1], (one, two), "whole", again=True, apart=True)


def _ways_of_applying(part: PartText, at: int, readings: list[Reading], received: list[Reading]) -> Iterator[TextList]:
    """新收 12 件。收件方式：网页 6 件，信函 4 件，当面 2 件: the ways make up what the year's figure before them counts.

    Three ways side by side are all of them when their sum is near that figure: 网上 6 件，信函 4 件，当面 3 件.
    """
    if not any(is_way(item.figure) for item in readings):
        return
    head = received[-1]
    inside = _behind_header(part, at, readings)
    if not inside:
        runs = (list(run) for ways, run in groupby(readings, lambda item: is_way(item.figure)) if ways)
        inside = next((run for run in runs if len(run) > 2 and is_near(_sum(run), head.figure.value)), [])
    head = next((item for item in reversed(received) if item.figure.value == _sum(inside)), head)  # 收到 42 件, in all 43 件
    plain = all(item.figure.unit == head.figure.unit and not is_aside(item) and item.quantity is None for item in inside)
    before = head.figure.sentence < at or all(head.figure.index < item.figure.index for item in inside)
    if len(inside) > 1 and plain and before and head.figure.where == part.where:
        yield TextList(head, tuple(inside), "whole", again=True, apart=True)


def _sum(items: Sequence[Reading]) -> Decimal:
    return sum((item.figure.value for item in items), Decimal(0))


def _behind_header(part: PartText, at: int, readings: Sequence[Reading]) -> list[Reading]:
    """The ways behind 收件方式：; one of them may have no known word."""
    start = part.sentences[at - 1][-1].end if at else 0
    text = part.plain.text[start : part.sentences[at][-1].end]
    header = _WAYS.search(text)
    if header is None:
        return []
    end = next((position for position in (text.find(mark, header.end()) for mark in "；。") if position >= 0), len(text))
    inside = [item for item in readings if header.end() <= item.figure.place - start < end]
    inside = [item for item in inside if not any(token.kind == "total" for token in item.figure.left)]
    return inside if sum(is_way(item.figure) for item in inside) >= len(inside) - 1 else []


def _is_of(part: PartText, item: Reading, half: str) -> bool:
    words = [part.plain.text[token.start : token.end] for token in item.figure.left if token.kind == "period"]
    return words == [half]


def _list_of_two_sentences(before: Sequence[Reading], sentence: tuple[Token, ...], readings: list[Reading]) -> Iterator[TextList]:
    """``主动公开信息500条。其中，网站300条…``: the head stands in the sentence before."""
    for head in before[-8:]:
        entries = Sentence(sentence, [head, *readings]).items_after(0, firm=True)
        if entries and same_unit(head.figure.unit, entries[0].figure.unit) and (len(before) == 1 or _meets(head, entries)):
            yield TextList(head, tuple(entries), "among", apart=len(before) > 1)
            return
    several = len(before) > 1  # which of them is meant is not said
    entries = Sentence(sentence, [before[-1], *readings]).items_after(0, firm=True)
    row = [item for item in before[-8:] if entries and same_unit(item.figure.unit, entries[0].figure.unit) and not is_aside(item)]
    if len(row) > 1 and _sum(row) == _sum(entries):
        return  # 自然人 12 件，企业 1 件，律所 1 件。其中信函 8 件、网络 5 件、当面 1 件: of all of them together
    yield from (replace(item, apart=several) for item in _more_than_any(before[-8:], sentence, readings))


def _list_behind_semicolon(sentence: tuple[Token, ...], readings: list[Reading]) -> Iterator[TextList]:
    """``发布信息 520 条；其中网站 230 条…``: nothing says which of the figures before ； is meant."""
    marks = [at for at in range(1, len(sentence)) if sentence[at].kind == "among" and sentence[at - 1].value == "；"]
    for mark in marks[:LONGEST]:
        at = bisect_left(readings, mark, key=lambda item: item.figure.index)
        if 0 < at < len(readings):
            yield from _more_than_any(readings[max(0, at - 8) : at], sentence, readings[at : at + LONGEST])


def _more_than_any(before: Sequence[Reading], sentence: tuple[Token, ...], after: list[Reading]) -> Iterator[TextList]:
    """Of several heads the one is meant that the items add up to, or none of them: more than the largest is too much."""
    heads = [head for head in before if head.figure.unit in UNITS and not is_aside(head) and not is_carried(head)]
    lists, depths = [], depths_of(sentence) if heads else []
    for head in heads:
        items = Sentence(sentence, [head, *after], depths).items_after(0, firm=True)
        if not items or not same_unit(head.figure.unit, items[0].figure.unit):
            continue
        lists.append(TextList(head, tuple(items), "among"))
    largest = max(lists, key=lambda item: item.head.figure.value, default=None)
    right = [item for item in lists if item.adds_up]
    yield from right
    if largest is not None and not right and (len(lists) == 1 or largest.exceeds):
        yield largest


def _meets(head: Reading, items: Sequence[Reading]) -> bool:
    return TextList(head, tuple(items), "among").adds_up
