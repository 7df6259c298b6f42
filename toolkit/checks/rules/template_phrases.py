"""Words that must not stay in a report: guidance and blanks of a template, slips of the pen."""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.checks.catalogue import TEXTS, Case, rule
from toolkit.checks.finding import Finding
from toolkit.checks.narrative.passages import Passage, text_finding
from toolkit.checks.rules.personal_data import SURNAMES

GROUP = "格式与名称"

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
_DOUBLED = re.compile(
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


@rule("template-left", GROUP, reads=TEXTS)
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


@rule("repeated-words", GROUP, reads=TEXTS)
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
