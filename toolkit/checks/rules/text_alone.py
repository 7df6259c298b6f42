"""Check the text for inner consistency: lists and balances add up, percentages are right, repeated figures agree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding, Severity
from toolkit.checks.narrative.assignment.choice import ERROR
from toolkit.checks.narrative.candidates.readings import Reading
from toolkit.checks.narrative.candidates.slips import SMALL, is_typing_slip
from toolkit.checks.narrative.figures.organs import is_own
from toolkit.checks.narrative.findings import PART_NAMES, are_swapped, name_of, percent, shown, span_of, words_finding, words_of
from toolkit.checks.narrative.relations.list_shapes import TextList
from toolkit.checks.narrative.relations.sentence_lists import NEAR
from toolkit.checks.narrative.relations.together import wrong_exceptions, wrong_sums_of_figures
from toolkit.checks.narrative.statements.wording import portion_findings
from toolkit.checks.narrative.tokens import Token
from toolkit.checks.narrative.tokens.vocabulary import WORDS

GROUP = "文字与表格"
_LONG_SENTENCE = 300  # characters of a sentence looked back
_CLAUSE, _FEWEST = 60, 4  # characters of a clause that is compared, and that name something
_SOME_OF_THEM = frozenset(("among", "rest", "period", "part", "past", "compare", "grow", "fall", "distribute"))
_OF_YEAR = re.compile(
    r"20\d\d年度?|(?:全|本|当|今|一)年(?:度|来|中|间)?|年[内末底]|截至|共计?|累计|总[共计]|合计"
    r"|[我本全该](?:镇|乡|街道|县|市|区|局|委|办|院|校|所|公司|中心|单位|机关)|[镇乡县市区局]里|[镇乡县市区]?政府|政务|了|的"
)
_PUBLISHED = (
    rf"{_OF_YEAR.pattern}|年度|主动|依法|公开|发布|各类|各种|信息|总|量|条?数|为|达|到|^[对就将把]|所有?|均|已|是|全部"
    r"|上述|前述|以上|虽然?|尽管|只|仅|已经|一共|(?:对|向|面向)(?:外|社会|公众)|(?:[两三四五]个|各)(?:平台|渠道)"
    r"|^(?:组织|安排)?专?人员?[对就将把]|^[^，。；\d]{1,12}对(?=全年|本年|今年|当年|20\d\d)|经?(?:保密|集中|统一)?审[核查]后?(?=发布|公开)"
    "|(?:通过|利用|运用|依托|经)(?:各类|各种|多种|不同|全部|线上线下)?(?:渠道|平台|途径|载体|方式)|各级(?:行政机关|部门)|各(?:部门|单位)"
)
_WHO = re.compile("(?:20[0-9]{2}年度?|全年)?([一-鿿]{2,12}?)(?=20|全年|共|累计|主动|公开)")
_BY_MANY = re.compile(
    "(?<![^，。；：\n])(?P<before>[^，。；：\n、]{0,20}?)(?:通过|利用|运用|依托)[^，。；：\n\\d]{2,40}等(?:渠道|平台|途径|载体|方式)?(?P<behind>[^，。；：\n、]{0,20})$"
)
_OF_KINDS = re.compile(
    "(?<![^，。；：\n])(?P<before>[^，。；：\n、]{0,20}?(?:公开|发布)了?)[^，。；：\n\\d]{2,40}、[^，。；：\n\\d、]{1,16}"
    "等(?:各类)?的?(?P<behind>(?:政府|政务)?信息[^，。；：\n、]{0,6})$"
)
_PUBLISHED_BEHIND = re.compile("主动公开的?(?:政府|政务)?信息")  # 对 853 条主动公开信息开展核查
_FIELD, _FIELD_BEHIND = re.compile("(?:公开|发布)的?([一-鿿]{2,6})信息$"), re.compile("([一-鿿]{2,6})信息")
_ALL_PUBLISHED = re.compile(rf"(?:{_PUBLISHED}){{1,20}}")
_NEARLY = Decimal("0.25")  # a list that misses its head by more is doubtful
_SMALL_SUM = 20  # a smaller sum of figures that no cell has may be an accident
_ALL = 4  # items of a list that ends with its sentence
_ANY_NOUN = ("个", "项", "家", "处")  # units of things of any kind; a 条 inside another is one as well
_OF_MANY_KINDS = ("名", "人", "位", "家", "户", "座", "处", "所", "台")  # each of them may be named twice
_PAIR, _LONG_NAME = 2, 8
_OPPOSITES = frozenset(re.findall("..", "上下内外城乡男女专兼正副新旧新老前后中外公私主次长短增减左右东西南北收发"))
_CHANNELS = re.compile(
    "(?P<website>网站|网页)|(?P<account>公众号|微信)|(?P<blog>微博)|(?P<video>抖音|视频号)|(?P<board>公示栏|公开栏|宣传栏)"
)
_CHANNEL_NAMES = {"": "", "website": "网站", "account": "公众号", "blog": "微博", "video": "视频号", "board": "公示栏"}
_VERBS = "|".join(sorted({word for word, (kind, _) in WORDS.items() if kind == "show"} - {"转载"}, key=len, reverse=True))
# 微信公众号“望江发布”全年推送信息: the channel and its year, and no kind of what it publishes (原创, 民生信息, 留言)
_ALL_OF_CHANNEL = re.compile(
    rf"(?:(?>[省市县区镇乡局委厅办](?:政府)?(?=网站|门户)|{_CHANNELS.pattern}|{_PUBLISHED}|{_VERBS}|“[^”]{{1,20}}”|官方|门户|推出|发|推文|通过|对|在|于|经|上|街道|全[镇乡县市区局])"
    "){1,20}"
)
_MARKS = re.compile("[，。；：、！？（）\n]")
_YEARS = frozenset(("year", "now", "sep", "soft"))
_ALL_OF_THEM = re.compile("(?:信息|文章)?，?(?:全部|逐条|逐篇|均|都|无一|每条|条条)")
_VERBS_OF_EVENTS = re.compile(
    "答复|回复|回应|办理|处理|总共|一共|开展|组织|举办|举行|召开|承办|集中|发布|公开|制作|推出|编发|编制|刊发|进行|安排|^办|^开|^搞"
)
# words before a noun that make it another thing: 县级政务公开工作例会
_NARROWS = re.compile("受理|收集|参加|[省市县区镇乡村]级?|部门|机关|图文|图解|视频|公文")
_NO_NOUN = re.compile("(?:作出|决定|办理|处理|完成|发生|收到|共有|其中)+")
_ORGAN = re.compile("^(?:街道|[镇乡县区市局](?=[举开组召发公制办]))")
_MOST_NOUNS = 100  # of one unit looked back at: time stays linear
_SHORT_NOUN, _LONG_NOUN = 3, 4  # characters of a noun that means one thing; the end of a longer one needs more
_WHOSE = re.compile("“[^”]{1,20}”|[省市县区镇乡局委厅办](?=(?:政府)?(?:门户)?网站)")
_FROM = re.compile("[由从][^，；]{1,12}$")  # 由 876 条增至
_WHOLE_YEAR = re.compile("全(?:[镇乡县市区局委]|街道)一?共|全年|一年|年度|年内|本年|今年|20[0-9]{2}年|[共合总累]计|一共|总共")
_BY_CHANNEL = re.compile("[从按分][^，。]{0,6}(?:渠道|平台|载体)[^。]*$")
_MANY = 1000  # items of a channel: another such figure counts all of them again, not a part
_LONG, _WORDS = 100, 40  # the least figure whose digits are no accident, characters before it that name what it counts
_WIDEST = 120  # characters marked together


@rule("list-does-not-add-up", GROUP)
def check_list_does_not_add_up(case: Case) -> Iterator[Finding]:
    """list-does-not-add-up: “共 N 条，A a 条、B b 条”各项之和等于 N；“其中”所列不超过 N。

    A list after 其中 may name some only: a shortage is reported (as a notice) when it is small or the list has an 其他.

    Source: 实践。
    """
    for item in case.text.lists:
        severity = None if item.adds_up else _severity_of_list(case, item)
        if severity in (None, "notice") and not item.adds_up and not item.approximate and _names_opposites(case, item):
            severity = "warning"  # 线上 2 场、线下 4 场 are all there are
        if item.firmness != "among" and _is_side_by_side(case, item):
            continue
        if severity and not _ends_at_semicolon(case, item) and not _counts_something_else(case, item):
            yield _list_finding(case, item, severity)


def _has_semicolon(tokens: Sequence[Token]) -> bool:
    return any(token.value == "；" for token in tokens)


def _ends_at_semicolon(case: Case, item: TextList) -> bool:
    """公开 17 件，其中 1 件是律所的，剩余的是自然人的；不公开 3 件…: 其中 divides up to ；, and there it is not too much."""
    head, last = item.head.figure, item.items[-1].figure
    sentence = case.text.cells.by_where[head.where].sentences[head.sentence]
    if last.sentence == head.sentence and _has_semicolon(sentence[last.index : head.index]):
        # 制作六份，公开五份；网上共有 10 份; not 自然人 8 件；企业 1 件；合起来 12 件
        row = _has_semicolon(sentence[item.items[0].figure.index : last.index])
        return not row or any(token.kind not in ("total", "edge") for token in head.left)
    counted = item.head.quantity or item.head.candidate
    too_much = item.firmness == "among" and item.exceeds
    if counted is None or not too_much or item.items[0].figure.sentence != head.sentence:
        return False
    marks = [at for at, token in enumerate(sentence) if token.value == "；" and head.index < at < item.items[-1].figure.index]
    inside = [one.figure for one in item.items if not marks or one.figure.index < marks[0]]
    rest = any(token.kind == "rest" for one in item.items for token in one.figure.left)
    return bool(marks) and (sum(one.value for one in inside) <= head.value or rest)


def _severity_of_list(case: Case, item: TextList) -> Severity | None:
    head, whole = item.head.figure.span, item.total
    over = item.exceeds
    several = max(entry.figure.value for entry in item.items) <= item.head.figure.value
    if over and several and item.head.figure.unit in _OF_MANY_KINDS:  # 监督员 20 名，其中女性 9 名、党员 13 名: some are both
        return "warning" if len(item.items) > _PAIR else None
    missing = head.low - whole.high
    behind = item.head.figure.start > item.items[-1].figure.start
    if behind and item.head.figure.value in (case.report.number("applications", row, "total") for row in ("new", "total")):
        return None  # 不予公开 3 件。公开 12 件，部分公开 4 件，总数 29 件: with those of the sentences before
    if item.firmness == "among" and head.low - item.least > head.low / 2:
        return (
            None  # 其中不予公开 3 件，分别为 2 件、1 件；无法提供 10 件，分别为 8 件、2 件: few of the head, each with its parts
        )
    if whole.low > head.high and not over:  # 公开 8 件，自然人 7 件、企业 1 件: items that divide the one before them
        return None
    if item.firmness == "loose":  # side by side: only a sum that nearly fits was meant as one
        near = len(item.items) > 1 and abs(item.shown_sum - item.head.figure.value) <= item.head.figure.value * NEAR
        listed = item.closed and (len(item.items) > _PAIR or _is_slip(item))
        if not near or item.approximate or not _is_publishing(item):
            return None
        return "warning" if listed and item.head.figure.unit == "条" else "notice"
    if item.firmness == "whole":
        # far too little: the first of many things done, not the parts of a whole
        sums = (
            over
            or item.shown_sum * 2 >= item.head.figure.value
            or any(token.kind == "sep" for token in item.items[0].figure.left)
        )
        return ("notice" if item.approximate else _severity_of_sum(item)) if sums else None
    if over:
        return "notice" if item.approximate else _severity_of_sum(item)
    if _names_all(item) or _misses_by_a_slip(item) or _includes_all(case, item):
        return "warning"  # 其中 A 33 篇、B 8 篇、C 16 篇。 of 58
    rest = any(token.kind == "rest" for token in item.items[-1].figure.left) or (item.again and item.closed)
    if rest and item.head.tie.state == "agrees" and missing <= head.low * NEAR and not item.approximate:
        return "warning"  # 其中 40 件为自然人，其余 9 件…。 of 50
    complete = rest or missing <= head.low * NEAR
    return "notice" if complete and len(item.items) > 1 else None


def _counts_something_else(case: Case, item: TextList) -> bool:
    """调整栏目 13 个，其中标准化目录涉及领域 21 个: an item that alone is more, and its noun is not in the clause of the head."""
    head, first = item.head.figure, item.items[0].figure
    words, noun = case.text.cells.by_where[head.where].plain.text, _clause_before(case, item.items[0])[-_PAIR:]
    if (
        head.unit not in _ANY_NOUN
        or item.firmness != "among"
        or first.value <= head.value
        or is_typing_slip(first.value, head.value)
        or not noun
    ):
        return False
    begin, end = head.place - len(_clause_before(case, item.head)), head.place + len(head.text) + _LONG_NAME
    behind = re.split("[，。；：、]", words[head.place : end])[0]
    return noun not in words[begin : head.place] + behind


def _is_side_by_side(case: Case, item: TextList) -> bool:
    """网站共公开 392 条，专题页面公开 186 条，公众号公开 145 条: the first is one of the row, not its head."""
    row = [item.head, *item.items]
    head = item.head.figure
    behind = case.text.cells.by_where[head.where].sentences[head.sentence][head.index + 1 : head.index + 3]
    if any(token.value == "：" or token.kind == "respectively" for token in behind):
        return False
    first, *clauses = [_FROM.sub("", _clause_before(case, one)) for one in row]
    verbs = {token.kind for one in row for token in one.figure.left[-2:] if token.kind != "edge"} <= {"publish", "show"}
    named = (verbs and not _ALL_PUBLISHED.fullmatch(first)) or (_channel_in(first) and any(map(_channel_in, clauses)))
    return bool(named) and item.items[0].figure.start > item.head.figure.start


def _is_slip(item: TextList) -> bool:
    """One digit of the sum is another than in the head, or two of them are swapped."""
    one, other = str(item.shown_sum), str(item.head.figure.value)
    differing = sum(a != b for a, b in zip(one, other, strict=False))
    return len(one) == len(other) and (differing == 1 or sorted(one) == sorted(other))


def _names_opposites(case: Case, item: TextList) -> bool:
    """线上 2 场、线下 4 场, 专职 1 人、兼职 3 人: two names that differ in one character and its opposite."""
    names = [_name_before(case, entry) for entry in item.items]
    if len(names) != _PAIR or len(names[0]) != len(names[1]) or not 1 < len(names[0]) < _LONG_NAME:
        return False
    differing = [a + b for a, b in zip(*names, strict=True) if a != b]
    return (
        item.shown_sum * 2 >= item.head.figure.value
        and len(differing) == 1
        and (differing[0] in _OPPOSITES or differing[0][::-1] in _OPPOSITES)
    )


def _name_before(case: Case, item: Reading) -> str:
    part = case.text.cells.by_where[item.figure.where]
    token = part.sentences[item.figure.sentence][item.figure.index]
    return re.split(r"[，；：、（。\d]|其中|包括|包含", part.plain.text[max(0, token.start - 10) : token.start])[-1]


def _severity_of_sum(item: TextList) -> Severity:
    """An error only where the sum is a slip of the head or nearly fits; a sum far from it may be no list at all."""
    head, whole = item.head.figure.value, item.shown_sum
    near = abs(whole - head) <= head * _NEARLY or is_typing_slip(whole, head)
    near = near and (head >= SMALL or item.closed or item.firmness == "whole")
    cell = (item.head.tie.kind, item.head.tie.state) == ("cell", "agrees")  # then the items may divide something else
    behind = any(token.value == "inside" for token in item.items[0].figure.left)  # 22 个乡镇中有 23 个
    known = any(entry.tie.kind == "cell" for entry in (item.head, *item.items))
    unknown = head < _SMALL_SUM and item.firmness == "whole" and not (known or item.closed)  # 起草六份，挂出来五份；网上 10 份
    sums = {item.shown_sum - entry.figure.value for entry in item.items}  # one of them may be reported aside
    return "error" if near and not (cell or behind or unknown or item.apart or head in sums) else "warning"


def _names_all(item: TextList) -> bool:
    """其中 A 62 条，B 28 条，C 19 条，D 21 条。: four kinds of what was published and no 等 read like all there are."""
    exact = not item.approximate and item.head.figure.unit == "条"
    return item.closed and len(item.items) >= _ALL and exact and _is_publishing(item)


def _misses_by_a_slip(item: TextList) -> bool:
    """其中 A 90 条、B 122 条、C 64 条 of 286: nearly all of the head, or all of it with two digits of an item swapped.

    Lists that name some only leave out more than a quarter; two kinds of cases may be nearly all of them.
    """
    head, gap = item.head.figure.value, item.head.figure.value - item.shown_sum
    rounding = sum((one.figure.step or Decimal(0) for one in (item.head, *item.items)), Decimal(0))
    several = len(item.items) > _PAIR
    pair = len(item.items) == _PAIR and item.head.figure.unit != "件"
    if item.approximate or gap <= rounding or not (several or pair):
        return False
    values = [one.figure.value for one in item.items]
    swapped = several and any(sorted(shown(value)) == sorted(shown(value + gap)) for value in values)
    rest = item.closed and any(token.kind == "rest" for token in item.items[-1].figure.left)
    return gap <= head * NEAR or swapped or (several and rest and _is_slip(item))


def _includes_all(case: Case, item: TextList) -> bool:
    """回应关切 54 次，包括热线 30 次、信箱 15 次、发布会 2 次。: 包括 without 等 names all, unless they are far fewer."""
    head, first = item.head.figure, item.items[0].figure
    words = case.text.cells.by_where[head.where].plain.text[head.place : first.place]
    least = Decimal(3) / 4 if len(item.items) > _PAIR else 1 - NEAR
    last = item.items[-1].figure
    behind = case.text.cells.by_where[head.where].sentences[last.sentence][last.index + 1 :]
    no_more = [token.value for token in behind[:1]] == ["，"] and not any(token.kind == "figure" for token in behind)
    whole = item.closed or no_more
    named = whole and not item.approximate and len(item.items) >= _PAIR and "等" not in words
    return named and ("包" in words or "由" in words) and item.shown_sum >= head.value * least


def _is_publishing(item: TextList) -> bool:
    return item.head.quantity is None and any(token.kind in ("publish", "show", "total") for token in item.head.figure.left)


def _list_finding(case: Case, item: TextList, severity: Severity) -> Finding:
    head, last = item.head.figure, item.items[-1].figure
    start = span_of(case.text.cells, item.head)[0]
    end = max(head.end, last.end) if head.where == last.where else head.end
    start = min(start, item.items[0].figure.start)
    terms = " ＋ ".join(entry.figure.text for entry in item.items[:12]) + (" ＋ …" if len(item.items) > 12 else "")
    difference = shown(abs(item.shown_sum - head.value))
    among = "其中所列" if item.firmness == "among" else "所列各项"
    return Finding(
        "list-does-not-add-up", severity,
        f"{PART_NAMES[head.where]}写总数 {head.text}，{among} {terms} ＝ {shown(item.shown_sum)}，相差 {difference}",
        expected=shown(head.value), found=shown(item.shown_sum), where=head.where, start=start, end=end,
        next_step="请核对总数和各项" if severity == "error" else "如只列了部分项目可不改，否则请核对总数和各项",
    )  # fmt: skip


@rule("text-balance", GROUP)
def check_text_balance(case: Case) -> Iterator[Finding]:
    """text-balance: 文字中的数自身平衡：新收＋上年结转＝办结＋结转下年度（四个数都写到时核对）；“两类相加 n 件”与所加的数相符。

    无结转 and 未收到 count as 0. Figures of a part (本级) and approximate ones are left out.

    Source: 格式，表三左上角的勾稽关系。
    """
    yield from _sums_of_others(case)
    yield from _exceptions(case)
    values = {name: _overview_value(case, name) for name in ("new", "carried_in", "handled", "carried_out")}
    if any(value is None for value in values.values()):
        return
    new, carried_in, handled, carried_out = (value[0] for value in values.values() if value is not None)
    got, finished = new + carried_in, handled + carried_out
    if got == finished:
        return
    places = [value[1] for value in values.values() if value is not None and value[1] is not None]
    first = min(places, key=lambda item: item.figure.start)
    last = max(places, key=lambda item: item.figure.end)
    start, end = span_of(case.text.cells, first)
    if last.figure.end - start <= _WIDEST:
        end = last.figure.end
    yield Finding(
        "text-balance", _severity_of_balance(places),
        f"{PART_NAMES[first.figure.where]}文字中的数不平衡：新收 {shown(new)} ＋ 上年结转 {shown(carried_in)} ＝ {shown(got)}，"
        f"办结 {shown(handled)} ＋ 结转下年度 {shown(carried_out)} ＝ {shown(finished)}，相差 {shown(abs(got - finished))}",
        expected=shown(got), found=shown(finished), where=first.figure.where,
        start=start, end=end, next_step="请对照表三核对这四个数",
    )  # fmt: skip


def _sums_of_others(case: Case) -> Iterator[Finding]:
    """不予公开 61 件，不予处理 7 件，两类相加 69 件."""
    for item in wrong_sums_of_figures(case.text.cells):
        start, end = span_of(case.text.cells, item.reading)
        terms = " ＋ ".join(part.figure.text for part in item.parts)
        yield Finding(
            "text-balance", "warning",
            f"{PART_NAMES[item.reading.figure.where]}写“{words_of(case.text.cells, item.reading)}”，"
            f"前面的数没有 {item.several} 个相加得此数，最接近的是 {terms} ＝ {shown(item.expected)}",
            expected=shown(item.expected), found=shown(item.reading.figure.value), where=item.reading.figure.where,
            start=start, end=end, next_step="请核对是哪几个数的和",
        )  # fmt: skip


def _exceptions(case: Case) -> Iterator[Finding]:
    """办结 14 件，除 3 件外，其余均予以公开."""
    for item in wrong_exceptions(case.text.cells):
        figure = item.reading.figure
        yield words_finding(
            figure, "text-balance", "warning",
            f"写“除{figure.text}外”，前面写的是 {item.whole.figure.text}，"
            f"其余 {shown(item.rest)} {figure.unit}，应为 {shown(item.expected)} {figure.unit}",
            expected=shown(item.expected), found=shown(figure.value), next_step="请核对除外的件数",
        )  # fmt: skip


def _severity_of_balance(places: list[Reading]) -> Severity:
    """An error when none of the figures is one that can be confirmed away."""
    doubtful = any(item.tie.state == "differs" and item.degree < ERROR for item in places)
    return "warning" if doubtful else "error"


def _overview_value(case: Case, name: str) -> tuple[Decimal, Reading | None] | None:
    """The one value the overview tells of a quantity, also as 无; ``None`` when it tells none or several."""
    places = [item for item in case.text.cells.sure_by_name.get(name, ()) if item.figure.where == "narrative.overview"]
    if any(item.takes_carried for item in places):
        return None  # the figure is 收办总数; the text does not report what came in
    if len({item.figure.value for item in places}) == 1:
        return places[0].figure.value, places[0]
    denied = any(
        claim.what == f"no-{name}" and claim.where == "narrative.overview" and not (claim.partly or claim.free)
        for claim in case.text.claims
    )
    return (Decimal(0), None) if denied and not places and name != "new" else None


@rule("figure-twice", GROUP)
def check_figure_twice(case: Case) -> Iterator[Finding]:
    """figure-twice: 同一个数在第一、五、六部分（以及主动公开渠道）写成一样。

    Source: 实践。
    """
    first: dict[str, Reading] = {}
    for reading in case.text.readings:
        if not reading.sure or reading.quantity is None or reading.quantity.each or reading.takes_carried:
            continue
        before = first.setdefault(reading.quantity.name, reading)
        right = before.tie.state == reading.tie.state == "agrees"  # each is right in a meaning of its words
        if before.figure.value != reading.figure.value and not right:
            start, end = span_of(case.text.cells, reading)
            yield Finding(
                "figure-twice", "warning",
                f"{PART_NAMES[reading.figure.where]}写“{words_of(case.text.cells, reading)}”，"
                f"前面{PART_NAMES[before.figure.where]}写"
                f"“{words_of(case.text.cells, before)}”，说的都是{name_of(case.report.form, reading.quantity)}",
                expected=shown(before.figure.value), found=shown(reading.figure.value),
                where=reading.figure.where, start=start, end=end,
                next_step="请改成同一个数；如范围不同请写明",
            )  # fmt: skip
    yield from _differing_channels(case)
    yield from _same_words_of_other_figures(case)
    yield from _swapped_digits(case)
    yield from _differing_wholes(case)
    yield from _differing_parts(case)


def _same_words_of_other_figures(case: Case) -> Iterator[Finding]:
    """全年主动公开信息 386 条 … 全年主动公开信息 368 条: the same words of the same year, and no cell to compare them with.

    开展培训 12 场次 … 组织培训 21 场次: with another verb only a slip.
    """
    by_words: dict[tuple[str, str], Reading] = {}
    by_noun: dict[str, list[tuple[str, Reading]]] = {}
    for reading in case.text.readings:
        words, now = _words_of_year(case, reading), reading.figure.value
        noun = _without_verb(words)
        same = by_words.setdefault((words, reading.figure.unit), reading) if words else reading
        if same.figure.value != now:
            yield _written_twice(f"“{words}”", same, reading)
        elif noun:
            before = by_noun.setdefault(reading.figure.unit, [])
            like = next((one for name, one in before if _is_noun_of_both(name, noun)), None)
            if like is None:
                before[_MOST_NOUNS:] = []
                before.append((noun, reading))
            elif now != like.figure.value and is_typing_slip(now, like.figure.value) and _are_of_one_noun(like, reading, noun):
                yield _written_twice(f"“{words}”", like, reading)


def _swapped_digits(case: Case) -> Iterator[Finding]:
    """公众号推送 318 篇 … 公众号一年与读者见面的图文计 381 篇: the same digits, with three characters or more of its words."""
    by_digits: dict[tuple[str, ...], list[Reading]] = {}
    for reading in case.text.readings:
        figure = reading.figure
        plain = figure.scope != "other" and not (figure.about or figure.one or figure.change)
        if plain and reading.quantity is None and figure.year is None and figure.value >= _LONG and figure.unit not in ("", "%"):
            by_digits.setdefault((figure.unit, *sorted(shown(figure.value))), []).append(reading)
    for first, *others in by_digits.values():
        words = _runs_of_words(case, first)
        for other in others[:1]:
            apart = (first.figure.where, first.figure.sentence) != (other.figure.where, other.figure.sentence)
            if apart and first.figure.value != other.figure.value and not words.isdisjoint(_runs_of_words(case, other)):
                yield _written_twice("同一件事 ", first, other)


def _runs_of_words(case: Case, reading: Reading) -> frozenset[str]:
    """Every three characters in a row of the words before a figure."""
    words = re.sub("[^一-鿿]", " ", _without_year(_sentence_before(case, reading)[-_WORDS:]))
    return frozenset(run for at in range(len(words) - 2) if " " not in (run := words[at : at + 3]))


def _is_noun_of_both(one: str, other: str) -> bool:
    """政策解读材料 and 解读材料, 政策解读 and 政策解读文章: the same noun, its end, or it with a word for papers behind."""
    short, long = sorted((one, other), key=len)
    if one == other or long in (f"{short}材料", f"{short}文章", f"{short}稿件"):
        return True
    return len(short) >= _LONG_NOUN and long.endswith(short) and not _NARROWS.search(long, 0, len(long) - len(short))


def _are_of_one_noun(one: Reading, other: Reading, noun: str) -> bool:
    """Figures of two digits, or small ones of which one is a total: 全年举办培训班 3 期 … 年内共办培训班 4 期."""
    totals = any(token.kind == "total" for item in (one, other) for token in item.figure.left)
    return min(one.figure.value, other.figure.value) >= SMALL or (totals and len(noun) >= _SHORT_NOUN)


def _differing_wholes(case: Case) -> Iterator[Finding]:
    """全年主动公开政府信息 312 条 … 全年累计公开各类信息 321 条: the year's whole, with a slip, in other words or as a sum."""
    sums = {id(entry.head) for entry in case.text.lists if _adds_channels(case, entry)}
    first: dict[str, Reading] = {}
    for reading in case.text.readings:
        kind = "" if id(reading) in sums else _all_published(case, reading)
        before = reading if kind is None else first.setdefault(kind, reading)
        now, then = reading.figure.value, before.figure.value
        if now == then or not is_typing_slip(now, then):
            continue
        nouns = [_without_verb(_words_of_year(case, one)) for one in (reading, before)]
        if not nouns[0] == nouns[1] != "":
            pair = (reading, before) if id(reading) in sums and id(before) not in sums else (before, reading)
            yield _written_twice("全年公开信息 ", *pair)  # a sum that fits its channels is right
    whole = first.get("")
    for item in case.text.readings if whole is not None else ():
        swapped = whole is not None and item.figure.unit == "条" and are_swapped(item.figure.value, whole.figure.value)
        if swapped and _all_published(case, item, loosely=True) == "":
            earlier, later = (one for one in case.text.readings if one is item or one is whole)
            yield _written_twice("全年公开信息 ", earlier, later)


