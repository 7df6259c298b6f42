"""Tell two people apart who open one organ's report: the lock file (占用标记) beside the params file.

In: the params file, who opens it, a clock. Out: nobody, me, or the other one with name and time. The lock is a small
JSON file whose time of change is its heartbeat. It is forgotten when the process that made it is gone, or, on another
machine, when its heart has been silent for ``SILENT_SECONDS``. It only ever informs: taking over is always possible.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil

from toolkit.core.files import remove_file, retried, save_bytes
from toolkit.core.machine import user_name

BEAT_SECONDS = 20
WRITING_SECONDS = 2
SILENT_SECONDS = 180  # nine beats: a laptop may sleep a moment, a shared disk may be slow

_PROCESS = secrets.token_hex(6)  # what all locks of this process begin with


@dataclass(frozen=True, slots=True)
class LockHolder:
    """Who has a report open, since when, on which machine."""

    who: str
    since: datetime
    host: str = ""

    @property
    def message(self) -> str:
        """One sentence for the person who came second."""
        place = f"（在电脑 {self.host} 上）" if self.host and self.host != socket.gethostname() else ""
        return f"{self.who}{place} 从 {self.since.astimezone():%m月%d日 %H:%M} 起正在填报这份年报"


class Lock:
    """The lock of one params file, held or looked at."""

    def __init__(self, params: Path, *, who: str, now: Callable[[], datetime]) -> None:
        self.path = params.with_name(f".{params.name}.lock")
        self._who, self._now = who, now
        self._token = f"{_PROCESS}-{secrets.token_hex(6)}"
        self._stop = threading.Event()
        self._heart: threading.Thread | None = None

    def acquire(self) -> LockHolder | None:
        """Take the lock if it is free; otherwise return its holder.

        Raises:
            OSError: no lock can be put here (no permission, disk full).
        """
        while not self._create():
            values, age = self._read(), self._age()
            if values is None and age < WRITING_SECONDS:
                time.sleep(0.02)  # the other one is just writing it
                continue
            other = self.holder()
            # a cell that is run again: the form before it is gone from the screen and gives way
            if other is not None and not str((values or {}).get("token")).startswith(_PROCESS):
                return other
            retried(lambda: self.path.unlink(missing_ok=True))
        self._beat_on()
        return None

    def take_over(self) -> None:
        """Take the lock from its holder; the other desk notices before its next change.

        Raises:
            CannotWrite: no permission, disk full.
        """
        save_bytes(self.path, self._content())
        self._beat_on()

    def holder(self) -> LockHolder | None:
        """The current holder; ``None`` when the lock is free or its holder is gone."""
        values = self._read()
        if values is None or self._is_gone(values):
            return None
        try:
            since = datetime.fromisoformat(values["since"])
        except (KeyError, TypeError, ValueError):
            return None
        return LockHolder(str(values.get("who") or "有人"), since, str(values.get("host", "")))

    def is_lost(self) -> bool:
        """Another desk has the lock. A lock that was only deleted is still ours."""
        values = self._read()
        return values is not None and values.get("token") != self._token

    def release(self) -> None:
        """Give it back, if it is still ours."""
        self._stop.set()
        values = self._read()
        if values is not None and values.get("token") == self._token:
            remove_file(self.path)

    def _create(self) -> bool:
        try:
            with self.path.open("xb") as file:
                file.write(self._content())
        except FileExistsError:
            return False
        except OSError:
            remove_file(self.path)  # no room for the content: an empty lock would say nothing
            raise
        return True

    def _content(self) -> bytes:
        values = {
            "who": self._who, "since": self._now().isoformat(), "host": socket.gethostname(), "user": user_name(),
            "pid": os.getpid(), "started": psutil.Process().create_time(), "token": self._token,
        }  # fmt: skip
        return json.dumps(values, ensure_ascii=False).encode("utf-8", "replace")

    def _read(self) -> dict[str, Any] | None:
        try:
            values = json.loads(self.path.read_bytes())
        except (OSError, ValueError):
            return None
        return values if isinstance(values, dict) else None

    def _age(self, clock: float | None = None) -> float:
        try:
            return (clock or time.time()) - self.path.stat().st_mtime
        except OSError:
            return 0.0

    def _is_gone(self, values: dict[str, Any]) -> bool:
        if values.get("host") == socket.gethostname():
            return _has_ended(values)
        # a clock of this machine that is ahead makes a living holder look silent: then the clock of the disk decides
        return self._age() > SILENT_SECONDS and self._age(self._clock_of_disk()) > SILENT_SECONDS

    def _clock_of_disk(self) -> float | None:
        """What time it is where the lock is kept, a share perhaps; ``None`` when nothing can be written there."""
        probe = self.path.with_name(f".{secrets.token_hex(8)}.tmp")  # the name of a long lock has no room for an ending
        try:
            probe.write_bytes(b" ")
            return probe.stat().st_mtime
        except OSError:
            return None
        finally:
            remove_file(probe)

    def _beat_on(self) -> None:
        if self._heart is None or not self._heart.is_alive():
            self._stop.clear()
            self._heart = threading.Thread(target=self._beat, name="nianbao-lock", daemon=True)
            self._heart.start()

    def _beat(self) -> None:
        while not self._stop.wait(BEAT_SECONDS):
            if self.is_lost():
                return
            with contextlib.suppress(OSError):
                beat(self.path)


def beat(path: Path) -> None:
    """Write a blank behind the lock: the disk then stamps it with its own clock, as it stamps what others compare it with.

    Raises:
        OSError: the lock was deleted, or nothing can be written.
    """
    with path.open("r+b") as file:
        file.seek(0, os.SEEK_END)
        file.write(b" ")


def _has_ended(values: dict[str, Any]) -> bool:
    pid, started = values.get("pid"), values.get("started")
    try:
        # the system may reuse the PID for another program, which did not make the lock
        return bool(abs(psutil.Process(pid).create_time() - float(started or 0)) > 2)
    except (psutil.Error, TypeError, ValueError):
        return True
