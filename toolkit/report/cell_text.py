"""Turn the text of a dirty cell (``251000元``, ``减4``) into the number it most likely means.

In: text as typed, pasted or read from a published report. Out: a number, or ``None`` when it is not certain. The
checks offer it as a mend, the entry form and the importers take it; nobody rescales a unit.
"""

from __future__ import annotations

import re
from decimal import Decimal

BLANK_MARKS = frozenset({"/", "-", "—", "——", "–", "无", "空", "\\", "／", "－", "一"})
_COUNT = re.compile(r"[-+]?[0-9]{1,15}(\.0{1,4})?\Z")
_MONEY = re.compile(r"[-+]?[0-9]{1,15}(\.[0-9]+)?\Z")
_COUNT_UNITS = re.compile(r"(件次|人次|件|条|次|项|个|人|部)\Z")
# full-width signs as ordinary ones; not NFKC, which makes the mark of a footnote (11①, 11²) into a digit of the figure
_WIDTHS = {point: point - 0xFEE0 for point in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20, 0x2212: 0x2D, 0xFE63: 0x2D}
# Word joiner, never seen: stands before a row of our workbook that goes on with the paragraph of the row above
CONTINUED = "\u2060"


def repair_cell(raw: str, *, money: bool = False, unit: str = "") -> int | Decimal | None:
    """The number a dirty cell most likely means, ``None`` when that is not certain.

    ``251000元`` → 251000, ``减4`` → −4, ``+19`` → 19, ``1,200`` → 1200, ``3.00`` → 3, full-width digits to ordinary ones.
    Nothing is rescaled: money in another unit than the column's ``unit`` (元 when it names none) has no repair,
    nor has ``3万元`` in a cell of counts.
    """
    text = raw.translate(_WIDTHS)
    text = re.sub(r"(?<=[0-9])[,，\s](?=[0-9]{3}([^0-9]|\Z))", "", re.sub(r"\s+", " ", text).strip())
    text = text.replace(" ", "")
    text = re.sub(r"^(增加|增|新增)(?=[0-9])", "+", text)
    text = re.sub(r"^(减少|减|下降)(?=[0-9])", "-", text)
    if money:
        text = text.removesuffix(unit or "元")
        return Decimal(text) if _MONEY.match(text) else None
    text = _COUNT_UNITS.sub("", text)
    return int(text.partition(".")[0]) if _COUNT.match(text) else None
