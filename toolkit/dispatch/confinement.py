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

from toolkit.core.memory_limit import limit_memory

Frame = tuple[dict[str, Any], bytes]
_HEAD = struct.Struct(">QQ")  # lengths of the JSON and of the bytes that follow
_LARGEST_ANSWER = 64_000_000
_START_SECONDS = 60.0  # more than for a question: the child imports its readers


class ConfinedProcess:
    """One child process and its pipe."""

    def __init__(self, module: str, settings: dict[str, Any], seconds: float) -> None:
        """Start ``module``, whose ``serve`` gets the settings: ``memory_bytes``, and what its answers need."""
        environment = {key: value for key, value in os.environ.items() if not key.endswith("_PASSWORD")}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", module], env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._seconds = seconds + _START_SECONDS
        try:
            self.ask(settings, b"")
        except (OSError, EOFError, ValueError):
            self.close()
            raise
        self._seconds = seconds

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, question: dict[str, Any], data: bytes) -> Frame:
        """The answer; raises ``EOFError`` or ``OSError`` when the child has died, or was killed by the time limit."""
        assert self._process.stdin
        assert self._process.stdout
        timer = threading.Timer(self._seconds, self._process.kill)
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
            question, data = read_frame(questions)
        except EOFError:
            return
        try:
            frame = answer(question, data)
        except MemoryError:
            write_frame(answers, *refuse(f"打开{what}占用的内存超过上限，可能含有恶意内容"))
            return  # an interpreter that ran out of memory is not used again
        except Exception:
            # parsers fail in ways of their own on what was made to break them; here every way ends in a refusal
            frame = refuse("内容不合规范，程序读不了")
        write_frame(answers, *frame)


def write_frame(pipe: IO[bytes], value: dict[str, Any], data: bytes) -> None:
    text = json.dumps(value, ensure_ascii=False).encode("utf-8")
    pipe.write(_HEAD.pack(len(text), len(data)) + text)
    pipe.write(data)
    pipe.flush()


def read_frame(pipe: IO[bytes]) -> Frame:
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
