"""The right edition, the right title and notice, and sections that say what they must."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding
from toolkit.checks.narrative.passages import Passage, text_finding, title_passage
from toolkit.checks.rules.printed_form import label_key
from toolkit.forms import Address, Form, all_forms
from toolkit.report import Report

GROUP = "格式与名称"
TOO_SHORT, SHORT = 10, 100  # characters of section 五
_EMPTY_WORDS = re.compile(r"(本年度|我单位|本单位|我镇|暂|目前|均)*(无|没有|略|同上|暂无|待补充|无内容|无此项)[。.]?\Z")

# What shows that section 一 covers a subject. Words that only look like it (社会保障, 市场监督管理) are taken out first.
_LOOKALIKE = re.compile(
    "(?:社会|医疗|民生|住房|养老|生活|就业|法律|能源|供水)保障|保障(?:性|房)|社保|低保|(?:市场|安全生产|食品|药品|质量技术)监督"
    "|监督管理局|(?:交易|融资|投资|作业|电商|直播带货)平台|平台经济|信息管理(?:系统|局|中心)"
)
_VERBS = (
    "建设|优化|改版|升级|完善|调整|开设|设立|新增|增设|维护|运维|管理|管护|打造|拓宽|拓展|畅通|更新|上线|搭建|改造|依托|规范|开通"
    "|整合|建好|用好|健全|提升"
)
_CARRIERS = "网站|公众号|平台|栏目|专栏|专区|新媒体|查阅点|公开栏|体验区|载体|渠道|阵地|窗口|公示栏|显示屏"
_SUBTOPICS = {
    "主动公开": "主动公开|主动(?:发布|公布|公示)|依法公开|公开(?:各类|各种|政府|政务|相关)?信息|公开内容|公开力度|应公开尽公开"
    "|(?:发布|公布)(?:各类|各种|政府|政务|工作)?信息|信息公开(?:总量|数量)",
    "依申请公开": "依申请|依法申请|申请公开|公开申请|(?:受理|收到|办理|新收|答复|接到|没有|未)[^。；\n]{0,15}申请",
    "政府信息管理": "信息(?:资源)?(?:的)?(?:规范化?|动态|分类|源头|日常|全流程)?管理|管理(?:政府|政务)信息|保密审查"
    "|公开(?:目录|指南|属性|清单)|三审|(?:发布|公开|拟公开)[^。；\n]{0,12}(?:审核|审查|审签|把关)|(?:审核|审查)(?:机制|制度|程序|流程)"
    "|信息(?:内容)?(?:发布|采集|报送)[^。；\n]{0,8}(?:规范|程序|制度|流程)|规范[^。；\n]{0,10}信息"
    "|文件(?:清理|库|归集)|更新维护|归档",
    "平台建设": f"平台|(?:{_CARRIERS})[^。；\\n]{{0,20}}(?:{_VERBS})|(?:{_VERBS})[^。；\\n]{{0,20}}(?:{_CARRIERS})",
    "监督保障": "监督|保障|考核|督查|督导|督办|评议|问责|责任追究|组织领导|加强领导|业务培训|检查|自查"
    "|(?:开展|组织|参加|举办)[^。；\n]{0,12}培训",
}
_SUBTOPIC_PATTERNS = {name: re.compile(pattern) for name, pattern in _SUBTOPICS.items()}


@rule("edition-wrong", GROUP)
def check_edition_wrong(case: Case) -> Iterator[Finding]:
    """edition-wrong: 2019、2020 年用 2019 版格式，2021 年起用 2021 版；逐表核对，不得混用。

    One error per table; a 2021 table with 2019's one row 其他处理 is named as well, and so is an imported table whose labels
    are those of the other edition.

    Source: 国办公开办函〔2019〕60号、〔2021〕30号。
    """
    report = case.report
    tables: dict[tuple[str, str], list[str]] = {}
    for key, edition in case.read_form.editions.items() if case.read_form else ():
        if edition != report.form.id:
            tables[edition, key] = ["表头和行名"]
    for path in report.foreign:
        address = Address.parse(path.removeprefix("figures."))
        other = next((form for form in all_forms() if address in form.cells), None)
        if other is not None and other.id != report.form.id:
            tables.setdefault((other.id, address.table), []).append(other.label(address).partition(" ")[2])
    for (edition, key), labels in tables.items():
        labels_text = "、".join(labels[:3]) + (f"等 {len(labels)} 格" if len(labels) > 3 else "")
        table = next(form for form in all_forms() if form.id == edition).table_by_key[key]
        yield Finding(
            "edition-wrong", "error",
            f"{table.name}{f'（{table.caption}）' if table.caption else ''}：{labels_text}是 {edition} 版格式的内容，"
            f"{report.year} 年应用 {report.form.id} 版",
            expected=f"{report.form.id} 版", found=f"{edition} 版", where=f"figures.{key}",
            next_step=f"请按 {report.form.id} 版格式（{report.form.notice_number}）重新填这张表，不要直接照搬数字",
        )  # fmt: skip


@rule("subtopic-missing", GROUP, parts=["overview"])
def check_subtopic_missing(case: Case) -> Iterator[Finding]:
    """subtopic-missing: 第一部分写到主动公开、依申请公开、政府信息管理、平台建设、监督保障五个方面。

    Other words for the same subject will do; a section that is empty is left to ``section-empty``.

    Source: 格式第一部分；条例第五十条。
    """
    passage = case.parts[0]
    text = _LOOKALIKE.sub("", passage.plain.text)
    if _length(text) <= TOO_SHORT:
        return
    for name in (_short_name(topic) for topic in case.report.form.part("overview").subtopics):
        if not _SUBTOPIC_PATTERNS[name].search(text):
            yield Finding(
                "subtopic-missing", "warning", f"{passage.label}：没有写到{name}", expected=name, where=passage.where,
                next_step=f"请补写{name}的情况；确实没有可写的，确认并写明原因",
            )  # fmt: skip


def _short_name(topic: str) -> str:
    return "平台建设" if topic.endswith("平台建设") else topic


@rule("section-empty", GROUP)
def check_section_empty(case: Case) -> Iterator[Finding]:
    """section-empty: 第一、五部分不能空；第五部分须多于 10 字，不足 100 字的也应充实。

    Source: 条例第五十条；实践。
    """
    for passage in case.parts:
        if passage.where == "narrative.other":
            continue
        text = _without_heading(passage)
        length = _length(text)
        if not length or _EMPTY_WORDS.match(text):
            yield _empty(passage, "还没有写" if not length else f"只写了“{text.strip()[:12]}”", "有内容", length, error=True)
        elif passage.where == "narrative.problems" and length <= TOO_SHORT:
            yield _empty(passage, f"只有 {length} 个字", f"多于 {TOO_SHORT} 字", length, error=True)
        elif passage.where == "narrative.problems" and length < SHORT:
            yield _empty(passage, f"只有 {length} 个字，偏短", f"不少于 {SHORT} 字", length, error=False)


def _empty(passage: Passage, message: str, expected: str, length: int, *, error: bool) -> Finding:
    return Finding(
        "section-empty", "error" if error else "warning", f"{passage.label}：{message}", expected=expected, found=f"{length} 字",
        where=passage.where, next_step="请写明实际情况" if error else "请写具体问题和改进措施，或确认并写明原因",
    )  # fmt: skip


def _without_heading(passage: Passage) -> str:
    """The text without the part's own heading, and without blanks."""
    lines = [line.strip() for line in passage.plain.text.splitlines() if line.strip()]
    if lines and label_key(lines[0].rstrip("。：:")) == label_key(passage.label):
        lines = lines[1:]
    return "".join(lines)


