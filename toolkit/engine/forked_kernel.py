"""Be the kernel of one notebook inside a forked process: execute requests in, Jupyter messages out.

It is ipykernel's own kernel; only the way differs that its messages take: one connection to the process that runs
the notebook, where a stock kernel has five ZeroMQ sockets and three threads. So outputs, display updates, widgets and
tracebacks are what every other kernel sends. Startup files of the person's IPython profile are not run.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import inspect
import io
import json
import logging
import os
import signal
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ipykernel
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.session import Session, extract_header
from tornado.ioloop import IOLoop
from traitlets import Any as AnyTrait
from traitlets.config import Config

from toolkit.core.machine import provide_ipython_folder
from toolkit.engine.cell_reading import CellReader
from toolkit.engine.handover import hand_over
from toolkit.engine.imports import PLOTS, import_without

SHELL = "shell"  # stands where a ZeroMQ kernel has the socket of that channel
IOPUB = "iopub"
_FLUSH_SECONDS = 0.2  # as ipykernel: output of a long cell is seen while it runs
_FLUSH_CHARACTERS = 1 << 16
_EXIT_SECONDS = 5
# Programs that a cell starts are to colour what they write and not to wait at a pager: as ipykernel.
_TERMINAL = {
    "TERM": "xterm-color",
    "CLICOLOR": "1",
    "FORCE_COLOR": "1",
    "CLICOLOR_FORCE": "1",
    "PAGER": "cat",
    "GIT_PAGER": "cat",
    "PYDEVD_USE_FRAME_EVAL": "NO",
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a notebook starts with: folder, environment, how much memory (MB, 0 for no limit) it may take, what is known."""

    folder: str
    environment: Mapping[str, str] = field(default_factory=dict)
    memory_limit_mb: int = 0
    known: bytes = b""  # as its caller packs it


class ConnectionSession(Session):
    """jupyter_client's session, with one connection in the place of sockets."""

    connection = AnyTrait()
    _lock = AnyTrait()
    _held = AnyTrait()

    def attach(self, connection: Connection) -> None:
        self.connection, self._lock, self._held = connection, threading.Lock(), []
        self.pid = os.getpid()

    def send(
        self, stream: Any, msg_or_type: Any, content: Any = None, parent: Any = None, ident: Any = None,
        buffers: Any = None, track: bool = False, header: Any = None, metadata: Any = None,
    ) -> Any:  # fmt: skip
        """Build the message as every session does and hand it over, with its channel.

        One that another follows at once, whatever the cell does (busy, the answer), goes together with that.
        """
        message = msg_or_type if isinstance(msg_or_type, dict) else self.msg(msg_or_type, content, parent, header, metadata)
        # a process that the notebook forked has this connection too; what it says would mix with the notebook's
        if self.connection is None or os.getpid() != self.pid:
            return message
        carried = {**message, "channel": SHELL if stream == SHELL else IOPUB, "buffers": [bytes(b) for b in buffers or ()]}
        data = self._packed(carried)
        # whoever ran the notebook may have heard enough, or be gone
        with self._lock, contextlib.suppress(ConnectionError):
            self._held.append(data)
            if stream != SHELL and message["content"].get("execution_state") != "busy":
                self.connection.send_bytes(b"[" + b",".join(self._held) + b"]")
                self._held.clear()
        return message

    def _packed(self, message: dict[str, Any]) -> bytes:
        """The message as bytes; a lone surrogate in an error must not keep the answer back, for which somebody waits."""
        try:
            return bytes(self.pack(message))
        except UnicodeEncodeError:
            if message["channel"] != SHELL and message["header"]["msg_type"] != "error":
                raise  # the cell that shows it fails, as in stock
            return json.dumps(message, ensure_ascii=False, default=str).encode("utf-8", "replace")


