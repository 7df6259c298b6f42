"""Hold the text against the tables, rule by rule: each is a view on the one reading of the text (``Case.text``)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding, Severity
from toolkit.checks.narrative.candidates.fitting import sum_of
from toolkit.checks.narrative.candidates.quantity import DISPUTE_ROWS, ORGANIZATIONS, Quantity, total
from toolkit.checks.narrative.candidates.readings import Reading
from toolkit.checks.narrative.findings import (
    PART_NAMES,
    are_swapped,
    figure_finding,
    name_of,
    one_line,
    shown,
    span_of,
    words_finding,
    words_of,
)
from toolkit.checks.narrative.relations.denials import Claim
from toolkit.checks.narrative.statements.wording import statement_findings
from toolkit.forms import Address

GROUP = "文字与表格"
_PUBLISHED = ("show", "publish")  # kinds of words: 公示, 公开
_ALL_DECISIONS = "表二包括已公开和依法未公开的全部决定，多于文字所写的公开数不必改；请核对"
_YEARLY = ("decisions", "amount_wan", "amount")  # columns of part two that count the year's business
_NEAR = 30  # words behind 收到 N 件 in which 上年结转 is looked for


def _at_odds(case: Case, code: str) -> Iterator[Finding]:
    """What figures and statements of a kind say otherwise than the tables."""
    yield from (figure_finding(case.text.cells, reading) for reading in _readings_differing(case, code))
    yield from statement_findings(case.text, code)


def _readings_differing(case: Case, code: str) -> Iterator[Reading]:
    for reading in case.text.readings:
        tie, quantity = reading.tie, reading.quantity
        if quantity is None or quantity.code != code or (tie.kind, tie.state) != ("cell", "differs"):
            continue
        if not _is_part_of_whole(case, reading, quantity):
            yield reading


def _not_all_of_one_kind(case: Case) -> Iterator[Finding]:
    """收到申请 4 件，均为自然人提出, where the tables have other applicants."""
    for claim in (claim for claim in case.text.claims if claim.what == "all-applicant"):
        column = claim.keys[0]
        rows = [
            (case.report.number("applications", row, column), case.report.number("applications", row, "total"))
            for row in ("new", "total")
        ]
        filled = [(part, whole) for part, whole in rows if part is not None and whole]
        parted = any(case.report.number("applications", "new", key) for key in (*ORGANIZATIONS, "natural_person"))
        if filled and parted and all(part != whole for part, whole in filled):
            name = name_of(case.report.form, Quantity("", "", (total("new", column),)))
            yield words_finding(
                claim, "text-new", "warning", f"写“{one_line(claim.text)}”，{name}为 {shown(filled[0][0] or 0)}，总计为 "
                f"{shown(filled[0][1] or 0)}",
                expected=shown(filled[0][1] or 0), found=shown(filled[0][0] or 0), next_step="请核对申请人的类别",
            )  # fmt: skip


def _is_part_of_whole(case: Case, reading: Reading, quantity: Quantity) -> bool:
    """党政办收到 5 件，全镇收到 12 件: a part beside the whole, which agrees with the table."""
    if not reading.figure.scope or reading.tie.expected is None:
        return False
    sentence = case.text.cells.by_where[reading.figure.where].sentences[reading.figure.sentence]
    goes_on = any(
        token.kind == "rest" for token in sentence[reading.figure.index : reading.figure.index + _NEAR]
    )  # 本级 4 件，其余为下属单位收到
    return (goes_on or quantity.name in case.text.cells.told_rightly) and reading.figure.value <= reading.tie.expected


@rule("text-new", GROUP)
def check_text_new(case: Case) -> Iterator[Finding]:
    """text-new: 文字中“收到／受理／新收 N 件申请”与表三“本年新收”一致；写的是收办总数的给出提示。

    收办 means new plus carried in; so does a 收到 whose list names those carried in.

    Source: 政务公开主管部门审核实践；收办口径见表三勾稽关系。
    """
    yield from _at_odds(case, "text-new")
    yield from _not_all_of_one_kind(case)
    for reading in case.text.readings:
        takes = reading.takes_carried and reading.tie.addresses == (total("new"), total("carried_in"))
        fresh = takes and _is_of_fresh(case, reading)
        if takes and (fresh or not _names_carried(case, reading)):
            start, end = span_of(case.text.cells, reading)
            new, carried = (shown(case.report.number("applications", row, "total") or 0) for row in ("new", "carried_in"))
            yield Finding(
                "text-new", "warning" if fresh else "notice",
                f"{PART_NAMES[reading.figure.where]}写“{words_of(case.text.cells, reading)}”，此数为收办总数"
                f"（新收 {new} ＋ 上年结转 {carried}）",
                expected=new, found=shown(reading.figure.value), where=reading.figure.where, start=start, end=end,
                next_step="建议分别写明新收和上年结转的件数",
            )  # fmt: skip


def _is_of_fresh(case: Case, reading: Reading) -> bool:
    """新收 57 件，内含上年结转 4 件: those that are new cannot hold the others; 新收 57 件（含上年结转） says that it does."""
    figure, words = reading.figure, case.text.cells.by_where[reading.figure.where].plain.text
    explained = words.startswith("（", figure.place + len(figure.text))
    return not explained and any((token.kind, token.value) == ("new", "fresh") for token in figure.left)


def _names_carried(case: Case, reading: Reading) -> bool:
    """``收到 16 件（含上年结转 1 件）`` says itself what it counts."""
    figure, places = reading.figure, case.text.cells.by_place
    near = (places.get((figure.where, figure.sentence, index)) for index in range(figure.index + 1, figure.index + _NEAR))
    return any(item is not None and item.quantity is not None and item.quantity.name == "carried_in" for item in near)


@rule("text-carried", GROUP)
def check_text_carried(case: Case) -> Iterator[Finding]:
    """text-carried: 文字中“上年结转”“结转下年度”的件数与表三第二项、第四项一致，也不能把有写成无。

    Source: 实践。
    """
    yield from _at_odds(case, "text-carried")
    for claim in case.text.claims:
        if claim.what in ("no-carried_in", "no-carried_out"):
            row = claim.what.removeprefix("no-")
            if not case.report.number("applications", "carried_in", "total") and "either" in claim.keys:
                continue  # 无结转 may describe last year
            yield from _denied(case, claim, "text-carried", Quantity(row, "text-carried", (total(row),)))


@rule("text-handled", GROUP)
def check_text_handled(case: Case) -> Iterator[Finding]:
    """text-handled: 文字中“答复／办结 N 件”与表三办理结果总计一致；写“均已办结”的不应再有结转下年度。

    Source: 实践。
    """
    yield from _at_odds(case, "text-handled")
    for claim in case.text.claims:
        left = case.report.number("applications", "carried_out", "total")
        if claim.what == "all-handled" and left:
            yield words_finding(
                claim, "text-handled", "warning", f"写“{one_line(claim.text)}”，表三 四、结转下年度·总计为 {shown(left)}",
                expected="0", found=shown(left), next_step="请核对是否都已办结，未办结的在文字中写明",
            )  # fmt: skip


@rule("text-outcome", GROUP, tables=["applications"])
def check_text_outcome(case: Case) -> Iterator[Finding]:
    """text-outcome: 文字中各类办理结果（予以公开、部分公开、不予公开、无法提供、不予处理、其他处理）的件数与表三小计一致。

    Several outcomes before one figure count together; reasons are warnings, since their wording varies.

    Source: 实践；申请人撤回的计入其他处理。
    """
    yield from _at_odds(case, "text-outcome")
    outcomes = {outcome.key: outcome.rows for outcome in case.report.form.outcomes}
    for claim in case.text.claims:
        if claim.what == "no-outcome":
            cells = tuple(total(row) for row in outcomes[claim.keys[0]])
            yield from _denied(case, claim, "text-outcome", Quantity("", "text-outcome", cells), "warning")
        if claim.what == "no-reason":
            cells = tuple(total(row) for row in outcomes.get(claim.keys[0], claim.keys))
            yield from _denied(case, claim, "text-outcome", Quantity("", "text-outcome", cells), "warning")
        if claim.what != "all-granted":
            continue
        cells = tuple(total(row) for key in claim.keys for row in outcomes.get(key, (key,)))
        got, whole = sum_of(case.report, cells), sum_of(case.report, (total("total"),))
        if got is not None and whole is not None and got != whole and not _is_of_figure_before(case, claim, got):
            name = name_of(case.report.form, Quantity("", "", cells))
            yield words_finding(
                claim, "text-outcome", "warning",
                f"写“{one_line(claim.text)}”，{name}为 {shown(got)}，办理结果总计为 {shown(whole)}",
                expected=shown(whole), found=shown(got), next_step="请核对，不是全部的请写明件数",
            )  # fmt: skip


def _is_of_figure_before(case: Case, claim: Claim, value: Decimal) -> bool:
    """计收处理费的申请 2 件，申请人均逾期未缴: all of what the figure before counts."""
    near = [item.figure for item in case.text.readings if item.figure.where == claim.where and item.figure.end <= claim.start]
    return bool(near) and bool(value) and near[-1].value == value and claim.start - near[-1].end <= _NEAR


_NOT_UPHELD = {"all-upheld": ("corrected", "other", "pending"), "closed-upheld": ("corrected", "other")}


@rule("text-disputes", GROUP)
def check_text_disputes(case: Case) -> Iterator[Finding]:
    """text-disputes: 文字中行政复议、行政诉讼及其结果的件数与表四一致；写“均获维持”“无败诉”的，表四不应有纠正。

    无败诉 while a lawsuit is pending is a notice: it may yet be lost.

    Source: 实践。
    """
    yield from _at_odds(case, "text-disputes")
    for claim in case.text.claims:
        if claim.what in _NOT_UPHELD and not _is_of_other_disputes(case, claim):
            yield from _contradicted(case, claim, claim.keys, _NOT_UPHELD[claim.what], "warning")
        elif claim.what == "upheld-but":
            yield from _excepts_others(case, claim)
        elif claim.what == "result":
            yield from _fewer_than_stated(case, claim)
        elif claim.what == "no-loss":
            keys = claim.keys or ("suit",)
            lost = list(_contradicted(case, claim, keys, ("corrected",), "warning"))
            yield from lost or _contradicted(case, claim, keys, ("pending",), "notice")


def _excepts_others(case: Case, claim: Claim) -> Iterator[Finding]:
    """除 1 件尚未审结外均获维持, where two of them were not upheld."""
    *keys, excepted = claim.keys
    rows = tuple(dict.fromkeys(row for key in keys for row in DISPUTE_ROWS[key]))
    cells = tuple(Address("disputes", row, column) for row in rows for column in ("corrected", "other", "pending"))
    value = sum_of(case.report, cells)
    if value is not None and value != int(excepted):
        yield words_finding(
            claim, "text-disputes", "warning",
            f"写“{one_line(claim.text)}”，除外的有 {excepted} 件，表四中没有维持的为 {shown(value)}",
            expected=shown(value), found=excepted, next_step="请核对除外的件数，与表四写成一致",
        )  # fmt: skip


def _is_of_other_disputes(case: Case, claim: Claim) -> bool:
    """一件复议被纠正。另有三件从复议走到法院，三件都维持: the figure before is that of another row, which upheld all of them."""
    own = {row for key in claim.keys for row in DISPUTE_ROWS[key]}
    before = [item.figure for item in case.text.readings if item.figure.where == claim.where and item.figure.end <= claim.end]
    if not before or "。" in case.text.cells.by_where[claim.where].plain.original[before[-1].end : claim.start]:
        return False
    value, number = before[-1].value, case.report.number
    if any(number("disputes", row, "total") == value for row in own):
        return False
    others = [row for rows in DISPUTE_ROWS.values() for row in rows if row not in own]
    return any(number("disputes", row, "total") == number("disputes", row, "upheld") == value for row in others)


def _fewer_than_stated(case: Case, claim: Claim) -> Iterator[Finding]:
    """行政诉讼 1 件，法院判决纠正, where the table has none of them corrected."""
    *rows, column, total = claim.keys
    cells = tuple(Address("disputes", row, column) for row in rows)
    value = sum_of(case.report, cells)
    if value is not None and value < int(total):
        name = name_of(case.report.form, Quantity("", "", cells))
        yield words_finding(
            claim, "text-disputes", "warning", f"写“{one_line(claim.text)}”，{name}为 {shown(value)}",
            expected=shown(value), found=total, next_step="请核对结果，与表四写成一致",
        )  # fmt: skip


def _contradicted(
    case: Case, claim: Claim, keys: tuple[str, ...], columns: tuple[str, ...], severity: Severity
) -> Iterator[Finding]:
    for row in dict.fromkeys(row for key in keys for row in DISPUTE_ROWS[key]):
        for column in columns:
            value = case.report.number("disputes", row, column)
            if value:
                label = case.report.form.label(Address("disputes", row, column))
                step = "请核对，确属维持以外的结果请在文字中写明" if severity == "warning" else "尚未审结的可在文字中写明"
                yield words_finding(
                    claim, "text-disputes", severity, f"写“{one_line(claim.text)}”，{label}为 {shown(value)}",
                    expected="0", found=shown(value), next_step=step,
                )  # fmt: skip
                return


@rule("text-article20", GROUP)
def check_text_article20(case: Case) -> Iterator[Finding]:
    """text-article20: 文字中规范性文件、行政许可、行政处罚、行政强制、行政事业性收费的数与表二一致。

    Figures of what was published (公示许可决定 N 件) are warnings where the table has fewer, and notices where it has more:
    the table counts every decision, also those that by law were not published.

    Source: 条例第二十条；上级机关的填报说明：处理决定包括已公开和依法未公开的全部。
    """
    for reading in _readings_differing(case, "text-article20"):
        finding = figure_finding(case.text.cells, reading)
        if finding.severity == "warning" and _is_part_published(reading):
            finding = replace(finding, severity="notice", next_step=_ALL_DECISIONS)
        yield finding
    yield from statement_findings(case.text, "text-article20")
    form = case.report.form
    for claim in case.text.claims:
        if claim.what == "no-document":
            columns = form.columns("documents")
            column = claim.keys[1] if claim.keys[1] in columns else {"issued": "made"}.get(claim.keys[1], "")
            cells = [Address("documents", claim.keys[0], column)] if column else []
        elif claim.what == "no-act":
            cells = [address for address in form.cells if address.row == claim.keys[0] and address.column in _YEARLY]
        else:
            continue
        if cells:
            yield from _denied(case, claim, "text-article20", Quantity("", "text-article20", tuple(cells)))


def _is_part_published(reading: Reading) -> bool:
    """公示许可决定 9 件 where the table has 14 decisions."""
    expected, quantity = reading.tie.expected, reading.quantity
    decisions = quantity is not None and all(address.column == "decisions" for address in quantity.addresses)
    fewer = decisions and expected is not None and reading.figure.value < expected
    slip = expected is not None and are_swapped(reading.figure.value, expected)
    return fewer and not slip and any(token.kind in _PUBLISHED for token in reading.figure.left)


@rule("text-none", GROUP)
def check_text_none(case: Case) -> Iterator[Finding]:
    """text-none: 文字写“未收到申请”“未发生行政复议、行政诉讼”的，表三新收、表四总计应为 0。

    Source: 实践。
    """
    yield from statement_findings(case.text, "text-none")
    for claim in case.text.claims:
        if claim.what == "no-new":
            yield from _denied(case, claim, "text-none", Quantity("new", "text-none", (total("new"),)))
        elif claim.what.removeprefix("no-") in DISPUTE_ROWS:
            rows = DISPUTE_ROWS[claim.what.removeprefix("no-")]
            yield from _denied(
                case, claim, "text-none", Quantity("", "text-none", tuple(Address("disputes", row, "total") for row in rows))
            )


def _denied(case: Case, claim: Claim, code: str, quantity: Quantity, severity: Severity = "error") -> Iterator[Finding]:
    value = sum_of(case.report, quantity.addresses)
    agrees_elsewhere = quantity.addresses in case.text.cells.agreeing_cells
    if value and not (claim.free and agrees_elsewhere):
        yield words_finding(
            claim, code, "warning" if claim.partly or claim.free or agrees_elsewhere else severity,
            f"写“{one_line(claim.text)}”，{name_of(case.report.form, quantity)}为 {shown(value)}",
            expected="0", found=shown(value), next_step="请核对：文字照抄上年的改文字，表格多填的改表格",
        )  # fmt: skip


@rule("text-silent", GROUP)
def check_text_silent(case: Case) -> Iterator[Finding]:
    """text-silent: 表三有申请、表四有复议诉讼，第一部分应当写到。

    Source: 格式“总体情况”要求反映依申请公开情况；实践。
    """
    overview = case.report.narrative.overview
    if not overview.strip():
        return
    kinds = {
        token.kind
        for part in case.text.cells.parts
        if part.where == "narrative.overview"
        for sentence in part.sentences
        for token in sentence
    }
    applications = sum_of(case.report, (total("new"), total("carried_in")))
    if applications and not _tells_of_applications(case):
        yield _silent(
            f"表三有申请 {shown(applications)} 件",
            "没有写收到和办理的情况",
            shown(applications),
            "请在第一部分“依申请公开”中写明收到和办理的件数",
        )
    disputes = sum_of(
        case.report, tuple(Address("disputes", row, "total") for row in ("review", "direct_lawsuit", "lawsuit_after_review"))
    )
    if disputes and not kinds & {*DISPUTE_ROWS, "loss"}:
        yield _silent(f"表四有行政复议、行政诉讼 {shown(disputes)} 件", "没有写到", shown(disputes), "请在第一部分写明件数和结果")


def _silent(cells: str, lacking: str, expected: str, step: str) -> Finding:
    message = f"{cells}，第一部分{lacking}"
    return Finding(
        "text-silent", "warning", message, expected=expected, found=lacking, where="narrative.overview", next_step=step
    )


def _tells_of_applications(case: Case) -> bool:
    """A figure, a word of receiving or of answering in a sentence on applications; the heading alone does not count."""
    if any(claim.what == "no-new" and claim.where == "narrative.overview" for claim in case.text.claims):
        return True
    places = ("applications", "narrative.overview")
    if any(
        item.quantity is not None and (item.quantity.addresses[0].table, item.figure.where) == places
        for item in case.text.readings
    ):
        return True
    sentences = (sentence for part in case.text.cells.parts if part.where == "narrative.overview" for sentence in part.sentences)
    return any(
        {"app", "handled"} <= (kinds := {token.kind for token in sentence}) or {"app", "new"} <= kinds for sentence in sentences
    )
