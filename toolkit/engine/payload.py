"""Bytes that the caller of the engine gives to a kernel before its notebook runs; the engine does not read them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

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
