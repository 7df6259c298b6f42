"""Describe the words around a figure by n-grams of characters.

In go the text, the place of the figure and the report's year, out come the features of a linear model, hashed to 32 bits.

Figures are masked, years are given only as before, in or after the report's, so that a model learns wording and no values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from zlib import crc32

_LEFT, _RIGHT = 80, 30  # characters looked at on either side
_MARKS = "，。；：、（）！？\n#"
_CLAUSES = 3  # before that of the figure
_FIGURES = re.compile(r"\d[\d,.]*")
_YEARS = re.compile(r"(?<!\d)(20\d\d)(?=年|[^\d])年?")
_ANYBODY = re.compile("公民、法人(?:[和及、]|以及|或者?)其他组织")
_PARTS = re.compile(f"([{_MARKS}])")
_SENTENCES = re.compile(r"[。！？\n]")


def features_of(text: str, start: int, end: int, unit: str, year: int) -> list[int]:
    """The features of the figure at ``text[start:end]``, each once, in ascending order."""
    left = _masked(text[max(0, start - _LEFT) : start], year)
    right = _masked(text[end : end + _RIGHT], year)
    return sorted({crc32(word.encode()) for word in _words(left, right, unit)})


def _masked(text: str, year: int) -> str:
    text = _ANYBODY.sub("@众", text)
    return _FIGURES.sub("#", _YEARS.sub(lambda match: _relation(int(match[1]), year), text))


def _relation(one: int, own: int) -> str:
    return "@同年" if one == own else "@往年" if one < own else "@来年"


def _words(left: str, right: str, unit: str) -> Iterator[str]:
    parts, behind = _PARTS.split(left), [*_PARTS.split(right, maxsplit=1), "$"]
    before = parts[-2] if len(parts) > 1 else "^"
    yield from ("bias", f"unit {unit}", f"before {before}", f"behind {behind[1]}")
    yield from _grams("L", f"^{parts[-1]}$", (1, 2, 3))
    yield from _grams("R", f"^{behind[0]}$", (1, 2))
    sentence = _SENTENCES.split(left)[-1]
    yield from _grams("F", sentence.rpartition("#")[2], (2,))
    for distance, clause in enumerate(re.split("[，；：、（）]", sentence)[-2 : -2 - _CLAUSES : -1]):
        yield from _grams(f"P{distance}", clause, (2,))
    yield from _grams("S", sentence, (2,))


def _grams(kind: str, text: str, sizes: tuple[int, ...]) -> Iterator[str]:
    return (kind + text[at : at + size] for size in sizes for at in range(len(text) - size + 1))
