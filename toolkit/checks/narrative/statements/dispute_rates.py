"""Compute rates of disputes again: 行政复议 45 件，纠正 11 件，纠错率为 24.4%; 败诉率 30%.

In go the parts of a text, out come portions of part four. The rate may be of all disputes of its kind or of those that are
closed; it is wrong only when neither makes it right. None of it is the ground of an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from toolkit.checks.narrative.candidates.fitting import sum_of
from toolkit.checks.narrative.candidates.quantity import DISPUTE_ROWS
from toolkit.checks.narrative.candidates.readings import TextReading
from toolkit.checks.narrative.figures import PartText
from toolkit.checks.narrative.statements.portions import Portion
from toolkit.forms import Address
from toolkit.report import Report

_RATE = re.compile(
    r"(?P<name>(?P<review>复议)?(?:案件)?(?:被|直接)?(?:(?P<corrected>纠错|纠正|撤销)|(?P<lost>败诉)|(?P<upheld>维持)|(?P<won>胜诉))率)"
    r"(?:约|仅|只|均)?(?:为|达到?|是)?(?P<about>约|近|超过?|不到|不足)?(?P<percent>\d{1,3}(?:\.\d{1,2})?)%"
)
_DISPUTE = re.compile("(?P<review>复议)|(?P<suit>诉讼|起诉|应诉|法院)")
# of another body, another year or every kind of case
_OTHER = re.compile("全县|全市|全区|全省|全国|同比|上年|去年|较|比上|办理|审理|各类|应诉|民事|全部案件|以来|20\\d\\d年")
_SENTENCE = re.compile(r"[^。\n]+")
_COLUMNS = {"corrected": "corrected", "lost": "corrected", "upheld": "upheld", "won": "upheld"}


def wrong_dispute_rates(text: TextReading) -> Iterator[Portion]:
    """Rates that part four does not have on any base."""
    for part in text.parts:
        if "率" not in part.plain.text:
            continue
        for sentence in _SENTENCE.finditer(part.plain.text):
            for match in _RATE.finditer(sentence[0]):
                before = sentence[0][: match.start()]
                if not match["about"] and not _OTHER.search(before[before.rfind("；") + 1 :]):
                    yield from _wrong(part, sentence.start(), match, before, text.report)


def _wrong(part: PartText, base: int, match: re.Match[str], before: str, report: Report) -> Iterator[Portion]:
    keys = _keys(match, before)
    column = next(_COLUMNS[name] for name in _COLUMNS if match[name])
    rates = [rate for rows in keys for rate in _rates(rows, column, report)]
    stated = Decimal(match["percent"])
    if rates and not any(abs(stated - rate) < _slack(match["percent"]) for rate in rates):
        start, end = part.plain.span(base + match.start(), base + match.end())
        cells = tuple(Address("disputes", row, column) for row in keys[0])
        yield Portion(cells, float(rates[0]), part.where, start, end, part.plain.original[start:end])


def _slack(percent: str) -> Decimal:
    """Half of the last digit, and as much again for a figure that was cut off."""
    return Decimal(1).scaleb(-len(percent.partition(".")[2])) + Decimal("0.001")


def _keys(match: re.Match[str], before: str) -> list[tuple[str, ...]]:
    """The rows that the rate may be of: those of the dispute that is named last, and of all that the sentence names."""
    named = [found.lastgroup or "" for found in _DISPUTE.finditer(before)]
    if match["review"] or (named and named[-1] == "review"):
        first = [DISPUTE_ROWS["review"]]
    else:
        first = [DISPUTE_ROWS["suit"], DISPUTE_ROWS["direct"], DISPUTE_ROWS["after"]] if named else [DISPUTE_ROWS["review"]]
    return [*first, (*DISPUTE_ROWS["review"], *DISPUTE_ROWS["suit"])]


def _rates(rows: tuple[str, ...], column: str, report: Report) -> Iterator[Decimal]:
    part, whole, pending = (
        sum_of(report, tuple(Address("disputes", row, name) for row in rows)) for name in (column, "total", "pending")
    )
    if part is None or not whole or pending is None:
        return
    yield part / whole * 100
    if whole > pending > 0:
        yield part / (whole - pending) * 100
