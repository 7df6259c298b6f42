"""Cut the text into clauses with their roles and figures, and say what each of them is about.

In goes the read text, out come ``Clause`` values in order. The topic goes on from clause to clause until another is named.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from toolkit.checks.narrative.candidates.readings import Reading, TextReading
from toolkit.checks.narrative.figures import PartText
from toolkit.checks.narrative.statements.amounts import amounts_of
from toolkit.checks.narrative.statements.roles import Role, roles_of

_LONGEST, _NEAR = 40, 12  # roles and figures of a clause that is read, figures before it: time stays linear
_SPEAKING = frozenset(("neg", "zero", "all", "cleared", "upheld", "corrected", "pending", "up", "down", "same"))
# an amount before 申请, or whom it was handed to
_AMOUNT = re.compile(
    r"[0-9一二两三四五六七八九十百]+(?:\.[0-9]+)?(?:件|份|宗|起|成|%)?(?:以上|左右|多)?|[一二三四五六七八九十]分之[一二三四五六七八九十]|每|过半|超过|近"
    r"|向[^，。；]{1,6}$|第[一二三四五六]大"
)
_TOPICS = {
    "app": "app", "review": "dispute", "suit": "dispute", "direct": "dispute", "after": "dispute", "dispute": "dispute",
    "act": "act", "doc": "doc", "publish": "publish", "paper": "other",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clause:
    """``start`` and ``end`` are offsets into the plain text, those of roles into the sentence, which begins at ``base``.

    ``before`` are the figures of the sentence up to the clause, ``figures`` those inside it, ``earlier`` the roles of the
    sentence up to it. ``opens`` is true for the first clause of a sentence.
    """

    part: PartText
    base: int
    start: int
    end: int
    roles: tuple[Role, ...]
    figures: tuple[Reading, ...]
    before: tuple[Reading, ...]
    earlier: tuple[Role, ...]
    topic: str
    about: str  # the topic that the clause itself names, empty for the one that goes on

    @property
    def text(self) -> str:
        return self.part.plain.text[self.start : self.end]

    def has(self, *kinds: str) -> bool:
        return any(role.kind in kinds for role in self.roles)

    def span(self, first: Role, last: Role) -> tuple[int, int]:
        """Where two roles and what is between them stand in the text as written."""
        return self.part.plain.span(self.base + first.start, self.base + last.end)


def place_of(clause: Clause, item: Reading) -> int:
    """Where a figure of the clause begins in the text of the sentence."""
    return item.figure.place - clause.base


class Outline(NamedTuple):
    """A clause without its figures: where it is in the sentence, its roles, those before it, what it is about."""

    begin: int
    end: int
    roles: tuple[Role, ...]
    earlier: tuple[Role, ...]
    topic: str
    about: str
    speaks: bool  # it has words or a share that a statement may be made of


class OutlinedSentence(NamedTuple):
    """A sentence with its figures and the outlines of its clauses; ``start`` is its offset in the plain text, ``topic`` what the
    text before it was about, ``behind`` what the text behind it is about."""

    part: PartText
    start: int
    text: str
    topic: str
    behind: str
    outlines: tuple[Outline, ...]
    speaks: bool  # one of its outlines does
    readings: Sequence[Reading]


def outlined_sentences(text: TextReading) -> Iterator[OutlinedSentence]:
    """Every sentence of the text, part by part; each part begins without a topic."""
    for part in text.parts:
        for at, outlined in enumerate(_outlined(part)):
            readings = text.of_sentence(part.where, at)
            yield outlined._replace(readings=readings) if readings else outlined


@lru_cache(maxsize=8)
def _outlined(part: PartText) -> tuple[OutlinedSentence, ...]:
    """The sentences of a part without their figures."""
    sentences, topic, start = [], "", 0
    for tokens, end in zip(part.sentences, part.ends, strict=True):
        words, before = part.plain.text[start:end], topic
        outlines, topic, speaks = _outlines_of(words, before)
        sentences.append(OutlinedSentence(part, start, words, before, topic, outlines, speaks, ()))
        if tokens[-1].value == "\n" and topic != "app":
            topic = ""
        start = end
    return tuple(sentences)


@lru_cache(maxsize=4096)
def _outlines_of(text: str, topic: str) -> tuple[tuple[Outline, ...], str, bool]:
    """The clauses of a sentence, the topic behind it, whether one of them speaks; nothing of them depends on the tables."""
    roles, outlines, begin, first = roles_of(text), list[Outline](), 0, 0
    for at in range(len(roles) + 1):
        if at < len(roles) and roles[at].kind != "mark":
            continue
        until = roles[at].start if at < len(roles) else len(text)
        own = tuple(_of_else(text, roles[first:at], begin))
        about = _about(own)
        topic = about or topic or ("app" if is_formal(own) else "")
        if len(own) <= _LONGEST:
            speaks = any(role.kind in _SPEAKING for role in own) or bool(amounts_of(text[begin:until]))
            earlier = roles[max(0, first - _LONGEST) : first]
            outlines.append(Outline(begin, until, own, earlier, topic, about, speaks))
        begin, first = (roles[at].end if at < len(roles) else until), at + 1
    return tuple(outlines), topic, any(outline.speaks for outline in outlines)


def clauses_of(sentence: OutlinedSentence) -> Iterator[Clause]:
    """The clauses of a sentence that have a figure, or words that a statement may be made of."""
    part, base, _, _, _, outlines, _, readings = sentence
    places = [item.figure.place - base for item in readings]
    for begin, end, roles, earlier, topic, about, speaks in outlines:
        first, last = bisect_left(places, begin), bisect_left(places, end)
        if (speaks or last > first) and last - first <= _LONGEST:
            inside, before = tuple(readings[first:last]), tuple(readings[max(0, first - _NEAR) : first])
            yield Clause(part, base, base + begin, base + end, roles, inside, before, earlier, topic, about)


def is_formal(roles: Sequence[Role]) -> bool:
    """不掌握的 25 件: words that only the results of applications have."""
    kinds = {role.kind for role in roles}
    formal = kinds & {"unavailable", "unprocessed"} or any(role.value in ("unavailable_not_held", "fresh") for role in roles)
    return bool(formal) and "paper" not in kinds


def in_applications(clause: Clause) -> bool:
    """The sentence names applications, or a figure of it before counts them; other business has its own figures."""
    roles = (*clause.earlier, *clause.roles)
    tied = any(item.tie.addresses and item.tie.addresses[0].table == "applications" for item in clause.before)
    return tied or is_formal(roles) or any(role.kind == "app" for role in roles)


def _of_else(text: str, roles: Sequence[Role], begin: int) -> Iterator[Role]:
    """低保申请, 用电报装申请: words before 申请 that no role explains name another kind; amounts (三件申请) do not."""
    end, before = begin, ("", "")
    for role in roles:
        unknown = len(_AMOUNT.sub("", text[end : role.start])) if role.kind == "app" else 0
        foreign = role.kind == "app" and (unknown > 1 or (before == ("block", "other") and role.start == end))
        yield role._replace(kind="paper") if foreign else role
        end, before = role.end, (role.kind, role.value)


def _about(roles: Sequence[Role]) -> str:
    """The last topic that the words name: 因申请公开引发的行政复议 is about disputes; other business about none of them."""
    named = [_TOPICS[role.kind] for role in roles if role.kind in _TOPICS]
    named += ["dispute" for role in roles if role.value == "suit" and not named]
    others = any((role.kind, role.value) == ("block", "other") for role in roles)
    return "other" if others and not named else (named[-1] if named else "")
