"""The context of a figure decides what it counts: the ``Context`` and its update by each word.

In: the context so far, a part of the text, its sentences and tokens. Out: the context that follows; none is changed in place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from toolkit.checks.narrative.candidates.quantity import DISPUTE_ROWS, Quantity, unknown_inside
from toolkit.checks.narrative.figures import PartText
from toolkit.checks.narrative.tokens import Token
from toolkit.report import Organ

# cases of another kind beside those about disclosure, and cases that the organ itself decides for others
CASES_APART = re.compile(
    r"除(?:涉)?(?:政府)?信息公开[^，。；]{0,8}外|[与和跟同](?:政府)?信息公开[^，。；]{0,6}(?:无关|没有?关系|没有?关联|没有?牵连|不相干|不沾边)|非(?:政府)?信息公开"
    r"|另行统计|另行计算|单独统计|单列统计|单列管理|不计入|不纳入统计|不在统计|不(?:属于|在)[^，。；]{0,8}统计"
    r"|被申请人[^，。；]{0,4}?(?:非|不是|为(?:其他|下级|下属|所属|各|[县区乡镇]))|[非不未](?:是)?以[本我][^，。；]{1,6}?为被申请人"
    r"|代[省市县区州]?(?:人民)?政府(?:审|办|承办|受理)|作为[^，。；]{0,8}复议(?:机[关构]|部门)|其中涉?及?(?:政府)?信息公开(?:类|案件|的|\d)"
    r"|审结[^，。；\d]{0,4}(?:诉讼|案件)\d+[件宗起]，[^，。；\d]{0,4}(?:政府|机关|部门)败诉"
)
_SORTS = re.compile(
    r"(?:[从按就]照?)?[^，。；\d]{0,4}申请(?:公开)?(?:的)?(?:内容|领域|业务|用途|事项|类[型别]|主题|方向|信息)[^，。；\d]{0,8}[看分是为及括于中在][，：]?"
)
_JUDGES = ("county", "city", "province")  # governments decide on 复议, through their offices of justice
_NAMED = 8  # tokens before 行政复议 that name what it was about
_BEHIND = 30  # tokens looked at behind a figure: time stays linear
_OPENING = 4  # characters before the first word that is known
Told = tuple[tuple[Decimal, Quantity], ...]
Opened = tuple[tuple[bool, str, tuple[str, ...]], ...]  # what was before each open bracket


class Context(NamedTuple):
    """The preceding text of this part: it decides what a bare 办结 3 件 is about."""

    year: int = 0  # the report's
    topic: str = ""
    disputes: tuple[str, ...] = ()
    named_disputes: frozenset[str] = frozenset()  # those whose total stands before in the sentence
    doc: str = ""
    act: str = ""  # the row of part two that this part of the sentence names last
    head: str = ""  # the row of part three that a list after 其中 divides
    heads: frozenset[str] = frozenset()  # all such rows that the last sentence with one states
    heads_here: bool = False  # this sentence states one of them
    after_carried_in: bool = False  # the sentence gives the applications carried in: 其中 may divide them, too
    among: bool = False
    aside: bool = False  # 行政许可方面，受理申请 30 件: a bare 申请 after other business is an application for that
    show: bool = False  # 公开, 公示 began the list: what follows was published, which need not be all
    papers: bool = False  # 公文 150 件，其中主动公开…、依申请公开…、不予公开…: kinds of papers, not applications
    counting: bool = False  # 全年共有 15 件申请: the words before the figure say that it counts all
    full: bool = False  # 收到书面申请 15 件，全部为政府信息公开申请: what was received is named behind
    at_end: bool = False  # the sentence speaks of the end of the year
    carries: frozenset[str] = frozenset()  # carried_in, carried_out: those that the sentence names by a full name
    done: bool = False  # the sentence states what was handled: a bare 结转 behind it goes to the next year
    outcomes: frozenset[str] = frozenset()  # the outcomes that the sentence names
    reasons: frozenset[str] = frozenset()  # the reasons that it names
    applicants: bool = False  # it names kinds of applicants
    divided: tuple[str, ...] = ()  # rows that the last outcome of the sentence counted: 予以公开 13 件（自然人 10 件、企业 3 件）
    column: str = ""  # the kind of applicants that the last figure counted: 自然人提出的 5 件，予以公开 2 件
    lead: int = 0  # unknown characters that the clause of the figure begins with: 媒体申请 0 件
    some_months: bool = False  # 截至11月底收到 11 件，办结 9 件: the sentence begins with a part of the year
    some: bool = False  # 网上申请 7 件，其中办结 6 件: what 其中 divides came in one way only
    sorts: bool = False  # 从申请领域看，…: the sentence says what was asked about
    apart: bool = False  # 除信息公开外的复议、诉讼, 均与政府信息公开无关
    opened: Opened = ()
    within: bool = False  # 公开 8 件（含部分公开 2 件）, 公开 8 件，其中部分公开 2 件: the figure counts that outcome as well
    carried_aside: bool = False  # 新收 56 件，不包括上年结转的 6 件: the figure does not count those carried in
    told: Told = ()  # the wholes that this sentence has told surely: 28 件里维持 18 件 in the next goes back to one of them
    told_before: Told = ()
    counted: str = ""  # the column of part four that the last figure of the sentence counted
    result: str = ""  # the one that 其中 divides by rows: 纠正 3 件，其中直接起诉 2 件
    judging: bool = False  # an organ that decides on 复议 counts all of them, not those about itself


def up_to_next_figure(sentence: tuple[Token, ...], at: int) -> tuple[Token, ...]:
    """The words behind a figure up to the next one or to a mark that ends the thought."""
    end = at + 1
    while end < min(len(sentence), at + _BEHIND) and sentence[end].kind != "figure" and sentence[end].value not in ("；", "。"):
        end += 1
    if end < len(sentence) and sentence[end].kind == "figure":  # the words next to that figure are its own
        while end > at + 1 and sentence[end - 1].kind != "sep":
            end -= 1
    return sentence[at + 1 : end]


def begin_sentence(context: Context, part: PartText, sentence: tuple[Token, ...], organ: Organ, *, opens: bool) -> Context:
    """The context at the beginning of a sentence: what goes on from the one before, and what its own words say of it all.

    ``opens``: it is the first of a paragraph, which is not about the other business of the one before.
    """
    kinds = {token.kind for token in sentence}
    disputes = [index for index, token in enumerate(sentence) if token.kind in DISPUTE_ROWS]
    judge = organ.level in _JUDGES or "司法" in organ.name
    topic = context.topic
    if topic == "other" and context.outcomes and not context.papers:
        topic = "app"  # 不予处理 2 件（信访类）: a kind of applications, of which the next sentence goes on to speak
    if opens and topic != "app":
        topic = ""
    if topic != "app" and _is_on_applications(sentence, kinds):
        topic = "app"
    return context._replace(
        topic=topic,
        among=False, heads_here=False, after_carried_in=False, column="", divided=(), act="", show=False, aside=False, some=False,
        done=False, disputes=(), named_disputes=frozenset(), opened=(), counted="", result="", told=(), told_before=context.told,
        doc=_first_document(sentence),
        papers=_sorts_papers(sentence, kinds),
        sorts=("app" in kinds or context.topic == "app") and _SORTS.match(_words(part, sentence)) is not None,
        outcomes=frozenset(token.value for token in sentence if token.kind == "outcome"),
        reasons=frozenset(token.value for token in sentence if token.kind == "reason"),
        applicants="applicant" in kinds,
        at_end=any(_is_year_end(part, token) for token in sentence),
        carries=frozenset(token.kind for token in sentence if token.kind in ("carried_in", "carried_out")),
        some_months=_begins_with_months(part, sentence),
        full=_names_all_behind(sentence),
        apart=False,
        judging=judge and any(_judges(part, sentence, at) for at in disputes),
    )  # fmt: skip


def _first_document(sentence: tuple[Token, ...]) -> str:
    """出台 6 件、废止 4 件，均为规范性文件: named behind its figures; 发文 70 份，其中规范性文件 1 份: most are no such thing."""
    at = next((at for at, token in enumerate(sentence) if token.kind == "doc"), -1)
    return sentence[at].value if at >= 0 and not any(token.kind == "among" for token in sentence[:at]) else ""


def _is_on_applications(sentence: tuple[Token, ...], kinds: set[str]) -> bool:
    """新收 73 件，上年结转 2 件; 公开 5 件，无法提供 1 件: words that reports use of applications only."""
    if kinds & {"other", "act", "doc", "publish", "paper"}:
        return False
    if kinds & {"carried_in", "carried_out"} or any(token.value == "fresh" for token in sentence):
        return True
    groups = {token.value.partition("_")[0] for token in sentence if token.kind in ("outcome", "reason")}
    return len(groups | {"granted" for token in sentence if (token.kind, token.value) == ("show", "given")}) > 1


def _sorts_papers(sentence: tuple[Token, ...], kinds: set[str]) -> bool:
    """公文 150 件，主动公开…、依申请公开…、不予公开…; 经保密审查不予公开的 3 件."""
    if "outcome" not in kinds or kinds & {"new", "handled", "carried_in", "carried_out"}:
        return False
    first = next(at for at, token in enumerate(sentence) if token.kind == "outcome")
    before = {token.kind for token in sentence[:first]}
    documents = "doc" in before and "app" not in before
    return documents or "paper" in before or {"publish", "app"} <= before


def _is_year_end(part: PartText, token: Token) -> bool:
    """年底, 12月底, 2024年末, 12月31日."""
    if token.kind in ("period", "date", "year"):
        words = part.plain.text[token.start : token.end]
        return words.endswith(("年底", "年末")) or "12月" in words
    return token.value == "end"


def _begins_with_months(part: PartText, sentence: tuple[Token, ...]) -> bool:
    """上半年, 第四季度, 截至11月底 before the first figure, and no word for the year behind it."""
    first = next((at for at, token in enumerate(sentence) if token.kind == "figure"), 0)
    kinds = [
        token.kind
        for token in sentence[:first]
        if token.kind == "now" or (token.kind == "period" and token.value != "each" and not _is_year_end(part, token))
    ]
    return kinds[-1:] == ["period"]


def _names_all_behind(sentence: tuple[Token, ...]) -> bool:
    """收到书面申请 15 件，全部为政府信息公开申请."""
    pairs = zip(sentence, sentence[1:], sentence[2:], strict=False)
    return any(
        first.kind == "all" and any(_is_full(token) for token in ((second, third) if second.kind == "soft" else (second,)))
        for first, second, third in pairs
    )


def _is_full(token: Token) -> bool:
    return token.kind == "app" and token.end - token.start > len("申请")


def _judges(part: PartText, sentence: tuple[Token, ...], at: int) -> bool:
    """办理行政复议案件 120 件: a statement of the deciding body, not on the disclosure of this organ."""
    near = range(at - 1, max(-1, at - _NAMED), -1)
    first = next((index + 1 for index in near if sentence[index].kind == "sep"), max(0, at - _NAMED))
    text = _words(part, sentence[first : at + 1])
    verbs = any(token.kind in ("manage", "handled", "new") for token in sentence[max(0, at - 2) : at])
    return verbs and "信息公开" not in text and "政府信息" not in text


def cases_apart(part: PartText, sentence: tuple[Token, ...]) -> dict[int, bool]:
    """By the index of a figure: whether words such as 不计入 set its cases apart; empty when no words of the sentence do.

    Such words hold for their segment, up to ；. Before the first case (除信息公开案件外，…) they hold up to a segment that names
    信息公开; in a segment without cases, or with 均 at the end, for the whole sentence.
    """
    if not any(token.kind in DISPUTE_ROWS for token in sentence):
        return {}
    start = sentence[0].start  # 除 and 非 are no words of the vocabulary and may stand before the first of the sentence
    words = re.split(r"[。！？\n]", part.plain.text[max(0, start - _OPENING) : start])[-1] + _words(part, sentence)
    if not CASES_APART.search(words):
        return {}
    ends = [at for at, token in enumerate(sentence) if token.value == "；"]
    segments = list(pairwise([0, *ends, len(sentence)]))
    texts = words.split("；")
    apart = [bool(CASES_APART.search(text)) for text in texts]
    cases = [any(token.kind in DISPUTE_ROWS for token in sentence[first:last]) for first, last in segments]
    of_all = len(apart) != len(segments) or not any(map(bool.__and__, apart, cases))
    if not of_all:
        for at in range(1, len(apart)):
            apart[at] = apart[at] or (apart[at - 1] and _stands_first(texts[at - 1]) and "信息公开" not in texts[at])
        of_all = _OF_ALL.search(texts[-1]) is not None and not any("信息公开" in text for text in texts[:-1])
    return {
        at: of_all or aside
        for (first, last), aside in zip(segments, apart, strict=not of_all)
        for at in range(first, last)
        if sentence[at].kind == "figure"
    }


def _stands_first(text: str) -> bool:
    """Whether the words that set cases apart stand before the first case."""
    found, case = CASES_APART.search(text), _COUNTED_CASES.search(text)
    return found is None or case is None or found.start() < case.start()


_COUNTED_CASES = re.compile(r"(?:复议|诉讼)(?:案件)?\d")
_OF_ALL = re.compile("(?:均|都|皆|以上|上述)[^，。；]{0,10}(?:无关|不计|不纳入|另行|不在)")


def _words(part: PartText, sentence: tuple[Token, ...]) -> str:
    return part.plain.text[sentence[0].start : sentence[-1].end]


def asks_for_else(words: Sequence[Token]) -> bool:
    """收到用电报装申请 18 件: an application for something else; the following figures refer to it."""
    at = next((index for index, token in enumerate(words) if token.kind == "new"), -1)
    if at >= 0 and not any(token.kind == "app" for token in words):
        return unknown_inside(words[at:]) > 1  # 收到县级交办件 12 件，办结 12 件
    return at >= 0 and any(
        two.kind == "app" and two.end - two.start == len("申请") and two.start - one.end > 1 for one, two in pairwise(words)
    )


TOPICS = {"app": "app", "publish": "other", "other": "other", "act": "other", "review": "dispute", "suit": "dispute"}


def follow(context: Context, token: Token, before: Sequence[Token] = ()) -> Context:
    """The context behind a word, ``before`` being the words before it, the nearest last.

    Brackets give back what was before them.
    """
    if token.value == "inside" and before:
        row = _row_named(before) if before[-1].kind == "app" else ""
        if row:  # 新收申请中，自然人 9 件
            context = context._replace(among=True, head=row, heads=frozenset((row,)), heads_here=True)
        elif before[-1].kind in ("figure", "handled", "noun"):  # 答复的 11 件中，自然人 9 件
            context = context._replace(among=True)
    if token.kind in TOPICS and context.topic != TOPICS[token.kind]:
        context = context._replace(topic=TOPICS[token.kind])
    if token.kind in ("act", "other"):
        context = context._replace(aside=True, act=token.value if token.kind == "act" else "")
    if token.kind == "doc":
        return context._replace(doc=token.value)
    if token.kind in DISPUTE_ROWS:
        return context._replace(disputes=_disputes_so_far(context, token))
    if token.kind == "among":  # 网上 9 件，信函 3 件，已全部办结，其中…: 其中 divides all of them
        return context._replace(among=True, result=context.counted, some=context.some and not _speaks_of_all(before))
    return _follow_mark(context, token.value) if token.kind == "sep" else context


def _speaks_of_all(before: Sequence[Token]) -> bool:
    kinds = [token.kind for token in before]
    kinds = kinds[kinds.index("all") :] if "all" in kinds else []
    return "figure" not in kinds and bool({"app", "handled"} & {*kinds})


def _row_named(before: Sequence[Token]) -> str:
    """新收的申请, 办结的申请: the row of what the verb right before says."""
    kinds = [token.kind for token in before if token.kind in ("new", "handled", "sep", "figure")]
    return {"new": "new", "handled": "total"}.get(kinds[-1], "") if kinds else ""


def _follow_mark(context: Context, mark: str) -> Context:
    if mark == "；" and (context.aside or context.column or context.divided or context.result):
        context = context._replace(aside=False, column="", divided=(), act="", result="")
    if mark in "，；。\n（" and context.show:
        context = context._replace(show=False)
    if mark == "（":
        return context._replace(opened=(*context.opened, (context.among, context.head, context.disputes)))
    if mark == "）" and context.opened:
        among, head, disputes = context.opened[-1]
        return context._replace(among=among, head=head, disputes=disputes, opened=context.opened[:-1])
    return context


def _disputes_so_far(context: Context, token: Token) -> tuple[str, ...]:
    """复议、诉讼 named side by side are meant together until one of them gets a figure."""
    if token.kind in ("direct", "after") or (context.disputes in (("review",), ("suit",)) and token.kind in context.disputes):
        return (token.kind,)
    together = not context.among and len(context.disputes) == 1 and {*context.disputes, token.kind} == {"review", "suit"}
    together = together and not {*context.disputes} <= context.named_disputes
    return (*context.disputes, token.kind) if together else (token.kind,)
