"""A report beside last year's of the same organ: what was carried over must be what was left, 同比 and 比上年 of the text must be
right, and sections 一 and 五 must not be last year's, nor those of another organ (内容雷同).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding, cell_finding, number_text
from toolkit.checks.narrative.candidates.quantity import Quantity
from toolkit.checks.narrative.candidates.readings import Reading
from toolkit.checks.narrative.candidates.slips import is_near
from toolkit.checks.narrative.findings import name_of, percent, shown, words_finding, words_of
from toolkit.checks.narrative.likeness import PARTS, copied_share, masked_text
from toolkit.checks.narrative.relations.growth import Growth, is_last_years
from toolkit.checks.narrative.statements.wording import trend_findings
from toolkit.forms import Address, row_label

GROUP = "与上年衔接"
_CHECK_BOTH = "请对照上年年报核对；上年有误的，说明情况后报上级更正"
MUCH, MOST = 0.5, 0.8  # from here on a person should look; from here on it is a copy
_COPIED = re.compile(r"：与(?!上年（)(.+)的同一部分(?:几乎是照抄|有一半以上相同)")


@rule("growth-misquoted", GROUP)
def check_growth_misquoted(case: Case) -> Iterator[Finding]:
    """growth-misquoted: 文字中“同比增长／下降 p%”“比上年增加／减少 n 件”按两年的数重算一致（±0.05 个百分点）。

    A percentage cut off instead of rounded is a notice. Without last year's report the change and the percentage of one
    sentence are compared with each other.

    Source: 实践。
    """
    for growth in case.text.growths:
        if growth.verdict != "agrees":
            yield _misquoted(case, growth)
    for reading in case.text.readings:
        tie, quantity = reading.tie, reading.quantity
        differs = (tie.kind, tie.state) == ("other_year", "differs")
        if differs and quantity is not None and tie.expected is not None and not is_last_years(case.text.cells, reading):
            yield _unlike_last_year(case, reading, quantity, tie.expected)
    yield from _misstated_bases(case)
    yield from trend_findings(case.text)


def _misstated_bases(case: Case) -> Iterator[Finding]:
    """2024年收到 61 件，今年收到 83 件，多 19 件, where last year's 64 make the change right: the base has a slip."""
    right = {(one.reading.figure.where, one.reading.figure.sentence): one for one in case.text.growths if _is_exact(one)}
    for reading in case.text.readings:
        figure, tie = reading.figure, reading.tie
        growth = right.get((figure.where, figure.sentence))
        if growth is None or (tie.kind, tie.state) != ("other_year", "untied") or figure.start > growth.reading.figure.start:
            continue
        of_last_year = figure.year == case.report.year - 1 and figure.unit == growth.reading.figure.unit
        if of_last_year and figure.value != growth.before and is_near(figure.value, growth.before):
            yield _unlike_last_year(case, reading, growth.subject, growth.before)


def _is_exact(growth: Growth) -> bool:
    """A change in pieces that last year's report makes right."""
    figure = growth.reading.figure
    return growth.verdict == "agrees" and bool(growth.subject.addresses) and not (growth.flat or growth.ratio or figure.about)


def _misquoted(case: Case, growth: Growth) -> Finding:
    figure = growth.reading.figure
    if growth.ratio:
        return _times_of_last_year(case, growth)
    share = figure.unit in ("%", "倍")
    right = percent(abs(growth.expected)) if share else shown(abs(growth.expected))
    way = "持平" if growth.expected == 0 else ("增加" if growth.expected > 0 else "减少")
    cut = growth.verdict == "truncated"
    vague = cut or (figure.about and (growth.subject.addresses or figure.unit != "%"))
    name = name_of(case.report.form, growth.subject) if growth.subject.addresses else "文中写的"
    direction = "增加" if growth.said >= 0 else "减少"
    claim = "写与上年“持平”" if growth.flat else f"写{direction}{'' if figure.change else '到'}“{figure.text}”"
    return words_finding(
        figure, "growth-misquoted", "notice" if vague else "warning",
        f"{claim}，{name}上年 {shown(growth.before)}、本年 {shown(growth.now)}，"
        + (f"应为{way}" if growth.expected == 0 else f"应为{way} {right}") + ("（写的是截去尾数，不是四舍五入）" if cut else ""),
        expected=f"{'−' if growth.expected < 0 else ''}{right}", found=figure.text, next_step="请按两年的数重算，或核对上年报告",
    )  # fmt: skip


