"""Start notebooks by forking one process that has everything imported: a connection to a fresh kernel in 5 ms.

``python -m toolkit.engine.fork_server`` is that process. It never runs a cell and never sets a page (a process that
has used Typst must not be forked); it waits for an order, forks, and sees to it that nothing of a notebook outlives it.
In: orders over a socket. Out: process numbers; everything else goes over the connection each notebook has of its own.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import importlib
import os
import pickle
import select
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from functools import cache
from multiprocessing.connection import Connection
from typing import Any

from toolkit.engine.forked_kernel import (
    ForkedKernel,
    Surroundings,
    prepare_kernel,
    run_kernel,
)
from toolkit.engine.imports import import_jsonschema, prepare_environment
from toolkit.engine.system import CAN_FORK
from toolkit.engine.warm_up import rehearse, rehearse_paper

# What a report's notebook imports, so that a forked process does not pay for it again.
PRELOADED = (
    "toolkit.jupyter", "toolkit.sections.paper", "toolkit.sections.charts",
    "IPython.core.completer", "IPython.core.logger", "tornado.platform.asyncio",
)  # fmt: skip
_FORK, _KILL, _ALIVE, _COPY = b"F", b"K", b"A", b"C"


class ForkServer:
    """The handle on a fork server, kept for the life of this process and used by one thread at a time."""

    def __init__(self, control: socket.socket, number: int) -> None:
        self._control, self._number, self._lock = control, number, threading.Lock()
        atexit.register(self.close)

    @classmethod
    def started(cls, preload: Sequence[str] = PRELOADED) -> ForkServer:
        """A server in a fresh interpreter, for a process that may have set pages: 1.5 s."""
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-P", "-m", "toolkit.engine.fork_server", str(theirs.fileno()), *preload]
        with theirs:
            # a session of its own: Ctrl+C at the terminal is for whoever runs the batch
            process = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, env=_environment(), start_new_session=True
            )
        process.returncode = 0  # it is waited for here
        return cls(ours, process.pid)

    @classmethod
    def forked(cls) -> ForkServer:
        """A server that is a copy of this process, which has imported everything, set nothing and runs one thread."""
        ours, theirs = socket.socketpair()
        number = os.fork()
        if number == 0:
            ours.close()
            _serve(theirs, _prepared(rehearse))
        theirs.close()
        return cls(ours, number)

    @classmethod
    def copied(cls, template: socket.socket) -> ForkServer:
        """A server that is a copy of the template.

        Raises:
            OSError: the template is gone.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(template, [_COPY], [theirs.fileno()])
        return cls(ours, 0)

    def start(self, surroundings: Surroundings) -> tuple[int, Connection]:
        """A fresh kernel: its process number and the connection to it.

        Raises:
            OSError: the fork server is gone, or the machine has no process left.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            number = int(self._ask(_FORK, theirs.fileno()))
        connection = Connection(ours.detach())
        if number < 0:
            connection.close()
            raise OSError("no process could be forked")
        connection.send_bytes(pickle.dumps(surroundings))
        return number, connection

    def kill(self, number: int) -> None:
        """End a notebook with everything it started; one that has ended already is left alone."""
        with contextlib.suppress(OSError):
            self._ask(_KILL + str(number).encode("ascii"))

    def is_alive(self, number: int) -> bool:
        try:
            return self._ask(_ALIVE + str(number).encode("ascii")) == b"1"
        except OSError:
            return False

    def works(self) -> bool:
        """Whether the server is there: it says nothing unasked, and hangs up when it goes."""
        try:
            return bool(self._control.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
        except BlockingIOError:
            return True
        except OSError:
            return False

    def close(self) -> None:
        """End the server and every notebook it started: it goes when nobody is left to give orders."""
        self._control.close()
        if self._number:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self._number, 0)
            self._number = 0

    def _ask(self, order: bytes, *descriptors: int) -> bytes:
        with self._lock:
            socket.send_fds(self._control, [order], descriptors)
            answer = self._control.recv(64)
        if not answer:
            raise OSError("the fork server is gone")
        return answer


def _environment() -> dict[str, str]:
    """The server finds the packages this process finds, however it found them.

    ipykernel brings a debugger, which would warn on the terminal that Python's own modules are frozen.
    """
    found = os.pathsep.join(path for path in sys.path if path)
    return {"PYDEVD_DISABLE_FILE_VALIDATION": "1", **os.environ, "PYTHONPATH": found}


_servers: dict[int, ForkServer] = {}


def fork_server() -> ForkServer:
    """The fork server of this process; a new one when it has died."""
    server = _servers.get(os.getpid())
    if server is None or not server.works():
        server = _servers[os.getpid()] = ForkServer.started()
    return server


_templates: list[socket.socket] = []


def keep_template() -> None:
    """Fork the template now: the processes forked from this one later on have their servers copied from it.

    What this process imports afterwards is not in them: the fewer pages a process has, the sooner it is forked and ended.
    """
    if not CAN_FORK:
        return
    ours, theirs = socket.socketpair()
    number = os.fork()
    if number == 0:
        if os.fork():
            os._exit(0)  # whoever waits for children of this process is not to be surprised by the template
        ours.close()
        _be_template(theirs)
    theirs.close()
    os.waitpid(number, 0)
    _templates[:] = [ours]


def fork_server_early() -> None:
    """Have a server copied from the template or, without one, from this process, which has set no page yet."""
    if not CAN_FORK or os.getpid() in _servers:
        return
    try:
        server = ForkServer.copied(_templates[0]) if _templates else ForkServer.forked()
    except OSError:  # the template was killed
        server = ForkServer.forked()
    _servers[os.getpid()] = server


class _Mother:
    """The process that is forked. ``children`` are process numbers that have not been waited for, so none is used twice."""

    def __init__(self, control: socket.socket, kernel: ForkedKernel) -> None:
        self.control, self.children, self.kernel = control, set[int](), kernel

    def serve(self) -> None:
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        while True:
            ready, _, _ = select.select([self.control.fileno(), reader], [], [])
            if reader in ready:
                os.read(reader, 4096)
            self._wait()
            if self.control.fileno() in ready:
                order, descriptors, _, _ = socket.recv_fds(self.control, 64, 1)
                if not order:
                    return
                self.control.sendall(self._obey(order, descriptors))

    def _obey(self, order: bytes, descriptors: Sequence[int]) -> bytes:
        if order == _FORK:
            return str(self._fork(descriptors[0])).encode("ascii")
        number = int(order[1:])
        if order.startswith(_KILL) and number in self.children:
            _kill_group(number)
        return b"1" if number in self.children else b"0"

    def _fork(self, descriptor: int) -> int:
        try:
            number = os.fork()
        except OSError:
            os.close(descriptor)
            return -1
        if number == 0:
            self._be_child(descriptor)
        os.close(descriptor)
        self.children.add(number)
        return number

    def _be_child(self, descriptor: int) -> None:
        log = os.dup(2)  # the notebook gets a stderr of its own
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _die_with_parent()
            self.control.close()
            connection = Connection(descriptor)
            run_kernel(self.kernel, connection, pickle.loads(connection.recv_bytes()))
        except BaseException:
            os.write(log, traceback.format_exc().encode("utf-8", "replace"))
        finally:
            os._exit(1)

    def _wait(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while number := os.waitpid(-1, os.WNOHANG)[0]:
                self.children.discard(number)
                _kill_group(number)  # what the notebook left running

    def end(self) -> None:
        for number in self.children:
            _kill_group(number)


def _kill_group(number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(number, signal.SIGKILL)


def _die_with_parent() -> None:
    """Linux: the notebook ends when the server is killed; elsewhere it ends with its connection."""
    if sys.platform == "linux":
        _prctl()(1, signal.SIGKILL)


@cache
def _prctl() -> Any:
    return ctypes.CDLL(None).prctl


def _prepared(rehearsal: Callable[[], None]) -> ForkedKernel:
    """The kernel of this process and what its notebooks need, ready to be forked."""
    kernel = prepare_kernel()
    rehearsal()
    if sys.platform == "linux":
        _prctl()  # found once, for all
    gc.collect()
    gc.freeze()  # what is here stays shared: collecting garbage in a child would copy every page
    return kernel


def _be_template(control: socket.socket) -> None:
    """Be copied for each that asks, until nobody is left to ask; never returns."""
    os.setsid()  # Ctrl+C at the terminal is for whoever runs the batch
    try:
        kernel = _prepared(rehearse_paper)
        while True:
            order, descriptors, _, _ = socket.recv_fds(control, 1, 1)
            if not order:
                break
            if os.fork() == 0:
                control.close()
                _serve(socket.socket(fileno=descriptors[0]), kernel)
            os.close(descriptors[0])
            _wait_for_copies(os.WNOHANG)
        _wait_for_copies(0)  # so that whoever measures the processor's time finds theirs
    finally:
        os._exit(0)


def _wait_for_copies(options: int) -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, options)[0]:
            continue


def _serve(control: socket.socket, kernel: ForkedKernel) -> None:
    """Serve orders until nobody gives any; never returns."""
    mother = _Mother(control, kernel)
    try:
        mother.serve()
    finally:
        mother.end()
        os._exit(0)


def main(arguments: Sequence[str]) -> None:
    """Serve orders that come over the socket with the given number."""
    control = socket.socket(fileno=int(arguments[0]))
    prepare_environment()
    import_jsonschema()
    for name in arguments[1:]:
        importlib.import_module(name)
    _serve(control, _prepared(rehearse))


if __name__ == "__main__":
    main(sys.argv[1:])
