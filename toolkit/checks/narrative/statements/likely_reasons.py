"""Find reasons in free words under an outcome that is not theirs: 还有 2 件同先前递来的一字不差，这回归到无法提供一栏.

Takes the readings of a text, returns the figures whose value is that of a row of the tables, whose words most likely give the
reason of that row, and whose sentence names the outcome of other rows. The words need not be known: the second opinion says how
likely they are those of the row when the name of the outcome is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

from toolkit.checks.narrative.assignment.kept import WINDOW
from toolkit.checks.narrative.assignment.likely import UNITS
from toolkit.checks.narrative.candidates.quantity import total
from toolkit.checks.narrative.candidates.readings import PARTS, Reading, TextReading
from toolkit.checks.narrative.figures import PartText
from toolkit.checks.narrative.second_opinion import figure_chances
from toolkit.checks.narrative.tokens import Token
from toolkit.forms import Form

_LIKELY = 0.3  # the least chance of the row
_FEW = 4  # characters of a clause that give no reason
_CLAUSES = 2  # behind the figure
_OPENS = re.compile(
    "的?(?:申请|答复|情形|情况|决定|件|类)?(?:里面?|当中|之中|中|有|分|分为|方面|包括|一栏|项下|名下)(?:[两二三四几][类种项样])?[，：]"
)
_ENDS = "。；\n"
_CLAUSE_ENDS = "，；：（）。\n"
_MARKS = re.compile(f"[{_CLAUSE_ENDS}]")


class LikelyReason(NamedTuple):
    """A figure of ``row``, whose outcome is ``right``, under the outcome ``named``; both stand from ``start`` to ``end``."""

    reading: Reading
    row: str
    right: str
    named: str
    start: int
    end: int


def likely_reasons(text: TextReading) -> Iterator[LikelyReason]:
    """Every figure of part one that most likely stands under an outcome that is not its own."""
    groups = {row: one.key for one in text.report.form.outcomes if len(one.rows) > 1 for row in one.rows}
    by_value: dict[object, list[str]] = {}
    for row in groups:
        by_value.setdefault(text.report.figures.number(total(row)), []).append(row)
    for (where, at), readings in text.by_sentence.items():
        if where != PARTS[0] or "outcome" not in text.kinds[where, at]:
            continue
        part = text.by_where[where]
        for item in readings:
            rows = by_value.get(item.figure.value, ()) if _may_count(item) else ()
            outcome = _outcome_of(part, part.sentences[at], item) if rows else None
            if outcome is None or outcome.value not in groups.values() or _fits(text, item, outcome.value):
                continue
            if _is_bare(part, item, outcome):
                continue
            chances = _chances(text, item, outcome)
            row = max(rows, key=lambda one: chances.get(one, 0.0))
            rivals = sum(chances.get(one, 0.0) for one in (outcome.value, *_rows_of(text.report.form, outcome.value)))
            if chances.get(row, 0.0) >= max(_LIKELY, rivals):
                start, end = part.plain.span(outcome.start, outcome.end)
                start, end = min(start, item.figure.start), max(end, item.figure.end)
                yield LikelyReason(item, row, groups[row], outcome.value, start, end)


def _may_count(item: Reading) -> bool:
    figure = item.figure
    aside = figure.about or figure.change or figure.one or figure.scope or figure.year is not None
    return not aside and figure.unit in UNITS and figure.value > 0


def _is_bare(part: PartText, item: Reading, outcome: Token) -> bool:
    """2 件无法提供: the outcome alone names the figure, whose clause gives no reason."""
    place, words = item.figure.place, part.plain.text
    first, last = min(place, outcome.start), max(place + len(item.figure.text), outcome.end)
    before = _MARKS.split(words[max(0, first - WINDOW[0]) : first])[-1]
    behind = _MARKS.split(words[last : last + WINDOW[1]], maxsplit=1)[0]
    unnamed = last - first - len(item.figure.text) - (outcome.end - outcome.start)
    return not _MARKS.search(words, first, last) and len(before) + unnamed + len(behind) < _FEW


def _fits(text: TextReading, item: Reading, outcome: str) -> bool:
    """Whether the figure may be the outcome that is named, or one of its rows."""
    cells = tuple(map(total, _rows_of(text.report.form, outcome)))
    return item.figure.value in {*map(text.report.figures.number, cells), text.report.figures.total(cells)}


def _rows_of(form: Form, outcome: str) -> tuple[str, ...]:
    return next(one.rows for one in form.outcomes if one.key == outcome)


def _outcome_of(part: PartText, sentence: Sequence[Token], item: Reading) -> Token | None:
    """The one outcome of the figure's clause, of those behind it without a figure, or of one before that opens a row."""
    at = item.figure.index
    before = [*takewhile(lambda token: not _is_mark(token, _CLAUSE_ENDS), reversed(sentence[:at]))]
    behind = [*takewhile(lambda token: not _is_mark(token, _CLAUSE_ENDS), sentence[at + 1 :])]
    if any(token.kind == "figure" for token in (*before, *behind)):  # 不公开 1 件、不掌握 2 件
        before = [*takewhile(lambda token: token.value != "、" and token.kind != "figure", before)]
        behind = [*takewhile(lambda token: token.value != "、" and token.kind != "figure", behind)]
        return _only([*before, *behind])
    own = [token for token in (*before, *behind) if token.kind == "outcome"]
    if own:
        return _only(own)
    following = [*takewhile(lambda token: not _is_mark(token, _ENDS), sentence[at + 1 + len(behind) :])]
    counts = [place for place, token in enumerate(following) if token.kind == "figure"]
    marks = [place for place, token in enumerate(following) if _is_mark(token, _CLAUSE_ENDS)]
    if counts:  # the words before the next figure are its own
        marks = [place for place in marks if place < counts[0]]
        following = following[: marks[-1]] if marks else []
    following = following[: marks[_CLAUSES]] if len(marks) > _CLAUSES else following
    return _only(following) or _opening(part, sentence[: at - len(before)])


def _opening(part: PartText, words: Sequence[Token]) -> Token | None:
    """The outcome of a clause that opens a row of reasons, behind which no other is named: 不予处理的有两类，一类是…."""
    segment = [*takewhile(lambda token: not _is_mark(token, "。\n"), reversed(words))]
    outcome = next((token for token in segment if token.kind == "outcome"), None)
    return outcome if outcome is not None and _OPENS.match(part.plain.text, outcome.end) else None


def _only(words: Sequence[Token]) -> Token | None:
    outcomes = [token for token in words if token.kind == "outcome"]
    return outcomes[0] if len({token.value for token in outcomes}) == 1 else None


def _is_mark(token: Token, marks: str) -> bool:
    return token.kind == "sep" and token.value in marks


def _chances(text: TextReading, item: Reading, outcome: Token) -> Mapping[str, float]:
    """What the words around the figure likely name, without the name of the outcome."""
    figure, part = item.figure, text.by_where[item.figure.where].plain
    start, end = part.span(outcome.start, outcome.end)
    first, last = max(0, figure.start - WINDOW[0]), figure.end + WINDOW[1]
    words = part.original
    left = words[first : figure.start] if start >= figure.start else words[first : max(first, start)] + words[end : figure.start]
    right = words[figure.end : last] if start < figure.end else words[figure.end : start] + words[end : max(end, last)]
    return figure_chances(
        left + words[figure.start : figure.end] + right, len(left), len(left) + figure.end - figure.start, figure.unit,
        text.report.year,
    )  # fmt: skip
