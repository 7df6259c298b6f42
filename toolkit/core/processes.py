"""Map a function over items in several processes; results come in order, and no result is lost with a killed process.

In: a picklable function, items, a number of processes. Out: the results, one by one.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from queue import SimpleQueue
from typing import TypeVar

from toolkit.core.machine import tune_collector

T = TypeVar("T")
R = TypeVar("R")
_AHEAD = 3  # items per process that wait or run: enough to keep it busy, and few results in memory


def map_in_processes(work: Callable[[T], R], items: Iterable[T], processes: int) -> Iterator[R]:
    """``work(item)`` for every item, in order.

    Args:
        work: a function of a module; what it raises is raised here, at its item.
        items: what is handed to it, picklable.
        processes: the number of spawned processes; with 1 the work is done in this process.

    When one of the processes dies (killed, out of memory), this process does its share of the work.
    """
    if processes < 2:
        yield from map(work, items)
        return
    pools = [_process() for _ in range(processes)]
    free: SimpleQueue[ProcessPoolExecutor] = SimpleQueue()
    for pool in pools:
        free.put(pool)

    def in_a_process(item: T) -> R:
        pool = free.get()
        try:
            return pool.submit(work, item).result()
        except BrokenExecutor:
            return work(item)
        finally:
            free.put(pool)

    threads = ThreadPoolExecutor(processes)
    todo = iter(items)
    try:
        waiting = deque(threads.submit(in_a_process, item) for item in islice(todo, processes * _AHEAD))
        while waiting:
            yield waiting.popleft().result()
            waiting.extend(threads.submit(in_a_process, item) for item in islice(todo, 1))
    finally:
        threads.shutdown(cancel_futures=True)
        for pool in pools:
            pool.shutdown()


def _process() -> ProcessPoolExecutor:
    """One spawned process, started here and not in a thread, where Ctrl+C cannot be kept from it.

    A pool of several hangs when a process dies while another one starts (CPython 3.11), and loses all of them with one.
    """
    context = multiprocessing.get_context("spawn")  # a fork would copy the threads of the caller in any state
    pool = ProcessPoolExecutor(1, mp_context=context, initializer=_begin)
    with not_for_others():
        pool.submit(os.getpid)
    return pool


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process that started these
    tune_collector()


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
