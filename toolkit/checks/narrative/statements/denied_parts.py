"""Find what is denied or claimed of one row of part three: 2020年没有未办结的申请转入, 没有因逾期不缴费而终止的申请.

In go the sentences of a text, out come statements: none of a row, or some of it. None of it is the ground of an error.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator
from decimal import Decimal
from functools import lru_cache

from toolkit.checks.narrative.candidates.fitting import sum_of
from toolkit.checks.narrative.candidates.quantity import total
from toolkit.checks.narrative.candidates.readings import Reading
from toolkit.checks.narrative.statements.counts import Count
from toolkit.checks.narrative.statements.mentions import Mention, groups_of
from toolkit.checks.narrative.statements.polarity import CAUSED, Statement
from toolkit.checks.narrative.statements.sentences import Sentence
from toolkit.forms import Address
from toolkit.report import Report

_NONE = re.compile(
    "没有(?!现成|正当|理由|该|此|相关|这|所申|办|完|答)|未(?=收|有|发生|结转|出现|产生|遗留|留)|无(?!法|论|偿|需|关|正当|现成)|无一"
)
_FREE = re.compile("除|以外|之外|如|若|凡|对于|应当|要求|力争|避免|防止|下一步|今后|计划|上半年|下半年|率|比例|占")
_CARRY = re.compile(
    "结转|转入|转来|转到|转至|遗留|留存|结存|带入|接转|顺延|跨年|拖到|留到|留下|未办完|未办结|未答复|没办完|没办结|接着办|续办|延到|延至"
)
_FOREIGN = re.compile("信访|纠纷|许可|处罚|建议|提案|工单|问题|经费|资金|项目|复议|诉讼|投诉")
_CLAUSE = re.compile(r"[^，。；：！？\n]+")
_YEAR_END = re.compile("(上一?年度?|去年|前一年)年?[底末]")
_PAST = re.compile("上一?年度?|去年|往年|年初|期初|旧")
_NEXT = re.compile("下一?年度?|明年|次年|来年|翌年|年末|年底|期末|跨年")
_YEAR = re.compile("(20[0-9]{2})年")
_FIRST = re.compile("(?:首次|第一次|头一回|头一次|首度)(?:收到|受理|接到|接收)[^，。；]{0,10}申请")
_HANDLED = re.compile("不再处理|其他处理|终止|不予处理|无法提供|不予公开|未予公开|不公开|未公开")
_CLAIMED = ("other_not_corrected", "other_not_paid", "unprocessed_repeat", "unprocessed_petition", "refused_state_secret")
_TOGETHER = re.compile("[合共总加连]")
_COMPARED = re.compile("而|比|较|同期")
_NARROWED = re.compile("其中|网上|线上|网络|邮寄|信函|窗口|当面|季度|上半年|下半年|[0-9]月|平台")
_NEAR, _FAR = 6, 20  # figures before one that was carried over, and characters before them
_DIGITS = re.compile("[0-9〇两三四五六七八九十]")


@lru_cache(maxsize=2048)
def _is_free(text: str) -> bool:
    """Said of plans, of some months or with exceptions: it need not agree with the rows."""
    return _FREE.search(text) is not None


@lru_cache(maxsize=2048)
def _carrying(text: str) -> tuple[re.Match[str], ...]:
    """The clauses that speak of what was carried over, and of nothing else."""
    if not _CARRY.search(text):
        return ()
    clauses = _CLAUSE.finditer(text)
    return tuple(one for one in clauses if _CARRY.search(one[0]) and not (_FREE.search(one[0]) or _FOREIGN.search(one[0])))


def denied_rows(sentence: Sentence, report: Report) -> Iterator[Statement]:
    """What a sentence denies of a row that its table has: a reason with 没有 before it."""
    for part in sentence.parts:
        if _is_free(part.text):
            continue
        for item in part.mentions:
            if item.side == "what" and item.names not in groups_of(report.form).values() and len(item.names) == 1:
                yield from _denied(part, item, report)


def _denied(part: Sentence, item: Mention, report: Report) -> Iterator[Statement]:
    first, last = part.clause_start(item.start), part.clause_end(item.end)
    denied = any(match.start() < item.start - first for match in _NONE.finditer(part.text[first : item.end]))
    if part.text[first : item.start].endswith(("关于", "涉及", "有关", "涉")):
        return  # 未收到关于商业秘密的申请
    if CAUSED.search(part.text[first : item.start]):
        return  # 未收到因申请办理不力引发的举报
    alone = sum(first <= one.start < last for one in part.mentions) == 1
    if alone and denied and not _DIGITS.search(part.text[first:last]) and not _FOREIGN.search(part.text[first:last]):
        yield from _statement(part, (first, last), item.names[0], report)


def claimed_reasons(sentence: Sentence, report: Report) -> Iterator[Statement]:
    """还有 1 件，申请人未在期限内补正，不再处理: the reason of some case, where the table has none."""
    for part in sentence.parts:
        if part.topic != "app" or _is_free(part.text) or not _HANDLED.search(part.text) or not part.figures:
            continue
        for item in part.mentions:
            if item.side == "what" and item.key in _CLAIMED and sum_of(report, (total(item.key),)) == 0:
                first, last = part.clause_start(item.start), part.clause_end(item.end)
                if not _NONE.search(part.text[:last]) and not _DIGITS.search(part.text[first:last]):
                    start, end = part.span(first, last)
                    cells = (total(item.key),)
                    words = part.original(start, end)
                    yield Statement("text-outcome", cells, (total("total"),), part.where, start, end, words, some=True)


def denied_carry(words: Sentence, report: Report) -> Iterator[Statement]:
    """2020年没有未办结的申请转入, 年末没有遗留: denied of the year before or of the next."""
    for match in _carrying(words.text):
        clause = match.group()
        if not _NONE.search(clause):
            continue
        row = _row(clause, report.year)
        digits = _YEAR.sub("", clause)
        if row and "申请" in words.text and not _DIGITS.search(digits):
            yield from _statement(words, match.span(), row, report)


def carried_counts(words: Sentence, report: Report, covered: Collection[Address]) -> Iterator[Count]:
    """当年没办完、顺延到2025年的有 3 件: more than the row has, or another figure than the row that is told nowhere."""
    for match in _carrying(words.text):
        clause = match.group()
        first, last = (bisect_left(words.figures, place, key=words.place) for place in match.span())
        inside = words.figures[first:last]
        if len(inside) != 1 or _TOGETHER.search(clause) or _is_left_of_others(words, first):
            continue
        row, item = _row(clause, report.year), inside[0]
        expected = sum_of(report, (total(row),)) if row else None
        if expected is None or item.tie.state != "untied" or item.tie.kind == "apart" or not _counts_cases(item):
            continue
        if total(row) in covered and _COMPARED.search(words.text):
            continue  # 上年结转 7 件，而 2021 年结转进来的是 11 件
        if item.figure.value > expected or (
            total(row) not in covered and not _NARROWED.search(words.text) and item.figure.value != expected > 0
        ):
            start, end = words.span(*match.span())
            yield Count(
                "text-carried", (total(row),), Decimal(expected), item.figure.value, words.where, start, end,
                words.original(start, end),
            )  # fmt: skip


def _is_left_of_others(words: Sentence, at: int) -> bool:
    """热线转来诉求 1172 件，办结 1169 件，剩余 3 件延至 2024 年: of figures that are none of the tables."""
    before = words.figures[max(0, at - _NEAR) : at]
    known = any((one.tie.kind, one.tie.state) == ("cell", "agrees") for one in before)
    return (
        bool(before)
        and not known
        and "申请" not in words.text[max(0, words.place(before[0]) - _FAR) : words.place(words.figures[at])]
    )


def _counts_cases(item: Reading) -> bool:
    figure = item.figure
    exact = not (figure.scope or figure.about or figure.one or figure.change)
    return exact and figure.unit in ("件", "宗", "份") and figure.value > 0


def _row(clause: str, own: int) -> str:
    """The direction by the year that the clause names; none for both or neither."""
    clause = _YEAR_END.sub(r"\1", clause)  # 去年底留下的 3 件
    years = [int(year) for year in _YEAR.findall(clause)]
    into = bool(_PAST.search(clause)) or any(year < own for year in years)
    out = bool(_NEXT.search(clause)) or any(year > own for year in years)
    return "" if into == out else "carried_in" if into else "carried_out"


def first_ever(words: Sentence, report: Report, last_year: Report | None) -> Iterator[Statement]:
    """首次收到申请, where last year's report has some."""
    match = _FIRST.search(words.text) if last_year is not None else None
    if match is not None and last_year is not None and (sum_of(last_year, (total("new"),)) or 0) > 0:
        start, end = words.span(*match.span())
        cells = (total("new"),)
        yield Statement("text-none", cells, cells, words.where, start, end, words.original(start, end), last=True)


def _statement(part: Sentence, span: tuple[int, int], row: str, report: Report) -> Iterator[Statement]:
    if sum_of(report, (total(row),)):
        start, end = part.span(*span)
        code = "text-carried" if row.startswith("carried") else "text-outcome"
        yield Statement(code, (total(row),), (), part.where, start, end, part.original(start, end))
