"""Check that the figures of the text balance among themselves, and that its percentages are right."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding, Severity
from toolkit.checks.narrative.assignment.choice import ERROR
from toolkit.checks.narrative.candidates.readings import Reading
from toolkit.checks.narrative.findings import PART_NAMES, percent, shown, span_of, words_finding
from toolkit.checks.narrative.relations.together import wrong_exceptions
from toolkit.checks.narrative.statements.wording import portion_findings

GROUP = "文字与表格"
_WIDEST = 120  # characters marked together


@rule("text-balance", GROUP)
def check_text_balance(case: Case) -> Iterator[Finding]:
    """text-balance: 文字中的数自身平衡：新收＋上年结转＝办结＋结转下年度（四个数都写到时核对）。

    无结转 and 未收到 count as 0. Figures of a part (本级) and approximate ones are left out.

    Source: 格式，表三左上角的勾稽关系。
    """
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
