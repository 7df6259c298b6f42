"""The year a report speaks of: its period, and years that do not belong there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding, Severity
from toolkit.checks.narrative.candidates.fitting import sum_of
from toolkit.checks.narrative.candidates.readings import Reading
from toolkit.checks.narrative.likeness import called
from toolkit.checks.narrative.passages import (
    ByLine,
    Passage,
    matches,
    preamble_passage,
    sentence_around,
    text_finding,
    title_passage,
)

GROUP = "格式与名称"
_TO = r"\s*(?:起始|起|开始)?[，,]?\s*(?:至|到|止|[－–—~～-]{1,3}|、)\s*"
_PERIOD = re.compile(
    rf"(?P<y1>\d{{4}})[年.](?P<m1>\d{{1,2}})(?:月份?|\.)(?:(?P<d1>\d{{1,2}})日?)?{_TO}"
    r"(?:(?P<y2>\d{4}|同)[年.])?(?P<m2>\d{1,2})(?:月份?|\.)(?:(?P<d2>\d{1,2})日?)?"
)
# 所列数据的截止日期为2024年11月30日: a period of which the text gives only the end
_CUTOFF = re.compile(
    r"(?:(?<!访问)(?<!浏览)(?<!点击)(?<!监测)(?<!平台)(?<!网站)(?<!后台)(?<!公开)数据|(?<![据经])(?<!完全)统计(?!，)|本报告|年报)"
    r"(?:[的，]|统计|数据|所列|均|都|汇总|采集|时间|期限|日期|范围|起止|内容|情况|全部){0,8}截[止至](?:日期|时间|日|期限)?(?:为|是|于|到|至|：)?(?P<end>(?P<y>(?:19|20)\d\d)年(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})日|底|末)?)"
)
_PERIOD_WORDS = re.compile(r"统计|期限|时限|起止|数据|时间范围")
# in running text a period is that of the data only right behind these words: 公示期限, 报名期限 are others
_OF_DATA = re.compile(
    r"(?:数据|统计|报告|年报)(?:[^。；\n]{0,12}?(?:的|(?<![后时前])，|、|统计|起止|所属|涵盖|反映|报告))?"
    r"(?:的?(?:起止)?(?:期限|时限|时间(?:范围)?|期间?|日期|周期|范围))?(?:均|都)?(?:为|是|：|自|从|由|于|在)*\Z"
)
_DATA_OF = re.compile(r"(?:期间)?的(?:全部|全年)?(?:统计)?(?:数据|情况)")
_THIS_REPORT = re.compile(r"本报告|年报|年度报告|所列|以上|上述")
_CHINESE_YEAR = dict(zip("〇○零一二三四五六七八九", "000123456789", strict=True))
_YEAR = ByLine(r"(?<![\d〔\[［【])((?:19|20)\d\d|[一二][〇○零一二三四五六七八九]{3})(?=年(?!版|修订|修正))")
_QUOTED = re.compile(r"《[^《》\n]{1,100}》|“[^“”\n]{1,60}”|〔\d{4}〕")

# Before or behind a year: what makes it a year spoken of, not the year of the report.
_BEFORE = re.compile(
    r"(?:较|比|与|和|同|自|从|由|于|始于|早在|截至|对照|参照|相较|跟|承接|接续|承上|接办|续办|加上?|来自|含)(?:于|了)?\Z"
)
_BESIDE = re.compile(r"(?:19|20)\d\d年?度?(?:、|至|到|-|—|～|~)\Z")
_BESIDE_BEHIND = re.compile(r"年?度?、(?:19|20)\d\d年")
_CARRIED = re.compile(
    r"(?:(?:待|结转|流转|移转|转结|转|移|延|顺延|延续|跨|留待|留|推)[至到入于]?|[放搁摆压带拖挪归并顺接滚][至到入进])\Z"
)  # 未办结的 2 件转入 2025 年: the year they go to
_CARRIED_SOME = re.compile(r"(?:结转|转|留|延|拖|剩)[^，。；\d]{0,4}\d+[件宗份][^，。；\d]{0,6}[到至入]\Z")  # 结转 2 件到次年
# what is left of the year goes to the next one: 另外 2 件结转到 2023 年办理, 剩余 2 件将于 2023 年办结
_LEFT = re.compile(
    r"(?:[余剩]|未[^，。；\d]{0,4}[结完复期满]|[还尚]有|另|结转|转|延|留|[\d一二三四五六七八九十两][件宗份])[^。；\n]{0,36}?"
    r"(?:(?P<go>[转移延留推跨带拖放搁摆压顺并归计纳列滚挪结][^，。；\d]{0,3}|(?:期限?|时[间限]|日)[^，。；\d]{0,4}[为是落])|将|待|于|在|[到至]|[要须可拟]|计划|预计)[于在到至入往]?\Z"
    r"|[余剩未][^。；\n]{0,12}，(?P<bare>)\Z|结转(?P<bare_go>)\Z"
)
_PAST = re.compile("(?:[于在]|(?<![等待])[到至])\\Z")  # 等到 speaks of a time to come
_DONE_THEN = re.compile(
    r"年(?:度|初|内|开春|春节[前后]?|开年|元旦[前后]?)?(?:\d{1,2}月(?:\d{1,2}[日号])?(?:份|初|底)?|[一二三四]季度|上半年)?(?:再|继续|接着|才能?|前|时|予以|作出)*[办答处回]"
)
# 结转2024年度继续办理2件: the figure that goes on stands behind the year
_GOES_ON = re.compile(
    r"年度?(?:内|再|继续|接着|予以|作出)*[办答处](?:理|结|复)的?(?:申请)?(?:有|为|共)?(?P<count>\d{1,6})[件宗份]"
)
_CAME_FROM = re.compile(
    r"年(?:度|底|末)?(?:结转|遗留|转入|带|转|留|未办结)(?:(?P<here>过来|来)|下来|下)?的?(?P<count>\d{1,6})[件宗份]"
)
_UNTIL = re.compile(r"年?(?:度|底|末)?(?:至|到|-|—|～|~|[^，。；]{0,6}[的前])")
_CASES = ("件", "宗", "份", "")
_LEFT_BEFORE, _LEFT_SENTENCE, _NEXT_TO = 44, 60, 8
_FROM_BEFORE = re.compile(r"上年|去年|年初|上一年|往年|以前年度|(?:19|20)\d\d年")
_COUNT = re.compile(r"(\d{1,6})\s*[件宗份]")
_LASTING = re.compile("文件|有效|项目|工程|合同|规划|任期|目录")
_COMPARED = re.compile(
    r"以来|以前|之前|同期|相比|经费|遗留|结转|转结|转来|转入|转至|接转|带来|带入|移交|留存|留下|剩余|未办|没办|在办|待办|没有?办完|未答复|考核|评估|测评|排名|整改|绩效|学年|届|预算|决算|审计|收支|三公|法治政府"
)
_OF_THAT_YEAR = re.compile(  # 2019年收到的 2 件, 2022年排查的问题: done in that year, spoken of today
    r"年(?:度|底|末)?[^，。；：\n]{0,4}(?:收到|受理|接收|新收|办理|答复|办结|未办结|结转|提出|下发|印发|发布|公布|查找|排查|梳理|发现|反馈|指出|启动|建)的|年[底末](?:以|之)?前的\d"
)
_REPORTS = re.compile(r"年度报告|年报|工作报告|情况报告|总结")  # last year's reports are published this year
_EVENTS = re.compile(
    r"成立|建成|开通|施行|修订|修正|公布施行|出台|启用|上线|建立|设立|创建|评为|获评|获得|荣获|命名|印发|颁布|搬迁|合并|撤并|改革|投用|投入使用|实施|起步|以来"
)
_PLANS = re.compile(r"将|拟|计划|下一步|打算|力争|目标|规划|明年|来年|下年|之前|年底前|继续|进一步|届时")
_NOW = re.compile(r"今年|本年|现在|目前|至今|仍|一直|继续")
_CHANGE = re.compile("(?P<more>增加|增多|上升|增长|上涨)|减少|下降|降低|回落")
# How texts write the year of the report: 2024年，… / 2024年度 / 2024年全年 / 截至2024年12月31日 / 2024年我镇… / 2024年1月1日
_AS_OWN = re.compile(
    r"年(?:，|、|度(?!考核|评估|测评|报告|工作要点|计划|预算|决算)|全年|里|期间|共|累计|主动公开|新收|收到|受理|办理|办结|未|没有|无|1月1日|12月31日|底|末|"
    r"(?:我|全|本)?(?:镇|乡|街道|县|市|区|局|机关|办|单位|府)|政府信息公开|信息公开|依申请)"
)

# what is before 2024年度 where it is the report's year
_SUBJECT = re.compile(r"(?:\A|[，；：（。！？\n]|截[至止到]|[镇乡道县市区局委办厅队院位关府心站所校计于在])\s*\Z")
# 2019年主动公开文件145件，已移交县档案馆: what is done today with things of an earlier year
_KEPT = re.compile("移交|归档|立卷|入库|清理|评查|复查|复核|核查|销毁|数字化|补录|回头看|倒查|整理")


@rule("period-wrong", GROUP)
def check_period_wrong(case: Case) -> Iterator[Finding]:
    """period-wrong: 统计期限为报告年度的 1 月 1 日至 12 月 31 日。

    A preamble made by the program is right; one that was written, and sentences of the text on the period, are read.

    Source: 格式导语；条例第五十条。
    """
    year = case.report.year
    for passage in case.prose:
        text = passage.plain.text
        for match in _PERIOD.finditer(text):
            of_data = passage.where == "narrative.preamble" or _is_period_of_data(text, match)
            if of_data and not _is_whole_year(match, year):
                yield text_finding(
                    "period-wrong", "error", passage, match.span(), f"统计期限写的是“{match[0]}”，应为 {year} 年全年",
                    expected=f"{year}年1月1日至{year}年12月31日", next_step="请改正期限，并核对数据是不是全年的",
                )  # fmt: skip
        for match in matches(_CUTOFF, text, "截止", "截至"):
            if (match["y"], match["m"]) != (str(year), "12") or match["d"] not in (None, "31"):
                yield text_finding(
                    "period-wrong", "error", passage, match.span("end"),
                    f"数据的截止日期写的是“{match['end']}”，应为 {year} 年 12 月 31 日", expected=f"{year}年12月31日",
                    next_step="请改正期限，并核对数据是不是全年的", instead=f"{year}年12月31日",
                )  # fmt: skip


def _is_period_of_data(text: str, match: re.Match[str]) -> bool:
    """Whether a period in running text is that of the report's figures: 统计期限为…, 本报告所列为…的数据."""
    start, _ = sentence_around(text, match.start())
    if _DATA_OF.match(text, match.end()) and _THIS_REPORT.search(text, start, match.start()):
        return True
    return bool(_OF_DATA.search(text[start : match.start()]))


