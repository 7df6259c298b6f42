"""Give the labels of a scanned table as the form prints them, where the recogniser nearly read them or their place shows them.

In: the texts of the cells of one table, with how certain each is. Out: labels of the form. A text that was read for certain stays
as it was read; one that was not is a label of the form when it is like that label and no other, or when it fills the only gap
between labels that were read, in the order in which an edition prints them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from toolkit.forms import all_forms, print_part
from toolkit.importing.recognition.labels import all_labels, match_text
from toolkit.importing.wording import core, fold, likeness, number_of

_NEARLY, _LIKE, _APART = 0.85, 0.55, 0.15  # likeness of a label to one of the form, and by how much to no other
_TIED = 0.02  # two labels are as like a text: 第二十条第（）项 is nearly four captions
_CERTAIN, _VAGUE = 0.9, 0.7  # a certain reading is never replaced; of a vague one the words do not count
_SAME_LETTERS = 0.5  # of a label, at their places
_FEWEST_READ, _MOSTLY_READ = 4, 0.6  # labels of a table, and share of them, that show which edition it is


@dataclass(frozen=True, slots=True)
class LabelReading:
    """One label as read; ``certainty`` is that of its least certain letter, 0 where a seal lies over it."""

    text: str
    certainty: float
    columns: int = 1


def has_words(text: str) -> bool:
    return count_words(text) > 0


def count_words(text: str) -> int:
    """How many Chinese characters a text has."""
    return sum("\u4e00" <= letter <= "\u9fff" for letter in text)


def is_label(text: str) -> bool:
    """Whether a text is a label of the form, or nearly one."""
    return has_words(text) and match_text(as_label(text)) in all_labels()


def as_label(text: str) -> str:
    """A label of the form for text that is nearly one, and not nearly another; else the text."""
    folded = match_text(text)
    if not folded or folded in all_labels() or not has_words(folded):
        return text
    # 4.其他 is a row that somebody added, and not 3.其他
    labels = [label for label in all_labels() if not number_of(folded) or number_of(label) == number_of(folded)]
    ranked = sorted(((likeness(folded, label), label) for label in labels), reverse=True)[:2]
    (alike, best), (next_alike, _) = [*ranked, (0.0, ""), (0.0, "")][:2]
    nearly = alike >= _NEARLY and alike - next_alike >= _TIED
    return best if nearly or (alike >= _LIKE and alike - next_alike >= _APART) else text


def labels_in_place(readings: Mapping[int, LabelReading]) -> dict[int, str]:
    """Labels of the form for texts that stand where an edition prints them, between labels that were read.

    Args:
        readings: the cells of one table that hold labels, by their numbers, in reading order.

    Returns:
        The cells whose text is replaced, with their labels.
    """
    places = list(readings)
    texts = [match_text(as_label(reading.text)) for reading in readings.values()]
    fitting: dict[tuple[tuple[int, str], ...], int] = {}
    for printed in _printed_labels():
        read, gaps = _unread(printed, texts, [reading.columns for reading in readings.values()])
        if read >= max(_FEWEST_READ, _MOSTLY_READ * len(texts)):
            fitting[gaps] = max(read, fitting.get(gaps, 0))
    most = max(fitting.values(), default=0)
    best = [gaps for gaps, read in fitting.items() if read == most]
    if len(best) != 1:
        return {}  # editions that fit equally have other labels there
    return {places[at]: label for at, label in best[0] if _may_be(readings[places[at]], texts[at], label)}


@cache
def _printed_labels() -> tuple[tuple[str, ...], ...]:
    """The labels of each part with tables, in every edition, in the order of print."""
    parts = [(form, part.key) for form in all_forms() for part in form.parts if part.tables]
    printed = [sorted(print_part(form, key).cells, key=lambda cell: (cell.row, cell.column)) for form, key in parts]
    return tuple(dict.fromkeys(tuple(fold(cell.text) for cell in cells if cell.role != "value") for cells in printed))


def _unread(printed: Sequence[str], texts: Sequence[str], columns: Sequence[int]) -> tuple[int, tuple[tuple[int, str], ...]]:
    """How many texts are labels of an edition in its order, and the labels of the others."""
    matcher = SequenceMatcher(None, printed, texts, autojunk=False)
    in_order = sum(block.size for block in matcher.get_matching_blocks())
    others = [(at, label) for at, (label, text) in enumerate(zip(printed, texts, strict=False)) if label != text]
    if len(printed) == len(texts) and len(texts) - len(others) >= in_order:  # place by place: the heads of part four repeat
        return len(texts) - len(others), tuple(others)
    return in_order, tuple(_gaps(matcher.get_opcodes(), printed, columns))


def _gaps(
    steps: Sequence[tuple[str, int, int, int, int]], printed: Sequence[str], columns: Sequence[int]
) -> Iterator[tuple[int, str]]:
    """The texts between labels that were read where the edition has as many; at the edge of a table one only.

    A head over as many columns as the edition has labels there is all of them: a copy has lost the line between two heads.
    """
    for at, (kind, first, last, begin, end) in enumerate(steps):
        inside = 0 < at < len(steps) - 1 and steps[at - 1][0] == steps[at + 1][0] == "equal"
        at_edge = end - begin == 1 and (begin == 0 or end == len(columns))
        if kind == "replace" and last - first == end - begin and (inside or at_edge):
            yield from zip(range(begin, end), printed[first:last], strict=True)
        elif kind == "replace" and inside and end - begin == 1 and last - first == columns[begin]:
            yield begin, "".join(printed[first:last])


def _may_be(reading: LabelReading, text: str, label: str) -> bool:
    """Whether a text may be a label that was misread."""
    if core(text) == core(label) and number_of(text) != number_of(label):
        return False
    if label not in all_labels():
        return text not in all_labels() and not Counter(text) - Counter(label)  # the lines of two heads are read across both
    if reading.certainty >= _CERTAIN:
        return text not in all_labels() and likeness(text, label) >= _NEARLY
    same = sum(one == other for one, other in zip(text, label, strict=False)) / max(len(text), len(label), 1)
    return reading.certainty < _VAGUE or same >= _SAME_LETTERS or likeness(text, label) >= _LIKE
