"""A simple table of text: one row of heads, a label in the first column, the rest beside it."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.sections.blocks import Align, Cell, Table


def plain_table(
    key: str,
    label: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    widths: Sequence[float] = (),
    left: Sequence[int] = (0,),
) -> Table:
    """Rows of text under one row of heads.

    Args:
        key: name of the table among the others.
        label: what it holds, in words.
        widths: shares of the width, one for each column; equal when left out.
        left: columns set to the left edge; the others are centred.
    """
    cells = [Cell(0, at, text, "head") for at, text in enumerate(heads)]
    for down, row in enumerate(rows, start=1):
        for at, text in enumerate(row):
            align: Align = "left" if at in left else "center"
            cells.append(Cell(down, at, text, "value" if at else "stub", align=align))
    return Table(key, label, len(rows) + 1, len(heads), tuple(cells), head_rows=1, widths=tuple(widths))
