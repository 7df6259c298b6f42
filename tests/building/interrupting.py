"""Interrupt a command: by a signal, or as the console of Windows does when somebody presses Ctrl+C in it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

# A program started in the background ignores Ctrl+C, and so would what the tests start: this makes it as from a terminal.
LISTEN = """
import ctypes, os, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
if os.name == "nt":
    ctypes.WinDLL("kernel32").SetConsoleCtrlHandler(None, False)
"""
# 0 on other systems; on Windows the program and what it starts have a console without a window
OWN_CONSOLE: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)
# For a program that presses Ctrl+C again and again, for itself and all that it has started, in a session or console for itself.
# Windows forgets a handler when it calls it, until the handler sets itself again: between the two a press ends the program.
PRESS = """
import ctypes, os, signal
def press():
    if os.name == "nt":
        ctypes.WinDLL("kernel32").GenerateConsoleCtrlEvent(0, 0)
    else:
        os.killpg(0, signal.SIGINT)
def press_until(stopped):
    while not stopped.wait(0.1 if os.name == "nt" else 0.02):
        press()
def end(pressing, stopped):
    stopped.set()
    pressing.join()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a press that arrives while Python ends
"""
# A console sends Ctrl+C to all its processes; the sender enters it and leaves itself out.
_PRESS = """
import ctypes, sys
kernel = ctypes.WinDLL("kernel32", use_last_error=True)
kernel.FreeConsole()
pressed = (
    kernel.AttachConsole(int(sys.argv[1]))
    and kernel.SetConsoleCtrlHandler(None, True)
    and kernel.GenerateConsoleCtrlEvent(0, 0)
)
sys.exit(0 if pressed else f"Windows error {ctypes.get_last_error()}")
"""


def interrupt(running: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send a signal; on Windows press Ctrl+C for SIGINT, in the console of a program started with ``OWN_CONSOLE``."""
    if os.name == "nt" and number == signal.SIGINT:
        subprocess.run([sys.executable, "-c", _PRESS, str(running.pid)], check=True)
    else:
        running.send_signal(number)
