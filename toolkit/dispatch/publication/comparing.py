"""Compare a published page with the report that was accepted: cell by cell, sentence by sentence.

In: the report and what the page shows. Out: differences in the order of the form. Line breaks, blanks and widths of signs
do not count; a site's own words around the report do not either, for they do not end as sentences do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.fuzz import partial_ratio, ratio

from toolkit.core.text import common_start
from toolkit.dispatch.publication.page import PageCell, PublishedPage
from toolkit.forms import Address
from toolkit.importing.wording import fold
from toolkit.report import Report
from toolkit.report.model import comparable_text
from toolkit.sections.blocks import iter_text
from toolkit.sections.paper import fee_sentence, preamble

Kind = Literal["report", "table-missing", "figure", "figure-unclear", "part-missing", "sentence-changed", "sentence-missing",
               "sentence-added"]  # fmt: skip
_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")
_ALIKE = 55  # of 100: two sentences are one that was changed
_LONG = 10  # characters of a piece that is no chance
_SHOWN = 48  # characters of a sentence around the first change


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the page is not what was accepted; ``accepted`` and ``published`` are both sides, "" for none."""

    kind: Kind
    where: str
    accepted: str = ""
    published: str = ""

    @property
    def sentence(self) -> str:
        """Both sides for an officer."""
        accepted, published = _shortened(self.accepted, self.published)
        match self.kind:
            case "table-missing" | "part-missing":
                return f"页面上没有{self.where}"
            case "sentence-missing":
                return f"{self.where}：页面上少了“{accepted}”"
            case "sentence-added":
                return f"{self.where}：页面上多了“{published}”"
            case "figure-unclear":
                return f"{self.where}：通过的是 {accepted or '空白'}，页面上看不准（{published or '没有这一格'}），请核对"
            case "figure":
                return f"{self.where}：通过的是 {accepted or '空白'}，页面上是 {published or '空白'}"
            case _:
                return f"{self.where}：通过的是“{accepted}”，页面上是“{published}”"


def compare_page(report: Report, page: PublishedPage) -> tuple[Difference, ...]:
    """Where the page differs; nothing of a page that could not be read."""
    return () if page.problem else (*_whose(report, page), *_figures(report, page), *_texts(report, page))


def _whose(report: Report, page: PublishedPage) -> Iterator[Difference]:
    if page.organ and fold(page.organ) != fold(report.organ.name):
        yield Difference("report", "标题中的机关", report.organ.name, page.organ)
    if page.year != report.year:
        yield Difference("report", "标题中的年度", str(report.year), str(page.year or "没有"))


def _figures(report: Report, page: PublishedPage) -> Iterator[Difference]:
    form = report.form
    for part in form.parts:
        cells = {at: page.cells.get(str(at), PageCell("missing")) for at in form.cells if at.table in part.tables}
        if cells and all(cell.state == "missing" for cell in cells.values()):
            yield Difference("table-missing", f"“{part.heading}”的表格")
            continue
        for at, cell in cells.items():
            yield from _figure(report, at, cell)


def _figure(report: Report, at: Address, cell: PageCell) -> Iterator[Difference]:
    accepted = comparable_text(report.figures[at])
    if cell.state in ("unclear", "missing"):
        yield Difference("figure-unclear", report.form.label(at), accepted, cell.raw)
    elif cell.text != accepted:
        yield Difference("figure", report.form.label(at), accepted, cell.text)


def _texts(report: Report, page: PublishedPage) -> Iterator[Difference]:
    headings = {part.key: part.heading for part in report.form.parts}
    for part, accepted in _accepted_texts(report).items():
        where, page_text = headings.get(part, "导语"), page.texts.get(part, "")
        if accepted.strip() and not page_text.strip():
            yield Difference("part-missing", f"“{where}”" if part in headings else where)
        else:
            yield from _sentences(where, accepted, page_text, foreign=part == "preamble")


def _accepted_texts(report: Report) -> dict[str, str]:
    """The texts as they are printed, with the sentences that the report adds."""
    preface = "\n".join(block.text for block in preamble(report))
    fee = "".join(f"\n{text}" for text in iter_text(fee_sentence(report)))
    narrative = report.narrative
    return {"preamble": preface, "overview": narrative.overview, "problems": narrative.problems, "other": narrative.other + fee}


def _sentences(where: str, accepted: str, page_text: str, *, foreign: bool) -> Iterator[Difference]:
    """Changed, missing and added sentences; of a text that may hold words of the site (``foreign``) added ones do not count."""
    whole_accepted, whole_shown = fold(accepted), fold(page_text)
    missing = [text for text in _split(accepted) if fold(text) not in whole_shown]
    added = [text for text in _split(page_text) if fold(text) not in whole_accepted]
    for text in missing:
        match = max(added, key=lambda other: _likeness(text, other), default="")
        if match and _likeness(text, match) >= _ALIKE:
            added.remove(match)
            yield Difference("sentence-changed", where, text, match)
        else:
            yield Difference("sentence-missing", where, text)
    for text in added:
        if not foreign and text.endswith(tuple("。！？；")):
            yield Difference("sentence-added", where, "", text)


def _likeness(one: str, other: str) -> float:
    """How alike two sentences are, of 100; one that was cut short is like the whole."""
    a, b = fold(one), fold(other)
    return max(ratio(a, b), partial_ratio(a, b) * 0.8 if min(len(a), len(b)) >= _LONG else 0.0)


def _split(text: str) -> Sequence[str]:
    sentences = (match[0].strip() for match in _SENTENCE.finditer(text))
    return [sentence for sentence in sentences if re.search(r"\w", sentence)]


def _shortened(one: str, other: str) -> tuple[str, str]:
    """Two long sentences around the first place where they differ."""
    start = max(0, common_start(one, other) - _SHOWN // 3) if max(len(one), len(other)) > _SHOWN else 0
    return _cut(one, start), _cut(other, start)


def _cut(text: str, start: int) -> str:
    piece = text[start : start + _SHOWN]
    return f"{'…' if start and piece else ''}{piece}{'…' if start + _SHOWN < len(text) else ''}"
