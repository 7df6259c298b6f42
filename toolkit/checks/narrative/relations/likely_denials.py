"""Find what clauses in any words deny of quantities that the text states nowhere: 没有一件拖过年.

Takes the read text, returns claims. The second opinion says how likely a clause denies each quantity; it is asked only of those
that the tables have and the text states nowhere, so that a report without contradictions costs nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from toolkit.checks.narrative.candidates.quantity import DISPUTE_ROWS, total
from toolkit.checks.narrative.candidates.readings import TextReading
from toolkit.checks.narrative.figures import PartText
from toolkit.checks.narrative.plain_text import Words
from toolkit.checks.narrative.relations.denials import (
    FAULTS,
    RESULTS,
    Claim,
    denies_for_others,
    denies_the_rest,
    is_taken_back,
)
from toolkit.checks.narrative.second_opinion import denial_chances
from toolkit.forms import Address, Form

_MARKS = "，。；：、（）\n"
CLAUSES = re.compile(f"[^{_MARKS}]+")
# 不 of 不予公开 and of other words of the form denies nothing
DENYING = re.compile("[没未无零空]|不(?!断|仅|但|予|同|少|动产|掌握|服|得|良|合格|明确)|为0|0[件宗起]")
BEFORE, BEHIND = 80, 30  # characters looked at on either side of the end of a clause
_LIKELY, _OF_OUTCOMES = 0.6, 0.8  # the least chances
_DISPUTES = {"review": "review", "lawsuit": "suit", "direct_lawsuit": "direct", "lawsuit_after_review": "after"}
_BOTH = "disputes"  # the class of denials of reviews and lawsuits at once
_CAUSE, _OWN_CAUSE = re.compile("[因由]|为(?![零0空])|涉及|针对|类"), re.compile("公开|答复|申请|信息|[此这]")
_DECISIONS = ("permits", "penalties", "coercion")


def likely_denials(text: TextReading, known: Collection[Words]) -> Iterator[Claim]:
    """What clauses most likely deny beside ``known`` words, of quantities that the tables have and the text does not state."""
    figures, agreeing = text.report.figures, text.agreeing_cells
    missing = {
        meaning: claim
        for meaning, (claim, cells) in _deniable(text.report.form).items()
        if cells not in agreeing and figures.total(cells)
    }
    for part in text.parts if missing else ():
        if part.where == "narrative.problems":
            continue
        original = part.plain.original
        for clause in _denying_clauses(part):
            start, end = part.plain.span(*clause)
            words = original[max(0, end - BEFORE) : end], original[end : end + BEHIND]
            denied = _denied(denial_chances(*words, text.report.year), missing)
            if denied is None or (denied in _DISPUTES and _narrowed(original[start:end])):
                continue
            if any(one.where == part.where and one.start < end and start < one.end for one in known):
                continue
            if not _is_of_others(text, part, clause):
                what, *keys = missing[denied]
                yield Claim(what, part.where, start, end, original[start:end], tuple(keys), free=True)


@lru_cache(maxsize=8)
def _denying_clauses(part: PartText) -> tuple[tuple[int, int], ...]:
    """Where the clauses with a denying word begin and end in the plain text."""
    words, clauses, end = part.plain.text, list[tuple[int, int]](), 0
    for word in DENYING.finditer(words) if part.sentences else ():
        if word.start() >= end:
            start = max([end, *(words.rfind(mark, end, word.start()) + 1 for mark in _MARKS)])
            clause = CLAUSES.match(words, start)
            assert clause is not None
            end = clause.end()
            clauses.append(clause.span())
    return tuple(clauses)


def _is_of_others(text: TextReading, part: PartText, clause: tuple[int, int]) -> bool:
    """Whether a clause of the plain text is a wish, or speaks of other matters, years or bodies."""
    sentence = part.sentences[min(bisect_left(part.ends, clause[1]), len(part.ends) - 1)]
    first, last = (bisect_left(sentence, place, key=lambda token: token.start) for place in clause)
    return (
        any(token.kind == "other" for token in sentence[first:last])
        or denies_the_rest(part.plain.text, clause[1])
        or (last > 0 and is_taken_back(sentence, last, text.report.year))
        or denies_for_others(text.report.organ, part.plain.text, sentence, max(last - 1, 0))
    )


def _narrowed(clause: str) -> bool:
    """未发生败诉案件, 未发生因征地引发的行政复议: only disputes with this result, or over another matter, are denied."""
    return bool(FAULTS.search(clause) or RESULTS.search(clause) or (_CAUSE.search(clause) and not _OWN_CAUSE.search(clause)))


def _denied(chances: Mapping[str, float], missing: Collection[str]) -> str | None:
    """The likeliest of ``missing``; ``None`` when none is likely."""
    both = {meaning: chances.get(_BOTH, 0.0) for meaning in ("review", "lawsuit")}
    chance, meaning = max((chances.get(meaning, 0.0) + both.get(meaning, 0.0), meaning) for meaning in missing)
    sure = meaning in _DISPUTES or meaning in ("new", "carried_in", "carried_out")
    return meaning if chance >= (_LIKELY if sure else _OF_OUTCOMES) else None


def _deniable(form: Form) -> dict[str, tuple[tuple[str, ...], tuple[Address, ...]]]:
    """By what a clause may deny: the kind of claim with its keys, and the cells that then are 0."""
    deniable: dict[str, tuple[tuple[str, ...], tuple[Address, ...]]] = {
        row: ((f"no-{row}",), (total(row),)) for row in ("new", "carried_in", "carried_out")
    }
    for meaning, word in _DISPUTES.items():
        deniable[meaning] = (f"no-{word}",), tuple(Address("disputes", row, "total") for row in DISPUTE_ROWS[word])
    for outcome in form.outcomes:
        deniable[outcome.key] = ("no-outcome", outcome.key), tuple(total(row) for row in outcome.rows)
    for cell in form.cells:
        if cell.column == "decisions" and cell.row in _DECISIONS:
            deniable[cell.row] = ("no-act", cell.row), (cell,)
        if cell.row == "normative" and cell.column in ("issued", "made"):
            deniable[cell.row] = ("no-document", cell.row, cell.column), (cell,)
    return deniable
