"""Find the unit that a table names for its figures: in a head, in a row's label, in the caption, above or below the table.

In: a ``Section``, one of its rows, a column of the form. Out: why its figures are not in the form's unit, "" when they
are. Nothing is converted: a figure in another unit stays unclear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.forms import Column
from toolkit.importing.recognition.labels import best_label, match_text
from toolkit.importing.recognition.tables import Section, label_cells
from toolkit.importing.source import GridRow
from toolkit.importing.wording import fold, simplified

_MONEY = re.compile(
    r"(?<![一-鿿])((?:人民币)?[百千万亿]*[元圆])|[单單]位[：:为是]?(?:人民币)?([百千万亿]*[元圆])|以([百千万亿]*元)为?[单單]位"
)
_BRACKETED = re.compile(r"[（(【][百千万亿]*元[）)】]")
_COUNTS = re.compile(r"[单單]位[：:为是]?([十百千万亿]+)(?=[件条项个次人])")


def other_unit(section: Section, row: GridRow, column: Column) -> str:
    """Why a row's figures in a column are in another unit than the form's."""
    texts = list(_beside(section, row, column))
    if column.type != "money":
        named = next((match[1] for text in texts for match in _COUNTS.finditer(text)), "")
        return f"表中写的单位是{named}件，没有换算" if named else ""
    units = {unit for text in texts for unit in _units(text)}
    other = sorted(units - {column.unit or "元"})
    return f"表中写的单位是{'、'.join(other)}，格式要求{column.unit or '元'}，没有换算" if other else ""


def _units(text: str) -> Iterator[str]:
    for match in _MONEY.finditer(text):
        yield next(group for group in match.groups() if group).removeprefix("人民币").replace("圆", "元")


def _beside(section: Section, row: GridRow, column: Column) -> Iterator[str]:
    """What may name the unit of a column: its head, the labels of the row, the caption, and lines around the table."""
    heads = [simplified(fold(text)) for head in section.heads for text in head.texts]
    if column.type == "money":
        yield best_label(match_text(column.label), heads)[0]
    yield from (simplified(fold(cell.text)) for cell in label_cells(row, section.key))
    yield simplified(fold(section.caption))
    rows = [*section.heads, *section.rows]
    for text in dict.fromkeys(simplified(fold(text)) for item in rows for text in item.around):
        if "单位" in text or _BRACKETED.fullmatch(text):
            yield text
