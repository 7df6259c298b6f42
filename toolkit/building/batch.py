"""Run the notebook for many params files, several at a time, each apart from the others, on this machine or on many.

In: files, folders or addresses. Out: one result per report, as they come. What has not changed is told at once and
costs no process; the rest goes to an executor of ``concurrent.futures``: processes of this machine, or a Dask cluster.
"""

from __future__ import annotations

import os
import queue
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from toolkit.building.addresses import is_address, joined, report_files
from toolkit.building.fingerprint import Surroundings, fingerprint
from toolkit.building.pool import WorkerPool
from toolkit.building.record import LOCK_NAME, RunResult, unchanged_report
from toolkit.core.errors import UsageError
from toolkit.core.files import read_regular_file
from toolkit.core.settings import BatchSettings, RunSettings
from toolkit.core.tree import below_year, full_path
from toolkit.engine.imports import import_papermill
from toolkit.engine.shipped import is_shipped_file
from toolkit.engine.system import ENGINE

AHEAD = 256  # pieces of work handed over before the first comes back; enough to keep a large cluster busy


@dataclass(frozen=True, slots=True)
class Job:
    """One report of a batch: the name of its params, and where its files go."""

    params: str
    folder: str


def build_reports(paths: Sequence[Path | str], settings: BatchSettings) -> Iterator[RunResult]:
    """Build every report under ``paths``; results come as they are finished.

    Closing the iterator ends what is running; finished reports are whole.

    Raises:
        UsageError: two params files would go to one folder; an address that cannot be reached.
    """
    yield from run_jobs(plan_jobs(paths, str(settings.outputs)), settings)


def plan_jobs(paths: Sequence[Path | str], outputs: str) -> list[Job]:
    """The reports under ``paths``, each with a folder of its own.

    Raises:
        UsageError: two params files would go to one folder.
    """
    jobs: dict[str, Job] = {}
    for params in dict.fromkeys(report_files([str(path) for path in paths])):
        # a file named from inside the tree still goes where its year and jurisdiction say
        place = params if is_address(params) else str(full_path(Path(params)))
        job = Job(params, joined(outputs, below_year(place)))
        other = jobs.setdefault(job.folder, job)
        if other.params != params and not _same_file(other.params, params):
            raise UsageError(
                f"{other.params} 和 {params} 的成品会放进同一个文件夹 {job.folder}。"
                "请按“年度/地区/机关.yaml”分开存放，或分两次生成到不同的文件夹（--outputs）"
            )
    return list(jobs.values())


def _same_file(one: str, other: str) -> bool:
    return not is_address(one) and not is_address(other) and Path(one).resolve() == Path(other).resolve()


def output_folder(params: Path) -> Path:
    """``2020/嘉祥县/孟姑集镇`` for ``params/2020/嘉祥县/孟姑集镇.yaml``: what lies below the folder of the year."""
    return Path(below_year(str(full_path(params))))


def run_jobs(jobs: Iterable[Job], settings: BatchSettings) -> Iterator[RunResult]:
    """Build the reports of some jobs; results come as they are finished, each under the name of its job."""
    waiting: list[Job] = []
    surroundings = Surroundings(settings.run.today)
    for job in jobs:
        result = None if settings.force else _unchanged(job, settings.run, surroundings)
        if result:
            yield result
        else:
            waiting.append(job)
    if len(waiting) == 1 and not settings.cluster and not needs_kernels(settings.run):
        (job,) = waiting  # no process is started for one report whose notebook needs none
        yield replace(build_job(job, settings.run, settings.force, str(Path.cwd())), name=job.params, folder=job.folder)
    elif waiting:
        try:
            with _executor(settings, len(waiting)) as executor:
                yield from _run(waiting, settings, executor)
        finally:
            _remove_locks(waiting)


def _remove_locks(jobs: Iterable[Job]) -> None:
    """Remove the lock files of workers that were ended (Ctrl+C) on Windows; one that another build holds stays.

    POSIX removes files that are held, and two builds would hold two locks of one name: there the next build removes them.
    """
    for job in jobs if os.name == "nt" else ():
        if not is_address(job.folder):
            with suppress(OSError):
                Path(job.folder, LOCK_NAME).unlink(missing_ok=True)


def needs_kernels(settings: RunSettings) -> bool:
    """Whether the notebook runs in a kernel: one that is not shipped may leave a trace in the process that runs it."""
    return settings.engine != ENGINE or not is_shipped_file(settings.notebook)


def _unchanged(job: Job, settings: RunSettings, surroundings: Surroundings) -> RunResult | None:
    """What can be told without reading the params; at an address the process that builds it looks."""
    if is_address(job.params) or is_address(job.folder):
        return None
    path, folder = Path(job.params), Path(job.folder)
    try:
        mark = fingerprint(path, read_regular_file(path), settings.notebook, data_code=settings.data_code)
    except OSError:
        return None
    result = unchanged_report(path, folder, mark, settings, surroundings=surroundings.of(path))
    if result is None or result.message:  # what was left behind is removed by the process that holds the folder's lock
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
            return done.get(timeout=1)  # a wait without end cannot be interrupted on Windows
        except queue.Empty:
            continue


def _result(job: Job, future: Future[RunResult]) -> RunResult:
    try:
        return replace(future.result(), name=job.params, folder=job.folder)
    except CancelledError:  # a cluster calls off everything when its scheduler goes
        message = "与调度程序的连接断了，没有生成；请确认 dask scheduler 还在运行，再运行一次"
    except Exception as error:
        message = f"处理这份报告的进程意外中止（{type(error).__name__}），其他报告不受影响；请重新运行，仍不成功时减少 --jobs"
    return RunResult(Path(job.params), "failed", message=message, name=job.params, folder=job.folder)


def build_job(job: Job, settings: RunSettings, force: bool, here: str) -> RunResult:
    """What a process does for one report; ``here`` is the folder that relative names start from."""
    import_papermill()
    from toolkit.building.remote import run_anywhere

    params, folder = (name if is_address(name) else str(Path(here, name)) for name in (job.params, job.folder))
    result = run_anywhere(params, folder, settings, force=force)
    return replace(result, message=result.message.replace(params, job.params).replace(folder, job.folder))


@contextmanager
def _executor(settings: BatchSettings, jobs: int) -> Iterator[Executor]:
    """Where the work is done; when it is left early, what is running there is ended."""
    executor: Executor
    if settings.cluster:
        from toolkit.building.cluster import cluster_executor

        with cluster_executor(settings.cluster) as executor:
            yield executor
        return
    executor = WorkerPool(min(settings.jobs, jobs), kernels=needs_kernels(settings.run))
    finished = False
    try:
        yield executor
        finished = True
    finally:
        executor.shutdown(cancel_futures=not finished)
