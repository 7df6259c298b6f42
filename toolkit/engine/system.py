"""What the operating system offers for running notebooks."""

from __future__ import annotations

import os
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


class CannotFork(OSError):
    """No kernel can be forked: an ipykernel that the engine does not know, a preload that fails, or no process left."""


CAN_FORK = hasattr(os, "fork") and hasattr(socket, "AF_UNIX")


@contextmanager
def quiet_about_home() -> Iterator[None]:
    """Without IPython's warning that there is no home to write to: accounts for batches have none, and none is needed."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "IPython (dir|parent) ", UserWarning)
        yield