def _is_whole_year(match: re.Match[str], year: int) -> bool:
    last = match["y1"] if match["y2"] in (None, "同") else match["y2"]
    months = (match["m1"].lstrip("0"), match["m2"]) == ("1", "12")
    days = (match["d1"] or "1").lstrip("0") == "1" and (match["d2"] or "31") == "31"
    return match["y1"] == str(year) == last and months and days


@rule("other-year", GROUP)
def check_other_year(case: Case) -> Iterator[Finding]:
    """other-year: 标题、导语和第一部分不出现别的年度（同比、上年、文号、书名号里的除外）。

    An error where the text gives the year as the report's (2023年，我镇……); a notice where it may be meant. Part six is
    read for the year of its statements; years to come are left alone in plans.

    Source: 实践：沿用上年文字是最常见的差错来源。
    """
    parts = [passage for passage in case.parts if passage.where != "narrative.problems"]
    names = called(case.report.organ.name)
    for passage in (title_passage(case.report), preamble_passage(case.report), *parts):
        text = "\n".join(map(_without_quotations, passage.plain.text.split("\n")))
        for match in _YEAR.finditer(text):
            year, right = _number(match[1]), _year_of_rest(case, passage, text, match)
            if right is not None:
                if year != right and (year != case.report.year or _is_of_left_over(case, passage, text, match)):
                    yield text_finding(
                        "other-year", "warning", passage, (match.start(), match.end() + 1),
                        f"写的是 {year} 年，结转的申请应为 {right} 年", expected=f"{right}年", next_step="请核对年份",
                    )  # fmt: skip
                continue
            severity = _judge(text, match, case.report.year, passage, names)
            if severity in ("error", "warning") and _looks_back(case, passage, sentence_around(text, match.start()), year):
                severity = "notice"
            if severity is not None:
                yield text_finding(
                    "other-year", severity, passage, (match.start(), match.end() + 1),
                    f"出现了 {year} 年，本报告是 {case.report.year} 年的",
                    expected=f"{case.report.year}年", next_step="沿用上年文字的请改正" if severity == "error" else "请核对年份",
                )  # fmt: skip


