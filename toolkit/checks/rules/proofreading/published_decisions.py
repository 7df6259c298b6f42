"""How many decisions a text says were published, against part two, which counts every decision, published or not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.checks.catalogue import TABLES, TEXTS, Case, rule
from toolkit.checks.finding import Finding
from toolkit.checks.narrative.findings import shown
from toolkit.checks.narrative.passages import Passage, matches, text_finding

GROUP = "文字与表格"
_ROWS = {"行政许可": ("permits", "permits"), "行政处罚": ("enforcement", "penalties"), "行政强制": ("enforcement", "coercion")}
_SHOWN = r"(?:公示|上传|上网|归集|报送)"  # 公开, 发布 are used of guides and news as well
_ACT = r"(?P<act>行政许可|行政处罚|行政强制)(?:（[^（）]{1,12}）)?"
# 公示行政许可信息 20 条, 行政处罚结果信息公示 6 条; decisions themselves are read by text-article20
_PUBLISHED = re.compile(
    rf"{_SHOWN}了?(?:各类|本镇|本年度?)?{_ACT}(?:决定|结果|案件)?(?:公示)?(?:信息|数据)(?:共计?|累计|合计)?(?P<count>\d{{1,9}})[条件份]"
    rf"|{_ACT.replace('act', 'acting')}(?:决定|结果|案件)?(?:信息|数据){_SHOWN}(?:共计?|合计)?(?P<number>\d{{1,9}})[条件份]"
    rf"|{_ACT.replace('act', 'among')}(?:决定|结果)?(?:信息)?(?P<part>\d{{1,9}})条"
    rf"|(?:公示|公开|公布|发布)了?(?:各类|本镇|本年度?)?{_ACT.replace('act', 'decided')}决定书?"
    r"(?:共计?|累计|合计)?(?P<decisions>\d{1,9})[件份条]"
)
# what a match of it holds
_COUNTED = re.compile(
    r"行政(?:许可|处罚|强制)(?:（[^（）]{1,12}）)?(?:决定书?|结果|案件)?(?:公示)?(?:信息|数据)?(?:公示|上传|上网|归集|报送)?(?:共计?|累计|合计)?\d"
)
# other years, other organs, and matters other than decisions
_OTHERWISE = re.compile(
    r"上年|上一年|去年|前年|往年|累计|历年|以来|建站|近[两三四五\d]年|上级|全县|全市|转载|转发|注销|撤销|变更|到期"
)


@rule("published-exceeds", GROUP, reads=(*TABLES, *TEXTS))
def check_published_exceeds(case: Case) -> Iterator[Finding]:
    """published-exceeds: 表二的许可、处罚、强制决定数不小于文字写的公开（公示）信息数：决定包括已公开和依法未公开的全部。

    A notice: one decision may be published as two pieces of information.

    Source: 上级机关的填报说明。
    """
    for passage in case.parts:
        text = passage.plain.text
        for match in matches(_PUBLISHED, text, *_ROWS) if _COUNTED.search(text) else ():
            start = max(text.rfind(mark, 0, match.start()) for mark in "。；\n") + 1
            listed = match["among"] is not None and not re.search(_SHOWN, text[start : match.start()])
            if not listed and not _OTHERWISE.search(text, start, match.end()):
                yield from _exceeding(case, passage, match)


def _exceeding(case: Case, passage: Passage, match: re.Match[str]) -> Iterator[Finding]:
    act = match["act"] or match["acting"] or match["among"] or match["decided"]
    number = int(match["count"] or match["number"] or match["part"] or match["decisions"])
    table, row = _ROWS[act]
    value = case.report.number(table, row, "decisions") if case.report.form.has(tables=[table]) else None
    if value is not None and number > value:
        yield text_finding(
            "published-exceeds", "notice", passage, match.span(),
            f"写“{match[0]}”，表二 {act}·本年处理决定数量为 {shown(value)}，少于公开的数量", expected=f"不大于 {shown(value)}",
            next_step="表二包括已公开和依法未公开的全部决定，请核对；一件决定公开为几条信息的，确认并写明",
        )  # fmt: skip
