"""What the operating system offers for running notebooks."""

from __future__ import annotations

import os
import socket


class CannotFork(OSError):
    """No kernel can be forked: an ipykernel that the engine does not know, a preload that fails, or no process left."""


CAN_FORK = hasattr(os, "fork") and hasattr(socket, "AF_UNIX")
