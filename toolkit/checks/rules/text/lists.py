"""Check that the lists of the text add up: 共 N 条，A a 条、B b 条."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise, takewhile

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding, Severity
from toolkit.checks.narrative.candidates.readings import Reading
from toolkit.checks.narrative.candidates.slips import SMALL, has_swapped_neighbours, is_typing_slip
from toolkit.checks.narrative.findings import PART_NAMES, shown, span_of, words_of
from toolkit.checks.narrative.relations.list_shapes import TextList
from toolkit.checks.narrative.relations.sentence_lists import NEAR
from toolkit.checks.narrative.relations.together import wrong_sums_of_figures
from toolkit.checks.narrative.tokens import Token
from toolkit.checks.rules.text.published import ALL_PUBLISHED, FROM, channel_in, clause_before

GROUP = "文字与表格"
_NEARLY = Decimal("0.25")  # a list that misses its head by more is doubtful
_SMALL_SUM = 20  # a smaller sum of figures that no cell has may be an accident
_ALL = 4  # items of a list that ends with its sentence
_ANY_NOUN = ("个", "项", "家", "处")  # units of things of any kind; a 条 inside another is one as well
_OF_MANY_KINDS = ("名", "人", "位", "家", "户", "座", "处", "所", "台")  # each of them may be named twice
_ADDENDS = re.compile("[两二三四五六][项类样种]")  # 这两项加起来 12 件
_PAIR, _LONG_NAME = 2, 8
_FEWEST = 3  # figures whose sum is no accident
_OPENS_ROW = re.compile("(?:，|：)[^，。；\\d]{0,8}(?:[是有为由：]|组成|分作|分为)[^，。；\\d]{0,8}\\Z")
_IN_ROW = re.compile("[^，。；\\d]{0,12}[、和及与，][^，。；\\d]{0,12}")
_OPPOSITES = frozenset(re.findall("..", "上下内外城乡男女专兼正副新旧新老前后中外公私主次长短增减左右东西南北收发"))


@rule("list-does-not-add-up", GROUP)
def check_list_does_not_add_up(case: Case) -> Iterator[Finding]:
    """list-does-not-add-up: “共 N 条，A a 条、B b 条”各项之和等于 N；“其中”所列不超过 N；“两类相加 n 件”与所加的数相符。

    A list after 其中 may name some only: a shortage is reported (as a notice) when it is small or the list has an 其他.

    Source: 实践。
    """
    reported = set()
    for item in case.text.lists:
        severity = None if item.adds_up else _severity_of_list(case, item)
        if severity in (None, "notice") and not item.adds_up and not item.approximate and _names_opposites(case, item):
            severity = "warning"  # 线上 2 场、线下 4 场 are all there are
        if item.firmness != "among" and _is_side_by_side(case, item):
            continue
        if severity and not _ends_at_semicolon(case, item) and not _counts_something_else(case, item):
            reported.add(id(item.head))
            yield _list_finding(case, item, severity)
    yield from _slipped_sums(case)
    yield from _stated_sums(case, reported)


def _stated_sums(case: Case, reported: Container[int]) -> Iterator[Finding]:
    """不予公开 61 件，不予处理 7 件，两类相加 69 件; 共 34 件，即新收的 29 件与上年结转的 4 件之和."""
    for item in wrong_sums_of_figures(case.text.cells):
        if id(item.reading) in reported:
            continue
        figure = item.reading.figure
        start, end = span_of(case.text.cells, item.reading)
        terms = " ＋ ".join(part.figure.text for part in item.parts)
        behind = item.parts[0].figure.start > figure.start
        yield Finding(
            "list-does-not-add-up", "warning",
            f"{PART_NAMES[figure.where]}写“{words_of(case.text.cells, item.reading)}”，"
            + ("后面写明它的两部分" if behind else f"前面的数没有 {item.several} 个相加得此数，最接近的")
            + f"是 {terms} ＝ {shown(item.expected)}",
            expected=shown(item.expected), found=shown(figure.value), where=figure.where,
            start=start, end=end, next_step="请核对总数和这两部分" if behind else "请核对是哪几个数的和",
        )  # fmt: skip


def _slipped_sums(case: Case) -> Iterator[Finding]:
    """发出 468 条，拆开来看，有 126 条…、203 条…、98 条…、59 条…: their sum is a slip of the first one.

    Two swapped digits are no accident whatever the words between; another slip is none where the words make the figures a row.
    """
    known = {id(one) for item in case.text.lists for one in (item.head, *item.items)}
    for readings in case.text.cells.by_sentence.values():
        figures = [item for item in readings if item.figure.value >= SMALL and not item.figure.about and not item.figure.change]
        if len(figures) <= _FEWEST or any(id(item) in known for item in figures):
            continue
        head, *items = figures
        item = TextList(head, tuple(items), "whole")
        alike = {one.figure.unit for one in figures} == {head.figure.unit} and head.figure.unit not in ("", "%", "元", "万元")
        slip = has_swapped_neighbours(head.figure.value, item.shown_sum) or (
            is_typing_slip(head.figure.value, item.shown_sum) and _is_row(case, item)
        )
        if alike and len(figures) == len(readings) and slip and head.figure.value != item.shown_sum:
            yield _list_finding(case, item, "warning")


def _is_row(case: Case, item: TextList) -> bool:
    """推送 318 篇，拆开来是 126 篇预告、88 篇故事和 57 篇问答。: parts one behind the other, up to the end of the sentence."""
    head, *items = (one.figure for one in (item.head, *item.items))
    text = case.text.cells.by_where[head.where].plain.text
    opens = _OPENS_ROW.search(text[head.place : items[0].place])
    between = (text[one.place + len(one.text) : two.place] for one, two in pairwise(items))
    return opens is not None and all(_IN_ROW.fullmatch(words) for words in between)


def _has_semicolon(tokens: Sequence[Token]) -> bool:
    return any(token.value == "；" for token in tokens)


def _ends_at_semicolon(case: Case, item: TextList) -> bool:
    """公开 17 件，其中 1 件是律所的，剩余的是自然人的；不公开 3 件…: 其中 divides up to ；, and there it is not too much."""
    head, last = item.head.figure, item.items[-1].figure
    sentence = case.text.cells.by_where[head.where].sentences[head.sentence]
    if last.sentence == head.sentence and _has_semicolon(sentence[last.index : head.index]):
        # 制作六份，公开五份；网上共有 10 份; not 自然人 8 件；企业 1 件；合起来 12 件
        row = _has_semicolon(sentence[item.items[0].figure.index : last.index])
        behind = [*takewhile(lambda token: token.value != "；", reversed(sentence[: head.index]))]
        own = any(token.kind in ("outcome", "reason") for token in behind)  # 剩下的是不予处理和其他处理的，并在一起 5 件
        return own or not row or any(token.kind not in ("total", "edge") for token in head.left)
    counted = item.head.quantity or item.head.candidate or head.unit != last.unit  # 补正 131 件次，其中终结 44 件；延期 97 件
    too_much = item.firmness == "among" and item.exceeds
    if not counted or not too_much or item.items[0].figure.sentence != head.sentence:
        return False
    marks = [at for at, token in enumerate(sentence) if token.value == "；" and head.index < at < item.items[-1].figure.index]
    inside = [one.figure for one in item.items if not marks or one.figure.index < marks[0]]
    rest = any(token.kind == "rest" for one in item.items for token in one.figure.left)
    return bool(marks) and (sum(one.value for one in inside) <= head.value or rest)


def _severity_of_list(case: Case, item: TextList) -> Severity | None:
    several = max(entry.figure.value for entry in item.items) <= item.head.figure.value
    if (
        item.exceeds and several and item.head.figure.unit in _OF_MANY_KINDS
    ):  # 监督员 20 名，其中女性 9 名、党员 13 名: some are both
        return "warning" if len(item.items) > _PAIR else None
    if _divides_something_else(case, item):
        return None
    if item.firmness == "loose":
        return _severity_of_row(item)
    if item.firmness == "whole":
        # far too little: the first of many things done, not the parts of a whole
        sums = item.exceeds or item.shown_sum * 2 >= item.head.figure.value
        sums = sums or any(token.kind == "sep" for token in item.items[0].figure.left)
        return ("notice" if item.approximate else _severity_of_sum(item)) if sums else None
    if item.exceeds:
        return "notice" if item.approximate else _severity_of_sum(item)
    return _severity_of_shortage(case, item)


def _divides_something_else(case: Case, item: TextList) -> bool:
    """Whether the items are no parts of this head.

    不予公开 3 件。公开 12 件，部分公开 4 件，总数 29 件: with those of the sentences before.
    37 件，其中不予公开 3 件，分别为 2 件、1 件；无法提供 10 件，分别为 8 件、2 件: few of the head, each with its parts.
    公开 8 件，自然人 7 件、企业 1 件: items that divide the one before them.
    """
    head = item.head.figure
    wholes = [case.report.number("applications", row, "total") for row in ("new", "total")]
    rows = not _ADDENDS.search(clause_before(case, item.head)) and all(
        (one.tie.kind, one.tie.state) == ("cell", "agrees") for one in item.items
    )
    if rows and head.start > item.items[-1].figure.start and head.value in wholes:
        return True
    to_handle = [case.report.number("applications", row, "total") for row in ("new", "carried_in")]
    if (
        head.start > item.items[-1].figure.start
        and head.value in wholes
        and [one.figure.value for one in item.items] == to_handle
    ):
        return True  # 118 件新件和 3 件老件，一共办了 117 件
    if (
        item.firmness == "among" and len(item.items) == 1 and item.shown_sum > 2 * head.value
    ):  # 许可 3860 件、处罚 37 件，其中分局办理的许可 1912 件
        before = [one.figure for one in case.text.cells.of_sentence(head.where, head.sentence) if one.figure.start < head.start]
        if any(one.unit == head.unit and one.value >= item.shown_sum for one in before):
            return True
    if item.firmness == "among" and head.span.low - item.least > head.span.low / 2:
        return True
    return item.total.low > head.span.high and not item.exceeds


def _severity_of_row(item: TextList) -> Severity | None:
    """Figures side by side: only a sum that nearly fits was meant as one."""
    head = item.head.figure
    near = len(item.items) > 1 and abs(item.shown_sum - head.value) <= head.value * NEAR
    if not near or item.approximate or not _is_publishing(item):
        return None
    listed = item.closed and (len(item.items) > _PAIR or _is_slip(item))
    return "warning" if listed and head.unit == "条" else "notice"


def _severity_of_shortage(case: Case, item: TextList) -> Severity | None:
    """Items behind 其中 that are less than the head, which they need not be all of."""
    if _names_all(item) or _misses_by_a_slip(item) or _includes_all(case, item):
        return "warning"  # 其中 A 33 篇、B 8 篇、C 16 篇。 of 58
    head = item.head.figure.span
    near = head.low - item.total.high <= head.low * NEAR
    rest = any(token.kind == "rest" for token in item.items[-1].figure.left) or (item.again and item.closed)
    if rest and near and item.head.tie.state == "agrees" and not item.approximate:
        return "warning"  # 其中 40 件为自然人，其余 9 件…。 of 50
    return "notice" if (rest or near) and len(item.items) > 1 else None


def _counts_something_else(case: Case, item: TextList) -> bool:
    """调整栏目 13 个，其中标准化目录涉及领域 21 个: an item that alone is more, and its noun is not in the clause of the head."""
    head, first = item.head.figure, item.items[0].figure
    words, noun = case.text.cells.by_where[head.where].plain.text, clause_before(case, item.items[0])[-_PAIR:]
    if (
        head.unit not in _ANY_NOUN
        or item.firmness != "among"
        or first.value <= head.value
        or is_typing_slip(first.value, head.value)
        or not noun
    ):
        return False
    begin, end = head.place - len(clause_before(case, item.head)), head.place + len(head.text) + _LONG_NAME
    behind = re.split("[，。；：、]", words[head.place : end])[0]
    return noun not in words[begin : head.place] + behind


def _is_side_by_side(case: Case, item: TextList) -> bool:
    """网站共公开 392 条，专题页面公开 186 条，公众号公开 145 条: the first is one of the row, not its head."""
    row = [item.head, *item.items]
    head = item.head.figure
    behind = case.text.cells.by_where[head.where].sentences[head.sentence][head.index + 1 : item.items[0].figure.index]
    if any(token.kind == "respectively" for token in behind) or any(token.value == "：" for token in behind[:1]):
        return False
    first, *clauses = [FROM.sub("", clause_before(case, one)) for one in row]
    verbs = {token.kind for one in row for token in one.figure.left[-2:] if token.kind != "edge"} <= {"publish", "show"}
    named = (verbs and not ALL_PUBLISHED.fullmatch(first)) or (channel_in(first) and any(map(channel_in, clauses)))
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
