"""Map a function over items in several processes; results come in order, and no result is lost with a killed process.

In: a picklable function, items, a number of processes. Out: the results, one by one.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from itertools import islice
from typing import TypeVar

from toolkit.core.interrupts import not_for_others

T = TypeVar("T")
R = TypeVar("R")
_AHEAD = 3  # items per process that wait or run: enough to keep it busy, and few results in memory


def map_in_processes(work: Callable[[T], R], items: Iterable[T], processes: int) -> Iterator[R]:
    """``work(item)`` for every item, in order.

    Args:
        work: a function of a module; what it raises is raised here, at its item.
        items: what is handed to it, picklable.
        processes: the number of spawned processes; with 1 the work is done in this process.

    When one of the processes dies (killed, out of memory), this process does the rest of the work.
    """
    if processes < 2:
        yield from map(work, items)
        return
    todo = iter(items)
    context = multiprocessing.get_context("spawn")  # a fork would copy the threads of the caller in any state
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_ignore_interrupts)

    def submitted(count: int) -> list[tuple[T, Future[R]]]:
        return [(item, _submit(pool, work, item)) for item in islice(todo, count)]

    try:
        with not_for_others():
            waiting = deque(submitted(processes * _AHEAD))
        while waiting:
            item, future = waiting.popleft()
            try:
                result = future.result()
            except BrokenExecutor:
                result = work(item)
            yield result
            waiting.extend(submitted(1))
    finally:
        pool.shutdown(cancel_futures=True)


def _submit(pool: ProcessPoolExecutor, work: Callable[[T], R], item: T) -> Future[R]:
    try:
        return pool.submit(work, item)
    except BrokenExecutor as error:
        failed: Future[R] = Future()
        failed.set_exception(error)
        return failed


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process that started these
