"""Find what is said of a kind of applicants as a whole: 没有企业向我局申请, 公益组织也提出了申请, 申请人清一色是自然人.

In go the sentences of a text with their mentions, out come crossings of the row of new applications with the columns named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from toolkit.checks.narrative.statements.crossing import Crossing, Says
from toolkit.checks.narrative.statements.mentions import Mention, cells_of, has_columns, number_of
from toolkit.checks.narrative.statements.sentences import Sentence
from toolkit.report import Report

_FREE = re.compile(
    "除|以外|之外|如|若|凡|对于|应当|要求|力争|避免|防止|下一步|今后|计划|上年|去年|往年|上半年|下半年|引导|鼓励|其他|方便|服务"
)
_NONE_BEFORE = re.compile("(?:没有|无|无一(?!例外))(?:任何|一家|一个|一名|一位|来自|由)?(?:一家|的)?$")
_NONE_BEHIND = re.compile(r"^(?:等)?(?:申请人|方面|类)?(?:的申请)?(?:均|都|也)?(?:没有|未|无|没|为零|为0|空白)")
_NOT_RECEIVED = ("未收到", "没有收到", "未接到", "未接收到")
_APPLIED = re.compile("提出|提交|递交|申请|来件")
_SOME_BEHIND = re.compile("^(?:也|亦|均|都)?(?:向[^，。；]{1,8})?(?:提出|提交|递交)")
_FROM = re.compile(
    "(?:[0-9一二两三四五六七八九十]+[件份宗]|申请)[^，。；0-9]{0,2}(?:来自于?|由|系|出自)(?:一家|一个|一名|一位|[0-9]+家)?$"
)
_ALL_BEFORE = re.compile(
    r"^[^，。；0-9]{0,10}申请(?:人|主体|者|件|事项)?(?:[^，。；0-9]{0,4})(?:均|都|全部|全|清一色|一律|皆|无一例外地?)(?:是|为|由|系|来自|属于)?$"
)


def wrong_applicants(sentence: Sentence, report: Report) -> Iterator[Crossing]:
    """What a sentence says of none, some or all of the applicants, where the columns have something else."""
    for part in sentence.parts:
        if part.topic != "app" or _is_free(part.text) or not has_columns(report):
            continue
        for item in part.mentions:
            if item.side == "who" and item.key not in ("body", "unit"):
                yield from _of_mention(part, item, report)


@lru_cache(maxsize=2048)
def _is_free(text: str) -> bool:
    """Said of plans, of another year or with exceptions: it need not agree with the columns."""
    return _FREE.search(text) is not None


def _of_mention(part: Sentence, item: Mention, report: Report) -> Iterator[Crossing]:
    first, last = _clause(part.text, item)
    before, behind = part.text[first : item.start], part.text[item.end : last]
    counted = any(first <= part.place(one) < last and one.figure.value != 1 for one in part.figures)
    formal = item.key not in ("person", "firm")  # 未收到企业的申请 may be said of some
    says = _says(before, behind, formal=formal) if not counted else None
    says = says or ("some" if _FROM.search(before) and not re.search("没|未|无|不", before) else None)
    if says == "all" and not _is_of_all(part, first):
        return
    if not says or any(one.side == "what" and first <= one.start < last for one in part.mentions):
        return
    cells = cells_of(("new",), item.names)
    value, size = number_of(report, ("new",), item.names), number_of(report, ("new",), ("total",))
    handled = number_of(report, ("total",), item.names)
    wrong = {"none": value, "some": value == 0, "all": value != size and handled != number_of(report, ("total",), ("total",))}
    if value is not None and size and wrong[says]:
        start, end = part.span(first, last)
        whole = cells_of(("new",), ("total",))
        yield Crossing(says, cells, whole, Decimal(0), value, size, part.where, start, end, part.original(start, end))


def _is_of_all(part: Sentence, first: int) -> bool:
    """部分公开 2 件，申请人均为企业: said of what the figure before counts, which must be all applications."""
    figures = [one for one in part.figures if part.place(one) < first]
    return not figures or (
        figures[-1].tie.state == "agrees" and {cell.row for cell in figures[-1].tie.addresses} <= {"new", "total"}
    )


def _says(before: str, behind: str, *, formal: bool) -> Says | None:
    if _ALL_BEFORE.search(before) and len(behind) <= len("提出的申请"):
        return "all"
    if not _APPLIED.search(before + behind):
        return None
    if _NONE_BEFORE.search(before) or (formal and before.endswith(_NOT_RECEIVED)) or _NONE_BEHIND.search(behind):
        return "none"
    return "some" if _SOME_BEHIND.search(behind) and not re.search("没|未|无", before) else None


def _clause(text: str, item: Mention) -> tuple[int, int]:
    first = max(text.rfind(mark, 0, item.start) for mark in "，。；：（）\n") + 1
    ends = [end for mark in "，。；：（）\n" if (end := text.find(mark, item.end)) >= 0]
    return first, min(ends, default=len(text))