def _adds_channels(case: Case, entry: TextList) -> bool:
    """网站 203 条，公众号 118 条，公示栏 47 条，合计 368 条: every item is a channel's."""
    of_items = entry.head.figure.unit == "条" and len(entry.items) > 1 and entry.adds_up
    names = [_channel_of(case, item) for item in entry.items] if of_items else []
    return len({*names}) > 1 and all(names)  # 门户网站 3347 条，其中环境质量类 1196 条、…: of one channel


def _differing_parts(case: Case) -> Iterator[Finding]:
    """共 1126 条，其中公众号 411 条 … 公众号全年推送 441 条: all that a channel published, with a slip in another place."""
    by_channel: dict[str, list[Reading]] = {}
    listed = [item for entry in case.text.lists if entry.adds_up and entry.head.figure.unit == "条" for item in entry.items]
    for item in [*listed, *(item for item in case.text.readings if _is_of_row(case, item))]:
        by_channel.setdefault(_channel_of(case, item), []).append(item)
    for item, one in case.text.channels:  # compared with the number of its channel, too
        by_channel.setdefault(_channel_in(one.name), []).append(item)
    items = {id(item) for entries in by_channel.values() for item in entries}
    for reading in case.text.readings:
        channel = _channel_of_year(case, reading) if id(reading) not in items else ""
        entries = by_channel.setdefault(channel, [reading]) if channel else []
        values, value = {item.figure.value for item in entries}, reading.figure.value
        slip = len(values) == 1 and value not in values and is_typing_slip(value, entries[0].figure.value)
        if slip and not _are_two(case, reading, entries[0]):
            yield _written_twice(f"“{channel}”", entries[0], reading)


