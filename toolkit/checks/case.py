"""What a rule may look at: one report and whatever else is at hand about it.

Everything but the report may be missing; the rules that need it are then passed over. Files, clock and machine
stay outside: the caller passes what was read, and today's date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from toolkit.checks.narrative.analysis import TextAnalysis, read_text
from toolkit.checks.narrative.likeness import TextIndex
from toolkit.checks.narrative.passages import Passage, part_passages, passages, preamble_passage
from toolkit.register.lookup import RegisterCounts
from toolkit.report import Report
from toolkit.report.jurisdiction import Jurisdiction
from toolkit.report.opinion import Opinion
from toolkit.report.read_form import ReadForm


@dataclass(frozen=True)
class OutputDifference:
    """One place where a finished file, read back, says something else than the report it was made from."""

    file: str
    place: str  # in words: 表三 （一）予以公开·自然人, 第一部分第 3 段
    expected: str
    found: str
    on_paper: bool = False  # a scan: expected by its data code, found on the paper

    @property
    def sentence(self) -> str:
        """Both sides for a clerk, shortened."""
        if self.on_paper:
            return f"{self.place}：纸面上是“{_short(self.found)}”，数据码是“{_short(self.expected)}”"
        return f"{self.file}：{self.place} 应为“{_short(self.expected)}”，读回的是“{_short(self.found)}”"


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "……"


@dataclass(frozen=True)
class Case:
    """One report under the rules.

    Outside tests only ``checks.assembly`` makes one, so that all commands look at the same things.

    ``last_year_problem`` is the sentence why last year's file, which is there, could not be read. ``siblings`` are
    the texts of the other organs of the folder. ``members`` are the reports a jurisdiction's own report is the sum
    of. ``today`` decides whether a report without a day of publication is late. ``earlier`` are the years before, the
    latest first; no rule looks at them, the charts do. ``register`` is what the organ's register of requests counts, where
    there is one. ``opinion`` is what the office above
    asks of a returned report. ``listed_as`` is the name of the organ to which the member list beside the file gives it.
    """

    report: Report
    last_year: Report | None = None
    last_year_problem: str = ""
    siblings: TextIndex | None = None
    members: tuple[Report, ...] = ()
    jurisdiction: Jurisdiction | None = None
    today: date | None = None
    read_form: ReadForm | None = None
    outputs: tuple[OutputDifference, ...] = ()
    earlier: tuple[Report, ...] = ()
    register: RegisterCounts | None = None
    opinion: Opinion | None = None
    listed_as: str = ""

    @cached_property
    def text(self) -> TextAnalysis:
        """The figures and claims of the narrative and what they are tied to; read once, for all rules on the text."""
        return read_text(self.report, self.last_year)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Every text of the report that is printed and not empty; thirty rules look at them."""
        return passages(self.report)

    @cached_property
    def plain(self) -> str:
        """All passages as plain text, one below the other: most rules find here that they need not look at any."""
        return "\n".join([passage.plain.text for passage in self.passages])

    def mentions(self, *words: str) -> bool:
        """Whether one of the words is in any passage."""
        return any(map(self.plain.__contains__, words))

    @cached_property
    def prose(self) -> tuple[Passage, ...]:
        """导语 as written, and the parts."""
        return (preamble_passage(self.report), *self.parts)

    @cached_property
    def plain_prose(self) -> str:
        """It as plain text, one passage below the other: lists of words are compared with it once."""
        return "\n".join([passage.plain.text for passage in self.prose])

    @cached_property
    def parts(self) -> tuple[Passage, ...]:
        """Parts 一, 五 and 六, those that the edition has."""
        return tuple(part_passages(self.report))
