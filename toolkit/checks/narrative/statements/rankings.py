"""Find ranks in words: 自然人居首位, 最多的是企业, 以不予公开为主, 第二大申请群体, 企业申请多于律所.

In go the sentences of a text with their mentions, out come ranks that the tables deny. What is ranked is compared with the other
columns of the row, the other outcomes, or the other reasons of its outcome; a rank is wrong only when each of these denies it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from toolkit.checks.narrative.candidates.quantity import ORGANIZATIONS
from toolkit.checks.narrative.statements.mentions import Mention, cells_of, groups_of, has_columns, number_of
from toolkit.checks.narrative.statements.sentences import Sentence
from toolkit.forms import Address
from toolkit.report import Report

_RANK = re.compile(
    r"(?P<first>(?:数?量|件数|占比|比例|比重|申请|合计)?(?:最多(?!跑)|最大|最高|最主要|居首位?|首位|第一位|排第一|名列第一|位列第一|列第一|第一大|榜首|居多|为主|头号)"
    r"|主力军?|主体(?=[，。；]|\Z)|占(?:了|据)?(?:绝对?)?(?:大?多数|主导|主流|大头)|主要(?:因为|由于|系|原因是|原因为|是因为|是由于)|绝大多数|绝大部分)"
    r"|(?P<second>第二大|居第二位?|排第二|列第二|其次|次之|居次|仅次于|第二位|排在第二)"
    r"|(?P<third>第三大|居第三位?|排第三|列第三|第三位|排在第三)"
    r"|(?P<last>(?:数?量|件数|占比|比例)?(?:最少|最低|最小)|末位|垫底)"
)
_PAIR = re.compile(
    r"(?P<more>(?:远|明显|略|大大|稍)?(?:多于|高于|超过|大于)|(?:远|明显|略|大大|稍)?(?:超)(?=[一-鿿]))"
    r"|(?P<less>(?:远|明显|略|大大|稍)?(?:少于|低于|小于|不及|不如))"
    r"|(?P<same>(?:的)?(?:件数|数量|申请量)?(?:一样多|同样多|相同|相等|持平|同为))"
)
_BEHIND = re.compile(
    r"\A(?:的)?(?:一类|一项|申请人?|主体|群体|类型|结果|原因|理由|情形|答复)?(?:依然|仍|还)?(?:是|为|系|当属|：|，)"
)
_NOT = re.compile(
    "增|减|升|降|幅|快|慢|时间|用时|不(?!予|公开|掌握|明|补正|服)|上年|去年|往年|同期|历年|期望|关注|最多跑|至多|难"
)
_ROWS = ("new", "total")
_COLUMNS = ("natural_person", *ORGANIZATIONS)
_NEAR = 14  # characters between a mention and its rank


@dataclass(frozen=True, slots=True)
class Ranking:
    """``cells`` have ``value``, ``rival`` has ``beside``; the text ranks them otherwise. The true ``rank``, 0 for pairs."""

    code: str
    cells: tuple[Address, ...]
    value: Decimal
    rival: tuple[Address, ...]
    beside: Decimal
    rank: int
    where: str
    start: int
    end: int
    text: str


def wrong_rankings(sentence: Sentence, report: Report) -> Iterator[Ranking]:
    """The ranks and comparisons of a sentence that the tables deny."""
    for part in sentence.parts:
        carried = any(item.key in ("carried_in", "carried_out") for item in part.mentions)
        if (part.topic in ("app", "") or "申请" in part.text) and not carried:
            yield from _ranks(part, report)
            yield from _pairs(part, report)


@lru_cache(maxsize=4096)
def _ranking_words(pattern: re.Pattern[str], text: str) -> tuple[tuple[re.Match[str], int, int], ...]:
    """The words of rank or comparison, each with its clause; those of a change or of time rank nothing."""
    matches = ((match, *_clause(text, match.start())) for match in pattern.finditer(text))
    return tuple((match, first, last) for match, first, last in matches if not _NOT.search(text, first, last))


def _ranks(part: Sentence, report: Report) -> Iterator[Ranking]:
    for match, first, last in _ranking_words(_RANK, part.text):
        item = _ranked(part, match, first, last)
        place = {"first": 1, "second": 2, "third": 3, "last": -1}[match.lastgroup or "first"]
        ranking = None if item is None else _denied(part, item, place, report)
        if item is not None and ranking is not None:
            rival, value, beside, rank = ranking
            yield _ranking(part, item, (rival, value, beside, rank), match.span())


def _ranked(part: Sentence, match: re.Match[str], first: int, last: int) -> Mention | None:
    """最多的是企业 names it behind, 企业最多 and 以企业为主 before."""
    behind = [item for item in part.mentions if match.end() <= item.start < last]
    if match.group().endswith("为主"):  # 企业申请以用工备案为主: what is ranked follows 以
        first = part.text.rfind("以", first, match.start()) + 1 or match.start()
    before = [item for item in part.mentions if first <= item.start < match.start()]
    if match.group().endswith("为主") and before and _is_one_of_two(before, part, first):
        return None
    if match.group().startswith(("主体", "主力")) and "申请" not in part.text[first : match.start()]:
        return None  # 企业是我局服务的主体
    tail = _BEHIND.match(part.text[match.end() : last])
    if match["second"] == "仅次于":
        return before[-1] if before else None
    if match.group().startswith("主要"):
        return behind[0] if behind and behind[0].start - match.end() <= 2 else None
    if tail and behind and behind[0].start - match.end() <= tail.end() + 2:
        return behind[0]
    if tail is None and part.text.startswith("的", match.end()):
        return None  # 第三方评估显示最高的云漪镇: what is ranked follows, and is no mention
    if match["second"] == "其次" or (tail and not before):
        return behind[0] if behind and behind[0].start - match.end() <= _NEAR // 2 else None
    if before and match.start() - before[-1].end <= _NEAR and _are_alike(before, part, before[-1].end, match.start()):
        return before[-1]
    return None


def _is_one_of_two(before: Sequence[Mention], part: Sentence, first: int) -> bool:
    """政务公开以便民服务和执法公开为主, 申请人以职业打假人和食品企业为主: both together, or something else."""
    named = before[0].side == "what" and before[0].start > first
    return named or (len(before) == 1 and re.search("[和与及、]", part.text[first : before[0].start]) is not None)


def _are_alike(before: Sequence[Mention], part: Sentence, start: int, end: int) -> bool:
    """企业申请中不予公开最多: what is ranked is a part of a column, which is another question."""
    between = part.text[start:end]
    return len({item.side for item in before}) == 1 and not re.search("[类涉关]|中|里|之间|信息", between)


def _denied(
    part: Sentence, item: Mention, place: int, report: Report
) -> tuple[tuple[Address, ...], Decimal, Decimal, int] | None:
    """The rival that denies the rank, with both values and the true rank; ``None`` when some family grants it."""
    better = None
    for members, own in _families(item, report):
        values = [(number_of(report, rows, columns), rows, columns) for rows, columns in members]
        value = number_of(report, *own)
        others = [(number, rows, columns) for number, rows, columns in values if number is not None and (rows, columns) != own]
        if value is None or not others:
            return None
        above = [one for one in others if one[0] > value]
        below = [one for one in others if 0 < one[0] < value]
        ties = any(one[0] == value for one in others)
        rank = len(above) + 1
        right = not below if place == -1 else rank <= place and (rank == place or (ties and rank == place - 1))
        if right:
            return None
        rival = _rival(above, below, place)
        if rival is None:
            return None
        better = (cells_of(rival[1], rival[2]), value, rival[0], rank)
    return better


Numbered = tuple[Decimal, tuple[str, ...], tuple[str, ...]]


def _rival(above: Sequence[Numbered], below: Sequence[Numbered], rank: int) -> Numbered | None:
    if rank == -1:
        return min(below, key=lambda one: one[0], default=None)
    if len(above) >= rank:
        return sorted(above, key=lambda one: -one[0])[rank - 1]
    return max(below, key=lambda one: one[0], default=None)


Member = tuple[tuple[str, ...], tuple[str, ...]]


def _families(item: Mention, report: Report) -> Iterator[tuple[list[Member], Member]]:
    """The members that a mention may be ranked among, and itself among them."""
    if item.side == "who":
        if item.key in ("body", "unit") or not has_columns(report):
            return
        for row in _ROWS:
            yield [((row,), (column,)) for column in _COLUMNS], ((row,), item.names)
        return
    groups = groups_of(report.form)
    if item.names in groups.values():
        yield [(rows, ("total",)) for rows in groups.values()], (item.names, ("total",))
    else:
        group = next((rows for rows in groups.values() if set(item.names) <= set(rows)), ())
        every = [row for rows in groups.values() for row in rows]  # 占大头的是整份公开 61 件；其次是不掌握 29 件
        for rows in (every, group):
            yield [((row,), ("total",)) for row in rows], (item.names, ("total",))


def _pairs(part: Sentence, report: Report) -> Iterator[Ranking]:
    for match, first, last in _ranking_words(_PAIR, part.text):
        inside = [item for item in part.mentions if first <= item.start < last]
        near = [item for item in inside if item.end <= match.start()], [item for item in inside if item.start >= match.end()]
        pair = _pair(near, same=bool(match["same"]))
        if pair is None or not _are_rivals(*pair):
            continue
        one, other = pair
        values = [(_value(one, row, report), _value(other, row, report)) for row in _ROWS]
        if any(a is None or b is None or _holds(match, a, b) for a, b in values):
            continue
        value, beside = values[0]
        rival = cells_of(*_member(other, "new"))
        if value is not None and beside is not None and (one.side == "what" or has_columns(report)):
            yield _ranking(part, one, (rival, value, beside, 0), match.span())


def _pair(near: tuple[list[Mention], list[Mention]], *, same: bool) -> tuple[Mention, Mention] | None:
    """A 与 B 一样多 has both before the words, A 多于 B one on either side."""
    before, behind = near
    if same:
        return (before[0], before[1]) if len(before) == 2 and not behind else None
    return (before[0], behind[0]) if len(before) == len(behind) == 1 else None


def _are_rivals(one: Mention, other: Mention) -> bool:
    return one.side == other.side and not set(one.names) & set(other.names)


def _member(item: Mention, row: str) -> Member:
    return ((row,), item.names) if item.side == "who" else (item.names, ("total",))


def _value(item: Mention, row: str, report: Report) -> Decimal | None:
    return number_of(report, *_member(item, row))


def _holds(match: re.Match[str], one: Decimal, other: Decimal) -> bool:
    if match["same"]:
        return abs(one - other) <= max(one, other) / 10
    return one > other if match["more"] else one < other


def _clause(text: str, at: int) -> tuple[int, int]:
    first = max(text.rfind(mark, 0, at) for mark in "，。；：（）\n") + 1
    ends = [end for mark in "，。；：（）\n" if (end := text.find(mark, at)) >= 0]
    return first, min(ends, default=len(text))


def _ranking(
    part: Sentence, item: Mention, ranking: tuple[tuple[Address, ...], Decimal, Decimal, int], span: tuple[int, int]
) -> Ranking:
    rival, value, beside, rank = ranking
    start, end = part.span(min(item.start, span[0]), max(item.end, span[1]))
    code = "text-new" if item.side == "who" else "text-outcome"
    own = cells_of(*_member(item, "new"))
    return Ranking(code, own, value, rival, beside, rank, part.where, start, end, part.original(start, end))
