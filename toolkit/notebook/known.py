"""Find out what a report's notebook needs to know beside its parameters: the years before, and what the rules found.

In: a report and its file. Out: a ``Known``. Whoever runs a batch has found out before the notebook begins and hands it
over, packed, to the notebook's process; a notebook run by hand or by stock papermill finds out for itself.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass, replace
from pathlib import Path

from toolkit.checks import Finding, run_case, run_checks
from toolkit.checks.at_hand import case_of
from toolkit.report import Report
from toolkit.report.model import Source
from toolkit.report.neighbours import read_earlier


@dataclass(frozen=True)
class Known:
    """A report with the reports of the years before, the latest first, and what the rules found in it."""

    report: Report
    earlier: tuple[Report, ...]
    findings: tuple[Finding, ...]

    def packed(self) -> bytes:
        """As bytes for another process of this program; lines of files, which no page shows, stay here."""
        return pickle.dumps(replace(self, report=_without_lines(self.report), earlier=tuple(map(_without_lines, self.earlier))))


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


_handed: list[bytes] = []


def hand_over(packed: bytes) -> None:
    """Keep what was handed to this process, once, before its notebook begins."""
    _handed[:] = [packed] if packed else []


def known_of(report: Report) -> Known | None:
    """What was handed over, when it is about just this report: a cell may have changed the parameters."""
    known: Known | None = pickle.loads(_handed[0]) if _handed else None
    return known if known and known.report == report else None
