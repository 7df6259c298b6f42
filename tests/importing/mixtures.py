"""Reports with random figures, written in a random mixture of shapes: the law is that no figure is read wrong.

In: a seed. Out: a ``Written``: the bytes, the figures that are shown, the cells that nobody could read with certainty.
Formats register a writer each; a cell is plain, or shown in another way, or doubtful, or blank.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from tests.importing.shapes import ORGAN, OTHER, OVERVIEW, PROBLEMS
from toolkit.forms import Address, PrintedCell, form_for_year
from toolkit.importing import Imported
from toolkit.report import Figures, Narrative, Report, Value

# how often a figure is written plainly, in another way, or doubtfully: in most documents now and then, in some nearly always
WEIGHTS = ((75, 18, 7), (75, 18, 7), (95, 4, 1), (10, 70, 20))


@dataclass
class Written:
    """One document. ``unsure``: cells in which the document itself leaves the figure open."""

    of: Report
    name: str
    raw: bytes = b""
    unsure: set[Address] = field(default_factory=set)


@dataclass
class Mixer:
    """Chooses how each cell is written; the same seed chooses the same."""

    random: random.Random
    written: Written
    weights: tuple[int, int, int] = WEIGHTS[0]

    def kind(self, cell: PrintedCell, text: str) -> str:
        """plain, shown or unsure."""
        if not cell.address or not text or self.written.of.form.cells[cell.address].type == "money":
            return "plain"
        return self.random.choices(("plain", "shown", "unsure"), self.weights)[0]

    def choose(self, shapes: list[str]) -> str:
        return self.random.choice(shapes)

    def other(self, text: str) -> str:
        """A figure that is not the cell's."""
        return next(str(number) for number in iter(lambda: self.random.randint(1, 9_999), None) if str(number) != text)

    def doubt(self, cell: PrintedCell) -> None:
        if cell.address:
            self.written.unsure.add(cell.address)


def random_report(dice: random.Random) -> Report:
    """A report of either edition: small and large figures, zeros and blanks."""
    form = form_for_year(dice.choice((2020, 2023)))
    given: dict[Address, Value] = {}
    for address, column in form.cells.items():
        if address in form.sums:
            continue
        if column.type == "money":
            given[address] = Decimal(dice.randint(0, 99_999_999)) / (10 ** dice.randint(0, 4))
        else:
            figure = dice.choice((None, 0, 0, 1, dice.randint(2, 9), dice.randint(10, 999), dice.randint(1000, 99_999)))
            given[address] = -figure if column.type == "change" and figure and dice.random() < 0.3 else figure
    year = dice.randint(form.first_year, form.last_year or 2026)
    return Report(year, ORGAN, Figures(form, given), narrative=Narrative(overview=OVERVIEW, problems=PROBLEMS, other=OTHER))


def mixture(seed: int, name: str, write: Callable[[Mixer], bytes]) -> Written:
    """One document of one format."""
    dice = random.Random(f"{name}/{seed}")
    written = Written(random_report(dice), name)
    written.raw = write(Mixer(dice, written, dice.choice(WEIGHTS)))
    return written


def compare(written: Written, got: Imported) -> tuple[Counter[str], list[str]]:
    """How many cells are right, unclear or missing, and each that is wrong, lost without a word or unclear without need."""
    counts: Counter[str] = Counter()
    faults: list[str] = []
    for address in written.of.form.cells:
        reading, value = got.cells.get(address), written.of.figures[address]
        if reading is None or reading.state == "missing":
            kind = "missing"
        elif reading.state == "unclear":
            kind = "unclear" if address in written.unsure else "unclear without need"
        elif reading.value == value:
            kind = "right"
        else:
            kind = "wrong" if reading.value is not None else "lost"
        counts[kind] += 1
        if kind not in ("right", "unclear"):
            faults.append(f"{kind} {address}: {value} → {reading}")
    return counts, faults
