"""Gather what lies beside a params file, and check one file or the files of a folder with it.

In: params files. Out: for each its findings, what could not be compared and why, and the likeliest mends. Last year's
file, the jurisdiction and the other organs of the folder are found by the tree ``params/<year>/<jurisdiction>/``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from toolkit.checks.case import Case
from toolkit.checks.catalogue import all_rules, run_case
from toolkit.checks.finding import Finding
from toolkit.checks.fixes.localisation import Mend, suggest_mends
from toolkit.checks.narrative.likeness import TextIndex
from toolkit.core.errors import ParamsUnreadable
from toolkit.report import Report, read_report
from toolkit.report.jurisdiction import JURISDICTION_FILE, Jurisdiction, jurisdiction_of, read_jurisdiction
from toolkit.report.neighbours import file_of_year


@dataclass(frozen=True)
class Checked:
    """One params file after its checks; ``problem`` says why it could not be read, and then there is nothing else.

    ``remarks`` are Chinese sentences on what could not be compared: they are no findings. The report itself is not kept:
    a country's forty thousand would take 3 GB.
    """

    file: Path
    organ: str = ""
    year: int = 0
    title: str = ""
    findings: tuple[Finding, ...] = ()
    remarks: tuple[str, ...] = ()
    mends: tuple[Mend, ...] = ()
    problem: ParamsUnreadable | None = None


def check_folder(files: Sequence[Path], today: date | None = None) -> list[Checked]:
    """The files of one folder after their checks, in order."""
    read = {file: _read(file) for file in files}
    reports = [report for report in read.values() if isinstance(report, Report)]
    index = TextIndex(reports) if len(reports) > 1 else None
    checked = []
    for file, report in read.items():
        if isinstance(report, ParamsUnreadable):
            checked.append(Checked(file, problem=report))
        else:
            checked.append(check_case(replace(case_of(report, file, read=read), siblings=index, today=today), file))
    return checked


def check_case(case: Case, file: Path) -> Checked:
    """A case after its checks, with remarks and mends."""
    report = case.report
    findings = tuple(run_case(case))
    unbalanced = any(finding.code in _identity_codes(report) for finding in findings)
    mends = suggest_mends(report) if unbalanced else ()
    return Checked(file, report.organ.name, report.year, report.title, findings, tuple(_remarks(case)), mends)


def case_of(report: Report, file: Path, *, read: dict[Path, Report | ParamsUnreadable] | None = None) -> Case:
    """A report with last year's and the jurisdiction that lie beside its file.

    A jurisdiction's own report lies beside the folder of its members: then they are at hand as well. ``read`` holds
    files read before. What is there and cannot be read is told in the case, never raised.
    """
    before = read or {}
    last = _last_year(report, file, before)
    problem = f"{last.problems[0]}" if isinstance(last, ParamsUnreadable) else ""
    folder = file.with_suffix("")
    own = folder / JURISDICTION_FILE
    area = own if own.is_file() else jurisdiction_of(file)
    jurisdiction = _jurisdiction(area, area.stat().st_mtime_ns) if area else None
    members = _members(jurisdiction, folder, report.year, before) if jurisdiction and area == own else ()
    return Case(report, last if isinstance(last, Report) else None, problem, members=members, jurisdiction=jurisdiction)


def _members(
    jurisdiction: Jurisdiction, folder: Path, year: int, read: dict[Path, Report | ParamsUnreadable]
) -> tuple[Report, ...]:
    """The members' reports that are there and can be read; the others are missing."""
    files = [folder / f"{member.file}.yaml" for member in jurisdiction.members]
    found = [read[file] if file in read else _read(file) for file in files if file in read or file.is_file()]
    return tuple(report for report in found if isinstance(report, Report) and report.year == year)


def _last_year(report: Report, file: Path, read: dict[Path, Report | ParamsUnreadable]) -> Report | ParamsUnreadable | None:
    path = file_of_year(file, report.year, report.year - 1)
    if path is None or not path.is_file():
        return None
    last = read[path] if path in read else _read(path)
    return last if isinstance(last, ParamsUnreadable) or last.year == report.year - 1 else None


def _read(file: Path) -> Report | ParamsUnreadable:
    try:
        return read_report(file)
    except ParamsUnreadable as error:
        return error


@lru_cache(maxsize=64)
def _jurisdiction(file: Path, changed: int) -> Jurisdiction | None:
    """The jurisdiction in a file; ``changed`` is when it was written, so that a newer one is read again."""
    try:
        return read_jurisdiction(file)
    except ParamsUnreadable:
        return None  # the commands that need it say so; dates of the law serve here


def _identity_codes(report: Report) -> set[str]:
    return {identity.code for table in report.form.tables for identity in table.identities}


def _remarks(case: Case) -> Iterator[str]:
    """What was not compared, for the person who wonders why nothing was found."""
    year, last = case.report.year - 1, case.last_year
    across = sum(item.group == "与上年衔接" and item.needs != "siblings" for item in all_rules())
    if last is None and not case.last_year_problem:
        yield f"没有找到 {year} 年的数据，与上年衔接的 {across} 条规则没有用上"
    elif last is not None and last.form.id != case.report.form.id:
        yield f"{year} 年用的是 {last.form.id} 版格式，只核对结转数和文字，第二部分不能比较"
