"""Open files from outside in separate processes (限定资源的子进程) with limits of memory and time.

In: raw bytes. Out: ``Examined`` or ``ReadBack``; a process that takes too long or too much, or that a PDF brings down,
is ended, and the bytes are refused. The child has no passwords in its environment, may write no file, and answers in
JSON, so that nothing it says is run here.
"""

from __future__ import annotations

import json
import os
import queue
import struct
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime
from types import TracebackType
from typing import IO, Any, TypeVar

from toolkit.dispatch.intake.examining import Envelope, Examined, Kind, MailReport
from toolkit.dispatch.intake.inspecting import LIMITS, IntakeLimits, RefusedPdf
from toolkit.dispatch.intake.reading_back import NOBODY, ReadBack, Trust
from toolkit.dispatch.intake.scans import ReadCopy
from toolkit.dispatch.signatures.checking import SignatureVerdict

Item = TypeVar("Item")
_HEAD = struct.Struct(">QQ")  # lengths of the JSON and of the bytes that follow
_LARGEST_ANSWER = 64_000_000
_STOPPED = "打开这份文件时程序异常退出或超出时间、内存上限，可能已损坏或含有恶意内容"


class Confined:
    """A few child processes, started on first use and restarted after one was killed."""

    def __init__(self, limits: IntakeLimits = LIMITS, trust: Trust = NOBODY, workers: int = 2) -> None:
        self.limits, self.trust, self.workers = limits, trust, workers
        self._free: queue.Queue[_Child | None] = queue.Queue()
        for _ in range(workers):
            self._free.put(None)

    def __enter__(self) -> Confined:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for _ in range(self.workers):
            child = self._free.get()
            if child:
                child.close()

    def read_pdf(self, data: bytes, moment: datetime | None = None, *, scans: bool = True) -> ReadBack | ReadCopy:
        """The content of a PDF, or of a scan of one unless ``scans`` is off: that takes seconds.

        Raises:
            RefusedPdf: it cannot be read safely.
        """
        examined, _ = self.examine(data, "pdf", moment, scans=scans)
        reading = examined.back or examined.copy
        if reading is None:
            raise RefusedPdf(examined.refusal)
        return reading

    def examine(self, raw: bytes, kind: Kind, moment: datetime | None = None, *, scans: bool = True) -> tuple[Examined, bytes]:
        """The outcome and the PDF; a child that did not answer makes it a refusal. ``scans``: whether scans are read too."""
        child = self._free.get()
        try:
            if child and not child.alive:
                child.close()
                child = None
            child = child or _Child(self.limits, self.trust)
            answer = child.ask({"kind": kind, "moment": moment.isoformat() if moment else ""}, raw)
            if not scans:
                return decoded_answer(*answer)
            if answer[0]["may_be_scan"] or any(item["may_be_scan"] for item in answer[0]["others"]):
                return self._with_scans(*decoded_answer(*answer))
        except (OSError, EOFError, ValueError):
            if child:
                child.close()
            child = None
            return Examined(refusal=_STOPPED), b""
        finally:
            self._free.put(child)
        return decoded_answer(*answer)

    def _with_scans(self, first: Examined, data: bytes) -> tuple[Examined, bytes]:
        """The outcome with what is on the scans among the files."""
        others = tuple(MailReport(*self._read_scan(item.examined, item.data)) for item in first.others)
        return self._read_scan(replace(first, others=others), data)

    def _read_scan(self, before: Examined, pdf: bytes) -> tuple[Examined, bytes]:
        """The content of a scan, read by a separate kind of process with higher limits of memory and time."""
        if not before.may_be_scan:
            return before, pdf
        limits = replace(self.limits, seconds=self.limits.scan_seconds, memory_bytes=self.limits.scan_memory_bytes)
        child: _Child | None = None
        try:
            child = _Child(limits, self.trust)
            reading, _ = decoded_answer(*child.ask({"kind": "scan", "moment": ""}, pdf))
        except (OSError, EOFError, ValueError):
            return replace(before, refusal=_STOPPED, may_be_scan=False), pdf
        finally:
            if child:
                child.close()
        return replace(before, scan=reading.scan, refusal=reading.refusal, next_step=reading.next_step, may_be_scan=False), pdf

    def examine_all(self, items: Iterable[tuple[Item, bytes, Kind, datetime | None]]) -> Iterator[tuple[Item, Examined, bytes]]:
        """Examine in parallel, results in the order of the items; only a few raw messages are in memory."""
        with ThreadPoolExecutor(self.workers) as pool:
            waiting: deque[tuple[Item, Future[tuple[Examined, bytes]]]] = deque()
            for item, raw, kind, moment in items:
                waiting.append((item, pool.submit(self.examine, raw, kind, moment)))
                if len(waiting) > 2 * self.workers:
                    first, answer = waiting.popleft()
                    yield first, *answer.result()
            for first, answer in waiting:
                yield first, *answer.result()


