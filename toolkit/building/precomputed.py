"""Find out what a report's notebook needs to know beside its parameters: the years before, and what the rules found.

In: a report and its file. Out: a ``Known``. Whoever runs a batch has found out before the notebook begins and hands it
over, packed, to the notebook's process; a notebook run by hand or by stock papermill finds out for itself.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from toolkit.checks import Finding, run_case, run_checks
from toolkit.checks.assembly import case_of
from toolkit.engine.handover import handed
from toolkit.report import Report
from toolkit.report.model import Source
from toolkit.report.neighbours import read_earlier


@dataclass(frozen=True)
class Known:
    """A report with the reports of the years before, the latest first, and what the rules found in it."""

    report: Report
    earlier: tuple[Report, ...]
    findings: tuple[Finding, ...]

    def packed(self, parameters: Mapping[str, Any]) -> bytes:
        """As bytes for the notebook that is given these parameters; lines of files, which no page shows, stay here."""
        known = replace(self, report=_without_lines(self.report), earlier=tuple(map(_without_lines, self.earlier)))
        return pickle.dumps((_told(parameters), known))


def _told(parameters: Mapping[str, Any]) -> str:
    """Parameters as a text that differs when they do: 1 and True, which are equal, are not the same."""
    return repr(sorted((name, value) for name, value in parameters.items() if value is not None))


def _without_lines(report: Report) -> Report:
    return replace(report, source=Source(report.source.file))


def find_out(report: Report, file: Path | None, folder: Path | None = None) -> Known:
    """The earlier years and the findings of a report, from what lies beside its file or, without one, in ``params/``."""
    earlier = read_earlier(report, file, folder=folder)
    last = earlier.of(report.year - 1)
    if file is None:
        return Known(report, earlier.reports, tuple(run_checks(report, last)))
    case = case_of(report, file, read={Path(last.source.file): last} if last else None)
    return Known(report, earlier.reports, tuple(run_case(case)))


def known_of(parameters: Mapping[str, Any]) -> Known | None:
    """What was handed over, when it is about just these parameters: a cell may have changed them."""
    if not (packed := handed()):
        return None
    told, known = pickle.loads(packed)
    return known if told == _told(parameters) else None