@lru_cache(maxsize=512)  # while a clerk types, one line changes
def _without_quotations(line: str) -> str:
    return _QUOTED.sub(lambda match: "＊" * len(match[0]), line)


def _year_of_rest(case: Case, passage: Passage, text: str, match: re.Match[str]) -> int | None:
    """The only year to which applications that are left over can go, or from which all those left over came."""
    start, end = sentence_around(text, match.start())
    before = _LEFT.search(text, max(start, match.start() - _LEFT_BEFORE), match.start())
    bare = before is not None and before.lastgroup in ("bare", "bare_go")  # 结转2023年2件 may have come from that year
    words = text[before.start() : min(end, match.end() + _LEFT_BEFORE)] if before is not None else ""
    if before is not None and (_is_of_requests(case, words) or _is_of_left_over(case, passage, text, match)):
        go = (before["go"] or before["bare_go"] is not None) and not _UNTIL.match(text, match.end())
        past = _PAST.search(before[0]) and not before["go"]  # 在 2021 年办结 3 件
        later = not (bare or past) or _number(match[1]) > case.report.year
        return case.report.year + 1 if later and (go or _DONE_THEN.match(text, match.end())) else None
    came = _CAME_FROM.match(text, match.end())
    carried = case.report.number("applications", "carried_in", "total")
    if came is None or not carried or int(came["count"]) != carried:
        return None
    # 给 2021 年留下 2 件: left to a year to come
    return case.report.year - 1 if came["here"] or _number(match[1]) < case.report.year else None


