"""Find out what a report's notebook needs to know beside its parameters: the years before, and what the rules found.

In: a report and its file. Out: a ``Known``. Whoever runs a batch has found out before the notebook begins and hands it
over, packed, to the notebook's process; a notebook run by hand or by stock papermill finds out for itself.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from toolkit.checks import Finding, rules_for, run_case
from toolkit.checks.assembly import assemble
from toolkit.engine.handover import handed
from toolkit.report import Report
from toolkit.report.model import Source
from toolkit.report.neighbours import EARLIER_YEARS, find_place


@dataclass(frozen=True)
class Known:
    """A report with the reports of the years before, the latest first, and what the rules found in it.

    ``applied`` are the codes of the rules that could be applied with what is at hand.
    """

    report: Report
    earlier: tuple[Report, ...]
    findings: tuple[Finding, ...]
    applied: tuple[str, ...] | None = None

    @property
    def verdict(self) -> str:
        """SHA-256 of what a finished report shows of its findings: not their words, which may count days."""
        shown = sorted((item.code, item.severity, item.place, bool(item.confirmed)) for item in self.findings)
        return sha256(repr((shown, self.applied)).encode("utf-8", "surrogatepass")).hexdigest()

    def packed(self, parameters: Mapping[str, Any]) -> bytes:
        """As bytes for the notebook that is given these parameters; lines of files, which no page shows, stay here."""
        known = replace(self, report=_without_lines(self.report), earlier=tuple(map(_without_lines, self.earlier)))
        return pickle.dumps((_told(parameters), known))


def _told(parameters: Mapping[str, Any]) -> str:
    """Parameters as a text that differs when they do: 1 and True, which are equal, are not the same."""
    return repr(sorted((name, value) for name, value in parameters.items() if value is not None))


def _without_lines(report: Report) -> Report:
    return replace(report, source=Source(report.source.file))


def find_out(report: Report, file: Path | None, folder: Path | None = None, *, today: date | None = None) -> Known:
    """The earlier years and the findings of a report, from what lies beside its file or, without one, in ``params/``."""
    place = file or (find_place(report, folder) if folder else None)
    case = assemble(report, place, today=today, years_back=EARLIER_YEARS)
    return Known(report, case.earlier, tuple(run_case(case)), tuple(rule.code for rule in rules_for(case)))


def known_of(parameters: Mapping[str, Any]) -> Known | None:
    """What was handed over, when it is about just these parameters: a cell may have changed them."""
    if not (packed := handed()):
        return None
    told, known = pickle.loads(packed)
    return known if told == _told(parameters) else None
