"""Run a reader of files from outside in a separate process with limits of memory and time (限定资源的子进程).

Parent: ``ConfinedProcess`` starts a module, asks and gets answers. Child: ``serve`` limits itself, then answers one question
after the other until its parent is gone. A frame is one JSON object and the bytes that go with it, so that nothing a child
says is run here; the child has no passwords in its environment and may write no file.
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any

if sys.platform == "win32":  # pragma: no cover
    import ctypes
    from ctypes import wintypes

    class _Basic(ctypes.Structure):
        _fields_ = (
            ("PerProcessUserTimeLimit", wintypes.LARGE_INTEGER),
            ("PerJobUserTimeLimit", wintypes.LARGE_INTEGER),
            ("LimitFlags", wintypes.DWORD),
            ("MinimumWorkingSetSize", ctypes.c_size_t),
            ("MaximumWorkingSetSize", ctypes.c_size_t),
            ("ActiveProcessLimit", wintypes.DWORD),
            ("Affinity", ctypes.c_size_t),
            ("PriorityClass", wintypes.DWORD),
            ("SchedulingClass", wintypes.DWORD),
        )

    class _Extended(ctypes.Structure):
        _fields_ = (
            ("BasicLimitInformation", _Basic),
            ("IoInfo", ctypes.c_ulonglong * 6),
            ("ProcessMemoryLimit", ctypes.c_size_t),
            ("JobMemoryLimit", ctypes.c_size_t),
            ("PeakProcessMemoryUsed", ctypes.c_size_t),
            ("PeakJobMemoryUsed", ctypes.c_size_t),
        )

    _EXTENDED_LIMITS = 9  # JobObjectExtendedLimitInformation
    _ACTIVE_PROCESS, _PROCESS_MEMORY, _DIE_ON_UNHANDLED_EXCEPTION = 0x8, 0x100, 0x400

    def limit_memory(memory_bytes: int) -> bool:
        """Enter a job object that gives no process more memory, and lets none start another."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = wintypes.HANDLE
        kernel.GetCurrentProcess.restype = wintypes.HANDLE
        kernel.SetInformationJobObject.argtypes = (wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD)
        kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
        job = kernel.CreateJobObjectW(None, None)  # closed by the system when the process ends
        limits = _Extended()
        limits.BasicLimitInformation.LimitFlags = _ACTIVE_PROCESS | _PROCESS_MEMORY | _DIE_ON_UNHANDLED_EXCEPTION
        limits.BasicLimitInformation.ActiveProcessLimit = 1
        limits.ProcessMemoryLimit = memory_bytes
        return bool(
            job
            and kernel.SetInformationJobObject(job, _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits))
            and kernel.AssignProcessToJobObject(job, kernel.GetCurrentProcess())
        )

else:
    import resource

    def limit_memory(memory_bytes: int) -> bool:
        """Limit the address space; no file may be written and no core dumped."""
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        return True


Frame = tuple[dict[str, Any], bytes]
_HEAD = struct.Struct(">QQ")  # lengths of the JSON and of the bytes that follow
_LARGEST_ANSWER = 64_000_000  # beyond the bytes of its question
_START_SECONDS = 300.0  # of a slow PC, whose scanner looks at every module first; nothing from outside is in the child yet


class ConfinedProcess:
    """A child process and its pipe: started by the first question, and again by the next one after it ended."""

    def __init__(self, module: str, settings: dict[str, Any], seconds: float) -> None:
        """The child is ``module``, whose ``serve`` gets the settings: ``memory_bytes``, and what its answers need."""
        self._module, self._settings, self._seconds = module, settings, seconds
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, question: dict[str, Any], data: bytes) -> Frame:
        """The child's answer.

        Raises:
            OSError, EOFError, ValueError: it died, was killed by the time limit, or answers no frame. It is to be closed then.
        """
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = self._started()
            self._asked(self._process, self._settings, b"", self._seconds + _START_SECONDS)
        return self._asked(self._process, question, data, self._seconds)

    def _started(self) -> subprocess.Popen[bytes]:
        environment = {key: value for key, value in os.environ.items() if not key.endswith("_PASSWORD")}
        return subprocess.Popen(
            [sys.executable, "-P", "-m", self._module], env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    @staticmethod
    def _asked(process: subprocess.Popen[bytes], question: dict[str, Any], data: bytes, seconds: float) -> Frame:
        assert process.stdin
        assert process.stdout
        timer = threading.Timer(seconds, process.kill)
        timer.start()
        try:
            write_frame(process.stdin, question, data)
            return read_frame(process.stdout, _LARGEST_ANSWER + len(data))  # an answer may hold the files of its question
        finally:
            timer.cancel()

    def close(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                pipe and pipe.close()
        process.wait()


def stopped(what: str) -> str:
    """The sentence on a file that ended its process; ``what`` calls it 这份文件 or 这个页面."""
    return f"打开{what}时程序异常退出或超出时间、内存上限，可能已损坏或含有恶意内容"


def serve(
    start: Callable[[dict[str, Any]], Callable[[dict[str, Any], bytes], Frame]], refuse: Callable[[str], Frame], what: str
) -> None:
    """Answer questions on standard input until it ends, or memory runs out.

    Args:
        start: makes the function that answers of the settings.
        refuse: the answer for a sentence.
        what: what a question is about, as in ``stopped``.
    """
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # what a library prints must not get between the frames
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    settings, _ = read_frame(questions)
    answer = start(settings)
    limit_memory(settings["memory_bytes"])
    write_frame(answers, {}, b"")
    while True:
        try:
            question, data = read_frame(questions, sys.maxsize)  # the limits of settings are the limits of questions
        except EOFError:
            return
        try:
            frame = _packed(*answer(question, data))
        except MemoryError:
            write_frame(answers, *refuse(f"打开{what}占用的内存超过上限，可能含有恶意内容"))
            return  # an interpreter that ran out of memory is not used again
        except Exception:
            # parsers raise many kinds of errors on files made to break them; every one is a refusal here
            frame = _packed(*refuse("内容不合规范，程序读不了"))
        answers.writelines(frame)
        answers.flush()


def write_frame(pipe: IO[bytes], value: dict[str, Any], data: bytes) -> None:
    pipe.writelines(_packed(value, data))
    pipe.flush()


def _packed(value: dict[str, Any], data: bytes) -> tuple[bytes, bytes]:
    text = json.dumps(value, ensure_ascii=False).encode("utf-8")
    return _HEAD.pack(len(text), len(data)) + text, data


def read_frame(pipe: IO[bytes], largest: int = _LARGEST_ANSWER) -> Frame:
    """Read a frame of ``write_frame`` of ``largest`` bytes at most.

    Raises:
        EOFError: the other side is gone.
        ValueError: the data is not a frame, or too large.
    """
    text_size, data_size = _HEAD.unpack(_exactly(pipe, _HEAD.size))
    if text_size + data_size > largest:
        raise ValueError("frame too large")
    try:
        value = json.loads(_exactly(pipe, text_size))
    except RecursionError as error:
        raise ValueError("frame nested too deep") from error
    if not isinstance(value, dict):
        raise ValueError("frame without an object")
    return value, _exactly(pipe, data_size)


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return data