def _times_of_last_year(case: Case, growth: Growth) -> Finding:
    figure, right = growth.reading.figure, f"{shown(round(growth.expected, 2))} 倍"
    name = name_of(case.report.form, growth.subject) if growth.subject.addresses else "文中写的"
    times = f"“{figure.text}”" if figure.unit in ("倍", "%") else f"翻番（{shown(growth.said)} 倍）"
    finding = words_finding(
        figure, "growth-misquoted", "notice" if figure.about else "warning",
        f"写是上年的{times}，{name}上年 {shown(growth.before)}、"
        f"本年 {shown(growth.now)}，应为上年的 {right}",
        expected=right, found=f"{shown(growth.said)} 倍", next_step="请按两年的数重算，或核对上年报告",
    )  # fmt: skip
    return replace(finding, end=max(finding.end, growth.until))


def _unlike_last_year(case: Case, reading: Reading, quantity: Quantity, expected: Decimal) -> Finding:
    """A figure of last year that differs from last year's report."""
    figure = reading.figure
    return words_finding(
        figure, "growth-misquoted", "notice" if figure.about else "warning",
        f"写上年“{words_of(case.text.cells, reading)}”，上年报告{name_of(case.report.form, quantity)}为 "
        f"{shown(expected)}，相差 {shown(abs(figure.value - expected))}",
        expected=shown(expected), found=shown(figure.value), next_step="请核对上年报告",
    )  # fmt: skip


@rule("text-repeats-last-year", GROUP, needs="last_year")
def check_text_repeats_last_year(case: Case) -> Iterator[Finding]:
    """text-repeats-last-year: 第一、五部分与上年的文字雷同：超过一半的，超过八成的。

    Names and figures are left out of the comparison; the share is that of the text found again word for word.

    Source: 条例第五十条；历年关于年报内容雷同的通报。
    """
    last = case.last_year
    for part in PARTS if last else ():
        assert last is not None
        own = masked_text(getattr(case.report.narrative, part), case.report.organ.name)
        share = copied_share(own, masked_text(getattr(last.narrative, part), last.organ.name))
        if share > MUCH:
            yield _repeats(case, "text-repeats-last-year", part, share, f"上年（{last.year}）")


@rule("text-repeats-sibling", GROUP, needs="siblings")
def check_text_repeats_sibling(case: Case) -> Iterator[Finding]:
    """text-repeats-sibling: 第一、五部分与同批其他单位的文字雷同（已去掉单位名称和数字）。

    Source: 条例第五十条；历年关于年报内容雷同的通报。
    """
    assert case.siblings is not None
    for part in PARTS:
        nearest = case.siblings.nearest(case.report, part, MUCH)
        if nearest is not None:
            yield _repeats(case, "text-repeats-sibling", part, nearest.share, nearest.organ)


def copied_organ(message: str) -> str:
    """The organ that the message of a ``text-repeats-sibling`` names; "" for other messages."""
    named = _COPIED.search(message)
    return named[1] if named else ""


def _repeats(case: Case, code: str, part: str, share: float, whose: str) -> Finding:
    percent = f"{share:.0%}"
    how = "几乎是照抄" if share > MOST else "有一半以上相同"
    return Finding(
        code, "warning",
        f"{case.report.form.part(part).heading}：与{whose}的同一部分{how}，相同的文字占 {percent}（不计名称和数字）",
        expected=f"不超过 {MUCH:.0%}", found=percent, where=f"narrative.{part}",
        next_step="请写本单位本年的具体做法、数字和实例；确需沿用的，确认并写明原因",
    )  # fmt: skip


