"""The kernel of one notebook in a forked process: execute requests in, Jupyter messages out.

It is ipykernel's kernel with another transport: one connection to its client, where a stock kernel has five ZeroMQ sockets
and three threads. Outputs, display updates, widgets and tracebacks are those of every other kernel. Startup files of the
user's IPython profile are not run. IPython tokenises every cell twice to look for its own syntax (``%magic``, ``!command``,
``help?``); here a long cell of literals without such characters is left as it is.
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
import re
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ipykernel
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from IPython.core.inputtransformer2 import EscapedCommand, HelpEnd, MagicAssign, SystemAssign, TransformerManager
from jupyter_client.session import Session, extract_header
from tornado.ioloop import IOLoop
from traitlets import Any as AnyTrait
from traitlets.config import Config

from toolkit.core.machine import provide_ipython_folder
from toolkit.engine.imports import PLOTS, import_without, quiet_about_home
from toolkit.engine.preload import set_payload

_OWN = [MagicAssign, SystemAssign, EscapedCommand, HelpEnd]
# The first characters of the four kinds; indented lines, since uneven indentation is an error of this step; unusual line
# ends. In a string these characters cost only time.
_SIGNS = re.compile(r"^[ \t!?%,;/]|=\s*[%!]|\?\s*$|[\r\v\f\x1c-\x1e\x85\u2028\u2029]", re.MULTILINE)


class CellReader(TransformerManager):
    """IPython's transformer; it is called twice per cell."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._own = self._transforms()
        self._last: tuple[str | None, str] = (None, "")

    def transform_cell(self, cell: str) -> str:
        if self._transforms() != self._own:
            return str(super().transform_cell(cell))
        if cell != self._last[0]:
            self._last = cell, super().transform_cell(cell)
        return self._last[1]

    def _transforms(self) -> tuple[list[object], ...]:
        return [*self.cleanup_transforms], [*self.line_transforms], [*self.token_transformers]

    def do_token_transforms(self, lines: list[str]) -> list[str]:
        if self.token_transformers == _OWN and not _SIGNS.search("".join(lines)):
            return lines
        transformed: list[str] = super().do_token_transforms(lines)  # type: ignore[no-untyped-call]
        return transformed


SHELL = "shell"  # in place of the ZeroMQ socket of that channel
IOPUB = "iopub"
_FLUSH_SECONDS = 0.2  # as ipykernel: output of a long cell is seen while it runs
_FLUSH_CHARACTERS = 1 << 16
_EXIT_SECONDS = 5
# Programs started by a cell write colours and use no pager, as with ipykernel.
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
class KernelEnvironment:
    """What a kernel starts with: folder, variables, memory limit (MB, 0 for no limit) and the caller's payload."""

    folder: str
    variables: Mapping[str, str] = field(default_factory=dict)
    memory_limit_mb: int = 0
    payload: bytes = b""


class ConnectionSession(Session):
    """jupyter_client's session over one connection instead of sockets."""

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
        """Build the message as every session does and send it with its channel.

        A message that another one follows at once (busy, the reply) is sent together with it.
        """
        message = msg_or_type if isinstance(msg_or_type, dict) else self.msg(msg_or_type, content, parent, header, metadata)
        # a process that the notebook forked has this connection too; its messages would mix with the notebook's
        if self.connection is None or os.getpid() != self.pid:
            return message
        carried = {**message, "channel": SHELL if stream == SHELL else IOPUB, "buffers": [bytes(b) for b in buffers or ()]}
        data = self._packed(carried)
        # the client may have closed the connection
        with self._lock, contextlib.suppress(ConnectionError):
            self._held.append(data)
            if stream != SHELL and message["content"].get("execution_state") != "busy":
                self.connection.send_bytes(b"[" + b",".join(self._held) + b"]")
                self._held.clear()
        return message

    def _packed(self, message: dict[str, Any]) -> bytes:
        """The message as bytes; a lone surrogate in an error must not block the reply, for which the client waits."""
        try:
            return bytes(self.pack(message))
        except UnicodeEncodeError:
            if message["channel"] != SHELL and message["header"]["msg_type"] != "error":
                raise  # the cell fails, as in a stock kernel
            return json.dumps(message, ensure_ascii=False, default=str).encode("utf-8", "replace")


