"""Build many reports in parallel and independently of each other, on this machine or on a cluster.

In: files, folders or addresses. Out: one result per report, in the order of completion. Unchanged reports are
recognised without a process; the others go to an executor of ``concurrent.futures``: worker processes, or a Dask cluster.
"""

from __future__ import annotations

import os
import queue
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from toolkit.building.addresses import is_address, joined
from toolkit.building.fingerprint import Surroundings, fingerprint
from toolkit.building.record import LOCK_NAME, RunResult, read_record, unchanged_report
from toolkit.building.report_engine import ENGINE, SHIPPED, copy_kernels
from toolkit.core.errors import UsageError
from toolkit.core.files import read_neighbour
from toolkit.core.processes import WorkerPool
from toolkit.core.settings import BatchSettings, RunSettings
from toolkit.core.tree import below_year, full_path
from toolkit.engine.imports import import_papermill
from toolkit.engine.trusted import is_trusted_file
from toolkit.exporters.finished import FORMAT_MODULES

AHEAD = 256  # tasks submitted before the first one is done; enough to keep a large cluster busy


@dataclass(frozen=True, slots=True)
class Job:
    """One report of a batch: the names of its params file and of its folder."""

    params: str
    folder: str


def plan_jobs(files: Iterable[str], outputs: str) -> list[Job]:
    """The reports of some params files, given by name or address, each with its folder.

    Raises:
        UsageError: two params files would go to one folder.
    """
    jobs: dict[str, Job] = {}
    for params in dict.fromkeys(files):
        # a path relative to the inside of the tree is completed, so that year and jurisdiction are in it
        place = params if is_address(params) else os.path.abspath(params)
        job = Job(params, joined(outputs, below_year(place)))
        other = jobs.setdefault(same_on_disk(job.folder), job)
        if other.params != params and not _same_file(other.params, params):
            raise UsageError(
                f"{other.params} 和 {params} 的成品会放进同一个文件夹 {job.folder}。"
                "请按“年度/地区/机关.yaml”分开存放，或分两次生成到不同的文件夹（--outputs）"
            )
    return list(jobs.values())


def same_on_disk(folder: str, windows: bool = os.name == "nt") -> str:
    """A key that is equal for names of one folder: Windows drops blanks and dots at the end of a name, and knows no case."""
    return re.sub(r"[ .]+(?=[\\/]|\Z)", "", folder).casefold() if windows and not is_address(folder) else folder


def _same_file(one: str, other: str) -> bool:
    return not is_address(one) and not is_address(other) and Path(one).resolve() == Path(other).resolve()


def output_folder(params: Path) -> Path:
    """``2020/嘉祥县/孟姑集镇`` for ``params/2020/嘉祥县/孟姑集镇.yaml``: the year and the path below it."""
    return Path(below_year(str(full_path(params))))


def run_jobs(jobs: Iterable[Job], settings: BatchSettings) -> Iterator[RunResult]:
    """Build the reports of some jobs; results come as they are finished, each under the name of its job.

    Closing the iterator kills running tasks; finished reports are complete.
    """
    waiting: list[Job] = []
    surroundings = Surroundings(settings.run.today)
    for job in jobs:
        result = None if settings.force else _unchanged(job, settings.run, surroundings)
        if result:
            yield result
        else:
            waiting.append(job)
    if len(waiting) == 1 and not settings.cluster and not needs_kernels(settings.run):
        (job,) = waiting  # a single report without a kernel is built in this process
        yield replace(build_job(job, settings.run, settings.force, str(Path.cwd())), name=job.params, folder=job.folder)
    elif waiting:
        try:
            with _executor(settings, len(waiting)) as executor:
                yield from _run(waiting, settings, executor)
        finally:
            _remove_locks(waiting)


def _remove_locks(jobs: Iterable[Job]) -> None:
    """Remove the lock files of killed workers (Ctrl+C) on Windows; a lock that another build holds stays.

    POSIX removes files that are held, and two builds would hold two locks of one name: there the next build removes them.
    """
    for job in jobs if os.name == "nt" else ():
        if not is_address(job.folder):
            with suppress(OSError):
                Path(job.folder, LOCK_NAME).unlink(missing_ok=True)


