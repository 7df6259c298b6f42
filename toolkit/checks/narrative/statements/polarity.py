"""Find what is said of none and of all: 没有一家企业, 无一例外地作了公开答复, 年终无积压, 复议、诉讼双双为零.

In go clauses, out come statements on cells: none of them, or all of a whole. Free wording is never the ground of an error, and
a cell that the text tells rightly elsewhere is not denied by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from toolkit.checks.narrative.candidates.quantity import total
from toolkit.checks.narrative.candidates.readings import Reading
from toolkit.checks.narrative.relations.denials import FAULTS, denies_the_rest
from toolkit.checks.narrative.statements.clauses import Clause, place_of
from toolkit.checks.narrative.statements.roles import Role
from toolkit.checks.narrative.statements.targets import COLUMNS, OUTCOMES, Target, dispute_rows, target_of
from toolkit.forms import Address, Form

CAUSED = re.compile("(?:因|由于|针对)[^，]{2,20}(?:(?:引发|引起|导致|招致|提起)的?|而)$|对[^，]{2,20}工作的$")
_OF_ELSE = re.compile("(?:因|由于|围绕)(?![^，]*(?:公开|申请|答复|信息))[^，]{2,20}(?:引发|引起|导致|招致|提起|产生|发生)")
_WHOLE = ("new", "taken", "handled", "manage")
_NEAR = 40  # roles looked at on either side of a quantifier
_FEW = 2  # unknown characters between 没有 and 被撤销
_DONE = ("done", "closed")
_SAYING = frozenset(("neg", "zero", "all", "cleared", "upheld", "corrected", "pending"))  # words that a statement needs
_RESULTS = ("upheld", "corrected", "pending")
_RESULTS_OF_CLOSED = ("upheld", "corrected", "other")
_SAYS_NOTHING = ("this", "plain", "recv", "year")


@dataclass(frozen=True, slots=True)
class Statement:
    """``part`` is none (``whole`` empty) or all of ``whole``; ``start`` and ``end`` are offsets into the text as written."""

    code: str
    part: tuple[Address, ...]
    whole: tuple[Address, ...]
    where: str
    start: int
    end: int
    text: str
    some: bool = False  # at least one of them
    last: bool = False  # of last year's report


def polar_statements(clause: Clause, form: Form, year: int) -> Iterator[Statement]:
    """What the clause says of none or of all."""
    if (
        not any(role.kind in _SAYING for role in clause.roles)
        or len(clause.roles) > _NEAR
        or clause.has("modal", "period", "many", "rate")
        or _speaks_of_another_year(clause, year)
    ):
        return
    for at, role in enumerate(clause.roles):
        if role.kind in ("neg", "zero"):
            yield from _none(clause, at, form, year)
        elif role.kind == "all":
            yield from _all(clause, at, form, year)
        elif role.kind in _RESULTS and clause.topic == "dispute":
            yield from _one_result(clause, at)
        elif role.kind == "cleared" and clause.topic == "app":
            yield _statement(clause, "text-handled", (total("carried_out"),), (), role, role)


def _speaks_of_another_year(clause: Clause, year: int) -> bool:
    """去年没有复议; what is said of those carried over names a year as well."""
    if clause.has("carry", "undone"):
        return False
    return any(role.kind == "last" or (role.kind == "year" and int(role.value) != year) for role in clause.roles)


def _counts(clause: Clause, after: int) -> list[Reading]:
    """The figures of the clause behind a place that count something: not 一件 next to a negation, not 0."""
    behind = [item for item in clause.figures if place_of(clause, item) >= after]
    return [item for item in behind if item.figure.value > 1 and item.figure.unit != "%"]


def _none(clause: Clause, at: int, form: Form, year: int) -> Iterator[Statement]:
    role = clause.roles[at]
    if _counts(clause, 0) or _is_of_else(clause) or denies_the_rest(clause.part.plain.text, clause.base + role.end):
        return
    if role.kind == "neg":
        until = min(len(clause.roles), at + _NEAR)
        end = next((n for n in range(at + 1, until) if clause.roles[n].kind in ("neg", "zero")), until)
        behind = [item for item in clause.roles[at + 1 : end] if item.kind != "one"]
        target = _denied(clause, behind, form, year)
        if target is not None and target.kind == "corrected" and _unknown_in(clause.roles[at : at + 2 + len(behind)]) > _FEW:
            return  # 无一起因程序违法被撤销的行政复议
        if target is not None and target.kind == "new":
            target = _who_applied(clause, at, behind, target, form, year)
        if target is not None:
            yield _statement(clause, target.code, target.cells, (), role, max(role, target.last, key=_start))
            return
        outcomes = [item for item in behind if item.kind in OUTCOMES]
        if target is None and len(outcomes) > 1 and clause.topic == "app" and not clause.has("block"):
            yield _statement(clause, "text-outcome", _rows_of(outcomes, form), (), role, outcomes[-1])
            return
        if any(item.kind not in ("answer", "recv", "this", "all") for item in behind) or _unread_behind(clause, role, behind):
            return
    target = _denied(clause, clause.roles[max(0, at - _NEAR) : at], form, year)
    if target is not None:
        yield _statement(clause, target.code, target.cells, (), target.first, role)
    elif role.kind == "zero" and clause.topic == "app" and _says_nothing(clause, at):
        yield _statement(clause, "text-none", (total("new"),), (), role, role)  # 依申请公开方面，今年是空白


def _all_of_group(clause: Clause, quantifier: Role, behind: Sequence[Role]) -> Iterator[Statement]:
    """其他处理 3 件均系逾期未补正: all of a group have one reason."""
    last = _figure_before(clause, quantifier)
    group = last.quantity.addresses if last is not None and last.quantity is not None else ()
    reasons = [role for role in behind if role.kind == "reason"]
    cells = tuple(dict.fromkeys(total(role.value) for role in reasons))
    if len(cells) == 1 and cells[0] in group:
        yield _statement(clause, "text-outcome", cells, group, quantifier, reasons[-1])


def _some(clause: Clause, quantifier: Role, behind: Sequence[Role], form: Form) -> Iterator[Statement]:
    """法律服务机构提出的申请都已公开: all of one kind of applicants; of others at least one: 机构类申请都不予公开."""
    who = [role for role in clause.roles if role.kind in COLUMNS and role.start < quantifier.start]
    outcomes = [role for role in behind if role.kind in OUTCOMES]
    if len({role.kind for role in outcomes}) != 1 or not any(role.kind == "app" for role in clause.roles):
        return
    rows = _rows_of(outcomes, form)
    one_kind = len({role.kind for role in who}) == 1 and who[0].kind not in ("body", "unit")
    columns = COLUMNS[who[0].kind] if one_kind else ()
    if columns:
        part = tuple(total(cell.row, column) for cell in rows for column in columns)
        whole = tuple(total("total", column) for column in columns)
        yield _statement(clause, "text-outcome", part, whole, quantifier, outcomes[-1])
    elif outcomes[0].kind != "granted":
        yield replace(_statement(clause, "text-outcome", rows, (total("total"),), quantifier, outcomes[-1]), some=True)


def _rows_of(roles: Sequence[Role], form: Form) -> tuple[Address, ...]:
    """没有部分公开、不予公开的: the rows of all of them."""
    named = {role.kind for role in roles}
    return tuple(total(row) for outcome in form.outcomes if outcome.key in named for row in outcome.rows)


def _may_be_some(roles: Sequence[Role]) -> bool:
    """法人或其他组织 may be those of one column, 未收到企业提出的申请 may be said of some applications."""
    return any(role.kind == "body" for role in roles) or (roles[0].kind, roles[0].value) == ("recv", "")


def _unknown_in(roles: Sequence[Role]) -> int:
    return roles[-1].end - roles[0].start - sum(role.end - role.start for role in roles)


def _who_applied(clause: Clause, at: int, behind: Sequence[Role], target: Target, form: Form, year: int) -> Target | None:
    """科研机构未提出申请: who did not apply stands before; persons may be those who only asked.

    申请人未提出异议: what was not handed in is no application.
    """
    if not clause.has("app") and 0 < _unread_behind(clause, clause.roles[at], behind) <= _FEW:
        return None
    if clause.part.plain.text.startswith(("因", "由于", "对", "针对"), clause.base + clause.roles[at].end):
        return None  # 没有因申请发生收费, 没有对申请收取费用
    who = [role for role in clause.roles[max(0, at - _NEAR) : at] if role.kind in COLUMNS]
    if not who:
        handed = any(role.value == "hand" for role in clause.roles[at:])
        return None if handed and clause.before and not clause.has("app") else target
    if any(role.kind == "person" for role in who):
        return None
    return target_of(clause, who, form, year)


def _is_of_else(clause: Clause) -> bool:
    """化解土地权属争议 5 起，没有引发行政复议: said of what the figure before counts, which is nothing of the tables."""
    last = clause.before[-1] if clause.before else None
    untied = last is not None and last.quantity is None and last.candidate is None
    return untied or any(role.kind in ("paper", "apart") for role in (*clause.earlier, *clause.roles))


def _unread_behind(clause: Clause, role: Role, behind: Sequence[Role]) -> int:
    """法院尚未裁判: characters behind a negation that no role explains; the verb is denied, not the noun before it."""
    return clause.end - clause.base - role.end - sum(item.end - item.start for item in behind)


def _start(role: Role) -> int:
    return role.start


def _denied(clause: Clause, roles: Sequence[Role], form: Form, year: int) -> Target | None:
    target = target_of(clause, roles, form, year)
    if target is None or target.kind in ("granted", "upheld", "closed", "fees"):
        return None
    kinds = {role.kind for role in roles}
    if target.cells[0].table == "disputes" and "act" in kinds and "app" not in kinds:
        return None  # 未发生因行政许可引起的行政复议
    words = clause.part.plain.text[clause.start : clause.base + target.first.start]
    if target.cells[0].table == "disputes" and (_OF_ELSE.search(words) or (CAUSED.search(words) and FAULTS.search(words))):
        return None  # 未发生因征地引发的行政复议, 因答复不及时引发的诉讼
    if target.cells[0].table == "applications" and CAUSED.search(words):
        return None  # 未收到因申请办理不力引发的举报, 因查无记录而无法提供
    narrowed = {role.value for role in clause.roles if role.kind == "block"} - {"rest"}
    if narrowed and target.kind != "reason":
        return None
    if target.kind == "applicant" and _may_be_some(roles):
        return None
    return target


def _says_nothing(clause: Clause, at: int) -> bool:
    """依申请公开方面，今年是空白: nothing before but the year."""
    before = clause.roles[:at]
    explained = sum(role.end - role.start for role in before)
    return (
        all(role.kind in _SAYS_NOTHING for role in before) and clause.roles[at].start - (clause.start - clause.base) == explained
    )


def _all(clause: Clause, at: int, form: Form, year: int) -> Iterator[Statement]:
    """均, 全部, 件件 and what follows them; nothing when a figure, a negation or a part of them stands between."""
    quantifier, behind = clause.roles[at], clause.roles[at + 1 :]
    if _counts(clause, quantifier.start) or clause.has("neg", "zero") or not behind:
        return
    subject = _subject(clause, quantifier)
    if subject == "outcome":
        yield from _all_of_group(clause, quantifier, behind)
    elif clause.has("block"):
        return
    elif subject == "dispute":
        yield from _all_disputes(clause, quantifier, behind)
    elif subject == "app":
        yield from _all_applications(clause, quantifier, behind, form)
    elif clause.topic == "app":
        yield from _some(clause, quantifier, behind, form)


def _subject(clause: Clause, quantifier: Role) -> str:
    """What is spoken of: the last figure before, when it counts a whole; without a figure what the clause names."""
    last = _figure_before(clause, quantifier)
    if any(role.kind in COLUMNS and role.start < quantifier.start for role in clause.roles):
        return ""
    if clause.about in ("app", "dispute") and last is None:
        return clause.about
    quantity = (last.quantity or last.candidate) if last else None
    if last is None or last.figure.scope or last.figure.year is not None or quantity is None:
        return ""
    if quantity.code == "text-outcome" and len(quantity.addresses) > 1:
        return "outcome"
    if quantity.code == "text-disputes":
        return "dispute" if quantity.name.endswith(".total") else ""
    return "app" if quantity.name in _WHOLE and clause.topic == "app" else ""


def _figure_before(clause: Clause, role: Role) -> Reading | None:
    inside = [item for item in clause.figures if place_of(clause, item) < role.start]
    return inside[-1] if inside else clause.before[-1] if clause.before else None


def _all_disputes(clause: Clause, quantifier: Role, behind: Sequence[Role]) -> Iterator[Statement]:
    named = {role.kind for role in behind} & {"upheld", "corrected", "pending", "closed", "done"}
    if len(named) != 1:
        return
    kind, last = named.pop(), next(role for role in reversed(behind) if role.kind != "plain")
    rows, told = dispute_rows(clause.roles), _rows_told(clause)
    rows = told if told and (not rows or {*told} < {*rows}) else rows  # 直接起诉的 2 件，法院均判决驳回: a court of those two
    closed = any(role.kind in _DONE and role.start < quantifier.start for role in clause.roles)
    columns = _RESULTS_OF_CLOSED if closed else ("total",)  # 已审结的均获维持: of those that are closed
    whole = tuple(Address("disputes", row, column) for row in rows for column in columns)
    column = "pending" if kind in _DONE else kind
    part = tuple(Address("disputes", row, column) for row in rows)
    if rows:
        yield _statement(clause, "text-disputes", part, () if kind in _DONE else whole, quantifier, last)


def _one_result(clause: Clause, at: int) -> Iterator[Statement]:
    """行政诉讼 1 件，原告直接起诉，县法院判决撤销镇政府的答复: the one case before has this result and no other."""
    last = clause.before[-1] if clause.before else None
    whole = last is not None and last.figure.value == 1 and (last.tie.kind, last.tie.state) == ("cell", "agrees")
    named = {role.kind for role in clause.roles} & set(_RESULTS)
    if not whole or clause.figures or len(named) != 1 or clause.has("neg", "zero", "all") or last is None:
        return
    quantity, role = last.quantity, clause.roles[at]
    if role.value == "rejected" or quantity is None or quantity.code != "text-disputes" or not quantity.name.endswith(".total"):
        return
    rows = tuple(cell.row for cell in quantity.addresses)
    part = tuple(Address("disputes", row, role.kind) for row in rows)
    yield _statement(clause, "text-disputes", part, quantity.addresses, clause.roles[0], role)


def _rows_told(clause: Clause) -> tuple[str, ...]:
    last = clause.before[-1].quantity if clause.before else None
    return tuple(cell.row for cell in last.addresses) if last and last.code == "text-disputes" else ()


def _all_applications(clause: Clause, quantifier: Role, behind: Sequence[Role], form: Form) -> Iterator[Statement]:
    kinds = {role.kind for role in behind}
    outcomes = kinds & set(OUTCOMES)
    columns = kinds & set(COLUMNS)
    last = next((role for role in reversed(behind) if role.kind in (*OUTCOMES, *COLUMNS, "done")), None)
    if last is None or "reason" in kinds:
        return
    if outcomes:
        rows = _rows_of([role for role in behind if role.kind in OUTCOMES], form)
        yield _statement(clause, "text-outcome", rows, (total("total"),), quantifier, last)
    elif "done" in kinds and "carry" not in kinds and not _is_of_finished(_figure_before(clause, quantifier)):
        yield _statement(clause, "text-handled", (total("carried_out"),), (), quantifier, last)
    elif len(columns) == 1 and not kinds & {"answer"}:
        cells = tuple(total("new", column) for column in COLUMNS[columns.pop()])
        yield _statement(clause, "text-new", cells, (total("new"),), quantifier, last)


def _is_of_finished(counted: Reading | None) -> bool:
    """办结 24 件，均按时办结: said of those that were finished, not of all."""
    return counted is not None and counted.quantity is not None and counted.quantity.name == "handled"


def _statement(
    clause: Clause, code: str, part: tuple[Address, ...], whole: tuple[Address, ...], first: Role, last: Role
) -> Statement:
    start, end = clause.span(*sorted((first, last), key=_start))
    return Statement(code, part, whole, clause.part.where, start, end, clause.part.plain.original[start:end])
