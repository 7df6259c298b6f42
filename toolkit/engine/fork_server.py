"""Start notebooks by forking a process that has everything imported: a connection to a new kernel in 5 ms.

``python -m toolkit.engine.fork_server`` is that process. It runs no cell and sets no page (a process that has used Typst
must not be forked). It waits for orders, forks, and ends whatever a notebook leaves running.
In: orders over a socket. Out: PIDs; each notebook talks over a connection that it shares with its client only.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
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
from functools import cache
from multiprocessing.connection import Connection
from typing import Any

from toolkit.core.logs import log_unexpected_error
from toolkit.engine.forked_kernel import ForkedKernel, KernelEnvironment, prepare_kernel, run_kernel
from toolkit.engine.imports import import_jsonschema, prepare_environment
from toolkit.engine.preload import CAN_FORK, CannotFork, Preload

_FORK, _KILL, _ALIVE, _COPY = b"F", b"K", b"A", b"C"


class ForkServer:
    """The client's end of a fork server, kept for the life of this process and used by one thread at a time."""

    def __init__(self, control: socket.socket, pid: int) -> None:
        self._control, self._pid, self._lock = control, pid, threading.Lock()
        atexit.register(self.close)

    @classmethod
    def launch(cls, preload: Preload) -> ForkServer:
        """Start a server in a new interpreter, since this process may have set pages: 1.5 s."""
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-P", "-m", "toolkit.engine.fork_server", str(theirs.fileno()), *preload.arguments()]
        with theirs:
            # a new session: Ctrl+C at the terminal is for the process that runs the batch
            process = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, env=_environment(), start_new_session=True
            )
        process.returncode = 0  # `close` waits for it
        return cls(ours, process.pid)

    @classmethod
    def copy_of(cls, template: socket.socket) -> ForkServer:
        """Have the template fork a server.

        Raises:
            OSError: the template has ended.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(template, [_COPY], [theirs.fileno()])
        return cls(ours, 0)

    def start(self, environment: KernelEnvironment) -> tuple[int, Connection]:
        """Fork a kernel; its PID and the connection to it.

        Raises:
            OSError: the fork server has ended, or the machine has no process left.
        """
        ours, theirs = socket.socketpair()
        with ours, theirs:
            pid = int(self._ask(_FORK, theirs.fileno()))
            if pid < 0:
                raise OSError("no process could be forked")
            connection = Connection(ours.detach())
        connection.send_bytes(pickle.dumps(environment))
        return pid, connection

    def kill(self, pid: int) -> None:
        """End a kernel with everything it started; do nothing when it has ended already."""
        with contextlib.suppress(OSError):
            self._ask(_KILL + str(pid).encode("ascii"))

    def is_alive(self, pid: int) -> bool:
        try:
            return self._ask(_ALIVE + str(pid).encode("ascii")) == b"1"
        except OSError:
            return False

    def works(self) -> bool:
        """Whether the server runs: it sends nothing unasked, and its end of the socket closes when it ends."""
        try:
            return bool(self._control.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
        except BlockingIOError:
            return True
        except OSError:
            return False

    def close(self) -> None:
        """End the server and every kernel it started: it ends when the socket closes."""
        self._control.close()
        if self._pid:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self._pid, 0)
            self._pid = 0

    def _ask(self, order: bytes, *descriptors: int) -> bytes:
        with self._lock:
            socket.send_fds(self._control, [order], descriptors)
            answer = self._control.recv(64)
        if not answer:
            raise OSError("the fork server has ended")
        return answer


def _environment() -> dict[str, str]:
    """The server finds the packages that this process finds.

    ipykernel brings a debugger, which would warn on the terminal that Python's own modules are frozen.
    """
    places = os.pathsep.join(path for path in sys.path if path)
    return {"PYDEVD_DISABLE_FILE_VALIDATION": "1", **os.environ, "PYTHONPATH": places}


_servers: dict[tuple[int, Preload], ForkServer] = {}


def fork_server(preload: Preload) -> ForkServer:
    """The fork server of this process for one preload; a new one after it has died."""
    server = _servers.get((os.getpid(), preload))
    if server is None or not server.works():
        if server:
            server.close()
        server = _servers[os.getpid(), preload] = ForkServer.launch(preload)
    return server


def start_kernel(preload: Preload, environment: KernelEnvironment) -> tuple[int, Connection]:
    """Fork a kernel from this process's fork server; retry once with a new server.

    Raises:
        CannotFork: the second server failed too.
    """
    with contextlib.suppress(OSError):
        return fork_server(preload).start(environment)
    try:
        return fork_server(preload).start(environment)
    except OSError as error:
        raise CannotFork(str(error)) from error


_templates: dict[Preload, socket.socket] = {}


def keep_template(preload: Preload) -> None:
    """Fork the template now: processes forked from this one later copy their fork servers from it.

    The template does not hold what this process imports afterwards: the fewer pages a process has, the faster it is forked
    and ended.
    """
    if not CAN_FORK:
        return
    prepare_environment()
    import_jsonschema()
    preload.import_modules()
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        if os.fork():
            os._exit(0)  # the template is not a child of this process, which may wait for its children
        ours.close()
        _be_template(theirs, preload)
    theirs.close()
    os.waitpid(pid, 0)
    _templates[preload] = ours


def copy_fork_server(preload: Preload) -> None:
    """Copy this process's fork server from the template; without a template, ``fork_server`` launches one when needed."""
    if preload in _templates and (os.getpid(), preload) not in _servers:
        with contextlib.suppress(OSError):  # the template was killed
            _servers[os.getpid(), preload] = ForkServer.copy_of(_templates[preload])


