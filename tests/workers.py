"""Run the tests in forked workers: one process imports and collects them, and each worker runs whole files of them.

Where there is no ``fork``, pytest-xdist does it, and its workers collect for themselves.
"""

from __future__ import annotations

import atexit
import os
import random
import signal
import sys
import warnings
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.scheduling import split_into_shares

CAN_FORK = sys.platform == "linux"  # system libraries of macOS do not survive it
LAST_SECONDS = 60  # for the end of the current test and its fixtures (JupyterLab, browsers, servers) after -x


@dataclass
class Worker:
    """A forked process and the positions of its tests; ``current`` is the one that runs."""

    number: int
    pid: int
    process_file: int  # readable when the process has ended
    connection: Connection
    waiting: deque[int]
    current: int | None = None

    def end(self) -> None:
        """Wait for the process, which tears down its fixtures when the connection closes; kill it when that takes too long."""
        self.connection.close()
        try:
            wait([self.process_file], LAST_SECONDS)
        finally:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            os.close(self.process_file)


@dataclass(frozen=True)
class Warned:
    """A warning of a test as text: its category may be a class that no other process has."""

    category: str
    message: str
    file: str
    line: int
    test: str

    def as_recorded(self) -> dict[str, object]:
        """What pytest's hook for warnings takes."""
        message = warnings.WarningMessage(self.message, type(self.category, (Warning,), {}), self.file, self.line)
        return {"warning_message": message, "when": "runtest", "nodeid": self.test, "location": None}


class ForkedWorkers:
    """A plugin of pytest that runs the tests in ``count`` processes forked from the one that has collected them."""

    def __init__(self, config: Any, count: int) -> None:
        self.config, self.count = config, count
        self.workers: list[Worker] = []
        self.shares: deque[Sequence[int]] = deque()
        self.starts_threads = ""

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note the file whose import starts threads: libraries that share work among them (Typst) wait for ever after a fork."""
        if not self.starts_threads and len(list(Path("/proc/self/task").iterdir())) > 1:
            self.starts_threads = report.nodeid

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Give out the tests, and pass on the reports."""
        if session.testsfailed or session.config.option.collectonly:
            return None  # for the loop of pytest
        if self.starts_threads:
            reporter = self.config.pluginmanager.getplugin("terminalreporter")
            reporter.write_line(f"one process: the import of {self.starts_threads} starts threads, which a fixture should do")
            return None
        self.shares.extend(split_into_shares([item.nodeid for item in session.items]))
        try:
            for number in range(min(self.count, len(self.shares))):
                self._start(session, number)
            while self.workers and not session.shouldfail and not session.shouldstop:
                self._listen(session)
        finally:
            for worker in self.workers:
                worker.connection.close()
            for worker in self.workers:
                worker.end()
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)
        return True

    def _start(self, session: pytest.Session, number: int) -> None:
        folder = self.config._tmp_path_factory.getbasetemp() / f"worker-{number}"
        folder.mkdir(exist_ok=True)
        share = deque(self.shares.popleft())
        connection, other_end = Pipe()
        pid = os.fork()
        if not pid:
            for inherited in (connection, *(worker.connection for worker in self.workers)):
                inherited.close()
            self.config._tmp_path_factory._basetemp = folder
            _run(session, other_end, share)
        other_end.close()
        self.workers.append(Worker(number, pid, os.pidfd_open(pid), connection, share))

    def _listen(self, session: pytest.Session) -> None:
        """Wait for messages. Those that a process sent before it ended are read first."""
        ready = wait([channel for worker in self.workers for channel in (worker.connection, worker.process_file)])
        for worker in list(self.workers):
            if worker.connection in ready:
                with suppress(EOFError, ConnectionError):
                    self._take(session, worker, worker.connection.recv())
                    continue
            if worker.process_file in ready or worker.connection in ready:
                self._take_off(session, worker)

    def _take(self, session: pytest.Session, worker: Worker, message: object) -> None:
        match message:
            case "next":
                share = self.shares.popleft() if self.shares else ()
                worker.waiting.extend(share)
                worker.connection.send(share)
            case int():
                worker.waiting.remove(message)
                worker.current = message
            case None:
                item = session.items[worker.current or 0]
                self.config.hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
                worker.current = None
            case Warned():
                self.config.hook.pytest_warning_recorded.call_historic(kwargs=message.as_recorded())
            case _:
                report = self.config.hook.pytest_report_from_serializable(config=self.config, data=message)
                self.config.hook.pytest_runtest_logreport(report=report)

    def _take_off(self, session: pytest.Session, worker: Worker) -> None:
        """Take off a worker that has ended. A test that ended it has failed; another worker runs the tests after it."""
        worker.end()
        self.workers.remove(worker)
        if worker.current is not None:
            item = session.items[worker.current]
            report = pytest.TestReport(
                item.nodeid, item.location, {}, "failed", "the test ended the process that ran it", "call", duration=0
            )
            self.config.hook.pytest_runtest_logreport(report=report)
        if worker.waiting:
            self.shares.appendleft(worker.waiting)
            self._start(session, worker.number)


class _Messages:
    """A plugin of a worker that sends what happens; that a test was set up and torn down only where it is asked for."""

    def __init__(self, config: Any, connection: Connection) -> None:
        self.config, self.connection = config, connection
        self.is_timed = any(config.getoption(name, None) is not None for name in ("durations", "xmlpath"))
        self.is_registered = False  # while it is not, pytest repeats the warnings of before the fork

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or not report.passed or self.is_timed:
            self.connection.send(self.config.hook.pytest_report_to_serializable(config=self.config, report=report))

    def pytest_warning_recorded(self, warning_message: warnings.WarningMessage, nodeid: str) -> None:
        """Send a warning of a test."""
        if self.is_registered:
            category, text = warning_message.category.__name__, str(warning_message.message)
            self.connection.send(Warned(category, text, warning_message.filename, warning_message.lineno, nodeid))


def _run(session: pytest.Session, connection: Connection, waiting: deque[int]) -> NoReturn:
    """Run tests in this process, a worker, until there are no more, and end it."""
    config: Any = session.config
    code = 1
    try:
        random.seed()  # two workers would choose the same port
        capture = config.pluginmanager.getplugin("capturemanager")
        capture.stop_global_capturing()  # its file is that of all workers
        capture.start_global_capturing()
        capture.suspend_global_capture()
        config.get_terminal_writer()._file = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
        messages = _Messages(config, connection)
        config.pluginmanager.register(messages)
        messages.is_registered = True
        while waiting:
            at = waiting.popleft()
            if not waiting:  # the fixtures that the next test shares are kept
                connection.send("next")
                waiting.extend(connection.recv())
            connection.send(at)
            following = session.items[waiting[0]] if waiting else None
            config.hook.pytest_runtest_protocol(item=session.items[at], nextitem=following)
            connection.send(None)
        code = 0
    finally:
        with suppress(BaseException):
            session._setupstate.teardown_exact(None)
        with suppress(BaseException):
            atexit._run_exitfuncs()
        os._exit(code)
