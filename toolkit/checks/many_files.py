"""Check any number of params files, folder by folder, in several processes when there are many.

In: params files. Out: what was found in each, in the same order whatever the number of processes. No report is kept: of
forty thousand they would take 3 GB.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import date
from itertools import chain, repeat
from pathlib import Path

from toolkit.checks.at_hand import Checked, check_folder

WORTH_A_PROCESS = 150  # files: one takes 6 ms, and another process half a second to start


def check_files(files: Iterable[Path], *, today: date | None = None, jobs: int = 1) -> Iterator[Checked]:
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
    every = _apart(folders, today, processes) if processes > 1 else map(check_folder, folders, repeat(today))
    return chain.from_iterable(every)


def _apart(folders: Sequence[Sequence[Path]], today: date | None, processes: int) -> Iterator[list[Checked]]:
    done, context = 0, multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(processes, context, initializer=_leave_interrupts) as pool:
            for checked in pool.map(check_folder, folders, repeat(today)):
                done += 1
                yield checked
    except BrokenProcessPool:  # one was killed, for want of memory perhaps: what is left is checked here
        yield from map(check_folder, folders[done:], repeat(today))


def _leave_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for whoever began
