"""Find results of disputes that the text tells without a count: 法院撤销了我局的答复, 县政府尚未作出决定, 都是复议后起诉.

In go the parts of a text, out come statements on part four: some case has this result, or all lawsuits are of one row. A sum of
disputes that is none of their sums is a count. None of it is the ground of an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from toolkit.checks.narrative.candidates.fitting import sum_of
from toolkit.checks.narrative.candidates.quantity import DISPUTE_ROWS
from toolkit.checks.narrative.candidates.readings import Reading, TextReading
from toolkit.checks.narrative.figures import PartText
from toolkit.checks.narrative.statements.counts import Count
from toolkit.checks.narrative.statements.polarity import Statement
from toolkit.forms import Address
from toolkit.report import Report

_DISPUTE = re.compile("复议|诉讼|起诉|被诉|法院|败诉|胜诉")
_NOUNS = re.compile(
    r"(?P<after>(?:经过?)?(?:行政)?复议(?:之|以)?后[^，。；0-9]{0,6}?(?:起诉|诉讼|诉至|又诉|再诉|提起)|经复议又起诉)"
    r"|(?P<direct>(?:未经(?:行政)?复议|直接|径行)[^，。；0-9]{0,6}?(?:起诉|诉讼|诉至)|[未没](?:有|曾)?(?:经过?|先行?)(?:行政)?复议)"
    r"|(?P<through>(?:先行?|先?经过?)(?:行政)?复议(?!机))"
    r"|(?P<suit>诉讼|起诉|被诉|法院|一审|二审|开庭|判决)|(?P<review>复议)"
)
_RESULTS = re.compile(
    r"(?P<upheld>维持|驳回[^，。；]{0,6}(?:请求|诉请|申请|诉求)|胜诉)|(?P<corrected>撤销|纠正|纠错|责令[^，。；]{0,8}(?:重新|重作|限期|履行)|确认[^，。；]{0,4}违法|判令|败诉|改变了?原|推翻)"
    r"|(?P<pending>(?:尚|还|仍)?未(?:开庭|判|裁|宣判|审结|结案|作出|下判|出结果)|在审(?![理查核阅])|待判|待裁|待开庭|等待(?:判|裁|开庭)"
    r"|审理(?:中|之中|当中|过程中)|正在审理|尚在审)"
)
_NEGATED = re.compile(r"(?:没有|没|无|未|零|不|均未|避免|防止)[^，。；]*$")
_FREE = re.compile(
    "如|若|防|避免|降低|减少|风险|率|培训|案例|警示|旁听|观摩|可以|应当|权利|途径|去年|上年|往年|历年|上半年|下半年|以前|第三人"
    "|民事|无关|除|其他(?:案件|领域|行政|方面|类|因)|劳动|登记|许可决定|处罚决定|裁决|仲裁|20[12][0-9]年"
)
_ALL_OF_ROW = re.compile(r"(?:均|都|全部|全)(?:是|为|系|属)?[^，。；0-9]{0,4}$")
_SUM = re.compile(r"(?:合计|总计|共计|一共|总量|总数|加起来|累计|，共)(?:为|是|达|有|共)?$")
_ABSENT = re.compile("没有|没|无|零|未(?!经)|为0")
_ROWS = ("review", "direct_lawsuit", "lawsuit_after_review")
_CASES = frozenset(("", "件", "宗", "起", "例"))
_LONGEST = 300


def dispute_results(text: TextReading) -> Iterator[Statement]:
    """Results and kinds of disputes that the text claims and part four has none of."""
    for part, base, words, figures in _sentences(text):
        if _FREE.search(words) is None:
            right = [item.figure.place - base for item in figures if _is_right_result(item)]
            yield from _results(part, base, words, text.report, right)
            yield from _kinds(part, base, words, text.report, figures)


def wrong_sums(text: TextReading) -> Iterator[Count]:
    """行政复议 3 件，行政诉讼 2 件，合计 6 件: the sum of disputes is none of the sums that part four has."""
    for _, base, words, figures in _sentences(text):
        if _FREE.search(words):
            continue
        for at, item in enumerate(figures[1:], 1):
            place = item.figure.place - base
            if _SUM.search(words[max(0, place - 8) : place]) and _is_open(item) and _is_in_row(figures[:at]):
                results = [match.lastgroup for match in _RESULTS.finditer(words, figures[at - 1].figure.place - base, place)]
                yield from _sum(item, figures[:at], results[-1] if results else "total", text.report)


def _sentences(text: TextReading) -> Iterator[tuple[PartText, int, str, Sequence[Reading]]]:
    """The sentences about disputes: where they begin, their words and figures."""
    for part in text.parts:
        for at, start, end in part.sentences_with(_DISPUTE):
            if end - start <= _LONGEST:
                yield part, start, part.plain.text[start:end], text.of_sentence(part.where, at)


def _is_right_result(item: Reading) -> bool:
    return _counts_result(item) and item.tie.state == "agrees"


def _counts_result(item: Reading) -> bool:
    cells = item.tie.addresses if item.tie.kind == "cell" else ()
    return bool(cells) and cells[0].table == "disputes" and cells[0].column != "total"


def _results(part: PartText, base: int, words: str, report: Report, right: Sequence[int]) -> Iterator[Statement]:
    """Results without a count; ``right`` are the places of figures that the reader of figures has tied to their cells."""
    for match in _RESULTS.finditer(words):
        first, last = _clause(words, match.start(), match.end())
        # part five speaks of papers and plans: 答复书文号编排混乱，已纠正
        near = first if part.where == "narrative.problems" else 0
        rows = _rows_before(words[near:], match.start() - near)
        if near < first and not _NOUNS.search(words, first, last):
            rows = _all_rows_before(words, first) or rows
        if not rows or _NEGATED.search(words[first : match.start()]) or _is_counted(words[first:last]):
            continue
        if any(first <= place < last for place in right):  # 复议后再打官司的 2 件，维持 1 件，另 1 件在审
            continue
        column = match.lastgroup or ""
        cells = tuple(Address("disputes", row, column) for row in rows)
        whole = tuple(Address("disputes", row, "total") for row in rows)
        if sum_of(report, cells) == 0 and sum_of(report, whole):
            yield _statement(part, base, (first, last), cells, whole)


_COUNTED = re.compile(
    "[〇零0]|[0-9两三四五六七八九十]+[件宗起例]?(?:、|$|维持|纠正)|(?:维持|纠正|撤销)的?[0-9两三四五六七八九十]+[件宗起例]"
)


def _is_counted(clause: str) -> bool:
    """维持 2 件、纠正 0 件, 被纠正的 2 件: the reader of figures has read it."""
    return _COUNTED.search(clause) is not None


def _rows_before(words: str, at: int) -> tuple[str, ...]:
    """The rows of the dispute named last before a place; a court is of lawsuits, whichever."""
    named = [match.lastgroup or "" for match in _NOUNS.finditer(words, 0, at)]
    last = named[-1] if named else ""
    if last == "through":  # 经复议 3 件（维持）: of lawsuits, where these are named
        last = "after" if {"suit", "direct"} & {*named} else "review"
    if last == "suit":  # 复议后起诉 1 件，法院撤销了答复: of the kind named before
        kinds = [name for name in named if name in ("direct", "after")]
        last = kinds[-1] if kinds and len(set(kinds)) == 1 else "suit"
    return DISPUTE_ROWS.get(last, ())


def _all_rows_before(words: str, at: int) -> tuple[str, ...]:
    """复议 5 件、直接起诉 2 件，对被纠正的案件已剖析原因: the rows that the clauses before name, up to ； of the sentence."""
    named = [match.lastgroup or "" for match in _NOUNS.finditer(words, words.rfind("；", 0, at) + 1, at)]
    rows = {row for name in named for row in DISPUTE_ROWS.get("after" if name == "through" else name, ())}
    return tuple(row for row in _ROWS if row in rows) if "review" in named and len(rows) > 1 else ()


def _kinds(part: PartText, base: int, words: str, report: Report, figures: Sequence[Reading]) -> Iterator[Statement]:
    """复议后又起诉的也有发生, 行政诉讼 2 件，都是复议后起诉: a kind of lawsuits that the table has none of.

    均 is said of the figure before it: 纠正 2 件，均在直接起诉案件之中 leaves the other lawsuits out.
    """
    for match in _NOUNS.finditer(words):
        if match.lastgroup not in ("after", "direct"):
            continue
        first, last = _clause(words, match.start(), match.end())
        if _ABSENT.search(words[first:last].replace("未经", "")) or _is_counted(words[first:last]):
            continue
        cells = tuple(Address("disputes", row, "total") for row in DISPUTE_ROWS[match.lastgroup])
        suits = tuple(Address("disputes", row, "total") for row in DISPUTE_ROWS["suit"])
        value = sum_of(report, cells)
        before = next((item for item in reversed(figures) if item.figure.place - base < match.start()), None)
        of_some = before is not None and (_counts_result(before) or before.figure.value == value)
        all_of_them = not of_some and _ALL_OF_ROW.search(words[first : match.start()]) is not None
        if value is not None and sum_of(report, suits) and (value == 0 or (all_of_them and value != sum_of(report, suits))):
            yield _statement(part, base, (first, last), cells, suits)


def _statement(
    part: PartText, base: int, span: tuple[int, int], cells: tuple[Address, ...], whole: tuple[Address, ...]
) -> Statement:
    start, end = part.plain.span(base + span[0], base + span[1])
    return Statement("text-disputes", cells, whole, part.where, start, end, part.plain.original[start:end], some=True)


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    first = max(text.rfind(mark, 0, start) for mark in "，。；：（）\n") + 1
    ends = [at for mark in "，。；：（）\n" if (at := text.find(mark, end)) >= 0]
    return first, min(ends, default=len(text))


def _is_open(item: Reading) -> bool:
    figure = item.figure
    whole = not (figure.scope or figure.about or figure.year is not None or figure.change)
    return whole and item.tie.state != "agrees" and figure.unit in _CASES


def _is_in_row(before: Sequence[Reading]) -> bool:
    """At least two figures of disputes before the sum."""
    earlier = [item for item in before if item.tie.addresses and item.tie.addresses[0].table == "disputes"]
    return len(earlier) > 1 and earlier[-1] is before[-1]


def _sum(item: Reading, before: Sequence[Reading], column: str | None, report: Report) -> Iterator[Count]:
    """Of the cases named before, or of those with one result: 复议 24 件，诉讼 12 件，被纠正的合计 3 件."""
    value = item.figure.value
    sums = {
        sum_of(report, tuple(Address("disputes", row, column or "") for row in rows))
        for size in (1, 2, 3)
        for rows in combinations(_ROWS, size)
    }
    values = [one.figure.value for one in before[-6:]]
    sums |= {sum(values[at:], value * 0) for at in range(len(values))}
    if value in sums:
        return
    cells = tuple(
        dict.fromkeys(
            cell._replace(column=column or "")
            for one in before
            for cell in one.tie.addresses
            if cell.table == "disputes" and cell.column == "total"
        )
    )
    expected = sum_of(report, cells) if cells else None
    if expected is not None:
        figure = item.figure
        yield Count("text-disputes", cells, expected, value, figure.where, figure.start, figure.end, figure.text)