@rule("carried-in-differs", GROUP)
def check_carried_in_differs(case: Case) -> Iterator[Finding]:
    """carried-in-differs: 每一列的“上年结转”等于上年年报的“结转下年度继续办理”，2020 与 2021 年换格式时也一样。

    Where the totals agree and only their split over the kinds of applicants differs, it is a warning. That last
    year's file is there and cannot be read is reported here as a notice.

    Source: 格式第三部分第二、四行。
    """
    if case.last_year_problem:
        yield Finding(
            "carried-in-differs", "notice", f"上年数据读不出来，没有与上年比较：{case.last_year_problem}",
            where="figures.applications.carried_in", next_step="请先改好上年的数据文件，再校验一次",
        )  # fmt: skip
    if case.last_year is None:
        return
    differing = [column for column in _columns_in_both(case) if _pair(case, column) is not None]
    if not differing:
        return
    split_only = "total" not in differing and _totals_known(case)
    for column in differing:
        pair = _pair(case, column)
        assert pair is not None
        now, before = pair
        note = "；总计相符，只是分类不同" if split_only else ""
        yield cell_finding(
            case.report.form, Address("applications", "carried_in", column), "carried-in-differs",
            "warning" if split_only else "error",
            f"填 {now}，上年（{case.last_year.year}）结转下年度的是 {before}，相差 {abs(now - before)}{note}",
            expected=str(before), found=str(now), next_step=_CHECK_BOTH, repair="" if split_only else str(before),
        )  # fmt: skip


def _columns_in_both(case: Case) -> tuple[str, ...]:
    last = case.last_year.form.columns("applications") if case.last_year else {}
    return tuple(key for key in case.report.form.columns("applications") if key in last)


def _pair(case: Case, column: str) -> tuple[int, int] | None:
    """Carried in and last year's carried out where both are counts and differ."""
    assert case.last_year is not None
    now = case.report.number("applications", "carried_in", column)
    before = case.last_year.number("applications", "carried_out", column)
    if not isinstance(now, int) or not isinstance(before, int) or now == before:
        return None
    return now, before


def _totals_known(case: Case) -> bool:
    assert case.last_year is not None
    totals = (
        case.report.number("applications", "carried_in", "total"),
        case.last_year.number("applications", "carried_out", "total"),
    )
    return None not in totals


@rule("documents-stock", GROUP, needs="last_year")
def check_documents_stock(case: Case) -> Iterator[Finding]:
    """documents-stock: 2021 版：现行有效件数＝上年现行有效件数＋本年制发件数－本年废止件数。

    Source: 上级机关审核实践。
    """
    yield from _check_stock(case, "valid", before=("valid",), plus=("issued",), minus=("repealed",), code="documents-stock")


@rule("items-stock", GROUP, needs="last_year")
def check_items_stock(case: Case) -> Iterator[Finding]:
    """items-stock: 2019 版：上一年项目数量＝上年年报的“上一年项目数量”＋“本年增/减”。

    Source: 2019 版格式第二部分。
    """
    yield from _check_stock(case, "previous_items", before=("previous_items", "change"), plus=(), minus=(), code="items-stock")


def _check_stock(
    case: Case, stock: str, *, before: tuple[str, ...], plus: tuple[str, ...], minus: tuple[str, ...], code: str
) -> Iterator[Finding]:
    """A stock against what last year left and this year brought; both years on the same edition."""
    last = case.last_year
    if last is None or last.form.id != case.report.form.id:
        return
    for table in case.report.form.tables:
        if stock not in table.column_by_key:
            continue
        for row in table.rows:
            found = case.report.number(table.key, row.key, stock)
            terms = [(f"上年年报“{_label(case, table.key, key)}”", last.number(table.key, row.key, key), 1) for key in before]
            terms += [(_label(case, table.key, key), case.report.number(table.key, row.key, key), 1) for key in plus]
            terms += [(_label(case, table.key, key), case.report.number(table.key, row.key, key), -1) for key in minus]
            amounts: list[tuple[str, int | Decimal]] = [(name, value * sign) for name, value, sign in terms if value is not None]
            expected = sum((value for _, value in amounts), start=Decimal(0))
            if found is None or len(amounts) < len(terms) or found == expected:
                continue
            sum_text = "".join(f"{_sign(value, first=at == 0)}{name} {abs(value)}" for at, (name, value) in enumerate(amounts))
            difference = number_text(abs(Decimal(found) - expected))
            yield cell_finding(
                case.report.form, Address(table.key, row.key, stock), code, "warning",
                f"{number_text(found)}；{sum_text} ＝ {number_text(expected)}，相差 {difference}",
                expected=number_text(expected), found=number_text(found),
                next_step=f"请核对{row_label(table, row)}的各个数，或确认并写明原因",
            )  # fmt: skip


def _label(case: Case, table: str, column: str) -> str:
    return case.report.form.table_by_key[table].column_by_key[column].label


def _sign(value: int | Decimal, *, first: bool) -> str:
    negative = value < 0
    return ("－" if negative else "") if first else (" － " if negative else " ＋ ")