def _is_of_row(case: Case, reading: Reading) -> bool:
    """分渠道看，网站 268 条，公众号 437 条: a channel of a sentence that says it goes through all of them."""
    text, place = case.text.cells.by_where[reading.figure.where].plain.text, reading.figure.place
    if reading.figure.unit != "条" or not _BY_CHANNEL.search(text[max(0, place - _LONG_SENTENCE) : place]):
        return False
    return _CHANNELS.search(_clause_before(case, reading)) is not None


def _are_two(case: Case, one: Reading, other: Reading) -> bool:
    """公众号“甲发布” and 公众号“乙发布”, 县网站 and 镇网站: one kind of channel, but not one channel."""
    first, second = (_WHOSE.findall(_naming_clause(case, each)) for each in (one, other))
    return bool(first and second and first != second)


def _naming_clause(case: Case, reading: Reading) -> str:
    """The last clause of the sentence up to a figure that names a channel, else the one right before it."""
    clauses = _MARKS.split(_sentence_before(case, reading))
    return next((clause for clause in reversed(clauses) if _CHANNELS.search(clause)), clauses[-1])


def _channel_of_year(case: Case, reading: Reading) -> str:
    """The channel of which a figure is all that it published: 公众号全年推送 441 条, 网站年度发布量由 876 条增至 913 条."""
    figure = reading.figure
    whole = reading.quantity is None and not (figure.about or figure.scope or figure.one) and figure.year is None
    if figure.unit != "条" or figure.value < SMALL or not whole:
        return ""
    clause = _FROM.sub("", _clause_before(case, reading))
    part = case.text.cells.by_where[figure.where]
    # 2024年我局通过网站公开信息 188 条，通过公众号推送信息 305 条
    sentence, text = part.sentences[figure.sentence], part.plain.text
    opened = _CHANNELS.search(clause) and (
        _WHOLE_YEAR.match(text, sentence[0].start)
        or _opens(sentence, figure.left[-1].end - len(clause))
        or _ALL_OF_THEM.match(text, figure.place + len(figure.text))
    )
    # 对县政府门户网站发布的 4286 条信息作分析: with a slip of four digits it is no part of them
    whole_year = opened or _WHOLE_YEAR.search(clause) or figure.value >= _MANY
    return _channel_of(case, reading) if whole_year and _ALL_OF_CHANNEL.fullmatch(clause) else ""


