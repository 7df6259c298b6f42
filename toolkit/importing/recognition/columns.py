"""Tell the columns of a table: from its heads, and for each row from the place or the number of its cells.

In: a ``Section`` and the labels of its edition. Out: ``Columns``: the keys in the order in which the source prints
them, and where each stands. ``place_figures`` then gives the cell of a row for every key, or none when the two ways
of telling disagree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import pairwise

from toolkit.importing.recognition.labels import ALIKE, RIVAL, TableLabels, alike, match_text, row_vocabulary
from toolkit.importing.recognition.tables import STUB, Section, is_figure, last_label
from toolkit.importing.source import GridCell, GridRow
from toolkit.importing.wording import fold, simplified
from toolkit.report.cell_text import BLANK_MARKS

_FEWEST = 4  # characters of a corner that is cut off
_LENGTHS = 2  # of rows in a table with a column too many, one of them where labels are merged


@dataclass(frozen=True)
class Columns:
    """``keys`` in the order of the form, ``order`` as the source prints them ("" for a column of no key).

    ``spots``: from which column of the grid number ``grid`` to which a key's figures stand; empty when places say
    nothing. ``assumed``: there was no head at all. ``overfull``: the numbers of cells behind the label with which some row has
    more figures than the heads have columns; another row of as many cells has blanks where nobody can tell.
    """

    keys: tuple[str, ...]
    order: tuple[str, ...]
    spots: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    grid: int = -1
    assumed: bool = False
    overfull: Set[int] = frozenset()
    reach: int = 0  # where the cells of the heads end, blank ones too


def columns_of(section: Section, labels: TableLabels) -> Columns:
    """The columns of one table as its heads tell them, and which of its rows do not fit them."""
    columns = find_columns(section, labels)
    rows = (row for row in section.rows if columns.spots and row.exact and row.grid == columns.grid)
    reach = max((cell.column + cell.colspan for row in section.heads for cell in row.cells), default=0)
    columns = replace(columns, reach=reach)
    counts = {_behind(row, section.key) for row in rows if _has_too_many(row, columns, section.key)}
    # rows of many lengths are cut by stray lines, not longer by a column
    return replace(columns, overfull=counts if len(counts) <= _LENGTHS else frozenset())


def _behind(row: GridRow, key: str) -> int:
    return len(row.cells) - 1 - last_label(row, key)


def _has_too_many(row: GridRow, columns: Columns, key: str) -> bool:
    """Whether a row has more figures than columns: one behind the last head, or two under one."""
    if _by_number(row, columns, key) or _behind(row, key) <= len(columns.order):
        return False
    filled = [cell for cell in row.cells[last_label(row, key) + 1 :] if cell.text.strip()]
    twice = any(sum(start <= cell.column < end for cell in filled) > 1 for start, end in columns.spots.values())
    return twice or not _fits(row, columns, last_label(row, key))


def find_columns(section: Section, labels: TableLabels) -> Columns:
    """The columns of one table as its heads tell them."""
    if labels.table.across:
        return _across(section, labels)
    keys = tuple(column.key for column in labels.table.columns)
    if not section.heads:
        return Columns(keys, keys, assumed=True)
    order = _order(_leaves(section, labels), labels)
    return Columns(keys, order, _spots(section, labels), section.heads[-1].grid)


def place_figures(row: GridRow, columns: Columns, key: str) -> dict[str, GridCell | None]:
    """The cell of each key in one row of figures; ``None`` where it is unclear."""
    if row.grid == columns.grid and (_behind(row, key) in columns.overfull or _is_longer(row, columns, key)):
        return {}
    by_number = _by_number(row, columns, key)
    # a table that goes on in another grid has rulings of its own
    if not (row.exact and columns.spots and row.grid == columns.grid):
        return by_number
    if not by_number and not _fits(row, columns, last_label(row, key)):
        return {}  # a cell too few or too many: which one, nobody can tell
    by_place = _by_place(row, columns)
    out: dict[str, GridCell | None] = {}
    is_recognised = any(cell.picture for cell in row.cells)
    merged = any(cell.colspan > 1 for cell in row.cells if is_figure(match_text(cell.text)))
    for name in columns.keys:
        counted = by_number.get(name)
        if merged and by_place.get(name) is None and counted is not None and _is_under_another(counted, name, columns):
            counted = None  # it stands behind a merged figure, and is counted one column too far to the left
        under = _cells_under(row, columns.spots.get(name))
        if len({cell.text.strip() for cell in under if cell.text.strip()}) > 1:
            counted = None  # one head over two figures
        ways = [cell for cell in (by_place.get(name), counted) if cell is not None]
        if is_recognised and len(under) > 1:
            ways = []  # a stroke of a digit may be taken for a line there
        out[name] = ways[0] if ways and all(cell.text.strip() == ways[0].text.strip() for cell in ways) else None
    return out


def _cells_under(row: GridRow, spot: tuple[int, int] | None) -> list[GridCell]:
    """The cells that are under one head and no other."""
    start, end = spot or (0, 0)
    return [cell for cell in row.cells if start <= cell.column and cell.column + cell.colspan <= end]


def _is_longer(row: GridRow, columns: Columns, key: str) -> bool:
    """Whether a row goes on behind the heads and may have a cell without a head before its figures, as of units or numbers.

    A word there is such a cell. A figure may be one when the last cell is blank: then every figure would move by one.
    """
    reached = max((cell.column + cell.colspan for cell in row.cells), default=0)
    if not (row.exact and 0 < columns.reach < reached):
        return False
    texts = [match_text(cell.text) for cell in row.cells[last_label(row, key) + 1 :]]
    first, last = (texts[0], texts[-1]) if texts else ("", "")
    is_word = bool(first) and not is_figure(first) and first not in BLANK_MARKS
    return not last or (is_word and any(map(is_figure, texts)))


def _is_under_another(cell: GridCell, key: str, columns: Columns) -> bool:
    """Whether a cell reaches under the head of another column."""
    others = (spot for name, spot in columns.spots.items() if name != key)
    return any(cell.column < end and cell.column + cell.colspan > start for start, end in others)


def _fits(row: GridRow, columns: Columns, label: int) -> bool:
    """Whether the label of a row ends before the heads of figures begin, and the row ends where they end."""
    start, edge = min(start for start, _ in columns.spots.values()), max(end for _, end in columns.spots.values())
    if label >= 0 and row.cells[label].column + row.cells[label].colspan > start:
        return False  # merged cells above it were lost on the way: the heads have moved
    reached = max((cell.column + cell.colspan for cell in row.cells), default=0)
    return reached >= edge and not any(cell.column >= edge and cell.text.strip() for cell in row.cells)


def _leaves(section: Section, labels: TableLabels) -> list[str]:
    """The lowest heads from left to right: a merged head stands for what is printed under it."""
    groups = {match_text(group) for column in labels.table.columns for group in column.groups}
    above = {match_text(labels.table.corner), match_text(labels.table.column_title), match_text(labels.table.stub), ""}
    lines = [[part for text in row.texts for part in _apart(text, labels) if part not in above] for row in section.heads]
    lines = [line for line in lines if line]
    if not groups:
        return [text for line in lines for text in line]
    if len(lines) < 2:
        # heads of two ranks in one line: only the order of print tells which stands under which
        as_printed = [text for text in labels.heads if text not in above]
        return list(labels.columns) if lines and lines[0] in (as_printed, list(labels.columns)) else []
    under = [text for line in lines[1:] for text in line]
    return [leaf for text in lines[0] for leaf in (under if text in groups else [text])]


def _apart(raw: str, labels: TableLabels) -> Sequence[str]:
    """Heads that print as one where there are no rulings between them, and may be cut off, as labels of the form.

    The head over a group of columns and the corner above the labels of rows may stand before them.
    """
    text = rest = simplified(fold(raw))
    if text in labels.heads:
        return [text]
    for before in (*{match_text(group) for column in labels.table.columns for group in column.groups}, ""):
        rest = rest.removeprefix(before)
    corner = match_text(labels.table.corner)
    shared = next((size for size in range(min(len(corner), len(rest)), 0, -1) if rest.startswith(corner[:size])), 0)
    rest = rest[shared:] if shared >= _FEWEST else rest
    runs = [_run(rest, labels.columns[at:]) for at in range(len(labels.columns))]
    runs = [run for run in runs if len(run) > 1 or (run and rest != text)]
    return runs[0] if len(runs) == 1 else [match_text(raw)]


def _run(text: str, columns: Sequence[str]) -> list[str]:
    """The labels, one after the other, of which a text is made up, each whole or at least its beginning; none otherwise."""
    if not columns or not text:
        return []
    label = columns[0]
    for size in range(len(label), min(len(label), _FEWEST) - 1, -1):
        if text.startswith(label[:size]):
            if len(text) == size:
                return [label]
            behind = _run(text[size:], columns[1:])
            if behind:
                return [label, *behind]
    return []


def _order(leaves: Sequence[str], labels: TableLabels) -> tuple[str, ...]:
    """The key of each head: the same words first, then words that are alike; "" for a head the form does not have.

    A key goes to no head where two have its words, or words that are as much alike (2022年制发件数, 2023年制发件数); side by
    side with the same words they are a merged head that was taken apart, and the key goes to the first.
    """
    titles = dict(zip((column.key for column in labels.table.columns), labels.columns, strict=True))
    order = ["" if leaf == before else next((key for key, text in titles.items() if text == leaf), "")
             for before, leaf in pairwise(("", *leaves))]  # fmt: skip
    claims: dict[str, list[tuple[float, int]]] = {}
    for at, leaf in enumerate(leaves):
        score, key = max(((alike(leaf, text), key) for key, text in titles.items() if key not in order), default=(0.0, ""))
        if not order[at] and leaf not in titles.values() and score >= ALIKE:
            claims.setdefault(key, []).append((score, at))
    for key, scored in claims.items():
        (best, at), *rest = sorted(scored, reverse=True)
        order[at] = key if not rest or best - rest[0][0] >= RIVAL else ""
    return tuple(key if order.count(key) == 1 else "" for key in order)


def _spots(section: Section, labels: TableLabels) -> dict[str, tuple[int, int]]:
    """Where each column stands, from the lowest head over it."""
    if not all(row.exact for row in section.heads) or len({row.width for row in section.heads}) != 1:
        return {}
    lowest: dict[int, GridCell] = {}
    for row in section.heads:
        for cell in row.cells:
            if match_text(cell.text) and not match_text(cell.text).startswith(STUB):
                lowest |= dict.fromkeys(range(cell.column, cell.column + cell.colspan), cell)
    cells = list(dict.fromkeys(lowest[at] for at in sorted(lowest)))
    texts = [match_text(cell.text) for cell in cells]
    last = [next((k for k in range(at, len(cells) - 1) if texts[k + 1] != texts[at]), len(cells) - 1) for at in range(len(cells))]
    return {
        key: (cells[at].column, cells[last[at]].column + cells[last[at]].colspan)
        for at, key in enumerate(_order(texts, labels))
        if key
    }


def _across(section: Section, labels: TableLabels) -> Columns:
    """Part four: fifteen columns, each named by the block over it and its outcome."""
    table = labels.table
    keys = tuple(f"{row.key}.{column.key}" for row in table.rows for column in table.columns)
    heads = [text for text in section.head_labels() if text in labels.heads]
    if heads == list(labels.heads):
        spots = _across_spots(section, labels) if section.heads[-1].exact else {}
        return Columns(keys, keys, spots, section.heads[-1].grid)
    if (heads == _by_rank(labels) and not section.heads[-1].exact) or _is_cut(section, labels):
        return Columns(keys, keys)
    spots = _across_spots(section, labels)
    if len(spots) != len(keys):
        return Columns(keys, ()) if heads else Columns(keys, keys, assumed=True)
    order = tuple(sorted(spots, key=lambda key: spots[key]))
    return Columns(keys, order, spots, section.heads[-1].grid)


def _is_cut(section: Section, labels: TableLabels) -> bool:
    """Whether a page break cut the heads of part four: below are the outcomes in order, but for those that are printed above."""
    printed = [match_text(column.label) for _ in labels.table.rows for column in labels.table.columns]
    below = [match_text(cell.text) for cell in section.heads[-1].cells] if section.heads else []
    above = [match_text(text) for row in section.heads if row.grid != section.heads[-1].grid for text in row.texts]
    rest = Counter(labels.heads) - Counter(text for text in below if text)
    in_order = len(below) == len(printed) and all(text in ("", label) for text, label in zip(below, printed, strict=True))
    return in_order and rest == Counter(text for text in above if text)


def _by_rank(labels: TableLabels) -> list[str]:
    """The heads of part four as they print without rulings: all outcomes on the last line, whatever is over them."""
    outcomes = {match_text(column.label) for column in labels.table.columns}
    return [text for text in labels.heads if text not in outcomes] + [text for text in labels.heads if text in outcomes]


def _across_spots(section: Section, labels: TableLabels) -> dict[str, tuple[int, int]]:
    blocks = {match_text(row.label): row.key for row in labels.table.rows}
    outcomes = {match_text(column.label): column.key for column in labels.table.columns}
    spots: dict[str, tuple[int, int]] = {}
    for at in range(section.heads[-1].width):
        heads = (cell for row in section.heads for cell in row.cells)
        over = [match_text(cell.text) for cell in heads if cell.column <= at < cell.column + cell.colspan]
        block = next((blocks[text] for text in over if text in blocks), "")
        outcome = next((outcomes[text] for text in over if text in outcomes), "")
        if block and outcome and f"{block}.{outcome}" not in spots:
            spots[f"{block}.{outcome}"] = (at, at + 1)
    return spots


def _by_place(row: GridRow, columns: Columns) -> dict[str, GridCell | None]:
    """The cells under the heads; a cell under two heads, or two figures under one head, are left out."""
    out: dict[str, GridCell | None] = {}
    for key, (start, end) in columns.spots.items():
        under = [cell for cell in row.cells if cell.column < end and cell.column + cell.colspan > start]
        filled = [cell for cell in under if cell.text.strip()]
        out[key] = (filled or under)[0] if len({cell.text.strip() for cell in filled}) == 1 or (under and not filled) else None
    chosen = list(out.values())
    return {key: cell if chosen.count(cell) == 1 else None for key, cell in out.items()}


def _by_number(row: GridRow, columns: Columns, key: str) -> dict[str, GridCell | None]:
    """The cells behind the label, counted; blanks too many are dropped only where they leave no doubt."""
    behind = list(row.cells[last_label(row, key) + 1 :])
    width = len(columns.order)
    spare = len(behind) - width
    if not width or spare < 0:
        return {}
    if not {*columns.keys} <= {*columns.order} and (spare or any(cell.colspan > 1 for cell in behind)):
        return {}  # a blank too many, or a part of a merged cell, may belong to a head that was not found
    starts = [at for at in range(spare + 1) if not any(cell.text.strip() for cell in behind[:at] + behind[at + width :])]
    if len(starts) != 1:
        return {}  # the row may begin at any of several cells
    behind = behind[starts[0] : starts[0] + width]
    if any(match_text(cell.text) in row_vocabulary(key) for cell in behind):
        return {}  # the label once more, where a head is one too many as well
    return {name: cell for name, cell in zip(columns.order, behind, strict=True) if name}
