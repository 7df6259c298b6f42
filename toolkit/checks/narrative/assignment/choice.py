"""Decide on the doubtful figures when the whole report is read: a wording that is free is taken for its cell only when nothing
else explains the number.

In goes the text with its readings and lists, out comes the text with each doubtful figure decided. Two things are needed to
take a figure of free wording for a slip: the cell is told rightly nowhere else, and the figure looks like a slip of it –
one digit changed, left out or swapped – and is no other cell's value and no item of a list that adds up. A figure of a part
(网上申请 5 件) is wrong only when it is more than the whole. What is decided so is a warning, never an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from toolkit.checks.narrative.candidates.cells import Reading, TextReading, sum_of
from toolkit.checks.narrative.candidates.quantity import Quantity, total, unknown_inside
from toolkit.checks.narrative.candidates.slips import SMALL, is_typing_slip
from toolkit.checks.narrative.relations.lists import TextList
from toolkit.checks.narrative.tokens.vocabulary import KEYS
from toolkit.forms import Address
from toolkit.report import Report

_LEAD = 2  # unknown characters before a verb that name who did it


def choose(text: TextReading, lists: Sequence[TextList]) -> TextReading:
    """The text with every doubtful figure decided; the same text when there is none."""
    doubtful = [at for at, item in enumerate(text.readings) if item.candidate is not None and item.candidate.doubt]
    differing = [at for at, item in enumerate(text.readings) if _differs(item)]
    if not doubtful and not differing:
        return text
    right = _told_rightly(text)
    listed = {id(item) for entry in lists if entry.adds_up for item in (entry.head, *entry.items)}
    readings = list(text.readings)
    for at in doubtful:
        item = readings[at]
        if id(item) not in listed and _is_slip_of_cell(text.report, item, right):
            readings[at] = _taken(text.report, item)
    apart: set[tuple[str, int]] = set()  # sentences that have begun to speak of other business
    for at in differing:
        item = readings[at]
        place = (item.figure.where, item.figure.sentence)
        apart_here = place in apart or (item.quantity is not None and item.quantity.addresses in right and _has_subject(item))
        if apart_here and _is_other_business(item, _kinds_beside(text, item)):
            apart.add(place)
            readings[at] = _left_alone(item, "别处已写对，此处没有写明是申请，又相差很多，当作别的事")
        else:
            readings[at] = _weighed(text.report, item, right)
    return replace(text, readings=tuple(readings))


def _differs(item: Reading) -> bool:
    return item.quantity is not None and (item.tie.kind, item.tie.state) == ("cell", "differs")


def _told_rightly(text: TextReading) -> frozenset[tuple[Address, ...]]:
    """The cells that some figure of the whole organ tells as the table has them."""
    return frozenset(
        item.tie.addresses for item in text.readings if (item.tie.kind, item.tie.state) == ("cell", "agrees")
    )  # fmt: skip


def _is_slip_of_cell(report: Report, item: Reading, right: frozenset[tuple[Address, ...]]) -> bool:
    figure, quantity = item.figure, item.candidate
    assert quantity is not None
    whole = not (figure.scope or figure.about or figure.year is not None or figure.one) and figure.value != 0
    if not whole or quantity.addresses in right or quantity.each:
        return False
    expected = sum_of(report, quantity.addresses)
    if not expected:  # blank, or 0: then the words most likely are of something else
        return False
    if quantity.doubt == "part" and quantity.name not in ("new", "handled"):
        return False
    if quantity.doubt == "part":
        carried = report.number("applications", "carried_in", "total") or 0
        return figure.value > expected + carried and is_typing_slip(figure.value, expected)
    return is_typing_slip(figure.value, expected) and figure.value not in values_beside(report, quantity, right)


def _taken(report: Report, item: Reading) -> Reading:
    quantity = item.candidate
    assert quantity is not None
    tie = replace(
        item.tie, kind="cell", state="differs", addresses=quantity.addresses, expected=sum_of(report, quantity.addresses),
        reason="别处没有写到这一格，此数又与它相近，按这一格核对",
    )  # fmt: skip
    return replace(item, tie=tie, quantity=replace(quantity, certainty="likely", doubt=""))


def _kinds_beside(text: TextReading, item: Reading) -> frozenset[str]:
    """The kinds of words between the two ； around a figure."""
    figure = item.figure
    sentence = text.by_where[figure.where].sentences[figure.sentence]
    first = next((at for at in range(figure.index, -1, -1) if sentence[at].value == "；"), 0)
    last = next((at for at in range(figure.index, len(sentence)) if sentence[at].value == "；"), len(sentence))
    return frozenset(token.kind for token in sentence[first:last])


def _has_subject(item: Reading) -> bool:
    """委属医院收到 12 件: words that are none of ours before the verb say who did it."""
    words = item.figure.left
    verb = next((at for at, token in enumerate(words) if token.kind in KEYS), 0)
    return item.figure.lead + unknown_inside(words[: verb + 1]) >= _LEAD


def _is_other_business(item: Reading, kinds: frozenset[str]) -> bool:
    """“12345”派单收到 421 件，办结 420 件: a subject that is no word of ours, no application in the sentence, and no slip."""
    quantity = item.quantity
    assert quantity is not None
    received = quantity.name in ("new", "taken", "handled", "manage")
    named = kinds & {"app", "carried_in", "carried_out", "outcome"}
    return received and not named and not is_typing_slip(item.figure.value, item.tie.expected or Decimal(0))


def _left_alone(item: Reading, reason: str) -> Reading:
    tie = replace(item.tie, kind="untied", state="untied", addresses=(), expected=None, reason=reason)
    return replace(item, tie=tie, quantity=None, candidate=item.quantity, takes_carried=False)


def _weighed(report: Report, item: Reading, right: frozenset[tuple[Address, ...]]) -> Reading:
    """A differing figure of clear words that may be explained – the cell is told rightly elsewhere, the figure is an untold
    cell's – is worth a warning, not an error."""
    quantity = item.quantity
    assert quantity is not None
    value = item.figure.value
    confused = value >= SMALL and value in values_beside(report, quantity, right)
    named = any(token.kind == "app" for token in (*item.figure.left, *item.figure.right))
    expected = item.tie.expected
    free = not named and quantity.name != "fees" and (not expected or not is_typing_slip(value, expected))
    explained = quantity.certainty == "sure" and (quantity.addresses in right or confused or free)
    return replace(item, explained=True) if explained else item


