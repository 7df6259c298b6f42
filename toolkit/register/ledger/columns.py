"""Decide what the columns of a ledger mean: fields by their heads, and columns of which one is ticked (√).

In: a table with its heads, the heads that the office mapped by hand. Out: ``Columns``, with notes on what is not read. Two
tables side by side in one sheet come apart first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from toolkit.importing.wording import fold, one_line
from toolkit.register.ledger import words
from toolkit.register.ledger.follow_ups import DISPUTE_HEADS, PART_HEADS
from toolkit.register.ledger.sheets import Sheet
from toolkit.register.requests import FIELD_BY_KEY

PARTS, DISPUTES = "parts", "disputes"
_OWN_HEADS = frozenset(words.plain(head) for head in (*PART_HEADS, *DISPUTE_HEADS))
_TICKED = frozenset("√✓✔☑■●vV是有1对Yy")
_NOT_TICKED = frozenset(("", "0", "×", "✗", "✕", "否", "无", "/", "-", "—", "□"))
_COUNTS = re.compile(r"复议|诉讼|撤回|补正|延|征求|第三方|收费|缴费|第[一二三]次")  # what a deadline or a figure depends on
_YEAR = re.compile(r"(20\d\d)年?度?")
_FEWEST = 3  # heads that are repeated by a second table beside the first one
_NAMED_ROWS = 5


@dataclass(frozen=True)
class Columns:
    """The columns of a table: ``fields`` by column, ``ticks`` with field and word of the choice, the one of the row's year."""

    fields: Mapping[int, str]
    ticks: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    year: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def keys(self) -> set[str]:
        """The fields that the table has columns for."""
        return {*self.fields.values(), *(key for key, _ in self.ticks.values())} - {words.OUTCOME_REASON}

    def column_of(self, key: str) -> int | None:
        """The column of a field, of several ticked ones the first."""
        ticked = (column for column, (of, _) in self.ticks.items() if of == key)
        return next((column for column, of in self.fields.items() if of == key), next(ticked, None))

    def cells(self, values: Mapping[int, Any]) -> dict[str, tuple[int, Any]]:
        """What a row says by field, with the column.

        Raises:
            CellUnclear: two choices are ticked, or what is written in a column for ticks is no tick.
        """
        cells = {key: (column, values[column]) for column, key in self.fields.items() if column in values}
        for column, (key, word) in self.ticks.items():
            if not _is_ticked(column, values.get(column), word):
                continue
            if key in cells:
                raise CellUnclear(column, f"“{cells[key][1]}”和“{word}”都勾了；只能有一个")
            cells[key] = (column, word)
        return cells


class CellUnclear(ValueError):
    """A cell means nothing certain, or too many of the columns for ticks are ticked."""

    def __init__(self, column: int, reason: str) -> None:
        self.column = column
        super().__init__(reason)


def knows_head(head: str, own: Mapping[str, str]) -> bool:
    """Whether a head means something in a ledger or in its sheets of answers in parts and disputes."""
    is_field = words.field_of_head(head, own) is not None or words.plain(head) in _OWN_HEADS
    return is_field or words.tick_of_head(head) is not None


def side_by_side(sheet: Sheet) -> list[Sheet]:
    """The tables of a sheet whose heads are written twice or more from left to right."""
    columns = list(sheet.heads)
    texts = [words.plain(sheet.heads[column]) for column in columns]
    starts = [at for at in range(len(texts)) if texts[at : at + _FEWEST] == texts[:_FEWEST] and len(texts[at:]) >= _FEWEST]
    if len(starts) < 2:
        return [sheet]
    bounds = [*(columns[at] for at in starts), columns[-1] + 1]
    return [_between(sheet, left, right) for left, right in pairwise(bounds)]


