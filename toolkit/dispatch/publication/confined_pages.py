"""Read published pages in a separate process with limits of memory and time (限定资源的子进程).

In: the bytes of a page. Out: a ``PublishedPage``, with a problem when the process had to be ended. What a site sends may be
made to break a parser: the child has no passwords in its environment, may write no file, and answers in JSON. Old Word and WPS
files become .docx first, by LibreOffice without macros in a temporary folder: the child may start no process.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import PurePath
from types import TracebackType

from toolkit.dispatch.intake.confined import read_frame, write_frame
from toolkit.dispatch.intake.inspecting import LIMITS, IntakeLimits
from toolkit.dispatch.publication.page import PublishedPage, page_from_json
from toolkit.importing.limits import CannotImport
from toolkit.importing.readers.office import convert, locked

_START_SECONDS = 60.0
_COMPOUND = b"\xd0\xcf\x11\xe0"  # how .doc and .wps begin
_OLD = (".doc", ".wps")
_STOPPED = "打开这个页面时程序异常退出或超出时间、内存上限，可能已损坏或含有恶意内容"


class PageReader:
    """One child process, started on first use and again after it was ended."""

    def __init__(self, limits: IntakeLimits = LIMITS, to_docx: Callable[[bytes, str, str, str], bytes] = convert) -> None:
        self._limits, self._to_docx = limits, to_docx
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> PageReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end()

    def read(self, raw: bytes, name: str, year: int | None, address: str = "") -> PublishedPage:
        """What the page shows; with its ``address`` its links too."""
        if raw.startswith(_COMPOUND):
            try:
                raw, name = self._today(raw, name), f"{PurePath(name).stem}.docx"
            except CannotImport as error:
                return PublishedPage(problem=error.reason)
        try:
            process = self._running()
            question: dict[str, object] = {"name": name, "year": year, "address": address}
            return page_from_json(self._ask(process, question, raw, self._limits.seconds))
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            self._end()
            return PublishedPage(problem=_STOPPED)

    def _today(self, raw: bytes, name: str) -> bytes:
        """An old Word or WPS file as .docx.

        Raises:
            CannotImport: it has a password, or LibreOffice is not installed or could not open it.
        """
        if locked(raw):
            raise CannotImport(name, "文件加了密码，打不开")
        suffix = PurePath(name).suffix.lower()
        return self._to_docx(raw, suffix if suffix in _OLD else ".doc", "docx", name)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            environment = {key: value for key, value in os.environ.items() if not key.endswith("_PASSWORD")}
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "toolkit.dispatch.publication.page_child"], env=environment,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            self._ask(self._process, {"memory_bytes": self._limits.memory_bytes}, b"", _START_SECONDS)
        return self._process

    def _ask(
        self, process: subprocess.Popen[bytes], question: dict[str, object], raw: bytes, seconds: float
    ) -> dict[str, object]:
        assert process.stdin
        assert process.stdout
        timer = threading.Timer(seconds, process.kill)
        timer.start()
        try:
            write_frame(process.stdin, question, raw)
            return read_frame(process.stdout)[0]
        finally:
            timer.cancel()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                pipe and pipe.close()
        process.wait()
