"""Read published pages in a separate process with limits of memory and time (限定资源的子进程).

In: the bytes of a page. Out: a ``PublishedPage``, with a problem when the process had to be ended. What a site sends may be
made to break a parser: the child has no passwords in its environment, may write no file, and answers in JSON. Old Word and WPS
files become .docx first, by LibreOffice without macros in a temporary folder: the child, which is this module
run as a program, may start no process.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from toolkit.core.sniffing import COMPOUND
from toolkit.dispatch.confinement import ConfinedProcess, Frame, serve, stopped
from toolkit.dispatch.intake.inspecting import LIMITS, IntakeLimits
from toolkit.dispatch.publication.page import PAGE, PublishedPage, read_page
from toolkit.importing.limits import CannotImport
from toolkit.importing.readers.office import convert, locked

WHAT = "这个页面"
_OLD = (".doc", ".wps")


class PageReader:
    """One child process, started on first use and again after it was ended."""

    def __init__(self, limits: IntakeLimits = LIMITS, to_docx: Callable[[bytes, str, str, str], bytes] = convert) -> None:
        self._limits, self._to_docx = limits, to_docx
        self._process: ConfinedProcess | None = None

    def __enter__(self) -> PageReader:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def read(self, raw: bytes, name: str, year: int | None, address: str = "") -> PublishedPage:
        """What the page shows; with its ``address`` its links too."""
        if raw.startswith(COMPOUND):
            try:
                raw, name = self._today(raw, name), f"{PurePath(name).stem}.docx"
            except CannotImport as error:
                return PublishedPage(problem=error.reason)
        try:
            answer, _ = self._running().ask({"name": name, "year": year, "address": address}, raw)
            return PAGE.validate_python(answer)
        except (OSError, EOFError, ValueError):
            self._end()
            return PublishedPage(problem=stopped(WHAT))

    def _today(self, raw: bytes, name: str) -> bytes:
        """An old Word or WPS file as .docx.

        Raises:
            CannotImport: it has a password, or LibreOffice is not installed or could not open it.
        """
        if locked(raw):
            raise CannotImport(name, "文件加了密码，打不开")
        suffix = PurePath(name).suffix.lower()
        return self._to_docx(raw, suffix if suffix in _OLD else ".doc", "docx", name)

    def _running(self) -> ConfinedProcess:
        if self._process is None or not self._process.alive:
            self._end()
            settings = {"memory_bytes": self._limits.memory_bytes}
            self._process = ConfinedProcess("toolkit.dispatch.publication.confined_pages", settings, self._limits.seconds)
        return self._process

    def _end(self) -> None:
        if self._process:
            self._process.close()
        self._process = None


def _answer(question: dict[str, Any], raw: bytes) -> Frame:
    return _frame(read_page(raw, question["name"], question["year"], address=question["address"]))


def _frame(page: PublishedPage) -> Frame:
    return PAGE.dump_python(page, mode="json"), b""


if __name__ == "__main__":
    serve(lambda _: _answer, lambda sentence: _frame(PublishedPage(problem=sentence)), WHAT)
