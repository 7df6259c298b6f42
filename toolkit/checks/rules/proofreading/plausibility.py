"""Days that no calendar has, shares that cannot be, and more decisions published than part two counts, which are all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding
from toolkit.checks.narrative.findings import shown
from toolkit.checks.narrative.passages import ByLine, Passage, begun_in, lines_with, matches, sentence_around, text_finding

GROUP = "格式与名称"
_DECISIONS = "文字与表格"
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
_DAY = ByLine(r"(?<![\d.])(?:(?P<year>(?:19|20)\d\d)年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号](?!楼|院|线|门|窗口|桌|文)")
_DOTTED = ByLine(
    r"(?<![\d.vV-])(?<!版本)(?P<year>(?:19|20)\d\d)(?P<mark>[-./])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?![\d.-])"
)
_MONTH = ByLine(
    r"(?<![\d.个零几])(?P<month>0|00|1[3-9]|[2-9]\d)月(?!\d|份额)(?=份|底|初|末|中旬|上旬|下旬|至|，|、|。|起|(?<=\d{4}年1[3-9]月))"
)
_HAN_DAY = ByLine(
    r"(?:(?P<year>[一二][〇○零一二三四五六七八九]{3})年)?"
    r"(?P<month>[一二三四五六七八九十]{1,2})月(?P<day>[一二三四五六七八九十]{1,3})日"
)
_ANY_DAY = re.compile(r"[\d一二三四五六七八九十][-./月]")  # what a match of each of them holds
_HAN_DIGITS = {character: digit for digit, character in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}
_REACHES = "(?:均|都|已|分别|基本|稳定)?(?:达到了?|达|为|是|保持在|提高到|提升到|提升至|升至|上升到|高达|超过)?[:：]?"
_HAN_RATE = re.compile(
    rf"(?P<what>[\u3400-\u9fff]{{0,8}}(?:率|满意度|占比|比例)){_REACHES}百分之(?:一百零?[一二三四五六七八九十]|[二三四五六七八九]百)"
)
_LEAP = 2024  # for a day without a year: 2月29日 may be right
_RATE = ByLine(rf"(?P<what>[\u3400-\u9fff]{{0,8}}(?:率|满意度|占比|比例))(?P<between>{_REACHES})(?P<number>\d+(?:\.\d+)?)%")
_MAY_EXCEED = re.compile(
    r"(?:增长|增|完成|达成|超额|频|倍|效|利|汇|转化|覆盖倍|同比|环比|产销|负荷|周转|拨备|利用|入住|上座|采用|发布|预算执行)率\Z|增长比例|增幅"
)
_SHARE = ByLine(r"占[^，。；\n]{0,14}?(?:的)?(?P<number>\d{3,}(?:\.\d+)?)%")
_NOTHING = re.compile(
    r"(?:收到|新收|受理|办理|办结)[^，。；\n]{0,14}?(?<![\d.])0[件份条次起宗]"
    r"|(?:未|没有)(?:收到|受理|新收|发生)[^，。；\n]{0,12}(?:申请|投诉|举报|留言|来信|来电|咨询|异议|复核|诉求|建议)|(?:申请|件数)为?(?:0件|零)"
)
_RATE_OF_ANSWERS = ByLine(
    r"(?:答复|办复|办结|回复|办理|按时|按期|及时|满意)\S{0,8}?率[^，。；\n]{0,4}?(?:100%|百分之百)|100%(?:按时|按期|及时)?(?:答复|办复|办结|回复)"
)


@rule("date-impossible", GROUP)
def check_date_impossible(case: Case) -> Iterator[Finding]:
    """date-impossible: 日期在日历上有：没有 2 月 30 日、4 月 31 日、13 月，平年没有 2 月 29 日。

    A day without a year is taken as one of the report's year, or of a leap year when the sentence names another.

    Source: 公历。
    """
    for passage in case.passages if _ANY_DAY.search(case.plain) else ():
        text = passage.plain.text
        if not _ANY_DAY.search(text):
            continue
        for match in (*matches(_DAY, text, "月"), *matches(_DOTTED, text, "-", ".", "/")):
            year = int(match["year"]) if match["year"] else _year_of(case, passage, match)
            if not _is_day(year, int(match["month"]), int(match["day"])):
                yield _no_day(passage, match)
        for match in matches(_MONTH, text, "月"):
            yield _no_day(passage, match)
        for match in matches(_HAN_DAY, text, "月"):
            year = int("".join(str(_HAN_DIGITS[character]) for character in match["year"])) if match["year"] else _LEAP
            if not _is_day(year, _small_number(match["month"]), _small_number(match["day"])):
                yield _no_day(passage, match)


@rule("rate-impossible", GROUP)
def check_rate_impossible(case: Case) -> Iterator[Finding]:
    """rate-impossible: 答复率、办结率、满意度、占比等不超过 100%；没有收到申请的，不写“答复率100%”（提示）。

    Rates of growth and of completion may be more.

    Source: 算术；实践：套用模板。
    """
    for passage in case.parts:
        text = passage.plain.text
        for match in (*matches(_RATE, text, "%"), *matches(_SHARE, text, "%")):
            what = match.groupdict().get("what", "占比")
            if Decimal(match["number"]) > 100 and not _MAY_EXCEED.search(what or ""):
                yield _too_high(passage, match)
        for match in matches(_HAN_RATE, text, "百分之"):
            if not _MAY_EXCEED.search(match["what"]):
                yield _too_high(passage, match)
        yield from _rates_of_nothing(passage)


def _too_high(passage: Passage, match: re.Match[str]) -> Finding:
    return text_finding(
        "rate-impossible", "warning", passage, match.span(), f"“{match[0]}”超过了 100%", expected="不超过 100%",
        next_step="请核对；确属可以超过的，确认并写明原因",
    )  # fmt: skip


def _rates_of_nothing(passage: Passage) -> Iterator[Finding]:
    text = passage.plain.text
    for match in _RATE_OF_ANSWERS.finditer(text):
        start, _ = sentence_around(text, match.start())
        if _NOTHING.search(text, start, match.start()) and not re.search(
            r"办结[^，。；\n]{0,6}[1-9]\d*[件份]", text[start : match.start()]
        ):
            yield text_finding(
                "rate-impossible", "notice", passage, match.span(), f"一件也没有收到，却写“{match[0]}”", expected="不写这个比率",
                next_step="没有收到的，请删去这个比率",
            )  # fmt: skip


def _year_of(case: Case, passage: Passage, match: re.Match[str]) -> int:
    """The year of a day without one: the report's, unless another is named in the sentence."""
    start, end = sentence_around(passage.plain.text, match.start())
    years = {int(year) for year in re.findall(r"(?:19|20)\d\d(?=年)", passage.plain.text[start:end])}
    return case.report.year if years <= {case.report.year} else _LEAP


def _small_number(text: str) -> int:
    """A number up to 99 in Chinese: 十二 is 12, 三十 is 30."""
    tens, ten, ones = text.rpartition("十")
    return (_HAN_DIGITS.get(tens, 1) if ten else 0) * 10 + (_HAN_DIGITS.get(ones, 0) if ones else 0)


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _no_day(passage: Passage, match: re.Match[str]) -> Finding:
    return text_finding(
        "date-impossible",
        "warning",
        passage,
        match.span(),
        f"日历上没有“{match[0]}”",
        expected="日历上有的日期",
        next_step="请核对日期",
    )


@rule("published-exceeds", _DECISIONS)
def check_published_exceeds(case: Case) -> Iterator[Finding]:
    """published-exceeds: 表二的许可、处罚、强制决定数不小于文字写的公开（公示）信息数：决定包括已公开和依法未公开的全部。

    A notice: one decision may be published as two pieces of information.

    Source: 上级机关的填报说明。
    """
    for passage in case.parts:
        text = passage.plain.text
        for match in begun_in(lines_with(text, _ROWS), _PUBLISHED, text) if _COUNTED.search(text) else ():
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
