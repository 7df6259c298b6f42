"""What the operating system offers for running notebooks."""

from __future__ import annotations

import os
import socket

ENGINE = "nianbao"  # its name for papermill
CAN_FORK = hasattr(os, "fork") and hasattr(socket, "AF_UNIX")
