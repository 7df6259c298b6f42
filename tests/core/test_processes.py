"""Worker processes: work is repeated when one dies, workers and fork server alike, and no caller waits for ever.

The map over them is tested where it is used: tests/checks/test_running.py.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing import forkserver
from pathlib import Path

import psutil
import pytest

from tests.building.interrupting import LISTEN, OWN_CONSOLE, PRESS
from tests.examples import sampled
from toolkit.core.processes import WorkerDied, WorkerPool

SECONDS = 300  # a process starts in half a minute under a loaded Windows


@pytest.fixture(scope="module", autouse=True)
def _plain_fork_server() -> Iterator[None]:
    """The fork server imports nothing beforehand: it is killed nine times here, and no report is built."""
    end_forkserver()
    yield
    end_forkserver()  # that of the next tests has its modules


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    pool = WorkerPool(1)
    yield pool
    pool.shutdown(cancel_futures=True)


def number_of_this() -> int:
    return os.getpid()


def die_at_first(marks: str) -> int:
    """End the process the first time; the second time leave a number."""
    mark = Path(marks)
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return 7


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def refuse(name: str) -> None:
    raise ValueError(name)


class Unreadable:
    """What can be sent and not be received."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return refuse, ("cannot be read here",)


def answer_unreadably() -> Unreadable:
    return Unreadable()


def end_forkserver() -> int:
    """Kill the process that workers are forked from, as a random kill may; 0 between its end and its restart."""
    number = int(forkserver._forkserver._forkserver_pid or 0)  # type: ignore[attr-defined]
    with contextlib.suppress(psutil.NoSuchProcess):
        if number:
            psutil.Process(number).kill()
    return number


@pytest.mark.posix_only
def test_work_of_a_process_that_dies_is_done_again(pool: WorkerPool, tmp_path: Path) -> None:
    assert pool.submit(die_at_first, str(tmp_path / "mark")).result(SECONDS) == 7


@pytest.mark.posix_only
def test_work_that_kills_three_processes_fails_alone(pool: WorkerPool) -> None:
    bad, good = pool.submit(die), pool.submit(number_of_this)
    with pytest.raises(WorkerDied):
        bad.result(SECONDS)
    assert good.result(SECONDS) != os.getpid()


def test_an_error_of_the_work_is_the_error_of_its_future(pool: WorkerPool) -> None:
    first = pool.submit(number_of_this).result(SECONDS)
    with pytest.raises(ValueError, match="told"):
        pool.submit(refuse, "told").result(SECONDS)
    assert pool.submit(number_of_this).result(SECONDS) == first  # an error costs no process


def test_an_answer_that_cannot_be_read_fails_alone(pool: WorkerPool) -> None:
    with pytest.raises(ValueError, match="cannot be read here"):
        pool.submit(answer_unreadably).result(SECONDS)
    assert pool.submit(number_of_this).result(SECONDS)


@pytest.mark.posix_only
def test_the_mother_of_the_processes_may_be_killed_at_any_time(pool: WorkerPool) -> None:
    worker = pool.submit(number_of_this).result(SECONDS)
    end_forkserver()
    os.kill(worker, signal.SIGKILL)
    assert pool.submit(number_of_this).result(SECONDS) != worker


@pytest.mark.posix_only
@pytest.mark.parametrize("pause", sampled([0.01, 0.0, 0.05, 0.2], every=4))
def test_the_mother_may_be_killed_while_a_process_is_asked_for(pause: float) -> None:
    WorkerPool(1).shutdown()
    end_forkserver()
    with WorkerPool(2) as pool:
        asked = [pool.submit(number_of_this) for _ in range(4)]
        time.sleep(pause)
        end_forkserver()
        assert all(future.result(SECONDS) for future in asked)


def test_a_process_is_replaced_after_so_many_pieces_of_work() -> None:
    pool = WorkerPool(1, recycle_after=2)
    numbers = [pool.submit(number_of_this).result(SECONDS) for _ in range(4)]
    pool.shutdown()
    assert numbers[0] == numbers[1] != numbers[2] == numbers[3]


def test_a_pool_that_is_left_ends_what_is_running(tmp_path: Path) -> None:
    pool = WorkerPool(1)
    started = pool.submit(number_of_this).result(SECONDS)
    sleeping, waiting = pool.submit(time.sleep, 600), pool.submit(number_of_this)
    while not sleeping.running():
        time.sleep(0.01)
    pool.shutdown(cancel_futures=True)
    assert not psutil.pid_exists(started) or psutil.Process(started).status() == psutil.STATUS_ZOMBIE
    assert isinstance(sleeping.exception(), WorkerDied)
    assert waiting.cancelled()


def test_a_pool_without_shutdown_does_not_keep_the_program(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "from toolkit.core.processes import WorkerPool\n"
        "if __name__ == '__main__':\n"
        "    pool = WorkerPool(1)\n"
        "    print(pool.submit(abs, -7).result())\n"
    )
    ended = subprocess.run([sys.executable, program], capture_output=True, text=True, timeout=SECONDS, check=True)
    assert ended.stdout == "7\n"


CTRL_C = f"""{LISTEN}{PRESS}
import threading
from toolkit.core.processes import WorkerPool

stopped = threading.Event()
signal.signal(signal.SIGINT, lambda *_: None)  # heard, and gone on
pressing = threading.Thread(target=press_until, args=(stopped,), daemon=True)
pressing.start()
pool = WorkerPool(1)
pool.submit(os.getpid).result()
pool.shutdown()
end(pressing, stopped)
"""


def test_only_the_starting_process_gets_ctrl_c_from_the_first_moment() -> None:
    command = [sys.executable, "-c", CTRL_C]
    ended = subprocess.run(command, capture_output=True, timeout=SECONDS, start_new_session=True, creationflags=OWN_CONSOLE)
    assert (ended.returncode, ended.stderr) == (0, b"")
