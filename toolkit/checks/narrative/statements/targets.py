"""Say which cells the words of a clause name: in go its roles, out comes a ``Target`` with the rule that it belongs to.

The head of a Chinese clause stands last, so of several nouns the strongest counts: a dispute before what was carried over,
that before an outcome, a kind of applicants, and at last the applications themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from toolkit.checks.narrative.candidates.quantity import DISPUTE_ROWS, ORGANIZATIONS, total
from toolkit.checks.narrative.statements.clauses import Clause
from toolkit.checks.narrative.statements.roles import Role
from toolkit.forms import Address, Form

OUTCOMES = ("granted", "partly_granted", "refused", "unavailable", "unprocessed")
COLUMNS: dict[str, tuple[str, ...]] = {
    "person": ("natural_person",), "firm": ("business",), "body": ORGANIZATIONS, "unit": ORGANIZATIONS, "research": ("research",),
    "public_welfare": ("public_welfare",), "legal_service": ("legal_service",),
}  # fmt: skip
RESULTS = {"upheld": "upheld", "corrected": "corrected", "pending": "pending"}
_EVERY_DISPUTE = ("review", "direct_lawsuit", "lawsuit_after_review")


class Target(NamedTuple):
    """``cells`` whose sum is meant; ``first`` and ``last`` are the roles that name them."""

    code: str
    cells: tuple[Address, ...]
    first: Role
    last: Role
    kind: str = ""


def target_of(clause: Clause, roles: Sequence[Role], form: Form, year: int) -> Target | None:
    """What the roles name, the strongest noun first; ``None`` when they name nothing of the tables."""
    if not roles:
        return None
    carried = clause.topic in ("app", "") and any(role.kind in ("carry", "undone") for role in roles)
    if carried and _carried(clause, roles, form, year) is None:
        return None  # 没有历史遗留申请: neither last year's nor all of them
    for find in (_dispute, _carried, _outcome, _of_part_two, _applicants, _applications):
        target = find(clause, roles, form, year)
        if target is not None and target.cells and all(cell in form.cells for cell in target.cells):
            return target
    return None


def dispute_rows(roles: Sequence[Role]) -> tuple[str, ...]:
    """The rows of part four that nouns name, none for no noun."""
    kinds = {role.kind for role in roles}
    if "dispute" in kinds and not kinds & {"review", "suit"}:
        return _EVERY_DISPUTE
    if kinds & {"direct", "after"}:
        kinds -= {"suit"}
    return tuple(dict.fromkeys(row for kind in DISPUTE_ROWS if kind in kinds for row in DISPUTE_ROWS[kind]))


def _dispute(clause: Clause, roles: Sequence[Role], form: Form, year: int) -> Target | None:
    rows = dispute_rows(roles)
    results = [role for role in roles if role.kind in RESULTS]
    if not rows and (clause.topic != "dispute" or not results):
        return None
    rows = rows or dispute_rows((*clause.earlier, *clause.roles))
    rows = rows or DISPUTE_ROWS["suit" if results and results[-1].value == "suit" else "review"]
    column = RESULTS[results[-1].kind] if results else "total"
    named = [role for role in roles if role.kind in ("dispute", *DISPUTE_ROWS, *RESULTS)]
    code = "text-disputes" if results else "text-none"
    return Target(code, tuple(Address("disputes", row, column) for row in rows), named[0], named[-1], column)


def carries_out(roles: Sequence[Role], year: int) -> bool:
    return any(role.kind in ("next", "end") or (role.kind == "year" and int(role.value) > year) for role in roles)


def carries_in(roles: Sequence[Role], year: int) -> bool:
    return any(role.kind == "last" or (role.kind == "year" and int(role.value) < year) for role in roles)


def _carried(clause: Clause, roles: Sequence[Role], form: Form, year: int) -> Target | None:
    """没有上年结转, 年底无积压, 留到明年办: the direction is that of the year; what is not done yet goes to the next."""
    named = [role for role in roles if role.kind in ("carry", "undone")]
    if not named or clause.topic not in ("app", ""):
        return None
    into, out = carries_in(clause.roles, year), carries_out(clause.roles, year)
    if out and not into:
        row = "carried_out"
    elif into and not out:
        row = "carried_in"
    else:
        return None
    return Target("text-carried", (total(row),), named[0], named[-1], row)


def _outcome(clause: Clause, roles: Sequence[Role], form: Form, year: int) -> Target | None:
    """不予公开, 无法提供: with the reason where one is named with it."""
    if clause.topic != "app":
        return None
    outcomes = {outcome.key: outcome.rows for outcome in form.outcomes}
    named = [role for role in roles if role.kind in OUTCOMES]
    reasons = [role for role in roles if role.kind == "reason"]
    if named and len({role.kind for role in named}) > 1:
        return None
    if reasons and not named and roles[-1].kind == "app":
        return None  # 涉及第三方合法权益的申请: asked about, not refused
    if reasons:
        rows = {reason.value for reason in reasons} - {"other_other"}
        if len(rows) != 1 or (named and not rows & set(outcomes[named[-1].kind])):
            return None
        first, last = min(reasons[0], (named or reasons)[0], key=lambda role: role.start), (named or reasons)[-1]
        return Target("text-outcome", (total(rows.pop()),), first, last, "reason")
    if not named:
        return None
    rows_of = tuple(total(row) for row in outcomes[named[0].kind])
    return Target("text-outcome", rows_of, named[0], named[-1], named[0].kind)


def _of_part_two(clause: Clause, roles: Sequence[Role], form: Form, year: int) -> Target | None:
    acts = [role for role in roles if role.kind == "act"]
    if acts:
        column = "amount_wan" if acts[-1].value == "fees" else "decisions"
        cells = tuple(cell for cell in form.cells if (cell.row, cell.column) == (acts[-1].value, column))
        return Target("text-article20", cells, acts[-1], acts[-1], acts[-1].value)
    verbs = [role for role in roles if role.kind in ("made", "repealed", "valid")]
    docs = [role for role in (*roles, *clause.roles) if role.kind == "doc"]
    if not verbs or not docs:
        return None
    columns = form.columns("documents")
    column = {"made": "issued", "repealed": "repealed", "valid": "valid"}[verbs[-1].kind]
    column = column if column in columns else {"issued": "made", "valid": "public_total"}.get(column, "")
    ends = sorted((verbs[-1], docs[0]), key=lambda role: role.start)
    return Target("text-article20", (Address("documents", "normative", column),), ends[0], ends[1], verbs[-1].kind)


def _applicants(clause: Clause, roles: Sequence[Role], form: Form, year: int) -> Target | None:
    """没有企业提出申请: one kind of applicants; persons and bodies together are everybody."""
    named = [role for role in roles if role.kind in COLUMNS]
    kinds = {role.kind for role in named}
    if not named or clause.topic != "app" or ("person" in kinds and kinds - {"person"}):
        return None
    columns = tuple(dict.fromkeys(column for role in named for column in COLUMNS[role.kind]))
    return Target("text-new", tuple(total("new", column) for column in columns), named[0], named[-1], "applicant")


def _applications(clause: Clause, roles: Sequence[Role], form: Form, year: int) -> Target | None:
    named = [role for role in roles if role.kind in ("app", "recv")]
    if clause.topic != "app" or not named:
        return None
    return Target("text-none", (total("new"),), named[0], named[-1], "new")
