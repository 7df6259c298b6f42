"""Tell a program how a batch goes, line by line as it goes: ``build.jsonl`` beside the finished reports.

In: results. Out: one JSON object per line: ``begin`` and ``end`` of each run, and a ``report`` for each one that was
built, failed or could not start; unchanged ones are counted only. Runs follow each other in the file, each with its id.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from toolkit.building.addresses import is_address, make_folder, reach
from toolkit.building.record import RunResult
from toolkit.core.errors import CannotWrite, UsageError
from toolkit.core.write_failures import reason

LOG_NAME = "build.jsonl"
NOT_UTF8 = "backslashreplace"  # a file name in another encoding, which JSON then reads back as it was


class BuildLog:
    """The log of one run. One that cannot be written says so and stays silent: reports matter more."""

    def __init__(self, outputs: str, now: Callable[[], datetime], complain: Callable[[str], None]) -> None:
        self._outputs, self._now, self._complain = outputs, now, complain
        self._run = f"{now().isoformat(timespec='milliseconds')}-{os.getpid()}"  # two may begin at the same moment
        self._lines: list[str] = []  # for an address, which takes no lines one by one
        self._file: TextIO | None = None
        self._counts = {"built": 0, "unchanged": 0, "failed": 0, "not_started": 0}

    def __enter__(self) -> Self:
        """Begin.

        Raises:
            UsageError: the address of the outputs cannot be reached or written to.
            CannotWrite: there is no folder for the outputs, and none can be made.
        """
        if is_address(self._outputs):
            try:
                self._send()
            except Exception as error:  # each store has errors of its own
                raise UsageError(f"写不进 {self._outputs}：{error}。请核对地址、网络和访问密钥") from error
        else:
            try:
                Path(self._outputs).mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise CannotWrite(Path(self._outputs), reason(error)) from error
            try:
                self._file = (Path(self._outputs) / LOG_NAME).open("a", encoding="utf-8", errors=NOT_UTF8, newline="\n")
            except OSError as error:
                self._complain(f"无法写入 {LOG_NAME}：{reason(error)}。本次运行没有逐条记录")
        return self

    def begin(self, reports: int, **settings: Any) -> None:
        self._write("begin", reports=reports, **settings)

    def report(self, result: RunResult) -> None:
        """One report; what a person reads of it and what a program can look up."""
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
        if self._file:
            with suppress(OSError):
                self._file.close()
        elif is_address(self._outputs):
            try:
                self._send()
            except Exception as error:  # each store has errors of its own
                self._complain(f"无法写入 {LOG_NAME}（{error}）")

    def _write(self, event: str, **values: Any) -> None:
        line = json.dumps({"event": event, "run": self._run, "time": self._now().isoformat(timespec="milliseconds"), **values},
                          ensure_ascii=False) + "\n"  # fmt: skip
        if is_address(self._outputs):
            self._lines.append(line)
        elif self._file:
            try:
                self._file.write(line)
                self._file.flush()
            except OSError as error:  # the disk is full, which the reports say as well
                self._complain(f"无法写入 {LOG_NAME}：{reason(error)}")
                self._file = None

    def _send(self) -> None:
        files, folder = reach(self._outputs)
        name = f"{folder}/{LOG_NAME}"
        make_folder(files, folder)
        before = files.cat_file(name) if files.exists(name) else b""
        files.pipe_file(name, before + "".join(self._lines).encode("utf-8", NOT_UTF8))
