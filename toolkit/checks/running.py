"""Check any number of params files, folder by folder, in several processes when there are many.

In: params files. Out: what was found in each, in the same order whatever the number of processes. No report is kept: of
forty thousand they would take 3 GB.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path

from toolkit.checks.assembly import judge_file, texts_of
from toolkit.checks.case import Case
from toolkit.checks.catalogue import all_rules, run_case
from toolkit.checks.finding import Finding
from toolkit.checks.fixes.localisation import Mend, suggest_mends
from toolkit.core.errors import ParamsUnreadable
from toolkit.core.processes import map_in_processes
from toolkit.report.jurisdiction import governing_list, read_jurisdiction

WORTH_A_PROCESS = 150  # files: one takes 6 ms, and another process half a second to start


@dataclass(frozen=True)
class FileFindings:
    """One params file after its checks; ``problem`` says why it could not be read; the other fields are then empty.

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


def check_files(files: Iterable[Path], *, today: date | None = None, jobs: int = 1) -> Iterator[FileFindings]:
    """Check params files; those of one folder are compared with each other as well.

    Args:
        files: the params files; each is checked once, those of a folder together.
        today: the day on which deadlines are judged; the real one when left out.
        jobs: how many processes may share the folders.
    """
    by_folder: dict[Path, list[Path]] = {}
    for file in dict.fromkeys(files):
        by_folder.setdefault(file.parent, []).append(file)
    folders = list(by_folder.values())
    processes = min(jobs, len(folders), sum(map(len, folders)) // WORTH_A_PROCESS)
    return chain.from_iterable(map_in_processes(partial(check_folder, today=today), folders, processes, [__name__]))


def check_folder(files: Sequence[Path], today: date | None = None) -> list[FileFindings]:
    """Files of one folder after their checks, in order. They are compared with every report of the folder."""
    siblings = texts_of(files[0].parent) if files else None
    checked = []
    for file in files:
        verdict = judge_file(file, today=today, siblings=siblings)
        if verdict.case is None:
            checked.append(FileFindings(file, problem=verdict.problem))
            continue
        checked.append(_checked(verdict.case, file, verdict.findings))
    return checked


def check_case(case: Case, file: Path) -> FileFindings:
    """A case after its checks, with remarks and mends; ``file`` is where its report is or will be saved."""
    return _checked(case, file, tuple(run_case(case)))


def _checked(case: Case, file: Path, findings: tuple[Finding, ...]) -> FileFindings:
    report = case.report
    identities = {identity.code for table in report.form.tables for identity in table.identities}
    mends = suggest_mends(report) if not identities.isdisjoint(item.code for item in findings) else ()
    remarks = (*_unread_list(case, file), *_remarks(case))
    return FileFindings(file, report.organ.name, report.year, report.title, findings, remarks, mends)


def _unread_list(case: Case, file: Path) -> Iterator[str]:
    """What is wrong with the ``_jurisdiction.yaml`` above a file: without it nothing that the county asks is checked."""
    listed = governing_list(file) if case.jurisdiction is None else None
    if listed is not None:
        try:
            read_jurisdiction(listed)
        except ParamsUnreadable as error:
            yield f"{listed.name} 读不出，名单、期限和本地区的要求没有用上：{error.problems[0]}"


def _remarks(case: Case) -> Iterator[str]:
    """What was not compared, for the person who wonders why nothing was found."""
    year, last = case.report.year - 1, case.last_year
    across = sum(item.group == "与上年衔接" and item.needs != "siblings" for item in all_rules())
    if last is None and not case.last_year_problem:
        yield f"没有找到 {year} 年的数据，与上年衔接的 {across} 条规则没有用上"
    elif last is not None and last.form.id != case.report.form.id:
        yield f"{year} 年用的是 {last.form.id} 版格式，只核对结转数和文字，第二部分不能比较"