class _Supervisor:
    """The process that is forked. ``children`` are PIDs not yet reaped, so no PID is reused."""

    def __init__(self, control: socket.socket, kernel: ForkedKernel) -> None:
        self.control, self.children, self.kernel = control, set[int](), kernel

    def serve(self) -> None:
        """Obey orders until the client closes the socket."""
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        while True:
            ready, _, _ = select.select([self.control.fileno(), reader], [], [])
            if reader in ready:
                os.read(reader, 4096)
            self._reap()
            if self.control.fileno() in ready:
                order, descriptors, _, _ = socket.recv_fds(self.control, 64, 1)
                if not order:
                    return
                self.control.sendall(self._obey(order, descriptors))

    def _obey(self, order: bytes, descriptors: Sequence[int]) -> bytes:
        if order == _FORK:
            return str(self._fork(descriptors[0])).encode("ascii")
        pid = int(order[1:])
        if order.startswith(_KILL) and pid in self.children:
            _kill_group(pid)
        return b"1" if pid in self.children else b"0"

    def _fork(self, descriptor: int) -> int:
        try:
            pid = os.fork()
        except OSError:
            os.close(descriptor)
            return -1
        if pid == 0:
            self._be_child(descriptor)
        os.close(descriptor)
        self.children.add(pid)
        return pid

    def _be_child(self, descriptor: int) -> None:
        log = os.dup(2)  # the kernel replaces stderr
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

    def _reap(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while pid := os.waitpid(-1, os.WNOHANG)[0]:
                self.children.discard(pid)
                _kill_group(pid)  # processes that the notebook left running

    def end(self) -> None:
        """Kill every kernel that runs."""
        for pid in self.children:
            _kill_group(pid)


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _die_with_parent() -> None:
    """Linux: end the kernel when the server is killed; elsewhere it ends with its connection."""
    if sys.platform == "linux":
        _prctl()(1, signal.SIGKILL)


@cache
def _prctl() -> Any:
    return ctypes.CDLL(None).prctl


def _prepare(preload: Preload) -> ForkedKernel:
    """Make the kernel of this process and warm up what its notebooks use, before the fork."""
    kernel = prepare_kernel()
    preload.run_warm_up()
    if sys.platform == "linux":
        _prctl()  # looked up once, for all kernels
    gc.collect()
    gc.freeze()  # these objects stay shared: collecting garbage in a child would copy every page
    return kernel


def _be_template(control: socket.socket, preload: Preload) -> None:
    """Fork a server for each request until no process can ask any more; never returns."""
    os.setsid()  # Ctrl+C at the terminal is for the process that runs the batch
    try:
        kernel = _prepare(preload)
        while True:
            order, descriptors, _, _ = socket.recv_fds(control, 1, 1)
            if not order:
                break
            if os.fork() == 0:
                control.close()
                _serve(socket.socket(fileno=descriptors[0]), kernel)
            os.close(descriptors[0])
            _reap_copies(os.WNOHANG)
        _reap_copies(0)  # so that the copies' processor time is counted
    finally:
        os._exit(0)


def _reap_copies(options: int) -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, options)[0]:
            continue


def _serve(control: socket.socket, kernel: ForkedKernel) -> None:
    """Be the supervisor until the client closes the socket; never returns."""
    supervisor = _Supervisor(control, kernel)
    try:
        supervisor.serve()
    finally:
        supervisor.end()
        os._exit(0)


def main(arguments: Sequence[str]) -> None:
    """Serve orders that come over the socket with the given descriptor; the other arguments are the preload."""
    control, preload = socket.socket(fileno=int(arguments[0])), Preload.from_arguments(arguments[1:])
    try:
        prepare_environment()
        import_jsonschema()
        preload.import_modules()
        kernel = _prepare(preload)
    except Exception:  # the client runs the notebook as stock papermill does
        log_unexpected_error("fork server")
        sys.exit(1)
    _serve(control, kernel)


if __name__ == "__main__":
    main(sys.argv[1:])
