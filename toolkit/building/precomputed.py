"""Compute the inputs of a report's notebook beside its parameters: the reports of earlier years, and the findings.

In: a report and its file. Out: a ``Precomputed``. A build computes it before the notebook starts and sends it to the
notebook's process as the engine's payload; a notebook run by hand or by stock papermill computes it there.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from toolkit.checks import Finding, rules_for, run_case
from toolkit.checks.assembly import assemble
from toolkit.core.files import sha256_of
from toolkit.engine.preload import payload
from toolkit.report import Report
from toolkit.report.model import Source
from toolkit.report.neighbours import EARLIER_YEARS, find_place


@dataclass(frozen=True)
class Precomputed:
    """A report with the reports of earlier years, the latest first, and its findings.

    ``applied`` are the codes of the rules that could be applied: some need last year's report or a jurisdiction.
    """

    report: Report
    earlier: tuple[Report, ...]
    findings: tuple[Finding, ...]
    applied: tuple[str, ...] | None = None

    @property
    def verdict(self) -> str:
        """SHA-256 of the part of the findings that a finished report shows; not of their words, which may count days."""
        visible = sorted((item.code, item.severity, item.place, bool(item.confirmed)) for item in self.findings)
        return sha256_of(repr((visible, self.applied)).encode("utf-8", "surrogatepass"))

    def packed(self, parameters: Mapping[str, Any]) -> bytes:
        """As bytes for the notebook with these parameters; without line numbers, which no page shows."""
        printed = replace(self, report=_without_lines(self.report), earlier=tuple(map(_without_lines, self.earlier)))
        return pickle.dumps((_text(parameters), printed))


def _text(parameters: Mapping[str, Any]) -> str:
    """Parameters as a text that differs when they do: 1 and True are equal, and their texts differ."""
    return repr(sorted((name, value) for name, value in parameters.items() if value is not None))


def _without_lines(report: Report) -> Report:
    return replace(report, source=Source(report.source.file))


def precompute(report: Report, file: Path | None, folder: Path | None = None, *, today: date | None = None) -> Precomputed:
    """The earlier years and the findings of a report, from the files beside its file or, without one, in ``folder``."""
    place = file or (find_place(report, folder) if folder else None)
    case = assemble(report, place, today=today, years_back=EARLIER_YEARS)
    return Precomputed(report, case.earlier, tuple(run_case(case)), tuple(rule.code for rule in rules_for(case)))


def precomputed_for(parameters: Mapping[str, Any]) -> Precomputed | None:
    """The payload of this process, when it is for these parameters: a cell may have changed them."""
    if not (packed := payload()):
        return None
    text, precomputed = pickle.loads(packed)
    return precomputed if text == _text(parameters) else None
