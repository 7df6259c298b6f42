"""The form's labels ready for comparing: which table a row belongs to, which edition a table is printed in.

In: ``toolkit.forms``. Out: folded labels by table and edition, in the order of print, and the questions the
recogniser asks about one piece of text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache
from itertools import islice

from toolkit.forms import Form, Table, all_forms, print_part
from toolkit.importing.wording import core, fold, likeness, number_of, simplified

_CAPTION = re.compile(r"第?二十条.{0,2}?([一二三四五六七八九])[）)]?[项類类]?")
_NOTE = re.compile(r"[（【〔\[*※★：—－①②③④⑤⑴⑵⑶]|注|说明|备注|填报|指(?=.{3})")
_SHORTEST_BEGINNING = 3  # characters behind the number of a label that is cut off
_FEWEST = 3  # labels in a table of the form
ALIKE = 0.6  # below, two labels have nothing to do with each other
RIVAL = 0.08  # by which the best of two must be more alike than the other
_A_YEAR = re.compile(r"(?:19|20)\d{2}年度?")
_COMPARISON = re.compile("[较比与同](?:上一?年|去年|往年)度?(?:同期)?")
_LAST_YEAR, _ALL_YEARS = re.compile("上一?年|去年|往年|同期"), re.compile("(?<![本今当全]年)(?<![本今当全]年度)累计|历年")
_OTHER_TIMES = ((_LAST_YEAR, _LAST_YEAR), (_ALL_YEARS, re.compile("现行有效|总数")))  # words, and the labels that may have them


@dataclass(frozen=True)
class TableLabels:
    """Every label of one table of one edition, folded, in the order of print; ``printed`` is the same as printed."""

    form: Form
    table: Table
    all: tuple[str, ...]
    printed: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[str, ...]
    columns: tuple[str, ...]


@lru_cache(maxsize=4096)
def match_text(text: str) -> str:
    """A label of the source as it is compared: folded, in simplified characters, without a note behind a label of the form.

    Provinces explain labels: 行政许可（指本机关依法实施的行政许可事项）, 规章：以政府令公布的.
    """
    text = simplified(fold(text))
    if len(text) < 4 or text in all_labels():
        return text
    begun = [label for label in all_labels() if text.startswith(label) and _is_note(text[len(label) :])]
    return max(begun, key=len, default=text)


def _is_note(rest: str) -> bool:
    """Whether what follows a label is a note on it, and not the next label (三、本年度办理结果（一）予以公开)."""
    return _NOTE.match(rest) is not None and not number_of(rest)


@cache
def labels_of(form: Form, key: str) -> TableLabels:
    """The labels of one table.

    Raises:
        KeyError: the edition has no such table.
    """
    table = form.table_by_key[key]
    part = next(part for part in form.parts if key in part.tables)
    cells = [cell for cell in print_part(form, part.key).cells if cell.role != "value"]
    if table.caption:  # part two is one grid of several tables: those lines from its caption to the next
        captions = [cell.row for cell in cells if cell.role == "caption"]
        start = next(cell.row for cell in cells if cell.text == table.caption)
        end = next((row for row in captions if row > start), 1000)
        cells = [cell for cell in cells if start <= cell.row < end]
    cells.sort(key=lambda cell: (cell.row, cell.column))
    heads = tuple(fold(cell.text) for cell in cells if cell.role in ("corner", "head"))
    return TableLabels(
        form, table, tuple(fold(cell.text) for cell in cells), tuple(cell.text for cell in cells), heads,
        tuple(fold(row.label) for row in table.rows), tuple(fold(column.label) for column in table.columns),
    )  # fmt: skip


@cache
def editions_of(key: str) -> tuple[TableLabels, ...]:
    """The labels of one table in every edition that has it."""
    return tuple(labels_of(form, key) for form in all_forms() if key in form.table_by_key)


@cache
def vocabulary(key: str) -> frozenset[str]:
    """Every label that a table has in any edition."""
    return frozenset(label for labels in editions_of(key) for label in labels.all)


@cache
def all_labels() -> frozenset[str]:
    """Every label of every table in any edition."""
    return frozenset(label for form in all_forms() for table in form.tables for label in vocabulary(table.key))


def has_labels(texts: Iterable[str]) -> bool:
    """Whether so many texts of a table are labels of the form that its figures are figures of the form."""
    return len(list(islice((text for text in texts if match_text(text) in all_labels()), _FEWEST))) == _FEWEST


@cache
def row_vocabulary(key: str) -> frozenset[str]:
    """Every row label of a table in any edition, with the groups of rows."""
    rows = {label for labels in editions_of(key) for label in labels.rows}
    return frozenset(rows | (groups_of(key) if key == "applications" else set()))


@cache
def all_row_labels() -> frozenset[str]:
    """The same of parts two and three together."""
    return frozenset().union(*map(row_vocabulary, ("applications", *part_two_tables())))


@cache
def groups_of(key: str) -> frozenset[str]:
    """The groups of rows of a table in any edition."""
    return frozenset(fold(group) for labels in editions_of(key) for row in labels.table.rows for group in row.groups)


@cache
def row_labels(key: str) -> frozenset[str]:
    """The labels that name a row of figures and are no group of rows in another edition (（六）其他处理 is both)."""
    return frozenset(label for labels in editions_of(key) for label in labels.rows) - groups_of(key)


@cache
def table_of_row(label: str) -> str:
    """The table of part two that a row label belongs to, "" for none."""
    keys = [key for key in part_two_tables() if label in row_vocabulary(key)]
    return keys[0] if len(keys) == 1 else ""


@cache
def part_two_tables() -> tuple[str, ...]:
    """The tables of part two in all editions, in the order of print."""
    return tuple(dict.fromkeys(table.key for form in all_forms() for table in form.tables if table.caption))


def table_of_caption(text: str) -> str:
    """The table that a caption (第二十条第（五）项) names, "" when the text is not a caption."""
    match = _CAPTION.search(text)
    if not match or len(text) > 24:
        return ""
    return next((key for caption, key in _captions().items() if f"（{match[1]}）" in caption), "")


@cache
def _captions() -> dict[str, str]:
    """The table of each folded caption."""
    return {fold(table.caption): table.key for form in all_forms() for table in form.tables if table.caption}


@lru_cache(maxsize=4096)
def is_label(text: str, key: str) -> bool:
    """Whether a folded text of a row is a label and not a figure."""
    if not text:
        return False
    words = vocabulary(key)
    if text in words or any(core(text) == core(word) for word in words):
        return True
    if number_of(text) and len(core(text)) >= _SHORTEST_BEGINNING and any(word.startswith(text) for word in words):
        return True  # its end is cut off
    letters = sum("\u3400" <= character <= "\u9fff" for character in text)
    enough = ALIKE if number_of(text) else 0.75
    return letters >= 4 or (letters >= 2 and best_label(text, tuple(sorted(words)))[1] >= enough)


def alike(text: str, label: str) -> float:
    """How alike a text and a label of the form are: a year counts as 本年, and 上年 or 累计 makes another label of it.

    比上年增/减 and 本年累计 are of this year, and what the form itself counts over all years may be 累计.
    """
    dated = _A_YEAR.sub("本年", text)
    if any(time.search(_COMPARISON.sub("", dated)) and not may.search(label) for time, may in _OTHER_TIMES):
        return 0.0
    whole = likeness(dated, label)
    return max(whole, likeness(bare, label)) if (bare := _A_YEAR.sub("", text)) != text else whole


def best_label(text: str, among: Collection[str]) -> tuple[str, float]:
    """The label most like a text, and how alike they are."""
    return max(((label, alike(text, label)) for label in among), key=lambda pair: pair[1], default=("", 0.0))


def agreement(texts: Sequence[str], labels: TableLabels) -> float:
    """How well the labels found, in order, agree with those of one edition, 0 to 1."""
    texts = [_whole(text, labels.all) for text in texts]
    matcher = SequenceMatcher(None, labels.all, texts, autojunk=False)
    near = sum(
        sum(sorted((max(alike(text, label) for text in texts[j1:j2]) for label in labels.all[i1:i2]), reverse=True)[: j2 - j1])
        / 2
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag == "replace"
    )
    matched = sum(block.size for block in matcher.get_matching_blocks())
    return 2 * (matched + near) / (len(labels.all) + len(texts) or 1)


def _whole(text: str, among: Sequence[str]) -> str:
    """The only label that a text is the beginning of, where its end is cut off; else the text."""
    if text in among or len(core(text)) < _SHORTEST_BEGINNING:
        return text
    begun = {label for label in among if label.startswith(text)}
    return begun.pop() if len(begun) == 1 else text