class _Output(io.TextIOBase):
    """stdout or stderr of the notebook: what Python writes and what others write into the file descriptor."""

    encoding = "UTF-8"

    def __init__(self, name: str, descriptor: int, session: ConnectionSession) -> None:
        super().__init__()
        self._name, self._descriptor, self._session = name, descriptor, session
        self._parts: list[str] = []
        self._size, self._since = 0, 0.0
        self._parent: dict[str, Any] = {}
        self._lock = threading.RLock()
        # a file takes any amount without anyone reading it, which a pipe does not
        self._file = _unnamed_file(name)
        os.dup2(self._file, descriptor)
        self._read = 0

    def set_parent(self, parent: dict[str, Any]) -> None:
        self._parent = extract_header(parent)

    def fileno(self) -> int:
        return self._descriptor

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if os.getpid() != self._session.pid:
            os.write(self._descriptor, text.encode("utf-8", "replace"))
            return len(text)
        with self._lock:
            if not self._parts:
                self._since = time.monotonic()
            self._parts.append(text)
            self._size += len(text)
            if self._size > _FLUSH_CHARACTERS or time.monotonic() - self._since > _FLUSH_SECONDS:
                self.flush()
        return len(text)

    def flush(self) -> None:
        if os.getpid() != self._session.pid:
            return
        with self._lock:
            for text in ("".join(self._parts), self._from_descriptor()):
                if text:
                    self._session.send(IOPUB, "stream", {"name": self._name, "text": _encodable(text)}, self._parent)
            self._parts, self._size = [], 0

    def _from_descriptor(self) -> str:
        size = os.fstat(self._file).st_size
        if size <= self._read:
            return ""
        data = os.pread(self._file, size - self._read, self._read)
        self._read += len(data)
        return data.decode("utf-8", "replace")


