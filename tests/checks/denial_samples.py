"""Samples for the second opinion on what a clause denies: those of the passages, as marked, and those that the rules read.

In a passage ``⟦carried_out⟧`` stands behind the words of a denial. A clause of a report that denies what no rule reads, and a
clause of a passage without a mark, deny nothing of the tables.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from toolkit.checks.narrative.candidates.fitting import read_cells
from toolkit.checks.narrative.relations.claims import find_claims
from toolkit.checks.narrative.relations.likely_denials import BEFORE, BEHIND, CLAUSES, DENYING
from toolkit.checks.narrative.second_opinion.opinion import NONE, denial_features
from toolkit.checks.narrative.second_opinion.training import Sample
from toolkit.report import Report

PASSAGES = sorted((Path(__file__).parent / "passages").glob("*.txt"))
KEPT = 12_000  # features
YEAR = 2023  # of passages without a date
_MARKS = re.compile(r"【(?P<figure>[^|】]+)\|\w+】|⟦(?P<denied>\w+)⟧")
_MEANINGS = {
    "no-review": "review",
    "no-suit": "lawsuit",
    "no-direct": "direct_lawsuit",
    "no-after": "lawsuit_after_review",
    "no-new": "new",
    "no-carried_in": "carried_in",
    "no-carried_out": "carried_out",
}
_BOTH, _OTHER = {"review", "lawsuit"}, "other"  # of claims: both kinds of disputes, and what these samples leave out

Denial = tuple[str, str, int, str]  # the words before the end of a clause and behind it, the year, what it denies


def samples_of(reports: Iterable[tuple[Report, str]]) -> list[Sample]:
    """The clauses of reports, given with the words of each that are wrong, and of passages that deny something, each once."""
    denials = dict.fromkeys((*(one for report, at in reports for one in _of_report(report, at)), *_of_passages()))
    return [Sample(denial_features(before, behind, year), denied) for before, behind, year, denied in denials]


def year_of(text: str) -> int:
    """The year of most of the dates."""
    years = Counter(re.findall(r"20\d\d(?=年)", text)).most_common(1)
    return int(years[0][0]) if years else YEAR


def _of_passages() -> Iterator[Denial]:
    for file in PASSAGES:
        for line in file.read_text("utf-8").splitlines():
            text, marks = _without_marks(line)
            for clause in CLAUSES.finditer(text):
                denied = {one for place, one in marks if clause.start() < place <= clause.end()} - {NONE}
                if len(denied) == 1 or (not denied and DENYING.search(clause[0])):
                    yield *_around(text, clause.end()), year_of(text), denied.pop() if denied else NONE


def _without_marks(line: str) -> tuple[str, list[tuple[int, str]]]:
    """The text of a passage, and what is denied before which places of it."""
    text, marks, end = "", [], 0
    for match in _MARKS.finditer(line):
        text += line[end : match.start()] + (match["figure"] or "")
        if match["denied"]:
            marks.append((len(text), match["denied"]))
        end = match.end()
    return text + line[end:], marks


def _of_report(report: Report, at: str) -> Iterator[Denial]:
    read = read_cells(report, None)
    known = find_claims(read)
    for part in read.parts:
        text = part.plain.original
        wrong = text.find(at) if at else -1
        claims = defaultdict(set)
        for claim in known:
            if claim.where == part.where and claim.what.startswith("no-"):
                claims[claim.end].add(_MEANINGS.get(claim.what, _OTHER))
        for clause in CLAUSES.finditer(text) if part.where != "narrative.problems" else ():
            start, end = clause.span()
            denied = {one for place in range(start + 1, end + 2) for one in claims.get(place, ())}
            unread = not denied and 0 <= wrong < end and start < wrong + len(at)  # the wrong words may deny anything
            if not DENYING.search(clause[0]) or unread or denied == {_OTHER} or (len(denied) > 1 and denied != _BOTH):
                continue
            meaning = NONE if not denied else "disputes" if denied == _BOTH else denied.pop()
            yield *_around(text, end), report.year, meaning


def _around(text: str, place: int) -> tuple[str, str]:
    return text[max(0, place - BEFORE) : place], text[place : place + BEHIND]