def _is_of_left_over(case: Case, passage: Passage, text: str, match: re.Match[str]) -> bool:
    """尚有 5 件未到期，转2024年办理: the last figure before the year is what goes to the next year, not what came."""
    start, _ = sentence_around(text, match.start())
    first = max(start, match.start() - _LEFT_SENTENCE)
    if _LASTING.search(text, max(first, match.start() - _NEXT_TO), match.end() + _NEXT_TO):
        return False
    out, into = (case.report.number("applications", row, "total") for row in ("carried_out", "carried_in"))
    figures = [item.figure for item in case.text.between(passage.where, *passage.plain.span(first, match.start()))]
    before = [one for one in figures if one.unit in _CASES and (not one.one or one.value == out)]
    if out == into:
        return False
    behind = _GOES_ON.match(text, match.end())
    if behind is not None and int(behind["count"]) == out:
        return True
    if not before or before[-1].value != out:
        return False
    clause = max(text.rfind(mark, first, before[-1].place) for mark in "，。；") + 1
    return not _FROM_BEFORE.search(text, max(clause, first), match.start())


def _is_of_requests(case: Case, words: str) -> bool:
    """Whether words count applications, not things that last: 有效期延至, 项目推迟到."""
    left = case.report.number("applications", "carried_out", "total")
    counts = [int(count) for count in _COUNT.findall(words)][-1:]
    return not _LASTING.search(words) and ("申请" in words or left in counts)


def _looks_back(case: Case, passage: Passage, sentence: tuple[int, int], year: int) -> bool:
    """Whether a sentence really looks back at a year, by its figures.

    回头看 2024 年，公开 11 件: several figures, none of them this year's, which the text states rightly elsewhere.
    2022 年底未到期的 3 件续办: a figure that was carried over from that year.
    2024 年新收 14 件，两年相比减少 3 件: a figure and a change that make up this year's, or a change that the table has.
    """
    start, end = passage.plain.span(*sentence)
    carried = case.report.number("applications", "carried_in", "total")
    beside = case.text.between(passage.where, start, end)
    readings = [reading for reading in beside if reading.figure.year == year]
    if carried and year == case.report.year - 1 and any(reading.figure.value == carried for reading in readings):
        return True
    if any(_is_changed_to(case, reading, change) for reading in readings for change in beside):
        return True
    if any(_has_changed(case, reading, passage.plain.original[start:end]) for reading in readings):
        return True
    agreements = [
        reading.figure.value == sum_of(case.report, reading.quantity.addresses)
        for reading in readings
        if reading.quantity is not None and reading.quantity.addresses in case.text.cells.agreeing_cells
    ]
    return len(readings) > 1 and bool(agreements) and not any(agreements)  # a single figure may be old text


def _is_changed_to(case: Case, reading: Reading, change: Reading) -> bool:
    """Whether a figure and its change make up this year's figure of the same cells, which the text states elsewhere."""
    if reading.quantity is None or not change.figure.change or change.figure.unit != reading.figure.unit:
        return False
    cells = reading.quantity.addresses
    now = sum_of(case.report, cells) if cells in case.text.cells.agreeing_cells else None
    return now is not None and abs(now - reading.figure.value) == abs(change.figure.value) > 0


