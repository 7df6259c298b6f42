"""The two functions that most programs need: the findings of a params file, and the finished report of one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from toolkit.building.record import RunResult
from toolkit.building.run_report import run_report
from toolkit.checks.assembly import judge_file
from toolkit.checks.finding import Finding
from toolkit.core.settings import RunSettings


def check(params: Path | str, *, today: date | None = None) -> list[Finding]:
    """The findings of a params file, as ``nianbao check`` prints them: errors first, then warnings and notices.

    Args:
        params: ``params/<year>/<jurisdiction>/<organ>.yaml``; the files beside it (last year, member list, siblings) count.
        today: the day on which deadlines are judged; today by default.

    Raises:
        ParamsUnreadable: the file cannot be read; carries every problem with its line.
    """
    verdict = judge_file(Path(params), today=today)
    if verdict.problem is not None:
        raise verdict.problem
    return list(verdict.findings)


def build(params: Path | str, folder: Path | str, settings: RunSettings | None = None, *, force: bool = False) -> RunResult:
    """Build one report: run the notebook, set every format, read the files back and save them together.

    Args:
        params: the params file.
        folder: the folder of the finished files.
        settings: notebook, formats, draft; the defaults when left out.
        force: build also when nothing has changed.

    Returns:
        The result: ``state`` is ``finished``, ``failed`` or ``not_started``, ``message`` says why in Chinese.
    """
    return run_report(Path(params), Path(folder), settings or RunSettings(), force=force)
