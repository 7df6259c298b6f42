"""Bytes that the caller of the engine hands to a kernel before its notebook runs; the engine does not read them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

_handed: list[bytes] = []


def hand_over(packed: bytes) -> None:
    """Keep the bytes handed to this process, once, before its notebook begins."""
    _handed[:] = [packed] if packed else []


def handed() -> bytes:
    """The bytes handed to this process; empty when there are none."""
    return _handed[0] if _handed else b""


@contextmanager
def handed_over(packed: bytes) -> Iterator[None]:
    """The same for a notebook that runs in this process; taken away when it ends."""
    hand_over(packed)
    try:
        yield
    finally:
        hand_over(b"")