def _length(text: str) -> int:
    return len("".join(text.split()))


@rule("title-wrong", GROUP)
def check_title_wrong(case: Case) -> Iterator[Finding]:
    """title-wrong: 标题为“机关全称＋年度＋年政府信息公开工作年度报告”，年度只出现一次。

    The title a source carries is compared; a wrong organ in it is left to ``organ-wrong``. An organ's name that
    already holds the year would print it twice.

    Source: 国办公开办函〔2019〕60号、〔2021〕30号所附格式。
    """
    report = case.report
    in_name = re.search(r"(?:19|20)\d\d|政府信息公开|年度报告|年报", report.organ.name)
    if in_name:
        yield Finding(
            "title-wrong", "error", f"机关名称“{report.organ.name}”里有“{in_name[0]}”，标题会重复",
            expected="只写机关全称", found=report.organ.name, where="organ.name", next_step="请只写机关全称，年度由程序印出",
        )  # fmt: skip
    title = title_passage(report)
    kind = report.title.removeprefix(report.organ.name)
    years = re.findall(r"(?:19|20)\d\d年?", title.text)
    if title.text and (not label_key(title.text).endswith(label_key(kind)) or len(years) > 1):
        yield Finding(
            "title-wrong", "error", f"标题“{title.text}”应为“{report.title}”", expected=report.title, found=title.text,
            where=title.where, next_step="请按格式改正标题",
        )  # fmt: skip


@rule("notice-wrong", GROUP)
def check_notice_wrong(case: Case) -> Iterator[Finding]:
    """notice-wrong: 2019、2020 年引用国办公开办函〔2019〕60号，2021 年起引用〔2021〕30号。

    Source: 国办公开办函〔2019〕60号、〔2021〕30号。
    """
    others = [form for form in all_forms() if form.id != case.report.form.id]
    for passage in case.prose:
        for other in others:
            match = _notice_pattern(other.notice_number, other.notice_annex).search(passage.plain.text)
            if match:
                yield _wrong_notice(passage, match.span(), other, case.report)


@cache
def _notice_pattern(notice: str, annex: str) -> re.Pattern[str]:
    """The number of an edition's notice however its brackets are written, or the name of its annex if no other has it."""
    year, number = re.findall(r"\d+", notice)
    or_annex = f"|{re.escape(annex)}" if annex else ""
    return re.compile(rf"公开办函[〔﹝\[（【]?{year}[〕﹞\]）】]?第?{number}号{or_annex}")


def _wrong_notice(passage: Passage, span: tuple[int, int], other: Form, report: Report) -> Finding:
    current = report.form.notice_number
    return text_finding(
        "notice-wrong", "warning", passage, span, f"引用的是 {other.id} 版格式的通知，{report.year} 年的依据是{current}",
        expected=current, next_step="请改为现行通知；确需提到旧通知的，确认并写明原因",
    )  # fmt: skip