def _channel_of(case: Case, reading: Reading) -> str:
    """The one channel that the clause before a figure names, or the sentence when it does not; empty for none and several."""
    clause = _clause_before(case, reading)
    return _channel_in(clause if _CHANNELS.search(clause) else _sentence_before(case, reading))


@lru_cache(maxsize=1024)
def _channel_in(words: str) -> str:
    names = {match.lastgroup for match in _CHANNELS.finditer(words)}
    return _CHANNEL_NAMES[names.pop() or ""] if len(names) == 1 else ""


def _sentence_before(case: Case, reading: Reading) -> str:
    part, figure = case.text.cells.by_where[reading.figure.where], reading.figure
    start = part.sentences[figure.sentence - 1][-1].end if figure.sentence else 0  # the first words may be no token
    return part.plain.text[max(start, figure.place - _LONG_SENTENCE) : figure.place]


def _clause_before(case: Case, reading: Reading) -> str:
    text, end = case.text.cells.by_where[reading.figure.where].plain.text, reading.figure.left[-1].end
    return _last_clause(text[max(0, end - _CLAUSE) : end])


@lru_cache(maxsize=1024)  # several rules look at each figure, a key changes one
def _last_clause(words: str) -> str:
    return _MARKS.split(words)[-1]


def _written_twice(words: str, before: Reading, reading: Reading) -> Finding:
    first, figure = before.figure, reading.figure
    where = "后面" if first.where == figure.where and first.start > figure.start else "前面"
    return words_finding(
        figure, "figure-twice", "warning",
        f"写{words}{figure.text}，{where}{PART_NAMES[first.where]}写 {first.text}，相差 {shown(abs(figure.value - first.value))}",
        expected=shown(first.value), found=shown(figure.value), next_step="请改成同一个数；如范围不同请写明",
    )  # fmt: skip


