"""What a caller of the engine gives to kernels: modules and a function that warms them up before the fork, bytes after it.

In: names, since a fork server is another process. Out: modules imported once, for every kernel forked afterwards; where the
system cannot fork, and where a preload fails, ``CannotFork``. The engine does not read the bytes (the payload of one notebook).
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

CAN_FORK = hasattr(os, "fork") and hasattr(socket, "AF_UNIX")
# IPython and tornado import these for the first cell of a notebook.
KERNEL_MODULES = ("IPython.core.completer", "IPython.core.logger", "tornado.platform.asyncio")


class CannotFork(OSError):
    """No kernel can be forked: an ipykernel that the engine does not know, a preload that fails, or no process left."""


@dataclass(frozen=True, slots=True)
class Preload:
    """``modules`` are imported before the fork; ``warm_up`` (``package.module:function``) is then called once."""

    modules: tuple[str, ...] = ()
    warm_up: str = ""

    def arguments(self) -> list[str]:
        """As arguments of a command line; ``from_arguments`` reads them."""
        return [self.warm_up, *self.modules]

    @classmethod
    def from_arguments(cls, arguments: Sequence[str]) -> Self:
        return cls(tuple(arguments[1:]), arguments[0])

    def import_modules(self) -> None:
        for name in (*self.modules, *KERNEL_MODULES):
            importlib.import_module(name)

    def run_warm_up(self) -> None:
        if self.warm_up:
            pkgutil.resolve_name(self.warm_up)()


_payload: list[bytes] = []


def set_payload(data: bytes) -> None:
    """Set the payload of this process; empty bytes remove it."""
    _payload[:] = [data] if data else []


def payload() -> bytes:
    """The payload of this process; empty when there is none."""
    return _payload[0] if _payload else b""


@contextmanager
def payload_of(data: bytes) -> Iterator[None]:
    """Set the payload for a notebook that runs in this process, and remove it when the notebook ends."""
    set_payload(data)
    try:
        yield
    finally:
        set_payload(b"")
