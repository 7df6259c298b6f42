"""Word the charts: what is printed in place of a chart that is not drawn, and the text alternatives of those that are.

In: counts and names. Out: templates for the sections to fill in, and whether a text is one of them: an importer meets these
sentences in every format, and they repeat what the tables say.
"""

from __future__ import annotations

import re
from functools import cache

NO_CHANNELS = "本年度未分渠道统计主动公开信息数量，不绘制渠道分布图。"
CHANNELS_ZERO = "本年度各渠道主动公开信息数量均为0，不绘制渠道分布图。"
ONE_CHANNEL = "本年度主动公开信息{count}条，均通过{name}公开，不再绘制渠道分布图。"
UNFILLED = "{what}数据尚未填报完整，不绘制相关图表。"
NO_NEW_APPLICATIONS = "本年度未收到政府信息公开申请。"
NO_APPLICATIONS = "本年度未收到政府信息公开申请，也没有上年结转的申请。"
CARRIED_IN_ONLY = "本年度未收到政府信息公开申请，上年结转的{count}件仍在办理。"
NOTHING_HANDLED = "本年度新收的{count}件政府信息公开申请尚未办结，均结转下年度继续办理。"
ONE_KIND_OF_APPLICANT = "本年度新收的{count}件政府信息公开申请，申请人均为{name}。"
NO_DISPUTES = "本年度未发生因政府信息公开引起的行政复议、行政诉讼。"
NO_EARLIER_YEARS = "没有以前年度的报告可供对比，不绘制年度对比图。"
YEARS_ZERO = "{span}均未收到政府信息公开申请，也未发生相关行政复议、行政诉讼。"
_SENTENCES = (
    NO_CHANNELS, CHANNELS_ZERO, ONE_CHANNEL, UNFILLED, NO_NEW_APPLICATIONS, NO_APPLICATIONS, CARRIED_IN_ONLY, NOTHING_HANDLED,
    ONE_KIND_OF_APPLICANT, NO_DISPUTES, NO_EARLIER_YEARS, YEARS_ZERO,
)  # fmt: skip

CHANNELS_ALT = "条形图，{year}年各渠道主动公开政府信息数量：{words}。"
OUTCOMES_ALT = "条形图，{year}年办理政府信息公开申请{count}件的结果：{words}。"
APPLICANTS_ALT = "条形图，{year}年新收政府信息公开申请{count}件，其中{words}。"
DISPUTES_ALT = "堆积条形图，{year}年结果：{words}。"
YEARS_ALT = "柱形图，{title}：{words}。"
_ALTERNATIVES = (CHANNELS_ALT, OUTCOMES_ALT, APPLICANTS_ALT, DISPUTES_ALT, YEARS_ALT)
NOT_SHOWN = "（此图无法显示：{words}）"

_FIELDS = {
    "year": r"\d{4}", "span": r"\d{4}年[至和]\d{4}年", "count": r"\d{1,15}余?", "name": ".{1,80}", "what": ".{2,20}",
    "title": ".{2,80}", "words": ".+",
}  # fmt: skip
_CAPTION = r"图\d{1,2}.{1,80}"


def pattern_of(template: str) -> re.Pattern[str]:
    """The pattern of a template, with a named group for each of its fields."""
    parts = re.split(r"\{(\w+)\}", template)
    return re.compile(
        "".join(f"(?P<{part}>{_FIELDS[part]})" if at % 2 else re.escape(part) for at, part in enumerate(parts)), re.DOTALL
    )


def is_chart_text(text: str) -> bool:
    """Whether a text replaces a chart or is the text alternative of one, with or without the chart's caption before it."""
    return _any_of_them().fullmatch("".join(text.split())) is not None


@cache
def _any_of_them() -> re.Pattern[str]:
    sentences, alternatives = ("|".join(map(_unnamed, group)) for group in (_SENTENCES, (*_ALTERNATIVES, NOT_SHOWN)))
    return re.compile(f"(?:{sentences})|(?:{_CAPTION}：)?(?:{alternatives})")


def _unnamed(template: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", pattern_of(template).pattern)