def _all_published(case: Case, reading: Reading, *, loosely: bool = False) -> str | None:
    """公开信息 312 条 of the whole year and organ: nothing names a channel; the kind of information, empty for all of it.

    ``loosely``: only the first words of its sentence name the year (2024年，我局坚持公开，共公开 481 条).
    """
    figure = reading.figure
    whole = reading.quantity is None and not (figure.about or figure.scope or figure.one) and figure.year is None
    if figure.unit != "条" or figure.value < SMALL or not whole:
        return None
    part = case.text.cells.by_where[figure.where]
    words, place, end = part.plain.text, figure.place, figure.place + len(figure.text)
    clause, behind = _clause_before(case, reading), _PUBLISHED_BEHIND.match(words, end)
    sentence = part.sentences[figure.sentence]
    many = next((found for each in (_BY_MANY, _OF_KINDS) if (found := each.search(words, max(0, place - _CLAUSE), place))), None)
    start = figure.place - len(clause)
    if many is not None:  # 通过网站、公众号等主动公开, 主动公开政府采购、惠农补贴等政府信息
        start, clause = many.start(), many["before"] + many["behind"]
    # 主动公开信息 1204 条: the first words of a sentence that is not below 网站公开情况
    opens = _opens(sentence, start) and not _follows_channel(case, reading)
    clause = _FROM.sub("", clause)
    who = _WHO.match(clause)
    organ = case.report.organ
    if who is not None and (is_own(organ, who[1]) or who[1] in organ.name):  # 2024年鲤跃街道主动公开
        clause = clause.replace(who[1], "")
    clause += behind[0] if behind is not None else ""
    field = _FIELD.search(clause) or _FIELD_BEHIND.match(words, end, end + _LONG_NAME)
    kind = "" if field is None or _ALL_PUBLISHED.fullmatch(field[1]) else field[1]
    clause = clause.replace(kind, "") if kind else clause
    of_year = bool(opens or "量" in clause or "总" in clause or "述" in clause or _WHOLE_YEAR.search(clause))
    if loosely:
        opened = clause.startswith("共") and "period" not in part.kinds[figure.sentence]
        of_year = opened and not of_year and _WHOLE_YEAR.match(words, sentence[0].start) is not None
    if not (of_year and re.search("公开|发布", clause) and _ALL_PUBLISHED.fullmatch(clause)):
        return None
    return "" if kind in organ.name else kind  # 水利信息 of a 水利局


