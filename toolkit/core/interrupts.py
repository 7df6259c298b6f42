"""Shield worker processes from Ctrl+C: the process that started them receives it and ends them."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def not_for_others() -> Iterator[None]:
    """Processes started in this context ignore Ctrl+C from the beginning: an interrupted import would print a traceback."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
