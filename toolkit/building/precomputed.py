"""Compute the paper of a report before its notebook runs: the reports of earlier years, and the findings.

In: a report and its file. Out: a ``Paper``. A build computes it before the notebook starts and sends it to the notebook's
process as the engine's payload; a notebook run by hand or by stock papermill computes it there.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from toolkit.checks.assembly import assemble
from toolkit.core.files import sha256_of
from toolkit.engine.preload import payload
from toolkit.report import Report
from toolkit.report.model import Source
from toolkit.report.neighbours import EARLIER_YEARS, find_place
from toolkit.sections.paper import Paper, paper_of


def precompute(report: Report, file: Path | None, folder: Path | None = None, *, today: date | None = None) -> Paper:
    """The paper of a report, from the files beside its file or, without one, in ``folder``."""
    place = file or (find_place(report, folder) if folder else None)
    return paper_of(assemble(report, place, today=today, years_back=EARLIER_YEARS))


def verdict_of(paper: Paper) -> str:
    """SHA-256 of the part of the findings that a finished report shows; not of their words, which may count days."""
    visible = sorted((item.code, item.severity, item.place, bool(item.confirmed)) for item in paper.findings)
    return sha256_of(repr((visible, paper.applied)).encode("utf-8", "surrogatepass"))


def packed(paper: Paper, parameters: Mapping[str, Any]) -> bytes:
    """As bytes for the notebook with these parameters; without line numbers, which no page shows."""
    printed = replace(paper, report=_without_lines(paper.report), earlier=tuple(map(_without_lines, paper.earlier)))
    return pickle.dumps((_text(parameters), printed))


def precomputed_for(parameters: Mapping[str, Any]) -> Paper | None:
    """The payload of this process, when it is for these parameters: a cell may have changed them."""
    if not (data := payload()):
        return None
    text, paper = pickle.loads(data)
    return paper if text == _text(parameters) else None


def _text(parameters: Mapping[str, Any]) -> str:
    """Parameters as a text that differs when they do: 1 and True are equal, and their texts differ."""
    return repr(sorted((name, value) for name, value in parameters.items() if value is not None))


def _without_lines(report: Report) -> Report:
    return replace(report, source=Source(report.source.file))