def _opens(sentence: Sequence[Token], start: int) -> bool:
    """Whether nothing but the year is before a clause of the sentence: 2022年，我乡主动公开…."""
    if start - sentence[0].start > _CLAUSE:
        return False
    before = next((at for at, token in enumerate(sentence) if token.start >= start), len(sentence))
    known = sum(token.end - token.start for token in sentence[:before] if token.kind in _YEARS or token.value == "since")
    return start - sentence[0].start <= known


def _follows_channel(case: Case, reading: Reading) -> bool:
    part = case.text.cells.by_where[reading.figure.where]
    before = part.sentences[reading.figure.sentence - 1] if reading.figure.sentence else ()
    return bool(
        before and _CHANNELS.search(part.plain.text, max(before[0].start, before[-1].end - _LONG_SENTENCE), before[-1].end)
    )


@lru_cache(maxsize=1024)
def _without_verb(words: str) -> str:
    words = _ORGAN.sub("", words).replace("网友", "网民")
    return _VERBS_OF_EVENTS.sub("", words) or words


def _words_of_year(case: Case, reading: Reading) -> str:
    """The words of the clause before an exact figure of the whole year, without 全年, 我镇, 共; else empty."""
    figure = reading.figure
    untied = reading.quantity is None and not (figure.about or figure.scope or figure.year is not None or figure.one)
    if not untied or figure.unit in ("", "%"):
        return ""
    kinds = {token.kind for token in figure.left}
    if kinds & _SOME_OF_THEM or not kinds & {"now", "year"}:
        return ""
    return _without_year(_clause_before(case, reading))


