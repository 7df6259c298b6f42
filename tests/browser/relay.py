"""A network between a window and JupyterLab that can go away and come back."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

CHUNK = 65_536


class Relay:
    """Hands every connection at ``port`` on to another port of this machine, until it is cut."""

    def __init__(self, target: int) -> None:
        self._target, self._ends = target, set[socket.socket]()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._flowing = Event()
        self._flowing.set()
        self._listen()

    def hold(self) -> None:
        """Let nothing through, without a word to anybody."""
        self._flowing.clear()

    def cut(self) -> None:
        """End every connection; no other is taken, and what was held is lost."""
        with suppress(OSError):  # cut already
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for end in list(self._ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._flowing.set()

    def mend(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._listen()

    def _listen(self) -> None:
        Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near = listener.accept()[0]
                try:
                    far = socket.create_connection(("127.0.0.1", self._target))
                except OSError:  # nobody is there: as when the machine at the other end is off
                    near.close()
                    continue
                for one, other in ((near, far), (far, near)):
                    self._ends.add(one)
                    Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(CHUNK):
                self._flowing.wait()
                other.sendall(data)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._ends.discard(one)
        one.close()


@contextmanager
def relay(target: int) -> Iterator[Relay]:
    network = Relay(target)
    try:
        yield network
    finally:
        network.cut()
