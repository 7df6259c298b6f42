"""Hold a kind of applicants against a result: 企业的 6 件中 2 件公开, 不予处理的 2 件都来自律所, 结转下年的 1 件系自然人申请.

In go the sentences of a text with their mentions and figures, out come crossings: cells where the rows of one mention and the
columns of another meet, and what the text says of them: a number, all, none or some. None of it is the ground of an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from toolkit.checks.narrative.candidates.readings import Reading, TextReading
from toolkit.checks.narrative.statements.clauses import outlined_sentences
from toolkit.checks.narrative.statements.mentions import Mention, cells_of, has_columns, number_of
from toolkit.checks.narrative.statements.sentences import Sentence, sentence_of
from toolkit.forms import Address
from toolkit.report import Report

Says = Literal["count", "all", "none", "some"]
_ALL = re.compile("无一例外|均|都(?!市)|全部|全为|全是|全系|全由|清一色|皆|一律|悉数|只有|仅有|只由|仅由")
_NONE = re.compile(
    "没有(?!现成|正当|理由|该|此|相关|这|所申)|无一(?!例外)|未(?!成年)|无(?!法|论|偿|需|关|正当|现成|理由|一例外)|一件也不|不曾"
)
_FREE = re.compile(
    "除|以外|之外|如|若|凡|对于|应当|要求|力争|避免|防止|下一步|今后|计划|率|比例|占|同比|增|减|较|之比|上半年|下半年"
)
_INSIDE = re.compile("[中里内]|有")
_JOINED = re.compile("(?:或者|或|和|及|与|以及|、)$")
_SAYS_SO = re.compile("予以|已予?|获得?|得到|给予|作了?|同意|作出|因|属|系|被|由于|来自|由|提出|是|为")
_NEAR = 6  # characters between a negation and what it denies
_FAR = 30  # characters between what is spoken of and what is said of it


@dataclass(frozen=True, slots=True)
class Crossing:
    """``part`` are the cells meant, ``whole`` those they are a part of, ``says`` and ``stated`` what the text says of them."""

    says: Says
    part: tuple[Address, ...]
    whole: tuple[Address, ...]
    stated: Decimal
    value: Decimal
    size: Decimal
    where: str
    start: int
    end: int
    text: str
    place: int = -1  # of the figure, when there is one
    direct: bool = False  # 1 件公益组织的申请转到 2021 年: the figure counts the subject itself

    @property
    def code(self) -> str:
        return "text-new" if {cell.row for cell in self.part} == {"new"} else "text-outcome"


def wrong_crossings(sentence: Sentence, report: Report) -> Iterator[Crossing]:
    """What a sentence says of applicants and results together, where the tables have something else."""
    return (item for item in _crossings(sentence, report) if _is_wrong(item, report))


def crossed_figures(text: TextReading) -> frozenset[tuple[str, int]]:
    """The figures, by part and offset, that count a crossing as the tables have it: 企业的 6 件中 2 件公开.

    Only sentences are searched that have a figure which contradicts the tables.
    """
    differing = (one for one in outlined_sentences(text) if any(item.degree for item in one.readings))
    sentences = (sentence_of(one, text.report.form) for one in differing)
    crossings = (item for one in sentences if one is not None for item in _crossings(one, text.report))
    return frozenset((item.where, item.place) for item in crossings if item.says == "count" and item.stated == item.value)


def _crossings(sentence: Sentence, report: Report) -> Iterator[Crossing]:
    for part in sentence.parts:
        if len(part.mentions) > 1 and part.topic == "app" and not _is_free(part.text):
            for run in _runs(part):
                yield from _of_run(part, run, report)


@lru_cache(maxsize=2048)
def _is_free(text: str) -> bool:
    """Said of plans, of some months or as a share: it need not agree with the tables."""
    return _FREE.search(text) is not None


def _runs(part: Sentence) -> Iterator[list[Mention]]:
    """企业的 2 件公开，公益组织的 1 件也已公开: each subject with what is said of it, without lists of subjects."""
    runs: list[list[Mention]] = [[part.mentions[0]]]
    for item in part.mentions[1:]:
        subject = runs[-1][0]
        if item.side == subject.side and not set(item.names) <= set(subject.names):
            runs.append([item])
        else:
            runs[-1].append(item)
    for at, run in enumerate(runs):
        listed = at > 0 and len(runs[at - 1]) == 1 and part.clause_start(run[0].start) != part.clause_start(run[-1].start)
        if len(run) > 1 and not listed:
            yield run


def _of_run(part: Sentence, run: Sequence[Mention], report: Report) -> Iterator[Crossing]:
    subject = run[0]
    rest = [item for item in run[1:] if item.names != subject.names]
    predicates = [item for item in rest if _is_beside(subject, item)]
    if len(predicates) < len(rest) or not predicates or not _is_subject(part, subject, predicates[0]):
        return
    if len({item.side for item in predicates}) > 1 or (predicates[0].side != subject.side and not has_columns(report)):
        return
    size, own = _size(part, subject, predicates[0], report), part.figure_behind(subject.end, predicates[0].start)
    if own is not None and _INSIDE.search(part.text[subject.end : part.place(own)]):
        own = None  # 其他处理当中有 6 件逾期未缴费
    if own is not None and subject.side == "who" and own.figure.value != size:
        size = number_of(report, ("new",), subject.names)  # 公益组织的 1 件也已公开, which the table has carried over
    if size is None or not size or (own is not None and own.figure.value != size):
        return
    crossings = [_crossing(part, subject, item, own, size, report) for item in _together(part, predicates)]
    if not any(item is not None and item.says == "count" and item.stated > size for item in crossings):
        yield from (item for item in crossings if item is not None)


def _together(part: Sentence, items: Sequence[Mention]) -> Iterator[Mention]:
    """均予以公开或者部分公开: mentions joined by a word are one."""
    found: list[Mention] = []
    for item in items:
        if found and _JOINED.match(part.text[found[-1].end : item.start]):
            names = tuple(dict.fromkeys((*found[-1].names, *item.names)))
            found[-1] = replace(found[-1], names=names, end=item.end)
        else:
            found.append(item)
    return iter(found)


def _is_beside(subject: Mention, item: Mention) -> bool:
    """Of the other side of the table, or a row of the group that is spoken of."""
    return item.side != subject.side or set(item.names) < set(subject.names)


def _is_subject(part: Sentence, subject: Mention, first: Mention) -> bool:
    between = part.text[subject.end : first.start]
    figures = [item for item in part.figures if subject.end <= part.place(item) < first.start]
    return len(between) <= _FAR and len(figures) <= 2 and "。" not in between


def _size(part: Sentence, subject: Mention, predicate: Mention, report: Report) -> Decimal | None:
    if subject.side == "what":
        return number_of(report, subject.names, ("total",))
    rows = ("total",) if predicate.names != ("carried_out",) else ("new",)
    return number_of(report, rows, subject.names)


def _crossing(
    part: Sentence, subject: Mention, item: Mention, own: Reading | None, size: Decimal, report: Report
) -> Crossing | None:
    rows, columns = _meeting(subject, item)
    value = number_of(report, rows, columns)
    if value is None:
        return None
    whole = cells_of(subject.names, ("total",)) if subject.side == "what" else cells_of(("total",), columns)
    first = part.clause_start(item.start)
    before = part.text[first : item.start]
    figure = part.figure_of(item, own)
    says: Says = "some"
    number = Decimal(0)
    denied = _is_denied(part.text[first : item.end], item.start - first)
    if denied and (figure is None or figure.figure.value == 1):
        says = "none"
    elif figure is not None:
        says, number = "count", figure.figure.value
    elif _ALL.search(before) or (own is not None and part.place(own) >= part.clause_start(item.start)):
        says = "all"
    start, end = part.span(subject.start if says != "count" else item.start, item.end)
    if says == "count" and figure is not None and part.place(figure) >= item.end:
        start, end = part.span(item.start, part.place(figure) + len(figure.figure.text))
    place = figure.figure.start if figure is not None and says == "count" else -1
    words = part.original(start, end)
    direct = says == "count" and figure is not None and _is_right_before(part, figure, subject)
    return Crossing(says, cells_of(rows, columns), whole, number, value, size, part.where, start, end, words, place, direct)


def _is_right_before(part: Sentence, figure: Reading, subject: Mention) -> bool:
    place = part.place(figure)
    return place < subject.start <= place + len(figure.figure.text) + 1


def _is_denied(words: str, at: int) -> bool:
    """没有一件获得公开, but not 因未制作无法提供: the negation is near what it denies, and is no part of a reason."""
    before = [match for match in _NONE.finditer(words) if match.start() < at]
    if not before:
        return False
    between = words[before[-1].end() : at]
    return len(between) <= _NEAR and not re.search("因|由于", words[: before[-1].start()])


def _meeting(subject: Mention, item: Mention) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The rows and columns where two mentions meet."""
    if subject.side == item.side:
        return item.names, ("total",)
    return (subject.names, item.names) if subject.side == "what" else (item.names, subject.names)


def _is_wrong(item: Crossing, report: Report) -> bool:
    if item.says == "none":
        return item.value > 0
    if item.says == "all":
        return item.value != item.size
    if item.says == "some":
        return item.value == 0 and _SAYS_SO.search(item.text) is not None
    whole = {number_of(report, (cell.row,), ("total",)) for cell in item.part}
    if item.whole[0].column == "total":  # of a result; of a kind of applicants such a figure says that all have it
        whole |= {number_of(report, (row,), (cell.column,)) for cell in item.part for row in ("new", "total")}
    return item.stated > item.value and (item.stated not in whole or (item.direct and not item.value))
