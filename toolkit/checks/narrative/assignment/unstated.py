"""Compare figures whose words name no cell with the cells that the text does not state.

Takes the text with its readings, returns such figures with the cell that each misses. The words are not looked at, so only two
kinds of slips count: the digits of the cell in another order, and last year's figure of the cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from decimal import Decimal

from toolkit.checks.narrative.candidates.quantity import EVERYDAY, Quantity, code_of, total
from toolkit.checks.narrative.candidates.readings import Reading, TextReading
from toolkit.checks.narrative.candidates.slips import SMALL
from toolkit.forms import Address

# by table: kinds of words of which a sentence that speaks of its figures has one
_TOPICS = {
    "applications": frozenset(("app", "new", "handled", "outcome", "reason", "carried_in", "carried_out")),
    "disputes": frozenset(("review", "suit", "direct", "after")),
    "documents": frozenset(("doc",)),
    "permits": frozenset(("act",)),
    "enforcement": frozenset(("act",)),
}
_TO_HANDLE = (total("new"), total("carried_in"))
_LONG = 100  # a figure whose digits are no accident, whatever part of the organ its sentence names
_UNITS = frozenset(("件", "宗", "起", "例", "份"))
_ASIDE = frozenset(("other", "publish", "past", "compare"))


def unstated_cells(text: TextReading, explained: frozenset[int]) -> Iterator[tuple[int, Quantity]]:
    """The figures, by ``id``, that are a slip of what the text gives nowhere; ``explained`` have a meaning already."""
    unstated = _unstated_by_slip(text)
    for item in text.readings if unstated else ():
        if item.figure.value in unstated and _is_open(item, explained) and not _is_in_sum(text, item):
            missed = [one for one in unstated[item.figure.value] if _may_be_meant(text, item, one)]
            missed = [one for one in missed if one.addresses != _TO_HANDLE] or missed
            if len({text.report.figures.total(one.addresses) for one in missed}) == 1:
                yield id(item), missed[0]


def _unstated_by_slip(text: TextReading) -> dict[Decimal, list[Quantity]]:
    """The cells that the text gives nowhere, and the sum of new and carried in, by the slips of their values."""
    figures, told = text.report.figures, {cell for cells in text.agreeing_cells for cell in cells}
    known = {Decimal(figures.number(cell) or 0) for cell in figures.form.cells}
    known |= {item.figure.value for item in text.readings if item.quantity is not None}
    written = {item.figure.value for item in text.readings}
    unstated: dict[Decimal, list[Quantity]] = {}
    for cells in _countable(text, told):
        value = figures.total(cells)
        if not value or value < SMALL or value in written:
            continue
        before = text.last_year.figures.total(cells) if text.last_year is not None else None
        name = "taken" if cells == _TO_HANDLE else f"{cells[0].row}.{cells[0].column}"
        for slip in {Decimal(before or 0), *_slips(str(value), swapped=cells != _TO_HANDLE)} - known:
            unstated.setdefault(slip, []).append(Quantity(name, code_of(cells), cells, "weak"))
    return unstated


def _countable(text: TextReading, told: Set[Address]) -> Iterator[tuple[Address, ...]]:
    """The cells, groups of outcomes and all disputes together that the text gives nowhere."""
    form, agreeing = text.report.form, text.agreeing_cells
    number = text.report.figures.number
    yield from ((cell,) for cell in form.cells if (number(cell) or 0) >= SMALL and cell.table in _TOPICS and cell not in told)
    groups = [tuple(total(row) for row in outcome.rows) for outcome in form.outcomes if len(outcome.rows) > 1]
    disputes = tuple(cell for cell in form.cells if cell.table == "disputes" and cell.column == "total")
    yield from (cells for cells in (*groups, disputes) if cells and cells not in agreeing)
    if {*_TO_HANDLE} <= told:
        yield _TO_HANDLE


def _is_open(item: Reading, explained: frozenset[int]) -> bool:
    """A figure that counts nothing of the tables, or 应办 515 件, which agrees with no cell."""
    names_all = item.quantity is not None and item.quantity.name == "taken" and item.tie.state != "agrees"
    return (item.quantity is None or names_all) and _is_plain(item) and id(item) not in explained


def _is_in_sum(text: TextReading, item: Reading) -> bool:
    """45 件中，当场答复 3 件，邮寄 30 件，电子邮件 12 件: one figure of the sentence is the sum of the others."""
    beside = text.of_sentence(item.figure.where, item.figure.sentence)
    values = [one.figure.value for one in beside if one.figure.unit == item.figure.unit]
    return len(values) > 2 and sum(values) == 2 * max(values)


def _may_be_meant(text: TextReading, item: Reading, missed: Quantity) -> bool:
    """Whether the sentence speaks of the cell's table, and the words before the figure name its kind of applicants."""
    sentence, cell = (item.figure.where, item.figure.sentence), missed.addresses[0]
    if missed.addresses == _TO_HANDLE:  # 共 227 件，由新收的 209 件与上年转来的 8 件相加而得
        return {*_TO_HANDLE} <= {one for each in text.of_sentence(*sentence) for one in each.tie.addresses}
    of_all = cell.column == "total" or cell.table not in ("applications", "disputes")
    column = cell.row in ("new", "total") and any(EVERYDAY.get(one.value, one.value) == cell.column for one in item.figure.left)
    if "respectively" in text.kinds[sentence]:
        return False  # 排名靠前的为住建、自然资源，分别为 64 件、41 件
    return bool(text.kinds[sentence] & _TOPICS[cell.table]) and (of_all or column)


def _slips(digits: str, *, swapped: bool) -> Iterator[Decimal]:
    """The number with two neighbouring digits in the other order, or with one digit changed."""
    for at, digit in enumerate(digits):
        if swapped:
            yield Decimal(digits[:at] + digits[at + 1 : at + 2] + digit + digits[at + 2 :])
        else:
            yield from (Decimal(digits[:at] + other + digits[at + 1 :]) for other in "0123456789")


def _is_plain(item: Reading) -> bool:
    figure = item.figure
    of_others = figure.scope == "other" or (figure.scope and figure.value < _LONG)
    aside = of_others or figure.about or figure.year is not None or figure.one or figure.change
    behind = [token for token in figure.right if token.kind != "edge"][:2]
    some = [token.kind for token in behind] == ["app", "soft"] and behind[0].end == behind[1].start  # 12 件申请的办理人员
    elsewhere = some or any(token.kind in _ASIDE or token.value == "inside" for token in figure.left)
    return not aside and not elsewhere and figure.unit in _UNITS and figure.value >= SMALL