@lru_cache(maxsize=1024)
def _without_year(clause: str) -> str:
    words = _OF_YEAR.sub("", clause)
    return words if len(words) >= _FEWEST and not _NO_NOUN.fullmatch(words) else ""


def _differing_channels(case: Case) -> Iterator[Finding]:
    for reading, channel in case.text.channels:
        figure = reading.figure
        if channel.count not in figure.span and not (channel.approximate or figure.about) and not figure.one:
            yield words_finding(
                figure, "figure-twice", "warning",
                f"写“{channel.name}”{figure.text}，主动公开渠道填的是 {shown(channel.count)}，"
                f"相差 {shown(abs(figure.value - channel.count))}",
                expected=shown(channel.count), found=shown(figure.value), next_step="请核对文字和渠道条数，图用的是渠道条数",
            )  # fmt: skip


@rule("text-percentage", GROUP)
def check_text_percentage(case: Case) -> Iterator[Finding]:
    """text-percentage: 文字中的百分比按其基数（新收、办结、所列总数）重算一致。

    Without a base in words the one counts that makes most percentages right. A figure cut off instead of rounded is a notice.

    Source: 实践。
    """
    for share in case.text.shares:
        if share.verdict == "agrees":
            continue
        figure = share.reading.figure
        cut = share.verdict == "truncated"
        yield words_finding(
            figure, "text-percentage", "notice" if cut else "warning",
            f"写“占 {figure.text}”，{shown(share.part)} ÷ {share.base_name} {shown(share.base)} ＝ {percent(share.expected)}"
            + ("（写的是截去尾数，不是四舍五入）" if cut else ""),
            expected=percent(share.expected), found=figure.text, next_step="请核对百分比和它的基数",
        )  # fmt: skip
    yield from portion_findings(case.text)
