"""How strongly the words of a figure speak for a cell: takes a quantity, returns candidates with degrees.

The degree (0–100) is that of the words alone. What the whole report says for or against is added in ``assignment``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from toolkit.checks.narrative.candidates.context import Context
from toolkit.checks.narrative.candidates.quantity import DISPUTE_ROWS, ORGANIZATIONS, Quantity, taken, total
from toolkit.checks.narrative.candidates.readings import Candidate
from toolkit.checks.narrative.figures import Figure
from toolkit.forms import Address, Form

SURE, LIKELY, WORDING, PART, REMOTE = 95, 75, 45, 35, 15
_ALSO = 10  # what the words may mean as well is that much less likely


def degree_of(quantity: Quantity) -> int:
    """The degree of a quantity by the words alone: its certainty, and when it is weak the reason why."""
    if quantity.certainty != "weak":
        return SURE if quantity.certainty == "sure" else LIKELY
    return {"wording": WORDING, "part": PART, "": REMOTE}[quantity.doubt]


def candidates_of(figure: Figure, quantity: Quantity | None, context: Context, form: Form) -> tuple[Candidate, ...]:
    """The quantity that the words name first, then what the same words may mean as well."""
    if quantity is None:
        return ()
    degree = degree_of(quantity)
    also = [item for item in _also(figure, quantity, context, form) if item.addresses != quantity.addresses]
    return (Candidate(quantity, degree), *(Candidate(item, degree - _ALSO) for item in also))


def _also(figure: Figure, quantity: Quantity, context: Context, form: Form) -> Iterator[Quantity]:
    """What the words may mean as well, by what they name."""
    yield from _rows_of_applications(quantity, context)
    if quantity.code == "text-disputes":
        yield from _other_disputes(figure, quantity, context)
    elif quantity.code == "text-article20":
        yield from _published_documents(quantity, form)
    elif quantity.code == "text-carried":
        yield from _other_way(figure, quantity)
    elif quantity.code == "text-outcome":
        yield from _groups(figure, quantity, form)
        yield from _rows_of_applicants(figure, quantity, context)
        if context.column:  # 自然人提出的 5 件，予以公开 2 件
            yield _explaining(quantity, tuple(total(cell.row, context.column) for cell in quantity.addresses))
    elif quantity.name.partition(".")[2] and quantity.code in ("text-new", "text-handled"):
        yield from _rows_of_applicants(figure, quantity, context)


def _rows_of_applications(quantity: Quantity, context: Context) -> Iterator[Quantity]:
    """收到 N 件 may count those carried in, 办理 N 件 what came in or was finished."""
    if quantity.name == "new" and not context.carried_aside:
        yield taken()
    elif quantity.either:
        yield replace(quantity, addresses=quantity.either, either=())
    elif quantity.name == "manage":
        yield replace(quantity, name="new", code="text-new", addresses=(total("new"),))
        yield replace(taken(), certainty=quantity.certainty, doubt=quantity.doubt)


def _other_disputes(figure: Figure, quantity: Quantity, context: Context) -> Iterator[Quantity]:
    """5 件维持 in a sentence without a number of disputes: of any kind."""
    named = context.named_disputes or any(token.kind in DISPUTE_ROWS for token in (*figure.left, *figure.right))
    if named or quantity.name.endswith(".total"):
        return
    for key, rows in DISPUTE_ROWS.items():
        if not quantity.name.startswith(f"{key}."):
            yield _explaining(quantity, tuple(Address("disputes", row, quantity.addresses[0].column) for row in rows))


def _other_way(figure: Figure, quantity: Quantity) -> Iterator[Quantity]:
    """3 件结转件均由自然人提出: nothing says from which year, or to which."""
    kinds = {token.kind for token in (*figure.left, *figure.right)}
    names_carry = quantity.certainty != "weak" and any(token.kind == "carry" for token in figure.left)  # 办结 37 件，结转 1 件
    if "carry" in kinds and not names_carry and not kinds & {"carried_in", "carried_out", "year", "next", "past", "now", "neg"}:
        for row in ("carried_in", "carried_out"):
            yield _explaining(quantity, (total(row),))


def _rows_of_applicants(figure: Figure, quantity: Quantity, context: Context) -> Iterator[Quantity]:
    """自然人 N 件 without a verb: of those who came, were answered, or waited."""
    columns = tuple(dict.fromkeys(cell.column for cell in quantity.addresses))
    kinds = {token.kind for token in figure.left}
    of_one_row = len(columns) > 1 and "rest" in kinds and not quantity.either  # 其余 9 件由企业和科研机构提出
    if columns == ("total",) or of_one_row or kinds & {"new", "handled"}:
        return
    if context.after_carried_in and context.head == "new":  # 新收 46 件，上年结转 3 件，其中自然人 33 件
        yield _explaining(quantity, tuple(total(row, column) for row in ("new", "carried_in") for column in columns))
    divided = context.among and context.heads_here and len(context.heads) == 1 and not context.after_carried_in
    for row in (context.head,) if divided else _OF_APPLICANTS:  # 新收 46 件，其中自然人 33 件: of no other row
        yield _explaining(quantity, tuple(total(row, column) for column in columns))
        if quantity.name.endswith(".business"):  # 企业 2 件 in people's words: bodies of any kind
            yield replace(_explaining(quantity, tuple(total(row, column) for column in ORGANIZATIONS)), name="bodies")


def _published_documents(quantity: Quantity, form: Form) -> Iterator[Quantity]:
    """对外公开 6 份: of this year's, or of all that are published."""
    place, columns = quantity.addresses[0], form.columns("documents")
    pair = ("published", "public_total")
    if place.table == "documents" and place.column in pair and set(pair) <= set(columns):
        other = pair[1 - pair.index(place.column)]
        yield _explaining(quantity, (Address("documents", place.row, other),))


def _groups(figure: Figure, quantity: Quantity, form: Form) -> Iterator[Quantity]:
    """本机关不掌握等原因无法提供 119 件: all that could not be provided."""
    named = [token.kind == "reason" for token in figure.left if token.kind == "reason" or token.value == "some"]
    if not named or named[-1]:
        return  # 等第三方合法权益 names the reason behind 等
    rows = {cell.row for cell in quantity.addresses}
    for outcome in form.outcomes:
        if rows < set(outcome.rows):
            yield _explaining(quantity, tuple(total(row) for row in outcome.rows))


def _explaining(quantity: Quantity, addresses: tuple[Address, ...]) -> Quantity:
    """A further meaning: it explains a figure, and none is held to be wrong for it."""
    return replace(quantity, addresses=addresses, either=(), each=(), explains=True)


_OF_APPLICANTS = ("new", "total", "carried_in", "carried_out")
