"""Assemble the case of a params file: the report with last year's, the jurisdiction, members, siblings and the day.

In: a report and its file. Out: a ``Case``. Everything that gives a verdict (form, ``check``, ``build``, ``send``,
``collect``, ``status``, overview, roll-up) assembles it here, so that one file has the same findings everywhere. What is
needed is in the tree ``params/<year>/<jurisdiction>/``; files are read once and again only when their bytes change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from threading import Lock

from toolkit.checks.case import Case
from toolkit.checks.catalogue import RULES_VERSION, run_case
from toolkit.checks.finding import Finding
from toolkit.checks.narrative.likeness import ReportTexts, TextIndex, report_texts
from toolkit.core.errors import ParamsUnreadable
from toolkit.core.tree import full_path
from toolkit.register.lookup import RegisterCounts, look_up
from toolkit.report import Report
from toolkit.report.jurisdiction import JURISDICTION_FILE, Jurisdiction, governing_list, known_jurisdiction
from toolkit.report.neighbours import file_of_year, is_params_name, refuse_misfiled
from toolkit.report.opinion import opinion_beside
from toolkit.report.reading import report_from_yaml
from toolkit.report.yaml_reading import read_yaml_bytes

_KEPT_REPORTS = 256  # in memory, 75 kB each: a folder and the years before
_KEPT_TEXTS = 1024  # 25 kB each
_KEPT_FOLDERS = 8
_DECIDING = ("core", "forms", "report", "register", "checks")  # parts of the package that verdicts depend on


@dataclass(frozen=True)
class Verdict:
    """What the rules say of one params file; ``problem`` says why it could not be read, and then there are no findings."""

    file: Path
    case: Case | None = None
    findings: tuple[Finding, ...] = ()
    problem: ParamsUnreadable | None = None

    @property
    def report(self) -> Report:
        """The report that was judged.

        Raises:
            ParamsUnreadable: there is none.
        """
        if self.case is None:
            raise self.problem or ParamsUnreadable([])
        return self.case.report

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(item for item in self.findings if item.severity == "error")


def judge_file(file: Path, *, today: date | None = None, siblings: TextIndex | None = None) -> Verdict:
    """Read a params file and apply every rule; arguments as ``assemble``."""
    report = read_known(file)
    if isinstance(report, ParamsUnreadable):
        return Verdict(file, problem=report)
    case = assemble(report, file, today=today, siblings=siblings)
    return Verdict(file, case, tuple(run_case(case)))


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


def assemble(
    report: Report,
    file: Path | None,
    *,
    today: date | None = None,
    siblings: TextIndex | None = None,
    years_back: int = 1,
) -> Case:
    """The case of a report: all that the rules may look at.

    Args:
        report: the report as it is now; its file may hold an older state of it.
        file: where it is or will be saved; ``None`` for a report without a place, which has no neighbours.
        today: the day on which deadlines are judged; the current one when left out.
        siblings: the texts of the file's folder, from ``texts_of``, when many files of it are assembled.
        years_back: how many earlier years go into ``Case.earlier``; the rules need one.

    Unreadable files are noted in the case, never raised.
    """
    day = today or date.today()
    if file is None:
        return Case(report, today=day)
    before = [_year_before(report, file, back) for back in range(1, years_back + 1)]
    last = before[0] if before else None
    listed = governing_list(file)
    jurisdiction = known_jurisdiction(listed) if listed else None
    own = listed is not None and listed.parent == full_path(file).with_suffix("")
    return Case(
        report,
        last_year=last if isinstance(last, Report) else None,
        last_year_problem=str(last.problems[0]) if isinstance(last, ParamsUnreadable) else "",
        siblings=(siblings or texts_of(file.parent)).apart_from(file),
        members=_members(jurisdiction, listed.parent, report.year) if jurisdiction and listed and own else (),
        jurisdiction=jurisdiction,
        today=day,
        earlier=tuple(item for item in before if isinstance(item, Report)),
        register=register_beside(report, file),
        opinion=opinion_beside(file),
        listed_as=_listed_as(jurisdiction, file) if listed and listed.parent == full_path(file).parent else "",
    )


def _listed_as(jurisdiction: Jurisdiction | None, file: Path) -> str:
    """The member to which the list gives a file; empty for a file of no member."""
    members = jurisdiction.members if jurisdiction else ()
    return next((member.name for member in members if member.file == file.stem), "")


def case_of_document(report: Report) -> Case:
    """The case of a report without a folder: the report alone, without last year, siblings and jurisdiction."""
    return Case(report)


def register_beside(report: Report, file: Path) -> RegisterCounts | None:
    """What the register of an organ counts for its report; ``None`` where it has no register."""
    counted = look_up(file, report.year)
    return counted if counted != RegisterCounts() else None


@cache
def rules_digest() -> str:
    """SHA-256 of the program text that verdicts depend on: other rules, readers or forms give other verdicts."""
    digest, package = sha256(RULES_VERSION.encode()), Path(__file__).parents[1]
    files = (path for name in _DECIDING for path in (package / name).rglob("*") if path.suffix in (".py", ".yaml"))
    for path in sorted(files):
        digest.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


# ---- files, read once


def read_known(file: Path) -> Report | ParamsUnreadable:
    """The report of a file in its place in the tree, or why it could not be read."""
    return _in_place(_read(file), file)


def _in_place(report: Report | ParamsUnreadable, file: Path) -> Report | ParamsUnreadable:
    """The report, or why it belongs to another place than its file's."""
    try:
        if isinstance(report, Report):
            refuse_misfiled(report, file)
    except ParamsUnreadable as error:
        return error
    return report


