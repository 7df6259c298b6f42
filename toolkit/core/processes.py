"""Worker processes: an executor of ``concurrent.futures`` that survives the death of a worker, and a map over it.

In: picklable functions and items. Out: futures, or the results in order.

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
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from itertools import islice
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from toolkit.core.machine import repair_environment, short_temporary_folder, tune_collector

T = TypeVar("T")
R = TypeVar("R")
ATTEMPTS = 3
RECYCLE_AFTER = 2000
START_PAUSES = (0.05, 0.2, 1.0, 3.0)  # seconds
_AHEAD = 3  # items per process that wait or run: enough to keep it busy, and few results in memory
_Work = tuple[Future[Any], bytes]


def map_in_processes(work: Callable[[T], R], items: Iterable[T], processes: int, modules: Sequence[str]) -> Iterator[R]:
    """``work(item)`` for every item, in order.

    Args:
        work: a function of a module; what it raises is raised here, at its item.
        items: what is handed to it, picklable.
        processes: the number of processes; with 1 the work is done in this process.
        modules: what the processes import once, before they are forked.

    This process does the work at which three others died (killed, out of memory).
    """
    if processes < 2:
        yield from map(work, items)
        return
    pool = WorkerPool(processes, modules)
    try:
        tasks = ((item, pool.submit(work, item)) for item in items)
        waiting = deque(islice(tasks, processes * _AHEAD))
        while waiting:
            item, future = waiting.popleft()
            try:
                result = future.result()
            except WorkerDied:
                result = work(item)
            yield result
            waiting.extend(islice(tasks, 1))
    finally:
        pool.shutdown(cancel_futures=True)


class WorkerDied(Exception):
    """Three workers died at one task."""


class WorkerPool(Executor):
    """Worker processes, each with one task at a time."""

    def __init__(
        self, workers: int, modules: Sequence[str] = (), prepare: Callable[[], None] | None = None,
        *, recycle_after: int = RECYCLE_AFTER,
    ) -> None:  # fmt: skip
        """Start one thread per worker.

        Args:
            workers: number of workers.
            modules: imported once in the process that workers are forked from, where the system can fork; only those of the
                first pool of a process are.
            prepare: a function of a module, called once in each worker.
            recycle_after: number of tasks after which a worker is replaced.
        """
        self._recycle_after, self._prepare = recycle_after, prepare
        self._waiting: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._context = _context(modules)
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
                return _Worker(self._context, self._prepare, self._temporary)
            except (EOFError, OSError):
                time.sleep(pause)
        return _Worker(self._context, self._prepare, self._temporary)

    def _dismiss(self, worker: _Worker) -> None:
        self._workers.discard(worker)
        worker.close()


class _Worker:
    """The pool's end of one worker."""

    def __init__(self, context: Any, prepare: Callable[[], None] | None, temporary: str) -> None:
        self._connection, far = context.Pipe()
        environment = {**os.environ, **(dict.fromkeys(("TEMP", "TMP"), temporary) if temporary else {})}
        self._process = context.Process(target=_work, args=(far, environment, prepare), daemon=True)
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
        # on Windows the pipe of a worker that was killed while it started never ends: the far end is still in this process
        if self._connection not in wait([self._connection, self._process.sentinel]):
            raise EOFError
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


def _context(modules: Sequence[str]) -> Any:
    """Never fork this process: it may have set a page with Typst, and a copy of such a process hangs."""
    if sys.platform == "win32" or "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    # ipykernel brings a debugger, which would warn on the terminal that Python's own modules are frozen
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    context.set_forkserver_preload(list(modules))
    from multiprocessing.forkserver import ensure_running  # Windows has none

    # the address of its socket is made here
    with not_for_others(), short_temporary_folder():
        ensure_running()
    return context


def _work(connection: Connection, environment: dict[str, str], prepare: Callable[[], None] | None) -> None:
    """The worker: call what arrives until the pool closes the connection."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process that started these
    # the fork server may have started under other variables
    os.environ.clear()
    os.environ.update(environment)
    repair_environment()
    tune_collector()
    if prepare:
        prepare()
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


@contextmanager
def not_for_others() -> Iterator[None]:
    """Processes started in this context ignore Ctrl+C from the beginning: an interrupted import would print a traceback.

    This process ignores it meanwhile. On Windows that works in every thread, elsewhere in the main thread only.
    """
    if os.name == "nt":
        with _console_silent():
            yield
        return
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


_console = threading.Lock()


@contextmanager
def _console_silent() -> Iterator[None]:
    with _console:  # one for the whole process: the first thread to finish would switch it on for the others
        _ignore_console(True)
        try:
            yield
        finally:
            _ignore_console(False)


def _ignore_console(ignored: bool) -> None:
    """Ignore Ctrl+C in a console of Windows: new processes inherit that, and no handler of a signal.

    Source: SetConsoleCtrlHandler without a routine.
    """
    if sys.platform == "win32":
        import ctypes

        ctypes.WinDLL("kernel32").SetConsoleCtrlHandler(None, ignored)