class _Child:
    """One child process and its pipe."""

    def __init__(self, limits: IntakeLimits, trust: Trust) -> None:
        environment = {key: value for key, value in os.environ.items() if not key.endswith("_PASSWORD")}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "toolkit.dispatch.intake.confined_child"], env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._seconds = limits.seconds
        trusted = [item.model_dump(mode="json") for item in trust.trusted]
        try:
            self.ask({"limits": asdict(limits), "trusted": trusted}, b"", extra_seconds=60)
        except (OSError, EOFError, ValueError):
            self.close()
            raise

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, question: dict[str, Any], data: bytes, extra_seconds: float = 0) -> tuple[dict[str, Any], bytes]:
        """Raises ``EOFError`` or ``OSError`` when the child has died, or was killed by the time limit."""
        assert self._process.stdin
        assert self._process.stdout
        timer = threading.Timer(self._seconds + extra_seconds, self._process.kill)
        timer.start()
        try:
            write_frame(self._process.stdin, question, data)
            return read_frame(self._process.stdout)
        finally:
            timer.cancel()

    def close(self) -> None:
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                pipe and pipe.close()
        self._process.wait()


def write_frame(pipe: IO[bytes], value: dict[str, Any], data: bytes) -> None:
    """One JSON value and the bytes that go with it."""
    text = json.dumps(value, ensure_ascii=False).encode("utf-8")
    pipe.write(_HEAD.pack(len(text), len(data)) + text)
    pipe.write(data)
    pipe.flush()


def read_frame(pipe: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """Read a frame of ``write_frame``.

    Raises:
        EOFError: the other side is gone.
        ValueError: the data is not a frame.
    """
    text_size, data_size = _HEAD.unpack(_exactly(pipe, _HEAD.size))
    if text_size + data_size > _LARGEST_ANSWER:
        raise ValueError("frame too large")
    value = json.loads(_exactly(pipe, text_size))
    if not isinstance(value, dict):
        raise ValueError("frame without an object")
    return value, _exactly(pipe, data_size)


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return data


def encoded_answer(examined: Examined, data: bytes) -> tuple[dict[str, Any], bytes]:
    """An outcome as JSON and the bytes of its files one after the other, for a frame."""
    files = [data, *(item.data for item in examined.others)]
    others = [asdict(replace(item.examined, others=())) for item in examined.others]
    return {**asdict(replace(examined, others=())), "others": others, "sizes": list(map(len, files))}, b"".join(files)


def decoded_answer(value: dict[str, Any], data: bytes) -> tuple[Examined, bytes]:
    """An outcome of ``encoded_answer``, with the bytes of its first file.

    Raises:
        ValueError: the sizes are not those of the files.
    """
    if sum(value["sizes"]) != len(data) or min(value["sizes"]) < 0:
        raise ValueError("files of another size")
    files, at = [], 0
    for size in value["sizes"]:
        files.append(data[at : at + size])
        at += size
    others = tuple(MailReport(_examined(item), file) for item, file in zip(value["others"], files[1:], strict=True))
    return replace(_examined(value), others=others), files[0]


def _examined(value: dict[str, Any]) -> Examined:
    back = value["back"]
    if back is not None:
        back = ReadBack(**{**back, "differences": tuple(back["differences"]), "signature": SignatureVerdict(**back["signature"])})
    envelope = Envelope(**{**value["envelope"], "senders": tuple(value["envelope"]["senders"])})
    return Examined(
        envelope, value["pdf_sha256"], back, value["refusal"], _copy(value["scan"]), bool(value["may_be_scan"]),
        _copy(value["document"]), bool(value["is_letter"]), str(value["next_step"]),
        beside=bool(value["beside"]), is_automatic=bool(value["is_automatic"]),
    )  # fmt: skip


def _copy(value: dict[str, Any] | None) -> ReadCopy | None:
    if value is None:
        return None
    waiting = tuple(tuple(item) for item in value["waiting"])
    lists = {"unconfirmed": tuple(value["unconfirmed"]), "differences": tuple(value["differences"]), "waiting": waiting}
    return ReadCopy(**{**value, **lists})
