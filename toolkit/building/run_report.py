"""Run the notebook for one params file and finish the report.

In: a params file. Out: the executed notebook and one file per format in a folder, all of them or none, read back and
compared with the params. A report that would not change is skipped; one with errors is refused unless drafts are allowed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from filelock import BaseFileLock, FileLock

from toolkit.building.execution import CellFailed, execute, notebook_bytes
from toolkit.building.fingerprint import Surroundings, fingerprint
from toolkit.building.precomputed import precompute, verdict_of
from toolkit.building.record import (
    LOCK_NAME,
    BuildRecord,
    RunResult,
    left_behind,
    made_file,
    read_record,
    remove_leftovers,
    unchanged_report,
    write_record,
)
from toolkit.checks import Finding
from toolkit.checks.assembly import report_of
from toolkit.checks.case import OutputDifference
from toolkit.core.errors import CannotWrite, NianbaoError, ParamsUnreadable, RunFailed
from toolkit.core.files import remove_file, save_bytes, save_together
from toolkit.core.logs import log_unexpected_error, unexpected_sentence
from toolkit.core.machine import refuse_impossible_clock
from toolkit.core.settings import RunSettings
from toolkit.core.write_failures import reason
from toolkit.exporters.document import read_notebook
from toolkit.exporters.finished import SUBMISSION, FinishedFile, file_stem, files_of
from toolkit.exporters.readback import CHECKS
from toolkit.report import Report
from toolkit.report.neighbours import refuse_misfiled
from toolkit.report.yaml_reading import read_yaml_bytes
from toolkit.sections.paper import Paper

EXECUTED_NAME = "annual_report.ipynb"
FAILED_NAME = "annual_report.failed.ipynb"  # half-run, marked at the cell; removed by the next success
EXECUTED = "ipynb"  # the notebook's format in a record


def build(params: Path | str, folder: Path | str, settings: RunSettings | None = None, *, force: bool = False) -> RunResult:
    """Build one report: run the notebook, set every format, read the files back and save them together.

    Args:
        params: the params file.
        folder: the folder of the finished files; one process at a time works in it, others wait.
        settings: notebook, formats, draft, engine, limits; the defaults when left out.
        force: build also when nothing has changed.

    Returns:
        The result: ``state`` is ``finished``, ``failed`` or ``not_started``, ``message`` says why in Chinese. Nothing is raised.
    """
    start = time.perf_counter()
    result = _run(Path(params), Path(folder), settings or RunSettings(), force=force)
    return replace(result, seconds=time.perf_counter() - start)


def _run(params: Path, folder: Path, settings: RunSettings, *, force: bool) -> RunResult:
    title = ""
    try:
        order = _read_order(params, folder, settings)
        title = order.report.title
        if order.errors and not settings.draft:
            return RunResult(params, "not_started", title, message=_refusal(order.errors))
        refuse_impossible_clock()
        with _alone_in(folder):
            remove_leftovers(folder)
            return (None if force else _unchanged(order)) or _build(order)
    except ParamsUnreadable as error:
        return RunResult(params, "not_started", message=str(error))
    except CannotWrite as error:  # a clerk's form names the file; here it is one of many of that name
        return RunResult(params, "failed", title, message=f"{error}。所在文件夹：{folder}")
    except NianbaoError as error:
        return RunResult(params, "failed", title, message=str(error))
    except Exception as error:
        # an unexpected error touches no other report; the traceback is in the log
        log = log_unexpected_error(str(params))
        return RunResult(params, "failed", title, message=unexpected_sentence(error, log))


@dataclass(frozen=True)
class _Order:
    """One report to build: its inputs, all read at one moment."""

    params: Path
    folder: Path
    settings: RunSettings
    paper: Paper
    fingerprint: str
    surroundings: str

    @property
    def report(self) -> Report:
        return self.paper.report

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.paper.findings if finding.severity == "error")


def _read_order(params: Path, folder: Path, settings: RunSettings) -> _Order:
    raw = read_yaml_bytes(params)
    report = report_of(raw, str(params))
    refuse_misfiled(report, params)
    around = Surroundings(settings.today)
    mark, surroundings = fingerprint(params, raw, settings.notebook, around, data_code=settings.data_code), around.of(params)
    # last: of a neighbour that changes meanwhile the record holds the older state, so that the next run checks again
    return _Order(params, folder, settings, precompute(report, params, today=settings.today), mark, surroundings)


def _unchanged(order: _Order) -> RunResult | None:
    """The result when a build would change nothing; new surroundings with the same verdict are recorded."""
    record, verdict = read_record(order.folder), verdict_of(order.paper)
    if record is None:
        return None
    result = unchanged_report(order.params, order.folder, record, order.fingerprint, order.settings, verdict=verdict)
    if result and record.surroundings != order.surroundings:
        write_record(order.folder, replace(record, surroundings=order.surroundings))
    return result


def _refusal(errors: tuple[Finding, ...]) -> str:
    sentences = "；".join(finding.message for finding in errors[:3])
    more = f"；等共 {len(errors)} 处" if len(errors) > 3 else ""
    return f"有 {len(errors)} 处错误，改正后才能生成正式报告（可加 --draft 先生成草稿）：{sentences}{more}"


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Lock the folder of one report; the lock is released when the process ends in any way."""
    lock = FileLock(folder / LOCK_NAME)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except OSError as error:
        raise CannotWrite(folder / EXECUTED_NAME, reason(error)) from error
    try:
        yield
    finally:
        # an error here would replace the result, or the real error of the build
        with suppress(OSError):
            _release(lock)


