"""Compare figures whose words name no cell with the cells that the text does not state.

Takes the text with its readings, returns such figures with the cell that each misses: one whose digits the figure has in another
order, one whose figure of last year it is, or one that its words most likely count (``likely``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache

from toolkit.checks.narrative.assignment.grounds import PLACE_OF_UNSTATED, SLIP_OF_UNSTATED, Ground
from toolkit.checks.narrative.assignment.likely import GRANTED_BOTH, UNITS, likely_slips
from toolkit.checks.narrative.candidates.quantity import DISPUTE_ROWS, EVERYDAY, Quantity, code_of, total
from toolkit.checks.narrative.candidates.readings import PARTS, Reading, TextReading
from toolkit.checks.narrative.candidates.slips import SMALL, is_near
from toolkit.forms import Address, Form

# by table: kinds of words of which a sentence that speaks of its figures has one
_TOPICS = {
    "applications": frozenset(("app", "new", "handled", "outcome", "reason", "carried_in", "carried_out")),
    "disputes": frozenset(("review", "suit", "direct", "after")),
    "documents": frozenset(("doc",)),
    "permits": frozenset(("act",)),
    "enforcement": frozenset(("act",)),
}
_TO_HANDLE = (total("new"), total("carried_in"))
_FEWEST = 4  # figures of a row that is compared as a whole
_LONG = 100  # a figure whose digits are no accident, whatever part of the organ its sentence names
_DISPUTE_WORDS = {rows[0]: word for word, rows in DISPUTE_ROWS.items() if len(rows) == 1}
_ASIDE = frozenset(("other", "publish", "past", "compare"))


def unstated_cells(
    text: TextReading, explained: frozenset[int], in_rows: frozenset[int]
) -> Iterator[tuple[int, tuple[Quantity, Ground]]]:
    """The figures, by ``id``, that are a slip of what the text gives nowhere, and why.

    ``explained`` have a meaning already, those ``in_rows`` one another's.
    """
    of_unit = (item for item in text.readings if item.figure.unit in UNITS)
    unexplained = (item for item in of_unit if item.tie.state != "agrees" and id(item) not in explained)
    items = [item for item in unexplained if not _is_in_sum(text, item)]
    unstated = [*unstated_quantities(text)] if items else []
    by_slip = _by_slip(text, unstated) if unstated else {}
    placed = dict(reversed([*_in_their_places(text, unstated)])) if unstated else {}  # a row before its group
    yield from ((key, (one, PLACE_OF_UNSTATED)) for key, one in placed.items())
    slipped = {*placed}
    for item in (item for item in items if id(item) not in placed):
        slips = by_slip.get(item.figure.value, ()) if item.figure.value >= SMALL and id(item) not in in_rows else ()
        missed = [one for one in slips if _is_plain(item) and _may_be_meant(text, item, one)]
        missed = [one for one in missed if one.addresses != _TO_HANDLE] or missed
        if len({text.report.figures.total(one.addresses) for one in missed}) == 1:
            slipped.add(id(item))
            yield id(item), (missed[0], SLIP_OF_UNSTATED)
    yield from likely_slips(text, unstated, [item for item in items if id(item) not in slipped])


def _in_their_places(text: TextReading, unstated: Sequence[Quantity]) -> Iterator[tuple[int, Quantity]]:
    """The one figure of a row that differs, when all others of it stand where the form has them and are right."""
    figures, by_cells = text.report.figures, {one.addresses: one for one in unstated}
    counted = [item for item in text.readings if item.figure.where == PARTS[0] and item.figure.unit in UNITS]
    for cells in _rows_in_order(text.report.form):
        row = [each for each in cells if figures.total(each)]
        values = [figures.total(each) for each in row]
        missing = [at for at, each in enumerate(row) if each in by_cells]
        if not missing or len(row) < _FEWEST:
            continue
        for run in _whole_sentences(counted, len(row)):
            odd = [at for at, item in enumerate(run) if item.figure.value != values[at]]
            if len(odd) == 1 and odd[0] in missing and _is_row(run, odd[0]) and _is_odd(text, run, odd[0], row):
                yield id(run[odd[0]]), by_cells[row[odd[0]]]


def _whole_sentences(counted: Sequence[Reading], length: int) -> Iterator[Sequence[Reading]]:
    """The runs of so many figures that are all those of their sentences."""
    sentences = [item.figure.sentence for item in counted]
    for first in range(len(counted) - length + 1):
        end = first + length
        begins = not first or sentences[first - 1] != sentences[first]
        if begins and (end == len(counted) or sentences[end] != sentences[end - 1]):
            yield counted[first:end]


def _is_row(run: Sequence[Reading], odd: int) -> bool:
    """Whether the other figures are those of a row by no accident: in one sentence, or two of them are no small ones."""
    in_one = run[0].figure.sentence == run[-1].figure.sentence
    return in_one or sum(item.figure.value >= SMALL for at, item in enumerate(run) if at != odd) > 1


def _is_odd(text: TextReading, run: Sequence[Reading], at: int, row: Sequence[tuple[Address, ...]]) -> bool:
    """Whether a figure is near the cell of its place, which no word denies, and another is no small one or named by its words."""
    others = [(item, cells) for item, cells in zip(run, row, strict=True) if item is not run[at]]
    known = any(item.tie.addresses == cells or item.figure.value >= SMALL for item, cells in others)
    own = {candidate.quantity.addresses for candidate in run[at].candidates}
    figures, value = text.report.figures, run[at].figure.value
    expected, carried_in = Decimal(figures.total(row[at]) or 0), figures.number(total("carried_in")) or 0
    of_new = row[0] != (total("new"),) and 0 < expected - value <= carried_in  # what became of those that were new
    unread = run[at].tie.state != "agrees" and own <= {row[at]} and _is_plain(run[at])
    return known and unread and is_near(value, expected) and not of_new


@cache
def _rows_in_order(form: Form) -> tuple[tuple[tuple[Address, ...], ...], ...]:
    """Rows of cells in the order of the form: what came in and what became of it; the outcomes; their groups."""
    flow = tuple((total(row),) for row in ("new", "carried_in", "total", "carried_out"))
    outcomes = [tuple(total(row) for row in one.rows) for one in form.outcomes]
    return flow, tuple((cell,) for cells in outcomes for cell in cells), tuple(outcomes)


def _by_slip(text: TextReading, unstated: Sequence[Quantity]) -> dict[Decimal, list[Quantity]]:
    """The unstated quantities by the slips of their values."""
    figures = text.report.figures
    known = {Decimal(figures.number(cell) or 0) for cell in figures.form.cells}
    known |= {item.figure.value for item in text.readings if item.quantity is not None}
    written = {item.figure.value for item in text.readings}
    by_slip: dict[Decimal, list[Quantity]] = {}
    for one in unstated:
        value = figures.total(one.addresses)
        if not value or value < SMALL or value in written:
            continue
        before = text.last_year.figures.total(one.addresses) if text.last_year is not None else None
        for slip in {Decimal(before or 0), *_slips(str(value), swapped=one.addresses != _TO_HANDLE)} - known:
            by_slip.setdefault(slip, []).append(one)
    return by_slip


def unstated_quantities(text: TextReading) -> Iterator[Quantity]:
    """The cells, groups of outcomes, lawsuits and all disputes together that the text gives nowhere, but for those of 0."""
    form, agreeing = text.report.form, text.agreeing_cells
    stated = frozenset(cell for cells in agreeing for cell in cells)
    for name, code, counted in _named(form):
        unknown = counted not in agreeing if len(counted) > 1 else counted[0] not in stated
        if unknown and text.report.figures.total(counted):
            yield Quantity(name, code, counted, "weak")
    if {*_TO_HANDLE} <= stated:
        yield Quantity("taken", "text-new", _TO_HANDLE, "weak")


@cache
def _named(form: Form) -> tuple[tuple[str, str, tuple[Address, ...]], ...]:
    """The quantities of an edition: name, code of their rule, cells."""
    named: list[tuple[str, tuple[Address, ...]]] = [(_name_of(cell), (cell,)) for cell in form.cells if cell.table in _TOPICS]
    named += [(one.key, tuple(total(row) for row in one.rows)) for one in form.outcomes if len(one.rows) > 1]
    named.append((GRANTED_BOTH, (total("granted"), total("partly_granted"))))
    for name, words in (("suit.total", ("direct", "after")), ("review+suit.total", ("review", "direct", "after"))):
        named.append((name, tuple(Address("disputes", row, "total") for word in words for row in DISPUTE_ROWS[word])))
    return tuple((name, code_of(cells), cells) for name, cells in named if {*cells} <= form.cells.keys())


def _name_of(cell: Address) -> str:
    """The name of a quantity that is one cell."""
    if cell.table == "disputes":
        return f"{_DISPUTE_WORDS[cell.row]}.{cell.column}"
    if cell == total("total"):
        return "handled"
    return cell.row if cell.column in ("total", "decisions") else f"{cell.row}.{cell.column}"


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
    some |= bool(behind) and behind[0].value == "about"  # 有 12 件涉及医保基金
    elsewhere = some or any(token.kind in _ASIDE or token.value == "inside" for token in figure.left)
    return not aside and not elsewhere
