"""Prove recognised figures by the form's own sums (勾稽关系), and take back those that contradict them.

In: the cells of one report, some of them recognised on a picture. Out: the same, in which a figure is ``proven`` when every sum
it is part of holds and no other part of these is in doubt. A figure of which no sum holds becomes unclear, since either it or
another part was misread. An unclear one becomes ``proven`` only where the text that the recogniser took it for makes every sum
hold, at least one of them with certain parts only, and never where it was written over or a sentence states another number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from toolkit.forms import Address, Form, Table
from toolkit.importing.recognition.cells import CellReading, read_cell
from toolkit.importing.source import TEXT_DIFFERS, WRITTEN_OVER

CONTRADICTED = "与所在各行各列的合计都对不上"
PROVEN_BY_SUMS = "看不清，经所在各行各列的合计核实"  # why an unclear figure has a value
_Number = int | Decimal


@dataclass(frozen=True)
class _Sum:
    """One identity in one row or column with what its cells add up to."""

    left: tuple[Address, ...]
    right: tuple[Address, ...]

    @property
    def cells(self) -> tuple[Address, ...]:
        return (*self.left, *self.right)

    def holds(self, values: Mapping[Address, _Number]) -> bool | None:
        """``None`` when a part has no figure."""
        if any(address not in values for address in self.cells):
            return None
        return sum(values[address] for address in self.left) == sum(values[address] for address in self.right)


def prove(cells: Mapping[Address, CellReading], form: Form) -> dict[Address, CellReading]:
    """The cells with the states that the sums give them; cells that were not recognised stay as they are."""
    certain = {address: reading.value for address, reading in cells.items() if isinstance(reading.value, int | Decimal)}
    guesses = {address: value for address, reading in cells.items() if (value := _guess(reading, address, form)) is not None}
    sums = [item for table in form.tables for item in _sums_of(table)]
    parts: dict[Address, list[_Sum]] = {}
    for item in sums:
        for address in dict.fromkeys(item.cells):
            parts.setdefault(address, []).append(item)
    out = dict(cells)
    for address, reading in cells.items():
        if address in form.cells and reading.picture:
            out[address] = _judged(address, reading, parts.get(address, ()), certain, guesses)
    return out


def _judged(
    address: Address,
    reading: CellReading,
    sums: Sequence[_Sum],
    certain: Mapping[Address, _Number],
    guesses: Mapping[Address, _Number],
) -> CellReading:
    if reading.state == "recognised":
        verdicts = [item.holds(certain) for item in sums]
        if verdicts and all(verdicts):
            return replace(reading, state="proven")
        decided = [verdict for verdict in verdicts if verdict is not None]
        if decided and not any(decided):
            return replace(reading, state="unclear", value=None, why=CONTRADICTED)
        return reading
    if reading.state == "unclear" and address in guesses and sums:
        value = guesses[address]
        # one sum states the figure; the others may have parts that are unclear too, and hold with what these look like
        stated = any(item.holds({**certain, address: value}) for item in sums)
        if stated and all(item.holds({**guesses, **certain}) for item in sums):
            return replace(reading, state="proven", value=value, why=PROVEN_BY_SUMS)
    return reading


def _guess(reading: CellReading, address: Address, form: Form) -> _Number | None:
    """What the recogniser took an unclear figure for."""
    if reading.state != "unclear" or not reading.picture or address not in form.cells:
        return None
    if reading.why == WRITTEN_OVER or reading.why.startswith(TEXT_DIFFERS):
        return None  # the sums say what was printed, and not what was meant
    value = read_cell(reading.raw, form.cells[address], reading.place).value
    return value if isinstance(value, int | Decimal) else None


def may_have_moved(row: str, cells: Mapping[Address, CellReading], table: Table) -> bool:
    """Whether figures of this row may be in each other's place: that leaves sums of two columns that do not hold.

    Blanks count as 0. A total is in its place where the sum of its row holds; of one column alone the report is at fault.
    """
    clear = {address: reading.value or 0 for address, reading in cells.items() if reading.state != "unclear"}
    numbers = {address: value for address, value in clear.items() if isinstance(value, int | Decimal)}
    sums = [item for item in _sums_of(table) if any(address.row == row for address in item.cells)]
    across = [item for item in sums if all(address.row == row for address in item.cells)]
    totals = {item.left[0].column for item in across if item.holds(numbers)}
    down = [item for item in sums if item not in across and not item.holds(numbers)]
    columns = {item.left[0].column for item in down} - totals
    return len(columns) > 1 and any(item.holds(numbers) is False for item in down)


def _sums_of(table: Table) -> Iterator[_Sum]:
    for identity in table.identities:
        for _, left, right in table.instances(identity):
            yield _Sum(left, right)
