"""Compare how many items of business were added or dropped with part two of the first edition.

行政许可上年项目 11 项，本年增加 4 项; 处罚事项由 41 项减为 39 项. In go the sentences of a text, out come counts that differ from
the column 本年增/减. None of it is the ground of an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from toolkit.checks.narrative.candidates.readings import TextReading
from toolkit.checks.narrative.candidates.slips import SMALL, is_typing_slip
from toolkit.checks.narrative.figures import PartText
from toolkit.checks.narrative.statements.counts import Count
from toolkit.forms import Address
from toolkit.report import Report

_ROWS = re.compile(
    r"(?P<other_services>其他对外管理服务|对外管理服务)|(?P<permits>许可)|(?P<penalties>处罚)|(?P<coercion>强制)|(?P<fees>事业性收费|收费项目|收费)"
)
_TABLES = {
    "other_services": "permits",
    "permits": "permits",
    "penalties": "enforcement",
    "coercion": "enforcement",
    "fees": "fees",
}
_BY = re.compile(r"(?P<more>增加|新增|增)了?(?P<up>\d{1,4})项|(?P<less>减少|取消|压减|减)了?(?P<down>\d{1,4})项")
_FROM_TO = re.compile(r"由(?:上年的?)?(\d{1,5})项(?:增加|增|减少|减|调整|变|降)(?:至|到|为)(\d{1,5})项")
# 上年 7 项，新增 8 项，增至 15 项
_REACHED = re.compile(
    r"(?<=[，、])(?:本年)?(?:(?:增|减|增加|减少|升|降|调整|变|达|压减)(?:至|到|为)|现有|现为|共有?|共计|合计)(\d{1,5})项"
)
_ITEMS = re.compile(r"(?:许可|处罚|强制|服务|收费)(?:事项|项目)?(\d{1,5})项(?![目次])")
_COUNTED = re.compile(r"(\d{1,5})项(?![目次])")
_CUTS = re.compile("[。；\n]")
_OTHER = re.compile("规范性文件|审批时限|材料|环节|下放|去年|以来|累计|下一步|拟")


def wrong_item_changes(text: TextReading) -> Iterator[Count]:
    """The changes of a text that part two does not have; none in the later edition, which has no such column."""
    report = text.report
    if not any(cell.column == "change" for cell in report.form.cells):
        return
    for part in text.parts:
        start = 0
        for end in [match.end() for match in _CUTS.finditer(part.plain.text)] + [len(part.plain.text)]:
            yield from _of_sentence(part, start, part.plain.text[start:end], report)
            start = end


def _of_sentence(part: PartText, base: int, words: str, report: Report) -> Iterator[Count]:
    rows = [match for match in _ROWS.finditer(words) if match.start() < 40]
    named = {match.lastgroup or "" for match in rows}
    if len(named) != 1 or _OTHER.search(words):
        return
    row = named.pop()
    cell = Address(_TABLES[row], row, "change")
    expected = report.number(cell.table, cell.row, cell.column) if cell in report.form.cells else None
    if expected is None:
        return
    before = report.number(cell.table, cell.row, "previous_items")
    if before:
        yield from _misquoted_items(part, base, words, cell, {Decimal(before), Decimal(before) + Decimal(expected)})
    if before and not _FROM_TO.search(words):
        yield from _reached(part, base, words, cell, Decimal(before) + Decimal(expected))
    for match, change in _changes(words):
        counted = _COUNTED.findall(words, 0, match.start())  # 施工许可 97 项，同比增加 13 项: not of the items of the table
        another = match.re is _BY and counted and before and not _may_be(Decimal(counted[-1]), Decimal(before), Decimal(expected))
        if change != expected and not another:
            start, end = part.plain.span(base + match.start(), base + match.end())
            original_words = part.plain.original[start:end]
            yield Count("text-article20", (cell,), Decimal(expected), change, part.where, start, end, original_words)


def _may_be(value: Decimal, before: Decimal, change: Decimal) -> bool:
    return any(value == right or is_typing_slip(value, right) for right in (before, before + change))


def _misquoted_items(part: PartText, base: int, words: str, cell: Address, right: set[Decimal]) -> Iterator[Count]:
    """行政处罚 254 项，决定 262 件 where there were 245: a slip of how many items there are, last year's or this year's."""
    for match in _ITEMS.finditer(words):
        value = Decimal(match[1])
        if value not in right and all(is_typing_slip(value, one) for one in right) and value >= SMALL:
            start, end = part.plain.span(base + match.start(), base + match.end())
            cells, original_words = (cell._replace(column="previous_items"),), part.plain.original[start:end]
            yield Count("text-article20", cells, min(right), value, part.where, start, end, original_words)


def _reached(part: PartText, base: int, words: str, cell: Address, right: Decimal) -> Iterator[Count]:
    """上年 7 项，本年新增 8 项，增至 16 项: last year's items and the change make another number."""
    for match in _REACHED.finditer(words):
        if int(match[1]) != right:
            start, end = part.plain.span(base + match.start(), base + match.end())
            cells = (cell._replace(column="previous_items"), cell)
            original_words = part.plain.original[start:end]
            yield Count("text-article20", cells, right, Decimal(match[1]), part.where, start, end, original_words)


def _changes(words: str) -> Iterator[tuple[re.Match[str], Decimal]]:
    for match in _FROM_TO.finditer(words):
        yield match, Decimal(match[2]) - Decimal(match[1])
    for match in _BY.finditer(words):
        yield match, Decimal(match["up"]) if match["more"] else -Decimal(match["down"])
