"""What each figure of a list may count by the words around it, for the assignment of the list as a whole.

Takes a sentence of the read text, returns its figures of cases, each with the rows and columns that its words name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from toolkit.checks.narrative.assignment.wholes import REST, Names, names_of
from toolkit.checks.narrative.candidates.readings import Reading, TextReading
from toolkit.checks.narrative.relations.list_shapes import depths_of
from toolkit.checks.narrative.tokens import Token

_UNITS = frozenset(("", "件", "宗", "起", "例", "份"))
_INSIDE = ("里", "中", "当中", "之中", "之内")
_PAPERS = frozenset(("doc", "docverb", "act", "fee"))
_APART = frozenset((*_PAPERS, "publish", "distribute", "period", "past"))
_WAYS = frozenset(("way", "manner"))


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure of a list with the rows and columns that its words name, and how deep in brackets it stands.

    Two of them are equal when a list of them divides in the same way, wherever they stand.
    """

    reading: Reading = field(compare=False)
    value: Decimal
    fixed: bool  # 一件, or a figure that agrees by sure words: not the odd one of a list
    names: Names
    depth: int
    among: bool
    inside: bool  # 96 件里, 96 件中: the figure before it is a whole
    each: bool
    apart: bool  # of other business: documents, ways to apply, another year
    mark: str  # the strongest mark before it


def entries_of(text: TextReading, where: str, at: int) -> list[Entry]:
    """The figures of a sentence that may be of a list, each with what the words around it name."""
    readings = [item for item in text.of_sentence(where, at) if counts_cases(item)]
    if not readings:
        return []
    sentence = text.by_where[where].sentences[at]
    depths, form, plain = depths_of(sentence), text.report.form, text.by_where[where].plain.text
    places = [-1, *(item.figure.index for item in readings), len(sentence)]
    found = list[Entry]()
    for item, before, place, behind in zip(readings, places, places[1:], places[2:], strict=False):
        left, right, beyond = _words(sentence, before, place, behind)
        named = names_of(left, form)
        for words in (right, beyond):
            if not named - {REST}:
                named |= names_of(words, form)
        between = sentence[before + 1 : place]
        marks = [token.value for token in between if token.kind == "sep"]
        mark = next((one for one in "；，、（：" if one in marks), "")
        kinds = {token.kind for token in between}
        last = sentence[before].end if before >= 0 else 0
        inside = bool(last) and plain.startswith(_INSIDE, last)
        each = any(token.kind == "each" for token in (*left, *right[:2]))
        apart = item.figure.year is not None or any(token.value in _WAYS for token in (*left, *right))
        apart = apart or any(token.kind in _APART for token in left) or any(token.kind in _PAPERS for token in right)
        found.append(
            Entry(item, item.figure.value, _is_fixed(item), named, depths[place], "among" in kinds, inside, each, apart, mark)
        )
    return found


def counts_cases(item: Reading) -> bool:
    figure = item.figure
    return figure.unit in _UNITS and not (figure.change or figure.about or figure.scope) and figure.value > 0


def _is_fixed(item: Reading) -> bool:
    sure = item.quantity is not None and item.quantity.certainty == "sure" and item.tie.state == "agrees"
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
    return sentence[left:place], sentence[place + 1 : right], sentence[right:stop]


def _ends_clause(token: Token) -> bool:
    return token.kind == "sep" and token.value != "）"