def _release(lock: BaseFileLock) -> None:
    """Release the lock and remove its file.

    POSIX: removed while the lock is held; a process that waits for it notices (no link left) and opens a new file.
    Windows forbids that, and filelock removes the file there after the release.
    """
    try:
        if os.name == "posix":
            Path(lock.lock_file).unlink(missing_ok=True)
    finally:
        lock.release()


def _build(order: _Order) -> RunResult:
    try:
        notebook, run = execute(order.paper, order.params, order.settings)
    except CellFailed as error:
        kept_folder: Path | None = order.folder / FAILED_NAME
        try:
            save_bytes(order.folder / FAILED_NAME, notebook_bytes(error.notebook))
        except CannotWrite:  # the cell's error is what the clerk needs
            kept_folder = None
        raise RunFailed(str(error), kept_folder) from error
    settings = order.settings
    finished = finish_report(notebook, order.report, settings.formats, data_code=settings.data_code)
    files_by_name = {EXECUTED_NAME: (EXECUTED, notebook_bytes(notebook))}
    files_by_name |= {file.name: (file.format, file.data) for file in finished}
    leftovers = _publish(order, files_by_name, run)
    return RunResult(
        order.params, "finished", order.report.title, tuple(order.folder / name for name in files_by_name),
        message=left_behind(leftovers), draft=bool(order.errors), fingerprint=order.fingerprint, run=run,
    )  # fmt: skip


def _publish(order: _Order, made: Mapping[str, tuple[str, bytes]], run: str) -> tuple[str, ...]:
    """Put the files in place, then their record; remove files made from older inputs.

    Returns:
        The names of old files that cannot be removed now; the record lists them for the next run.
    """
    before, verdict = read_record(order.folder), verdict_of(order.paper)
    save_together(order.folder, {name: data for name, (_, data) in made.items()})
    files = [made_file(order.folder / name, kind, data) for name, (kind, data) in made.items()]
    outdated = [FAILED_NAME, *(before.leftovers if before else ())]
    is_same = before and (before.fingerprint, before.verdict) == (order.fingerprint, verdict)
    for old in before.files if before else ():
        if old.name in made:
            continue
        if is_same and old.is_whole(str(order.folder)):
            files.append(old)  # another format of the same report
        else:
            outdated.append(old.name)
    leftovers = tuple(name for name in outdated if name not in made and not remove_file(order.folder / name))
    record = BuildRecord(
        order.fingerprint, order.report.title, bool(order.errors), tuple(files), run, leftovers,
        verdict=verdict, surroundings=order.surroundings,
    )  # fmt: skip
    write_record(order.folder, record)
    return leftovers


class OutputDiffers(NianbaoError):
    """A finished file differs from the params; code ``output-differs`` of the catalogue."""

    code = "output-differs"

    def __init__(self, differences: Sequence[OutputDifference]) -> None:
        self.differences = tuple(differences)
        super().__init__("成品与填报数据不一致，没有保存：" + "；".join(item.sentence for item in differences[:3]))


def finish_report(
    notebook: Mapping[str, Any], report: Report, formats: Iterable[str], *, data_code: bool = True
) -> tuple[FinishedFile, ...]:
    """The finished files of one report, each read back and compared; the notebook is read once for all formats.

    Args:
        notebook: the executed notebook.
        report: what it was made from.
        formats: which formats to make, the files in their order.
        data_code: print the data code on the last page of the PDF.

    Raises:
        OutputDiffers: a file read back says something else than the params.
        NotebookFailed, NotAReport, GlyphMissing, SettingFailed: as the exporters.
    """
    document = read_notebook(notebook) if data_code else read_notebook(notebook).without_data_code()
    publication = document.publication_copy()
    copies = {name: document if name == SUBMISSION else publication for name in formats}
    stem = file_stem(report.title)
    finished = {name: tuple(files_of(name, copy, stem)) or (_exported(name, notebook, stem),) for name, copy in copies.items()}
    differences = [
        item for name, files in finished.items() if name in CHECKS for item in CHECKS[name](files[0].data, copies[name], report)
    ]
    if differences:
        raise OutputDiffers(differences)
    return tuple(chain.from_iterable(finished.values()))


def _exported(name: str, notebook: Mapping[str, Any], stem: str) -> FinishedFile:
    """A format of another package."""
    import nbconvert  # half a second

    data, _ = nbconvert.get_exporter(f"nianbao-{name}")().from_notebook_node(notebook)
    return FinishedFile(name, f"{stem}.{name}", data.encode("utf-8") if isinstance(data, str) else bytes(data))
