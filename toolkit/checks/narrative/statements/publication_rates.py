"""Compute rates of publication again that say what they hold: 公开率（含部分公开）70%, 公开（含部分公开）比例达 70%.

In go the parts of a text, out come portions of part three. Only a bracket about 部分公开 makes it a rate of applications; it is
wrong when no base makes it right. None of it is the ground of an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from toolkit.checks.narrative.candidates.fitting import sum_of
from toolkit.checks.narrative.candidates.quantity import total
from toolkit.checks.narrative.candidates.readings import TextReading
from toolkit.checks.narrative.figures import PartText
from toolkit.checks.narrative.statements.portions import Portion
from toolkit.report import Report

_RATE = re.compile(
    r"公开(?:率|的)?（(?P<without>不含|不包括|除)?(?:含|包括|包含|连同)?部分公开(?:的|件)?(?:申请)?(?:在内)?）(?:的)?"
    r"(?:率|比例|占比|比重|件)?(?:约)?(?:占(?:办结(?:总数|数|件数)?|答复(?:总数|数)?|总数|总量)?(?:的)?)?(?:为|达到?|是)?"
    r"(?P<percent>\d{1,3}(?:\.\d{1,2})?)%"
)
_OTHER = re.compile("公文|文件|建议|提案|解读|同比|上年|去年|全县|全市|全区|全省|20\\d\\d年")
_BASES = ((total("total"),), (total("new"),), (total("new"), total("carried_in")))


def wrong_publication_rates(text: TextReading) -> Iterator[Portion]:
    """Rates that part three does not have on any base."""
    for part in text.parts:
        if "部分公开" not in part.plain.text:
            continue
        for match in _RATE.finditer(part.plain.text):
            begin = max(part.plain.text.rfind(mark, 0, match.start()) for mark in "。；\n") + 1
            if not _OTHER.search(part.plain.text, begin, match.start()):
                yield from _wrong(part, match, text.report)


def _wrong(part: PartText, match: re.Match[str], report: Report) -> Iterator[Portion]:
    rows = ("granted",) if match["without"] else ("granted", "partly_granted")
    cells = tuple(total(row) for row in rows)
    published, percent = sum_of(report, cells), Decimal(match["percent"])
    wholes = [whole for base in _BASES if (whole := sum_of(report, base))]
    slack = Decimal(1).scaleb(-len(match["percent"].partition(".")[2]))  # half of the last digit, or a figure cut off
    rates = [published / whole * 100 for whole in wholes] if published is not None else []
    if rates and all(abs(percent - rate) >= slack for rate in rates):
        start, end = part.plain.span(match.start("percent"), match.end())
        yield Portion(cells, float(rates[0]), part.where, start, end, part.plain.original[start:end])
