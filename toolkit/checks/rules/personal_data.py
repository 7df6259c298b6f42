"""People's data that must not be published: identity numbers, names of applicants, private telephones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding, Severity
from toolkit.checks.narrative.passages import text_finding

GROUP = "格式与名称"
_HAN = "\u4e00-\u9fff"
_ID = re.compile(r"(?<![\dA-Za-z])[1-8]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dA-Za-z])")
_LONG_NUMBER = re.compile(r"\d{17}")  # what a match of it holds
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_MOBILE = re.compile(r"1(?<![\d.].)[3-9]\d(?:[- ]?)\d{4}(?:[- ]?)\d{4}(?![\d.])")
_NOT_A_PHONE = re.compile(r"(?:编号|文号|代码|账号|帐号|单号|许可证号?|备案号?|案号|流水号)[^，。；\n]{0,6}\Z")
# without 于 方 多 和 高 and the like, which begin other words as often
SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹魏陶姜戚谢邹喻苏潘葛奚范彭鲁韦凤花俞袁柳鲍史唐费廉岑薛雷贺倪汤殷罗毕郝邬乐傅"
    "皮卞齐康伍余元卜顾孟穆萧尹姚邵汪祁毛禹狄贝臧宋庞熊纪舒屈项祝董梁杜阮蓝闵席季贾江童颜郭梅林徐邱骆夏蔡田樊胡凌霍虞柯管卢莫房缪"
    "解应宗丁邓郁单洪包左石崔龚程邢裴陆荣翁荀羊甄储靳段焦巴谷车侯宓全班秋仲宫宁仇甘刘景詹龙叶司黎印宿怀蒲"
)
_APPLICANT = re.compile(
    rf"(?:申请人|村民|居民|市民|群众|业主|农户|当事人|原告)([{SURNAMES}](?!某)[{_HAN}](?!某)[{_HAN}]?)"
    r"(?=申请|提出|提交|要求|反映|来信|来访|来电|起诉|不服|诉|（男|（女|、男|，男|，女)"
    rf"|(?:申请人|联系人|当事人)(?:姓名)?：([{SURNAMES}](?!某)[{_HAN}](?!某)[{_HAN}]?)(?=[，。；、（\n]|\Z)"
)
# words that begin like a name
_NOT_A_NAME = frozenset({
    "陈述", "应当", "应该", "应向", "应予", "应邀", "单独", "单位", "解释", "解决", "管理", "管护", "全部", "全体", "全程",
    "全权", "余下", "乐于", "宁可", "左右", "印发", "凌晨", "施工", "项目", "江边", "夏季", "秋季", "花费", "石料", "连续",
    "荣获", "包括", "元旦",
})  # fmt: skip


@rule("personal-data", GROUP)
def check_personal_data(case: Case) -> Iterator[Finding]:
    """personal-data: 不出现身份证号（错误）、申请人姓名和私人手机号码（警告）。

    An identity number is known by its day of birth and its check digit; with a wrong check digit it is a warning.
    The office's number in the preamble is not private.

    Source: 个人信息保护法；条例第十五条；GB 11643-1999（校验码）。
    """
    step = "请删去或隐去；公开后无法收回"
    for passage in case.passages if _LONG_NUMBER.search(case.plain) else ():
        text = passage.plain.text
        for match in _ID.finditer(text):
            if _is_day(match[0][6:14]):
                severity: Severity = "error" if _check_digit_holds(match[0]) else "warning"
                yield text_finding(
                    "personal-data", severity, passage, match.span(), "有身份证号码", expected="不出现", next_step=step
                )
    for passage in case.parts:
        text = passage.plain.text
        for match in _MOBILE.finditer(text):
            if not _NOT_A_PHONE.search(text[max(0, match.start() - 16) : match.start()]):
                yield text_finding(
                    "personal-data", "warning", passage, match.span(), "有手机号码", expected="不出现", next_step=step
                )
        for match in _APPLICANT.finditer(text):
            name = match[1] or match[2]
            if name[:2] not in _NOT_A_NAME:
                yield text_finding(
                    "personal-data",
                    "warning",
                    passage,
                    match.span(match.lastindex or 0),
                    f"“{name}”像是申请人姓名",
                    expected="不出现",
                    next_step=step,
                )


def _is_day(digits: str) -> bool:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])) < date(2100, 1, 1)
    except ValueError:
        return False


def _check_digit_holds(number: str) -> bool:
    """The last character of an identity number by GB 11643-1999 (ISO 7064, MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _ID_WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == number[17].upper()
