"""Start notebooks by forking one process that has everything imported: a connection to a fresh kernel in 5 ms.

``python -m toolkit.notebook.fork_server`` is that process. It never runs a cell and never sets a page (a process that
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
from collections.abc import Sequence
from multiprocessing.connection import Connection

from toolkit.notebook.forked_kernel import Surroundings, prepare_environment, prepare_kernel, run_kernel
from toolkit.notebook.rehearsal import rehearse

CAN_FORK = hasattr(os, "fork") and hasattr(socket, "AF_UNIX")
# What a report's notebook imports, so that a forked process does not pay for it again.
PRELOADED = ("toolkit.notebook", "toolkit.sections.paper", "toolkit.sections.charts", "IPython.core.completer")
_FORK, _KILL, _ALIVE = b"F", b"K", b"A"


class ForkServer:
    """The handle on a fork server, kept for the life of this process and used by one thread at a time."""

    def __init__(self, control: socket.socket, number: int) -> None:
        self._control, self._number, self._lock = control, number, threading.Lock()
        self._ended = False
        atexit.register(self.close)

    @classmethod
    def started(cls, preload: Sequence[str] = PRELOADED) -> ForkServer:
        """A server in a fresh interpreter, for a process that may have set pages: 1.5 s."""
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-P", "-m", "toolkit.notebook.fork_server", str(theirs.fileno()), *preload]
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
            _serve(theirs)
        theirs.close()
        return cls(ours, number)

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
        if not self._ended:
            self._ended = self._wait(os.WNOHANG)
        return not self._ended

    def close(self) -> None:
        """End the server and every notebook it started: it goes when nobody is left to give orders."""
        self._control.close()
        if not self._ended and self._number:
            self._ended = self._wait(0)

    def _wait(self, options: int) -> bool:
        try:
            return os.waitpid(self._number, options)[0] != 0
        except ChildProcessError:
            return True

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


def fork_server_early() -> None:
    """Fork the server from this process while that is still allowed: before the first page is set."""
    if CAN_FORK and os.getpid() not in _servers:
        _servers[os.getpid()] = ForkServer.forked()


class _Mother:
    """The process that is forked. ``children`` are process numbers that have not been waited for, so none is used twice."""

    def __init__(self, control: socket.socket) -> None:
        self.control, self.children = control, set[int]()
        self.kernel = prepare_kernel()

    def serve(self) -> None:
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        rehearse()
        gc.collect()
        gc.freeze()  # what is here stays shared: collecting garbage in a child would copy every page
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
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _serve(control: socket.socket) -> None:
    """Serve orders until nobody gives any; never returns."""
    mother = _Mother(control)
    try:
        mother.serve()
    finally:
        mother.end()
        os._exit(0)


def main(arguments: Sequence[str]) -> None:
    """Serve orders that come over the socket with the given number."""
    control = socket.socket(fileno=int(arguments[0]))
    prepare_environment()
    for name in arguments[1:]:
        importlib.import_module(name)
    _serve(control)


if __name__ == "__main__":
    main(sys.argv[1:])
