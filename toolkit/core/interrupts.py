"""Shield worker processes from Ctrl+C: the process that started them receives it and ends them."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def not_for_others() -> Iterator[None]:
    """What is started in here does not hear Ctrl+C from its first moment on: an import that is interrupted prints a traceback."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
