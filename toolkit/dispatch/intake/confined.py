"""Open files from outside in separate processes (限定资源的子进程) with limits of memory and time.

In: raw bytes. Out: ``Examined`` or ``ReadBack``; a process that takes too long or too much, or that a PDF brings down,
is ended, and the bytes are refused (``dispatch.confinement``). Run as a program this module is the child.
"""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import datetime
from itertools import accumulate
from typing import Annotated, Any, TypeVar

from pydantic import Field, NonNegativeInt, TypeAdapter

from toolkit.dispatch.confinement import ConfinedProcess, Frame, serve, stopped
from toolkit.dispatch.intake.examining import Examined, Kind, MailReport, examine
from toolkit.dispatch.intake.inspecting import LIMITS, IntakeLimits, RefusedPdf
from toolkit.dispatch.intake.reading_back import NOBODY, ReadBack, Trust
from toolkit.dispatch.intake.scans import ReadCopy
from toolkit.dispatch.settings import Trusted

Item = TypeVar("Item")
WHAT = "这份文件"
_EXAMINED = TypeAdapter(Examined)
_OTHERS = TypeAdapter(list[Examined])
_SIZES = TypeAdapter(Annotated[list[NonNegativeInt], Field(min_length=1)])


class Confined:
    """A few child processes, each of which examines one file after the other."""

    def __init__(self, limits: IntakeLimits = LIMITS, trust: Trust = NOBODY, workers: int = 2) -> None:
        self.limits, self.trust, self.workers = limits, trust, workers
        self._free: queue.LifoQueue[ConfinedProcess] = queue.LifoQueue()  # a running child before one that is yet to start
        for _ in range(workers):
            self._free.put(self._child(limits))

    def __enter__(self) -> Confined:
        return self

    def __exit__(self, *error: object) -> None:
        for _ in range(self.workers):
            self._free.get().close()

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
            first, data = decoded_answer(*child.ask({"kind": kind, "moment": moment.isoformat() if moment else ""}, raw))
            return self._with_scans(first, data) if scans else (first, data)
        except (OSError, EOFError, ValueError):
            child.close()
            return Examined(refusal=stopped(WHAT)), b""
        finally:
            self._free.put(child)

    def _child(self, limits: IntakeLimits) -> ConfinedProcess:
        trusted = [item.model_dump(mode="json") for item in self.trust.trusted]
        settings = {"memory_bytes": limits.memory_bytes, "limits": asdict(limits), "trusted": trusted}
        return ConfinedProcess("toolkit.dispatch.intake.confined", settings, limits.seconds)

    def _with_scans(self, first: Examined, data: bytes) -> tuple[Examined, bytes]:
        """The outcome with what is on the scans among the files."""
        others = tuple(MailReport(*self._read_scan(item.examined, item.data)) for item in first.others)
        return self._read_scan(replace(first, others=others), data)

    def _read_scan(self, before: Examined, pdf: bytes) -> tuple[Examined, bytes]:
        """The content of a scan, read by a separate kind of process with higher limits of memory and time."""
        if not before.may_be_scan:
            return before, pdf
        limits = replace(self.limits, seconds=self.limits.scan_seconds, memory_bytes=self.limits.scan_memory_bytes)
        child = self._child(limits)
        try:
            reading, _ = decoded_answer(*child.ask({"kind": "scan", "moment": ""}, pdf))
        except (OSError, EOFError, ValueError):
            return replace(before, refusal=stopped(WHAT), may_be_scan=False), pdf
        finally:
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


def encoded_answer(examined: Examined, data: bytes) -> tuple[dict[str, Any], bytes]:
    """An outcome as JSON and the bytes of its files one after the other, for a frame."""
    files = [data, *(item.data for item in examined.others)]
    others = [asdict(replace(item.examined, others=())) for item in examined.others]
    return {**asdict(replace(examined, others=())), "others": others, "sizes": list(map(len, files))}, b"".join(files)


def decoded_answer(value: dict[str, Any], data: bytes) -> tuple[Examined, bytes]:
    """An outcome of ``encoded_answer``, with the bytes of its first file.

    Raises:
        ValueError: the value is not one of ``encoded_answer``, or the sizes are not those of the files.
    """
    sizes = _SIZES.validate_python(value.get("sizes"))
    if sum(sizes) != len(data):
        raise ValueError("files of another size")
    first = _EXAMINED.validate_python(value | {"others": ()})
    examined = _OTHERS.validate_python(value.get("others"))
    files = [data[end - size : end] for size, end in zip(sizes, accumulate(sizes), strict=True)]
    others = [MailReport(replace(item, others=()), file) for item, file in zip(examined, files[1:], strict=True)]
    return replace(first, others=tuple(others)), files[0]


def examiner(settings: dict[str, Any]) -> Callable[[dict[str, Any], bytes], Frame]:
    """Child: the function that examines within the limits and by the trust list of the settings."""
    limits = IntakeLimits(**settings["limits"])
    trusted = tuple(Trusted.model_validate(item) for item in settings["trusted"])

    def answer(question: dict[str, Any], raw: bytes) -> Frame:
        moment = datetime.fromisoformat(question["moment"]) if question["moment"] else None
        return encoded_answer(*examine(raw, question["kind"], limits, Trust(trusted, moment)))

    return answer


if __name__ == "__main__":
    serve(examiner, lambda sentence: encoded_answer(Examined(refusal=sentence), b""), WHAT)
