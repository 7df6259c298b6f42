"""The child of ``confined``: limits itself, then answers one question after the other until its parent is gone.

In: frames on standard input (settings first, then raw messages). Out: frames on standard output.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime

from toolkit.core.memory_limit import limit_memory
from toolkit.dispatch.intake.confined import encoded_answer, read_frame, write_frame
from toolkit.dispatch.intake.examining import Examined, examine
from toolkit.dispatch.intake.inspecting import IntakeLimits
from toolkit.dispatch.intake.reading_back import Trust
from toolkit.dispatch.settings import Trusted


def main() -> None:
    """Serve until standard input ends, or memory runs out."""
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # what a library prints must not get between the frames
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    settings, _ = read_frame(questions)
    limits = IntakeLimits(**settings["limits"])
    trusted = tuple(Trusted.model_validate(item) for item in settings["trusted"])
    limit_memory(limits.memory_bytes)
    write_frame(answers, {}, b"")
    while True:
        try:
            question, raw = read_frame(questions)
        except EOFError:
            return
        moment = datetime.fromisoformat(question["moment"]) if question["moment"] else None
        try:
            examined, pdf = examine(raw, question["kind"], limits, Trust(trusted, moment))
        except MemoryError:
            refusal = Examined(refusal="打开这份文件占用的内存超过上限，可能含有恶意内容")
            write_frame(answers, *encoded_answer(refusal, b""))
            return  # an interpreter that ran out of memory is not used again
        except Exception:
            # parsers fail in ways of their own on what was made to break them; here every way ends in a refusal
            examined, pdf = Examined(refusal="内容不合规范，程序读不了"), b""
        write_frame(answers, *encoded_answer(examined, pdf))


if __name__ == "__main__":
    main()