def needs_kernels(settings: RunSettings) -> bool:
    """Whether the notebook runs in a kernel: only the shipped one leaves no trace in the process that runs it."""
    return settings.engine != ENGINE or not is_trusted_file(settings.notebook, SHIPPED)


def _unchanged(job: Job, settings: RunSettings, surroundings: Surroundings) -> RunResult | None:
    """The result of an unchanged report; for an address the worker compares."""
    if is_address(job.params) or is_address(job.folder):
        return None
    record = read_record(job.folder)
    if record is None:  # nothing was built there
        return None
    try:
        around = surroundings.of(job.params)  # reads the whole folder, so that the report is in memory
        raw = read_neighbour(job.params)
        mark = fingerprint(job.params, raw, settings.notebook, surroundings, data_code=settings.data_code)
    except OSError:  # the worker says what cannot be read
        return None
    result = unchanged_report(Path(job.params), Path(job.folder), record, mark, settings, surroundings=around)
    if result is None or result.message:  # the worker, which holds the folder's lock, removes leftovers
        return None
    return replace(result, name=job.params, folder=job.folder)


def _run(jobs: Sequence[Job], settings: BatchSettings, executor: Executor) -> Iterator[RunResult]:
    done: queue.SimpleQueue[tuple[Job, Future[RunResult]]] = queue.SimpleQueue()
    waiting, open_jobs = iter(jobs), 0
    here = str(Path.cwd())
    while True:
        while open_jobs < AHEAD and (job := next(waiting, None)):
            future = executor.submit(build_job, job, settings.run, settings.force, here)
            future.add_done_callback(lambda finished, job=job: done.put((job, finished)))  # type: ignore[misc]
            open_jobs += 1
        if not open_jobs:
            return
        yield _result(*_next(done))
        open_jobs -= 1


def _next(done: queue.SimpleQueue[tuple[Job, Future[RunResult]]]) -> tuple[Job, Future[RunResult]]:
    while True:
        try:
            return done.get(timeout=1)  # Windows cannot interrupt a wait without timeout
        except queue.Empty:
            continue


def _result(job: Job, future: Future[RunResult]) -> RunResult:
    try:
        return replace(future.result(), name=job.params, folder=job.folder)
    except CancelledError:  # a cluster cancels every task when its scheduler ends
        message = "与调度程序的连接断了，没有生成；请确认 dask scheduler 还在运行，再运行一次"
    except Exception as error:
        message = f"处理这份报告的进程意外中止（{type(error).__name__}），其他报告不受影响；请重新运行，仍不成功时减少 --jobs"
    return RunResult(Path(job.params), "failed", message=message, name=job.params, folder=job.folder)


def build_job(job: Job, settings: RunSettings, force: bool, here: str) -> RunResult:
    """The task of one report; relative names are relative to ``here``."""
    import_papermill()
    from toolkit.building.remote import run_anywhere

    params, folder = (name if is_address(name) else str(Path(here, name)) for name in (job.params, job.folder))
    result = run_anywhere(params, folder, settings, force=force)
    return replace(result, message=result.message.replace(params, job.params).replace(folder, job.folder))


@contextmanager
def _executor(settings: BatchSettings, jobs: int) -> Iterator[Executor]:
    """The executor of a batch; when the block is left early, running tasks are killed."""
    executor: Executor
    if settings.cluster:
        from toolkit.building.cluster import cluster_executor

        with cluster_executor(settings.cluster) as executor:
            yield executor
        return
    kernels = needs_kernels(settings.run)
    modules = ["toolkit.building.preloaded", *(FORMAT_MODULES[name] for name in settings.run.formats if name in FORMAT_MODULES)]
    modules[:0] = ["toolkit.building.preloaded_kernels"] if kernels else []
    executor = WorkerPool(min(settings.jobs, jobs), modules, copy_kernels if kernels else None)
    finished = False
    try:
        yield executor
        finished = True
    finally:
        executor.shutdown(cancel_futures=not finished)
