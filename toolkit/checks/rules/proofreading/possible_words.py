"""Pick the patterns of a long list that may match a text by the characters in the text.

In: rows, each with a regular expression of words. Out: the rows with all the characters of one of their words in the text.
A list of a hundred patterns is searched this way in the time of two or three of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import product
from typing import Generic, TypeVar

from toolkit.checks.narrative.passages import lines_of

Row = TypeVar("Row")
_FEW_WORDS = 20
_MOST_WORDS = 1000  # of one pattern
_PIECE = re.compile(
    r"(?P<look>\(\?<?[=!])|(?P<group>\(\?:)|(?P<close>\))|(?P<bar>\|)|(?P<maybe>\?)|(?P<end>\$)"
    r"|\[(?P<one>[^\^\]\\-]+)\]|(?P<word>[^\\\[\](){}.*+?|^$])"
)


class PossibleWords(Generic[Row]):
    """The rows of a list by the words that they look for; a row with an unlimited pattern is always possible."""

    def __init__(self, rows: Iterable[Row], pattern: Callable[[Row], str]) -> None:
        self._rows = tuple(rows)
        words = [words_of(pattern(row)) for row in self._rows]
        often = Counter(character for each in words for word in each or () for character in set(word))
        self._always = frozenset(at for at, each in enumerate(words) if not each or "" in each)
        self._by_rarest: dict[str, list[tuple[frozenset[str], str, int]]] = {}
        for at, each in enumerate(words):
            for characters, word in _looked_for(each or frozenset()) if at not in self._always else ():
                rarest = min(characters, key=lambda character: (often[character], character))
                self._by_rarest.setdefault(rarest, []).append((characters, word, at))
        self._rarest = frozenset(self._by_rarest)

        self._of_line = lru_cache(maxsize=512)(self._look)

    def of(self, text: str) -> list[Row]:
        """The rows of which one word is in a line of the text, in the order of the list."""
        places = self._always.union(*(self._of_line(line) for _, _, line in lines_of(text)))
        return [self._rows[at] for at in sorted(places)]

    def _look(self, text: str) -> frozenset[int]:
        written = frozenset(text)
        return frozenset(
            at
            for rarest in self._rarest & written
            for characters, word, at in self._by_rarest[rarest]
            if characters <= written and word in text
        )


def _looked_for(words: frozenset[str]) -> list[tuple[frozenset[str], str]]:
    """The characters of each word, and the word; of many words only the least sets of characters, which all of them have."""
    if len(words) <= _FEW_WORDS:
        return [(frozenset(word), word) for word in sorted(words)]
    least: list[frozenset[str]] = []
    for characters in sorted({frozenset(word) for word in words}, key=lambda item: (len(item), sorted(item))):
        if not any(other <= characters for other in least):
            least.append(characters)
    return [(characters, "") for characters in least]


def words_of(pattern: str) -> frozenset[str] | None:
    """Everything that a pattern of words, choices and classes can match; lookarounds are left out.

    ``None`` for a pattern with anything else (a digit, a repetition), and for one with more than 1000 words.
    """
    pieces = iter(_pieces(pattern))
    try:
        return _choices(pieces)
    except (ValueError, StopIteration):
        return None


def _pieces(pattern: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(pattern):
        piece = _PIECE.match(pattern, at)
        if piece is None or piece.lastgroup is None:
            raise ValueError(pattern)
        at = _behind_group(pattern, piece.end()) if piece["look"] else piece.end()
        yield piece.lastgroup, piece[piece.lastgroup]


def _behind_group(pattern: str, at: int) -> int:
    """The place behind the bracket that closes a group."""
    depth = 1
    for piece in re.compile(r"\\.|\[[^\]]*\]|[()]").finditer(pattern, at):
        depth += {"(": 1, ")": -1}.get(piece[0], 0)
        if not depth:
            return piece.end()
    raise ValueError(pattern)


def _choices(pieces: Iterator[tuple[str, str]]) -> frozenset[str]:
    """The words up to the end of the pattern or of the group."""
    words: set[str] = set()
    parts: list[frozenset[str]] = []
    for kind, piece in pieces:
        if kind == "close":
            break
        if kind == "bar":
            words |= _joined(parts)
            parts = []
        elif kind == "maybe":
            parts.append(parts.pop() | {""})
        else:
            parts.append(_choices(pieces) if kind == "group" else frozenset(piece if kind in ("one", "word") else {""}))
    return frozenset(words | _joined(parts))


def _joined(parts: list[frozenset[str]]) -> set[str]:
    words = {""}
    for part in parts:
        words = {"".join(pair) for pair in product(words, part)}
        if len(words) > _MOST_WORDS:
            raise ValueError
    return words