def _has_changed(case: Case, reading: Reading, sentence: str) -> bool:
    """2019 年发生复议 3 件，数量有所减少: the table has less this year."""
    change = _CHANGE.search(sentence[sentence.find(reading.figure.text) + 1 :])
    now = sum_of(case.report, reading.quantity.addresses) if reading.quantity is not None and change is not None else None
    return now is not None and now != reading.figure.value and (now > reading.figure.value) == bool(change and change["more"])


def _judge(text: str, match: re.Match[str], own: int, passage: Passage, names: tuple[str, ...]) -> Severity | None:
    """What a year in a text is: ``None`` when it is the report's own or spoken of as another."""
    year = _number(match[1])
    if year == own:
        return None
    if passage.where == "narrative.title":
        return "error"
    start, end = sentence_around(text, match.start())
    sentence = text[start:end]
    before = text[max(0, match.start() - 4) : match.start()]
    if re.search(r"(?:今年|本年度?)（\Z", before):
        return "error"
    if year == own - 1 and match.start() == start and text.startswith("年以来", match.end()):
        return "notice"  # 2023年以来 may begin last year's first sentence
    if _spoken_of(text, match, sentence, year, own, passage):
        return None
    if passage.where == "narrative.preamble":
        # a period is judged by period-wrong, the day of publication is in the following year
        spoken = _PERIOD_WORDS.search(sentence) or (year == own + 1 and re.match(r"年\d{1,2}月", text[match.end() :][:5]))
        return None if spoken else "error"
    if not (_AS_OWN.match(text, match.end()) or any(text.startswith(f"年{name}", match.end()) for name in names)):
        marker = _EVENTS.search(sentence) or _NOW.search(sentence)
        return "notice" if passage.where == "narrative.overview" and year < own and not marker else None
    if (year < own - 1 and _EVENTS.search(sentence)) or (year < own and _NOW.search(sentence)):
        return None
    before = text[start : match.start()]
    of_object = not _SUBJECT.search(before)
    kept = _KEPT.search(sentence) and not text.startswith(("，", "、", "度", "全"), match.end() + 1)
    if of_object or kept or re.search(r"\d余?[件条份篇次]", before):
        # 向县档案馆移交2021年公开文件74件: the year of an object; 受理新申请9件，2019年受理11件; 部分公开4件，2018年没有;
        # 结转7件到2023年: beside this year's figures
        return "notice"
    # in the first words of a sentence, before any figure, a year is the report's own
    opens = re.search(r"[，；：、（\d]", text[start : match.start()]) is None
    return "error" if passage.where == "narrative.overview" and opens else "warning"


def _spoken_of(text: str, match: re.Match[str], sentence: str, year: int, own: int, passage: Passage) -> bool:
    """Whether the words around show that another year is meant: a comparison, what is left from it, a plan for it."""
    before = text[max(0, match.start() - 4) : match.start()]
    as_end = re.search(r"截[至止]\Z", before)
    if _BEFORE.search(before) and not as_end:
        return True
    if year == own + 1 and _CARRIED_SOME.search(text, max(0, match.start() - 24), match.start()):
        return True
    clause = re.split(r"[，。；：！？\n]", text[match.start() : match.start() + 80], maxsplit=1)[0]
    if passage.where != "narrative.preamble" and _REPORTS.search(clause):
        return True  # in the preamble it is this very report
    if _OF_THAT_YEAR.match(text, match.end()):
        return True
    if _COMPARED.search(clause) or (_EVENTS.search(clause) and not _AS_OWN.match(text, match.end())):
        return True
    if str(own) in sentence and not as_end:
        return True  # both years in one sentence: they are distinguished there
    end = sentence_around(text, match.start())[1]
    if year == own - 1 and re.match(rf"[。；]?\s*(?:截[至止])?(?:{own}年|今年|本年)", text[end : end + 12]):
        return True  # 2023年，收到 8 件。2024年，收到 12 件: one year beside the other
    if _BESIDE.search(text[max(0, match.start() - 8) : match.start()]) or _BESIDE_BEHIND.match(text, match.end()):
        return True  # 2022年、2023年分别收到 6 件、8 件
    if year > own:
        return bool(_PLANS.search(sentence) or _CARRIED.search(before))
    return bool(re.match(r"年?\s*(?:至|到|-|—|～|~)\s*(?:19|20)\d\d", text[match.end() : match.end() + 8]))


def _number(year: str) -> int:
    return int("".join(_CHINESE_YEAR.get(char, char) for char in year))