class _Output(io.TextIOBase):
    """stdout or stderr of the notebook: text from Python, and bytes that other code writes to the file descriptor."""

    encoding = "UTF-8"

    def __init__(self, name: str, descriptor: int, session: ConnectionSession) -> None:
        super().__init__()
        self._name, self._descriptor, self._session = name, descriptor, session
        self._parts: list[str] = []
        self._size, self._since = 0, 0.0
        self._parent: dict[str, Any] = {}
        self._lock = threading.RLock()
        # a file never fills up, a pipe does
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
    """A lone surrogate, which no message can carry, as ``\\ud800``: a stock kernel loses the whole stream."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _unnamed_file(name: str) -> int:
    """A file without a name, opened for appending."""
    import fcntl  # not on Windows, where nothing is forked

    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create(name)
    else:
        descriptor, path = tempfile.mkstemp(prefix="nianbao-")
        os.unlink(path)  # noqa: PTH108  # only the descriptor is used
    fcntl.fcntl(descriptor, fcntl.F_SETFL, fcntl.fcntl(descriptor, fcntl.F_GETFL) | os.O_APPEND)
    return descriptor


class ForkedKernel(IPythonKernel):
    """ipykernel's kernel; made before the fork, so that each notebook starts with a fresh one."""

    messages: ConnectionSession
    _execute_sleep = 0  # no wait: messages arrive in order

    def start(self) -> None:
        """Nothing to start: ``serve`` reads the requests."""

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Requests arrive one at a time, so none is queued behind an error."""

    async def serve(self, connection: Connection) -> None:
        """Answer requests until the client closes the connection; tasks that a cell started run between them."""
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
    """Make the kernel of this process before it is forked."""
    # the history database is for interactive use, and its thread would not survive the fork; the other entry
    # lets libraries (tqdm) see that they run in a notebook
    import_without("ipykernel.debugger", "debugpy")  # a fifth of the memory
    config = Config({"HistoryManager": {"enabled": False, "hist_file": ":memory:"}, "IPKernelApp": {"connection_file": ""}})
    session = ConnectionSession(config=config)
    only_thread = SimpleNamespace(parent_thread=threading.main_thread())
    with quiet_about_home():
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
    """Make the patterns and formatters of the first cell before the fork."""
    shell.transform_cell("pass")
    shell.displayhook.semicolon_at_end_of_expression("pass")
    shell.display_formatter.format(None)
    shell.loop_runner, shell.banner, tempfile.gettempdir()
    run_cell_async = shell.run_cell_async

    def with_signature(*args: Any, **kwargs: Any) -> Any:
        return run_cell_async(*args, **kwargs)

    # ipykernel computes the signature of the method for each cell
    with_signature.__signature__ = inspect.signature(run_cell_async)  # type: ignore[attr-defined]
    shell.run_cell_async = with_signature


def _silent_log() -> logging.Logger:
    """Silence ipykernel's logger: a notebook that configures logging would print its records."""
    log = logging.getLogger("nianbao.kernel")
    log.propagate = False
    log.addHandler(logging.NullHandler())
    return log


def run_kernel(kernel: ForkedKernel, connection: Connection, environment: KernelEnvironment) -> None:
    """Be the kernel of one notebook until the connection ends; never returns."""
    atexit._clear()  # the parent's exit functions
    session = kernel.messages
    session.attach(connection)
    _enter(environment)
    sys.stdout, sys.stderr = _Output("stdout", 1, session), _Output("stderr", 2, session)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # between cells, as ipykernel; in a cell it is a KeyboardInterrupt
    asyncio.run(kernel.serve(connection))
    signal.alarm(_EXIT_SECONDS)  # an exit function that hangs does not keep the process
    atexit._run_exitfuncs()
    os._exit(0)


def _enter(environment: KernelEnvironment) -> None:
    os.environ.clear()
    os.environ.update({**PLOTS, **environment.variables, **_TERMINAL, "JPY_PARENT_PID": str(os.getppid())})
    provide_ipython_folder()
    os.chdir(environment.folder)
    set_payload(environment.payload)
    _find_modules_of_the_folder()
    random = getattr(sys.modules.get("numpy.random"), "seed", None)
    if random:
        random()  # Python seeds its own generator after a fork
    if environment.memory_limit_mb:
        _limit_memory(environment.memory_limit_mb << 20)


def _find_modules_of_the_folder() -> None:
    """Put the working folder after the standard library, as IPython does: a ``calendar.py`` there must not shadow Python's."""
    python_path = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    entries = [entry for entry in sys.path if entry and (entry != str(Path.cwd()) or entry in python_path)]
    if not os.environ.get("PYTHONSAFEPATH"):
        packages = (at for at, entry in enumerate(entries) if Path(entry).name in ("site-packages", "dist-packages"))
        entries.insert(next(packages, 0), "")
    sys.path[:] = entries


def _limit_memory(size: int) -> None:
    """A cell that takes more gets a ``MemoryError``; other notebooks are not affected."""
    import resource

    for limit, value in ((resource.RLIMIT_DATA, size), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(limit)[1]
        resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
