"""The sentences of a text with what they speak of: takes the read text, gives sentences with mentions, figures and topic.

A sentence is cut at ；, since what is said of one thing ends there.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import NamedTuple

from toolkit.checks.narrative.candidates.readings import Reading
from toolkit.checks.narrative.figures import PartText
from toolkit.checks.narrative.statements.clauses import OutlinedSentence
from toolkit.checks.narrative.statements.mentions import Mention, groups_of, mentions_of
from toolkit.checks.narrative.statements.roles import roles_of
from toolkit.forms import Form, form_by_id

_CASES = frozenset(("", "件", "宗", "起", "例", "份"))
_CUTS = re.compile("[。；！？\n]")
_CLAUSES = re.compile("[，。；：！？（）\n、]")
_SPEAKING = re.compile("结转|转入|转来|遗留|留存|留下|结存|跨年|顺延|没办|接着办|续办|首次|第一次|头一")
_LONGEST = 400  # characters of a part that is read


class _Cut(NamedTuple):
    """A part of a sentence up to ；; ``last`` is where its last mention begins, in the sentence."""

    start: int
    end: int
    text: str
    mentions: tuple[Mention, ...]
    last: int


@lru_cache(maxsize=2048)
def _cuts(text: str, mentions: tuple[Mention, ...]) -> tuple[_Cut, ...]:
    cuts, start = list[_Cut](), 0
    for end in [match.end() for match in _CUTS.finditer(text)] + [len(text)]:
        inside = [item for item in mentions if start <= item.start < end]
        if inside and end - start <= _LONGEST:
            moved = tuple(replace(item, start=item.start - start, end=item.end - start) for item in inside)
            cuts.append(_Cut(start, end, text[start:end], moved, inside[-1].start))
        start = end
    return tuple(cuts)


@lru_cache(maxsize=2048)
def marks_of(text: str) -> tuple[int, ...]:
    """Where the marks are that end the clauses of a sentence."""
    return tuple(match.start() for match in _CLAUSES.finditer(text))


@dataclass(frozen=True)
class Sentence:
    """``base`` is the offset of ``text`` in the plain text; the offsets of mentions are into ``text``."""

    part: PartText
    base: int
    text: str
    mentions: tuple[Mention, ...]
    figures: tuple[Reading, ...]
    topic: str
    topics: tuple[tuple[int, str], ...] = ()  # where each clause begins and what it is about

    @property
    def where(self) -> str:
        return self.part.where

    def place(self, item: Reading) -> int:
        """Where a figure begins in ``text``."""
        return item.figure.place - self.base

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self.part.plain.span(self.base + start, self.base + end)

    def original(self, start: int, end: int) -> str:
        return self.part.plain.original[start:end]

    @cached_property
    def parts(self) -> tuple[Sentence, ...]:
        """The sentence cut at ；, without the parts that mention nothing."""
        places = [self.place(item) for item in self.figures]
        return tuple(self._cut(cut, places) for cut in _cuts(self.text, self.mentions))

    def _cut(self, cut: _Cut, places: Sequence[int]) -> Sentence:
        figures = self.figures[bisect_left(places, cut.start) : bisect_left(places, cut.end)]
        topic = next((name for at, name in reversed(self.topics) if at <= cut.last), self.topic)
        return Sentence(self.part, self.base + cut.start, cut.text, cut.mentions, figures, topic)

    def clause_start(self, at: int) -> int:
        marks = marks_of(self.text)
        before = bisect_left(marks, at)
        return marks[before - 1] + 1 if before else 0

    def clause_end(self, at: int) -> int:
        marks = marks_of(self.text)
        behind = bisect_left(marks, at)
        return marks[behind] if behind < len(marks) else len(self.text)

    def figure_behind(self, start: int, end: int) -> Reading | None:
        """The first figure of cases between two places."""
        inside = (item for item in self.figures if start <= self.place(item) < end and item.figure.unit in _CASES)
        return next(inside, None)

    def figure_of(self, item: Mention, taken: Reading | None) -> Reading | None:
        """The figure that counts a mention: the last before it in its clause, or the one right behind; not the one taken."""
        first, last = self.clause_start(item.start), self.clause_end(item.end)
        near = [one for one in self.figures if first <= self.place(one) < last and one is not taken and one.figure.unit in _CASES]
        before = [one for one in near if self.place(one) < item.start]
        behind = [one for one in near if self.place(one) >= item.end and self.place(one) - item.end <= len("申请的有")]
        return behind[0] if behind else before[-1] if before else None


def sentence_of(outlined: OutlinedSentence, form: Form) -> Sentence | None:
    """A sentence with its mentions; ``None`` when it mentions neither applicants nor results nor what was carried over."""
    part, start, words, _, topic, outlines, _, readings = outlined
    mentions = _mentions(words, form.id)
    if not mentions and not _SPEAKING.search(words):
        return None
    topics = tuple((outline.begin, outline.topic) for outline in outlines)
    return Sentence(part, start, words, mentions, tuple(readings[:_LONGEST]), topic, topics)


@lru_cache(maxsize=4096)
def _mentions(words: str, edition: str) -> tuple[Mention, ...]:
    return mentions_of(words, roles_of(words), groups_of(form_by_id(edition)))
