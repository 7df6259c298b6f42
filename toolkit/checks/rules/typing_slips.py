"""Words that must not stay in a report (guidance and blanks of a template, slips of the pen), and typing slips: an invalid
telephone number, an overlong name, a figure with too many digits.

In: texts, the contact, the names, the counts. Out: findings; most are warnings, for each has an innocent reading: a province may
have a hundred million of something.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import attrgetter
from unicodedata import east_asian_width

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding, cell_finding, number_text
from toolkit.checks.narrative.passages import ByLine, Passage, text_finding
from toolkit.checks.rules.personal_data import SURNAMES
from toolkit.report import Report

GROUP, ARITHMETIC = "格式与名称", "表内勾稽"
_DIGITS = re.compile(r"(?<!\d)(?:\d[-—–\s()（）]{0,2}){4,}\d")  # 12345 is the shortest that an office gives
_LARGEST = {"township": 1_000_000, "street": 1_000_000, "county_department": 10_000_000, "county": 10_000_000}
_LARGEST_ELSEWHERE = 100_000_000
_LONGEST_NAMES = {
    "organ.name": ("机关全称", 50),
    "organ.short_name": ("机关简称", 30),
    "organ.superior": ("上级机关", 50),
    "organ.contact.office": ("联系科室", 50),
    "organ.contact.address": ("地址", 80),
    "organ.contact.phone": ("联系电话", 60),
    "organ.published_at": ("公开网站", 150),
}
_LONGEST_CHANNEL = 34
_THINGS = "路镇乡县市区局村年月日条件份次个人元号街道部门单位科室平台网站公众号政府"
_TEMPLATE = re.compile(
    r"（[^（）\n]{0,6}文字描述[^（）\n]{0,40}）"
    r"|（[^（）\n]{0,10}(?:请根据|可根据|根据实际情况填|视情况填)[^（）\n]{0,30}）|（略）"
    r"|（[^（）\n]{0,40}(?:在此处报告|此处填|此处应|请填写|待填写|待补充|填写说明|自行填写)[^（）\n]{0,20}）"
    r"|\{\{[^{}\n]{0,60}\}\}|\{%[^%\n]{0,60}%\}|\{[a-z_.]{2,30}\}|\$\{[^{}\n]{1,40}\}"
    r"|【[^【】\n]{0,20}(?:填|待补|此处|插入|名称|单位|年份|数字|电话)[^【】\n]{0,10}】|\[[^\[\]\n]{0,12}(?:单位|机关|填)[^\[\]\n]{0,12}\]"
    r"|某(?:某|镇|乡|县|市|区|街道|局)(?!民|域|城|长)"
    r"|(?<![A-Za-z.@/_-])[XxＸｘ×✕╳]{2,8}(?![A-Za-z.@_-])|(?<![A-Za-z\d])[XxＸｘ×](?=[条件次份余])"
    rf"|20[XxＸｘ×]{{2}}年?|[○〇*＊]{{2,8}}(?=[{_THINGS}])|[_＿]{{2,40}}"
)
# what a match of it holds: a sign that hardly a text has, or the words of guidance
_TEMPLATE_SIGN = re.compile(r"[{$【\[某XxＸｘ×✕╳○〇*＊_＿]|文字描述|根据|视情况填|（略）|此处|填|待补充")
_MASKED_NAME = re.compile(rf"[{SURNAMES}黄马高方金严于]\Z")
_KINDS_BEHIND = re.compile(rf"[{_THINGS}]")

# 镇镇长, 的的确确, 申请申请人: one word ends and the next begins with the same character
_AFTER_TOWN = "长|党|委|政府|人大|机关|村|级|域|区|直|属|里|内|通|有|都|办|纪|财|干|便|社|文"
_DOUBLED = ByLine(
    r"的的(?!确)|了了(?![解结然事却无断])|是是(?!非)|在在|与与(?!会)|我我|和和(?!美|睦|气)|[、，；：]{2,}|。[、，；。]|[、，；：]。"
    rf"|镇镇(?!{_AFTER_TOWN})|公开公开(?!栏|专|平|指|目|属|墙|屏|牌|日|榜)"
    r"|(政府|信息|进行|工作|申请|情况|其中|共计|本年度|人民政府|办公室|我镇|我局|我乡)\1(?!化|人|表|栏|公开|员|服务|餐|组|站|日|曲)"
)
_SLIPS = (
    ("转结", re.compile(r"(?<![运周流扭好旋逆调])转结(?!果|束|局|算|构|合|案|论)"), "结转"),
    ("钩稽", re.compile(r"钩稽"), "勾稽"),
    ("工开", re.compile(r"政务信息工开|信息工开"), "信息公开"),
    ("工开", re.compile(r"依申请工开"), "依申请公开"),
    ("公公", re.compile(r"政府信息公公开"), "政府信息公开"),
)


@rule("template-left", GROUP)
def check_template_left(case: Case) -> Iterator[Finding]:
    """template-left: 不留模板的提示语和空位：（文字描述）、XX、××、某镇、{{ }}、____ 等。

    A name masked on purpose (张××, 138××××1234) does not count.

    Source: 格式模板；实践。
    """
    guidance = [part.guidance.strip("（）") for part in case.report.form.parts]
    guidance = [words for words in guidance if len(words) > 6 and words in case.plain]
    for passage in case.passages if guidance or _TEMPLATE_SIGN.search(case.plain) else ():
        for match in _TEMPLATE.finditer(passage.plain.text) if _TEMPLATE_SIGN.search(passage.plain.text) else ():
            if not _masked_on_purpose(passage.plain.text, match):
                yield _left(passage, match.span(), match[0])
        for inner in guidance:
            at = passage.plain.text.find(inner)
            if at >= 0 and f"（{inner}）" not in passage.plain.text:
                yield _left(passage, (at, at + len(inner)), inner)


def _left(passage: Passage, span: tuple[int, int], words: str) -> Finding:
    return text_finding(
        "template-left", "error", passage, span, f"还留着模板文字“{words[:30]}”", expected="实际内容",
        next_step="请改为实际内容，或删去",
    )  # fmt: skip


def _masked_on_purpose(text: str, match: re.Match[str]) -> bool:
    """张××, 王某某, 1380000××××: letters in place of a person, not a blank to fill in."""
    before, after = text[max(0, match.start() - 3) : match.start()], text[match.end() : match.end() + 1]
    if match[0].startswith("某"):
        return match[0] == "某某" and bool(_MASKED_NAME.search(before))
    if not re.match(r"[XxＸｘ×✕╳○〇*＊]", match[0]):
        return False
    if re.search(r"\d{3}\Z", before) or (after.isdigit() and re.search(r"\d\Z", before)):
        return True
    return bool(_MASKED_NAME.search(before)) and not _KINDS_BEHIND.match(after)


@rule("repeated-words", GROUP)
def check_repeated_words(case: Case) -> Iterator[Finding]:
    """repeated-words: 叠字、重复的标点和常见笔误：镇镇、、、，“转结”应为“结转”，“钩稽”应为“勾稽”。

    Source: 实践。
    """
    slips = [(pattern, right) for words, pattern, right in _SLIPS if case.mentions(words)]
    for passage in case.prose:
        text = passage.plain.text
        for match in _DOUBLED.finditer(text):
            yield _slip(passage, match.span(), f"“{match[0]}”重复", "请删去多余的")
        for pattern, right in slips:
            for match in pattern.finditer(text):
                yield _slip(passage, match.span(), f"“{match[0]}”应为“{right}”", f"请改为“{right}”")


def _slip(passage: Passage, span: tuple[int, int], message: str, step: str) -> Finding:
    return text_finding("repeated-words", "notice", passage, span, message, next_step=step)


@rule("phone-odd", GROUP)
def check_phone_odd(case: Case) -> Iterator[Finding]:
    """phone-odd: 联系电话是能拨打的号码。

    Source: 条例第五十条；群众有疑问能找到人。
    """
    phone = case.report.organ.contact.phone.strip()
    if phone and not _DIGITS.search(phone):
        yield Finding(
            "phone-odd", "warning", f"联系电话“{phone[:30]}”不像电话号码", expected="区号和号码", found=phone[:30],
            where="organ.contact.phone", next_step="请核对，如 0601-5550101",
        )  # fmt: skip


@rule("name-too-long", GROUP)
def check_name_too_long(case: Case) -> Iterator[Finding]:
    """name-too-long: 机关、联系方式、主动公开渠道的名称没有长到印不下，里面没有误粘贴的整段话。

    A wide character counts as one, a narrow one as half. Charts have room for 34 of a channel's name.

    Source: 实践：把整段文字粘贴到名称栏。
    """
    for where, label, most, text in _names(case.report):
        length = _printed_length(text.strip()) if len(text) > most else 0
        if length > most:
            yield Finding(
                "name-too-long", "warning", f"{label}“{text.strip()[:10]}……”有 {length} 字，太长", expected=f"不超过 {most} 字",
                found=f"{length} 字", where=where, next_step="请只填名称本身；确实这么长的，确认并写明原因",
            )  # fmt: skip


def _printed_length(text: str) -> int:
    return -(-sum(2 if east_asian_width(character) in "WFA" else 1 for character in text) // 2)


def _names(report: Report) -> Iterator[tuple[str, str, int, str]]:
    """Path, name, longest length and text of whatever is printed on one line."""
    for path, (label, most) in _LONGEST_NAMES.items():
        yield path, label, most, attrgetter(path)(report)
    for at, channel in enumerate(report.channels):
        yield f"channels.{at}.name", "主动公开渠道", _LONGEST_CHANNEL, channel.name


@rule("count-too-large", ARITHMETIC)
def check_count_too_large(case: Case) -> Iterator[Finding]:
    """count-too-large: 件数大得超出这一级机关的常情，多半是多打了几位。

    Source: 实践；乡镇、街道一百万件，县级一千万件，其他一亿件。
    """
    most = _LARGEST.get(case.report.organ.level, _LARGEST_ELSEWHERE)
    form = case.report.form
    for address, value in case.report.figures.given.items():
        if isinstance(value, int) and form.cells[address].type != "money" and abs(value) > most and address not in form.sums:
            yield cell_finding(
                form, address, "count-too-large", "warning", f"填的是 {number_text(value)}，有 {len(str(abs(value)))} 位数",
                expected=f"不超过 {most}", found=str(value), next_step="请核对是不是多打了几位；确实这么多的，确认并写明原因",
            )  # fmt: skip
