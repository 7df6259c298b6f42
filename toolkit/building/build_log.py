"""Record the progress of a batch for other programs: ``build.jsonl`` beside the finished reports.

In: results. Out: one JSON object per line: ``begin`` and ``end`` of each run, and a ``report`` for each one that was
built, failed or could not start; unchanged ones are counted only. Runs follow each other in the file, each with its id.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from toolkit.building.addresses import address, is_address, make_folder
from toolkit.building.record import RunResult
from toolkit.core.errors import CannotWrite, UsageError
from toolkit.core.files import append_lines
from toolkit.core.write_failures import reason

LOG_NAME = "build.jsonl"
NOT_UTF8 = "backslashreplace"  # a file name in another encoding, which a JSON reader gets back


class BuildLog:
    """The log of one run. When it cannot be written it complains once and stops: reports matter more."""

    def __init__(self, outputs: str, now: Callable[[], datetime], complain: Callable[[str], None]) -> None:
        self._outputs, self._now, self._complain = outputs, now, complain
        self._run = f"{now().isoformat(timespec='milliseconds')}-{os.getpid()}"  # two runs may begin at the same moment
        self._lines: list[str] = []  # for an address, to which nothing can be appended
        self._path = None if is_address(outputs) else Path(outputs) / LOG_NAME
        self._counts = {"built": 0, "unchanged": 0, "failed": 0, "not_started": 0}

    def __enter__(self) -> Self:
        """Begin.

        Raises:
            UsageError: the address of the outputs cannot be reached or written to.
            CannotWrite: there is no folder for the outputs, and none can be made.
        """
        if not self._path:
            self._send()
            return self
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CannotWrite(self._path.parent, reason(error)) from error
        return self

    def begin(self, reports: int, **settings: Any) -> None:
        self._write("begin", reports=reports, **settings)

    def report(self, result: RunResult) -> None:
        """Record the result of one report."""
        kind = "unchanged" if result.unchanged else "built" if result.state == "finished" else result.state
        self._counts[kind] += 1
        if not result.unchanged:
            self._write(
                "report", params=result.name, state=result.state, title=result.title, folder=result.folder, draft=result.draft,
                files=[path.name for path in result.files], seconds=round(result.seconds, 3),
                fingerprint=result.fingerprint, executed_in=result.run, message=result.message,
            )  # fmt: skip

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._write("end", stopped=kind is not None, **self._counts)
        if is_address(self._outputs):
            try:
                self._send()
            except UsageError as error:
                self._complain(f"无法写入 {LOG_NAME}（{error.__cause__ or error}）")

    def _write(self, event: str, **values: Any) -> None:
        line = json.dumps({"event": event, "run": self._run, "time": self._now().isoformat(timespec="milliseconds"), **values},
                          ensure_ascii=False) + "\n"  # fmt: skip
        if is_address(self._outputs):
            self._lines.append(line)
        elif self._path:
            try:
                append_lines(self._path, line.encode("utf-8", NOT_UTF8), sync=False)
            except OSError as error:
                self._complain(f"无法写入 {LOG_NAME}：{reason(error)}。本次运行没有逐条记录")
                self._path = None

    def _send(self) -> None:
        folder = address(self._outputs)
        log = folder / LOG_NAME
        try:
            make_folder(folder)
            before = log.read_bytes() if log.exists() else b""
            log.write_bytes(before + "".join(self._lines).encode("utf-8", NOT_UTF8))
        except Exception as error:  # each store has errors of its own
            raise UsageError(f"写不进 {self._outputs}：{error}。请核对地址、网络和访问密钥") from error
