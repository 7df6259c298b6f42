"""Compute rates again whose words say what they are of: 纠错率为 24.4%, 公开率（含部分公开）70%, 申请办结率 94.4%.

In go the parts of a text, out come portions of part three or four. A rate is wrong only when no base that its words may mean
makes it right. None of it is the ground of an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from toolkit.checks.narrative.candidates.context import CASES_APART
from toolkit.checks.narrative.candidates.fitting import sum_of
from toolkit.checks.narrative.candidates.quantity import DISPUTE_ROWS, total
from toolkit.checks.narrative.candidates.readings import TextReading
from toolkit.checks.narrative.figures import PartText
from toolkit.checks.narrative.statements.portions import Portion
from toolkit.forms import Address
from toolkit.report import Report

_OF_DISPUTES = re.compile(
    r"(?P<review>复议)?(?:案件)?(?:被|直接)?(?:(?P<corrected>纠错|纠正|撤销|败诉)|(?P<upheld>维持|胜诉))率"
    r"(?:仅|只|均)?(?:为|达到?|是)?(?P<percent>\d{1,3}(?:\.\d{1,2})?)%"
)
_DISPUTE = re.compile("(?P<review>复议)|(?P<suit>诉讼|起诉|应诉|法院)")
# only a bracket about 部分公开 makes it a rate of applications
_OF_PUBLICATION = re.compile(
    r"公开(?:率|的)?（(?P<without>不含|不包括|除)?(?:含|包括|包含|连同)?部分公开(?:的|件)?(?:申请)?(?:在内)?）(?:的)?"
    r"(?:率|比例|占比|比重|件)?(?:约)?(?:占(?:办结(?:总数|数|件数)?|答复(?:总数|数)?|总数|总量)?(?:的)?)?(?:为|达到?|是)?"
    r"(?P<percent>\d{1,3}(?:\.\d{1,2})?)%"
)
# of all that came in; 按时办结率 says something else of those that are finished, and 100% is mostly meant so
_OF_HANDLING = re.compile(r"(?<![时期限])办结率(?:为|达到?|是)?(?P<percent>\d{1,2}(?:\.\d{1,2})?)%")
# of another body, another year, other business or every kind of case
_ELSE = "同比|上年(?!结转|转|遗留)|去年(?!结转|转|遗留)|全县|全市|全区|全省"
_NO_DISPUTES = re.compile(rf"{_ELSE}|上年|去年|全国|较|比上|办理|审理|法院审结|各类|应诉|民事|全部案件|以来|20\d\d年")
_NO_PUBLICATION = re.compile(rf"{_ELSE}|上年|去年|公文|文件|建议|提案|解读|20\d\d年")
_NO_HANDLING = re.compile(rf"{_ELSE}|热线|工单|诉求|留言|建议|提案|信访|投诉|许可|处罚|事项|办件|咨询|平台|窗口|上半年|季度|月")
_BASES = ((total("total"),), (total("new"),), (total("new"), total("carried_in")))
_COUNT = re.compile(r"(\d+)(?:件|宗|起)")
_SENTENCE = re.compile(r"[^。\n]+")
_HAIR = Decimal("0.001")


def wrong_rates(text: TextReading) -> Iterator[Portion]:
    """Rates that the tables do not have on any base."""
    for part in text.parts:
        for sentence in _SENTENCE.finditer(part.plain.text):
            if "%" not in sentence[0]:
                continue
            for match in _OF_DISPUTES.finditer(sentence[0]):
                before = sentence[0][: match.start()]
                if not (_NO_DISPUTES.search(before[before.rfind("；") + 1 :]) or CASES_APART.search(before)):
                    yield from _of_disputes(part, sentence.start(), match, before, text.report)
            for match in _OF_PUBLICATION.finditer(sentence[0]):
                if not _NO_PUBLICATION.search(sentence[0], sentence[0].rfind("；", 0, match.start()) + 1, match.start()):
                    yield from _of_publication(part, sentence.start(), match, text.report)
            for match in _OF_HANDLING.finditer(sentence[0]):
                if re.search("申请|结转", sentence[0][: match.start()]) and not _NO_HANDLING.search(sentence[0]):
                    yield from _of_handling(part, sentence, match, text.report)


def _of_disputes(part: PartText, base: int, match: re.Match[str], before: str, report: Report) -> Iterator[Portion]:
    """Of all disputes of the kind that is named last, or of those that are closed; or of all kinds together.

    Also of two figures that the sentence tells: 被复议 11 件，被纠正 2 件，纠错率 18.2%.
    """
    column = "corrected" if match["corrected"] else "upheld"
    named = [found.lastgroup or "" for found in _DISPUTE.finditer(before)]
    of_review = match["review"] or not named or named[-1] == "review"
    kinds = [DISPUTE_ROWS[name] for name in (("review",) if of_review else ("suit", "direct", "after"))]
    rates: list[Decimal] = []
    for rows in (*kinds, (*DISPUTE_ROWS["review"], *DISPUTE_ROWS["suit"])):
        cells = [tuple(Address("disputes", row, name) for row in rows) for name in (column, "total", "pending")]
        value, whole, pending = (sum_of(report, each) for each in cells)
        if value is not None and whole and pending is not None:
            rates += [value / base * 100 for base in (whole, whole - pending) if base]
    rates += _of_counts(before[before.rfind("；") + 1 :]) if rates else []
    yield from _portion(part, base, match, tuple(Address("disputes", row, column) for row in kinds[0]), rates)


def _of_publication(part: PartText, base: int, match: re.Match[str], report: Report) -> Iterator[Portion]:
    cells = tuple(total(row) for row in (("granted",) if match["without"] else ("granted", "partly_granted")))
    published = sum_of(report, cells)
    wholes = [whole for each in _BASES if (whole := sum_of(report, each))]
    yield from _portion(part, base, match, cells, [published / whole * 100 for whole in wholes] if published is not None else [])


def _of_handling(part: PartText, sentence: re.Match[str], match: re.Match[str], report: Report) -> Iterator[Portion]:
    """Also of two figures that the sentence tells: 收到 72 件，办结 68 件，办结率 94.4%."""
    handled = sum_of(report, _BASES[0])
    wholes = [whole for each in _BASES[1:] if (whole := sum_of(report, each))]
    rates = [handled / whole * 100 for whole in wholes] if handled is not None else []
    rates += _of_counts(sentence[0]) if rates else []
    yield from _portion(part, sentence.start(), match, _BASES[0], rates)


def _of_counts(words: str) -> list[Decimal]:
    """What each number of cases in the words is of each greater one."""
    counts = [Decimal(count) for count in _COUNT.findall(words)]
    return [one / two * 100 for one in counts for two in counts if two > one]


def _portion(
    part: PartText, base: int, match: re.Match[str], cells: tuple[Address, ...], rates: Sequence[Decimal]
) -> Iterator[Portion]:
    """The rate when none of those computed is it, to the last digit: rounded, or cut off."""
    slack = Decimal(1).scaleb(-len(match["percent"].partition(".")[2])) + _HAIR
    if rates and all(abs(Decimal(match["percent"]) - rate) >= slack for rate in rates):
        start, end = part.plain.span(base + match.start(), base + match.end())
        yield Portion(cells, float(rates[0]), part.where, start, end, part.plain.original[start:end])
