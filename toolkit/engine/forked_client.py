"""The client's side of a forked kernel: a manager, two channels and the requests.

In: environment and limits of a notebook. Out: one kernel per notebook, forked from the fork server of this process.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections import deque
from contextlib import suppress
from datetime import datetime
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.session import Session
from traitlets import Bytes, Dict, Instance, Integer

from toolkit.engine.fork_server import fork_server, start_kernel
from toolkit.engine.forked_kernel import IOPUB, SHELL, KernelEnvironment
from toolkit.engine.preload import Preload

MEMORY_LIMIT_MB = 2048
INTERRUPT_SECONDS = 3.0  # an interrupted cell that runs longer is killed


class ForkedKernelManager(AsyncKernelManager):
    """Starts and ends forked kernels the way jupyter_client starts and ends its own."""

    memory_limit_mb = Integer(MEMORY_LIMIT_MB, help="MB; 0 for no limit").tag(config=True)
    environment = Dict(help="variables for this run only").tag(config=True)
    payload = Bytes(help="for the notebook's process").tag(config=True)
    preload = Instance(Preload, args=(), help="what the fork server imports first").tag(config=True)

    pid: int = 0
    connection: Connection | None = None
    _client: _Client | None = None

    @property
    def ipykernel(self) -> bool:
        return False  # no command line to extend

    @property
    def has_kernel(self) -> bool:
        return self.connection is not None

    async def start_kernel(self, **kwargs: Any) -> None:  # type: ignore[override]
        environment = {**os.environ, **kwargs.get("env", {}), **self.environment}
        start = KernelEnvironment(kwargs.get("cwd") or str(Path.cwd()), environment, self.memory_limit_mb, self.payload)
        self.pid, self.connection = start_kernel(self.preload, start)

    def client(self, **kwargs: Any) -> _Client:  # type: ignore[override]
        assert self.connection is not None
        self._client = _Client(self, self.connection)
        return self._client

    async def is_alive(self) -> bool:  # type: ignore[override]
        return self.connection is not None and fork_server(self.preload).is_alive(self.pid)

    async def interrupt_kernel(self) -> None:  # type: ignore[override]
        with suppress(OSError):  # gone already
            os.killpg(self.pid, signal.SIGINT)

    async def shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:  # type: ignore[override]
        """Interrupt a cell that still runs, so that its traceback arrives; the kernel ends when its client hangs up."""
        waiting = INTERRUPT_SECONDS
        if self._client and self._client.busy and await self.is_alive():
            await self.interrupt_kernel()
            while self._client.busy and waiting > 0 and await self.is_alive():
                await asyncio.sleep(0.02)
                waiting -= 0.02
            await asyncio.sleep(0.02)  # messages that follow the reply

    async def cleanup_resources(self, restart: bool = False) -> None:  # type: ignore[override]
        """A forked kernel has no connection file and no ports."""

    def hang_up(self, *, busy: bool) -> None:
        """End the kernel: an idle one runs its exit functions, a busy one is killed with everything it started."""
        if self.connection is None:
            return
        if busy:
            fork_server(self.preload).kill(self.pid)
        self.connection.close()
        self.connection = None


class _Channel:
    """One of the two channels that nbclient reads: messages in the order of arrival."""

    def __init__(self, client: _Client) -> None:
        self._client = client
        self._messages: deque[dict[str, Any]] = deque()
        self._arrival: asyncio.Future[None] | None = None

    def put(self, message: dict[str, Any]) -> None:
        self._messages.append(message)
        if self._arrival and not self._arrival.done():
            self._arrival.set_result(None)

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """The next message; ``queue.Empty`` when none comes in time (seconds)."""
        if not self._messages:
            await self._wait(timeout)
        return self._messages.popleft()

    async def _wait(self, timeout: float | None) -> None:
        loop = asyncio.get_running_loop()
        self._arrival = loop.create_future()
        # asyncio.wait_for would create a task for each message
        limit = loop.call_later(timeout, _give_up, self._arrival) if timeout is not None else None
        try:
            await self._arrival
        finally:
            if limit:
                limit.cancel()

    def send(self, message: dict[str, Any]) -> None:
        self._client.send(message)


def _give_up(arrival: asyncio.Future[None]) -> None:
    if not arrival.done():
        arrival.set_exception(Empty())


@cache
def _session() -> Session:
    """The session that builds and packs the messages to all kernels of this process."""
    return Session()


class _Client:
    """The kernel client that papermill uses: two channels, and methods that send requests."""

    def __init__(self, manager: ForkedKernelManager, connection: Connection) -> None:
        self._manager, self._connection = manager, connection
        self.session = _session()
        self.allow_stdin = False
        self.busy = False
        self._channels = {SHELL: _Channel(self), IOPUB: _Channel(self)}

    @property
    def shell_channel(self) -> _Channel:
        return self._channels[SHELL]

    @property
    def iopub_channel(self) -> _Channel:
        return self._channels[IOPUB]

    def start_channels(self) -> None:
        asyncio.get_running_loop().add_reader(self._connection.fileno(), self._receive)

    def stop_channels(self) -> None:
        if not self._connection.closed:
            asyncio.get_running_loop().remove_reader(self._connection.fileno())
            self._manager.hang_up(busy=self.busy)

    def wait_for_ready(self, timeout: float | None = None) -> None:
        """A forked kernel is ready at once."""

    async def is_alive(self) -> bool:
        return await self._manager.is_alive()

    def execute(self, code: str, *, store_history: bool = True, stop_on_error: bool = True, **_: Any) -> str:
        content = {
            "code": code, "silent": False, "store_history": store_history, "user_expressions": {},
            "allow_stdin": False, "stop_on_error": stop_on_error,
        }  # fmt: skip
        return self.send(self.session.msg("execute_request", content))

    def kernel_info(self) -> str:
        return self.send(self.session.msg("kernel_info_request"))

    def send(self, message: dict[str, Any]) -> str:
        self.busy = True
        self._connection.send_bytes(self.session.pack(message))
        return str(message["header"]["msg_id"])

    def _receive(self) -> None:
        try:
            messages = self.session.unpack(self._connection.recv_bytes())
        except (EOFError, OSError):
            asyncio.get_running_loop().remove_reader(self._connection.fileno())
            return
        for message in messages:
            message["header"]["date"] = datetime.fromisoformat(message["header"]["date"])
            channel = message.pop("channel")
            self.busy = self.busy and channel != SHELL  # a reply ends a request
            self._channels[channel].put(message)