def report_of(raw: bytes, name: str) -> Report:
    """The report in the bytes of a file, which is read once for its own checks and those of its siblings.

    Raises:
        ParamsUnreadable: the bytes cannot be taken as a report.
    """
    report = _parsed(raw, name)
    if isinstance(report, Report):
        return report
    raise report


def texts_of(folder: Path) -> TextIndex:
    """The texts of all reports of a folder that can be read and belong there: none of another year or under another's name."""
    folder = full_path(folder)
    files = [(str(path), _bytes_of(path)) for path in _files_of(folder)]
    basis = (files, known_jurisdiction(folder / JURISDICTION_FILE))
    with _LOCK:  # a Dask worker has several threads
        cached = _INDEXES.pop(folder, None)
        if cached is None or cached[0] != basis:
            entries = (_texts(raw, name) for name, raw in files if raw is not None and _belongs(raw, name))
            cached = (basis, TextIndex(entry for entry in entries if entry))
        _INDEXES[folder] = cached
        while len(_INDEXES) > _KEPT_FOLDERS:
            del _INDEXES[next(iter(_INDEXES))]
    return cached[1]


_LOCK = Lock()
_INDEXES: dict[Path, tuple[tuple[Sequence[tuple[str, bytes | None]], Jurisdiction | None], TextIndex]] = {}


def _belongs(raw: bytes, name: str) -> bool:
    """Whether a file with these bytes holds the report that its path names, if it can be read at all."""
    return isinstance(_in_place(_parsed(raw, name), Path(name)), Report)


def _files_of(folder: Path) -> list[Path]:
    """The params files of a folder itself, not of those below it."""
    try:
        return sorted(path for path in folder.iterdir() if is_params_name(path.name) and path.is_file())
    except OSError:
        return []


def _year_before(report: Report, file: Path, back: int) -> Report | ParamsUnreadable | None:
    path = file_of_year(file, report.year, report.year - back)
    if path is None or not path.is_file():
        return None
    read = _read(path)
    return read if isinstance(read, ParamsUnreadable) or read.year == report.year - back else None


def _members(jurisdiction: Jurisdiction, folder: Path, year: int) -> tuple[Report, ...]:
    """The members' reports that are there and can be read; the others are missing."""
    files = [folder / f"{member.file}.yaml" for member in jurisdiction.members]
    reports = [read_known(file) for file in files if file.is_file()]
    return tuple(report for report in reports if isinstance(report, Report) and report.year == year)


def _read(file: Path) -> Report | ParamsUnreadable:
    try:
        return _parsed(read_yaml_bytes(file, keep=True), str(file))
    except ParamsUnreadable as error:
        return error


def _bytes_of(file: Path) -> bytes | None:
    try:
        return read_yaml_bytes(file, keep=True)
    except ParamsUnreadable:
        return None


@lru_cache(maxsize=_KEPT_REPORTS)
def _parsed(raw: bytes, name: str) -> Report | ParamsUnreadable:
    try:
        return report_from_yaml(raw, name)
    except ParamsUnreadable as error:
        return error.with_traceback(None)


@lru_cache(maxsize=_KEPT_TEXTS)
def _texts(raw: bytes, name: str) -> ReportTexts | None:
    """The texts of a file with these bytes; ``None`` when it cannot be read."""
    report = _parsed(raw, name)
    return report_texts(report) if isinstance(report, Report) else None
