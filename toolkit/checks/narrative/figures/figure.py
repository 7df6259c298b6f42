"""A figure of the text, and a cache of the figures of sentences: while a clerk types, only the edited sentence is read again.

In: one sentence of a part, with its tokens. Out: its figures. When an edit before a sentence shifts it, its figures stay in
the cache; their offsets and those of their words are moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from toolkit.checks.narrative.plain_text import PlainText
from toolkit.checks.narrative.tokens import Token, moved
from toolkit.checks.narrative.tokens.chinese_numbers import Interval
from toolkit.report import Organ

NO_TEXT = PlainText("", "", ())
AROUND = 30  # characters before a sentence and behind it that the reading of its figures may look at
Reader = Callable[["PlacedSentence"], Iterator["Figure"]]  # finds the figures of a sentence


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure; ``start`` and ``end`` are offsets into the text as written, ``scope`` is empty for the whole organ."""

    where: str
    start: int
    end: int
    text: str
    value: Decimal
    unit: str
    about: str
    span: Interval  # the values that the words allow: 约 500
    sentence: int
    index: int  # among the tokens of the sentence
    left: tuple[Token, ...] = ()
    right: tuple[Token, ...] = ()
    scope: str = ""  # "part": 本级, 党政办; "other": another body
    year: int | None = None  # of another year than the report's; 0 for several years together
    lead: int = 0  # unknown characters between the beginning of the clause and the first word that is known
    step: Decimal | None = None  # of a rounded figure, what its last digit counts
    one: bool = False  # 一件 that need not be a count: 每一件, 收到一件、办结一件
    change: bool = False  # 比上年增加 6 件: the word next to the figure says how much it changed

    @property
    def place(self) -> int:
        """Where the figure begins in the plain text: where the words before it end."""
        return self.left[-1].start

    def is_same_as(self, other: Figure) -> bool:
        """Whether both may be written of one count: 12.6 万 and 126347."""
        if self.value == other.value or self.step is None is other.step:
            return self.value == other.value
        one, two = self.rounded, other.rounded
        low, high = max(one.low, two.low), min(one.high, two.high)
        return low < high or low == high < max(one.high, two.high)

    @property
    def rounded(self) -> Interval:
        """The exact counts that may be written so: 4.02 万 is rounded to hundreds or cut off."""
        if self.step is None or self.about:
            return self.span
        return Interval(self.value - self.step / 2, self.value + self.step)


class PlacedSentence:
    """One sentence. Two are equal when they have the same words, the same words around them, and the same author."""

    __slots__ = ("at", "key", "organ", "plain", "tokens", "where", "year")

    def __init__(self, organ: Organ, year: int, where: str, plain: PlainText, tokens: tuple[Token, ...], at: int) -> None:
        self.organ, self.year, self.where, self.plain, self.tokens, self.at = organ, year, where, plain, tokens, at
        first, last = tokens[0].start, tokens[-1].end
        around = max(0, first - AROUND)
        self.key = (
            first - around, plain.text[around : last + AROUND], plain.words(first, last), where, year, organ,
        )  # fmt: skip

    def forget(self) -> None:
        """Let go of the whole text: the cache keeps a sentence as its key, and a clerk strikes thousands of keys."""
        self.plain, self.tokens = NO_TEXT, ()

    def __hash__(self) -> int:
        return hash((self.key[1], self.where, self.year, self.organ.name))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PlacedSentence) and self.key == other.key


class _Kept(NamedTuple):
    """Figures with the place of their sentence: its number, its offset in the plain text and in the text as written."""

    at: int
    plain: int
    original: int
    figures: tuple[Figure, ...]


@lru_cache(maxsize=2048)
def _kept(sentence: PlacedSentence, read: Reader) -> _Kept:
    first = sentence.tokens[0].start
    kept = _Kept(sentence.at, first, sentence.plain.span(first, first)[0], tuple(read(sentence)))
    sentence.forget()
    return kept


def figures_of(sentence: PlacedSentence, read: Reader) -> tuple[Figure, ...]:
    """The figures of a sentence, read by ``read`` when they are not kept."""
    first = sentence.tokens[0].start
    original = sentence.plain.span(first, first)[0]
    kept = _kept(sentence, read)
    if (kept.at, kept.plain, kept.original) == (sentence.at, first, original):
        return kept.figures
    places = {token.start: token for token in sentence.tokens} if first != kept.plain else {}
    return tuple(_moved(figure, sentence.at, (first - kept.plain, original - kept.original), places) for figure in kept.figures)


def _moved(figure: Figure, at: int, by: tuple[int, int], places: Mapping[int, Token]) -> Figure:
    plain, original = by
    left, right = figure.left, figure.right
    if plain:
        left, right = _of_words(left, plain, places), _of_words(right, plain, places)
    one = figure
    return type(one)(  # not ``replace``, which takes four times as long
        one.where, one.start + original, one.end + original, one.text, one.value, one.unit, one.about, one.span, at, one.index,
        left, right, one.scope, one.year, one.lead, one.step, one.one, one.change,
    )  # fmt: skip


def _of_words(words: tuple[Token, ...], by: int, places: Mapping[int, Token]) -> tuple[Token, ...]:
    """The words of a figure: those of the sentence, and what stands for them beside the figure, which takes no place."""
    return tuple([places[token.start + by] if token.end > token.start else moved(token, by) for token in words])
