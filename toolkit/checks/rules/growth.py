"""Hold 同比 and 比上年 of the text against last year's report."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding
from toolkit.checks.narrative.candidates.readings import Reading
from toolkit.checks.narrative.findings import name_of, percent, shown, words_finding, words_of
from toolkit.checks.narrative.relations.growth import Growth, is_last_years
from toolkit.checks.narrative.statements.wording import trend_findings

GROUP = "与上年衔接"


@rule("growth-misquoted", GROUP)
def check_growth_misquoted(case: Case) -> Iterator[Finding]:
    """growth-misquoted: 文字中“同比增长／下降 p%”“比上年增加／减少 n 件”按两年的数重算一致（±0.05 个百分点）。

    A percentage cut off instead of rounded is a notice. Without last year's report the change and the percentage of one
    sentence are held against each other.

    Source: 实践。
    """
    for growth in case.text.growths:
        if growth.verdict != "agrees":
            yield _misquoted(case, growth)
    for reading in case.text.readings:
        differs = reading.tie.kind == "other_year" and reading.tie.state == "differs"
        if differs and not is_last_years(case.text.cells, reading):
            yield _other_year(case, reading)
    yield from trend_findings(case.text)


def _misquoted(case: Case, growth: Growth) -> Finding:
    figure = growth.reading.figure
    if growth.ratio:
        return _times_of_last_year(case, growth)
    share = figure.unit in ("%", "倍")
    right = percent(abs(growth.expected)) if share else shown(abs(growth.expected))
    way = "持平" if growth.expected == 0 else ("增加" if growth.expected > 0 else "减少")
    cut = growth.verdict == "truncated"
    name = name_of(case.report.form, growth.subject) if growth.subject.addresses else "文中写的"
    direction = "增加" if growth.said >= 0 else "减少"
    claim = "写与上年“持平”" if growth.flat else f"写{direction}{'' if figure.change else '到'}“{figure.text}”"
    return words_finding(
        figure, "growth-misquoted", "notice" if cut or figure.about else "warning",
        f"{claim}，{name}上年 {shown(growth.before)}、本年 {shown(growth.now)}，"
        + (f"应为{way}" if growth.expected == 0 else f"应为{way} {right}") + ("（写的是截去尾数，不是四舍五入）" if cut else ""),
        expected=f"{'−' if growth.expected < 0 else ''}{right}", found=figure.text, next_step="请按两年的数重算，或核对上年报告",
    )  # fmt: skip


def _times_of_last_year(case: Case, growth: Growth) -> Finding:
    figure, right = growth.reading.figure, f"{shown(round(growth.expected, 2))} 倍"
    times = f"“{figure.text}”" if figure.unit in ("倍", "%") else f"翻番（{shown(growth.said)} 倍）"
    return words_finding(
        figure, "growth-misquoted", "notice" if figure.about else "warning",
        f"写是上年的{times}，{name_of(case.report.form, growth.subject)}上年 {shown(growth.before)}、"
        f"本年 {shown(growth.now)}，应为上年的 {right}",
        expected=right, found=f"{shown(growth.said)} 倍", next_step="请按两年的数重算，或核对上年报告",
    )  # fmt: skip


def _other_year(case: Case, reading: Reading) -> Finding:
    figure, tie = reading.figure, reading.tie
    assert reading.quantity is not None
    assert tie.expected is not None
    return words_finding(
        figure, "growth-misquoted", "notice" if figure.about else "warning",
        f"写上年“{words_of(case.text.cells, reading)}”，上年报告{name_of(case.report.form, reading.quantity)}为 "
        f"{shown(tie.expected)}，相差 {shown(abs(figure.value - tie.expected))}",
        expected=shown(tie.expected), found=shown(figure.value), next_step="请核对上年报告",
    )  # fmt: skip