def values_beside(report: Report, quantity: Quantity, told: frozenset[tuple[Address, ...]] = frozenset()) -> frozenset[Decimal]:
    """The values of the other cells that the same words might mean, without those that the text tells rightly."""
    own = set(quantity.addresses)
    table = quantity.addresses[0].table
    if table == "applications":
        cells: Iterable[tuple[Address, ...]] = _cells_of_applications(report, quantity)
    else:
        row = quantity.addresses[0].row
        cells = [(cell,) for cell in report.form.cells if cell.table == table and (table != "documents" or cell.row == row)]
    others = (sum_of(report, cell) for cell in cells if set(cell) != own and cell not in told)
    return frozenset(value for value in others if value)


def _cells_of_applications(report: Report, quantity: Quantity) -> Iterable[tuple[Address, ...]]:
    columns = tuple(dict.fromkeys(cell.column for cell in quantity.addresses))
    rows = ("new", "carried_in", "total", "carried_out")
    if columns != ("total",):
        return [(total(row, column),) for row in rows[:3] for column in _COLUMNS if (row, column) != ("carried_in", "total")]
    outcomes = report.form.table_by_key["applications"].outcomes
    groups = [tuple(total(row) for row in outcome.rows) for outcome in outcomes]
    return [*((total(row),) for row in rows), (total("new"), total("carried_in")), *groups]


_COLUMNS = ("natural_person", "business", "research", "public_welfare", "legal_service", "other_organization", "total")
