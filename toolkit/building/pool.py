"""A process pool that survives the death of a worker: an executor of ``concurrent.futures``.

The standard library's executor fails as a whole when a worker is killed (``BrokenProcessPool``). Here a new worker repeats
the task of a dead one; a task fails alone after three deaths. A worker is replaced after a number of tasks, since Typst
numbers the files it has seen with 16 bits.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import queue
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from multiprocessing.connection import Connection
from typing import Any

from toolkit.core.machine import repair_environment, short_temporary_folder, tune_collector
from toolkit.core.processes import not_for_others

ATTEMPTS = 3
RECYCLE_AFTER = 2000
START_PAUSES = (0.05, 0.2, 1.0, 3.0)  # seconds
# imported in the process that workers are forked from, where the system can fork
WORKER_MODULES = ["toolkit.building.preloaded"]
WORKER_AND_KERNEL_MODULES = ["toolkit.building.preloaded_kernels", *WORKER_MODULES]
_Work = tuple[Future[Any], bytes]


class WorkerDied(Exception):
    """Three workers died at one task."""


class WorkerPool(Executor):
    """Worker processes, each with one task at a time."""

    def __init__(
        self, workers: int, recycle_after: int = RECYCLE_AFTER, *, kernels: bool = True, modules: Sequence[str] = ()
    ) -> None:  # fmt: skip
        """Start one thread per worker.

        Args:
            workers: number of workers.
            recycle_after: number of tasks after which a worker is replaced.
            kernels: whether notebooks run in forked kernels: each worker then starts with a fork server.
            modules: what the tasks import beside ``WORKER_MODULES``.
        """
        self._recycle_after, self._kernels = recycle_after, kernels
        self._waiting: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._context = _context(kernels, modules)
        self._workers: set[_Worker] = set()
        # on Windows a folder for the workers' TEMP, which a killed worker does not clean up
        self._temporary = tempfile.mkdtemp(prefix="nianbao-") if os.name == "nt" else ""
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(workers)]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """As every executor; the function is pickled by name."""
        future: Future[Any] = Future()
        self._waiting.put((future, pickle.dumps((fn, args, kwargs))))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers when all tasks are done; with ``cancel_futures`` kill them at once."""
        if cancel_futures:
            self._stopped.set()
            for worker in list(self._workers):
                worker.kill()
        for _ in self._threads:
            self._waiting.put(None)
        if wait:
            for thread in self._threads:
                thread.join()
            if self._temporary:
                shutil.rmtree(self._temporary, ignore_errors=True)

    def processes(self) -> list[int]:
        """The PIDs of the workers."""
        return [worker.pid for worker in list(self._workers)]

    def _serve(self) -> None:
        """Feed one worker with tasks."""
        worker: _Worker | None = None
        while (work := self._waiting.get()) is not None:
            future, call = work
            if self._stopped.is_set():
                future.cancel()
            elif future.set_running_or_notify_cancel():
                worker = self._do(worker, future, call)
        if worker:
            self._dismiss(worker)

    def _do(self, worker: _Worker | None, future: Future[Any], call: bytes) -> _Worker | None:
        died: Exception = WorkerDied()
        for _ in range(ATTEMPTS):
            if self._stopped.is_set():
                break
            try:
                worker = worker or self._add_worker()
                done, value = worker.call(call)
            except Exception as error:
                died = died if isinstance(error, EOFError | OSError) else error
                if worker:
                    self._dismiss(worker)
                worker = None
                continue
            (future.set_result if done else future.set_exception)(value)
            if worker.calls >= self._recycle_after:
                self._dismiss(worker)
                worker = None
            return worker
        future.set_exception(died)
        return None

    def _add_worker(self) -> _Worker:
        worker = self._start_worker()
        self._workers.add(worker)
        if self._stopped.is_set():
            worker.kill()
        return worker

    def _start_worker(self) -> _Worker:
        """Start a worker; retry while the fork server restarts."""
        for pause in START_PAUSES:
            try:
                return _Worker(self._context, self._kernels, self._temporary)
            except (EOFError, OSError):
                time.sleep(pause)
        return _Worker(self._context, self._kernels, self._temporary)

    def _dismiss(self, worker: _Worker) -> None:
        self._workers.discard(worker)
        worker.close()


class _Worker:
    """The pool's end of one worker."""

    def __init__(self, context: Any, kernels: bool, temporary: str) -> None:
        self._connection, far = context.Pipe()
        environment = {**os.environ, **(dict.fromkeys(("TEMP", "TMP"), temporary) if temporary else {})}
        self._process = context.Process(target=_work, args=(far, environment, kernels), daemon=True)
        with not_for_others():
            self._process.start()
        far.close()
        self.calls = 0

    @property
    def pid(self) -> int:
        return int(self._process.pid or 0)

    def call(self, call: bytes) -> tuple[bool, Any]:
        self._connection.send_bytes(call)
        self.calls += 1
        answer: tuple[bool, Any] = pickle.loads(self._connection.recv_bytes())
        return answer

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        self._connection.close()
        self._process.join(5)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        with contextlib.suppress(ValueError):
            self._process.close()


def _context(kernels: bool, modules: Sequence[str]) -> Any:
    """Never fork this process: it may have set a page with Typst, and a copy of such a process hangs."""
    if sys.platform == "win32" or "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    # ipykernel brings a debugger, which would warn on the terminal that Python's own modules are frozen
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    context.set_forkserver_preload([*(WORKER_AND_KERNEL_MODULES if kernels else WORKER_MODULES), *modules])
    from multiprocessing.forkserver import ensure_running  # Windows has none

    # the address of its socket is made here
    with not_for_others(), short_temporary_folder():
        ensure_running()
    return context


def _work(connection: Connection, environment: dict[str, str], kernels: bool) -> None:
    """The worker: call what arrives until the pool closes the connection."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process that runs the batch
    # the fork server may have started under other variables
    os.environ.clear()
    os.environ.update(environment)
    repair_environment()
    tune_collector()
    if kernels:
        # slow to import, and the pool does not need it
        from toolkit.building.report_engine import NOTEBOOK_PRELOAD
        from toolkit.engine.fork_server import copy_fork_server

        copy_fork_server(NOTEBOOK_PRELOAD)
    while True:
        try:
            function, args, kwargs = pickle.loads(connection.recv_bytes())
        except (EOFError, OSError):
            return
        try:
            answer = True, function(*args, **kwargs)
        except Exception as error:
            answer = False, error
        try:
            connection.send_bytes(pickle.dumps(answer))
        except OSError:
            return  # the pool's process was killed
