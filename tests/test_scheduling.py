"""The order of the tests, and a worker that ends in the middle of one: the run fails, and the other tests are run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("xdist")  # in the extra `dev`; the other tests need no workers

from tests.scheduling import BrowserFirst  # needs pytest-xdist


class Worker:
    """A worker of pytest-xdist that runs a test only when it knows the next one, or that there is none."""

    def __init__(self, collection: Sequence[str]) -> None:
        self.collection = list(collection)
        self.waiting: list[str] = []
        self.shutting_down = False
        self.gateway = SimpleNamespace(id=str(id(self)))

    def send_runtest_some(self, indices: Sequence[int]) -> None:
        self.waiting += [self.collection[index] for index in indices]

    def shutdown(self) -> None:
        self.shutting_down = True

    def next(self) -> str | None:
        return self.waiting.pop(0) if len(self.waiting) > 1 or (self.waiting and self.shutting_down) else None


class Run:
    """A run of these tests on workers, one step of one worker after the other."""

    def __init__(self, tests: Sequence[str], workers: int) -> None:
        option = SimpleNamespace(loadscopereorder=True)
        config = SimpleNamespace(option=option, getvalue=lambda name: ["popen"] * workers)
        self.tests = tests
        self.scheduler = BrowserFirst(config, None)  # type: ignore[arg-type]
        self.ran: list[str] = []
        self.crashed: list[str | None] = []
        for _ in range(workers):
            self.add()
        self.scheduler.schedule()

    def add(self) -> None:
        worker = Worker(self.tests)
        self.scheduler.add_node(worker)
        self.scheduler.add_node_collection(worker, worker.collection)

    def to_the_end(self, ends_process: str) -> None:
        while sum(self._step(worker, ends_process) for worker in self.scheduler.nodes):
            pass

    def _step(self, worker: Worker, ends_process: str) -> bool:
        test = worker.next()
        if test == ends_process:
            self.crashed.append(self.scheduler.remove_node(worker))
            self.add()
            self.scheduler.schedule()
        elif test is not None:
            self.ran.append(test)
            self.scheduler.mark_test_complete(worker, self.tests.index(test))
        return test is not None


FILES = [("a", 4), ("b", 1), ("browser/c", 3), ("d", 1), ("browser/e", 2), ("f", 5), ("g", 1)]
TESTS = [f"tests/{file}.py::test_{at}" for file, count in FILES for at in range(count)]


@pytest.mark.parametrize("workers", [1, 2, 4, 9])
def test_every_test_is_run_once_and_the_one_that_ends_its_process_has_failed(workers: int) -> None:
    for ends_process in ["", *TESTS]:
        run = Run(TESTS, workers)
        run.to_the_end(ends_process)
        assert sorted([*run.ran, *run.crashed]) == sorted(TESTS), ends_process  # type: ignore[type-var]
        assert run.crashed == ([ends_process] if ends_process else [])
        assert not run.scheduler.has_pending


@pytest.mark.sweep
def test_a_process_that_ends_in_a_test_fails_the_run(tmp_path: Path, project: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        f"import sys; sys.path.insert(0, {str(project)!r})\n"
        "def pytest_xdist_make_scheduler(config, log):\n"
        "    from tests.scheduling import BrowserFirst\n"
        "    return BrowserFirst(config, log)\n",
        encoding="utf-8",
    )
    for name in ("a", "b", "c"):
        body = "    import os; os._exit(3)\n" if name == "b" else "    pass\n"
        (tmp_path / f"test_{name}.py").write_text(f"def test_first():\n{body}\ndef test_last(): pass\n", encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "2", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "1 failed, 5 passed" in ended.stdout
    assert "test_b.py::test_first" in ended.stdout
