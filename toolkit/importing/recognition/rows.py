"""Tell which row of the form each row of a table is: by its label, and by the group that the label is in.

In: a ``Section`` and the labels of its edition. Out: the rows by the keys of the form, further rows with the label of one of
them, and the rows that are none of them, such as 6.其他 that a province added to a group. 3.其他 of one group is not 3.其他 of
another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from toolkit.importing.recognition.labels import ALIKE, RIVAL, TableLabels, alike, best_label, match_text
from toolkit.importing.recognition.tables import Section, label_cells
from toolkit.importing.source import GridRow
from toolkit.importing.wording import core, number_of

BELOW = "?"
_SUBNUMBER = re.compile(r"([0-9]{1,2})[.、．]?")
# the number of the next label, behind the beginning of another one
_INNER = re.compile(r"(?<=[\u4e00-\u9fff])(?:[0-9]{1,2}\.|（[一二三四五六七八九]）)(?=[\u4e00-\u9fff])")
_LIKE_GROUP = 0.8
_LIKE_NUMBERED = 0.4
_SHORTEST_BEGINNING = 3  # characters of a label that was cut off


@dataclass(frozen=True)
class _Row:
    """A row of the source: its own label, and its group.

    The group is ``None`` when the source does not show it, ``BELOW`` when it may stand at the foot of its merged cell.
    """

    row: GridRow
    label: str
    group: str | None


@dataclass(frozen=True)
class MatchedRows:
    """``of_form`` by the keys of the form; ``again`` are later rows with the same label, ``surplus`` those of no key."""

    of_form: Mapping[str, GridRow]
    again: Sequence[tuple[str, GridRow]]
    surplus: Sequence[GridRow]


def match_rows(section: Section, labels: TableLabels) -> MatchedRows:
    """Rows of the source by the form's row keys, and the rows that match none.

    The same label first, wherever it is; then the same number in the same group, then labels that are alike, and last
    labels of which the end is cut off.
    """
    form = dict(zip((row.key for row in labels.table.rows), labels.rows, strict=True))
    groups = {row.key: match_text(row.groups[-1]) if len(row.groups) > 1 else "" for row in labels.table.rows}
    above = {match_text(row.groups[0]) for row in labels.table.rows if row.groups}
    rest = list(_rows(section, {group for group in groups.values() if group}, set(form.values()), above))
    matched: dict[str, _Row] = {}
    taken: set[int] = set()

    def take(row: _Row, keys: Sequence[str]) -> None:
        if len(keys) == 1 and keys[0] not in matched:
            matched[keys[0]] = row
            taken.add(id(row))

    def open_keys(row: _Row) -> list[str]:
        return [key for key in form if key not in matched and row.group in (None, groups[key])]

    ways: Sequence[Callable[[_Row], Sequence[str]]] = (
        lambda row: [key for key in open_keys(row) if form[key] == row.label],
        lambda row: [key for key in open_keys(row) if core(form[key]) == core(row.label)],
        lambda row: [key for key in open_keys(row) if _same_place(row, form[key], groups[key])],
        lambda row: _most_alike(row, {key: form[key] for key in open_keys(row)}),
        lambda row: [key for key in open_keys(row) if _begins(row.label, form[key])],
        lambda row: [key for key in form if row.group == BELOW and groups[key] and _begins(row.label, form[key])],
    )
    for way in ways:
        for row in rest:
            if id(row) not in taken and len(matched) < len(form):
                take(row, way(row))
    rest = [row for row in rest if id(row) not in taken]
    again = [(key, row) for row in rest for key in _as_good(row, matched, form, groups)]
    repeated = {id(row) for _, row in again}
    surplus = [row.row for row in rest if id(row) not in repeated and any(match_text(text) for text in row.row.texts)]
    return MatchedRows({key: row.row for key, row in matched.items()}, [(key, row.row) for key, row in again], surplus)


def _as_good(row: _Row, matched: Mapping[str, _Row], form: Mapping[str, str], groups: Mapping[str, str]) -> Sequence[str]:
    """The key of a row that has one already, and whose label fits this row no less."""
    keys = [
        key
        for key, first in matched.items()
        if row.group in (None, groups[key])
        and (row.label == form[key] or (first.label != form[key] and _is_as_alike(row.label, first.label, form[key])))
    ]
    return keys if len(keys) == 1 else []


def _is_as_alike(label: str, first: str, of: str) -> bool:
    """Whether an altered label is about as much like one of the form as another altered one, which has not its number alone."""
    alone = number_of(label) != number_of(of) == number_of(first)
    return core(label) == core(of) or (not alone and alike(label, of) >= max(ALIKE, alike(first, of) - RIVAL))


def _rows(section: Section, groups: set[str], rows: set[str], above: set[str]) -> Iterator[_Row]:
    """The rows with their groups: a merged label counts for the rows under it, up to a row without a group.

    ``above`` are the labels over the groups, which do not identify a row.
    """
    group: str | None = None
    top = {core(label) for label in rows}
    last, above_label = 0, ""  # the number of the row above within its group, and its label
    for row in section.rows:
        if not any(text.strip() for text in row.texts):
            continue
        printed = [match_text(cell.text) for cell in label_cells(row, section.key)]
        labels = [part for text in printed for part in ([text] if text in groups | rows else _apart(text))]
        label, beside = (labels[-1], [text for text in labels[:-1] if text not in above]) if labels else ("", [])
        number = _number_within(label)
        if beside:
            group = _group_of(beside[-1], groups)
        elif _is_top(label) and core(label) in top:
            group = ""
        elif _group_of(label, groups):  # the label of a group on a line of its own
            group = _group_of(label, groups)
        elif number and group is not None and label != above_label and (group == "" or number <= last):
            group = BELOW
        last, above_label = number, label
        yield _Row(row, label, group)


def _number_within(label: str) -> int:
    """The number of a row within its group, 0 for none."""
    match = _SUBNUMBER.fullmatch(number_of(label))
    return int(match[1]) if match else 0


def _apart(text: str) -> list[str]:
    """A cut-off label of a group and the label of a row, which print as one where there are no rulings: （三）不予8.属于行政."""
    inner = _INNER.search(text) if number_of(text) else None
    return [text[: inner.start()], text[inner.start() :]] if inner else [text]


def _group_of(text: str, groups: set[str]) -> str | None:
    """The group that a label names: by its words, or by its number and words that resemble it."""
    numbered = [group for group in groups if number_of(group) and number_of(group) == number_of(text)]
    if numbered and alike(text, numbered[0]) >= _LIKE_NUMBERED:
        return numbered[0]
    best, likeness = best_label(text, sorted(groups))
    return best if likeness >= _LIKE_GROUP else None


def _is_top(label: str) -> bool:
    """Whether a label is numbered 一、 or （一）, as rows without a group are."""
    return number_of(label).strip("（）、")[:1] in tuple("一二三四五六七八九")


def _same_place(row: _Row, label: str, group: str) -> bool:
    """Whether a row has the number of a label, in a group that the source shows, and words that resemble it."""
    number = number_of(row.label)
    return bool(number and group and row.group == group and number == number_of(label) and alike(row.label, label) >= 0.3)


def _most_alike(row: _Row, form: Mapping[str, str]) -> Sequence[str]:
    """The row of the form that an altered label is most like, when no other comes near it."""
    best, likeness = best_label(row.label, list(form.values()))
    rivals = sorted((alike(row.label, text) for text in form.values()), reverse=True)[1:2]
    sure = likeness >= ALIKE and (not rivals or likeness - rivals[0] >= RIVAL)
    return [key for key, text in form.items() if text == best][:1] if sure else []


def _begins(label: str, of: str) -> bool:
    """Whether a label is the beginning of another one, with its number if that has one."""
    return len(core(label)) >= _SHORTEST_BEGINNING and of.startswith(label)
