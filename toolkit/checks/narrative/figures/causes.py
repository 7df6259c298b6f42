"""Tell reviews and lawsuits over other matters from those over disclosure: 土地确权类行政复议 6 件、行政诉讼 4 件.

Takes the words of a sentence and its tokens, returns for each figure whether its cases are over another matter.
A cause goes on over 、 and ， to the next figure that names none, and ends at ；.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from toolkit.checks.narrative.tokens import Token

_DISPUTES = frozenset(("review", "suit", "direct", "after"))
_DISCLOSURE = re.compile(r"信息公开|政务公开|政府信息|(?<!复议)答复|(?<!复议)申请(?!(?:行政)?复议)")
_VAGUE = r"(?![^，。；]{0,4}(?:不服|不满|异议|程序|超期|逾期|此|上述|该|[一二]审|当年|本年|上年|公民|群众|村民|居民|企业))"
# nouns of what an office does to somebody
_ACT = (
    "(?:决定|认定|登记|许可|处罚|强制|征收|征地|拆[迁违除]|审批|确权|补偿|赔偿|投诉|举报|信访|检查|检测|仲裁|待遇|管理|整治"
    "|处置|执法|结论|确认)"
)
_BY = r"(?:引发|引起|引出|提起|导致|产生|发生|形成|进入|转入|走入|而起)"
_MATTER = re.compile(
    r"[一-鿿]{2,10}(?<![各两三四多几这此该其])(?:类|领域|纠纷|争议|案由|一项[：，])"
    r"|[一-鿿]{2}(?<![年度生办])案件(?=[另被引进转：]|方面)"
    r"|涉(?!诉|及?(?:政府信息|信息|[我本]))[一-鿿]{1,6}|应诉"
    rf"|(?:因|由|就|针对)[^，。；\d]{{0,12}}?{_ACT}[^，。；\d]{{0,6}}?{_BY}|不[服满][^，。；\d]{{0,12}}?{_ACT}"
    rf"|[一-鿿]{{0,8}}{_ACT}{_BY}"
)
_MATTER_BEHIND = re.compile(
    rf"[，（](?:[多均都]|主要|大多)?(?:[因由系为]|涉及|来自){_VAGUE}[^，。；\d]{{2,14}}?(?:{_BY}|类|领域|纠纷|争议|案件)"
)


# 都不是为信息公开打的, 与信息公开无涉; 争的是房屋面积
_NO_DISCLOSURE_BEHIND = re.compile(
    r"[，（](?:[都均]|全都)?(?:不是[为因由][^，。；]{0,6}信息公开|[与跟同和][^，。；]{0,8}信息公开[^，。；]{0,4}(?:无关|无涉|不相干))"
    r"|[，（]争的(?:[都均])?[是在为](?![^，。；]{0,12}(?:公开|答复))"
)


def other_matters(words: str, sentence: Sequence[Token]) -> Mapping[int, bool]:
    """By the index of a figure: whether its cases are over another matter; figures of no such case are left out."""
    if not any(token.kind in _DISPUTES for token in sentence):
        return {}
    offset, first = sentence[-1].end - len(words), 0
    matters: dict[int, bool] = {}
    for index, token in enumerate(sentence):
        if token.value == "；" or index == len(sentence) - 1:
            matters |= _of_segment(words, offset, sentence, first, index + 1)
            first = index + 1
    return matters


def _of_segment(words: str, offset: int, sentence: Sequence[Token], first: int, end: int) -> Mapping[int, bool]:
    begin, other, divided = (sentence[first - 1].end - offset if first else 0), None, False
    goes_on = False  # the figure before counts something else of a matter, and no case
    matters: dict[int, bool] = {}
    whole: list[int] = []  # figures whose matter no word before them tells
    items: set[bool] = set()  # the matters behind 其中
    for index in (at for at in range(first, end) if sentence[at].kind == "figure"):
        before = sentence[first:index]
        divided = divided or (bool(whole) and any(token.kind == "among" for token in before))
        own = words[begin : sentence[index].start - offset]
        if whole and sentence[first - 1].kind == "figure" and _MATTER_BEHIND.match(own):
            matters[whole.pop()] = True  # 诉讼 46 件，多由征收补偿引起，与政府信息公开有关的 5 件
        matter = _is_other(own, before, of_list=divided)
        if matter is None and goes_on and before[0].value == "、":
            matter = True  # 处理水费争议投诉 46 件、诉讼 2 件
        goes_on = matter is None and _MATTER.search(own) is not None
        other = other if matter is None else matter
        if other is not None:
            matters[index] = other
            items |= {other} if divided else set()
        elif not divided:
            whole.append(index)
        begin, first = sentence[index].end - offset, index + 1
    behind = words[max(0, begin - 1) : sentence[end - 1].end - offset]
    apart = _NO_DISCLOSURE_BEHIND.search(behind) is not None
    if len(items) > 1 or apart or (_MATTER_BEHIND.search(behind) and not _DISCLOSURE.search(behind)):
        matters |= dict.fromkeys(whole, True)  # 复议 15 件，其中土地征收类 13 件、信息公开类 2 件; 复议 6 件，多因征地引起
    return matters


def _is_other(words: str, tokens: Sequence[Token], *, of_list: bool) -> bool | None:
    """What the words before a figure say of the matter; ``None`` when they name none."""
    if _DISCLOSURE.search(words):
        return False
    at = next((at for at, token in enumerate(tokens) if token.kind in _DISPUTES), len(tokens))
    beside = any(token.value in ("、", "and") for token in tokens[:at])  # 行政许可和行政复议
    act = not beside and any(token.kind == "act" for token in tokens[:at])
    return True if (of_list or at < len(tokens)) and (act or _MATTER.search(words)) else None
