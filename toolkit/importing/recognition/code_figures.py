"""Take the figures of a scan from its data code, and compare them with what was recognised on its pages.

In: the cells as they were recognised, the data code. Out: every cell with the figure of the code, and the places where the paper
shows another one: it was changed by hand or in print after the code was made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher

from toolkit.forms import Address
from toolkit.importing.recognition.cells import CellReading, read_cell
from toolkit.importing.source import COVERED, SEALED, WRITTEN_OVER
from toolkit.report.data_code import DataCode
from toolkit.report.model import Value

PLACE = "数据码"
_MOST_MARKED = 5
_FEWEST_DIFFERING = 8  # figures
_SEEN = ("recognised", "proven")


@dataclass(frozen=True, slots=True)
class PaperDifference:
    """One cell in which the paper differs from the code: what each says, and the cut-out (PNG).

    ``certain`` is false where the paper cannot be read for certain and what it looks like is something else.
    """

    address: Address
    in_code: str
    on_paper: str
    picture: bytes
    certain: bool


def with_code(cells: Mapping[Address, CellReading], code: DataCode) -> dict[Address, CellReading]:
    """The cells with the figures of the code; those that it has none for (a draft's text) as they were recognised."""
    out = dict(cells)
    for address, value in code.figures.items():
        if address not in code.unreadable:
            picture = cells[address].picture if address in cells else b""
            raw = "" if value is None else str(value)
            out[address] = CellReading("blank" if value is None else "read", value, raw, PLACE, picture=picture)
    return out


def with_marks(cells: Mapping[Address, CellReading], seen: Mapping[Address, CellReading]) -> dict[Address, CellReading]:
    """The cells as they were seen where a mark lies over a figure: the sums prove what was printed, and not what was meant."""
    return {at: seen[at] if at in seen and seen[at].why == COVERED else cell for at, cell in cells.items()}


def differences(cells: Mapping[Address, CellReading], code: DataCode) -> list[PaperDifference]:
    """The cells whose paper shows something else than the code, or has a mark over the same figure.

    Unrecognised cells do not count; where marks are in many cells, the copy is coarse or a stroke runs through the table.
    """
    differing: list[PaperDifference] = []
    marked: list[PaperDifference] = []
    for address, reading in cells.items():
        if address not in code.figures or address in code.unreadable or reading.state == "missing":
            continue
        coded = code.figures[address]
        read = reading.state in (*_SEEN, "read", "repaired", "blank")
        on_paper = reading.value if read else read_cell(reading.raw, code.form.cells[address], reading.place).value
        if reading.state == "unclear" and (not reading.picture or reading.why == SEALED):
            continue
        if not _same(on_paper, coded):
            paper = "空白" if reading.state == "blank" else reading.raw or "看不清"
            text = "空白" if coded is None else str(coded)
            differing.append(PaperDifference(address, text, paper, reading.picture, reading.state != "unclear"))
        elif reading.why in (COVERED, WRITTEN_OVER):
            mark = PaperDifference(address, str(coded), f"{reading.raw}（上面另有笔迹）", reading.picture, certain=False)
            (marked if reading.why == COVERED else differing).append(mark)
    return [*differing, *marked] if len(marked) <= _MOST_MARKED else differing


def is_of_another_report(code: DataCode, paper: Mapping[Address, CellReading], year: int | None, organ: str) -> bool:
    """Whether a code and pages that differ are of two reports, and not one with figures that were changed.

    They are when the title of the pages has another year or organ, or when most figures differ.

    Args:
        code: the data code.
        paper: the cells as they were recognised.
        year: that of the title, ``None`` without one.
        organ: that of the title, "" without one; it may be a short name, and one of its letters misread, lost or added.
    """
    recognised = {at: reading.value for at, reading in paper.items() if at in code.figures and reading.state in _SEEN}
    figures = [(value, code.figures[at]) for at, value in recognised.items() if value or code.figures[at]]
    differing = sum(not _same(shown, coded) for shown, coded in figures)
    if differing and ((year and year != code.year) or (organ and not may_be_same(organ, code.organ))):
        return True
    return differing >= _FEWEST_DIFFERING and differing > len(figures) / 2


def may_be_same(organ: str, other: str) -> bool:
    """Whether a recognised name may be that of an organ: short, or one letter misread, lost or added."""
    alike = sum(block.size for block in SequenceMatcher(None, organ, other).get_matching_blocks())
    return organ in other or alike >= max(len(organ), len(other)) - 1


def _same(one: Value, other: Value) -> bool:
    if isinstance(one, int | Decimal) and isinstance(other, int | Decimal):
        return one == other
    return one is None and other is None
