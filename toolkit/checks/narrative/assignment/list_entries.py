"""What each figure of a list may count by the words around it, for the assignment of the list as a whole.

Takes a sentence with its figures of cases, returns an ``Entry`` for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from toolkit.checks.narrative.assignment.wholes import REST, Names, names_of
from toolkit.checks.narrative.candidates.quantity import DISPUTE_ROWS
from toolkit.checks.narrative.candidates.readings import Reading, TextReading
from toolkit.checks.narrative.figures import PartText
from toolkit.checks.narrative.figures.figure import AROUND, NO_TEXT
from toolkit.checks.narrative.relations.list_shapes import depths_of
from toolkit.checks.narrative.tokens import Token
from toolkit.forms import Form

_UNITS = frozenset(("", "件", "宗", "起", "例", "份"))
_INSIDE = ("里", "中", "当中", "之中", "之内")
_PAPERS = frozenset(("doc", "docverb", "act", "fee"))
_APART = frozenset((*_PAPERS, "publish", "distribute", "period", "past"))
_WAYS = frozenset(("way", "manner"))


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A figure of a list: the rows and columns that its words name, and how deep in brackets it stands."""

    value: Decimal
    fixed: bool  # 一件, or a figure that agrees by sure words: not the odd one of a list
    names: Names
    depth: int
    among: bool
    inside: bool  # 96 件里, 96 件中: the figure before it is a whole
    each: bool
    apart: bool  # of other business: documents, ways to apply, another year
    mark: str  # the strongest mark before it


class _Listed:
    """The figures of a sentence that count cases. Two are equal when the same is said of them, wherever they stand:
    while a clerk types, only the words of the sentence that changes are looked at again."""

    __slots__ = ("form", "key", "plain", "readings", "sentence")

    def __init__(self, text: TextReading, part: PartText, at: int, readings: Sequence[Reading]) -> None:
        self.form, self.plain, self.sentence, self.readings = text.report.form, part.plain, part.sentences[at], readings
        first, last = self.sentence[0].start, self.sentence[-1].end
        marks = tuple([(item.figure.index, item.figure.year is None, _is_fixed(item), _missed_rows(item)) for item in readings])
        self.key = (self.form.id, part.plain.text[max(0, first - AROUND) : last + AROUND], len(self.sentence), marks)

    def forget(self) -> None:
        """Let go of the whole text: the cache keeps this as its key."""
        self.plain, self.sentence, self.readings = NO_TEXT, (), ()

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Listed) and self.key == other.key


def entries_of(text: TextReading, part: PartText, at: int, readings: Sequence[Reading]) -> tuple[Entry, ...]:
    """What the words around each of the figures that count cases in a sentence name; the same values for the same words."""
    return _kept(_Listed(text, part, at, readings)) if readings else ()


@lru_cache(maxsize=2048)
def _kept(listed: _Listed) -> tuple[Entry, ...]:
    entries = tuple(_entries(listed.sentence, listed.readings, listed.plain.text, listed.form))
    listed.forget()
    return entries


def _entries(sentence: tuple[Token, ...], readings: Sequence[Reading], plain: str, form: Form) -> Iterator[Entry]:
    depths, other = depths_of(sentence), False
    places = [-1, *(item.figure.index for item in readings), len(sentence)]
    for item, before, place, behind in zip(readings, places, places[1:], places[2:], strict=False):
        left, right, beyond = _words(sentence, before, place, behind)
        named = names_of(left, form)
        for words in (right, beyond):
            if not named - {REST}:
                named |= names_of(words, form)
        named = named or _missed_rows(item)
        between = sentence[before + 1 : place]
        marks = [token.value for token in between if token.kind == "sep"]
        mark = next((one for one in "；，、（：" if one in marks), "")
        last = sentence[before].end if before >= 0 else 0
        inside = bool(last) and plain.startswith(_INSIDE, last)
        among = any(token.kind == "among" for token in between)
        each = any(token.kind == "each" for token in (*left, *right[:2]))
        # 行政处罚类复议 6 件、诉讼 4 件
        other = _is_apart(left, right) or (other and mark == "、" and any(token.kind in DISPUTE_ROWS for token in left))
        apart = item.figure.year is not None or other
        yield Entry(item.figure.value, _is_fixed(item), named, depths[place], among, inside, each, apart, mark)


def _is_apart(left: Sequence[Token], right: Sequence[Token]) -> bool:
    if any(token.value in _WAYS for token in (*left, *right)):
        return True
    return any(token.kind in _APART for token in left) or any(token.kind in _PAPERS for token in right)


def counts_cases(item: Reading) -> bool:
    figure = item.figure
    return figure.unit in _UNITS and not (figure.change or figure.about or figure.scope) and figure.value > 0


def _missed_rows(item: Reading) -> Names:
    """The outcome that a differing figure tells by its place among others: 3 件办好：公开 1 件."""
    quantity = item.quantity
    if quantity is None or item.tie.state != "differs" or quantity.code != "text-outcome":
        return frozenset()
    return frozenset([cell.row for cell in quantity.addresses])


def _is_fixed(item: Reading) -> bool:
    sure = item.tie.state == "agrees" and item.quantity is not None and item.quantity.certainty == "sure"
    return item.figure.one or sure


def _words(sentence: Sequence[Token], before: int, place: int, behind: int) -> tuple[Sequence[Token], ...]:
    """The words of the clause before a figure, behind it, and those of the clauses up to the one of the next figure."""
    left = place
    while left - 1 > before and (not _ends_clause(sentence[left - 1]) or sentence[left - 1].value == "、"):
        left -= 1
    ends = [at for at in range(place + 1, behind) if _ends_clause(sentence[at])]
    if not ends and behind < len(sentence):
        return sentence[left:place], (), ()  # 96 件里个人 89 件: the words are those of the next figure
    right = ends[0] if ends else behind
    last = behind if behind == len(sentence) else ends[-1] if ends else behind
    stop = next((at for at in range(place + 1, last) if sentence[at].value in ("；", "）")), last)
    return sentence[left:place], sentence[place + 1 : right], _without_figures(sentence[right:stop])


def _without_figures(words: Sequence[Token]) -> Sequence[Token]:
    """64 件，近八成出自个人（51 件）: a clause with a figure of another unit names what that one counts."""
    clauses: list[list[Token]] = [[]]
    for token in words:
        if _ends_clause(token):
            clauses.append([])
        clauses[-1].append(token)
    return [token for clause in clauses if all(one.kind != "figure" for one in clause) for token in clause]


def _ends_clause(token: Token) -> bool:
    return token.kind == "sep" and token.value != "）"