def _encodable(text: str) -> str:
    """A lone surrogate, which no message can carry, as ``\\ud800``: stock loses the whole stream over it."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _unnamed_file(name: str) -> int:
    """A file without a place in the tree, opened for appending."""
    import fcntl  # not on Windows, where nothing is forked

    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create(name)
    else:
        descriptor, path = tempfile.mkstemp(prefix="nianbao-")
        os.unlink(path)  # noqa: PTH108  # by descriptor from here on
    fcntl.fcntl(descriptor, fcntl.F_SETFL, fcntl.fcntl(descriptor, fcntl.F_GETFL) | os.O_APPEND)
    return descriptor


class ForkedKernel(IPythonKernel):
    """ipykernel's kernel; made before the fork, so that each notebook finds it ready and untouched."""

    messages: ConnectionSession
    _execute_sleep = 0  # nothing to wait for: messages arrive in the order in which they are sent

    def start(self) -> None:
        """Nothing to start: ``serve`` reads the requests."""

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Requests come one by one, so none waits behind an error."""

    async def serve(self, connection: Connection) -> None:
        """Answer requests until the other side hangs up; tasks that a cell started go on between them."""
        loop = asyncio.get_running_loop()
        self.io_loop = IOLoop.current()
        while True:
            readable = loop.create_future()
            loop.add_reader(connection.fileno(), _settle, readable)
            try:
                await readable
            finally:
                loop.remove_reader(connection.fileno())
            try:
                request = self.messages.unpack(connection.recv_bytes())
            except (EOFError, OSError):
                return
            await self._answer(request)

    async def _answer(self, request: dict[str, Any]) -> None:
        self.set_parent([], request)  # type: ignore[no-untyped-call]
        self._publish_status("busy", SHELL)  # type: ignore[no-untyped-call]
        handler = self.shell_handlers.get(request["header"]["msg_type"])
        self.pre_handler_hook()  # type: ignore[no-untyped-call]
        try:
            answer = handler(SHELL, [], request) if handler else None
            if asyncio.iscoroutine(answer):
                await answer
        finally:
            self.post_handler_hook()  # type: ignore[no-untyped-call]
        sys.stdout.flush()
        sys.stderr.flush()
        self._publish_status("idle", SHELL)  # type: ignore[no-untyped-call]


def _settle(readable: asyncio.Future[None]) -> None:
    if not readable.done():
        readable.set_result(None)


def prepare_kernel() -> ForkedKernel:
    """The kernel of this process, before it is forked."""
    # its database belongs to a person at a keyboard, and its thread would not survive the fork; by the other entry
    # libraries (tqdm) know that they are in a notebook
    import_without("ipykernel.debugger", "debugpy")  # a fifth of the memory, and nobody debugs here
    config = Config({"HistoryManager": {"enabled": False, "hist_file": ":memory:"}, "IPKernelApp": {"connection_file": ""}})
    session = ConnectionSession(config=config)
    only_thread = SimpleNamespace(parent_thread=threading.main_thread())
    with warnings.catch_warnings():
        # an account for batches often has no home; no profile is read here, and nobody can act upon the English words
        warnings.filterwarnings("ignore", "IPython (dir|parent) ", UserWarning)
        kernel: ForkedKernel = ForkedKernel.instance(
            config=config, session=session, iopub_socket=IOPUB, shell_channel_thread=only_thread, user_ns=None, log=_silent_log(),
        )  # fmt: skip
    kernel.messages = session
    assert kernel.shell is not None
    kernel.shell.input_transformer_manager = CellReader()
    _warm(kernel.shell)
    # never started: ``%matplotlib`` and ``%gui`` look for the kernel there
    app = IPKernelApp.instance(config=config, kernel=kernel, shell=kernel.shell)
    app.init_pdb()  # type: ignore[no-untyped-call]
    sys.argv[:] = [str(Path(ipykernel.__file__).parents[1] / "ipykernel_launcher.py"), "-f", ""]
    return kernel


def _warm(shell: Any) -> None:
    """Have made, once for all notebooks, what the first cell makes that shows something: patterns, formatters."""
    shell.transform_cell("pass")
    shell.displayhook.semicolon_at_end_of_expression("pass")
    shell.display_formatter.format(None)
    shell.loop_runner, shell.banner, tempfile.gettempdir()
    run_cell_async = shell.run_cell_async

    def with_signature(*args: Any, **kwargs: Any) -> Any:
        return run_cell_async(*args, **kwargs)

    # ipykernel takes the method apart for each cell, to see what it takes
    with_signature.__signature__ = inspect.signature(run_cell_async)  # type: ignore[attr-defined]
    shell.run_cell_async = with_signature


def _silent_log() -> logging.Logger:
    """What ipykernel says to whoever started it: nobody, and a notebook that sets up logging is not to print it."""
    log = logging.getLogger("nianbao.kernel")
    log.propagate = False
    log.addHandler(logging.NullHandler())
    return log


def run_kernel(kernel: ForkedKernel, connection: Connection, surroundings: Surroundings) -> None:
    """Be the kernel of one notebook until the connection ends; never returns."""
    atexit._clear()  # what the mother process registered is hers
    session = kernel.messages
    session.attach(connection)
    _enter(surroundings)
    sys.stdout, sys.stderr = _Output("stdout", 1, session), _Output("stderr", 2, session)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # between cells, as ipykernel; in a cell it is a KeyboardInterrupt
    asyncio.run(kernel.serve(connection))
    signal.alarm(_EXIT_SECONDS)  # an exit function that hangs does not keep the process
    atexit._run_exitfuncs()
    os._exit(0)


def _enter(surroundings: Surroundings) -> None:
    os.environ.clear()
    os.environ.update({**PLOTS, **surroundings.environment, **_TERMINAL, "JPY_PARENT_PID": str(os.getppid())})
    provide_ipython_folder()
    os.chdir(surroundings.folder)
    hand_over(surroundings.known)
    _find_modules_of_the_folder()
    random = getattr(sys.modules.get("numpy.random"), "seed", None)
    if random:
        random()  # Python's own is seeded anew by the fork
    if surroundings.memory_limit_mb:
        _limit_memory(surroundings.memory_limit_mb << 20)


def _find_modules_of_the_folder() -> None:
    """The working folder behind Python's own modules, as IPython has it: a ``calendar.py`` there is not taken for Python's."""
    wanted = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    entries = [entry for entry in sys.path if entry and (entry != str(Path.cwd()) or entry in wanted)]
    if not os.environ.get("PYTHONSAFEPATH"):
        packages = (at for at, entry in enumerate(entries) if Path(entry).name in ("site-packages", "dist-packages"))
        entries.insert(next(packages, 0), "")
    sys.path[:] = entries


def _limit_memory(size: int) -> None:
    """A cell that takes more gets a ``MemoryError``, and no other notebook feels it."""
    import resource

    for limit, value in ((resource.RLIMIT_DATA, size), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(limit)[1]
        resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
