"""Small reports as their authors write them: tables, a few sentences, and what is wrong with them.

A file of cases is a list of mappings: ``id``, ``year``, ``organ``, ``level``, ``tables`` (cells by address; the others are 0),
``last_year_tables``, ``channels``, ``processing_fee``, ``text`` by section, ``expect`` – ``clean``, or ``code`` (the author's
kind), ``at`` (the wrong words, once in the text) and ``right``. Out come cases for the rules, and per kind how many
contradictions are found and how many alarms a clean report raises.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from toolkit.checks import Case, Finding, run_case
from toolkit.core.shipped import read_table
from toolkit.forms import Address, form_for_year
from toolkit.report import Channel, Figures, Narrative, Organ, ProcessingFee, Report, Value

# The author's kinds and the rules that may tell them: the rule of the kind first, then those that follow from it.
_CELL = ("text-balance", "figure-twice", "list-does-not-add-up")
CODES: dict[str, tuple[str, ...]] = {
    "text-new": ("text-new", "text-none", "text-handled", *_CELL),
    "text-carried": ("text-carried", *_CELL),
    "text-handled": ("text-handled", *_CELL),
    "text-outcome": ("text-outcome", "text-outcome-group", *_CELL),
    "text-outcome-group": ("text-outcome-group", "text-outcome"),
    "text-reason": ("text-outcome", "text-outcome-group"),
    "text-applicant": ("text-outcome", "text-new", "text-handled", *_CELL),
    "text-article20": ("text-article20", *_CELL),
    "text-dispute": ("text-disputes", "text-none", *_CELL),
    "text-disputes": ("text-disputes", "text-none", *_CELL),
    "text-none": ("text-none", "text-new", "text-handled", "text-carried", "text-article20", "text-outcome", "text-disputes"),
    "text-all": ("text-handled", "text-outcome", "text-disputes", "text-carried"),
    "text-list": ("list-does-not-add-up", "figure-twice", "text-outcome", "text-disputes"),  # its head may be a cell as well
    "list-does-not-add-up": ("list-does-not-add-up",),
    "text-growth": ("growth-misquoted", "text-new", "text-article20"),
    "growth-misquoted": ("growth-misquoted",),
    "text-share": ("text-percentage",),
    "text-channel": ("figure-twice", "list-does-not-add-up"),
    "figure-twice": ("figure-twice",),
    "text-fee": ("fee-contradiction", "text-outcome", "text-article20"),  # also the fees of part two
    "text-sum": (*_CELL, "text-handled", "text-new", "text-carried", "text-outcome", "text-disputes"),
    "fee-contradiction": ("fee-contradiction",),
    "other-year": ("other-year",),
}
# What a report of a few sentences lacks says nothing about the reader of its figures.
_ABSENCES = frozenset(("text-silent", "fee-missing", "fee-blank"))
FIRST_EDITION = 2019
_RULES = ("other-year", "growth-misquoted")
_PARTS = {"problems": "problems", "第五部分": "problems", "other": "other", "第六部分": "other"}


@dataclass(frozen=True)
class SmallReport:
    """One report and what is wrong with it: ``kind`` is empty for a clean one."""

    id: str
    case: Case
    kind: str = ""
    at: str = ""
    right: str = ""
    written: Mapping[str, Any] = field(default_factory=dict)

    def findings(self) -> list[Finding]:
        """Errors and warnings on the text, without what a report of a few sentences does not have."""
        groups = {"文字与表格"}
        codes = {rule.code for rule in _rules() if rule.group in groups} | set(_RULES)
        return [
            item
            for item in run_case(self.case)
            if item.severity != "notice" and item.code in codes - _ABSENCES
        ]  # fmt: skip

    def is_found(self) -> bool:
        return any(item.code in CODES[self.kind] and self._meets(item) for item in self.findings())

    def alarms(self) -> list[Finding]:
        """Findings beside the wrong place; of a clean report all of them."""
        return [item for item in self.findings() if not self.kind or not self._meets(item)]

    def _meets(self, finding: Finding) -> bool:
        for part in ("overview", "problems", "other"):
            text = getattr(self.case.report.narrative, part)
            start = text.find(self.at)
            if start >= 0:
                beside = finding.where == f"narrative.{part}" and finding.start < 0
                inside = finding.where == f"narrative.{part}" and finding.start < start + len(self.at) and finding.end > start
                return beside or inside or finding.code == "fee-contradiction"
        raise AssertionError(f"{self.id}: the words are not in the text")


@dataclass
class Score:
    """By kind: contradictions, how many are found; clean reports, alarms and errors among them."""

    expected: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    clean: int = 0
    alarmed: list[tuple[str, Finding]] = field(default_factory=list)
    beside: list[tuple[str, Finding]] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def rows(self) -> list[tuple[str, int, int]]:
        return [(kind, self.expected[kind], self.found[kind]) for kind in sorted(self.expected)]


def score(reports: Iterable[SmallReport]) -> Score:
    """Run the rules on every report and count."""
    result = Score()
    for report in reports:
        if not report.kind:
            result.clean += 1
            result.alarmed += [(report.id, item) for item in report.alarms()]
            continue
        result.expected[report.kind] += 1
        result.beside += [(report.id, item) for item in report.alarms()]
        if report.is_found():
            result.found[report.kind] += 1
        else:
            result.missed.append(report.id)
    return result


@cache
def read_small_reports(file: Path) -> tuple[SmallReport, ...]:
    """The reports of a file of cases, read once in a process."""
    data = read_table(file)
    return tuple(small_report(item) for item in (data["cases"] if isinstance(data, dict) else data))


def small_report(written: Mapping[str, Any]) -> SmallReport:
    year, expect = written["year"], written["expect"]
    organ = Organ(name=written["organ"], level=written["level"])
    texts: dict[str, list[str]] = {"overview": [], "problems": [], "other": []}
    for section, text in written["text"].items():
        texts[_PARTS.get(section, "overview")].append(text.strip())
    fee = written.get("processing_fee")
    report = Report(
        year=year,
        organ=organ,
        figures=_figures(year, written["tables"]),
        channels=tuple(Channel(**channel) for channel in written.get("channels", ())),
        narrative=Narrative(**{part: "\n".join(lines) for part, lines in texts.items()}),
        processing_fee=ProcessingFee(notices=fee["notices"], amount_yuan=fee["amount_yuan"]) if fee else None,
    )
    last = written.get("last_year_tables", written.get("last_year"))
    before = Report(year=year - 1, organ=organ, figures=_figures(year - 1, last, whole=False)) if last is not None else None
    wrong = {} if expect == "clean" else {"kind": expect["code"], "at": str(expect["at"]), "right": str(expect["right"])}
    return SmallReport(written["id"], Case(report, before), written=written, **wrong)


def _figures(year: int, tables: Mapping[str, Any], *, whole: bool = True) -> Figures:
    """Without ``whole`` the cells that are not given are unknown: of last year the authors give what they compare."""
    form = form_for_year(max(year, FIRST_EDITION))  # figures of 2018 are told in the words of the first edition
    cells = {Address.parse(path): _value(value) for path, value in tables.items() if "." in path}
    # totals are as written where the author gives them: the columns of small reports need not be filled
    given: dict[Address, Value] = {
        address: 0 for address in form.cells if whole and (address not in form.sums or address.table == "applications")
    }
    return Figures(form, given | cells)


def _value(value: Any) -> Value:
    return Decimal(str(value)) if isinstance(value, float) else int(value)


def _rules() -> tuple[Any, ...]:
    from toolkit.checks.catalogue import all_rules

    return all_rules()
