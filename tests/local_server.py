"""Run a server of the standard library on loopback while a test talks to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import TCPServer
from threading import Thread

POLL_SECONDS = 0.01  # the half second of the standard library would be waited for at the end of each server


@contextmanager
def running(server: TCPServer) -> Iterator[int]:
    """Serve in a thread until the block ends; gives the port."""
    with server:
        Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True).start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