def _between(sheet: Sheet, left: int, right: int) -> Sheet:
    """The part of a sheet between two columns; only the first part keeps the notes."""
    rows = ((row, {at: value for at, value in values.items() if left <= at < right}) for row, values in sheet.rows)
    heads = {column: head for column, head in sheet.heads.items() if left <= column < right}
    notes = sheet.notes if left == min(sheet.heads) else ()
    return replace(sheet, heads=heads, rows=tuple((row, values) for row, values in rows if values), notes=notes)


def columns_of(sheet: Sheet, own: Mapping[str, str]) -> Columns:
    """What the columns of a table mean. Of two columns for one field the one whose head names it better is read."""
    notes: list[str] = []
    places: dict[str, int] = {}
    ticks: dict[int, tuple[str, str]] = {}
    for column, head in sheet.heads.items():
        key = words.field_of_head(head, own)
        if key is None and (tick := words.tick_of_head(head)):
            ticks[column] = tick
        elif key is None or key in (PARTS, DISPUTES):
            notes.append(_not_read(sheet, column, key))
        elif (other := places.setdefault(key, column)) != column and key != words.ROW_NUMBER:
            better, worse = sorted((other, column), key=lambda at: words.rank_of_head(sheet.heads[at], own))
            places[key] = better
            label = {words.ROW_YEAR: "年度", words.OUTCOME_REASON: "理由"}.get(key) or FIELD_BY_KEY[key].label
            both = f"有两列都像“{label}”，读的是“{sheet.heads[better]}”"
            notes.append(f"工作表“{sheet.name}”{both}，没有读“{sheet.heads[worse]}”")
    notes += [f"工作表“{sheet.name}”的列“{sheet.heads[column]}”没有读：另有“{FIELD_BY_KEY[ticks[column][0]].label}”一列"
              for column in ticks if ticks[column][0] in places]  # fmt: skip
    notes += _stand_ins(sheet, places)
    year = places.pop(words.ROW_YEAR, None)
    places.pop(words.ROW_NUMBER, None)
    used = {column: tick for column, tick in ticks.items() if tick[0] not in places}
    return Columns({column: key for key, column in places.items()}, used, year, tuple(notes))


def years_of_rows(sheet: Sheet, column: int) -> dict[int, int]:
    named = ((row, _YEAR.fullmatch(fold(str(values.get(column, ""))))) for row, values in sheet.rows)
    return {row: int(match[1]) for row, match in named if match}


def _not_read(sheet: Sheet, column: int, key: str | None) -> str:
    """The note on a column that is not read; of one on which a figure may depend, with its rows."""
    head = sheet.heads[column]
    if key is not None:
        note = f"工作表“{sheet.name}”的列“{head}”没有读：写在工作表“{FIELD_BY_KEY[key].label}”里，或在台账里逐件登记"
    else:
        note = f"工作表“{sheet.name}”没有认出列“{head}”，没有读"
    rows = [row for row, values in sheet.rows if fold(str(values.get(column, ""))) not in _NOT_TICKED]
    if not rows or not (key or _COUNTS.search(head)):
        return note
    more = "等" if len(rows) > _NAMED_ROWS else ""
    return f"{note}；其中 {len(rows)} 行有内容（第 {'、'.join(map(str, rows[:_NAMED_ROWS]))} 行{more}），请逐件登记"


def _stand_ins(sheet: Sheet, places: Mapping[str, int]) -> Iterable[str]:
    """Notes on columns that are read in place of the day that counts."""
    for key, rest in (("received_on", "期限从收到次日起算"), ("answered_on", "办结和年度按答复日期算")):
        head = sheet.heads[places[key]] if key in places else ""
        if words.plain(head) in words.STAND_INS:
            label = FIELD_BY_KEY[key].label
            yield f"工作表“{sheet.name}”没有“{label}”一列，把“{head}”当作{label}；{rest}，两者不同的请改"


def _is_ticked(column: int, value: Any, word: str) -> bool:
    text = fold(one_line(str("" if value is None else value)))
    if text in _NOT_TICKED:
        return False
    if text in _TICKED:
        return True
    raise CellUnclear(column, f"“{word}”一列里是“{text}”；勾选的写“√”，没有的空着")
